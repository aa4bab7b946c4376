//! `/desk/applications/{number}/items/{item}`: what a reviewer marks on one purchase.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame;
use crate::acts::mark_item::{Marks, mark_item};
use crate::ids::ItemId;
use crate::lang::Text;
use crate::reports::{application_detail, desk_queue};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, FieldKind, FieldView, Link};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/mark.html")]
struct MarkPage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    item: ItemId,
    version: i64,
    order_no: String,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
}

/// # Errors
/// An unknown application or item; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, place: web::Path<(String, i64)>) -> Result<HttpResponse, Problem> {
    let (number, item) = place.into_inner();
    render(&visitor, &site, number, ItemId::new(item), &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, place: web::Path<(String, i64)>, form: Form) -> Result<HttpResponse, Problem> {
    let (number, item) = place.into_inner();
    let item = ItemId::new(item);
    let mut faults = Faults::default();
    let asked = form.optional_money("asked", &mut faults);
    let ticked = |value: &str| form.all("marks").any(|known| known == value);
    let marks = Marks {
        statutory_test: ticked("statutory_test"),
        provincial_project: ticked("provincial_project"),
        asked,
        reason: form.text("reason"),
    };
    if !faults.is_empty() {
        return render(&visitor, &site, number, item, &Attempt::refused(faults.0, form)).await;
    }
    let (version, case) = (form.number("version"), number.clone());
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            mark_item(act, &case, version, item, &marks).map(|_| format!("/desk/applications/{case}?tab=usage"))
        })
        .await?;
    match answer {
        Ok(place) => {
            let said = Text::new("已核定，补贴已重新测算。", "Marked; the subsidy was calculated again.");
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, number, item, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: String,
    item: ItemId,
    attempt: &Attempt,
) -> Result<HttpResponse, Problem> {
    let (actor, shared) = (visitor.actor()?, site.clone());
    let (rail, detail) = site
        .read(move |db| {
            let rail = desk_queue::rail(db, actor.account)?;
            Ok((rail, application_detail::load(db, &shared.house, &actor, &number)?))
        })
        .await?;
    let lang = visitor.lang;
    let found = detail.dossier.items.iter().find(|(known, _)| known.id == item);
    let (known, purchase) = found.ok_or_else(Problem::not_found)?;
    let on = |value: &str, known: bool| attempt.ticked("marks", value, known);
    let fields = vec![
        FieldView::new(lang, FieldKind::Checks, "marks", lang.pick("不支持的情形", "Not supported")).optional().choices(vec![
            Choice::new("statutory_test", lang.pick("法定检测", "Statutory test")).on(on("statutory_test", known.statutory_test)),
            Choice::new("provincial_project", lang.pick("上年度省级项目已支持", "Funded by a provincial project the year before"))
                .on(on("provincial_project", known.provincial_project)),
        ]),
        FieldView::new(lang, FieldKind::Money, "asked", lang.pick("只核定到", "Only this much counts"))
            .hint(lang.pick("留空表示不核减。不能高于原申请。", "Leave it empty for no reduction. Never more than was asked."))
            .value(attempt.typed("asked", known.asked_fen.map(crate::money::Fen::plain).unwrap_or_default()))
            .optional()
            .short(),
        FieldView::new(lang, FieldKind::Area, "reason", lang.pick("理由", "Reason")).value(attempt.typed("reason", "")).max_length(300),
    ];
    let application = detail.application();
    let view = MarkPage {
        crumbs: Crumbs::new(
            lang,
            vec![Link::new(format!("/desk/applications/{}?tab=usage", application.number), application.number.clone())],
            purchase.order_no.clone(),
        ),
        number: application.number.clone(),
        item,
        version: application.version,
        order_no: purchase.order_no.clone(),
        errors: error_summary(lang, attempt.refusals()),
        fields: with_errors(lang, fields, attempt.refusals()),
        cx: frame(visitor, &rail, None),
    };
    attempt.page(&view)
}
