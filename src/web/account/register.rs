//! `GET /register`: an enterprise registers by its unified social credit code.

use askama::Template;

use crate::lang::Lang;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldKind, FieldView};

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
            .hint(lang.pick("18 位,见营业执照", "18 characters, on the business licence"))
            .max_length(18),
        FieldView::text(lang, "enterprise", lang.pick("企业名称", "Name of the enterprise"))
            .hint(lang.pick("与营业执照一致", "As on the business licence"))
            .autocomplete("organization"),
    ]
}

/// `name`, `phone`, `email`, `password`.
pub fn person_fields(lang: Lang) -> Vec<FieldView> {
    vec![
        FieldView::text(lang, "name", lang.pick("您的姓名", "Your name")).autocomplete("name"),
        FieldView::new(lang, FieldKind::Tel, "phone", lang.pick("手机或座机", "Telephone"))
            .hint(lang.pick("只在审核需要时联系您,不会公示", "Used only when the review needs it; never published"))
            .autocomplete("tel"),
        FieldView::new(lang, FieldKind::Email, "email", lang.pick("邮箱", "E-mail"))
            .hint(lang.pick("我们会发一封确认邮件,以后的通知也发到这里", "We send a mail to confirm it; later news goes there too"))
            .autocomplete("email"),
        password_field(lang),
    ]
}

/// The field of a new password.
pub fn password_field(lang: Lang) -> FieldView {
    FieldView::new(lang, FieldKind::Password, "password", lang.pick("设置密码", "Choose a password"))
        .hint(lang.pick("至少 10 个字符;几个不相干的词连起来最好记", "At least 10 characters; a few unrelated words are easy to remember"))
        .autocomplete("new-password")
}
