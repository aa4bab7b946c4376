//! `/invite/{token}`: a colleague or a member of staff accepts an invitation.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::message::link_is_void;
use super::register::password_field;
use super::sign_in::{Errand, go_on};
use super::typed;
use crate::acts::accept_invitation::accept_invitation;
use crate::acts::{Refusal, sign_in};
use crate::hidden::tells;
use crate::party::Actor;
use crate::reports::links::{self, Invitation};
use crate::secret::password::Profile;
use crate::web::answer::{error_summary, go, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::{Visitor, whence};

/// The page of an invitation; fields are `name` and `password`.
#[derive(Template)]
#[template(path = "account/invite.html")]
pub struct InviteView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    /// Who invites.
    pub inviter: String,
    /// Which enterprise, or which part of the staff.
    pub organisation: String,
    /// 经办人, 专班 · 可复审, …
    pub role_label: String,
    /// The invited address, which becomes the account.
    pub email: String,
    pub action: String,
    pub fields: Vec<FieldView>,
}

tells! { InviteView { errors, organisation, role_label } }

fn shown(visitor: &Visitor, profile: Profile, invitation: &Invitation, (token, name): (&str, &str), refusals: &[Refusal]) -> InviteView {
    let lang = visitor.lang;
    let name_field = FieldView::text(lang, "name", lang.pick("您的姓名", "Your name")).value(name).autocomplete("name");
    let roles: Vec<&str> = invitation.roles.iter().map(|role| role.label(lang)).collect();
    let administrator = lang.pick("系统管理员", "the administrator");
    InviteView {
        errors: error_summary(lang, refusals),
        inviter: if invitation.inviter.is_empty() { administrator.to_owned() } else { invitation.inviter.clone() },
        organisation: if invitation.organisation.is_empty() {
            lang.pick("算券", "Suanquan").to_owned()
        } else {
            invitation.organisation.clone()
        },
        role_label: roles.join(lang.pick("、", ", ")),
        email: invitation.email.as_str().to_owned(),
        action: format!("/invite/{token}"),
        fields: with_errors(lang, vec![name_field, password_field(lang, profile)], refusals),
        cx: visitor.page(),
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, token: web::Path<String>) -> Result<HttpResponse, Problem> {
    let (asked, now) = (token.clone(), site.clock.now());
    match site.read(move |db| links::invitation(db, &asked, now)).await? {
        Ok(invitation) => page(&shown(&visitor, site.house.access.passwords, &invitation, (&token, &invitation.name), &[])),
        Err(why) => link_is_void(&visitor, &why, None),
    }
}

/// # Errors
/// A fault of the database.
pub async fn submit(
    request: HttpRequest,
    visitor: Visitor,
    site: web::Data<Site>,
    token: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (asked, now) = (token.clone(), site.clock.now());
    let mut faults = Faults::default();
    let name = form.required("name", typed::NAME, &mut faults);
    let known = {
        let asked = asked.clone();
        site.read(move |db| links::invitation(db, &asked, now)).await?
    };
    let email = known.as_ref().map(|invitation| invitation.email.as_str().to_owned()).unwrap_or_default();
    let hash = typed::password_hash(&site, &form, &[&name, &email], &mut faults).await?;
    if let (Ok(invitation), false) = (&known, faults.is_empty()) {
        return page_with_faults(&shown(&visitor, site.house.access.passwords, invitation, (&token, form.raw("name")), &faults.0));
    }
    let lang = visitor.lang;
    let accept = move |act: &mut crate::acts::Act<'_>| accept_invitation(act, &asked, &name, &hash, lang).map(|_| "/login".to_owned());
    if let Err(refusals) = site.act(Actor::system(), form.request_key(&visitor), accept).await? {
        return link_is_void(&visitor, &super::first_text(&refusals), None);
    }
    // The password just chosen opens the session: a repeated request without it opens nothing.
    let (desk, password, whence) = (site.clone(), form.raw("password").to_owned(), whence(&request));
    let turn = site.doorkeeper.hashing_turn().await?;
    let opened = web::block(move || sign_in::sign_in(&desk.store, &desk.house, (&email, &password), &whence, desk.clock.now())).await?;
    drop(turn);
    let Ok(session) = opened else { return Ok(go("/login")) };
    go_on(&visitor, &site, session, Errand { next: "/".to_owned(), carried: String::new() }).await
}
