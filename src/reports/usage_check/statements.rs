//! Versions of tariffs and issued statements: digests, signatures, and the events behind them.

use diesel::prelude::*;

use super::{Broken, Checked, broken, must_be_signed};
use crate::acts::ActError;
use crate::acts::billing::{billed_before, clock, drafted_anew, issued_at};
use crate::acts::reverse_statement::taken_back;
use crate::lang::Lang;
use crate::metering::chain::root;
use crate::metering::moment::Month;
use crate::metering::statement::{StatementLine, lines_digest};
use crate::metering::tariff::read_tariff;
use crate::money::Fen;
use crate::reports::Db;
use crate::store;
use crate::store::metering::Contract;
use crate::store::metering::TariffRow;
use crate::store::schema::{statement, tariff_version};
use crate::store::statement::Statement;
use crate::store::used::Cutoff;

pub(super) fn check_tariffs(db: &mut Db, checked: &mut Checked) -> Result<(), Broken> {
    let rows: Vec<TariffRow> = tariff_version::table.order(tariff_version::id).select(TariffRow::as_select()).load(db)?;
    for row in rows {
        let place = format!("tariff_version {} ({} version {})", row.id, row.code, row.version);
        let json: serde_json::Value = serde_json::from_str(&row.body).unwrap_or_default();
        let Ok(tariff) = read_tariff(&json) else { return broken(&place, "its body is no tariff") };
        if tariff.canonical() != row.body || hex::encode(tariff.digest()) != row.digest {
            return broken(&place, "its digest is not that of its body");
        }
        if (&tariff.code, tariff.version, tariff.valid_from) != (&row.code, row.version, row.valid_from) {
            return broken(&place, "code, version or first day are not those of its body");
        }
        checked.tariffs += 1;
    }
    Ok(())
}

pub(super) fn check(db: &mut Db, checked: &mut Checked) -> Result<(), Broken> {
    let all: Vec<Statement> = statement::table.order(statement::id).select(Statement::as_select()).load(db)?;
    for one in all {
        let place = format!("statement {}", one.number);
        let lines = store::statement::lines(db, one.id)?;
        if hex::encode(lines_digest(&one.period, &lines)) != one.lines_digest {
            return broken(&format!("statement_line of {}", one.number), "the lines are not those of the statement's lines_digest");
        }
        let sum: Fen = lines.iter().map(|line| line.line.amount).sum();
        if sum != one.total_fen {
            return broken(&place, &format!("its lines come to {} and its total is {}", sum.display(), one.total_fen.display()));
        }
        let said = one.as_new().said();
        if hex::encode(said) != one.digest {
            return broken(&place, "its digest is not that of what it says");
        }
        must_be_signed(db, &place, &one.key_id, &said, &one.signature)?;
        let covered = Covered::of(db, &one, &place)?;
        check_events(db, &one, &place, &covered)?;
        check_lines(db, &one, &lines, &covered)?;
        checked.statements += 1;
        checked.statement_lines += i64::try_from(lines.len()).unwrap_or(i64::MAX);
    }
    Ok(())
}

/// What a statement covers.
struct Covered {
    contract: Contract,
    month: Month,
    cutoff: Cutoff,
}

impl Covered {
    fn of(db: &mut Db, one: &Statement, place: &str) -> Result<Covered, Broken> {
        let contract = store::metering::contract(db, one.contract_id)?;
        match (contract, Month::parse(&one.period), Cutoff::parse(&one.cutoff)) {
            (Some(contract), Some(month), Some(cutoff)) => Ok(Covered { contract, month, cutoff }),
            _ => broken(place, "its contract, month or cutoff cannot be read"),
        }
    }
}

/// The digest of what a statement's lines come to when they are rated again.
///
/// # Errors
/// What cannot be rated again; faults of the database.
pub fn digest_again(db: &mut Db, one: &Statement) -> Result<String, Broken> {
    let covered = Covered::of(db, one, &format!("statement {}", one.number))?;
    let again = rated_again(db, one, &covered)?;
    Ok(hex::encode(lines_digest(&one.period, &again)))
}

/// What the events up to the cutoff come to at the prices of the tariff, after what earlier
/// statements billed; those of a credit statement take the original's lines back.
fn rated_again(db: &mut Db, one: &Statement, covered: &Covered) -> Result<Vec<StatementLine>, Broken> {
    let place = format!("statement_line of {}", one.number);
    if let Some(reversed) = one.reverses_id {
        let Some(original) = store::statement::find(db, reversed)? else {
            return broken(&place, "the statement that it takes back is not there");
        };
        let lines = store::statement::lines(db, original.id)?;
        return Ok(taken_back(&original.number, lines));
    }
    let billed = billed_before(db, one.contract_id, one.id)?;
    match drafted_anew(db, &covered.contract, covered.month, &covered.cutoff, issued_at(one), &billed) {
        Ok(draft) => Ok(draft.lines),
        Err(ActError::Fault(fault)) => Err(fault.into()),
        Err(ActError::Refused(why)) => {
            let told = why.first().map(|why| why.text.get(Lang::En).to_owned()).unwrap_or_default();
            broken(&place, &format!("cannot be rated again: {told}"))
        }
        Err(ActError::NotFound | ActError::NotAllowed | ActError::Stale(_) | ActError::KeyReused) => {
            broken(&place, "cannot be rated again")
        }
    }
}

fn check_lines(db: &mut Db, one: &Statement, lines: &[StatementLine], covered: &Covered) -> Result<(), Broken> {
    let again = rated_again(db, one, covered)?;
    if hex::encode(lines_digest(&one.period, &again)) == one.lines_digest {
        return Ok(());
    }
    let differs = lines.iter().zip(&again).take_while(|(kept, again)| kept == again).count();
    let amount = |lines: &[StatementLine]| lines.get(differs).map_or("nothing".to_owned(), |line| line.line.amount.display());
    let (kept, again) = (amount(lines), amount(&again));
    let place = format!("statement_line of {}", one.number);
    broken(&place, &format!("line {} is {kept}, and {again} when rated again from events and tariff", differs + 1))
}

/// The events behind a statement are those of its root.
fn check_events(db: &mut Db, one: &Statement, place: &str, covered: &Covered) -> Result<(), Broken> {
    let span = covered.month.span(clock(&covered.contract));
    let leaves = store::used::hashes_of(db, one.contract_id, (span.start.millis(), span.end.millis()), &covered.cutoff)?;
    if hex::encode(root(&leaves)) == one.event_root {
        return Ok(());
    }
    broken(place, "its event_root is not that of the events up to its cutoff")
}
