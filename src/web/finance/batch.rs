//! `/finance/batches/{number}`: one batch, approved by another person than its maker, settled line
//! by line.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::approve_batch::approve_batch;
use crate::acts::cancel_batch::cancel_batch;
use crate::acts::settle_lines::{BankAnswer, settle_lines};
use crate::acts::{Act, Outcome, Refusal};
use crate::application::ActKind;
use crate::calendar::{date_time, full_date};
use crate::lang::{Lang, Text};
use crate::payout::{BatchState, LineState};
use crate::reports::payout_batch::{BatchDetail, BatchLine, batch_detail, first_letter};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::finance::batches::batch_tag;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, Crumbs, ErrorSummary, Fact, FieldKind, FieldView, Link, MailPreview, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug)]
struct Row {
    id: i64,
    application: String,
    payee: String,
    bank: String,
    account: String,
    grant: String,
    amount: String,
    status: Tag,
    note: String,
    open: bool,
    picked: bool,
}

#[derive(Debug, Template)]
#[template(path = "finance/batch.html")]
struct BatchPage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    version: i64,
    status: Tag,
    facts: Vec<Fact>,
    total: String,
    words: String,
    errors: ErrorSummary,
    rows: Vec<Row>,
    settles: bool,
    fields: Vec<FieldView>,
    approves: bool,
    is_own: bool,
    cancel: Option<ConfirmView>,
    mail: Option<MailPreview>,
}

/// # Errors
/// An unknown number, a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    page(&view(&visitor, &site, &number, &Form::default(), &[]).await?)
}

/// # Errors
/// An unknown number, a fault of the database.
pub async fn approve(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (batch, version) = (number.to_string(), form.number("version"));
    let text = Text::new(
        "批次已下达，企业已收到邮件。请向银行发送拨付清单。",
        "The batch is ordered; letters are out. Send the sheet to the bank.",
    );
    run(&visitor, &site, &number, &form, &text, move |act| approve_batch(act, &batch, version)).await
}

/// # Errors
/// An unknown number, a fault of the database.
pub async fn cancel(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (batch, version, reason) = (number.to_string(), form.number("version"), form.paragraph("reason"));
    let text = Text::new("批次已作废，其中的申请可重新制单。", "The batch is cancelled; its applications can be drawn up again.");
    run(&visitor, &site, &number, &form, &text, move |act| cancel_batch(act, &batch, version, &reason)).await
}

/// # Errors
/// An unknown number, a fault of the database.
pub async fn settle(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let on = form.date("on", &mut faults);
    let failed = form.raw("outcome") == "failed";
    // Enter in the reason's field presses the first button; a reason never goes with "paid".
    if !failed && (form.raw("outcome") != "paid" || !form.text("failure").is_empty()) {
        faults.add(
            "failure",
            "填了失败原因，请按「登记失败」；确已到账的，请清空原因后按「登记到账」。",
            "There is a reason for failure: press \"Mark as failed\", or empty it and press \"Mark as paid\".",
        );
    }
    let Some(on) = on.filter(|_| faults.is_empty()) else {
        return page_with_faults(&view(&visitor, &site, &number, &form, &faults.0).await?);
    };
    let answer = BankAnswer {
        lines: form.all("line").filter_map(|id| id.parse().ok()).collect(),
        on,
        failure: failed.then(|| form.paragraph("failure").chars().take(300).collect()),
    };
    let (batch, version) = (number.to_string(), form.number("version"));
    let text = if failed {
        Text::new("已登记失败，金额退回预留，可重新制单。", "Recorded as failed; the money is reserved again and can be drawn up anew.")
    } else {
        Text::new("已登记到账，账簿已更新。", "Recorded as paid; the books are updated.")
    };
    run(&visitor, &site, &number, &form, &text, move |act| settle_lines(act, &batch, version, &answer)).await
}

