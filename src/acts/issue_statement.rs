//! A centre issues the statement of a month: drafted from the events up to a barrier, settled from
//! prepaid money, frozen with digest and signature, and turned into purchases.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::billing::{clock, drafted};
use super::centre::must_run;
use super::reconcile_purchase::reconcile_purchase;
use super::{Act, ActError, Line, Outcome, refuse, refuse_field};
use crate::application::letters::Letter;
use crate::ids::{ContractId, ProviderId, StatementId};
use crate::lang::Lang;
use crate::metering::chain;
use crate::metering::moment::{Moment, Month};
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::LineKind;
use crate::metering::statement::{LineClass, PurchaseState, Settlement, StatementDraft, StatementState, settle};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::policy::case::ItemKind;
use crate::store::metering::Contract;
use crate::store::purchase::NewPurchase;
use crate::store::statement::NewStatement;
use crate::store::used::Cutoff;
use crate::store::{self, Db};

/// Issues the statement of a month and gives its number.
///
/// # Errors
/// Refusals: a month that is not over or outside the contract, billed already, open quarantine of
/// the enterprise, a provisional bill of the provider, nothing to bill, usage without a price.
pub fn issue_statement(act: &mut Act<'_>, provider: ProviderId, contract: ContractId, month: Month) -> Outcome<String> {
    must_run(act, provider)?;
    let contract = store::metering::contract(act.db, contract)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
    // From here on no event is stored until the statement is: what it covers is exactly this.
    let ends = store::usage::lock_all(act.db)?;
    let cutoff = Cutoff::at(&ends);
    may_issue(act.db, act.now, &contract, month)?;
    let until = Moment::at(act.now);
    let draft = drafted(act.db, &contract, month, &cutoff, until)?;
    if draft.lines.is_empty() {
        return refuse("nothing_to_bill", format!("{month} 没有需要出账的用量或更正。"), format!("There is nothing to bill for {month}."));
    }
    let settlement = settled(act.db, act.today(), &contract, &draft)?;
    let (id, number) = freeze(act, &contract, &draft, &settlement, &cutoff)?;
    for made in make_purchases(act, &contract, &draft, &settlement, id, &number)? {
        reconcile_purchase(act, made)?;
    }
    tell(act, &contract, &number, draft.total())?;
    let detail = format!("{} {month} {}", contract.number, draft.total().display());
    act.write_line(&Line { act: "issue_statement", subject: &number, detail: &detail, ..Line::default() })?;
    Ok(number)
}

/// Whether the statement of a month may be issued at an instant.
///
/// # Errors
/// The refusal that says what stands in the way; faults of the database.
pub fn may_issue(db: &mut Db, now: DateTime<Utc>, contract: &Contract, month: Month) -> Outcome<()> {
    let span = month.span(clock(contract));
    if span.end > Moment::at(now) {
        return refuse_field("month_not_over", "period", format!("{month} 尚未结束。"), format!("{month} is not over yet."));
    }
    if month.last_day() < contract.valid_from || month.first_day() > contract.valid_to {
        let (first, last) = (contract.valid_from, contract.valid_to);
        return refuse_field(
            "outside_contract",
            "period",
            format!("{month} 不在合同期（{first} 至 {last}）内。"),
            format!("{month} lies outside the contract ({first} to {last})."),
        );
    }
    if store::usage::billed_months(db, &[contract.id])?.iter().any(|(_, period)| *period == month.to_string()) {
        return refuse_field("month_billed", "period", format!("{month} 已出具对账单。"), format!("{month} is billed already."));
    }
    let open = open_quarantine(db, contract)?;
    if open > 0 {
        return refuse(
            "quarantine_open",
            format!("该企业有 {open} 条隔离事件未处理，请先处理再出账。"),
            format!("{open} quarantined events of this enterprise are open; deal with them first."),
        );
    }
    if store::paper_trail::bills_of(db, contract.id, &month.to_string())?.iter().any(|bill| bill.provisional) {
        return refuse(
            "bill_provisional",
            format!("{month} 的云账单为未定稿（次月 4 日 10:00 前导出），请重新导入定稿后出账。"),
            format!(
                "The provider's bill of {month} is provisional (taken before 10:00 on the 4th of the next month); import the final one."
            ),
        );
    }
    Ok(())
}

/// Open quarantined events under an account code of the contract's enterprise.
fn open_quarantine(db: &mut Db, contract: &Contract) -> Outcome<usize> {
    const MOST: i64 = 100_000;
    let codes: Vec<String> = store::metering::all_subjects(db, contract.provider_id)?
        .into_iter()
        .filter(|subject| subject.enterprise_uscc == contract.enterprise_uscc)
        .map(|subject| subject.code)
        .collect();
    let open = store::quarantine::open_of(db, contract.provider_id, MOST)?;
    let is_of = |body: &str| {
        let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        body.get("subject").and_then(serde_json::Value::as_str).is_some_and(|subject| codes.iter().any(|code| code == subject))
    };
    Ok(open.iter().filter(|one| is_of(&one.body)).count())
}

