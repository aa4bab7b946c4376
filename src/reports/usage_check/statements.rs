//! Versions of tariffs and issued statements: digests, signatures, and the events behind them.

use diesel::prelude::*;

use super::{Broken, Checked, broken, must_be_signed};
use crate::acts::billing::clock;
use crate::metering::chain::root;
use crate::metering::moment::Month;
use crate::metering::statement::lines_digest;
use crate::metering::tariff::read_tariff;
use crate::money::Fen;
use crate::reports::Db;
use crate::store;
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
        check_events(db, &one, &place)?;
        checked.statements += 1;
        checked.statement_lines += i64::try_from(lines.len()).unwrap_or(i64::MAX);
    }
    Ok(())
}

/// The events behind a statement are those of its root.
fn check_events(db: &mut Db, one: &Statement, place: &str) -> Result<(), Broken> {
    let contract = store::metering::contract(db, one.contract_id)?;
    let (Some(contract), Some(month), Some(cutoff)) = (contract, Month::parse(&one.period), Cutoff::parse(&one.cutoff)) else {
        return broken(place, "its contract, month or cutoff cannot be read");
    };
    let span = month.span(clock(&contract));
    let leaves = store::used::hashes_of(db, one.contract_id, (span.start.millis(), span.end.millis()), &cutoff)?;
    if hex::encode(root(&leaves)) == one.event_root {
        return Ok(());
    }
    broken(place, "its event_root is not that of the events up to its cutoff")
}
