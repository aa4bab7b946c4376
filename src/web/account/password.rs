//! `/account/password`: a new password for whoever knows the present one.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::code::clocks;
use super::register::password_field;
use super::sign_in::set_session;
use super::typed;
use crate::acts::change_password::change_password;
use crate::acts::{ActError, Refusal};
use crate::lang::Text;
use crate::secret::password::Profile;
use crate::web::answer::{error_summary, go, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page.
#[derive(Debug, Template)]
#[template(path = "account/password.html")]
pub struct PasswordView {
    cx: PageCx,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
}

fn shown(visitor: &Visitor, profile: Profile, refusals: &[Refusal]) -> PasswordView {
    let lang = visitor.lang;
    let present = FieldView::new(lang, FieldKind::Password, "proof", lang.pick("现在的密码", "Present password"));
    let fields = vec![present.autocomplete("current-password"), password_field(lang, profile)];
    PasswordView { errors: error_summary(lang, refusals), fields: with_errors(lang, fields, refusals), cx: visitor.page() }
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, site.house.access.passwords, &[]))
}

/// # Errors
/// A fault of the database; the page that asks to come back when too many sign in.
pub async fn save(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let profile = site.house.access.passwords;
    let signed = visitor.signed.as_ref().ok_or_else(Problem::not_allowed)?;
    let mut faults = Faults::default();
    if form.raw("proof").is_empty() {
        faults.add("proof", "请填写现在的密码。", "Enter the present password.");
    } else if form.raw("proof") == form.raw("password") {
        faults.add("password", "新密码与现在的密码相同，请换一个。", "The new password is the present one; choose another.");
    }
    let about = [signed.actor.name.as_str(), signed.email.as_str(), &signed.house_name];
    let hash = typed::password_hash(&site, &form, &about, &mut faults).await?;
    if !faults.is_empty() {
        return page_with_faults(&shown(&visitor, profile, &faults.0));
    }
    let (desk, token, present) = (site.clone(), visitor.session.clone(), form.raw("proof").to_owned());
    let turn = site.doorkeeper.hashing_turn().await?;
    let answer = web::block(move || change_password(&desk.store, &desk.house, &token, &present, &hash, clocks(&desk))).await?;
    drop(turn);
    match answer {
        Ok(token) => {
            let text = Text::new("新密码已保存，其他地方的登录都已退出。", "The new password is saved, and all other sessions were ended.");
            let mut answer = go_and_say(&visitor, "/account", "ok", &text);
            set_session(&mut answer, &site, &token)?;
            Ok(answer)
        }
        Err(ActError::Refused(refusals)) => page_with_faults(&shown(&visitor, profile, &refusals)),
        Err(ActError::NotAllowed) => Ok(go("/login")),
        Err(other) => Err(other.into()),
    }
}
