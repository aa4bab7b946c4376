//! The receipt of a submitted application, as a page and as PDF.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::{Draft, load};
use super::preview::tier_choice_label;
use crate::calendar::{date_range, date_time};
use crate::export::document::{Sheet, SheetLine, SheetLineKind};
use crate::export::papers::{Receipt, ReceiptItem, receipt, with_trail_mark};
use crate::lang::Lang;
use crate::reports::trail::mark_of_submission;
use crate::web::answer::{file, page};
use crate::web::calculation::sheet_views;
use crate::web::page::PageCx;
use crate::web::papers;
use crate::web::parts::{Fact, RowKind, SheetView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::usage::quantity;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/receipt.html")]
struct ReceiptPage {
    cx: PageCx,
    number: String,
    facts: Vec<Fact>,
    items: Vec<ReceiptItem>,
    sheets: Vec<SheetView>,
    pdf_href: String,
    back: String,
}

/// # Errors
/// Not found before the first submission and for others' applications.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let draft = load(&visitor, &site, &number).await?;
    let paper = paper(lang, &draft)?;
    page(&ReceiptPage {
        facts: vec![
            Fact::new(lang.pick("提交时间（北京时间）", "Submitted (Beijing time)"), date_time(paper.submitted_at, lang)),
            Fact::new(lang.pick("申请企业", "Enterprise"), paper.enterprise),
            Fact::new(lang.pick("统一社会信用代码", "Unified social credit code"), paper.uscc),
            Fact::new(lang.pick("申请等级", "Level"), paper.tier),
            Fact::new(lang.pick("政策依据", "Policy"), paper.policy),
            Fact::new(
                lang.pick("创新券编号", "Voucher"),
                draft.detail.voucher.as_ref().map(|voucher| voucher.number.clone()).unwrap_or_default(),
            ),
        ],
        number: paper.number,
        items: paper.items,
        sheets: draft.detail.assessment.as_ref().map(|assessment| sheet_views(lang, assessment, &draft.detail.dossier)).unwrap_or_default(),
        pdf_href: draft.href("/receipt.pdf"),
        back: draft.href(""),
        cx: visitor.page(),
    })
}

/// # Errors
/// Not found before the first submission; no fonts on this machine.
pub async fn pdf(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let draft = load(&visitor, &site, &number).await?;
    let own = number.to_string();
    let mark = site.read(move |db| mark_of_submission(db, &own)).await?;
    let document = with_trail_mark(receipt(&paper(lang, &draft)?, lang), mark.as_ref(), lang);
    let bytes = papers::pdf(&site, document).await?;
    let name = lang.pick(format!("受理回执-{number}.pdf"), format!("receipt-{number}.pdf"));
    Ok(file(bytes, "application/pdf", &name, true))
}

fn paper(lang: Lang, draft: &Draft) -> Result<Receipt, Problem> {
    let application = draft.application();
    let submitted_at = application.submitted_at.ok_or_else(Problem::not_found)?.and_utc();
    let dossier = &draft.detail.dossier;
    let items = dossier.items.iter().map(|(_, purchase)| ReceiptItem {
        provider: draft.detail.provider_name(purchase.provider_id).to_owned(),
        service: format!("{} {}", purchase.resource, quantity(lang, &purchase.quantity, &purchase.unit)).trim_end().to_owned(),
        period: date_range(purchase.service_from, purchase.service_to, lang),
        amount: purchase.accepted_fen,
    });
    let assessment = draft.detail.assessment.as_ref();
    let sheets = assessment.map(|assessment| sheet_views(lang, assessment, dossier)).unwrap_or_default();
    Ok(Receipt {
        issuer: papers::issuer(lang),
        number: application.number.clone(),
        submitted_at,
        enterprise: dossier.enterprise.name.clone(),
        uscc: dossier.enterprise.uscc.clone(),
        tier: assessment.map(|assessment| tier_choice_label(lang, application.tier_choice, assessment)).unwrap_or_default(),
        policy: assessment.map(|assessment| assessment.pack.title.get(lang).to_owned()).unwrap_or_default(),
        contact: dossier.enterprise.phone.clone(),
        items: items.collect(),
        sheet: whole(lang, &sheets),
        next_steps: Vec::new(),
        help: lang
            .pick(
                "登录算券，在这份申请的页面可以看到每一步的时间和理由。",
                "Sign in to Suanquan: the page of this application shows every step with its day and reason.",
            )
            .to_owned(),
    })
}

/// The sheets of all levels on one paper.
fn whole(lang: Lang, sheets: &[SheetView]) -> Option<Sheet> {
    let first = sheets.first()?;
    let mut lines = Vec::new();
    for sheet in sheets {
        let section = if sheets.len() == 1 { &sheet.section } else { &sheet.rate_label };
        lines.push(SheetLine::section(section.clone()));
        for row in &sheet.rows {
            let kind = match row.kind {
                RowKind::Base if row.used => SheetLineKind::Used,
                RowKind::Base | RowKind::Zero => SheetLineKind::Plain,
                RowKind::Rate => SheetLineKind::Factor,
                RowKind::Raw => SheetLineKind::Result,
                RowKind::Cut => SheetLineKind::Cut,
            };
            // The paper draws the sign of a row itself.
            let label = row.label.trim_start_matches(['×', '=', '−']).trim_start().to_owned();
            let value = row.value.trim_start_matches('−').to_owned();
            lines.push(SheetLine { kind, label, value, source: row.source.clone() });
        }
    }
    Some(Sheet {
        title: lang.pick("计算单", "Calculation").to_owned(),
        tag: if sheets.len() == 1 { first.rate_label.clone() } else { String::new() },
        lines,
        total_label: lang.pick("拟补贴", "Proposed subsidy").to_owned(),
        total: sheets.iter().map(|sheet| sheet.total).sum(),
        quotas: Vec::new(),
    })
}
