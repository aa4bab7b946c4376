//! People change their own password: they give the present one, and every other session ends.

use super::account_letters::password_changed;
use super::second_factor::{Clocks, WRONG, in_name_of, proving, renew};
use super::sign_in::note;
use super::{House, Outcome, Store, refuse_field};
use crate::lang::Lang;
use crate::secret::{Token, token_hash, verify_password};
use crate::store;
use crate::store::session::Stage;

/// Sets a new password for whoever sits at this session, and gives the token of the session that takes
/// its place. Slow on purpose; call it off the event loop, in its turn. The present password is checked
/// outside the transaction, so that hashing holds no lock.
///
/// # Errors
/// `NotAllowed` without a whole session; a refusal for a wrong password, which counts as a try.
pub fn change_password(store: &Store, house: &House, token: &Token, present: &str, new_hash: &str, now: Clocks) -> Outcome<Token> {
    let session = store.read(|db| store::session::find(db, &token_hash(token.expose()), now.house.naive_utc()))?;
    let known = session.as_ref().and_then(|(_, account)| account.password_hash.clone());
    let fits = verify_password(present, known.as_deref());
    proving(store, house, token, now, Stage::Whole, |db, session, account| {
        // Somebody may have set another one meanwhile, by a link.
        if !fits || account.password_hash != known {
            return refuse_field(WRONG, "proof", "现在的密码不对。", "The present password is wrong.");
        }
        store::account_change::set_password(db, account.id, new_hash, now.house.naive_utc())?;
        let token = renew(db, session, now)?;
        store::session::close_others(db, account.id, &token_hash(token.expose()))?;
        note(db, account, "change_password", "", now.house)?;
        in_name_of(db, house, account, now.house, |act| {
            let forgot = format!("{}/forgot", act.house.base_url);
            let lang = Lang::parse(&account.language).unwrap_or_default();
            act.send("password_changed", account, &password_changed(&account.name, &forgot, lang), None)
        })?;
        Ok(token)
    })
}
