//! `/finance/clawbacks`: money that has to come back, and that it has.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::Refusal;
use crate::acts::fund_waitlist;
use crate::acts::recover_clawback::recover_clawback;
use crate::calendar::{date_time, full_date};
use crate::lang::{Lang, Text};
use crate::payout::ClawbackState;
use crate::reports::clawbacks::{ClawbackRow, clawbacks};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, ErrorSummary, FieldKind, FieldView, MailPreview, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug)]
struct Row {
    number: String,
    application: String,
    enterprise: String,
    grant: String,
    amount: String,
    cause: &'static str,
    reason: String,
    fine: String,
    opened: String,
    status: Tag,
    recovered: String,
    recover: Option<ConfirmView>,
}

#[derive(Debug, Template)]
#[template(path = "finance/clawbacks.html")]
struct ClawbacksPage {
    cx: PageCx,
    errors: ErrorSummary,
    rows: Vec<Row>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&view(&visitor, &site, "", &Form::default(), &[]).await?)
}

/// # Errors
/// An unknown number, a fault of the database.
pub async fn recover(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let Some(on) = form.date("on", &mut faults) else {
        return page_with_faults(&view(&visitor, &site, &number, &form, &faults.0).await?);
    };
    let wanted = number.to_string();
    let act = move |act: &mut crate::acts::Act<'_>| recover_clawback(act, &wanted, on).map(|()| "/finance/clawbacks".to_owned());
    match site.act(visitor.actor()?, form.request_key(&visitor), act).await? {
        Ok(place) => {
            let desk = site.clone();
            web::block(move || fund_waitlist::fund_all(&desk.store, &desk.house, desk.clock.now())).await??;
            let text = Text::new("已登记收回，预算与年度额度已恢复。", "Recorded; budget and yearly room are back.");
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => page_with_faults(&view(&visitor, &site, &number, &form, &refusals).await?),
    }
}

async fn view(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    form: &Form,
    refusals: &[Refusal],
) -> Result<ClawbacksPage, Problem> {
    let (lang, house) = (visitor.lang, site.house.clone());
    let found = site.read(move |db| clawbacks(db, &house, lang)).await?;
    let cx = visitor.page();
    let today = visitor.today.to_string();
    let rows = found.into_iter().map(|one| {
        let own = if one.number == number { refusals } else { &[] };
        let typed = if one.number == number && !form.raw("on").is_empty() { form.raw("on") } else { &today };
        row(&cx, one, typed, own)
    });
    Ok(ClawbacksPage { errors: error_summary(lang, refusals), rows: rows.collect(), cx: visitor.page() })
}

fn row(cx: &PageCx, one: ClawbackRow, typed: &str, refusals: &[Refusal]) -> Row {
    let lang = cx.lang;
    let due = one.state == ClawbackState::Due;
    let recovered = one.recovered_on.map(|on| format!("{} · {}", full_date(on, lang), one.recovered_by)).unwrap_or_default();
    let recover = due.then(|| panel(cx, &one, typed, refusals));
    Row {
        status: Tag::new(if due { Tone::Warn } else { Tone::Ok }, one.state.label(lang)),
        grant: format!("{} {}", one.tier.title().get(lang), one.year),
        amount: one.amount.display(),
        cause: one.cause.label(lang),
        opened: format!("{} · {}", one.opened_by, date_time(one.opened_at.and_utc(), lang)),
        number: one.number,
        application: one.application,
        enterprise: one.enterprise,
        reason: one.reason,
        fine: one.fine_note,
        recovered,
        recover,
    }
}

fn panel(cx: &PageCx, one: &ClawbackRow, typed: &str, refusals: &[Refusal]) -> ConfirmView {
    let lang: Lang = cx.lang;
    let on = FieldView::new(lang, FieldKind::Date, "on", lang.pick("到账日", "Day of arrival")).value(typed).short();
    ConfirmView {
        effect: lang
            .pick(
                "款项退回预算，企业的年度额度恢复，申请转为「已追回」。",
                "The budget and the enterprise's yearly room have it again; the case becomes \"clawed back\".",
            )
            .to_owned(),
        fields: with_errors(lang, vec![on], refusals),
        mail: one.letter.as_ref().map(|letter| MailPreview {
            lang,
            to: one.enterprise.clone(),
            subject: letter.subject.clone(),
            body: letter.body.clone(),
            open: false,
        }),
        open: !refusals.is_empty(),
        ..ConfirmView::new(
            cx,
            format!("/finance/clawbacks/{}/recover", one.number),
            lang.pick("登记收回…", "Record as recovered…"),
            lang.pick("款项已到账", "The money has arrived"),
        )
    }
}
