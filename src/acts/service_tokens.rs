//! Tokens for the providers' programs. The token itself is shown once and never stored.

use super::{Act, ActError, Line, Outcome, refuse};
use crate::ids::ProviderId;
use crate::party::Role;
use crate::secret::token_hash;
use crate::store;

/// Records a token made by the caller and gives its hash: a repeated request gets the hash of the
/// first token, so that the page never shows one that does not work.
///
/// # Errors
/// `NotFound` for an unknown provider.
pub fn issue_service_token(act: &mut Act<'_>, provider: ProviderId, name: &str, token: &str) -> Outcome<String> {
    act.must_hold(Role::Administrator)?;
    let by = act.account()?;
    let known = store::purchase::provider(act.db, provider)?.ok_or(ActError::NotFound)?;
    let hash = token_hash(token);
    store::service_token::insert(act.db, name, &hash, provider, by, act.now.naive_utc())?;
    act.write_line(&Line { act: "issue_service_token", subject: name, detail: &known.name, ..Line::default() })?;
    Ok(hash)
}

/// # Errors
/// `NotFound` for an unknown token; a refusal when it had ended.
pub fn revoke_service_token(act: &mut Act<'_>, id: i64, reason: &str) -> Outcome<()> {
    act.must_hold(Role::Administrator)?;
    let token = store::service_token::find(act.db, id)?.ok_or(ActError::NotFound)?;
    if !store::service_token::revoke(act.db, id, act.now.naive_utc())? {
        return refuse("token_revoked", "这个令牌已经作废。", "This token was revoked already.");
    }
    act.write_line(&Line { act: "revoke_service_token", subject: &token.name, reason, ..Line::default() })
}
