//! `/provider` and `/provider/applications/{number}`: confirming what was delivered.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::own;
use crate::acts::confirm_usage::{Confirmed, confirm_usage};
use crate::calendar::{date_range, date_time};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::reports::provider_desk::{self, ToConfirm};
use crate::web::answer::{error_summary, go_and_say, page, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Crumbs, ErrorSummary, Fact, FieldKind, FieldView, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::usage::bought;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/list.html")]
struct ListPage {
    cx: PageCx,
    rows: Vec<Row>,
}

/// One application with own items.
#[derive(Debug)]
struct Row {
    number: String,
    enterprise: String,
    uscc: String,
    submitted: String,
    items: usize,
    amount: String,
    status: Tag,
}

#[derive(Debug, Template)]
#[template(path = "provider/confirm.html")]
struct ConfirmPage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    version: i64,
    enterprise: String,
    uscc: String,
    status: Tag,
    errors: ErrorSummary,
    items: Vec<ItemForm>,
}

/// One item with the facts of the purchase and what is asked about it.
#[derive(Debug)]
struct ItemForm {
    order_no: String,
    facts: Vec<Fact>,
    fields: Vec<FieldView>,
}

/// # Errors
/// A fault of the database.
pub async fn list(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let provider = own(&visitor)?;
    let found = site.read(move |db| provider_desk::to_confirm(db, provider)).await?;
    let lang = visitor.lang;
    let row = |one: &ToConfirm| Row {
        number: one.number.clone(),
        enterprise: one.enterprise.clone(),
        uscc: one.uscc.clone(),
        submitted: one.submitted_at.map(|at| date_time(at.and_utc(), lang)).unwrap_or_default(),
        items: one.items.len(),
        amount: one.items.iter().map(|(_, purchase)| purchase.amount_fen).sum::<Fen>().display(),
        status: status(lang, one),
    };
    page(&ListPage { rows: found.iter().map(row).collect(), cx: visitor.page() })
}

/// # Errors
/// What is not the provider's to confirm; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, number.into_inner(), &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (provider, number) = (own(&visitor)?, number.into_inner());
    let wanted = number.clone();
    let one = site.read(move |db| provider_desk::one_to_confirm(db, provider, &wanted)).await?;
    let mut faults = Faults::default();
    let words: Vec<Confirmed> = one
        .items
        .iter()
        .map(|(item, _)| Confirmed {
            item: item.id,
            accepted: Some(form.money(&format!("accepted_{}", item.id), &mut faults)),
            note: form.text(&format!("note_{}", item.id)),
        })
        .collect();
    if !faults.is_empty() {
        return render(&visitor, &site, number, &Attempt::refused(faults.0, form)).await;
    }
    let (version, case) = (form.number("version"), number.clone());
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            confirm_usage(act, &case, version, &words).map(|_| "/provider".to_owned())
        })
        .await?;
    match answer {
        Ok(place) => {
            let said = Text::new(format!("{number} 的用量已确认。"), format!("The usage of {number} is confirmed."));
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, number, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, number: String, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let provider = own(visitor)?;
    let one = site.read(move |db| provider_desk::one_to_confirm(db, provider, &number)).await?;
    let lang = visitor.lang;
    let view = ConfirmPage {
        crumbs: Crumbs::new(lang, vec![Link::new("/provider", lang.pick("确认用量", "Confirm usage"))], one.number.clone()),
        number: one.number.clone(),
        version: one.version,
        enterprise: one.enterprise.clone(),
        uscc: one.uscc.clone(),
        status: status(lang, &one),
        errors: error_summary(lang, attempt.refusals()),
        items: items(lang, &one, attempt),
        cx: visitor.page(),
    };
    attempt.page(&view)
}

fn status(lang: Lang, one: &ToConfirm) -> Tag {
    if one.confirmed {
        Tag::new(Tone::Ok, lang.pick("已确认，等其他机构", "Confirmed, others to come"))
    } else {
        Tag::new(Tone::Warn, lang.pick("待确认", "To be confirmed"))
    }
}

fn items(lang: Lang, one: &ToConfirm, attempt: &Attempt) -> Vec<ItemForm> {
    let view = |(item, purchase): &(provider_desk::Item, provider_desk::Purchase)| {
        let (accepted, note) = (format!("accepted_{}", item.id), format!("note_{}", item.id));
        let before = item.provider_accepted_fen.unwrap_or(purchase.accepted_fen).plain();
        let most = purchase.amount_fen.display();
        let fields = vec![
            FieldView::new(lang, FieldKind::Money, accepted.clone(), lang.pick("验收金额", "Accepted amount"))
                .hint(lang.pick(format!("不高于账单金额 {most}"), format!("not more than the purchase's {most}")))
                .value(attempt.typed(&accepted, before))
                .short(),
            FieldView::text(lang, note.clone(), lang.pick("说明", "Note"))
                .value(attempt.typed(&note, item.provider_note.clone()))
                .max_length(200)
                .optional(),
        ];
        ItemForm {
            order_no: purchase.order_no.clone(),
            facts: vec![
                Fact::new(
                    lang.pick("资源", "Resource"),
                    bought(lang, &purchase.resource, &purchase.quantity, &purchase.unit, &purchase.unit_price),
                ),
                Fact::new(lang.pick("服务期", "Service"), date_range(purchase.service_from, purchase.service_to, lang)),
                Fact::new(lang.pick("账单金额", "Amount"), most.clone()),
            ],
            fields: with_errors(lang, fields, attempt.refusals()),
        }
    };
    one.items.iter().map(view).collect()
}
