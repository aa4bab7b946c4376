//! `POST /api/v1/usage/events`: meters report usage as CloudEvents. The answer names every event
//! and is sent after the durable commit; 429 and 503 promise that nothing of the request was stored.

use std::io::Read as _;

use actix_web::http::{StatusCode, header as http_header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::request::{Caller, bad_field, caller, header, read_body, too_long};
use crate::acts::record_usage::{EventAnswer, EventStatus, Incoming, Meter, record_new_usage, record_usage};
use crate::acts::{ActError, perform};
use crate::lang::{Lang, Text};
use crate::metering::event::{EventCode, EventFault, EventKey, read_event};
use crate::metering::json_elements::{NotElements, elements};
use crate::metering::moment::Moment;
use crate::reports::usage_rights::rights_of_token;
use crate::web::site::Site;

/// Most events of a JSON batch, and its longest form.
const MOST_OF_BATCH: usize = 1000;
const LONGEST_BATCH: usize = 2 * 1024 * 1024;
/// Most lines of NDJSON, and its longest form without compression.
const MOST_LINES: usize = 50_000;
const LONGEST_LINES: usize = 32 * 1024 * 1024;
/// How often a request is tried when another writer stored the same events at the same moment.
const TRIES: u32 = 5;

/// A CloudEvent of usage; its fields are checked one by one, and what is wrong with an event is said in
/// its result.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub struct EventIn {
    #[schema(example = "1.0")]
    specversion: String,
    /// The producer's own, for ever; with `source` the identity of the event.
    id: String,
    #[schema(example = "slurm://dongji/dbd")]
    source: String,
    #[schema(example = "cn.suanquan.compute.usage.v1")]
    r#type: String,
    /// The account code.
    subject: String,
    #[schema(format = DateTime)]
    time: String,
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// How the caller wants the request to be treated.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// All or nothing.
    atomic: bool,
    /// `errors` leaves accepted and duplicate events out of `results`.
    results: String,
    /// Why events of more than 35 days ago come now.
    backfill_reason: Option<String>,
}

/// What happened to an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventOut<'a> {
    /// 0 for the first event of the request.
    pub index: u64,
    pub source: &'a str,
    pub id: &'a str,
    /// `accepted`, `duplicate`, `conflict`, `rejected` or `quarantined`.
    pub status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<i64>,
    /// The place in the shard's chain, for accepted and duplicate events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Its month was billed already: it becomes an adjustment of the next statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
    /// The field of the event, such as `data.end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail_zh: Option<&'a str>,
}

/// The answer: the five counts add up to the events of the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventsOut<'a> {
    pub accepted: u64,
    pub duplicate: u64,
    pub conflict: u64,
    pub rejected: u64,
    pub quarantined: u64,
    pub results: Vec<EventOut<'a>>,
}

