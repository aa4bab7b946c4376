//! `GET /api/v1/statements`, `…/statements/{number}` and `…/purchases`: what a centre billed, and
//! what of it was invoiced, paid and may be claimed.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::request::{bad_field, caller, provider_of};
use crate::metering::moment::Moment;
use crate::metering::statement::PurchaseState;
use crate::reports::provider_desk::metered_purchases;
use crate::reports::statement::{ListRow, Purchase, of_provider, statement_detail};
use crate::web::site::Site;
use crate::web::statement::files::machine_form;

/// A statement in the list; amounts are yuan with two decimals.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementOut {
    pub number: String,
    pub contract: String,
    pub enterprise: String,
    pub month: String,
    /// `issued`, `disputed`, `confirmed`, `reversed` or `credit`.
    pub state: String,
    pub total: String,
    pub payable: String,
    pub issued_at: String,
}

/// The caller's statements, the newest first.
///
/// # Errors
/// 401 without a living token.
#[utoipa::path(
    get,
    path = "/api/v1/statements",
    responses(
        (status = 200, description = "the statements", body = Vec<StatementOut>),
        (status = 401, description = "no living token", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn list(req: HttpRequest, site: web::Data<Site>) -> Result<HttpResponse, ApiError> {
    let provider = provider_of(&req, &site).await?;
    let rows = web::block(move || site.store.read(|db| of_provider(db, provider))).await??;
    let out = |row: ListRow| StatementOut {
        number: row.statement.number,
        contract: row.contract,
        enterprise: row.other,
        month: row.statement.period,
        state: row.standing.state,
        total: row.statement.total_fen.plain(),
        payable: row.statement.payable_fen.plain(),
        issued_at: Moment::at(row.statement.issued_at.and_utc()).to_string(),
    };
    Ok(HttpResponse::Ok().json(rows.into_iter().map(out).collect::<Vec<_>>()))
}

/// One statement with its lines, digest and signature: the same as the JSON file of its page.
///
/// # Errors
/// 401 without a living token, 404 for an unknown statement and for another provider's.
#[utoipa::path(
    get,
    path = "/api/v1/statements/{number}",
    params(("number" = String, Path, description = "such as S-2026-0001")),
    responses(
        (status = 200, description = "the statement", body = Object),
        (status = 401, description = "no living token", body = ErrorBody),
        (status = 404, description = "no such statement of this provider", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn one(req: HttpRequest, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let actor = caller(&req, &site).await?.actor;
    let detail = web::block(move || site.store.read(|db| statement_detail(db, &actor, &number))).await??;
    Ok(HttpResponse::Ok().json(machine_form(&detail)))
}

/// Which purchases.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedPurchases {
    state: String,
}

/// A metered purchase with its money; amounts are yuan with two decimals.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseOut {
    pub order_no: String,
    pub enterprise_uscc: String,
    pub resource: String,
    pub service_from: String,
    pub service_to: String,
    /// `issued`, `partially_paid`, `paid`, `blocked`, `claimable` or `reversed`.
    pub state: String,
    pub amount: String,
    pub non_cash: String,
    pub invoiced: String,
    pub red_letters: String,
    pub paid: String,
    pub refunded: String,
    pub claimable: String,
}

/// The metered purchases of the caller's provider, the newest first.
///
/// # Errors
/// 400 for an unknown state, 401 without a living token.
#[utoipa::path(
    get,
    path = "/api/v1/purchases",
    params((
        "state" = Option<String>, Query,
        pattern = "^(|issued|partially_paid|paid|blocked|claimable|reversed)$",
        description = "only these"
    )),
    responses(
        (status = 200, description = "the purchases", body = Vec<PurchaseOut>),
        (status = 400, description = "an unknown state", body = ErrorBody),
        (status = 401, description = "no living token", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn purchases(req: HttpRequest, site: web::Data<Site>, asked: web::Query<AskedPurchases>) -> Result<HttpResponse, ApiError> {
    let provider = provider_of(&req, &site).await?;
    let state = match asked.state.as_str() {
        "" => None,
        text => Some(PurchaseState::parse(text).ok_or_else(|| {
            let all = PurchaseState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>();
            bad_field("state", format!("「{text}」未知；可用 {}", all.join("、")), format!("\"{text}\" is unknown; use {}", all.join(", ")))
        })?),
    };
    let mut found = web::block(move || site.store.read(|db| metered_purchases(db, provider))).await??;
    found.retain(|purchase| state.is_none_or(|state| purchase.state == state));
    Ok(HttpResponse::Ok().json(found.into_iter().map(out).collect::<Vec<_>>()))
}

fn out(purchase: Purchase) -> PurchaseOut {
    PurchaseOut {
        order_no: purchase.order_no,
        enterprise_uscc: purchase.enterprise_uscc,
        resource: purchase.resource,
        service_from: purchase.service_from.to_string(),
        service_to: purchase.service_to.to_string(),
        state: purchase.state.as_str().to_owned(),
        amount: purchase.amount_fen.plain(),
        non_cash: purchase.non_cash_fen.plain(),
        invoiced: purchase.invoiced_fen.plain(),
        red_letters: purchase.red_fen.plain(),
        paid: purchase.paid_fen.plain(),
        refunded: purchase.refunded_fen.plain(),
        claimable: purchase.claimable_fen.plain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_names_every_state() {
        let document = serde_json::to_value(crate::api::openapi::described()).unwrap();
        let pattern = document["paths"]["/api/v1/purchases"]["get"]["parameters"][0]["schema"]["pattern"].as_str().unwrap();
        let states: Vec<&str> = PurchaseState::ALL.iter().map(|state| state.as_str()).collect();
        assert_eq!(pattern, format!("^(|{})$", states.join("|")));
    }
}
