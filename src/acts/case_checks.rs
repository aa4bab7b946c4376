//! What the system looks at in a case before a person does: each check with what it stands on. The
//! review page shows them all; the final review passes over none that must be explained.

mod as_read;
mod kind;
mod money;
mod named;
mod papers;
mod parties;
mod ties;
mod time;
mod trail;

use chrono::NaiveDate;

use super::case_facts::Dossier;
use super::register_checks::register_checks;
use super::{Db, House, Outcome};
use crate::lang::Text;
use crate::money::RateBp;
use crate::policy::Pack;
use crate::policy::case::Case;
use crate::store;
use crate::store::application::Application;
use crate::store::bank::BankAccount;
use crate::store::voucher::Voucher;

pub use kind::CheckKind;

/// How a check ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    /// Correct, but worth knowing.
    Note,
    /// Somebody must look and say why it may pass.
    Explain,
}

/// One check of a case.
#[derive(Clone, Debug)]
pub struct Check {
    pub kind: CheckKind,
    pub verdict: Verdict,
    pub text: Text,
    pub evidence: Text,
    /// The number of another application that it concerns.
    pub other: Option<String>,
}

impl Check {
    pub(super) fn new(kind: CheckKind, verdict: Verdict, text: Text, evidence: Text) -> Check {
        Check { kind, verdict, text, evidence, other: None }
    }
}

/// What the checks look at.
#[derive(Clone, Copy, Debug)]
pub struct Looked<'a> {
    pub dossier: &'a Dossier,
    /// The case as it was evaluated last; without it nothing is said of which figure counts.
    pub case: Option<&'a Case>,
    pub voucher: Option<&'a Voucher>,
    pub bank: Option<&'a BankAccount>,
    /// From which holding on the pack of the case calls two houses tied.
    pub related_share: Option<RateBp>,
}

/// All checks, in the order a reviewer reads them.
///
/// # Errors
/// A fault of the database.
pub fn checks(db: &mut Db, at: Looked<'_>, today: NaiveDate) -> Outcome<Vec<Check>> {
    let dossier = at.dossier;
    let mut found = vec![parties::buyer(dossier)];
    found.extend(named::sides(db, dossier)?);
    found.extend(papers::papers(dossier));
    found.extend(as_read::as_read(db, dossier)?);
    found.extend(papers::statements(dossier));
    for (item, purchase) in &dossier.items {
        found.extend(at.case.and_then(|case| money::least(case, item, purchase)));
    }
    found.extend(trail::amounts(dossier));
    found.extend(named::services(dossier));
    found.extend(papers::invoices(db, dossier)?);
    found.extend(papers::payments(db, dossier)?);
    found.extend(trail::red_letters(db, dossier)?);
    found.extend(trail::splits(db, dossier)?);
    found.extend(papers::contract_room(db, dossier)?);
    found.extend(trail::contract_dates(dossier));
    if let Some(voucher) = at.voucher {
        found.extend(trail::paper_dates(dossier, voucher));
        found.extend(time::dates(dossier, voucher));
    }
    found.extend(named::payments(db, dossier)?);
    found.extend(time::qualifications(at));
    found.push(money::bank(db, at.bank)?);
    found.push(parties::representative(db, dossier)?);
    found.extend(ties::related(db, at, today)?);
    found.push(parties::register(db, dossier, today)?);
    found.extend(register_checks(db, dossier.application.enterprise_id)?);
    Ok(found)
}

/// The checks of an application that somebody must explain before it passes.
///
/// # Errors
/// A fault of the database.
pub fn to_explain(db: &mut Db, house: &House, application: &Application, today: NaiveDate) -> Outcome<Vec<Check>> {
    let dossier = Dossier::load(db, application.clone())?;
    let bank = paid_to(db, application)?;
    let related_share = house.packs.get(&application.pack_id).and_then(Pack::related_share);
    let looked = Looked { dossier: &dossier, case: None, voucher: None, bank: bank.as_ref(), related_share };
    let mut found = checks(db, looked, today)?;
    found.retain(|check| check.verdict == Verdict::Explain);
    Ok(found)
}

/// The account named in an application, else the enterprise's active one.
///
/// # Errors
/// A fault of the database.
pub fn paid_to(db: &mut Db, application: &Application) -> Outcome<Option<BankAccount>> {
    Ok(match application.bank_account_id {
        Some(account) => store::bank::find(db, account)?,
        None => store::bank::active(db, application.enterprise_id)?,
    })
}

#[cfg(test)]
mod tests;
