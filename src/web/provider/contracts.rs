//! `/provider/contracts`: the centre's contracts with what is left of prepaid money, and the form
//! for another one.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::own;
use crate::acts::add_contract::{ContractEntry, add_contract};
use crate::calendar::date_range;
use crate::ids::Uscc;
use crate::lang::{Lang, Text};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::reports::metering_desk::{self, ContractRow};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/contracts.html")]
struct ContractsPage {
    cx: PageCx,
    errors: ErrorSummary,
    rows: Vec<Row>,
    fields: Vec<FieldView>,
    open: bool,
}

/// One contract.
#[derive(Debug)]
struct Row {
    href: String,
    number: String,
    enterprise: String,
    uscc: String,
    term: String,
    tariff: String,
    cap: String,
    /// What is left, by kind of money.
    prepaid: Vec<String>,
}

/// # Errors
/// A fault of the database.
pub async fn list(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn add(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let provider = own(&visitor)?;
    let entry = match read_entry(&form) {
        Ok(entry) => entry,
        Err(faults) => return render(&visitor, &site, &Attempt::refused(faults.0, form)).await,
    };
    let number = entry.number.clone();
    let key = form.request_key(&visitor);
    let done =
        site.act(visitor.actor()?, key, move |act| add_contract(act, provider, &entry).map(|id| format!("/provider/contracts/{id}")));
    match done.await? {
        Ok(place) => {
            let said = Text::new(format!("合同 {number} 已登记。"), format!("Contract {number} is recorded."));
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, &Attempt::refused(refusals, form)).await,
    }
}

fn read_entry(form: &Form) -> Result<ContractEntry, Faults> {
    let mut faults = Faults::default();
    let number = form.required("number", 80, &mut faults);
    let uscc = Uscc::parse(form.raw("uscc")).map_err(|why| {
        let text = why.text();
        faults.add("uscc", text.zh, text.en);
    });
    let enterprise_name = form.required("enterprise_name", 120, &mut faults);
    let signed_on = form.date("signed_on", &mut faults);
    let valid_from = form.date("valid_from", &mut faults);
    let valid_to = form.date("valid_to", &mut faults);
    let cap = form.optional_money("cap", &mut faults);
    match (uscc, signed_on, valid_from, valid_to) {
        (Ok(uscc), Some(signed_on), Some(valid_from), Some(valid_to)) if faults.is_empty() => {
            Ok(ContractEntry { number, uscc, enterprise_name, signed_on, valid_from, valid_to, cap, tariff_code: form.text("tariff_code") })
        }
        _ => Err(faults),
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let provider = own(visitor)?;
    let (found, codes) = site.read(move |db| metering_desk::contracts(db, provider)).await?;
    let lang = visitor.lang;
    let view = ContractsPage {
        errors: error_summary(lang, attempt.refusals()),
        rows: found.iter().map(|one| row(lang, one, visitor.today)).collect(),
        fields: with_errors(lang, fields(lang, &codes, attempt), attempt.refusals()),
        open: attempt.is_refused(),
        cx: visitor.page(),
    };
    attempt.page(&view)
}

fn row(lang: Lang, one: &ContractRow, today: NaiveDate) -> Row {
    let contract = &one.contract;
    let left = PoolKind::ALL.iter().filter_map(|kind| {
        let amount = left_of(one, *kind, today);
        amount.map(|amount| format!("{} {}", kind.title().get(lang), amount.display()))
    });
    Row {
        href: format!("/provider/contracts/{}", contract.id),
        number: contract.number.clone(),
        enterprise: contract.enterprise_name.clone(),
        uscc: contract.enterprise_uscc.clone(),
        term: date_range(contract.valid_from, contract.valid_to, lang),
        tariff: contract.tariff_code.clone(),
        cap: contract.cap_fen.map_or_else(|| lang.pick("无", "none").to_owned(), Fen::display),
        prepaid: left.collect(),
    }
}

/// What is left of a kind of money that has not expired; `None` when there never was any.
fn left_of(one: &ContractRow, kind: PoolKind, today: NaiveDate) -> Option<Fen> {
    let of_kind: Vec<_> = one.pools.iter().filter(|pool| pool.kind == kind).collect();
    let usable = of_kind.iter().filter(|pool| pool.expires_on.is_none_or(|last| today <= last));
    (!of_kind.is_empty()).then(|| usable.map(|pool| pool.pool().remaining).sum())
}

fn fields(lang: Lang, codes: &[String], attempt: &Attempt) -> Vec<FieldView> {
    let text = |name: &str, zh: &str, en: &str, most: usize| {
        FieldView::text(lang, name, lang.pick(zh, en)).value(attempt.typed(name, "")).max_length(most)
    };
    let date = |name: &str, zh: &str, en: &str| {
        FieldView::new(lang, FieldKind::Date, name, lang.pick(zh, en)).value(attempt.typed(name, "")).short()
    };
    vec![
        text("number", "合同编号", "Contract number", 80),
        text("uscc", "企业的统一社会信用代码", "Credit code of the enterprise", 30),
        text("enterprise_name", "企业名称", "Name of the enterprise", 120)
            .hint(lang.pick("企业不必已在本平台注册", "The enterprise need not be registered here yet")),
        date("signed_on", "签订日期", "Signed on"),
        date("valid_from", "生效日期", "Valid from"),
        date("valid_to", "终止日期", "Valid until"),
        FieldView::new(lang, FieldKind::Money, "cap", lang.pick("金额上限", "Limit")).value(attempt.typed("cap", "")).optional(),
        FieldView::new(lang, FieldKind::Select, "tariff_code", lang.pick("资费", "Tariff"))
            .value(attempt.typed("tariff_code", ""))
            .choices(codes.iter().map(|code| Choice::new(code, code)).collect())
            .short(),
    ]
}
