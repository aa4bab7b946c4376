//! What of a metered purchase is claimable, and what does not fit: usage, statement, contract, the
//! provider's bill, invoices and payments are held against one another (metering.md §5.7). Run
//! after every act that changes one of them, in its transaction.

use std::collections::BTreeMap;

use super::billing::{billed_before, drafted_anew, is_living, tariffs};
use super::{Act, ActError, Outcome};
use crate::ids::PurchaseId;
use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::LineKind;
use crate::metering::reconcile::{
    ContractFacts, Difference, InvoiceFact, Parties, PaymentFact, ResourceQuantity, invoices_against_payments, statement_against_bill,
    statement_against_contract, statement_against_invoices, usage_against_statement,
};
use crate::metering::statement::{ClaimFigures, PurchaseFacts, PurchaseState, StatementState, claimable, purchase_state};
use crate::money::Fen;
use crate::store;
use crate::store::metering::Contract;
use crate::store::paper_trail::Paper;
use crate::store::purchase::Purchase;
use crate::store::statement::Statement;
use crate::store::used::Cutoff;

/// Works the purchase's money and state out anew and saves them. Only a purchase that is paid in
/// full is reconciled: before that every invoice would be a difference.
///
/// # Errors
/// Faults of the database; a purchase that somebody else changed at the same moment.
pub fn reconcile_purchase(act: &mut Act<'_>, id: PurchaseId) -> Outcome<()> {
    let mut purchase = store::purchase::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let Some(statement) = purchase.statement_id else { return Ok(()) };
    let statement = store::statement::find(act.db, statement)?.ok_or(ActError::NotFound)?;
    let contract = store::metering::contract(act.db, statement.contract_id)?.ok_or(ActError::NotFound)?;
    let standing = store::statement::standing(act.db, statement.id)?.ok_or(ActError::NotFound)?;
    let papers = papers(act, &purchase, &contract)?;
    purchase.invoiced_fen = papers.invoices.iter().map(|invoice| invoice.allocated).sum();
    purchase.red_fen = papers.invoices.iter().map(|invoice| invoice.red_letters).sum();
    purchase.paid_fen = purchase.prepaid_cash_fen + papers.payments.iter().map(|payment| payment.allocated).sum();
    purchase.refunded_fen = papers.refunded;
    let figures = ClaimFigures {
        statement: purchase.amount_fen,
        non_cash: purchase.non_cash_fen,
        invoiced: purchase.invoiced_fen,
        red_letters: purchase.red_fen,
        paid: purchase.paid_fen,
        refunds: purchase.refunded_fen,
    };
    let state = StatementState::parse(&standing.state).unwrap_or(StatementState::Reversed);
    let paid_in_full = purchase.paid_fen - purchase.refunded_fen >= figures.payable();
    if is_living(&standing.state) && paid_in_full {
        let found = differences(act, &purchase, &statement, &contract, &papers)?;
        settle_cases(act, &purchase, &found)?;
    }
    let open_case = store::paper_trail::cases_of_purchase(act.db, id)?.iter().any(|case| case.state == "open");
    let facts = PurchaseFacts { statement: state, figures, open_case };
    purchase.state = purchase_state(&facts);
    purchase.claimable_fen = match purchase.state {
        PurchaseState::Claimable => claimable(&figures).amount,
        PurchaseState::Issued | PurchaseState::PartiallyPaid | PurchaseState::Paid | PurchaseState::Blocked | PurchaseState::Reversed => {
            Fen::ZERO
        }
    };
    if store::purchase::save_money(act.db, &purchase)? { Ok(()) } else { Err(ActError::Fault(store::Fault::Collision)) }
}

/// The centre's papers for one purchase.
#[derive(Debug, Default)]
struct Papers {
    invoices: Vec<InvoiceFact>,
    payments: Vec<PaymentFact>,
    refunded: Fen,
}

fn papers(act: &mut Act<'_>, purchase: &Purchase, contract: &Contract) -> Outcome<Papers> {
    let seller = store::purchase::provider(act.db, contract.provider_id)?.ok_or(ActError::NotFound)?;
    let mut papers = Papers::default();
    for (paper, allocated) in store::paper_trail::allocations_of(act.db, purchase.id)? {
        match paper {
            Paper::Invoice(id) => {
                let invoice = store::paper_trail::invoice(act.db, id)?.ok_or(ActError::NotFound)?;
                let red: Fen = store::paper_trail::red_letters_of(act.db, id)?.iter().map(|letter| letter.total_fen).sum();
                papers.invoices.push(InvoiceFact {
                    number: format!("{}{}", invoice.code, invoice.number),
                    buyer_uscc: invoice.buyer_uscc,
                    seller_uscc: seller.uscc.clone(),
                    allocated,
                    // An invoice may stand for several purchases; each bears the whole red letter
                    // up to its own part, so that nothing is claimed of what was taken back.
                    red_letters: red.min(allocated),
                });
            }
            Paper::Receipt(id) => {
                let receipt = store::paper_trail::receipt(act.db, id)?.ok_or(ActError::NotFound)?;
                let refunded: Fen = store::paper_trail::refunds_of(act.db, id)?.iter().map(|refund| refund.amount_fen).sum();
                papers.refunded += refunded.min(allocated);
                papers.payments.push(PaymentFact {
                    reference: receipt.bank_reference,
                    payer: receipt.payer_name,
                    payee: seller.name.clone(),
                    payee_account: String::new(),
                    paid_on: receipt.paid_on,
                    allocated,
                });
            }
        }
    }
    Ok(papers)
}

