//! `…/statements/{number}`: one statement with where it stands, for all three sides.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::money::{Centre, MoneyView, money_views};
use super::view::{StatementView, issued, state_tag};
use super::{Area, papers};
use crate::calendar::{beijing_time, date_time};
use crate::ids::AccountId;
use crate::lang::Lang;
use crate::metering::statement::{StatementAct, StatementState, acts_open_to};
use crate::reports::statement::{Entry, OpenPaper, StatementDetail, open_papers, statement_detail};
use crate::web::answer::{error_summary, with_errors};
use crate::web::attempt::Attempt;
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, Crumbs, ErrorSummary, FieldKind, FieldView, Tag, TimelineItem, TimelineView, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// What both frames show.
#[derive(Debug)]
pub struct Body {
    pub crumbs: Crumbs,
    pub number: String,
    pub version: i64,
    pub href: String,
    pub status: Tag,
    pub errors: ErrorSummary,
    pub sheet: StatementView,
    /// What was said in a dispute and in the answer to it.
    pub reason: String,
    pub answer: String,
    pub money: Vec<MoneyView>,
    pub history: TimelineView,
    /// Forms for invoices and payments; the centre's alone.
    pub papers: Vec<ConfirmView>,
    pub confirms: bool,
    pub panels: Vec<ConfirmView>,
    /// Why an act that seems to be there is not.
    pub hint: String,
}

#[derive(Debug, Template)]
#[template(path = "statement/mine.html")]
struct MinePage {
    cx: PageCx,
    body: Body,
}

#[derive(Debug, Template)]
#[template(path = "statement/staff.html")]
struct StaffPage {
    cx: PageCx,
    body: Body,
}

/// # Errors
/// An unknown number or another's statement; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &number, &Attempt::default()).await
}

/// The page, first or after a refusal.
///
/// # Errors
/// As [`show`].
pub async fn render(visitor: &Visitor, site: &web::Data<Site>, number: &str, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let (actor, wanted) = (visitor.actor()?, number.to_owned());
    let area = Area::of(&visitor.path);
    let (detail, open) = site
        .read(move |db| {
            let detail = statement_detail(db, &actor, &wanted)?;
            let open = match area {
                Area::Centre => open_papers(db, detail.contract.provider_id, &detail.contract.enterprise_uscc)?,
                Area::Enterprise | Area::Desk => Vec::new(),
            };
            Ok((detail, open))
        })
        .await?;
    let cx = visitor.page();
    let body = body(&cx, visitor, area, &detail, &open, attempt)?;
    match area {
        Area::Enterprise => attempt.page(&MinePage { cx, body }),
        Area::Centre | Area::Desk => attempt.page(&StaffPage { cx, body }),
    }
}

fn body(
    cx: &PageCx,
    visitor: &Visitor,
    area: Area,
    detail: &StatementDetail,
    open: &[OpenPaper],
    attempt: &Attempt,
) -> Result<Body, Problem> {
    let (lang, number) = (cx.lang, &detail.statement.number);
    let actor = visitor.actor()?;
    let acts = open_acts(detail, &actor.roles(), actor.account);
    let is_own = area == Area::Centre && detail.statement.issued_by.is_some() && detail.statement.issued_by == actor.account;
    let centre = (area == Area::Centre).then_some(Centre { cx, number, attempt });
    let living = StatementState::parse(&detail.standing.state).is_some_and(|state| state != StatementState::Reversed);
    Ok(Body {
        crumbs: area.crumbs(lang, Vec::new(), number),
        version: detail.standing.version,
        href: area.href(number),
        status: state_tag(lang, &detail.standing.state),
        errors: error_summary(lang, attempt.refusals()),
        sheet: issued(lang, area, detail),
        reason: detail.standing.reason.clone(),
        answer: detail.standing.answer.clone(),
        money: money_views(lang, detail, centre.as_ref()),
        history: TimelineView { items: detail.trail.iter().map(|entry| said(lang, area, entry)).collect() },
        papers: centre.filter(|_| living).map(|centre| papers::panels(&centre, detail, open)).unwrap_or_default(),
        confirms: acts.contains(&StatementAct::Confirm),
        panels: panels(cx, area, detail, &acts, attempt),
        hint: if is_own && living {
            lang.pick("您出具了这份对账单，冲销须由其他同事办理。", "You issued this statement; a colleague has to reverse it.").to_owned()
        } else {
            String::new()
        },
        number: number.clone(),
    })
}

