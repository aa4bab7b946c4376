//! `/reset/{token}`: choose a new password by the link of the mail.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::message::link_is_void;
use super::register::password_field;
use super::typed;
use crate::acts::reset_password::reset_password;
use crate::hidden::masked_email;
use crate::lang::{Lang, Text};
use crate::party::Actor;
use crate::reports::links;
use crate::secret::password::Profile;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page with the new password; the field is [`super::register::password_field`].
#[derive(Debug, Template)]
#[template(path = "account/reset.html")]
pub struct ResetView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    /// Whose password, masked: z***@example.com.
    pub account: String,
    /// POST address with the token.
    pub action: String,
    pub field: FieldView,
}

fn again() -> Option<(&'static str, Text)> {
    Some(("/forgot", Text::new("重新发一封", "Ask for a new letter")))
}

fn shown(visitor: &Visitor, profile: Profile, (token, email): (&str, &str), faults: &Faults) -> ResetView {
    let lang: Lang = visitor.lang;
    let fields = with_errors(lang, vec![password_field(lang, profile)], &faults.0);
    ResetView {
        errors: error_summary(lang, &faults.0),
        account: masked_email(email),
        action: format!("/reset/{token}"),
        field: fields.into_iter().next().unwrap_or_else(|| password_field(lang, profile)),
        cx: visitor.page(),
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, token: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (asked, now) = (token.clone(), site.clock.now());
    match site.read(move |db| links::reset(db, &asked, now)).await? {
        Ok(email) => page(&shown(&visitor, site.house.access.passwords, (&token, &email), &Faults::default())),
        Err(why) => link_is_void(&visitor, &why, again()),
    }
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, token: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (asked, now) = (token.clone(), site.clock.now());
    let mut faults = Faults::default();
    let known = {
        let asked = asked.clone();
        site.read(move |db| links::reset(db, &asked, now)).await?
    };
    let about = known.as_deref().unwrap_or_default().to_owned();
    let hash = typed::password_hash(&site, &form, &[&about], &mut faults).await?;
    if !faults.is_empty() {
        return match known {
            Ok(email) => page_with_faults(&shown(&visitor, site.house.access.passwords, (&token, &email), &faults)),
            Err(why) => link_is_void(&visitor, &why, again()),
        };
    }
    let done = move |act: &mut crate::acts::Act<'_>| reset_password(act, &asked, &hash).map(|()| "/login".to_owned());
    match site.act(Actor::system(), form.request_key(&visitor), done).await? {
        Ok(place) => {
            let text = Text::new(
                "新密码已保存，请登录。其他地方的登录都已退出。",
                "The new password is saved; please sign in. All sessions were ended.",
            );
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => link_is_void(&visitor, &super::first_text(&refusals), again()),
    }
}
