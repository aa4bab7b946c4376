//! `/provider/contracts/{id}`: one contract with its prepaid money and the form for more of it.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

use super::own;
use crate::acts::top_up_pool::top_up_pool;
use crate::calendar::{date_range, full_date};
use crate::ids::ContractId;
use crate::lang::{Lang, Text};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::reports::metering_desk::{self, Contract, PoolRow, Subject};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, Fact, FieldKind, FieldView, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/contract.html")]
struct ContractPage {
    cx: PageCx,
    crumbs: Crumbs,
    id: ContractId,
    number: String,
    enterprise: String,
    errors: ErrorSummary,
    facts: Vec<Fact>,
    pools: Vec<Row>,
    fields: Vec<FieldView>,
}

/// A pool of prepaid money.
#[derive(Debug)]
struct Row {
    kind: String,
    reference: String,
    granted: String,
    drawn: String,
    left: String,
    expires: String,
    expired: Option<Tag>,
}

/// # Errors
/// What is not the provider's; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, ContractId::new(id.into_inner()), &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn top_up(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (provider, id) = (own(&visitor)?, ContractId::new(id.into_inner()));
    let mut faults = Faults::default();
    let kind = PoolKind::parse(form.raw("kind"));
    if kind.is_none() {
        faults.add("kind", "请选择款项种类。", "Choose the kind of money.");
    }
    let amount = form.money("amount", &mut faults);
    let expires = if form.code("expires").is_empty() { None } else { form.date("expires", &mut faults) };
    let reference: String = form.text("reference").chars().take(120).collect();
    let Some(kind) = kind.filter(|_| faults.is_empty()) else {
        return render(&visitor, &site, id, &Attempt::refused(faults.0, form)).await;
    };
    let key = form.request_key(&visitor);
    let done = site.act(visitor.actor()?, key, move |act| {
        top_up_pool(act, provider, id, (kind, amount), expires, &reference).map(|_| format!("/provider/contracts/{id}"))
    });
    match done.await? {
        Ok(place) => {
            let (title, amount) = (kind.title(), amount.display());
            let said = Text::new(format!("已登记{} {amount}。", title.zh), format!("Recorded: {} {amount}.", title.en));
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, id, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, id: ContractId, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let provider = own(visitor)?;
    let (found, accounts) = site.read(move |db| metering_desk::contract(db, provider, id)).await?;
    let (lang, today) = (visitor.lang, visitor.today);
    let contract = &found.contract;
    let above = vec![Link::new("/provider/contracts", lang.pick("合同与预付款", "Contracts and prepaid money"))];
    let view = ContractPage {
        crumbs: Crumbs::new(lang, above, &contract.number),
        id,
        number: contract.number.clone(),
        enterprise: contract.enterprise_name.clone(),
        errors: error_summary(lang, attempt.refusals()),
        facts: facts(lang, contract, &accounts),
        pools: found.pools.iter().map(|pool| row(lang, pool, today)).collect(),
        fields: with_errors(lang, fields(lang, attempt), attempt.refusals()),
        cx: visitor.page(),
    };
    attempt.page(&view)
}

fn facts(lang: Lang, contract: &Contract, accounts: &[Subject]) -> Vec<Fact> {
    let none = || lang.pick("无", "none").to_owned();
    let codes = accounts.iter().map(|account| account.code.as_str()).collect::<Vec<_>>().join(lang.pick("、", ", "));
    vec![
        Fact::new(lang.pick("信用代码", "Credit code"), contract.enterprise_uscc.clone()),
        Fact::new(lang.pick("签订日期", "Signed on"), full_date(contract.signed_on, lang)),
        Fact::new(lang.pick("有效期", "Valid"), date_range(contract.valid_from, contract.valid_to, lang)),
        Fact::new(lang.pick("资费", "Tariff"), contract.tariff_code.clone()),
        Fact::new(lang.pick("金额上限", "Limit"), contract.cap_fen.map_or_else(none, Fen::display)),
        Fact::new(lang.pick("账户", "Accounts"), if codes.is_empty() { none() } else { codes }),
    ]
}

fn row(lang: Lang, pool: &PoolRow, today: NaiveDate) -> Row {
    let is_over = pool.expires_on.is_some_and(|last| last < today);
    Row {
        kind: pool.kind.title().get(lang).to_owned(),
        reference: pool.reference.clone(),
        granted: pool.granted_fen.display(),
        drawn: pool.drawn_fen.display(),
        left: pool.pool().remaining.display(),
        expires: pool.expires_on.map_or_else(|| lang.pick("长期", "never").to_owned(), |last| full_date(last, lang)),
        expired: is_over.then(|| Tag::new(Tone::Plain, lang.pick("已到期", "Expired"))),
    }
}

fn fields(lang: Lang, attempt: &Attempt) -> Vec<FieldView> {
    // Cash first: it is what is recorded most, and the only kind that was really paid.
    let kinds = PoolKind::ALL.iter().rev().map(|kind| Choice::new(kind.as_str(), kind.title().get(lang)));
    vec![
        FieldView::new(lang, FieldKind::Select, "kind", lang.pick("款项种类", "Kind of money"))
            .hint(lang.pick("赠送金和代金券不是实付，不能申请补贴", "Bonus and coupons were not paid and are never subsidised"))
            .value(attempt.typed("kind", ""))
            .choices(kinds.collect())
            .short(),
        FieldView::new(lang, FieldKind::Money, "amount", lang.pick("金额", "Amount")).value(attempt.typed("amount", "")),
        FieldView::new(lang, FieldKind::Date, "expires", lang.pick("到期日", "Last day"))
            .value(attempt.typed("expires", ""))
            .optional()
            .short(),
        FieldView::text(lang, "reference", lang.pick("银行流水号或凭据", "Bank reference or document"))
            .hint(lang.pick("现金必填", "Needed for cash"))
            .value(attempt.typed("reference", ""))
            .max_length(120)
            .optional(),
    ]
}
