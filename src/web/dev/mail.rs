//! `/dev/mail`: the letters of the demo, newest first, with the words that went into its folder:
//! the links in them work. Only in the demo.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::calendar::date_time;
use crate::mail::transport::{Outlet, words_in_folder};
use crate::reports::letters::{Letter, newest, one};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "dev/mail.html")]
struct MailPage {
    cx: PageCx,
    letters: Vec<Letter>,
}

#[derive(Debug, Template)]
#[template(path = "dev/letter.html")]
struct LetterPage {
    cx: PageCx,
    letter: Letter,
}

impl MailPage {
    fn when(&self, letter: &Letter) -> String {
        date_time(letter.queued_at.and_utc(), self.cx.lang)
    }
}

/// # Errors
/// A fault of the database.
pub async fn list(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let letters = site.read(newest).await?;
    page(&MailPage { cx: visitor.page(), letters })
}

/// # Errors
/// An unknown letter.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let outlet = crate::jobs::outlet(site.config.mail.expose());
    let letter = site
        .read(move |db| {
            let letter = one(db, *id)?;
            let words = match &outlet {
                Some(Outlet::Folder(folder)) if letter.state == "sent" => words_in_folder(folder, letter.id.get()),
                _ => None,
            };
            Ok(Letter { body: words.unwrap_or_else(|| letter.body.clone()), ..letter })
        })
        .await?;
    page(&LetterPage { cx: visitor.page(), letter })
}