/// Draws prepaid money as the tariff of the month's last day orders, after the credit that earlier
/// statements left.
///
/// # Errors
/// Faults of the database.
pub fn settled(db: &mut Db, today: NaiveDate, contract: &Contract, draft: &StatementDraft) -> Outcome<Settlement> {
    let tariffs = super::billing::tariffs(db, contract)?;
    let last_day = draft.month.last_day().min(contract.valid_to);
    let order: Vec<PoolKind> =
        tariffs.iter().rfind(|tariff| tariff.valid_from <= last_day).map(|tariff| tariff.prepaid_order.clone()).unwrap_or_default();
    let pools: Vec<_> = store::statement::pools(db, contract.id)?.iter().map(store::statement::PoolRow::pool).collect();
    Ok(settle(draft.total(), credit_of(db, contract)?, &order, &pools, today))
}

/// What living statements left owing to the enterprise and no later one took off.
fn credit_of(db: &mut Db, contract: &Contract) -> Outcome<Fen> {
    let statements = store::statement::of_contract(db, contract.id)?;
    let living = statements.iter().filter(|(_, standing)| super::billing::is_living(&standing.state));
    let left: Fen = living.map(|(statement, _)| statement.credit_left_fen - statement.credit_brought_fen).sum();
    Ok(left.or_zero())
}

/// Stores the statement; from here on nothing of it changes.
fn freeze(
    act: &mut Act<'_>,
    contract: &Contract,
    draft: &StatementDraft,
    settlement: &Settlement,
    cutoff: &Cutoff,
) -> Outcome<(StatementId, String)> {
    let period = draft.month.to_string();
    let span = draft.month.span(clock(contract));
    let leaves = store::used::hashes_of(act.db, contract.id, (span.start.millis(), span.end.millis()), cutoff)?;
    let sum = |regular: bool| -> Fen {
        draft.lines.iter().filter(|line| (line.class == LineClass::Regular) == regular).map(|line| line.line.amount).sum()
    };
    let drawn =
        |cash: bool| -> Fen { settlement.draws.iter().filter(|draw| (draw.kind == PoolKind::Cash) == cash).map(|draw| draw.amount).sum() };
    let mut new = NewStatement {
        number: store::number::next(act.db, "S", act.today().year())?,
        contract_id: contract.id,
        version: store::statement::last_version(act.db, contract.id, &period)? + 1,
        period,
        kind: "usage".to_owned(),
        reverses_id: None,
        cutoff: cutoff.to_string(),
        usage_fen: sum(true),
        adjustment_fen: sum(false),
        total_fen: draft.total(),
        credit_brought_fen: Fen::ZERO,
        prepaid_cash_fen: drawn(true),
        non_cash_fen: drawn(false),
        payable_fen: settlement.payable,
        credit_left_fen: settlement.credit,
        event_root: hex::encode(chain::root(&leaves)),
        lines_digest: hex::encode(draft.digest()),
        digest: String::new(),
        key_id: String::new(),
        signature: String::new(),
        issued_by: act.actor.account,
        issued_at: act.stamp(),
    };
    new.credit_brought_fen = new.total_fen - new.prepaid_cash_fen - new.non_cash_fen - new.payable_fen + new.credit_left_fen;
    sign(act, &mut new)?;
    let by = act.actor.account;
    let at = act.stamp();
    let id = match store::statement::insert(act.db, &new, &draft.lines, StatementState::Issued.as_str(), by, at) {
        Err(fault) if fault.is_unique_violation() => {
            let month = draft.month;
            return refuse_field("month_billed", "period", format!("{month} 已出具对账单。"), format!("{month} is billed already."));
        }
        done => done?,
    };
    for draw in &settlement.draws {
        if !store::statement::draw(act.db, draw.pool, id, draw.amount)? {
            return Err(ActError::Fault(store::Fault::Collision));
        }
    }
    Ok((id, new.number))
}

/// Digest and signature over everything that a statement says.
pub(super) fn sign(act: &mut Act<'_>, new: &mut NewStatement) -> Outcome<()> {
    let digest = new.said();
    let signer = &act.house.signer;
    new.key_id = signer.key_id();
    new.signature = signer.sign(&digest);
    new.digest = hex::encode(digest);
    let at = act.stamp();
    Ok(store::statement::keep_key(act.db, &new.key_id, &act.house.signer.public_key(), at)?)
}

/// What the lines of one kind of service come to.
#[derive(Debug, Default)]
struct Part {
    amount: Fen,
    quantity: UnitMillis,
    units: Vec<(String, String)>,
}