async fn run(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    form: &Form,
    text: &Text,
    act: impl FnOnce(&mut Act<'_>) -> Outcome<()> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let place = format!("/finance/batches/{number}");
    match site.act(visitor.actor()?, form.request_key(visitor), move |under_way| act(under_way).map(|()| place)).await? {
        Ok(place) => Ok(go_and_say(visitor, &place, "ok", text)),
        Err(refusals) => page_with_faults(&view(visitor, site, number, form, &refusals).await?),
    }
}

async fn view(visitor: &Visitor, site: &web::Data<Site>, number: &str, form: &Form, refusals: &[Refusal]) -> Result<BatchPage, Problem> {
    let lang = visitor.lang;
    let (wanted, house, actor) = (number.to_owned(), site.house.clone(), visitor.actor()?);
    let me = actor.account;
    let (batch, letter) = site
        .read(move |db| {
            let batch = batch_detail(db, &wanted)?;
            let act = match batch.state {
                BatchState::DrawnUp => Some(ActKind::OrderPayment),
                BatchState::Approved => Some(ActKind::ConfirmPayment),
                BatchState::Settled | BatchState::Cancelled => None,
            };
            let letter = match act {
                Some(act) => first_letter(db, &house, &actor, &batch, act, lang)?,
                None => None,
            };
            Ok((batch, letter))
        })
        .await?;
    let cx = visitor.page();
    let is_own = me == Some(batch.maker_id);
    let drawn_up = batch.state == BatchState::DrawnUp;
    Ok(BatchPage {
        crumbs: Crumbs::new(lang, vec![Link::new("/finance/batches", lang.pick("拨付批次", "Payout batches"))], &batch.number),
        status: batch_tag(lang, batch.state),
        facts: facts(lang, &batch),
        total: batch.total.display(),
        words: batch.total.in_words(),
        errors: error_summary(lang, refusals),
        rows: batch.lines.iter().map(|line| row(lang, line, form)).collect(),
        settles: batch.state == BatchState::Approved,
        fields: with_errors(lang, fields(lang, form, &visitor.today.to_string()), refusals),
        approves: drawn_up && !is_own,
        is_own: drawn_up && is_own,
        cancel: drawn_up.then(|| cancel_panel(&cx, &batch, form, refusals)),
        mail: letter.map(|(to, letter)| MailPreview {
            lang,
            to: lang.pick(format!("{to}（其他企业各收一封）"), format!("{to} (every other enterprise gets its own)")),
            subject: letter.subject,
            body: letter.body,
            open: false,
        }),
        number: batch.number,
        version: batch.version,
        cx,
    })
}

fn facts(lang: Lang, batch: &BatchDetail) -> Vec<Fact> {
    let moment = |at: Option<chrono::NaiveDateTime>| at.map(|at| date_time(at.and_utc(), lang)).unwrap_or_default();
    let stamped =
        |name: &str, at: String| if name.is_empty() { lang.pick("尚无", "not yet").to_owned() } else { format!("{name} · {at}") };
    let mut facts = vec![
        Fact::new(lang.pick("制单人", "Maker"), stamped(&batch.maker, moment(Some(batch.drawn_up_at)))),
        Fact::new(lang.pick("复核人", "Approver"), stamped(&batch.approver, moment(batch.approved_at))),
        Fact::new(lang.pick("公示文号", "Public notice"), batch.notices.join("、")),
        Fact::new(lang.pick("资金来源", "Appropriation"), batch.documents.join("、")),
    ];
    if batch.settled_at.is_some() {
        facts.push(Fact::new(lang.pick("办结", "Settled"), moment(batch.settled_at)));
    }
    facts
}

fn row(lang: Lang, line: &BatchLine, form: &Form) -> Row {
    let tone = match line.state {
        LineState::DrawnUp => Tone::Warn,
        LineState::Ordered => Tone::Info,
        LineState::Paid => Tone::Ok,
        LineState::Failed => Tone::Bad,
        LineState::Cancelled => Tone::Plain,
    };
    let on = line.settled_on.map(|on| full_date(on, lang)).unwrap_or_default();
    let id = line.id.to_string();
    Row {
        id: line.id,
        application: line.application.clone(),
        payee: line.account_name.clone(),
        bank: if line.cnaps.is_empty() { line.bank_name.clone() } else { format!("{} · {}", line.bank_name, line.cnaps) },
        account: line.account_no.clone(),
        grant: format!("{} {}", line.tier.title().get(lang), line.year),
        amount: line.amount.display(),
        status: Tag::new(tone, line.state.label(lang)),
        note: [on, line.failure.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · "),
        open: line.state == LineState::Ordered,
        picked: form.all("line").any(|picked| picked == id),
    }
}

fn fields(lang: Lang, form: &Form, today: &str) -> Vec<FieldView> {
    let on = if form.raw("on").is_empty() { today } else { form.raw("on") };
    vec![
        FieldView::new(lang, FieldKind::Date, "on", lang.pick("银行日期", "Day on the bank's slip")).value(on).short(),
        FieldView::text(lang, "failure", lang.pick("失败原因", "Why it failed"))
            .hint(lang.pick("仅登记失败时填写，会写进给企业的邮件", "Only for failed transfers; it goes into the letter"))
            .value(form.raw("failure"))
            .optional()
            .max_length(300),
    ]
}

fn cancel_panel(cx: &PageCx, batch: &BatchDetail, form: &Form, refusals: &[Refusal]) -> ConfirmView {
    let lang = cx.lang;
    let reason = FieldView::new(lang, FieldKind::Area, "reason", lang.pick("作废原因", "Reason")).value(form.raw("reason"));
    ConfirmView {
        look: "bad",
        effect: lang.pick("批次作废，其中的申请回到待拨付。", "The batch is void and its applications can be drawn up again.").to_owned(),
        fields: with_errors(lang, vec![reason], refusals),
        hidden: vec![("version".into(), batch.version.to_string())],
        open: refusals.iter().any(|refusal| refusal.field.as_deref() == Some("reason")),
        ..ConfirmView::new(
            cx,
            format!("/finance/batches/{}/cancel", batch.number),
            lang.pick("作废…", "Cancel…"),
            lang.pick("作废本批次", "Cancel this batch"),
        )
    }
}
