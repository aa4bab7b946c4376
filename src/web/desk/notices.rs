//! `/desk/notices`: what waits for a notice, the notices made, and the objections to them.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::case_view::state_tag;
use super::frame;
use crate::acts::Refusal;
use crate::acts::draft_notice::draft_notice;
use crate::calendar::{beijing_date, day_with_weekday, full_date};
use crate::lang::{Lang, Text};
use crate::party::Role;
use crate::reports::notice::NoticeSummary;
use crate::reports::notice_desk::{self, Case, ObjectionRow};
use crate::reports::{Db, desk_queue};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::public::notices::{period_text, status};
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/notices.html")]
struct NoticesPage {
    cx: PageCx,
    may_act: bool,
    errors: ErrorSummary,
    ready: Vec<CaseRow>,
    notices: Vec<Row>,
    objections: Vec<ObjectionLine>,
}

/// One case that can be, or is, in a notice.
#[derive(Debug)]
pub(super) struct CaseRow {
    pub number: String,
    pub enterprise: String,
    pub submitted: String,
    pub total: String,
    pub state: Tag,
    pub ticked: bool,
    /// An objection to it can be recorded now.
    pub may_object: bool,
}

#[derive(Debug)]
struct Row {
    number: String,
    title: String,
    enterprises: i64,
    total: String,
    period: String,
    status: Tag,
}

/// One objection in a list.
#[derive(Debug)]
pub(super) struct ObjectionLine {
    pub href: String,
    pub application: String,
    pub enterprise: String,
    pub notice: String,
    pub received: String,
    pub due: String,
    pub status: Tag,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&render(&visitor, &site, &[], &[]).await?)
}

/// Makes a draft of the ticked cases.
///
/// # Errors
/// As the act answers; a fault of the database.
pub async fn draft(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let chosen: Vec<String> = form.all("application").map(ToOwned::to_owned).collect();
    let picked = chosen.clone();
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            draft_notice(act, &picked).map(|number| format!("/desk/notices/{number}"))
        })
        .await?;
    match answer {
        Ok(place) => {
            let said = Text::new("草稿已建立。请核对文字和名单，再发布。", "The draft is made. Check words and list, then publish.");
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => page_with_faults(&render(&visitor, &site, &refusals, &chosen).await?),
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, refusals: &[Refusal], ticked: &[String]) -> Result<NoticesPage, Problem> {
    let (house, now, who) = (site.house.clone(), site.clock.now(), visitor.actor()?.account);
    let ask = move |db: &mut Db| Ok((desk_queue::rail(db, who)?, notice_desk::list(db, &house, now)?));
    let (rail, found) = site.read(ask).await?;
    let lang = visitor.lang;
    let ready =
        found.ready.iter().map(|case| CaseRow { ticked: refusals.is_empty() || ticked.contains(&case.number), ..case_row(lang, case) });
    Ok(NoticesPage {
        cx: frame(visitor, &rail, None),
        may_act: visitor.holds(Role::CompetentAuthority),
        errors: error_summary(lang, refusals),
        ready: ready.collect(),
        notices: found.notices.iter().map(|notice| row(lang, notice)).collect(),
        objections: objection_lines(lang, &found.objections),
    })
}

pub(super) fn case_row(lang: Lang, case: &Case) -> CaseRow {
    use crate::application::State;
    CaseRow {
        number: case.number.clone(),
        enterprise: case.enterprise.clone(),
        submitted: case.submitted_at.map(|at| full_date(beijing_date(at), lang)).unwrap_or_default(),
        total: case.total.display(),
        state: state_tag(lang, case.state),
        ticked: case.in_this_notice,
        may_object: matches!(case.state, State::InPublicNotice | State::ObjectionHold),
    }
}

fn row(lang: Lang, notice: &NoticeSummary) -> Row {
    let days = notice.working_days;
    Row {
        number: notice.number.clone(),
        title: notice.title.get(lang).to_owned(),
        enterprises: notice.enterprises,
        total: notice.total.display(),
        period: notice.period.map_or_else(
            || lang.pick(format!("未发布（{days} 个工作日）"), format!("not published ({days} working days)")),
            |(first, last)| period_text(lang, first, last, days),
        ),
        status: status(lang, notice.standing),
    }
}

pub(super) fn objection_lines(lang: Lang, rows: &[ObjectionRow]) -> Vec<ObjectionLine> {
    rows.iter()
        .map(|row| ObjectionLine {
            href: format!("/desk/objections/{}", row.id),
            application: row.application.clone(),
            enterprise: row.enterprise.clone(),
            notice: row.notice.clone(),
            received: full_date(row.received_on, lang),
            due: day_with_weekday(row.due, lang),
            status: objection_tag(lang, row),
        })
        .collect()
}

pub(super) fn objection_tag(lang: Lang, row: &ObjectionRow) -> Tag {
    match row.state.as_str() {
        "dismissed" => Tag::new(Tone::Ok, lang.pick("异议不成立", "Dismissed")),
        "upheld" => Tag::new(Tone::Bad, lang.pick("异议成立", "Upheld")),
        _ if row.overdue => Tag::new(Tone::Bad, lang.pick("答复已逾期", "Answer overdue")),
        _ => Tag::new(Tone::Warn, lang.pick("核查中", "Being examined")),
    }
}