/// One purchase per kind of service, because the rules count some kinds only. Lines for the whole
/// month and a kind that comes to less than nothing go to compute.
fn make_purchases(
    act: &mut Act<'_>,
    contract: &Contract,
    draft: &StatementDraft,
    settlement: &Settlement,
    statement: StatementId,
    number: &str,
) -> Outcome<Vec<crate::ids::PurchaseId>> {
    let catalogue = store::metering::catalogue(act.db, contract.provider_id)?;
    let mut parts: BTreeMap<ItemKind, Part> = BTreeMap::new();
    for line in &draft.lines {
        let resource = catalogue.iter().find(|resource| resource.code == line.line.resource);
        let part = parts.entry(resource.map_or(ItemKind::Compute, |resource| resource.kind)).or_default();
        part.amount += line.line.amount;
        if let (Some(resource), LineKind::Usage) = (resource, line.line.kind) {
            part.quantity += line.line.quantity;
            let named = (resource.name_zh.clone(), resource.unit.as_str().to_owned());
            if !part.units.contains(&named) {
                part.units.push(named);
            }
        }
    }
    let below: Fen = parts.values().map(|part| part.amount).filter(|amount| *amount < Fen::ZERO).sum();
    parts.retain(|_, part| part.amount > Fen::ZERO);
    take_off(&mut parts, below);
    // What credit, bonus and coupons met is not real money: it is taken off compute first.
    let credit = draft.total().or_zero() - settlement.payable - settlement.draws.iter().map(|draw| draw.amount).sum::<Fen>();
    take_off(&mut parts, Fen::ZERO - credit.or_zero());
    let (mut non_cash, mut cash) = (settlement.non_cash(), Fen::ZERO);
    cash += settlement.draws.iter().filter(|draw| draw.kind == PoolKind::Cash).map(|draw| draw.amount).sum();
    let mut made = Vec::new();
    for (kind, part) in parts.into_iter().filter(|(_, part)| part.amount.is_positive()) {
        let own_non_cash = non_cash.min(part.amount);
        let own_cash = cash.min(part.amount - own_non_cash);
        (non_cash, cash) = (non_cash - own_non_cash, cash - own_cash);
        let order_no = if kind == ItemKind::Compute { number.to_owned() } else { format!("{number}-{kind}") };
        let one_unit = part.units.first().filter(|(_, unit)| part.units.iter().all(|(_, other)| other == unit));
        let new = NewPurchase {
            provider_id: contract.provider_id,
            enterprise_uscc: contract.enterprise_uscc.clone(),
            order_no,
            kind,
            resource: part.units.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("、"),
            unit: one_unit.map(|(_, unit)| format!("{unit}_hour")).unwrap_or_default(),
            quantity: one_unit.map(|_| part.quantity.in_hours()).unwrap_or_default(),
            unit_price: String::new(),
            amount_fen: part.amount,
            accepted_fen: Fen::ZERO,
            service_from: draft.month.first_day().max(contract.valid_from),
            service_to: draft.month.last_day().min(contract.valid_to),
            recorded_at: act.stamp(),
            recorded_by: format!("statement {number}"),
            statement_id: Some(statement),
            state: PurchaseState::Issued,
            prepaid_cash_fen: own_cash,
            non_cash_fen: own_non_cash,
            claimable_fen: Fen::ZERO,
        };
        made.push(store::purchase::insert(act.db, &new)?);
    }
    Ok(made)
}

/// Takes an amount (zero or below) off the parts, compute first.
fn take_off(parts: &mut BTreeMap<ItemKind, Part>, below: Fen) {
    let mut owed = Fen::ZERO - below;
    let compute_first = |kind: &ItemKind| (*kind != ItemKind::Compute, *kind);
    let mut kinds: Vec<ItemKind> = parts.keys().copied().collect();
    kinds.sort_by_key(compute_first);
    for kind in kinds {
        if let Some(part) = parts.get_mut(&kind) {
            let taken = owed.min(part.amount);
            part.amount -= taken;
            owed -= taken;
        }
    }
}

/// Everybody at the enterprise is told, if it is registered.
fn tell(act: &mut Act<'_>, contract: &Contract, number: &str, total: Fen) -> Outcome<()> {
    let Some(enterprise) = store::account::enterprise_by_uscc(act.db, &contract.enterprise_uscc)? else { return Ok(()) };
    let link = format!("{}/my/statements/{number}", act.house.base_url);
    for person in store::account::of_enterprise(act.db, enterprise.id)? {
        let letter = match Lang::parse(&person.language).unwrap_or_default() {
            Lang::Zh => Letter {
                subject: format!("对账单 {number} 待确认"),
                body: format!(
                    "{}：\n\n合同 {} 的对账单 {number} 已出具，金额 {}。请核对用量与金额，在线确认或提出异议；确认并付清后才能用于申请补贴。\n\n{link}\n",
                    enterprise.name,
                    contract.number,
                    total.display()
                ),
            },
            Lang::En => Letter {
                subject: format!("Statement {number} waits for your confirmation"),
                body: format!(
                    "{}\n\nStatement {number} under contract {} has been issued: {}. Please check usage and amount, then confirm or dispute it online; it can support an application once it is confirmed and paid.\n\n{link}\n",
                    enterprise.name,
                    contract.number,
                    total.display()
                ),
            },
        };
        act.send("issue_statement", &person, &letter, None)?;
    }
    Ok(())
}
