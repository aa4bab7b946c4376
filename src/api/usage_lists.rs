//! `GET /api/v1/usage/events`, `…/usage/summary` and `…/usage/checkpoints`: a centre's programs read
//! back what is stored of its usage.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::request::{bad_field, provider_of};
use super::stored_event::StoredEventOut;
use crate::metering::moment::Moment;
use crate::reports::usage_list::{Checkpoint, Group, GroupBy, Wanted, checkpoints, events, sums};
use crate::web::site::Site;

/// Most events of a page.
const MOST: i64 = 1000;

/// Which events.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedEvents {
    subject: String,
    from: Option<String>,
    to: Option<String>,
    cursor: Option<String>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPageOut {
    pub events: Vec<StoredEventOut>,
    /// Give it as `cursor` to go on; nothing after the last page.
    pub next: Option<String>,
}

/// Events of the caller's provider, in the order of the chains, a thousand at a time.
///
/// # Errors
/// 400 for a time or cursor that is none, 401 without a living token.
#[utoipa::path(
    get,
    path = "/api/v1/usage/events",
    params(
        ("subject" = Option<String>, Query, description = "account code"),
        ("from" = Option<String>, Query, format = DateTime, description = "RFC 3339 with offset; events that end at it or later"),
        ("to" = Option<String>, Query, format = DateTime, description = "RFC 3339 with offset; events that begin before it"),
        ("cursor" = Option<String>, Query, pattern = "^[0-9]{1,9}:[0-9]{1,18}$", description = "`next` of the page before")
    ),
    responses(
        (status = 200, description = "a page of events", body = EventPageOut),
        (status = 400, description = "a field that cannot be read", body = ErrorBody),
        (status = 401, description = "no living token", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn list(req: HttpRequest, site: web::Data<Site>, asked: web::Query<AskedEvents>) -> Result<HttpResponse, ApiError> {
    let provider = provider_of(&req, &site).await?;
    let wanted = asked.wanted()?;
    let found = web::block(move || site.store.read(|db| events(db, provider, &wanted, MOST))).await??;
    let full = i64::try_from(found.len()).is_ok_and(|length| length == MOST);
    let next = found.last().filter(|_| full).map(|last| format!("{}:{}", last.shard, last.seq));
    Ok(HttpResponse::Ok().json(EventPageOut { events: found.iter().map(StoredEventOut::of).collect(), next }))
}

impl AskedEvents {
    fn wanted(&self) -> Result<Wanted, ApiError> {
        // A bound may lie at any time, also where no usage can be.
        let instant = |field: &'static str, text: &Option<String>, usual: i64| match text {
            None => Ok(Moment::from_millis(usual)),
            Some(text) => DateTime::parse_from_rfc3339(text).map(|at| Moment::from_millis(at.timestamp_millis())).map_err(|_| {
                bad_field(
                    field,
                    format!("「{text}」不是带时区的时间，如 2026-02-01T00:00:00+08:00"),
                    format!("\"{text}\" is no time with an offset such as 2026-02-01T00:00:00+08:00"),
                )
            }),
        };
        let place = |text: &str| -> Option<(i64, i64)> {
            let (shard, seq) = text.split_once(':')?;
            Some((shard.parse().ok()?, seq.parse().ok()?))
        };
        let after = match self.cursor.as_deref() {
            None => (-1, 0),
            Some(text) => place(text)
                .ok_or_else(|| bad_field("cursor", "不是上一页的 next".to_owned(), "is not the `next` of a page before".to_owned()))?,
        };
        Ok(Wanted {
            subject: self.subject.clone(),
            from: instant("from", &self.from, i64::MIN)?,
            to: instant("to", &self.to, i64::MAX)?,
            after,
        })
    }
}

/// Which sums.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedSums {
    from: String,
    to: String,
    group_by: String,
}

/// A sum of usage; a field that the call did not group by is left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct SumOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Credit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// `card`, `core`, `node` or `gib`.
    pub unit: Option<String>,
    /// Unit-hours, six decimals at most.
    pub quantity_hours: String,
    /// The same exactly, in unit-milliseconds.
    pub quantity_ms: i64,
}

/// The sums of a span of days.
#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryOut {
    pub from: String,
    /// The first day that is not counted.
    pub to: String,
    pub sums: Vec<SumOut>,
}

