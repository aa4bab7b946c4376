//! From the statement over the invoices to the bank: the same two parties, every paper once, the
//! same amount.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Difference, DifferenceKind, Figure, sum};
use crate::ids::folded_name;
use crate::money::Fen;

/// Who bought from whom. Invoices name codes, bank slips name names.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    pub buyer_uscc: &'a str,
    pub buyer_name: &'a str,
    pub seller_uscc: &'a str,
    pub seller_name: &'a str,
    /// Accounts that the contract names; empty when it names none.
    pub seller_accounts: &'a [String],
    /// Day on which the contract was signed.
    pub signed: NaiveDate,
}

/// An invoice allocated to the purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceFact {
    /// Its number, led by its code where it has one.
    pub number: String,
    pub buyer_uscc: String,
    pub seller_uscc: String,
    /// What of the invoice, taxes included, belongs to this purchase.
    pub allocated: Fen,
    /// Red letters against that part, as a positive amount.
    pub red_letters: Fen,
}

/// A bank payment allocated to the purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentFact {
    pub reference: String,
    pub payer: String,
    pub payee: String,
    pub payee_account: String,
    pub paid_on: NaiveDate,
    pub allocated: Fen,
}

/// Statement ↔ invoices: Σ allocated − red letters = payable, buyer and seller are the parties, no
/// number twice, none red-lettered.
#[must_use]
pub fn statement_against_invoices(parties: &Parties<'_>, payable: Fen, invoices: &[InvoiceFact]) -> Vec<Difference> {
    let mut found = Findings::default();
    let mut numbers = BTreeSet::new();
    for invoice in invoices {
        let about = invoice.number.as_str();
        found.codes(DifferenceKind::InvoiceBuyer, about, parties.buyer_uscc, &invoice.buyer_uscc);
        found.codes(DifferenceKind::InvoiceSeller, about, parties.seller_uscc, &invoice.seller_uscc);
        if !numbers.insert(about) {
            found.add(DifferenceKind::InvoiceNumber, about, Figure::Nothing, Figure::Code(about.to_owned()));
        }
        if !invoice.red_letters.is_zero() {
            found.add(DifferenceKind::InvoiceRedLettered, about, Figure::Nothing, Figure::Money(invoice.red_letters));
        }
    }
    let invoiced = sum(invoices.iter().flat_map(|invoice| [invoice.allocated, -invoice.red_letters]));
    if invoiced != payable {
        found.add(DifferenceKind::InvoiceTotal, "", Figure::Money(payable), Figure::Money(invoiced));
    }
    found.0
}

/// Invoices ↔ payments: payer, payee and account are the parties', no payment before the contract
/// was signed, no bank reference twice, and not more paid than `invoiced` (less red letters). Less
/// is no difference: the purchase is then partly paid.
#[must_use]
pub fn invoices_against_payments(parties: &Parties<'_>, invoiced: Fen, payments: &[PaymentFact]) -> Vec<Difference> {
    let mut found = Findings::default();
    let mut references = BTreeSet::new();
    for payment in payments {
        let about = payment.reference.as_str();
        found.names(DifferenceKind::PaymentPayer, about, parties.buyer_name, &payment.payer);
        found.names(DifferenceKind::PaymentPayee, about, parties.seller_name, &payment.payee);
        if !parties.seller_accounts.is_empty() && !parties.seller_accounts.contains(&payment.payee_account) {
            let expected = Figure::Code(parties.seller_accounts.join(", "));
            found.add(DifferenceKind::PaymentAccount, about, expected, Figure::Code(payment.payee_account.clone()));
        }
        if payment.paid_on < parties.signed {
            found.add(DifferenceKind::PaymentDate, about, Figure::Day(parties.signed), Figure::Day(payment.paid_on));
        }
        if !references.insert(about) {
            found.add(DifferenceKind::PaymentReference, about, Figure::Nothing, Figure::Code(about.to_owned()));
        }
    }
    let paid = sum(payments.iter().map(|payment| payment.allocated));
    if paid > invoiced {
        found.add(DifferenceKind::PaymentTotal, "", Figure::Money(invoiced), Figure::Money(paid));
    }
    found.0
}

/// Collects differences in the order in which they are found.
#[derive(Default)]
struct Findings(Vec<Difference>);

impl Findings {
    fn add(&mut self, kind: DifferenceKind, about: &str, expected: Figure, found: Figure) {
        self.0.push(Difference::exact(kind, about, expected, found));
    }

    fn codes(&mut self, kind: DifferenceKind, about: &str, expected: &str, found: &str) {
        if expected != found {
            self.add(kind, about, Figure::Code(expected.to_owned()), Figure::Code(found.to_owned()));
        }
    }

    /// Banks print brackets and spaces as they like.
    fn names(&mut self, kind: DifferenceKind, about: &str, expected: &str, found: &str) {
        if folded_name(expected) != folded_name(found) {
            self.add(kind, about, Figure::Code(expected.to_owned()), Figure::Code(found.to_owned()));
        }
    }
}
