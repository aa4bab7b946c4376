//! `/admin/providers`: who sells the compute.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::add_provider::add_provider;
use crate::acts::{Act, Refusal};
use crate::lang::{Lang, Text};
use crate::reports::administration::{self, Provider};
use crate::web::account::typed;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page.
#[derive(Debug, Template)]
#[template(path = "admin/providers.html")]
pub struct ProvidersView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    pub providers: Vec<Provider>,
    pub fields: Vec<FieldView>,
}

fn fields(lang: Lang, form: &Form) -> Vec<FieldView> {
    vec![
        FieldView::text(lang, "uscc", lang.pick("统一社会信用代码", "Unified social credit code")).value(form.raw("uscc")).max_length(40),
        FieldView::text(lang, "name", lang.pick("名称", "Name")).value(form.raw("name")).max_length(100),
        FieldView::text(lang, "capacity", lang.pick("算力说明", "Capacity"))
            .hint(lang.pick("例如 100P AI 算力；公开页面会显示", "Such as 100P of AI compute; shown to the public"))
            .value(form.raw("capacity"))
            .max_length(200)
            .optional(),
    ]
}

async fn shown(visitor: &Visitor, site: &web::Data<Site>, form: &Form, refusals: &[Refusal]) -> Result<ProvidersView, Problem> {
    let lang = visitor.lang;
    Ok(ProvidersView {
        errors: error_summary(lang, refusals),
        providers: site.read(administration::providers).await?,
        fields: with_errors(lang, fields(lang, form), refusals),
        cx: visitor.page(),
    })
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, &site, &Form::default(), &[]).await?)
}

/// # Errors
/// A fault of the database.
pub async fn add(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let uscc = typed::uscc(&form, &mut faults);
    let name = form.required("name", typed::HOUSE_NAME, &mut faults);
    let capacity = form.text("capacity");
    if let (Some(uscc), true) = (uscc, faults.is_empty()) {
        let done = move |act: &mut Act<'_>| add_provider(act, &uscc, &name, &capacity).map(|_| "/admin/providers".to_owned());
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(place) => return Ok(go_and_say(&visitor, &place, "ok", &Text::new("服务机构已添加。", "The provider is added."))),
            Err(refusals) => faults = Faults(refusals),
        }
    }
    page_with_faults(&shown(&visitor, &site, &form, &faults.0).await?)
}
