//! From a row of a list to a qualification: at import, at registration, and where a person says that
//! a name without a code is this enterprise.

use super::check_registry_list::must_keep_lists;
use super::enter_qualification::OPEN_END;
use super::{Act, ActError, Line, Outcome, refuse};
use crate::ids::{AccountId, EnterpriseId};
use crate::store;
use crate::store::registry::RegistryRow;

/// Makes an accepted qualification of a row. Rows of carriers and of dishonest subjects make none.
pub(super) fn qualify(act: &mut Act<'_>, row: &RegistryRow, enterprise: EnterpriseId, by: AccountId) -> Outcome<()> {
    let (Some(kind), Some(from)) = (row.kind.entry(), row.valid_from) else { return Ok(()) };
    let at = act.stamp();
    let to = row.valid_to.unwrap_or(OPEN_END);
    Ok(store::registry_word::make_qualification(act.db, row, (kind, enterprise), (from, to), by, at)?)
}

/// An enterprise that registers finds what the lists said of it before. Whoever imported a list
/// answers for its rows.
pub(super) fn take_listings(act: &mut Act<'_>, enterprise: EnterpriseId, uscc: &str) -> Outcome<()> {
    for (row, list) in store::registry::standing_of(act.db, uscc)? {
        if let Some(by) = list.imported_by
            && !store::registry_word::is_used(act.db, row.id)?
        {
            qualify(act, &row, enterprise, by)?;
        }
    }
    Ok(())
}

/// Somebody has looked: the row without a code is this enterprise.
///
/// # Errors
/// Refusals for a row that is used already or stands no more; `NotFound` for names that differ.
pub fn match_listing(act: &mut Act<'_>, row: i64, enterprise: EnterpriseId) -> Outcome<()> {
    let row = store::registry::rows(act.db, &[row])?.pop().ok_or(ActError::NotFound)?;
    must_keep_lists(act, row.kind)?;
    let by = act.account()?;
    let house = store::account::enterprise(act.db, enterprise)?.ok_or(ActError::NotFound)?;
    if !row.uscc.is_empty() || row.name_folded != house.name_folded || row.kind.entry().is_none() {
        return Err(ActError::NotFound);
    }
    if !row.standing || store::registry_word::is_used(act.db, row.id)? {
        return refuse(
            "row_used",
            "这一行已经采用，或已被新的名单取代，请刷新页面。",
            "This row is used already or was replaced by a newer list; reload the page.",
        );
    }
    qualify(act, &row, enterprise, by)?;
    act.write_line(&Line {
        act: "match_listing",
        enterprise: Some(enterprise),
        subject: row.kind.as_str(),
        detail: &format!("{} {} · row {}", row.name, row.number, row.id),
        ..Line::default()
    })
}