/// Records usage events.
///
/// # Errors
/// 400 for a body that cannot be read as a whole, 401 without a living token, 413, 415; 429 and
/// 503 with `Retry-After` when nothing was stored.
#[utoipa::path(
    post,
    path = "/api/v1/usage/events",
    request_body(content = Vec<EventIn>, content_type = "application/cloudevents-batch+json",
        description = "one CloudEvents 1.0 event (application/cloudevents+json), an array of at most 1000, or NDJSON of at most 50000 lines (application/x-ndjson); Content-Encoding gzip is read"),
    params(
        ("atomic" = Option<bool>, Query, description = "all or nothing"),
        ("results" = Option<String>, Query, pattern = "^(|all|errors)$", description = "`errors`: leave accepted and duplicate events out of the results"),
        ("backfill_reason" = Option<String>, Query, description = "why events of more than 35 days ago come now; the token needs the right")
    ),
    responses(
        (status = 200, description = "all accepted or duplicate", body = EventsOut),
        (status = 207, description = "mixed", body = EventsOut),
        (status = 422, description = "none accepted or duplicate", body = EventsOut),
        (status = 400, description = "cannot be read as a whole", body = ErrorBody),
        (status = 401, description = "no living token", body = ErrorBody),
        (status = 413, description = "too long or too many", body = ErrorBody),
        (status = 415, description = "another content type", body = ErrorBody),
        (status = 429, description = "too many requests at once; nothing was stored", body = ErrorBody),
        (status = 503, description = "the database is busy; nothing was stored", body = ErrorBody),
    ),
    security(("service_token" = []))
)]
pub async fn record(
    req: HttpRequest,
    site: web::Data<Site>,
    options: web::Query<Options>,
    mut payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let _turn = site.ingest.clone().try_acquire_owned().map_err(|_| {
        let (zh, en) =
            ("请求过多，本次未保存任何内容，请稍后原样重试", "too many requests at once; nothing was stored, send it again as it is");
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "busy", zh, en)
    })?;
    let form = Form::of(&req)?;
    if !matches!(options.results.as_str(), "" | "all" | "errors") {
        return Err(bad_field("results", "可用 all、errors".to_owned(), "use all or errors".to_owned()));
    }
    let caller = caller(&req, &site).await?;
    let body = read_body(&mut payload, form.longest()).await?;
    let zipped = header(&req, "content-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"));
    let Options { atomic, results, backfill_reason } = options.into_inner();
    let answers = web::block(move || {
        let text = form.text(body, zipped)?;
        take(&site, &caller, &form.events(&text)?, atomic, backfill_reason)
    })
    .await??;
    Ok(answer(&answers, results == "errors"))
}

/// How the events of a request are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    One,
    Batch,
    Lines,
}

impl Form {
    fn of(req: &HttpRequest) -> Result<Form, ApiError> {
        let kind = header(req, "content-type").unwrap_or_default();
        match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/cloudevents+json" => Ok(Form::One),
            "application/cloudevents-batch+json" => Ok(Form::Batch),
            "application/x-ndjson" => Ok(Form::Lines),
            other => Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content_type",
                format!(
                    "Content-Type「{other}」未知；请用 application/cloudevents+json、application/cloudevents-batch+json 或 application/x-ndjson"
                ),
                format!(
                    "the Content-Type \"{other}\" is unknown; use application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson"
                ),
            )),
        }
    }

    const fn longest(self) -> usize {
        match self {
            Form::One | Form::Batch => LONGEST_BATCH,
            Form::Lines => LONGEST_LINES,
        }
    }

    /// The body as text; what is compressed is unpacked up to the limit and no further.
    fn text(self, body: Vec<u8>, zipped: bool) -> Result<String, ApiError> {
        let bad = |zh: String, en: String| ApiError::new(StatusCode::BAD_REQUEST, "bad_body", zh, en);
        let bytes = if zipped {
            let mut plain = Vec::new();
            let most = u64::try_from(self.longest()).unwrap_or(u64::MAX);
            let mut unpack = flate2::read::MultiGzDecoder::new(body.as_slice()).take(most + 1);
            unpack.read_to_end(&mut plain).map_err(|why| bad(format!("gzip 无法解压：{why}"), format!("is no gzip: {why}")))?;
            if plain.len() > self.longest() {
                return Err(too_long(self.longest()));
            }
            plain
        } else {
            body
        };
        String::from_utf8(bytes).map_err(|why| {
            let at = why.utf8_error().valid_up_to();
            bad(format!("不是 UTF-8（第 {at} 字节）"), format!("is not UTF-8 (byte {at})"))
        })
    }

    /// The raw text of every event, in order.
    fn events(self, text: &str) -> Result<Vec<&str>, ApiError> {
        let many = |most: usize| {
            ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_many",
                format!("一次最多 {most} 个事件，请分批发送"),
                format!("at most {most} events per call; send them in parts"),
            )
        };
        match self {
            Form::One => Ok(vec![text]),
            Form::Batch => elements(text, MOST_OF_BATCH).map_err(|why| match why {
                NotElements::TooMany(most) => many(most),
                NotElements::NoBegin(_) | NotElements::Open(_) | NotElements::GoesOn(_) => {
                    let told = why.text();
                    ApiError::new(StatusCode::BAD_REQUEST, "bad_body", told.zh, told.en)
                }
            }),
            Form::Lines => {
                let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                if lines.len() > MOST_LINES { Err(many(MOST_LINES)) } else { Ok(lines) }
            }
        }
    }
}

