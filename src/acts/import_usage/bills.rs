//! The provider's bill side of a file: summed by account, month and resource, then kept with the
//! contract of the enterprise behind the account, where statements are held against it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::billing::is_living;
use super::super::reconcile_purchase::reconcile_purchase;
use super::super::{Act, Outcome};
use super::UsageFile;
use crate::ids::ContractId;
use crate::metering::imports::ProviderBillRow;
use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::money::Fen;
use crate::store;
use crate::store::metering::Contract;
use crate::store::paper_trail::BillRow;

/// A month of one resource.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    amount: Fen,
    non_cash: Fen,
    /// Card time, where any row tells of it.
    quantity: Option<UnitMillis>,
    provisional: bool,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.amount += other.amount;
        self.non_cash += other.non_cash;
        if let Some(quantity) = other.quantity {
            self.quantity = Some(self.quantity.unwrap_or(UnitMillis::ZERO) + quantity);
        }
        self.provisional |= other.provisional;
    }
}

/// The bill rows of a file, summed as they come.
#[derive(Debug, Default)]
pub(super) struct Bills(BTreeMap<(String, Month, String), Sum>);

/// What became of the bills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptBills {
    /// Months of a resource that were kept.
    pub kept: usize,
    /// Accounts without an enterprise or contract of the month: nothing of theirs was kept.
    pub left_out: BTreeSet<String>,
}

impl Bills {
    pub(super) fn add(&mut self, row: &ProviderBillRow) {
        let (resource, quantity) = match &row.metered {
            Some((resource, quantity)) => (resource, Some(*quantity)),
            None => (&row.resource, None),
        };
        let sum = Sum { amount: row.amount, non_cash: row.parts.non_cash(), quantity, provisional: row.provisional };
        self.0.entry((row.account.clone(), row.month, resource.clone())).or_default().add(sum);
    }

    /// Keeps the sums with the contracts; what rests on a statement of the month is reconciled anew.
    pub(super) fn keep(self, act: &mut Act<'_>, file: &UsageFile, import: i64) -> Outcome<KeptBills> {
        let mut told = KeptBills::default();
        let mut months: BTreeMap<(ContractId, Month), BTreeMap<String, Sum>> = BTreeMap::new();
        let mut known: BTreeMap<String, Vec<Contract>> = BTreeMap::new();
        for ((account, month, resource), sum) in self.0 {
            if !known.contains_key(&account) {
                known.insert(account.clone(), contracts(act, file, &account)?);
            }
            let contracts = known.get(&account).map(Vec::as_slice).unwrap_or_default();
            let of_month = |one: &&Contract| one.valid_from <= month.last_day() && month.first_day() <= one.valid_to;
            match contracts.iter().find(of_month) {
                Some(contract) => months.entry((contract.id, month)).or_default().entry(resource).or_default().add(sum),
                None => drop(told.left_out.insert(account)),
            }
        }
        let at = act.stamp();
        for ((contract, month), resources) in months {
            let period = month.to_string();
            for (resource, sum) in &resources {
                let row = BillRow {
                    contract,
                    period: &period,
                    resource,
                    quantity_ms: sum.quantity.map(UnitMillis::get),
                    amount: Some(sum.amount),
                    non_cash: sum.non_cash,
                    provisional: sum.provisional,
                    import: Some(import),
                };
                store::paper_trail::keep_bill(act.db, &row, at)?;
                told.kept += 1;
            }
            reconcile(act, contract, &period)?;
        }
        Ok(told)
    }
}

/// The contracts of the enterprise behind an account; none for an account that nobody assigned.
fn contracts(act: &mut Act<'_>, file: &UsageFile, account: &str) -> Outcome<Vec<Contract>> {
    let Some(code) = file.settings.map.subject(account) else { return Ok(Vec::new()) };
    let subjects = store::metering::subjects(act.db, file.provider, &[code])?;
    let usccs: Vec<&str> = subjects.iter().map(|subject| subject.enterprise_uscc.as_str()).collect();
    Ok(store::metering::contracts_with(act.db, file.provider, &usccs)?)
}

fn reconcile(act: &mut Act<'_>, contract: ContractId, period: &str) -> Outcome<()> {
    for (statement, standing) in store::statement::of_contract(act.db, contract)? {
        if statement.period == period && is_living(&standing.state) {
            for purchase in store::purchase::of_statement(act.db, statement.id)? {
                reconcile_purchase(act, purchase.id)?;
            }
        }
    }
    Ok(())
}
