//! `/register`: an enterprise registers by its unified social credit code.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::message::view;
use super::typed;
use crate::acts::Refusal;
use crate::acts::register_enterprise::{Registration, register_enterprise};
use crate::lang::{Lang, Text};
use crate::party::Actor;
use crate::secret::password::Profile;
use crate::web::answer::{error_summary, go, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView, Link, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The registration page.
#[derive(Debug, Template)]
#[template(path = "account/register.html")]
pub struct RegisterView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    /// About the enterprise.
    pub enterprise: Vec<FieldView>,
    /// About the person who registers.
    pub person: Vec<FieldView>,
}

/// `uscc`, `enterprise`.
pub fn enterprise_fields(lang: Lang) -> Vec<FieldView> {
    vec![
        FieldView::text(lang, "uscc", lang.pick("统一社会信用代码", "Unified social credit code"))
            .hint(lang.pick("18 位，见营业执照", "18 characters, on the business licence"))
            .max_length(40),
        FieldView::text(lang, "enterprise", lang.pick("企业名称", "Name of the enterprise"))
            .hint(lang.pick("与营业执照一致", "As on the business licence"))
            .autocomplete("organization"),
    ]
}

/// `name`, `phone`, `email`, `password`.
pub fn person_fields(lang: Lang, profile: Profile) -> Vec<FieldView> {
    vec![
        FieldView::text(lang, "name", lang.pick("您的姓名", "Your name")).autocomplete("name"),
        FieldView::new(lang, FieldKind::Tel, "phone", lang.pick("手机或座机", "Telephone"))
            .hint(lang.pick("只在审核需要时联系您，不会公示", "Used only when the review needs it; never published"))
            .autocomplete("tel"),
        FieldView::new(lang, FieldKind::Email, "email", lang.pick("邮箱", "E-mail"))
            .hint(lang.pick("我们会发一封确认邮件，以后的通知也发到这里", "We send a mail to confirm it; later news goes there too"))
            .autocomplete("email"),
        password_field(lang, profile),
    ]
}

/// The field of a new password.
pub fn password_field(lang: Lang, profile: Profile) -> FieldView {
    FieldView::new(lang, FieldKind::Password, "password", lang.pick("设置密码", "Choose a password"))
        .hint(profile.hint().get(lang))
        .autocomplete("new-password")
}

fn shown(visitor: &Visitor, profile: Profile, form: &Form, refusals: &[Refusal]) -> RegisterView {
    let lang = visitor.lang;
    let typed = |fields: Vec<FieldView>| {
        let keep = |field: FieldView| match field.kind {
            FieldKind::Password => field,
            _ => FieldView { value: form.raw(&field.name).to_owned(), ..field },
        };
        with_errors(lang, fields.into_iter().map(keep).collect(), refusals)
    };
    RegisterView {
        errors: error_summary(lang, refusals),
        enterprise: typed(enterprise_fields(lang)),
        person: typed(person_fields(lang, profile)),
        cx: visitor.page(),
    }
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, site.house.access.passwords, &Form::default(), &[]))
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let uscc = typed::uscc(&form, &mut faults);
    let enterprise = form.required("enterprise", typed::HOUSE_NAME, &mut faults);
    let name = form.required("name", typed::NAME, &mut faults);
    let phone = typed::phone(&form, &mut faults);
    let email = typed::email(&form, &mut faults);
    let password_hash = typed::password_hash(&site, &form, &[&enterprise, &name, &email], &mut faults).await?;
    let profile = site.house.access.passwords;
    let (Some(uscc), true) = (uscc, faults.is_empty()) else {
        return page_with_faults(&shown(&visitor, profile, &form, &faults.0));
    };
    let typed = Registration {
        uscc,
        enterprise,
        name,
        phone: phone.into(),
        email: email.into(),
        password_hash: password_hash.into(),
        lang: visitor.lang,
    };
    let done = move |act: &mut crate::acts::Act<'_>| register_enterprise(act, &typed).map(|()| "/register/sent".to_owned());
    match site.act(Actor::system(), form.request_key(&visitor), done).await? {
        Ok(place) => Ok(go(&place)),
        Err(refusals) => page_with_faults(&shown(&visitor, profile, &form, &refusals)),
    }
}

/// The same words whether the address was new or known.
///
/// # Errors
/// A template that cannot be rendered.
pub async fn sent(visitor: Visitor) -> Result<HttpResponse, Problem> {
    let title = Text::new("请查收邮件", "Please look into your mailbox");
    let paragraphs = [
        Text::new(
            "我们已向您填写的邮箱发出一封邮件。请在 48 小时内打开其中的链接确认邮箱，然后即可登录。",
            "We have sent a letter to the address you gave. Open its link within 48 hours to confirm the address; then you can sign in.",
        ),
        Text::new(
            "几分钟内没有收到？请看看垃圾邮件箱，或重新发送。",
            "Nothing within a few minutes? Look among the spam, or have it sent again.",
        ),
    ];
    let mut message = view(&visitor, Tone::Ok, &title, &paragraphs);
    message.links = vec![
        Link::new("/login", visitor.lang.pick("去登录", "Sign in")),
        Link::new("/confirm", visitor.lang.pick("重新发送", "Send it again")),
    ];
    page(&message)
}