/// Reads and stores the events; tried again when some were stored before, and while other writers
/// store the same events.
fn take(site: &Site, caller: &Caller, raw: &[&str], atomic: bool, reason: Option<String>) -> Result<Vec<EventAnswer>, ApiError> {
    let Some(provider) = caller.actor.provider() else { return Err(ActError::NotAllowed.into()) };
    let now = site.clock.now();
    let (sources, may_backfill) = site.store.read(|db| rights_of_token(db, &caller.token_hash))?;
    let meter = Meter { provider, sources: sources.into_iter().collect(), backfill: reason, may_backfill };
    for tries in 0..TRIES {
        let incoming: Vec<Incoming> = raw.iter().map(|text| read(text, Moment::at(now))).collect();
        let shard = site.next_shard();
        let record = if tries == 0 { record_new_usage } else { record_usage };
        let taken = perform(&site.store, &site.house, &caller.actor, now, |act| record(act, &meter, shard, incoming, atomic));
        match taken {
            Err(ActError::Fault(fault)) if fault.is_passing() => {}
            other => return Ok(other?),
        }
    }
    Err(ApiError::busy())
}

fn read(text: &str, now: Moment) -> Incoming {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(json) => {
            let named = |name: &str| json.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().chars().take(300).collect();
            Incoming { key: EventKey { source: named("source"), id: named("id") }, read: read_event(&json, now) }
        }
        Err(why) => {
            let text = Text::new(format!("不是 JSON：{why}"), format!("is no JSON: {why}"));
            let fault = EventFault { code: EventCode::BadEnvelope, field: "event", text };
            Incoming { key: EventKey { source: String::new(), id: String::new() }, read: Err(fault) }
        }
    }
}

fn answer(answers: &[EventAnswer], errors_only: bool) -> HttpResponse {
    let count = |status: EventStatus| answers.iter().filter(|answer| answer.status == status).count();
    let fine = count(EventStatus::Accepted) + count(EventStatus::Duplicate);
    let status = match fine {
        fine if fine == answers.len() => StatusCode::OK,
        0 => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::MULTI_STATUS,
    };
    let wanted = |answer: &EventAnswer| !errors_only || !matches!(answer.status, EventStatus::Accepted | EventStatus::Duplicate);
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let results = answers.iter().enumerate().filter(|(_, answer)| wanted(answer)).map(|(index, answer)| told(number(index), answer));
    let body = EventsOut {
        accepted: number(count(EventStatus::Accepted)),
        duplicate: number(count(EventStatus::Duplicate)),
        conflict: number(count(EventStatus::Conflict)),
        rejected: number(count(EventStatus::Rejected)),
        quarantined: number(count(EventStatus::Quarantined)),
        results: results.collect(),
    };
    HttpResponse::build(status).insert_header((http_header::CACHE_CONTROL, "no-store")).json(body)
}

fn told(index: u64, answer: &EventAnswer) -> EventOut<'_> {
    let fault = answer.fault.as_ref();
    EventOut {
        index,
        source: &answer.key.source,
        id: &answer.key.id,
        status: answer.status.as_str(),
        shard: answer.place.map(|(shard, _)| shard),
        seq: answer.place.map(|(_, seq)| seq),
        late: answer.place.map(|_| answer.late),
        code: fault.map(|fault| fault.code.as_str()),
        field: fault.map(|fault| fault.field),
        detail: fault.map(|fault| fault.text.get(Lang::En)),
        detail_zh: fault.map(|fault| fault.text.get(Lang::Zh)),
    }
}
