//! A voucher as a card: the same for the enterprise and the desk.

use crate::calendar::full_date;
use crate::lang::Lang;
use crate::reports::my_overview::VoucherRow;
use crate::voucher::{VoucherState, last_day};
use crate::web::parts::{Tag, Tone};

/// A voucher in words.
#[derive(Debug)]
pub struct VoucherCard {
    pub number: String,
    pub status: Tag,
    pub year: i64,
    pub claimed: String,
    pub until: String,
    /// Level and most that it pays.
    pub quotas: Vec<(String, String)>,
    /// Why it was revoked.
    pub reason: String,
}

/// The card in one language.
#[must_use]
pub fn voucher_card(lang: Lang, row: &VoucherRow) -> VoucherCard {
    let voucher = &row.voucher;
    let until = last_day(voucher.year).map(|day| full_date(day, lang)).unwrap_or_default();
    VoucherCard {
        number: voucher.number.clone(),
        status: status(lang, voucher.state),
        year: voucher.year,
        claimed: full_date(voucher.claimed_on, lang),
        until: lang.pick(format!("{until} 24:00"), format!("end of {until}")),
        quotas: row.quotas.iter().map(|quota| (quota.tier.title().get(lang).to_owned(), quota.quota_fen.display())).collect(),
        reason: voucher.reason.clone(),
    }
}

fn status(lang: Lang, state: VoucherState) -> Tag {
    let tone = match state {
        VoucherState::Claimed | VoucherState::InUse | VoucherState::Redeeming => Tone::Info,
        VoucherState::Redeemed | VoucherState::PartlyRedeemed => Tone::Ok,
        VoucherState::Expired => Tone::Plain,
        VoucherState::Revoked => Tone::Bad,
    };
    Tag::new(tone, state.label(lang))
}
