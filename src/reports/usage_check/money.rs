//! Prepaid money and the papers behind purchases: what is kept as a sum equals its parts.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Broken, Checked, broken};
use crate::ids::{PurchaseId, StatementId};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::reports::Db;
use crate::store::schema::{bank_receipt, prepaid_move, prepaid_pool, purchase, purchase_allocation, statement, tax_invoice};

pub(super) fn check_pools(db: &mut Db, checked: &mut Checked) -> Result<(), Broken> {
    let pools: Vec<(i64, PoolKind, Fen)> =
        prepaid_pool::table.order(prepaid_pool::id).select((prepaid_pool::id, prepaid_pool::kind, prepaid_pool::drawn_fen)).load(db)?;
    let moves: Vec<(i64, i64, StatementId, Fen)> = prepaid_move::table
        .order(prepaid_move::id)
        .select((prepaid_move::id, prepaid_move::pool_id, prepaid_move::statement_id, prepaid_move::amount_fen))
        .load(db)?;
    let kinds: BTreeMap<i64, PoolKind> = pools.iter().map(|(id, kind, _)| (*id, *kind)).collect();
    let (mut drawn, mut by_statement): (BTreeMap<i64, Fen>, BTreeMap<StatementId, (Fen, Fen)>) = Default::default();
    for (id, pool, statement, amount) in &moves {
        let Some(kind) = kinds.get(pool) else { return broken(&format!("prepaid_move {id}"), "its pool is not there") };
        *drawn.entry(*pool).or_default() += *amount;
        let (cash, other) = by_statement.entry(*statement).or_default();
        if *kind == PoolKind::Cash { *cash += *amount } else { *other += *amount }
    }
    for (id, _, kept) in &pools {
        let sum = drawn.get(id).copied().unwrap_or_default();
        must_equal(&format!("prepaid_pool {id}"), "drawn_fen", *kept, "its moves", sum)?;
    }
    let statements: Vec<(StatementId, String, Fen, Fen)> = statement::table
        .order(statement::id)
        .select((statement::id, statement::number, statement::prepaid_cash_fen, statement::non_cash_fen))
        .load(db)?;
    for (id, number, cash, other) in statements {
        let (moved_cash, moved_other) = by_statement.remove(&id).unwrap_or_default();
        let place = format!("prepaid_move of statement {number}");
        must_equal(&place, "prepaid_cash_fen", cash, "the moves from cash", moved_cash)?;
        must_equal(&place, "non_cash_fen", other, "the moves from bonus and coupons", moved_other)?;
    }
    checked.prepaid_pools += count(pools.len());
    checked.prepaid_moves += count(moves.len());
    Ok(())
}

pub(super) fn check_papers(db: &mut Db, checked: &mut Checked) -> Result<(), Broken> {
    type Part = (PurchaseId, Option<i64>, Option<i64>, Fen);
    let parts: Vec<Part> = purchase_allocation::table
        .order(purchase_allocation::id)
        .select((
            purchase_allocation::purchase_id,
            purchase_allocation::invoice_id,
            purchase_allocation::receipt_id,
            purchase_allocation::amount_fen,
        ))
        .load(db)?;
    let (mut invoices, mut receipts): (BTreeMap<i64, Fen>, BTreeMap<i64, Fen>) = Default::default();
    let mut purchases: BTreeMap<PurchaseId, (Fen, Fen)> = BTreeMap::new();
    for (of, invoice, receipt, amount) in &parts {
        let (invoiced, paid) = purchases.entry(*of).or_default();
        if let Some(invoice) = invoice {
            *invoices.entry(*invoice).or_default() += *amount;
            *invoiced += *amount;
        }
        if let Some(receipt) = receipt {
            *receipts.entry(*receipt).or_default() += *amount;
            *paid += *amount;
        }
    }
    let kept: Vec<(i64, Fen)> = tax_invoice::table.order(tax_invoice::id).select((tax_invoice::id, tax_invoice::allocated_fen)).load(db)?;
    for (id, allocated) in kept {
        let sum = invoices.remove(&id).unwrap_or_default();
        must_equal(&format!("purchase_allocation of tax_invoice {id}"), "allocated_fen", allocated, "its parts", sum)?;
    }
    let kept: Vec<(i64, Fen)> =
        bank_receipt::table.order(bank_receipt::id).select((bank_receipt::id, bank_receipt::allocated_fen)).load(db)?;
    for (id, allocated) in kept {
        let sum = receipts.remove(&id).unwrap_or_default();
        must_equal(&format!("purchase_allocation of bank_receipt {id}"), "allocated_fen", allocated, "its parts", sum)?;
    }
    let metered: Vec<(PurchaseId, Fen, Fen, Fen)> = purchase::table
        .filter(purchase::statement_id.is_not_null())
        .order(purchase::id)
        .select((purchase::id, purchase::invoiced_fen, purchase::paid_fen, purchase::prepaid_cash_fen))
        .load(db)?;
    for (id, invoiced, paid, prepaid) in metered {
        let (of_invoices, of_receipts) = purchases.remove(&id).unwrap_or_default();
        let place = format!("purchase_allocation of purchase {id}");
        must_equal(&place, "invoiced_fen", invoiced, "its invoices", of_invoices)?;
        must_equal(&place, "paid_fen", paid, "prepaid cash and its payments", prepaid + of_receipts)?;
    }
    checked.allocations += count(parts.len());
    Ok(())
}

fn must_equal(place: &str, name: &str, kept: Fen, parts: &str, sum: Fen) -> Result<(), Broken> {
    if kept == sum {
        return Ok(());
    }
    broken(place, &format!("{name} is {} and {parts} come to {}", kept.display(), sum.display()))
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
