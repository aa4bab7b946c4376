//! `/progress`: where an application stands, without an account and without amounts.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::application::State;
use crate::ids::normal_code;
use crate::lang::Lang;
use crate::reports::progress::{END, look_up};
use crate::web::answer::page;
use crate::web::application::list::state_tag;
use crate::web::application::status::track;
use crate::web::page::PageCx;
use crate::web::parts::{FieldView, Tag, TrackView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    number: String,
    code: String,
}

#[derive(Debug, Template)]
#[template(path = "public/progress.html")]
struct ProgressPage {
    cx: PageCx,
    fields: Vec<FieldView>,
    asked: bool,
    number: String,
    found: Option<(Tag, TrackView)>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let (number, code) = (normal_code(&asked.number).to_ascii_uppercase(), normal_code(&asked.code));
    let is_asked = !number.is_empty() || !code.is_empty();
    let state = if is_asked {
        let (number, code) = (number.clone(), code.clone());
        site.read(move |db| look_up(db, &number, &code)).await?
    } else {
        None
    };
    page(&ProgressPage {
        fields: fields(lang, &number, &code),
        asked: is_asked,
        found: state.map(|state: State| (state_tag(lang, state), track(lang, state, &[]))),
        number,
        cx: visitor.page(),
    })
}

fn fields(lang: Lang, number: &str, code: &str) -> Vec<FieldView> {
    vec![
        FieldView::text(lang, "number", lang.pick("申请编号", "Application number"))
            .hint(lang.pick("见受理回执，例如 A-2026-0117", "On the receipt, such as A-2026-0117"))
            .value(number)
            .short()
            .max_length(20),
        FieldView::text(
            lang,
            "code",
            lang.pick(format!("统一社会信用代码后 {END} 位"), format!("Last {END} characters of the credit code")),
        )
        .value(code)
        .short()
        .max_length(END),
    ]
}
