//! What every call has in common: the token it carries, its body within a limit.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt as _;

use super::error::ApiError;
use crate::acts::ActError;
use crate::hidden::tells;
use crate::ids::ProviderId;
use crate::party::Actor;
use crate::reports::service_actor;
use crate::secret::token_hash;
use crate::web::site::Site;

/// A program with a living token.
#[derive(Clone)]
pub struct Caller {
    pub actor: Actor,
    pub token_hash: String,
}

tells! { Caller { actor } }

/// A header's value, trimmed.
#[must_use]
pub fn header(req: &HttpRequest, name: &str) -> Option<String> {
    req.headers().get(name).and_then(|value| value.to_str().ok()).map(|value| value.trim().to_owned())
}

/// The program behind `Authorization: Bearer …`.
///
/// # Errors
/// 401 without a living token; faults of the database.
pub async fn caller(req: &HttpRequest, site: &web::Data<Site>) -> Result<Caller, ApiError> {
    let token = header(req, "authorization").and_then(|value| value.strip_prefix("Bearer ").map(ToOwned::to_owned)).unwrap_or_default();
    let hash = token_hash(&token);
    let (desk, asked) = (site.clone(), hash.clone());
    let actor = web::block(move || desk.store.read(|db| service_actor(db, &asked))).await??;
    let actor = actor.ok_or_else(|| {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "no_token",
            "没有有效的服务令牌：Authorization: Bearer …",
            "no living service token; send Authorization: Bearer …",
        )
    })?;
    Ok(Caller { actor, token_hash: hash })
}

/// The provider of the program that calls.
///
/// # Errors
/// 401 without a living token; faults of the database.
pub async fn provider_of(req: &HttpRequest, site: &web::Data<Site>) -> Result<ProviderId, ApiError> {
    Ok(caller(req, site).await?.actor.provider().ok_or(ActError::NotAllowed)?)
}

/// 400, with the parameter named.
#[must_use]
pub fn bad_field(field: &'static str, zh: String, en: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "bad_field", format!("{field}：{zh}"), format!("{field}: {en}"))
}

/// The whole body, at most so many bytes.
///
/// # Errors
/// 413 with the limit named, 400 for a body that breaks off.
pub async fn read_body(payload: &mut web::Payload, most: usize) -> Result<Vec<u8>, ApiError> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk
            .map_err(|_| ApiError::new(StatusCode::BAD_REQUEST, "broken_body", "请求没有完整送达", "the request did not arrive whole"))?;
        if body.len() + chunk.len() > most {
            return Err(too_long(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// 413, with the limit named.
#[must_use]
pub fn too_long(most: usize) -> ApiError {
    let mib = most / 1024 / 1024;
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_long",
        format!("一次最多 {mib} MiB，请分批发送"),
        format!("at most {mib} MiB per call; send it in parts"),
    )
}
