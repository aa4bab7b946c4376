//! `GET /api/v1/resources`, `…/tariffs` and `POST …/tariffs/simulate`: a centre's catalogue and
//! prices, and what a version would have made of a month that is over.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::request::{bad_field, provider_of, read_body};
use crate::metering::moment::Month;
use crate::metering::tariff::{Tariff, read_tariff};
use crate::reports::metering_desk::{TariffVersion, catalogue, tariffs};
use crate::reports::what_if::{Priced, WhatIfRow, what_if};
use crate::web::site::Site;

/// Longest tariff.
const MOST_BYTES: usize = 1024 * 1024;

/// What can be metered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceOut {
    pub code: String,
    pub version: i64,
    pub name_zh: String,
    pub name_en: String,
    pub unit: String,
    pub vendor: String,
    pub model: String,
    /// Of one unit.
    pub gflops: Option<i64>,
    /// Such as FP16; the basis of the figure before.
    pub precision: String,
    pub valid_from: String,
}

/// The catalogue.
///
/// # Errors
/// 401 without a living token.
#[utoipa::path(
    get,
    path = "/api/v1/resources",
    responses(
        (status = 200, description = "the catalogue", body = Vec<ResourceOut>),
        (status = 401, description = "no living token", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn resources(req: HttpRequest, site: web::Data<Site>) -> Result<HttpResponse, ApiError> {
    let provider = provider_of(&req, &site).await?;
    let found = web::block(move || site.store.read(|db| catalogue(db, provider))).await??;
    let out = found.into_iter().map(|resource| ResourceOut {
        code: resource.code,
        version: resource.version,
        name_zh: resource.name_zh,
        name_en: resource.name_en,
        unit: resource.unit.as_str().to_owned(),
        vendor: resource.vendor,
        model: resource.model,
        gflops: resource.gflops,
        precision: resource.precision_name,
        valid_from: resource.valid_from.to_string(),
    });
    Ok(HttpResponse::Ok().json(out.collect::<Vec<_>>()))
}

/// A version of a tariff.
#[derive(Debug, Serialize, ToSchema)]
pub struct TariffOut {
    pub code: String,
    pub version: i64,
    pub valid_from: String,
    /// SHA-256 of the canonical form, in hexadecimal.
    pub digest: String,
    /// As it was recorded.
    #[schema(value_type = Object)]
    pub tariff: serde_json::Value,
}

/// All versions of all tariffs, by code, the newest first.
///
/// # Errors
/// 401 without a living token.
#[utoipa::path(
    get,
    path = "/api/v1/tariffs",
    responses(
        (status = 200, description = "the versions", body = Vec<TariffOut>),
        (status = 401, description = "no living token", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn list(req: HttpRequest, site: web::Data<Site>) -> Result<HttpResponse, ApiError> {
    let provider = provider_of(&req, &site).await?;
    let found = web::block(move || site.store.read(|db| tariffs(db, provider))).await??;
    let out = found.into_iter().map(|TariffVersion { row, .. }| TariffOut {
        code: row.code,
        version: row.version,
        valid_from: row.valid_from.to_string(),
        digest: row.digest,
        tariff: serde_json::from_str(&row.body).unwrap_or_default(),
    });
    Ok(HttpResponse::Ok().json(out.collect::<Vec<_>>()))
}

/// Which month.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedMonth {
    month: String,
}

/// A contract under both prices: yuan with two decimals, or why there is no price.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialRowOut {
    pub contract: String,
    pub enterprise_uscc: String,
    pub now: Option<String>,
    pub now_refused: Option<String>,
    pub then: Option<String>,
    pub then_refused: Option<String>,
}

/// What the month comes to; the totals leave out contracts that one of the versions does not price.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialOut {
    pub month: String,
    pub now: String,
    pub then: String,
    pub contracts: Vec<TrialRowOut>,
}

/// Rates a month of every contract of the tariff as it is, and with the version in the body in its
/// place. Nothing is stored.
///
/// # Errors
/// 400 for a month that is none, 401 without a living token, 422 with every fault of the tariff.
#[utoipa::path(
    post,
    path = "/api/v1/tariffs/simulate",
    params(("month" = String, Query, pattern = "^20[0-9]{2}-(0[1-9]|1[0-2])$", description = "such as 2026-02")),
    request_body(content = Object, description = "a version of a tariff, as GET /api/v1/tariffs gives it"),
    responses(
        (status = 200, description = "both amounts of every contract", body = TrialOut),
        (status = 400, description = "a field that cannot be read", body = ErrorBody),
        (status = 401, description = "no living token", body = ErrorBody),
        (status = 422, description = "the body is no tariff", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn simulate(
    req: HttpRequest,
    site: web::Data<Site>,
    asked: web::Query<AskedMonth>,
    mut payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let provider = provider_of(&req, &site).await?;
    let text = &asked.month;
    let bad = || bad_field("month", format!("「{text}」不是月份，如 2026-02"), format!("\"{text}\" is no month such as 2026-02"));
    let month = Month::parse(text).ok_or_else(bad)?;
    let tariff = read(&read_body(&mut payload, MOST_BYTES).await?)?;
    let now = site.clock.now();
    let found = web::block(move || site.store.read(|db| what_if(db, provider, &tariff, month, now))).await??;
    let (now, then) = found.totals();
    Ok(HttpResponse::Ok().json(TrialOut {
        month: found.month.to_string(),
        now: now.plain(),
        then: then.plain(),
        contracts: found.rows.into_iter().map(row).collect(),
    }))
}

fn read(body: &[u8]) -> Result<Tariff, ApiError> {
    let no = |zh: String, en: String| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_tariff", zh, en);
    let json: serde_json::Value =
        serde_json::from_slice(body).map_err(|why| no(format!("不是 JSON：{why}"), format!("is no JSON: {why}")))?;
    read_tariff(&json).map_err(|faults| {
        let zh: Vec<String> = faults.iter().map(|fault| format!("{}：{}", fault.path, fault.text.zh)).collect();
        let en: Vec<String> = faults.iter().map(ToString::to_string).collect();
        no(zh.join("；"), en.join("; "))
    })
}

fn row(row: WhatIfRow) -> TrialRowOut {
    let parts = |priced: Priced| match priced {
        Ok(amount) => (Some(amount.plain()), None),
        Err(why) => (None, Some(why.en)),
    };
    let ((now, now_refused), (then, then_refused)) = (parts(row.now), parts(row.then));
    TrialRowOut { contract: row.contract.number, enterprise_uscc: row.contract.enterprise_uscc, now, now_refused, then, then_refused }
}
