//! The security administrator gives and takes rights. Nobody changes their own, so the last of them
//! cannot lock everybody out.

use std::collections::BTreeSet;

use super::account_letters::rights_changed;
use super::create_staff::{codes, must_be_duties};
use super::{Act, ActError, Line, Outcome, refuse};
use crate::ids::AccountId;
use crate::lang::Lang;
use crate::party::{AccountKind, Duty, Role};
use crate::store;

/// # Errors
/// Refusals for one's own account and for rights that exclude one another.
pub fn give_rights(act: &mut Act<'_>, id: AccountId, duties: &BTreeSet<Duty>, reason: &str) -> Outcome<()> {
    act.must_hold(Role::SecurityAdministrator)?;
    let person = store::account::find(act.db, id)?.filter(|person| person.kind == AccountKind::Staff).ok_or(ActError::NotFound)?;
    if act.actor.account == Some(id) {
        return refuse(
            "own_account",
            "不能更改自己的权限。请由另一位管理员办理。",
            "You cannot change your own rights. Ask another administrator.",
        );
    }
    must_be_duties(duties)?;
    let before = store::account::duties(act.db, id)?;
    if before == *duties {
        return Ok(());
    }
    store::account::set_duties(act.db, id, duties)?;
    store::session::close_all_of(act.db, id)?;
    let detail = format!("{} → {}", codes(&before), codes(duties));
    act.write_line(&Line { act: "give_rights", subject: &person.email, reason, detail: &detail, ..Line::default() })?;
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let rights = duties.iter().map(|duty| duty.role().label(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "));
    let by = act.actor.name.clone();
    act.send("rights_changed", &person, &rights_changed(&person.name, &by, &rights, lang), None)
}
