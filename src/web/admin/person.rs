//! `/admin/people/{id}`: the rights of one account, closing it, inviting again.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::staff::{capacity, duty_field, ticked};
use crate::acts::close_account::close_account;
use crate::acts::create_staff::invite_again as invite_again_act;
use crate::acts::give_rights::give_rights;
use crate::acts::openid_sign_in::unlink_openid;
use crate::acts::second_factor::reset_second_factor;
use crate::acts::{Act, Refusal};
use crate::calendar::date_time;
use crate::ids::AccountId;
use crate::lang::{Lang, Text};
use crate::party::Duty;
use crate::reports::administration::{self, StaffRow};
use crate::reports::own_enterprise::Standing;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, settle, with_errors};
use crate::web::enterprise::people::{last_sign_in, standing_tag, wrong_passwords};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, Crumbs, ErrorSummary, Fact, FieldKind, FieldView, Link, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page.
#[derive(Debug, Template)]
#[template(path = "admin/person.html")]
pub struct PersonView {
    pub cx: PageCx,
    pub crumbs: Crumbs,
    pub errors: ErrorSummary,
    pub name: String,
    pub state: Tag,
    pub facts: Vec<Fact>,
    pub action: String,
    /// Nothing for a provider's person and for oneself.
    pub rights: Vec<FieldView>,
    /// Why nothing can be changed here; empty when it can.
    pub own: bool,
    pub panels: Vec<ConfirmView>,
}

fn reason_field(lang: Lang) -> FieldView {
    FieldView::new(lang, FieldKind::Area, "reason", lang.pick("理由", "Reason"))
}

fn panels(cx: &PageCx, row: &StaffRow) -> Vec<ConfirmView> {
    let lang = cx.lang;
    let place = |step: &str| format!("/admin/people/{}/{step}", row.person.id);
    let mut all = Vec::new();
    if row.invited {
        let label = lang.pick("重新发送邀请", "Invite again");
        let mut view = ConfirmView::new(cx, place("invite"), label, label);
        view.effect =
            lang.pick("之前的链接失效，新链接 7 天内有效。", "Earlier links stop working; the new one works for 7 days.").to_owned();
        all.push(view);
    }
    if row.factor_since.is_some() {
        let label = lang.pick("重置动态口令", "Reset the second factor");
        let mut view = ConfirmView::new(cx, place("second-factor"), label, label);
        view.fields = vec![reason_field(lang)];
        view.effect = lang
            .pick(
                "请先当面或电话核实是本人。现有的动态口令和恢复码失效，对方立即退出登录，下次登录时重新绑定。",
                "Make sure first that it is really them. The factor and its recovery codes stop working, they are signed out at once and set up another when they sign in.",
            )
            .to_owned();
        all.push(view);
    }
    if row.linked_since.is_some() {
        let label = lang.pick("解除统一身份认证绑定", "Remove the link with the single sign-on");
        let mut view = ConfirmView::new(cx, place("unlink"), label, label);
        view.fields = vec![reason_field(lang)];
        view.effect = lang
            .pick(
                "用于对方在统一身份认证换了用户之后。对方立即退出登录，下次从那里登录时按已验证的邮箱重新绑定。",
                "For who has another user there now. They are signed out at once; the next time they come from there, the account is found by its verified address and linked again.",
            )
            .to_owned();
        all.push(view);
    }
    let closed = row.person.standing == Standing::Closed;
    let (step, label) = if closed {
        ("open", lang.pick("恢复账号", "Open the account again"))
    } else {
        ("close", lang.pick("停用账号", "Close the account"))
    };
    let mut view = ConfirmView::new(cx, place(step), label, label);
    view.fields = vec![reason_field(lang)];
    view.effect = if closed {
        lang.pick("对方可以用原密码登录。", "They can sign in with their old password.").to_owned()
    } else {
        lang.pick("对方立即退出登录，之后不能再登录。", "They are signed out at once and cannot sign in.").to_owned()
    };
    if !closed {
        view.look = "bad";
    }
    all.push(view);
    all
}

