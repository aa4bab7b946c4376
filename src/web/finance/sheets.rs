//! A batch as the papers that finance and the bank work with: PDF, XLSX, CSV.

use actix_web::{HttpResponse, web};

use crate::calendar::beijing_date;
use crate::code::Tier;
use crate::export::papers::{Payee, PayoutSheet, payout_sheet, payout_sheet_table, with_trail_mark};
use crate::export::{csv, xlsx};
use crate::lang::Lang;
use crate::payout::LineState;
use crate::reports::Db;
use crate::reports::payout_batch::{BatchDetail, payable_batch};
use crate::reports::trail::mark_of;
use crate::web::answer::file;
use crate::web::papers;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// `sheet.pdf`, `lines.xlsx` or `lines.csv` of a batch.
///
/// # Errors
/// An unknown batch or file; a fault of the database or of the writer.
pub async fn download(visitor: Visitor, site: web::Data<Site>, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (number, wanted) = path.into_inner();
    let lang = visitor.lang;
    let ask = move |db: &mut Db| Ok((payable_batch(db, &number)?, mark_of(db, "approve_batch", &number)?));
    let (batch, mark) = site.read(ask).await?;
    let sheet = sheet(lang, &batch);
    let name = format!("{}-{}", batch.number, lang.pick("拨付清单", "payout-sheet"));
    match wanted.as_str() {
        "sheet.pdf" => {
            let paper = with_trail_mark(payout_sheet(&sheet, lang), mark.as_ref(), lang);
            let bytes = papers::pdf(&site, paper).await?;
            Ok(file(bytes, "application/pdf", &format!("{name}.pdf"), false))
        }
        "lines.xlsx" => {
            let bytes = xlsx::write(&batch.number, &[payout_sheet_table(&sheet, lang)], site.clock.now()).map_err(|why| unwritten(&why))?;
            Ok(file(bytes, XLSX, &format!("{name}.xlsx"), true))
        }
        "lines.csv" => {
            let bytes = csv::write(&payout_sheet_table(&sheet, lang)).map_err(|why| unwritten(&why))?;
            Ok(file(bytes, CSV, &format!("{name}.csv"), true))
        }
        _ => Err(Problem::not_found()),
    }
}

/// The media types of the exports.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// A table that could not be written: logged, and a page that says so.
pub(crate) fn unwritten(why: &dyn std::error::Error) -> Problem {
    tracing::error!(%why, "an export could not be written");
    Problem {
        status: actix_web::http::StatusCode::INTERNAL_SERVER_ERROR,
        ..Problem::bad_request(
            "导出文件没有生成，数据没有变化，请重试。",
            "The file could not be made; nothing was changed. Please try again.",
        )
    }
}

fn sheet(lang: Lang, batch: &BatchDetail) -> PayoutSheet {
    let tiers = Tier::ALL.into_iter().filter(|tier| batch.lines.iter().any(|line| line.tier == *tier));
    let payees = batch.lines.iter().map(|line| {
        let grant = format!("{} {}", line.tier.title().get(lang), line.year);
        let state =
            if matches!(line.state, LineState::Paid | LineState::Failed | LineState::Cancelled) { line.state.label(lang) } else { "" };
        Payee {
            application: line.application.clone(),
            name: line.account_name.clone(),
            bank: line.bank_name.clone(),
            cnaps: line.cnaps.clone(),
            account: line.account_no.clone(),
            amount: line.amount,
            remark: if state.is_empty() { grant } else { format!("{grant} {state}") },
        }
    });
    PayoutSheet {
        issuer: papers::issuer(lang),
        number: batch.number.clone(),
        tier: tiers.map(|tier| tier.title().get(lang).to_owned()).collect::<Vec<_>>().join(lang.pick("、", ", ")),
        appropriation: batch.documents.join(lang.pick("、", ", ")),
        notice: batch.notices.join(lang.pick("、", ", ")),
        drawn_up_on: beijing_date(batch.drawn_up_at.and_utc()),
        maker: batch.maker.clone(),
        approver: batch.approver.clone(),
        payees: payees.collect(),
    }
}
