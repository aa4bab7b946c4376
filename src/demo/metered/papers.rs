//! What was invoiced and paid for the story's statements, as the centre records it.

use chrono::{DateTime, Datelike, Utc};

use super::super::cast::firm;
use super::super::firms::act;
use super::centres::{Clerk, clerk};
use super::contracts::{Customer, customer};
use super::{Meters, Step};
use crate::acts::record_papers::{InvoiceEntry, ReceiptEntry, allocate_paper, record_receipt, record_tax_invoice};
use crate::calendar::beijing_date;
use crate::ids::{PurchaseId, Uscc};
use crate::money::Fen;
use crate::party::Actor;
use crate::store;
use crate::store::paper_trail::Paper;
use crate::store::purchase::Purchase;

/// What of each purchase a paper stands for.
type Parts = Vec<(PurchaseId, Fen)>;

impl Meters<'_> {
    /// # Errors
    /// An act that was refused.
    pub(super) fn money(&mut self, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
        self.papers += 1;
        match step {
            Step::Invoice(account, month) => {
                let (_, customer) = customer(account)?;
                let bought = self.purchases(self.number(account, month)?)?;
                let due = bought.iter().map(|purchase| (purchase.id, purchase.amount_fen - purchase.non_cash_fen));
                self.invoice(when, customer, positive(due))
            }
            Step::Paid(account, month, percent) => {
                let (_, customer) = customer(account)?;
                self.receive(when, customer, &firm(customer.firm).name, self.to_pay(account, month, percent)?)
            }
            Step::PaidByOther(account, month, payer) => {
                let (_, customer) = customer(account)?;
                self.receive(when, customer, payer, self.to_pay(account, month, 100)?)
            }
            _ => Ok(()),
        }
    }

    fn purchases(&self, number: &str) -> anyhow::Result<Vec<Purchase>> {
        let found = self.site.store.read(|db| -> Result<_, store::Fault> {
            let Some((statement, _)) = store::known::statement(db, &Actor::system(), number)? else { return Ok(Vec::new()) };
            store::purchase::of_statement(db, statement.id)
        })?;
        anyhow::ensure!(!found.is_empty(), "{number} made no purchase");
        Ok(found)
    }

    /// A part of what neither bonus nor prepaid cash paid.
    fn to_pay(&self, account: &'static str, month: u32, percent: i64) -> anyhow::Result<Parts> {
        let bought = self.purchases(self.number(account, month)?)?;
        let left = |purchase: &Purchase| purchase.amount_fen - purchase.non_cash_fen - purchase.prepaid_cash_fen;
        Ok(positive(bought.iter().map(|purchase| (purchase.id, left(purchase).share(percent, 100)))))
    }

    /// One invoice for all purchases of a statement.
    fn invoice(&self, when: DateTime<Utc>, customer: Customer, parts: Parts) -> anyhow::Result<()> {
        let (who, provider) = clerk(self.site, customer.centre, Clerk::First)?;
        let total: Fen = parts.iter().map(|(_, part)| *part).sum();
        let entry = InvoiceEntry {
            code: String::new(),
            number: format!("264220000000{:08}", 61_200_000 + self.papers),
            buyer: Uscc::parse(&firm(customer.firm).uscc)?,
            total,
            tax: tax_in(total),
            issued_on: beijing_date(when),
            red_of: None,
        };
        let id = act(self.site, &who, when, &entry.number, |act| record_tax_invoice(act, provider, &entry))?;
        for (purchase, part) in parts {
            act(self.site, &who, when, &entry.number, |act| allocate_paper(act, provider, purchase, Paper::Invoice(id), part))?;
        }
        Ok(())
    }

    /// One bank slip for all purchases of a statement.
    fn receive(&self, when: DateTime<Utc>, customer: Customer, payer: &str, parts: Parts) -> anyhow::Result<()> {
        let (who, provider) = clerk(self.site, customer.centre, Clerk::First)?;
        let (firm, today) = (firm(customer.firm), beijing_date(when));
        let own = payer == firm.name;
        let entry = ReceiptEntry {
            bank_reference: format!("CCB2026{:02}{:02}{:04}", today.month(), today.day(), self.papers),
            payer_name: payer.to_owned(),
            payer_account: if own { firm.account_no.clone() } else { "42050100998800001234".to_owned() },
            enterprise: Uscc::parse(&firm.uscc)?,
            amount: parts.iter().map(|(_, part)| *part).sum(),
            paid_on: today,
            refund_of: None,
        };
        let id = act(self.site, &who, when, &entry.bank_reference, |act| record_receipt(act, provider, &entry))?;
        for (purchase, part) in parts {
            act(self.site, &who, when, &entry.bank_reference, |act| allocate_paper(act, provider, purchase, Paper::Receipt(id), part))?;
        }
        Ok(())
    }
}

/// The 6 % tax contained in an amount that includes it.
fn tax_in(amount: Fen) -> Fen {
    amount - amount.share(100, 106)
}

fn positive(parts: impl Iterator<Item = (PurchaseId, Fen)>) -> Parts {
    parts.filter(|(_, part)| part.is_positive()).collect()
}
