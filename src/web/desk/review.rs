//! `GET /desk/applications/{number}`: papers at the left, checks and calculation at the right, the
//! decision below.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::case_view::{history, state_tag};
use super::decisions::{Decisions, decisions};
use super::frame;
use super::materials::{Materials, materials};
use crate::acts::case_checks::{Check, Verdict};
use crate::application::{ActKind, State, acts_open_to};
use crate::calendar::{beijing_date, day_with_weekday};
use crate::lang::Lang;
use crate::party::Role;
use crate::reports::case_desk::{self, CaseDesk};
use crate::reports::desk_queue::{self, PROMISED_WORKING_DAYS, UNDER_REVIEW};
use crate::reports::task_force::suggested;
use crate::web::answer::error_summary;
use crate::web::attempt::Attempt;
use crate::web::calculation::{GrantSteps, sheet_views, step_views};
use crate::web::enterprise::structure::StructureView;
use crate::web::page::PageCx;
use crate::web::parts::{CheckRow, Checks, Choice, ErrorSummary, FieldKind, FieldView, Link, SheetView, Tag, TimelineView, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Who must know the persons behind an enterprise to decide; others read their names masked.
const REVIEWERS: [Role; 3] = [Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority];

/// Which papers to show.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: String,
    paper: String,
}

#[derive(Debug, Template)]
#[template(path = "desk/review.html")]
struct ReviewPage {
    cx: PageCx,
    number: String,
    version: i64,
    enterprise: String,
    uscc: String,
    tags: Vec<Tag>,
    who: String,
    errors: ErrorSummary,
    materials: Materials,
    back: String,
    may_remark: bool,
    may_decide_qualifications: bool,
    checks: Checks,
    sheets: Vec<SheetView>,
    steps: Vec<GrantSteps>,
    history: TimelineView,
    assign: Option<FieldView>,
    assign_hint: String,
    coaching: Vec<(String, String)>,
    structure: StructureView,
    decisions: Decisions,
    may_claim: bool,
    /// Red letters may come, and whoever looks may enter one.
    may_enter_letter: bool,
}

/// # Errors
/// An unknown number; a fault of the database.
pub async fn show(
    visitor: Visitor,
    site: web::Data<Site>,
    number: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, number.into_inner(), &asked, &Attempt::default()).await
}

/// The page, after a refusal with what was typed.
///
/// # Errors
/// An unknown number; a fault of the database.
pub async fn render(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: String,
    asked: &Asked,
    attempt: &Attempt,
) -> Result<HttpResponse, Problem> {
    let (actor, today, shared) = (visitor.actor()?, visitor.today, site.clone());
    let (rail, desk) = site
        .read(move |db| {
            let rail = desk_queue::rail(db, actor.account)?;
            Ok((rail, case_desk::load(db, &shared.house, &actor, &number, today)?))
        })
        .await?;
    let cx = frame(visitor, &rail, None);
    attempt.page(&view(visitor, site, cx, &desk, asked, attempt)?)
}

fn view(visitor: &Visitor, site: &Site, cx: PageCx, desk: &CaseDesk, asked: &Asked, attempt: &Attempt) -> Result<ReviewPage, Problem> {
    let lang = visitor.lang;
    let detail = &desk.detail;
    let application = detail.application();
    let open = acts_open_to(application.state, &visitor.actor()?.roles());
    let (assign, assign_hint) = if open.contains(&ActKind::Assign) { assignment(lang, desk) } else { (None, String::new()) };
    Ok(ReviewPage {
        number: application.number.clone(),
        version: application.version,
        enterprise: detail.dossier.enterprise.name.clone(),
        uscc: detail.dossier.enterprise.uscc.clone(),
        tags: tags(lang, site, desk),
        who: who(lang, desk),
        errors: error_summary(lang, attempt.refusals()),
        materials: materials(lang, desk, &asked.tab, &asked.paper, open.contains(&ActKind::MarkItem)),
        back: format!("/desk/applications/{}?tab=qualifications", application.number),
        may_remark: UNDER_REVIEW.contains(&application.state) && visitor.holds(Role::TaskForce),
        may_decide_qualifications: visitor.holds(Role::TaskForce),
        checks: Checks { rows: desk.checks.iter().map(|check| check_row(lang, check)).collect() },
        sheets: detail.assessment.as_ref().map(|found| sheet_views(lang, found, &detail.dossier)).unwrap_or_default(),
        steps: detail.assessment.as_ref().map(|found| step_views(lang, found, &detail.dossier)).unwrap_or_default(),
        history: history(lang, &detail.trail),
        assign,
        assign_hint,
        coaching: detail.coaching.iter().map(|one| (one.question.clone(), one.answer.clone())).collect(),
        structure: StructureView::new(lang, &desk.structures, REVIEWERS.iter().any(|role| visitor.holds(*role))),
        may_enter_letter: application.state.has_passed_final()
            && [Role::TaskForce, Role::CompetentAuthority].iter().any(|role| visitor.holds(*role)),
        may_claim: open.contains(&ActKind::OpenClawback),
        decisions: decisions(visitor, &cx, &site.house, desk, attempt),
        cx,
    })
}

