//! `/admin/clock`: were payouts held because the machine's clock was put forward, and may they go on?

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::hold_payouts::release_payouts;
use crate::calendar::date_time;
use crate::lang::{Lang, Text};
use crate::reports::administration::{self, HoldRow};
use crate::reports::trail::seal_state;
use crate::web::answer::{page, settle};
use crate::web::audit::seal::{SealLine, seal_line};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One time in which payouts rested.
#[derive(Debug)]
pub struct Row {
    pub begun: String,
    pub jump: String,
    /// Empty while it lasts.
    pub ended: String,
    pub who: String,
    pub reason: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "admin/clock.html")]
pub struct ClockView {
    pub cx: PageCx,
    pub now: String,
    /// There while payouts rest.
    pub release: Option<ConfirmView>,
    pub rows: Vec<Row>,
    pub trail: SealLine,
}

fn row(hold: &HoldRow, lang: Lang) -> Row {
    let (minutes, seconds) = (hold.jump_seconds / 60, hold.jump_seconds % 60);
    let (ended, who, reason) = match &hold.ended {
        Some((at, who, reason)) => (date_time(at.and_utc(), lang), who.clone(), reason.clone()),
        None => Default::default(),
    };
    Row {
        begun: date_time(hold.begun_at.and_utc(), lang),
        jump: lang.pick(format!("+{minutes} 分 {seconds} 秒"), format!("+{minutes} min {seconds} s")),
        ended,
        who,
        reason,
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let now = site.clock.now();
    let (holds, trail) = site.read(move |db| Ok((administration::payout_holds(db)?, seal_state(db, now)?))).await?;
    let (lang, cx) = (visitor.lang, visitor.page());
    let release = holds.iter().any(|hold| hold.ended.is_none()).then(|| {
        let (open, done) = (lang.pick("恢复拨付…", "Release payouts…"), lang.pick("时钟已核对，恢复拨付", "The clock is right, release"));
        let mut view = ConfirmView::new(&cx, "/admin/clock/release".to_owned(), open, done);
        view.effect = lang
            .pick(
                "财政可以重新制单、复核和下载拨付清单。请先与授时服务器核对，并检查公示的起止日期。",
                "Finance may draw up, approve and download batches again. First compare the clock with a time server, and look at the days of the notices.",
            )
            .to_owned();
        view.fields = vec![FieldView::new(lang, FieldKind::Area, "reason", lang.pick("核对结果", "What you found"))];
        view
    });
    page(&ClockView {
        now: date_time(now, lang),
        release,
        rows: holds.iter().map(|hold| row(hold, lang)).collect(),
        trail: seal_line(&trail, lang),
        cx,
    })
}

/// # Errors
/// The page that says why not.
pub async fn release(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let reason = form.paragraph("reason");
    let answer = ("/admin/clock".to_owned(), Text::new("拨付已恢复。", "Payouts are released."));
    settle(&visitor, &site, &form, answer, move |act| release_payouts(act, &reason)).await
}