/// Sums of the usage that counts, by day, month, resource, enterprise and project.
///
/// # Errors
/// 400 for a day or a grouping that is none, 401 without a living token.
#[utoipa::path(
    get,
    path = "/api/v1/usage/summary",
    params(
        ("from" = String, Query, format = Date, description = "first day, on the contracts' clocks"),
        ("to" = String, Query, format = Date, description = "first day that is not counted"),
        ("group_by" = Option<String>, Query, pattern = "^((day|month|resource|enterprise|project)(,(day|month|resource|enterprise|project))*)?$",
            description = "some of day, month, resource, enterprise, project, parted by commas")
    ),
    responses(
        (status = 200, description = "the sums", body = SummaryOut),
        (status = 400, description = "a field that cannot be read", body = ErrorBody),
        (status = 401, description = "no living token", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn summary(req: HttpRequest, site: web::Data<Site>, asked: web::Query<AskedSums>) -> Result<HttpResponse, ApiError> {
    let provider = provider_of(&req, &site).await?;
    let day = |field: &'static str, text: &str| -> Result<NaiveDate, ApiError> {
        let bad = || bad_field(field, format!("「{text}」不是日期，如 2026-02-01"), format!("\"{text}\" is no day such as 2026-02-01"));
        text.parse().map_err(|_| bad())
    };
    let (from, to) = (day("from", &asked.from)?, day("to", &asked.to)?);
    let by = grouping(&asked.group_by)?;
    let now = site.clock.now();
    let found = web::block(move || site.store.read(|db| sums(db, provider, (from, to), &by, now))).await??;
    let sums = found.into_iter().map(|(group, quantity)| SumOut::of(group, quantity)).collect();
    Ok(HttpResponse::Ok().json(SummaryOut { from: from.to_string(), to: to.to_string(), sums }))
}

fn grouping(text: &str) -> Result<Vec<GroupBy>, ApiError> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| {
            GroupBy::parse(name).ok_or_else(|| {
                bad_field(
                    "group_by",
                    format!("「{name}」未知；可用 day、month、resource、enterprise、project"),
                    format!("\"{name}\" is unknown; use day, month, resource, enterprise, project"),
                )
            })
        })
        .collect()
}

impl SumOut {
    fn of(group: Group, quantity: crate::metering::quantity::UnitMillis) -> SumOut {
        SumOut {
            day: group.day.map(|day| day.to_string()),
            month: group.month.map(|month| month.to_string()),
            resource: group.resource,
            enterprise: group.enterprise,
            project: group.project,
            unit: group.unit.map(|unit| unit.as_str().to_owned()),
            quantity_hours: quantity.in_hours(),
            quantity_ms: quantity.get(),
        }
    }
}

/// A signed Merkle root over a span of a chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointOut {
    pub shard: i64,
    pub from_seq: i64,
    pub to_seq: i64,
    pub root: String,
    pub signed_at: String,
    pub key_id: String,
    /// Ed25519, in hexadecimal.
    pub signature: String,
}

/// All checkpoints; kept elsewhere they show any later change of the chains.
///
/// # Errors
/// 401 without a living token.
#[utoipa::path(
    get,
    path = "/api/v1/usage/checkpoints",
    responses(
        (status = 200, description = "the checkpoints, shard by shard", body = Vec<CheckpointOut>),
        (status = 401, description = "no living token", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn checkpoint_list(req: HttpRequest, site: web::Data<Site>) -> Result<HttpResponse, ApiError> {
    provider_of(&req, &site).await?;
    let found = web::block(move || site.store.read(checkpoints)).await??;
    let out = |checkpoint: Checkpoint| CheckpointOut {
        shard: checkpoint.shard,
        from_seq: checkpoint.from_seq,
        to_seq: checkpoint.to_seq,
        root: checkpoint.root,
        signed_at: checkpoint.signed_at.and_utc().to_rfc3339_opts(SecondsFormat::Micros, true),
        key_id: checkpoint.key_id,
        signature: checkpoint.signature,
    };
    Ok(HttpResponse::build(StatusCode::OK).json(found.into_iter().map(out).collect::<Vec<_>>()))
}