fn tags(lang: Lang, site: &Site, desk: &CaseDesk) -> Vec<Tag> {
    let application = desk.detail.application();
    let mut tags = vec![state_tag(lang, application.state)];
    let since = beijing_date(application.state_since.and_utc());
    let due = match application.state {
        State::Returned => application.correction_due,
        state if UNDER_REVIEW.contains(&state) => site.house.calendar.add_working_days(since, PROMISED_WORKING_DAYS).ok(),
        _ => None,
    };
    if let Some(due) = due {
        let day = day_with_weekday(due, lang);
        let text = if application.state == State::Returned {
            lang.pick(format!("补正期限 {day}"), format!("correction due {day}"))
        } else {
            lang.pick(format!("承诺 {day}前"), format!("promised by {day}"))
        };
        tags.push(Tag::new(Tone::Warn, text));
    }
    tags
}

/// Who has touched the case, and whether the reader has.
fn who(lang: Lang, desk: &CaseDesk) -> String {
    let detail = &desk.detail;
    let name = |id| detail.people.get(id).map_or("", String::as_str);
    let mut said: Vec<String> = detail
        .sides
        .iter()
        .map(|(id, side)| {
            let role = if side == "final" { lang.pick("复审", "final review") } else { lang.pick("预审/初审", "preparation") };
            lang.pick(format!("{role}：{}", name(id)), format!("{role}: {}", name(id)))
        })
        .collect();
    if let Some(assigned) = &detail.application().assigned_to {
        let name = name(assigned);
        said.push(lang.pick(format!("经办：{name}"), format!("assigned to: {name}")));
    }
    if desk.own_side.is_none() {
        said.push(lang.pick("您未参与本案", "you have not touched this case").to_owned());
    }
    said.join(" · ")
}

fn assignment(lang: Lang, desk: &CaseDesk) -> (Option<FieldView>, String) {
    let application = desk.detail.application();
    let best = suggested(&desk.members, application.state);
    let chosen = application.assigned_to.or_else(|| best.map(|member| member.id)).map(|id| id.to_string()).unwrap_or_default();
    let choices = desk.members.iter().map(|member| {
        let mut label = lang.pick(format!("{}（在办 {} 件）", member.name, member.open), format!("{} ({} open)", member.name, member.open));
        if !member.may_go_on(application.state) {
            label.push_str(lang.pick(" · 不能办下一步", " · may not do the next step"));
        }
        Choice::new(member.id.to_string(), label)
    });
    let field = FieldView::new(lang, FieldKind::Select, "to", lang.pick("分派给", "Assign to")).value(chosen).choices(choices.collect());
    let hint = best.map(|member| {
        lang.pick(
            format!("建议：{}，在办最少（{} 件）", member.name, member.open),
            format!("Suggested: {}, with the fewest open cases ({})", member.name, member.open),
        )
    });
    (Some(field), hint.unwrap_or_default())
}

fn check_row(lang: Lang, check: &Check) -> CheckRow {
    let (tone, zh, en) = match check.verdict {
        Verdict::Passed => (Tone::Ok, "通过", "Passed"),
        Verdict::Note => (Tone::Warn, "留意", "Note"),
        Verdict::Explain => (Tone::Bad, "须说明", "Explain"),
    };
    CheckRow {
        status: Tag::new(tone, lang.pick(zh, en)),
        text: check.text.get(lang).to_owned(),
        evidence: check.evidence.get(lang).to_owned(),
        link: check
            .other
            .as_ref()
            .map(|number| Link::new(format!("/desk/applications/{number}"), lang.pick("查看该申请", "Open that application"))),
    }
}
