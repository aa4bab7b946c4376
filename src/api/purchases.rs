//! `POST /api/v1/purchases`: a provider's program reports purchases.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::request::{Caller, caller, header, read_body};
use crate::acts::import_purchases::import_purchases;
use crate::acts::{RequestKey, perform_once};
use crate::reports::purchase_file::read_json;
use crate::web::site::Site;

/// Longest body: some ten thousand rows.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// One purchase; money and quantities are strings, so that no float comes between. `null` is as if left out. A row in
/// which something is missing is refused, and the others go on.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PurchaseIn {
    #[schema(example = "91420100MA4PRW01XR")]
    pub provider_uscc: Option<String>,
    #[schema(example = "91420100MA4TE5T139")]
    pub enterprise_uscc: Option<String>,
    #[schema(example = "WAICC-2026-0001")]
    pub order_no: Option<String>,
    #[schema(example = "昇腾910B")]
    pub resource: Option<String>,
    #[schema(example = "card_hour")]
    pub unit: Option<String>,
    #[schema(example = "12000")]
    pub quantity: Option<String>,
    /// Yuan per unit.
    #[schema(example = "12.5")]
    pub unit_price: Option<String>,
    /// Yuan; must be quantity × unit_price to the fen.
    #[schema(example = "150000.00")]
    pub amount: Option<String>,
    #[schema(example = "2026-01-01")]
    pub service_from: Option<String>,
    #[schema(example = "2026-01-31")]
    pub service_to: Option<String>,
    /// Yuan; left out: the amount.
    pub accepted_amount: Option<String>,
}

/// The body of the call.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurchasesIn {
    pub purchases: Vec<PurchaseIn>,
}

/// What happened to a row.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct RowOut {
    /// 1 for the first.
    pub row: u64,
    pub order_no: String,
    /// `accepted`, `duplicate`, `conflict` or `refused`.
    pub outcome: String,
    pub messages: Vec<String>,
    pub messages_zh: Vec<String>,
}

/// The report; the four counts add up to the rows.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct ReportOut {
    pub accepted: u64,
    pub duplicate: u64,
    pub conflict: u64,
    pub refused: u64,
    pub rows: Vec<RowOut>,
}

/// Records purchases; sent after the durable commit.
///
/// # Errors
/// 401 without a living token, 400 without a key or with a body of another form, 413, 422 when the
/// key was used for another body.
#[utoipa::path(
    post,
    path = "/api/v1/purchases",
    request_body = PurchasesIn,
    params((
        "Idempotency-Key" = String, Header, pattern = "^[!-~]{8,200}$",
        description = "made by the client, 8 to 200 characters; the same key and body is answered once"
    )),
    responses(
        (status = 200, description = "an outcome per row", body = ReportOut),
        (status = 400, description = "no key, or another form", body = ErrorBody),
        (status = 401, description = "no living token", body = ErrorBody),
        (status = 413, description = "too long", body = ErrorBody),
        (status = 422, description = "the key was used for another body", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn record(req: HttpRequest, site: web::Data<Site>, mut payload: web::Payload) -> Result<HttpResponse, ApiError> {
    let Caller { actor, token_hash } = caller(&req, &site).await?;
    let key = header(&req, "idempotency-key").filter(|key| (8..=200).contains(&key.len())).ok_or_else(|| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "no_idempotency_key",
            "缺少 Idempotency-Key（8 至 200 个字符），请由客户端为每次请求生成",
            "the header Idempotency-Key is missing (8 to 200 characters); make a fresh one per request and keep it for retries",
        )
    })?;
    let body = read_body(&mut payload, MOST_BYTES).await?;
    let rows = read_json(&body).map_err(|why| ApiError::new(StatusCode::BAD_REQUEST, "bad_body", why.zh, why.en))?;
    let key = RequestKey::new(format!("token {token_hash} /api/v1/purchases"), key, &body);
    let answer = web::block(move || {
        perform_once(&site.store, &site.house, &actor, site.clock.now(), &key, |act| {
            import_purchases(act, &rows, "api").map(|report| report.to_json().to_string())
        })
    })
    .await??;
    Ok(HttpResponse::Ok().content_type("application/json").body(answer))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{PurchaseIn, PurchasesIn, read_json};

    #[test]
    fn what_is_described_is_what_is_read() {
        let Value::Object(fields) = serde_json::to_value(PurchaseIn::default()).unwrap() else { panic!("no object") };
        assert_eq!(fields.len(), 11);
        for name in fields.keys().map(String::as_str).chain(["price"]) {
            for value in [Value::Null, json!(""), json!("12.5"), json!(12), json!(12.5), json!(true), json!([]), json!({})] {
                let body = json!({"purchases": [{name: value}]});
                let fits = name != "price" && (value.is_null() || value.is_string());
                assert_eq!(serde_json::from_value::<PurchasesIn>(body.clone()).is_ok(), fits, "described: {body}");
                assert_eq!(read_json(body.to_string().as_bytes()).is_ok(), fits, "read: {body}");
            }
        }
    }
}
