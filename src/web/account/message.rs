//! One message after a step: mail sent, address confirmed, link no longer valid.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::lang::Text;
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{Link, Tone};
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// The message with what to do next.
#[derive(Debug, Template)]
#[template(path = "account/message.html")]
pub struct MessageView {
    pub cx: PageCx,
    pub tone: Tone,
    pub title: String,
    pub paragraphs: Vec<String>,
    /// The first is the main one.
    pub links: Vec<Link>,
}

/// A message as a page, without the links.
#[must_use]
pub fn view(visitor: &Visitor, tone: Tone, title: &Text, paragraphs: &[Text]) -> MessageView {
    MessageView {
        tone,
        title: title.get(visitor.lang).to_owned(),
        paragraphs: paragraphs.iter().map(|text| text.get(visitor.lang).to_owned()).collect(),
        links: Vec::new(),
        cx: visitor.page(),
    }
}

/// A link of a letter that no longer works; `again` is where a new one is asked for.
///
/// # Errors
/// A template that cannot be rendered.
pub fn link_is_void(visitor: &Visitor, why: &Text, again: Option<(&str, Text)>) -> Result<HttpResponse, Problem> {
    let title = Text::new("链接已失效", "The link no longer works");
    let mut message = view(visitor, Tone::Warn, &title, std::slice::from_ref(why));
    let home = ("/login", Text::new("去登录", "Sign in"));
    for (href, text) in again.into_iter().chain([home]) {
        message.links.push(Link::new(href, text.get(visitor.lang)));
    }
    let mut answer = page(&message)?;
    *answer.status_mut() = StatusCode::GONE;
    Ok(answer)
}
