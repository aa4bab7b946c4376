//! People change their own name and the language of their letters.

use super::{Act, ActError, Line, Outcome, refuse};
use crate::lang::Lang;
use crate::store;

/// What a person says about themselves, in its normal form.
#[derive(Clone, Debug)]
pub struct OwnAccount {
    pub name: String,
    pub lang: Lang,
    /// The version the page showed.
    pub version: i64,
}

/// # Errors
/// `NotAllowed` for jobs and programs; a refusal when the account changed since the page was
/// opened.
pub fn save_account(act: &mut Act<'_>, own: &OwnAccount) -> Outcome<()> {
    let id = act.account()?;
    let mut account = store::account::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let mut changed = Vec::new();
    for (what, old, new) in [("name", &mut account.name, own.name.as_str()), ("language", &mut account.language, own.lang.code())] {
        if old != new {
            // The trail names people as they were called then, so a new name says what it replaced.
            changed.push(format!("{what}: {old} → {new}"));
            new.clone_into(old);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    account.version = own.version;
    if !store::account_change::save_account(act.db, &account)? {
        return refuse(
            "account_changed",
            "您打开页面之后，这个账号有过变更。请刷新页面，看过最新内容后再保存。",
            "This account changed after you opened the page. Reload it and look again before saving.",
        );
    }
    act.write_line(&Line {
        act: "save_account",
        enterprise: account.enterprise_id,
        subject: &account.email,
        detail: &changed.join(", "),
        ..Line::default()
    })
}
