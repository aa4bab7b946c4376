//! `…/statements/{number}.pdf`, `.csv`, `.focus.csv` and `.json`: a statement to keep and to compute with.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::Area;
use super::view::{corrects, detail_of, issued, state_tag, what};
use crate::export::csv;
use crate::export::focus::focus_csv;
use crate::export::papers::{StatementPaper, StatementRow, statement, statement_table};
use crate::lang::Lang;
use crate::metering::moment::Moment;
use crate::metering::rating::LineKind;
use crate::metering::tariff::Price;
use crate::reports::statement::{Line, StatementDetail, statement_detail};
use crate::web::answer::file;
use crate::web::finance::sheets::{CSV, unwritten};
use crate::web::papers;
use crate::web::parts::Fact;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// # Errors
/// Another's statement, an ending of no file; a fault of the database or of the writer.
pub async fn download(visitor: Visitor, site: web::Data<Site>, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (number, ending) = named(path.into_inner());
    let (lang, area, actor) = (visitor.lang, Area::of(&visitor.path), visitor.actor()?);
    let detail = site.read(move |db| statement_detail(db, &actor, &number)).await?;
    let name = format!("{}.{ending}", detail.statement.number);
    match ending.as_str() {
        "pdf" => {
            let bytes = papers::pdf(&site, statement(&paper(lang, area, &detail), lang)).await?;
            Ok(file(bytes, "application/pdf", &name, false))
        }
        "csv" => {
            let bytes = csv::write(&statement_table(&paper(lang, area, &detail), lang)).map_err(|why| unwritten(&why))?;
            Ok(file(bytes, CSV, &name, true))
        }
        "focus.csv" => {
            let bytes = focus_csv(&detail, |line| described(lang, line)).map_err(|why| unwritten(&why))?;
            Ok(file(bytes, CSV, &name, true))
        }
        "json" => {
            let bytes = serde_json::to_vec_pretty(&machine_form(&detail)).map_err(|why| unwritten(&why))?;
            Ok(file(bytes, "application/json", &name, true))
        }
        _ => Err(Problem::not_found()),
    }
}

/// `S-2026-0001.focus.csv` has an ending of two parts, of which the address tells only the last.
fn named((number, ending): (String, String)) -> (String, String) {
    match number.strip_suffix(".focus") {
        Some(number) => (number.to_owned(), format!("focus.{ending}")),
        None => (number, ending),
    }
}

/// A line in one sentence, as its page tells it.
fn described(lang: Lang, line: &Line) -> String {
    let parts = [what(lang, line), detail_of(lang, &line.line.line), corrects(lang, line)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn paper(lang: Lang, area: Area, detail: &StatementDetail) -> StatementPaper {
    let shown = issued(lang, area, detail);
    let pairs = |facts: Vec<Fact>| facts.into_iter().map(|fact| (fact.term, fact.text)).collect();
    StatementPaper {
        issuer: detail.provider.clone(),
        number: detail.statement.number.clone(),
        state: state_tag(lang, &detail.standing.state).text,
        facts: pairs(shown.facts),
        lines: detail.lines.iter().map(|line| row(lang, line)).collect(),
        sums: pairs(shown.sums),
        total: detail.statement.total_fen,
        payable: detail.statement.payable_fen,
        seals: pairs(shown.seals),
        digest: detail.statement.digest.clone(),
    }
}

fn row(lang: Lang, line: &Line) -> StatementRow {
    let rated = &line.line.line;
    let is_usage = rated.kind == LineKind::Usage;
    let unit = line.resource.as_ref().map(|resource| resource.unit.hour().get(lang).to_owned()).unwrap_or_default();
    StatementRow {
        month: line.line.month.to_string(),
        resource: what(lang, line),
        detail: detail_of(lang, rated),
        corrects: corrects(lang, line),
        quantity: if is_usage { rated.quantity.in_hours().replace('-', "−") } else { String::new() },
        unit: if is_usage { unit } else { String::new() },
        price: if is_usage { Price::from_micro(rated.price_micro).to_string() } else { String::new() },
        amount: rated.amount,
    }
}

/// Amounts in yuan and quantities in hours as text, so that no reader rounds them; exact quantities
/// in unit-milliseconds beside them.
#[must_use]
pub fn machine_form(detail: &StatementDetail) -> Value {
    let statement = &detail.statement;
    json!({
        "number": statement.number,
        "kind": statement.kind,
        "state": detail.standing.state,
        "provider": detail.provider,
        "enterprise": {"uscc": detail.contract.enterprise_uscc, "name": detail.contract.enterprise_name},
        "contract": detail.contract.number,
        "month": statement.period,
        "version": statement.version,
        "issued_at": Moment::at(statement.issued_at.and_utc()).to_string(),
        "reverses": detail.reverses,
        "reversed_by": detail.reversed_by,
        "lines": detail.lines.iter().map(line_form).collect::<Vec<_>>(),
        "usage": statement.usage_fen.plain(),
        "adjustment": statement.adjustment_fen.plain(),
        "total": statement.total_fen.plain(),
        "credit_brought": statement.credit_brought_fen.plain(),
        "prepaid_cash": statement.prepaid_cash_fen.plain(),
        "non_cash": statement.non_cash_fen.plain(),
        "payable": statement.payable_fen.plain(),
        "credit_left": statement.credit_left_fen.plain(),
        "cutoff": statement.cutoff,
        "event_root": statement.event_root,
        "lines_digest": statement.lines_digest,
        "digest": statement.digest,
        "signature": statement.signature,
        "key_id": statement.key_id,
        "public_key": detail.public_key,
    })
}

fn line_form(line: &Line) -> Value {
    let rated = &line.line.line;
    json!({
        "line": line.place,
        "class": line.line.class,
        "kind": rated.kind,
        "month": line.line.month.to_string(),
        "corrects": line.line.corrects.as_ref().map(ToString::to_string),
        "resource": rated.resource,
        "partition": rated.partition,
        "qos": rated.qos,
        "tariff_version": rated.tariff_version,
        "tier": rated.tier,
        "unit": line.resource.as_ref().map(|resource| resource.unit),
        "quantity_hours": rated.quantity.in_hours(),
        "quantity_unit_ms": rated.quantity.get(),
        "unit_price": Price::from_micro(rated.price_micro).to_string(),
        "amount": rated.amount.plain(),
    })
}
