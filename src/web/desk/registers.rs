//! `/desk/dishonesty`: the register of dishonest subjects, and ties between enterprises and
//! providers.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame;
use crate::acts::record_dishonesty::{Record, record_dishonesty as add_record};
use crate::acts::record_related_party::record_related_party as add_tie;
use crate::acts::{Act, Outcome};
use crate::calendar::{date_range, full_date};
use crate::ids::ProviderId;
use crate::lang::{Lang, Text};
use crate::reports::credit_desk::{self, Registers};
use crate::reports::desk_queue;
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/registers.html")]
struct RegistersPage {
    cx: PageCx,
    errors: ErrorSummary,
    record_fields: Vec<FieldView>,
    tie_fields: Vec<FieldView>,
    records: Vec<RecordRow>,
    ties: Vec<(String, String, String, String)>,
}

/// One record of the register.
#[derive(Debug)]
struct RecordRow {
    uscc: String,
    name: String,
    term: String,
    source: String,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn record_dishonesty(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let from = form.date("from", &mut faults);
    let to = if form.code("to").is_empty() { None } else { form.date("to", &mut faults) };
    let Some(from) = from.filter(|_| faults.is_empty()) else { return render(&visitor, &site, &Attempt::refused(faults.0, form)).await };
    let record = Record { uscc: form.code("uscc"), from, to, source: form.text("source") };
    save(visitor, site, form, move |act| add_record(act, &record)).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn record_related_party(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let (uscc, provider, relation) = (form.code("party_uscc"), ProviderId::new(form.number("provider")), form.text("relation"));
    save(visitor, site, form, move |act| add_tie(act, &uscc, provider, &relation)).await
}

async fn save(
    visitor: Visitor,
    site: web::Data<Site>,
    form: Form,
    act: impl FnOnce(&mut Act<'_>) -> Outcome<()> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let key = form.request_key(&visitor);
    let answer = site.act(visitor.actor()?, key, move |doing| act(doing).map(|()| "/desk/dishonesty".to_owned())).await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("已登记。", "Recorded."))),
        Err(refusals) => render(&visitor, &site, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let who = visitor.actor()?.account;
    let (rail, registers) = site.read(move |db| Ok((desk_queue::rail(db, who)?, credit_desk::registers(db)?))).await?;
    let lang = visitor.lang;
    let view = RegistersPage {
        cx: frame(visitor, &rail, None),
        errors: error_summary(lang, attempt.refusals()),
        record_fields: with_errors(lang, record_fields(lang, attempt), attempt.refusals()),
        tie_fields: with_errors(lang, tie_fields(lang, attempt, &registers), attempt.refusals()),
        records: records(lang, &registers),
        ties: registers.related,
    };
    attempt.page(&view)
}

fn record_fields(lang: Lang, attempt: &Attempt) -> Vec<FieldView> {
    let date = |name: &str, zh: &str, en: &str| {
        FieldView::new(lang, FieldKind::Date, name, lang.pick(zh, en)).value(attempt.typed(name, "")).short()
    };
    vec![
        FieldView::text(lang, "uscc", lang.pick("统一社会信用代码", "Unified social credit code"))
            .value(attempt.typed("uscc", ""))
            .max_length(30),
        date("from", "列入日期", "Listed from"),
        date("to", "移出日期（仍在名单留空）", "Listed until (empty while it lasts)").optional(),
        FieldView::text(lang, "source", lang.pick("来源（文号或网址）", "Source (document number or address)"))
            .value(attempt.typed("source", ""))
            .max_length(200),
    ]
}

fn tie_fields(lang: Lang, attempt: &Attempt, registers: &Registers) -> Vec<FieldView> {
    let providers = registers.providers.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone()));
    vec![
        FieldView::text(lang, "party_uscc", lang.pick("企业的统一社会信用代码", "Credit code of the enterprise"))
            .value(attempt.typed("party_uscc", ""))
            .max_length(30),
        FieldView::new(lang, FieldKind::Select, "provider", lang.pick("服务机构", "Provider"))
            .value(attempt.typed("provider", ""))
            .choices(providers.collect()),
        FieldView::text(lang, "relation", lang.pick("关系", "Relation"))
            .hint(lang.pick("投资、隶属、共建、产权纽带等", "investment, subordination, joint foundation, ownership"))
            .value(attempt.typed("relation", ""))
            .max_length(200),
    ]
}

fn records(lang: Lang, registers: &Registers) -> Vec<RecordRow> {
    let row = |(record, name): &(crate::reports::credit_desk::Record, Option<String>)| RecordRow {
        uscc: record.uscc.clone(),
        name: name.clone().unwrap_or_default(),
        term: match record.to_day {
            Some(to) => date_range(record.from_day, to, lang),
            None => lang.pick(format!("{}起至今", full_date(record.from_day, lang)), format!("since {}", full_date(record.from_day, lang))),
        },
        source: record.source.clone(),
    };
    registers.dishonesty.iter().map(row).collect()
}
