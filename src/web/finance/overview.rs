//! `/finance`: budgets as bars, appropriations as a form and a list.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Datelike;

use crate::acts::record_appropriation::{NewAppropriation, record_appropriation};
use crate::acts::{Refusal, fund_waitlist};
use crate::calendar::date_time;
use crate::code::Tier;
use crate::lang::{Lang, Text};
use crate::reports::budget_position::{Recorded, budget_position};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{BudgetBarView, Choice, ErrorSummary, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One appropriation in the list.
#[derive(Debug)]
struct Row {
    document: String,
    note: String,
    tier: String,
    year: i64,
    amount: String,
    by: String,
    when: String,
}

#[derive(Debug, Template)]
#[template(path = "finance/overview.html")]
struct OverviewPage {
    cx: PageCx,
    bars: Vec<BudgetBarView>,
    waiting: usize,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    rows: Vec<Row>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&view(&visitor, &site, &Form::default(), &[]).await?)
}

/// # Errors
/// A fault of the database.
pub async fn record(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let Some(new) = read(&form, &mut faults) else {
        return page_with_faults(&view(&visitor, &site, &form, &faults.0).await?);
    };
    let key = form.request_key(&visitor);
    let done = site.act(visitor.actor()?, key, move |act| record_appropriation(act, &new).map(|()| "/finance".to_owned())).await?;
    let place = match done {
        Ok(place) => place,
        Err(refusals) => return page_with_faults(&view(&visitor, &site, &form, &refusals).await?),
    };
    let desk = site.clone();
    let funded = web::block(move || fund_waitlist::fund_all(&desk.store, &desk.house, desk.clock.now())).await??;
    let text = if funded == 0 {
        Text::new("已登记，账簿已更新。", "Recorded; the books are updated.")
    } else {
        Text::new(
            format!("已登记，账簿已更新。{funded} 份排队的申请按提交先后恢复办理，并已邮件通知。"),
            format!("Recorded. {funded} waiting applications go on in the order of submission; letters were sent."),
        )
    };
    Ok(go_and_say(&visitor, &place, "ok", &text))
}

fn read(form: &Form, faults: &mut Faults) -> Option<NewAppropriation> {
    let tier = Tier::parse(form.raw("tier"));
    if tier.is_none() {
        faults.add("tier", "请选择层级。", "Choose the level.");
    }
    let amount = form.money("amount", faults);
    let document_no = form.required("document_no", 60, faults);
    let note = form.text("note");
    if note.chars().count() > 200 {
        faults.add("note", "最多 200 个字。", "At most 200 characters.");
    }
    let amount = if form.raw("direction") == "out" { -amount } else { amount };
    let new = NewAppropriation { tier: tier?, year: form.number("year"), amount, document_no, note };
    faults.is_empty().then_some(new)
}

async fn view(visitor: &Visitor, site: &web::Data<Site>, form: &Form, refusals: &[Refusal]) -> Result<OverviewPage, Problem> {
    let lang = visitor.lang;
    let position = site.read(budget_position).await?;
    let bars = position.budgets.iter().map(|one| BudgetBarView {
        lang,
        title: lang.pick(format!("{} · {} 年", one.tier.title().zh, one.year), format!("{} · {}", one.tier.title().en, one.year)),
        reserved: one.reserved,
        ordered: one.ordered,
        paid: one.paid,
        available: one.available,
    });
    Ok(OverviewPage {
        bars: bars.collect(),
        waiting: position.waiting,
        errors: error_summary(lang, refusals),
        fields: with_errors(lang, fields(lang, form, i64::from(visitor.today.year())), refusals),
        rows: position.appropriations.iter().map(|row| shown(lang, row)).collect(),
        cx: visitor.page(),
    })
}

fn shown(lang: Lang, row: &Recorded) -> Row {
    Row {
        document: row.document_no.clone(),
        note: row.note.clone(),
        tier: row.tier.title().get(lang).to_owned(),
        year: row.year,
        amount: row.amount.display(),
        by: row.by.clone(),
        when: date_time(row.at.and_utc(), lang),
    }
}

fn fields(lang: Lang, form: &Form, this_year: i64) -> Vec<FieldView> {
    let tiers = Tier::ALL.into_iter().map(|tier| Choice::new(tier.code(), tier.title().get(lang))).collect();
    let typed_year = form.raw("year");
    let years = (this_year - 2..=this_year + 1).rev().map(|year| Choice::new(year.to_string(), year.to_string())).collect();
    let direction = if form.raw("direction").is_empty() { "in" } else { form.raw("direction") };
    vec![
        FieldView::new(lang, FieldKind::Select, "tier", lang.pick("层级", "Level")).value(form.raw("tier")).choices(tiers),
        FieldView::new(lang, FieldKind::Select, "year", lang.pick("预算年度", "Budget year"))
            .value(if typed_year.is_empty() { this_year.to_string() } else { typed_year.to_owned() })
            .choices(years),
        FieldView::new(lang, FieldKind::Radios, "direction", lang.pick("方向", "Direction"))
            .value(direction)
            .choices(vec![
                Choice::new("in", lang.pick("拨入", "Into the budget")),
                Choice::new("out", lang.pick("调减（不超过可用数）", "Taken back (at most what is available)")),
            ])
            .inline(),
        FieldView::new(lang, FieldKind::Money, "amount", lang.pick("金额（元）", "Amount (yuan)"))
            .hint(lang.pick("例如 1000000.00", "Such as 1000000.00"))
            .value(form.raw("amount"))
            .short(),
        FieldView::text(lang, "document_no", lang.pick("下达文号", "Document number"))
            .hint(lang.pick("同一层级同一年度的文号只登记一次", "A document is recorded once per level and year"))
            .value(form.raw("document_no"))
            .max_length(60),
        FieldView::text(lang, "note", lang.pick("备注", "Note")).value(form.raw("note")).optional().max_length(200),
    ]
}
