//! `/forgot`: ask for a mail that resets the password. `/confirm`: ask for the confirmation again.
//! Both say the same for every address.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::message::view;
use super::typed;
use crate::acts::confirm_email::resend_confirmation;
use crate::acts::reset_password::ask_password_reset;
use crate::acts::{Act, Outcome};
use crate::lang::{Lang, Text};
use crate::party::Actor;
use crate::web::answer::{error_summary, go, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView, Link, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page that asks for the address.
#[derive(Debug, Template)]
#[template(path = "account/forgot.html")]
pub struct ForgotView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    pub field: FieldView,
    /// The letter asked for is the one that confirms the address.
    pub confirmation: bool,
}

/// `email`.
pub fn field(lang: Lang, email: &str) -> FieldView {
    FieldView::new(lang, FieldKind::Email, "email", lang.pick("注册时的邮箱", "The address you registered"))
        .value(email)
        .autocomplete("username")
}

fn shown(visitor: &Visitor, email: &str, faults: &Faults, confirmation: bool) -> ForgotView {
    let lang = visitor.lang;
    let fields = with_errors(lang, vec![field(lang, email)], &faults.0);
    ForgotView {
        errors: error_summary(lang, &faults.0),
        field: fields.into_iter().next().unwrap_or_else(|| field(lang, email)),
        confirmation,
        cx: visitor.page(),
    }
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, "", &Faults::default(), false))
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show_confirmation(visitor: Visitor) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, "", &Faults::default(), true))
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    ask(&visitor, &site, &form, false, ask_password_reset).await
}

/// # Errors
/// A fault of the database.
pub async fn submit_confirmation(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    ask(&visitor, &site, &form, true, resend_confirmation).await
}

async fn ask(
    visitor: &Visitor,
    site: &web::Data<Site>,
    form: &Form,
    confirmation: bool,
    send: fn(&mut Act<'_>, &str) -> Outcome<()>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let email = typed::email(form, &mut faults);
    if !faults.is_empty() {
        return page_with_faults(&shown(visitor, form.raw("email"), &faults, confirmation));
    }
    let key = form.request_key(visitor);
    match site.act(Actor::system(), key, move |act| send(act, &email).map(|()| "/forgot/sent".to_owned())).await? {
        Ok(place) => Ok(go(&place)),
        Err(refusals) => page_with_faults(&shown(visitor, form.raw("email"), &Faults(refusals), confirmation)),
    }
}

/// # Errors
/// A template that cannot be rendered.
pub async fn sent(visitor: Visitor) -> Result<HttpResponse, Problem> {
    let title = Text::new("请查收邮件", "Please look into your mailbox");
    let paragraphs = [
        Text::new(
            "如果这个邮箱有账号，我们已向它发出邮件，请打开其中的链接。",
            "If this address has an account, a letter is on its way. Please open its link.",
        ),
        Text::new(
            "没有收到？请核对邮箱是否写对，看看垃圾邮件箱；同一邮箱一小时内最多发 5 封。",
            "Nothing came? Check the address and look among the spam. At most 5 letters go to an address within an hour.",
        ),
    ];
    let mut message = view(&visitor, Tone::Info, &title, &paragraphs);
    message.links = vec![Link::new("/login", visitor.lang.pick("返回登录", "Back to the sign-in"))];
    page(&message)
}