fn open_acts(detail: &StatementDetail, roles: &[crate::party::Role], account: Option<AccountId>) -> Vec<StatementAct> {
    let Some(state) = StatementState::parse(&detail.standing.state) else { return Vec::new() };
    acts_open_to(state, roles, account.is_some() && detail.statement.issued_by == account)
}

/// The acts that need a reason, each with its own field.
fn panels(cx: &PageCx, area: Area, detail: &StatementDetail, acts: &[StatementAct], attempt: &Attempt) -> Vec<ConfirmView> {
    let lang = cx.lang;
    let href = area.href(&detail.statement.number);
    let panel = |act: StatementAct, label: &str, button: &str, effect: &str, field: &str, look: &'static str| {
        acts.contains(&act).then(|| {
            let name = reason_of(act);
            let reason = FieldView::new(lang, FieldKind::Area, name, field).value(attempt.typed(name, "")).max_length(500);
            ConfirmView {
                look,
                effect: effect.to_owned(),
                fields: with_errors(lang, vec![reason], attempt.refusals()),
                hidden: vec![("version".into(), detail.standing.version.to_string())],
                open: attempt.refusals().iter().any(|refusal| refusal.field.as_deref() == Some(name)),
                ..ConfirmView::new(cx, format!("{href}/{act}"), label, button)
            }
        })
    };
    let dispute = panel(
        StatementAct::Dispute,
        lang.pick("提出异议…", "Dispute…"),
        lang.pick("提交异议", "Send the dispute"),
        lang.pick(
            "服务机构须答复或冲销；期间不能用于申请。",
            "The centre has to answer or reverse; until then it supports no application.",
        ),
        lang.pick("哪里不对", "What is wrong"),
        "bad",
    );
    let resolve = panel(
        StatementAct::Resolve,
        lang.pick("答复异议…", "Answer the dispute…"),
        lang.pick("答复并维持对账单", "Answer and uphold the statement"),
        lang.pick("企业会看到答复，可以确认或再次提出异议。", "The enterprise reads the answer and may confirm or dispute again."),
        lang.pick("答复", "Answer"),
        "",
    );
    let reverse = panel(
        StatementAct::Reverse,
        lang.pick("冲销…", "Reverse…"),
        lang.pick("冲销对账单", "Reverse the statement"),
        lang.pick(
            "出具一份金额相反的凭单，本月可重新出账；原对账单保留可查。",
            "A credit statement of the opposite amount is issued and the month can be billed anew; this one stays to be read.",
        ),
        lang.pick("冲销理由", "Reason"),
        "bad",
    );
    [resolve, dispute, reverse].into_iter().flatten().collect()
}

/// The field in which an act's reason is typed; a page may show several.
#[must_use]
pub fn reason_of(act: StatementAct) -> &'static str {
    match act {
        StatementAct::Dispute => "dispute_reason",
        StatementAct::Resolve => "answer_reason",
        StatementAct::Reverse => "reverse_reason",
        StatementAct::Issue | StatementAct::Confirm => "reason",
    }
}

/// A line of the trail. The enterprise reads what was done, not which clerk did it.
fn said(lang: Lang, area: Area, entry: &Entry) -> TimelineItem {
    let act = StatementAct::ALL.iter().copied().find(|act| entry.act == format!("{act}_statement"));
    let label = act.map_or(lang.pick("办理", "acted"), |act| act.label(lang));
    let tone = match act {
        Some(StatementAct::Issue | StatementAct::Resolve) => Tone::Info,
        Some(StatementAct::Confirm) => Tone::Ok,
        Some(StatementAct::Dispute) => Tone::Warn,
        Some(StatementAct::Reverse) => Tone::Bad,
        None => Tone::Plain,
    };
    let at = entry.at.and_utc();
    TimelineItem {
        tone,
        when: date_time(at, lang),
        machine_time: beijing_time(at).format("%Y-%m-%dT%H:%M+08:00").to_string(),
        text: if area == Area::Enterprise { label.to_owned() } else { format!("{} {label}", entry.actor_name) },
        said: entry.reason.clone(),
        proof: None,
        next: false,
    }
}
