//! `/admin/mail`: what waits, what went, and what could not be sent. The words of letters stay
//! closed: they may hold links that open somebody's account.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::acts::retry_letter::retry_letter;
use crate::calendar::date_time;
use crate::ids::LetterId;
use crate::lang::{Lang, Text};
use crate::reports::administration::{self, LetterRow};
use crate::web::answer::{page, settle};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const STATES: [&str; 4] = ["dead", "queued", "sending", "sent"];

/// Which letters to show.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    state: String,
}

/// One letter.
#[derive(Debug)]
pub struct Row {
    pub subject: String,
    pub to: String,
    pub queued: String,
    pub attempts: i64,
    pub state: Tag,
    pub error: String,
    /// Where it is brought back to the queue; empty when it is not set aside.
    pub retry: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "admin/mail.html")]
pub struct MailView {
    pub cx: PageCx,
    pub filters: Vec<(Link, bool)>,
    pub rows: Vec<Row>,
    pub dead: usize,
}

fn tag(state: &str, lang: Lang) -> Tag {
    match state {
        "dead" => Tag::new(Tone::Bad, lang.pick("未能送达", "Could not be sent")),
        "sending" => Tag::new(Tone::Info, lang.pick("正在发送", "Being sent")),
        "sent" => Tag::new(Tone::Ok, lang.pick("已发出", "Sent")),
        _ => Tag::new(Tone::Info, lang.pick("等待发送", "Waiting")),
    }
}

fn row(letter: &LetterRow, lang: Lang) -> Row {
    Row {
        subject: letter.subject.clone(),
        to: letter.to.clone(),
        queued: date_time(letter.queued_at.and_utc(), lang),
        attempts: letter.attempts,
        state: tag(&letter.state, lang),
        error: if letter.state == "sent" { String::new() } else { letter.last_error.clone() },
        retry: if letter.state == "dead" { format!("/admin/mail/{}/retry", letter.id) } else { String::new() },
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, wish: web::Query<Wish>) -> Result<HttpResponse, Problem> {
    let state = STATES.into_iter().find(|known| *known == wish.state);
    let (rows, dead) =
        site.read(move |db| Ok((administration::letters(db, state)?, administration::letters(db, Some("dead"))?.len()))).await?;
    let lang = visitor.lang;
    let mut filters = vec![(Link::new("/admin/mail", lang.pick("全部", "All")), state.is_none())];
    filters.extend(STATES.map(|known| (Link::new(format!("/admin/mail?state={known}"), tag(known, lang).text), state == Some(known))));
    page(&MailView { filters, rows: rows.iter().map(|letter| row(letter, lang)).collect(), dead, cx: visitor.page() })
}

/// # Errors
/// The page that says why not.
pub async fn retry(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id: LetterId = id.parse().map_err(|_| Problem::not_found())?;
    let answer = ("/admin/mail".to_owned(), Text::new("已放回队列，马上重新发送。", "It is back in the queue and is sent again shortly."));
    settle(&visitor, &site, &form, answer, move |act| retry_letter(act, id)).await
}