fn differences(
    act: &mut Act<'_>,
    purchase: &Purchase,
    statement: &Statement,
    contract: &Contract,
    papers: &Papers,
) -> Outcome<Vec<Difference>> {
    let seller = store::purchase::provider(act.db, contract.provider_id)?.ok_or(ActError::NotFound)?;
    let tariffs = tariffs(act.db, contract)?;
    let lines = store::statement::lines(act.db, statement.id)?;
    let before = billed_before(act.db, contract.id, statement.id)?;
    let month = Month::parse(&statement.period).ok_or(ActError::NotFound)?;
    let cutoff = Cutoff::parse(&statement.cutoff).ok_or(ActError::NotFound)?;
    let recomputed = drafted_anew(act.db, contract, month, &cutoff, super::billing::issued_at(statement), &before)?;
    let mut found = usage_against_statement(&recomputed.lines, &lines);
    let facts = ContractFacts { first: contract.valid_from, last: contract.valid_to, cap: contract.cap_fen, tariffs: &tariffs };
    let billed_so_far: Fen = before.iter().map(|billed| billed.line.line.amount).sum();
    found.extend(statement_against_contract(&facts, &lines, billed_so_far));
    found.extend(against_bill(act, statement, contract, &lines)?);
    let parties = Parties {
        buyer_uscc: &contract.enterprise_uscc,
        buyer_name: &contract.enterprise_name,
        seller_uscc: &seller.uscc,
        seller_name: &seller.name,
        seller_accounts: &[],
        signed: contract.signed_on,
    };
    let payable = purchase.amount_fen - purchase.non_cash_fen;
    found.extend(statement_against_invoices(&parties, payable, &papers.invoices));
    found.extend(invoices_against_payments(&parties, purchase.invoiced_fen, &papers.payments));
    Ok(found)
}

/// Quantities per resource against the provider's own bill, where it sent one for the month.
fn against_bill(
    act: &mut Act<'_>,
    statement: &Statement,
    contract: &Contract,
    lines: &[crate::metering::statement::StatementLine],
) -> Outcome<Vec<Difference>> {
    let bills = store::paper_trail::bills_of(act.db, contract.id, &statement.period)?;
    if !bills.iter().any(|bill| bill.quantity_ms.is_some()) {
        return Ok(Vec::new());
    }
    let units: BTreeMap<String, _> =
        store::metering::catalogue(act.db, contract.provider_id)?.into_iter().map(|resource| (resource.code, resource.unit)).collect();
    let side = |quantities: BTreeMap<String, UnitMillis>| -> Vec<ResourceQuantity> {
        quantities
            .into_iter()
            .filter_map(|(resource, quantity)| units.get(&resource).map(|unit| ResourceQuantity { unit: *unit, resource, quantity }))
            .collect()
    };
    let (mut ours, mut theirs) = (BTreeMap::new(), BTreeMap::new());
    for line in lines.iter().filter(|line| line.month.to_string() == statement.period && line.line.kind == LineKind::Usage) {
        *ours.entry(line.line.resource.clone()).or_default() += line.line.quantity;
    }
    for bill in bills {
        if let Some(quantity) = bill.quantity_ms {
            *theirs.entry(bill.resource).or_default() += quantity;
        }
    }
    Ok(statement_against_bill(&side(ours), &side(theirs)))
}

/// Opens what was found; what is not found any more closes by itself, because a paper was mended.
fn settle_cases(act: &mut Act<'_>, purchase: &Purchase, found: &[Difference]) -> Outcome<()> {
    let at = act.stamp();
    for difference in found {
        store::paper_trail::open_case(act.db, (purchase.provider_id, purchase.id), difference, at)?;
    }
    for case in store::paper_trail::cases_of_purchase(act.db, purchase.id)? {
        let is_there = found.iter().any(|difference| {
            difference.kind.as_str() == case.kind
                && difference.about == case.about
                && difference.expected.to_string() == case.expected
                && difference.found.to_string() == case.found
        });
        if case.state == "open" && !is_there {
            store::paper_trail::close_case(act.db, case.id, "fixed", "不再存在 no longer found", None, at)?;
        }
    }
    Ok(())
}
