//! `/my/people`: colleagues, invitations and sign-ins.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::tabs;
use crate::acts::close_account::close_account;
use crate::acts::invite_colleague::{invite_colleague, take_back_invitation};
use crate::acts::{Act, Refusal};
use crate::calendar::date_time;
use crate::hidden::tells;
use crate::ids::AccountId;
use crate::lang::{Lang, Text};
use crate::reports::own_enterprise::{self, Colleagues, PersonRow, Standing};
use crate::web::account::typed;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, settle, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, ErrorSummary, FieldKind, FieldView, Link, Tag, TimelineItem, TimelineView, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One colleague.
pub struct Row {
    pub name: String,
    pub email: String,
    pub state: Tag,
    pub last_sign_in: String,
    /// Wrong passwords, when there were any.
    pub warning: String,
    /// Nothing for oneself.
    pub change: Option<ConfirmView>,
}

/// One open invitation.
pub struct InvitationRow {
    pub email: String,
    pub until: String,
    pub take_back: ConfirmView,
}

tells! { Row { state } InvitationRow { until } }

/// The page.
#[derive(Debug, Template)]
#[template(path = "enterprise/people.html")]
pub struct PeopleView {
    pub cx: PageCx,
    pub tabs: Vec<Link>,
    pub errors: ErrorSummary,
    pub people: Vec<Row>,
    pub invitations: Vec<InvitationRow>,
    pub field: FieldView,
    pub sign_ins: TimelineView,
}

/// Where an account stands, for the lists of enterprises and of the administrator.
#[must_use]
pub fn standing_tag(standing: Standing, lang: Lang) -> Tag {
    match standing {
        Standing::Active => Tag::new(Tone::Ok, lang.pick("可登录", "Active")),
        Standing::Waiting => Tag::new(Tone::Info, lang.pick("待对方确认", "Waiting for them")),
        Standing::Closed => Tag::new(Tone::Plain, lang.pick("已停用", "Closed")),
    }
}

/// When somebody last signed in.
#[must_use]
pub fn last_sign_in(person: &PersonRow, lang: Lang) -> String {
    person.last_sign_in.map_or_else(|| lang.pick("从未登录", "never").to_owned(), |at| date_time(at.and_utc(), lang))
}

/// Wrong passwords of the last thirty days in words; nothing when there were none.
#[must_use]
pub fn wrong_passwords(person: &PersonRow, lang: Lang) -> String {
    match person.wrong_passwords {
        0 => String::new(),
        count => lang.pick(format!("30 天内输错密码 {count} 次"), format!("{count} wrong passwords in 30 days")),
    }
}

fn row(cx: &PageCx, person: &PersonRow, own: Option<AccountId>) -> Row {
    let lang = cx.lang;
    let change = (own != Some(person.id)).then(|| {
        let closed = person.standing == Standing::Closed;
        let (path, label) = if closed { ("open", lang.pick("恢复", "Open again")) } else { ("close", lang.pick("停用", "Close")) };
        let mut view = ConfirmView::new(cx, format!("/my/people/{}/{path}", person.id), label, label);
        view.effect = if closed {
            lang.pick("对方可以用原密码登录。", "They can sign in with their old password.").to_owned()
        } else {
            lang.pick(
                "对方立即退出登录，之后不能再登录；已办理的内容不受影响。",
                "They are signed out at once and cannot sign in; what they did stays.",
            )
            .to_owned()
        };
        view
    });
    Row {
        name: person.name.clone(),
        email: person.email.as_str().to_owned(),
        state: standing_tag(person.standing, lang),
        last_sign_in: last_sign_in(person, lang),
        warning: wrong_passwords(person, lang),
        change,
    }
}

fn shown(visitor: &Visitor, known: &Colleagues, email: &str, refusals: &[Refusal]) -> PeopleView {
    let (lang, cx) = (visitor.lang, visitor.page());
    let own = visitor.signed.as_ref().and_then(|signed| signed.actor.account);
    let field = || FieldView::new(lang, FieldKind::Email, "email", lang.pick("同事的邮箱", "Your colleague's address")).value(email);
    let invitations = known.invitations.iter().map(|(email, until)| {
        let (label, button) = (lang.pick("撤回", "Take back"), lang.pick("撤回邀请", "Take the invitation back"));
        let mut take_back = ConfirmView::new(&cx, "/my/people/take-back", label, button);
        take_back.hidden = vec![("email".to_owned(), email.clone())];
        InvitationRow { email: email.clone(), until: date_time(until.and_utc(), lang), take_back }
    });
    let sign_ins = known.sign_ins.iter().map(|(at, name)| TimelineItem {
        when: date_time(at.and_utc(), lang),
        machine_time: at.and_utc().to_rfc3339(),
        text: lang.pick(format!("{name} 登录"), format!("{name} signed in")),
        ..TimelineItem::default()
    });
    PeopleView {
        tabs: tabs(lang),
        errors: error_summary(lang, refusals),
        people: known.people.iter().map(|person| row(&cx, person, own)).collect(),
        invitations: invitations.collect(),
        field: with_errors(lang, vec![field()], refusals).into_iter().next().unwrap_or_else(field),
        sign_ins: TimelineView { items: sign_ins.collect() },
        cx,
    }
}

async fn known(visitor: &Visitor, site: &web::Data<Site>) -> Result<Colleagues, Problem> {
    let (id, now) = (visitor.enterprise()?, site.clock.now());
    site.read(move |db| own_enterprise::colleagues(db, id, now)).await
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let known = known(&visitor, &site).await?;
    page(&shown(&visitor, &known, "", &[]))
}

/// # Errors
/// A fault of the database.
pub async fn invite(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let email = typed::email(&form, &mut faults);
    if faults.is_empty() {
        let lang = visitor.lang;
        let done = move |act: &mut Act<'_>| invite_colleague(act, &email, lang).map(|()| "/my/people".to_owned());
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(place) => {
                let text = Text::new("邀请已发出，7 天内有效。", "The invitation is on its way; it works for 7 days.");
                return Ok(go_and_say(&visitor, &place, "ok", &text));
            }
            Err(refusals) => faults = Faults(refusals),
        }
    }
    let known = known(&visitor, &site).await?;
    page_with_faults(&shown(&visitor, &known, form.raw("email"), &faults.0))
}

/// # Errors
/// The page for an invitation that no longer waits.
pub async fn take_back(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let email = form.code("email").to_lowercase();
    let text = Text::new("邀请已撤回，链接不再有效。", "The invitation was taken back; its link no longer works.");
    settle(&visitor, &site, &form, ("/my/people".to_owned(), text), move |act| take_back_invitation(act, &email)).await
}

/// # Errors
/// The page for somebody else's colleague.
pub async fn close(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id: AccountId = id.parse().map_err(|_| Problem::not_found())?;
    let text = Text::new("账号已停用。", "The account is closed.");
    settle(&visitor, &site, &form, ("/my/people".to_owned(), text), move |act| close_account(act, id, true, "")).await
}

/// # Errors
/// The page for somebody else's colleague.
pub async fn open(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id: AccountId = id.parse().map_err(|_| Problem::not_found())?;
    let text = Text::new("账号已恢复。", "The account is open again.");
    settle(&visitor, &site, &form, ("/my/people".to_owned(), text), move |act| close_account(act, id, false, "")).await
}
