//! `GET /api/v1/usage/event?source=…&id=…`: an event as it is stored, with what proves it.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::request::caller;
use super::stored_event::StoredEventOut;
use crate::acts::ActError;
use crate::metering::event::EventKey;
use crate::reports::usage_proof::{InclusionProof, ProvenEvent, proven};
use crate::web::site::Site;

/// Which event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    source: String,
    id: String,
}

/// An event with the hash before it and the way to a signed root.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProvenEventOut {
    #[serde(flatten)]
    pub event: StoredEventOut,
    pub previous_hash: String,
    /// Nothing until the next checkpoint, a day after the event at the latest.
    pub proof: Option<ProofOut>,
}

/// The way from the hash to a signed Merkle root (RFC 6962).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofOut {
    pub from_seq: i64,
    pub to_seq: i64,
    pub root: String,
    pub signed_at: String,
    pub key_id: String,
    /// Ed25519, in hexadecimal.
    pub signature: String,
    /// From the event up.
    pub path: Vec<SiblingOut>,
}

/// One step of the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiblingOut {
    /// `left` or `right` of the way.
    pub side: String,
    pub hash: String,
}

impl ProvenEventOut {
    #[must_use]
    pub fn of(proven: &ProvenEvent) -> ProvenEventOut {
        ProvenEventOut {
            event: StoredEventOut::of(&proven.event),
            previous_hash: hex::encode(proven.before),
            proof: proven.proof.as_ref().map(ProofOut::of),
        }
    }
}

impl ProofOut {
    fn of(proof: &InclusionProof) -> ProofOut {
        let checkpoint = &proof.checkpoint;
        let step = |step: &crate::metering::chain::Sibling| SiblingOut {
            side: if step.left { "left" } else { "right" }.to_owned(),
            hash: hex::encode(step.hash),
        };
        ProofOut {
            from_seq: checkpoint.from_seq,
            to_seq: checkpoint.to_seq,
            root: checkpoint.root.clone(),
            signed_at: checkpoint.signed_at.and_utc().to_rfc3339_opts(SecondsFormat::Micros, true),
            key_id: checkpoint.key_id.clone(),
            signature: checkpoint.signature.clone(),
            path: proof.path.iter().map(step).collect(),
        }
    }
}

/// An event of the caller's provider.
///
/// # Errors
/// 401 without a living token, 404 for an unknown event and for another provider's.
#[utoipa::path(
    get,
    path = "/api/v1/usage/event",
    params(
        ("source" = String, Query, description = "the source of the event"),
        ("id" = String, Query, description = "its id within the source")
    ),
    responses(
        (status = 200, description = "the event with its hash and inclusion proof", body = ProvenEventOut),
        (status = 401, description = "no living token", body = ErrorBody),
        (status = 404, description = "no such event of this provider", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn show(req: HttpRequest, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, ApiError> {
    let caller = caller(&req, &site).await?;
    let provider = caller.actor.provider().ok_or(ActError::NotAllowed)?;
    let Asked { source, id } = asked.into_inner();
    let key = EventKey { source, id };
    let found = web::block(move || site.store.read(|db| proven(db, provider, &key))).await??;
    Ok(HttpResponse::Ok().json(ProvenEventOut::of(&found)))
}
