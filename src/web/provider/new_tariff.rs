//! `/provider/tariffs/new`: a new version of a tariff, written as JSON that starts from the newest
//! one; what is wrong with it is said by the path of the field.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::own;
use super::what_if::{WhatIfView, month_field};
use crate::acts::ActError;
use crate::acts::record_tariff::{read_body, record_tariff};
use crate::lang::{Lang, Text};
use crate::metering::moment::Month;
use crate::metering::tariff::MODELS;
use crate::reports::metering_desk::{self, Resource, TariffVersion};
use crate::reports::what_if::{months_of, what_if};
use crate::web::answer::{error_summary, go_and_say, page};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Crumbs, ErrorSummary, FieldKind, FieldView, Link};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/new_tariff.html")]
struct NewTariffPage {
    cx: PageCx,
    crumbs: Crumbs,
    code: String,
    models: String,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    /// Which month to try the draft on; nothing without a contract.
    month: Option<FieldView>,
    tried: Option<WhatIfView>,
}

/// The tariff that gets a new version; empty for the first of a new one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    code: String,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &asked.code, &Attempt::default(), None).await
}

/// The draft priced on a month that is over; nothing is stored.
///
/// # Errors
/// A fault of the database.
pub async fn try_out(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let (provider, code) = (own(&visitor)?, form.text("code"));
    let mut faults = Faults::default();
    let Some(month) = Month::parse(form.raw("month")) else {
        faults.add("month", "请选择试算月份。", "Choose a month to try on.");
        return render(&visitor, &site, &code, &Attempt::refused(faults.0, form), None).await;
    };
    let tariff = match read_body(&form.paragraph("body")) {
        Ok(tariff) => tariff,
        Err(ActError::Refused(refusals)) => return render(&visitor, &site, &code, &Attempt::refused(refusals, form), None).await,
        Err(other) => return Err(other.into()),
    };
    let now = site.clock.now();
    let tried = site.read(move |db| what_if(db, provider, &tariff, month, now)).await?;
    render(&visitor, &site, &code, &Attempt::refused(Vec::new(), form), Some(WhatIfView::new(visitor.lang, &tried))).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn record(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let provider = own(&visitor)?;
    let mut faults = Faults::default();
    let reason = form.required("reason", 300, &mut faults);
    let code = form.text("code");
    if !faults.is_empty() {
        return render(&visitor, &site, &code, &Attempt::refused(faults.0, form), None).await;
    }
    let (key, body) = (form.request_key(&visitor), form.paragraph("body"));
    let done = site
        .act(visitor.actor()?, key, move |act| record_tariff(act, provider, &body, &reason).map(|id| format!("/provider/tariffs/{id}")));
    match done.await? {
        Ok(place) => {
            let said = Text::new("新版本已登记，到生效日期起计价。", "The version is recorded and prices from its first day on.");
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, &code, &Attempt::refused(refusals, form), None).await,
    }
}

async fn render(
    visitor: &Visitor,
    site: &web::Data<Site>,
    code: &str,
    attempt: &Attempt,
    tried: Option<WhatIfView>,
) -> Result<HttpResponse, Problem> {
    let (provider, asked, today) = (own(visitor)?, code.to_owned(), visitor.today);
    let ((newest, catalogue), months) =
        site.read(move |db| Ok((metering_desk::tariff_to_follow(db, provider, &asked)?, months_of(db, provider, &asked, today)?))).await?;
    let lang = visitor.lang;
    let start = match &newest {
        Some(newest) => next_version(newest, visitor.today),
        None => first_version(&catalogue, visitor.today),
    };
    let mut above = vec![Link::new("/provider/tariffs", lang.pick("资费", "Tariffs"))];
    above.extend(newest.as_ref().map(|newest| Link::new(format!("/provider/tariffs/{}", newest.row.id), code)));
    let view = NewTariffPage {
        crumbs: Crumbs::new(lang, above, lang.pick("新版本", "New version")),
        models: MODELS.join(lang.pick("、", ", ")),
        errors: error_summary(lang, attempt.refusals()),
        fields: fields(lang, &pretty(&start), attempt),
        month: (!months.is_empty()).then(|| {
            let wrong = attempt.refusals().iter().find(|refusal| refusal.field.as_deref() == Some("month"));
            month_field(lang, "month", &months, &attempt.typed("month", "")).error(wrong.map_or("", |refusal| refusal.text.get(lang)))
        }),
        tried,
        code: newest.map(|newest| newest.row.code).unwrap_or_default(),
        cx: visitor.page(),
    };
    // A trial is an answer, no refusal.
    if view.tried.is_some() { page(&view) } else { attempt.page(&view) }
}

/// The newest version, one further, from the month after it or after today on.
fn next_version(newest: &TariffVersion, today: NaiveDate) -> Value {
    let body = newest.tariff.as_ref().map_or_else(|| json!({ "code": newest.row.code }), crate::metering::tariff::Tariff::to_json);
    let from = Month::of(today.max(newest.row.valid_from)).next().first_day();
    with(body, newest.row.version + 1, from)
}

fn with(mut body: Value, version: i64, from: NaiveDate) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("version".to_owned(), version.into());
        fields.insert("valid_from".to_owned(), from.to_string().into());
    }
    body
}

/// A version to start from: every resource of the catalogue at one yuan.
fn first_version(catalogue: &[Resource], today: NaiveDate) -> Value {
    let rate = |resource: &Resource| json!({ "resource": resource.code, "unit": resource.unit, "model": "flat", "price": "1.00" });
    let body = json!({
        "code": "standard",
        "currency": "CNY",
        "accumulate": "month",
        "rounding": "half_up",
        "rates": catalogue.iter().map(rate).collect::<Vec<_>>(),
    });
    with(body, 1, Month::of(today).next().first_day())
}

fn pretty(json: &Value) -> String {
    serde_json::to_string_pretty(json).unwrap_or_default()
}

fn fields(lang: Lang, start: &str, attempt: &Attempt) -> Vec<FieldView> {
    // All faults of the text stand beside it, each with its path.
    let wrong = |name: &str| {
        let texts = attempt.refusals().iter().filter(|refusal| refusal.field.as_deref() == Some(name));
        texts.map(|refusal| refusal.text.get(lang)).collect::<Vec<_>>().join(" ")
    };
    vec![
        FieldView::new(lang, FieldKind::Area, "body", lang.pick("资费（JSON）", "Tariff (JSON)"))
            .hint(lang.pick(
                "价格以元写成文本，范围以整的单位时写；min_fen、max_fen、flat_fen 以分写",
                "Prices are texts in yuan, ranges whole unit-hours; min_fen, max_fen and flat_fen are in fen",
            ))
            .error(wrong("body"))
            .value(attempt.typed("body", start)),
        FieldView::text(lang, "reason", lang.pick("理由（文号、合同或会议）", "Reason (document, contract or meeting)"))
            .error(wrong("reason"))
            .value(attempt.typed("reason", ""))
            .max_length(300),
    ]
}
