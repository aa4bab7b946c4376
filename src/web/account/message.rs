//! One message after a step: mail sent, address confirmed, link no longer valid.

use askama::Template;

use crate::web::page::PageCx;
use crate::web::parts::{Link, Tone};

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
