//! What an enterprise sees of itself: its purchases, applications and quota.

use chrono::NaiveDate;

use super::Db;
use crate::acts::choose_purchases::not_claimable;
use crate::acts::{ActError, House, Outcome, pack_in_force};
use crate::application::State;
use crate::code::Tier;
use crate::ids::{EnterpriseId, PurchaseId};
use crate::money::Fen;
use crate::party::EntryKind;
use crate::store;
pub use crate::store::application::Application;
pub use crate::store::purchase::Purchase;
pub use crate::store::voucher::{Quota, Voucher};

/// A purchase with who sold it and which application holds it.
#[derive(Clone, Debug)]
pub struct PurchaseRow {
    pub purchase: Purchase,
    pub provider: String,
    /// Number of the application that holds it; `None`: free.
    pub holder: Option<String>,
}

impl PurchaseRow {
    /// May an application be started with it now?
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.holder.is_none() && not_claimable(&self.purchase).is_none()
    }
}

/// All purchases of an enterprise, newest service first.
///
/// # Errors
/// A fault of the database.
pub fn purchases(db: &mut Db, enterprise: EnterpriseId) -> Outcome<Vec<PurchaseRow>> {
    let firm = store::account::enterprise(db, enterprise)?.ok_or(ActError::NotFound)?;
    let all = store::purchase::of_enterprise(db, &firm.uscc)?;
    let ids: Vec<PurchaseId> = all.iter().map(|purchase| purchase.id).collect();
    let holders = store::purchase::holders(db, &ids)?;
    let providers = store::purchase::providers(db)?;
    let row = |purchase: Purchase| PurchaseRow {
        provider: providers
            .iter()
            .find(|provider| provider.id == purchase.provider_id)
            .map(|provider| provider.name.clone())
            .unwrap_or_default(),
        holder: holders.iter().find(|(id, _)| *id == purchase.id).map(|(_, number)| number.clone()),
        purchase,
    };
    Ok(all.into_iter().map(row).collect())
}

/// An application with how many purchases it is about and what they come to.
#[derive(Clone, Debug)]
pub struct ApplicationRow {
    pub application: Application,
    pub purchases: usize,
    pub accepted: Fen,
}

/// All applications of an enterprise, newest first.
///
/// # Errors
/// A fault of the database.
pub fn applications(db: &mut Db, enterprise: EnterpriseId) -> Outcome<Vec<ApplicationRow>> {
    let mut rows = Vec::new();
    for application in store::application::of_enterprise(db, enterprise)? {
        let mut accepted = Fen::ZERO;
        let items = store::application::items(db, application.id)?;
        for item in &items {
            accepted += store::purchase::find(db, item.purchase_id)?.map_or(Fen::ZERO, |purchase| purchase.accepted_fen);
        }
        rows.push(ApplicationRow { application, purchases: items.len(), accepted });
    }
    Ok(rows)
}

/// The quota of a level and year: the cap, what is used, and by which applications.
#[derive(Clone, Debug)]
pub struct QuotaRow {
    pub tier: Tier,
    pub year: i64,
    pub cap: Option<Fen>,
    pub used: Fen,
    pub takes: Vec<Take>,
}

/// What one application takes of a quota.
#[derive(Clone, Debug)]
pub struct Take {
    pub number: String,
    pub state: State,
    pub held: Fen,
}

/// The quotas of an enterprise: this year's levels always, earlier years where something was used.
///
/// # Errors
/// A fault of the database.
pub fn quotas(db: &mut Db, house: &House, enterprise: EnterpriseId, year: i64) -> Outcome<Vec<QuotaRow>> {
    let tiers: Vec<(Tier, Option<Fen>)> =
        pack_in_force(db, house)?.tiers().map(|(tier, rules)| (tier, rules.cap.as_ref().map(|cap| cap.value))).collect();
    let mut rows: Vec<QuotaRow> =
        tiers.into_iter().map(|(tier, cap)| QuotaRow { tier, year, cap, used: Fen::ZERO, takes: Vec::new() }).collect();
    for cap in store::budget::caps_of(db, enterprise)? {
        match rows.iter_mut().find(|row| (row.tier, row.year) == (cap.tier, cap.year)) {
            Some(row) => row.used = cap.used_fen,
            None if cap.used_fen.is_positive() => {
                rows.push(QuotaRow { tier: cap.tier, year: cap.year, cap: Some(cap.cap_fen), used: cap.used_fen, takes: Vec::new() });
            }
            None => {}
        }
    }
    for application in store::application::of_enterprise(db, enterprise)? {
        for subsidy in store::subsidy::of_application(db, application.id)? {
            let row = rows.iter_mut().find(|row| (row.tier, row.year) == (subsidy.tier, subsidy.year));
            if let Some(row) = row.filter(|_| subsidy.held_fen.is_positive()) {
                row.takes.push(Take { number: application.number.clone(), state: application.state, held: subsidy.held_fen });
            }
        }
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.year), row.tier));
    Ok(rows)
}

/// A voucher with the quotas that it came with.
#[derive(Clone, Debug)]
pub struct VoucherRow {
    pub voucher: Voucher,
    pub quotas: Vec<Quota>,
}

/// The vouchers of an enterprise, newest first.
///
/// # Errors
/// A fault of the database.
pub fn vouchers(db: &mut Db, enterprise: EnterpriseId) -> Outcome<Vec<VoucherRow>> {
    let mut rows = Vec::new();
    for voucher in store::voucher::of_enterprise(db, enterprise)? {
        let quotas = store::voucher::quotas(db, voucher.id)?;
        rows.push(VoucherRow { voucher, quotas });
    }
    Ok(rows)
}

/// What an enterprise has yet to enter before it can submit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub has_bank_account: bool,
    pub has_place: bool,
    pub has_qualification: bool,
}

/// Which of bank account, place of registration and qualifications are there on a day.
///
/// # Errors
/// A fault of the database.
pub fn standing(db: &mut Db, enterprise: EnterpriseId, today: NaiveDate) -> Outcome<Standing> {
    let entries = store::qualification::of_enterprise(db, enterprise)?;
    let counts = |entry: &&store::qualification::Qualification| entry.state != "refused" && entry.valid_to >= today;
    let valid: Vec<_> = entries.iter().filter(counts).collect();
    Ok(Standing {
        has_bank_account: store::bank::active(db, enterprise)?.is_some(),
        has_place: valid.iter().any(|entry| entry.kind == EntryKind::RegistrationPlace),
        has_qualification: valid.iter().any(|entry| entry.kind != EntryKind::RegistrationPlace),
    })
}