fn shown(visitor: &Visitor, row: &StaffRow, typed: Option<(&Form, &[Refusal])>) -> PersonView {
    let (lang, cx) = (visitor.lang, visitor.page());
    let refusals = typed.map(|(_, refusals)| refusals).unwrap_or_default();
    let own = visitor.signed.as_ref().and_then(|signed| signed.actor.account) == Some(row.person.id);
    let duties = typed.map_or_else(|| row.duties.clone(), |(form, _)| ticked(form));
    let reason = typed.map_or("", |(form, _)| form.raw("reason"));
    let rights = vec![duty_field(lang, &duties), reason_field(lang).value(reason)];
    let mut facts = vec![
        Fact::new(lang.pick("邮箱", "E-mail"), row.person.email.as_str()),
        Fact::new(lang.pick("现有身份", "Now"), capacity(row, lang)),
        Fact::new(lang.pick("最近登录", "Last sign-in"), last_sign_in(&row.person, lang)),
    ];
    let factor = row.factor_since.map_or_else(
        || lang.pick("没有绑定", "Not set up").to_owned(),
        |since| lang.pick(format!("{} 绑定", date_time(since.and_utc(), lang)), format!("Set up on {}", date_time(since.and_utc(), lang))),
    );
    facts.push(Fact::new(lang.pick("动态口令", "Second factor"), factor));
    if let Some(since) = row.linked_since {
        let (term, since) = (lang.pick("统一身份认证", "Single sign-on"), date_time(since.and_utc(), lang));
        facts.push(Fact::new(term, lang.pick(format!("{since} 绑定"), format!("Linked on {since}"))));
    }
    let wrong = wrong_passwords(&row.person, lang);
    if !wrong.is_empty() {
        facts.push(Fact::new(lang.pick("注意", "Note"), wrong));
    }
    let links = vec![Link::new("/admin", lang.pick("人员与权限", "Accounts and rights"))];
    PersonView {
        crumbs: Crumbs::new(lang, links, row.person.name.clone()),
        errors: error_summary(lang, refusals),
        name: row.person.name.clone(),
        state: standing_tag(row.person.standing, lang),
        facts,
        action: format!("/admin/people/{}/rights", row.person.id),
        rights: if row.is_staff && !own { with_errors(lang, rights, refusals) } else { Vec::new() },
        own,
        panels: if own { Vec::new() } else { panels(&cx, row) },
        cx,
    }
}

fn id_of(id: &str) -> Result<AccountId, Problem> {
    id.parse().map_err(|_| Problem::not_found())
}

async fn row(site: &web::Data<Site>, id: AccountId) -> Result<StaffRow, Problem> {
    let now = site.clock.now();
    site.read(move |db| administration::one_of_staff(db, id, now)).await
}

/// # Errors
/// The page for an unknown account.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let row = row(&site, id_of(&id)?).await?;
    page(&shown(&visitor, &row, None))
}

/// # Errors
/// The page for an unknown account.
pub async fn rights(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id = id_of(&id)?;
    let mut faults = Faults::default();
    let reason = form.required("reason", 500, &mut faults);
    let duties: std::collections::BTreeSet<Duty> = ticked(&form);
    if faults.is_empty() {
        let done = move |act: &mut Act<'_>| give_rights(act, id, &duties, &reason).map(|()| format!("/admin/people/{id}"));
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(place) => {
                let text = Text::new("权限已变更，对方须重新登录。", "The rights are changed; they must sign in again.");
                return Ok(go_and_say(&visitor, &place, "ok", &text));
            }
            Err(refusals) => faults = Faults(refusals),
        }
    }
    let row = row(&site, id).await?;
    page_with_faults(&shown(&visitor, &row, Some((&form, &faults.0))))
}

/// # Errors
/// The page that says why not.
pub async fn close(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, reason) = (id_of(&id)?, form.paragraph("reason"));
    let answer = (format!("/admin/people/{id}"), Text::new("账号已停用。", "The account is closed."));
    settle(&visitor, &site, &form, answer, move |act| close_account(act, id, true, &reason)).await
}

/// # Errors
/// The page that says why not.
pub async fn open(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, reason) = (id_of(&id)?, form.paragraph("reason"));
    let answer = (format!("/admin/people/{id}"), Text::new("账号已恢复。", "The account is open again."));
    settle(&visitor, &site, &form, answer, move |act| close_account(act, id, false, &reason)).await
}

/// # Errors
/// The page that says why not.
pub async fn reset_factor(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id = id_of(&id)?;
    let mut faults = Faults::default();
    let reason = form.required("reason", 500, &mut faults);
    if !faults.is_empty() {
        return Err(Problem::refused(&faults.0));
    }
    let answer = (
        format!("/admin/people/{id}"),
        Text::new("动态口令已重置，已发邮件告知对方。", "The second factor is reset; they were told by mail."),
    );
    settle(&visitor, &site, &form, answer, move |act| reset_second_factor(act, id, &reason)).await
}

/// # Errors
/// The page that says why not.
pub async fn unlink(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id = id_of(&id)?;
    let mut faults = Faults::default();
    let reason = form.required("reason", 500, &mut faults);
    if !faults.is_empty() {
        return Err(Problem::refused(&faults.0));
    }
    let answer =
        (format!("/admin/people/{id}"), Text::new("绑定已解除，已发邮件告知对方。", "The link is removed; they were told by mail."));
    settle(&visitor, &site, &form, answer, move |act| unlink_openid(act, id, &reason)).await
}

/// # Errors
/// The page that says why not.
pub async fn invite_again(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id = id_of(&id)?;
    let answer = (format!("/admin/people/{id}"), Text::new("邀请已重新发送。", "The invitation was sent again."));
    settle(&visitor, &site, &form, answer, move |act| invite_again_act(act, id)).await
}
