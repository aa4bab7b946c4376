//! `/account`: one's own name and the language of one's letters, for everybody who is signed in.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::typed;
use crate::acts::save_account::{OwnAccount, save_account};
use crate::acts::{Act, Refusal};
use crate::lang::{Lang, Text};
use crate::reports::people::{Myself, myself};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::nav::{home_of, role_label};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page.
#[derive(Debug, Template)]
#[template(path = "account/own.html")]
pub struct OwnView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    pub email: String,
    /// Role, or the enterprise or provider the person belongs to.
    pub capacity: String,
    pub version: i64,
    pub fields: Vec<FieldView>,
    /// Where the person's work is.
    pub back: &'static str,
}

fn fields(lang: Lang, name: &str, letters: &str) -> Vec<FieldView> {
    let languages = Lang::ALL.iter().map(|known| Choice::new(known.code(), known.name())).collect();
    vec![
        FieldView::text(lang, "name", lang.pick("姓名", "Name")).value(name).max_length(typed::NAME).autocomplete("name"),
        FieldView::new(lang, FieldKind::Radios, "language", lang.pick("邮件语言", "Language of letters"))
            .hint(lang.pick(
                "系统发给您的邮件用这种语言；页面的语言在右上角切换",
                "The letters you get are in this language; that of the pages is switched at the top",
            ))
            .value(letters)
            .choices(languages)
            .inline(),
    ]
}

fn shown(visitor: &Visitor, own: &Myself, typed: Option<(&Form, &[Refusal])>) -> Result<OwnView, Problem> {
    let lang = visitor.lang;
    let signed = visitor.signed.as_ref().ok_or_else(Problem::not_allowed)?;
    let (name, letters, version, refusals) = match typed {
        Some((form, refusals)) => (form.raw("name"), form.raw("language"), form.number("version"), refusals),
        None => (own.name.as_str(), own.language.as_str(), own.version, [].as_slice()),
    };
    Ok(OwnView {
        errors: error_summary(lang, refusals),
        email: own.email.clone(),
        capacity: role_label(signed, lang),
        version,
        fields: with_errors(lang, fields(lang, name, letters), refusals),
        back: home_of(signed),
        cx: visitor.page(),
    })
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let actor = visitor.actor()?;
    let own = site.read(move |db| myself(db, &actor)).await?;
    page(&shown(&visitor, &own, None)?)
}

/// # Errors
/// A fault of the database.
pub async fn save(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let name = form.required("name", typed::NAME, &mut faults);
    let lang = Lang::parse(form.raw("language"));
    if lang.is_none() {
        faults.add("language", "请选择邮件语言。", "Choose the language of your letters.");
    }
    if let (Some(lang), true) = (lang, faults.is_empty()) {
        let own = OwnAccount { name, lang, version: form.number("version") };
        let done = move |act: &mut Act<'_>| save_account(act, &own).map(|()| "/account".to_owned());
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(place) => return Ok(go_and_say(&visitor, &place, "ok", &Text::new("您的账号已保存。", "Your account is saved."))),
            Err(refusals) => faults = Faults(refusals),
        }
    }
    let actor = visitor.actor()?;
    let own = site.read(move |db| myself(db, &actor)).await?;
    page_with_faults(&shown(&visitor, &own, Some((&form, &faults.0)))?)
}
