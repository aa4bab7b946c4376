//! Prepaid money of a contract: cash that was paid, and bonus and coupons that nobody paid.

use chrono::NaiveDate;

use super::centre::must_run;
use super::{Act, ActError, Line, Outcome, refuse_field};
use crate::ids::{ContractId, ProviderId};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::store;

/// Adds a pool.
///
/// # Errors
/// Refusals: no amount, cash without the bank's reference.
pub fn top_up_pool(
    act: &mut Act<'_>,
    provider: ProviderId,
    contract: ContractId,
    (kind, amount): (PoolKind, Fen),
    expires: Option<NaiveDate>,
    reference: &str,
) -> Outcome<i64> {
    must_run(act, provider)?;
    let contract = store::metering::contract(act.db, contract)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
    if !amount.is_positive() {
        return refuse_field("no_amount", "amount", "金额须大于零。", "The amount must be above zero.");
    }
    if kind == PoolKind::Cash && reference.trim().is_empty() {
        return refuse_field("no_reference", "reference", "现金充值须填写银行流水号。", "Cash needs the bank's reference.");
    }
    let (by, at) = (act.actor.account, act.stamp());
    let id = store::statement::insert_pool(act.db, contract.id, (kind, amount), expires, reference.trim(), by, at)?;
    let detail = format!("{kind} {}", amount.display());
    act.write_line(&Line { act: "top_up_pool", subject: &contract.number, reason: reference, detail: &detail, ..Line::default() })?;
    Ok(id)
}
