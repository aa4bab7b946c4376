//! Letters before a voucher lapses: 30 and 7 days before its end, each once.

use crate::acts::{Act, ActError, Outcome};
use crate::application::letters::about_voucher::{VoucherNews, ends_soon};
use crate::lang::Lang;
use crate::store;
use crate::voucher::{days_left, last_day, warning_due};

/// Writes the letter that is due about one voucher. `false` when none is, so that the job may run
/// twice.
///
/// # Errors
/// Faults of the database.
pub fn warn_of_voucher(act: &mut Act<'_>, id: i64) -> Outcome<bool> {
    let mut voucher = store::voucher::lock(act.db, id)?.ok_or(ActError::NotFound)?;
    let today = act.today();
    let due = warning_due(voucher.year, today, voucher.warned_days).filter(|_| voucher.state.may_lapse());
    let (Some(due), Some(end), Some(left)) = (due, last_day(voucher.year), days_left(voucher.year, today)) else {
        return Ok(false);
    };
    voucher.warned_days = Some(due);
    store::voucher::save(act.db, &voucher)?;
    let link = format!("{}/my/quota", act.house.base_url);
    for person in store::account::of_enterprise(act.db, voucher.enterprise_id)? {
        let news = VoucherNews { number: &voucher.number, to: &person.name, link: &link };
        let letter = ends_soon(&news, end, left, Lang::parse(&person.language).unwrap_or_default());
        act.send("voucher_ends", &person, &letter, None)?;
    }
    Ok(true)
}
