//! Tokens for the providers' programs. The token itself is shown once and never stored.

use super::{Act, ActError, Line, Outcome, no_longer_than, refuse, refuse_field};
use crate::ids::ProviderId;
use crate::party::Role;
use crate::secret::token_hash;
use crate::store;

/// What a token may do with usage events beside reporting purchases.
#[derive(Clone, Debug, Default)]
pub struct MeterRights {
    /// URIs such as `slurm://dongji/dbd`; each belongs to one provider for ever.
    pub sources: Vec<String>,
    /// May file usage of more than 35 days ago, with a reason.
    pub may_backfill: bool,
}

/// Records a token made by the caller and gives its hash: a repeated request gets the hash of the
/// first token, so that the page never shows one that does not work.
///
/// # Errors
/// `NotFound` for an unknown provider; a refusal for a source of another one, or no URI.
pub fn issue_service_token(act: &mut Act<'_>, provider: ProviderId, name: &str, token: &str, meter: &MeterRights) -> Outcome<String> {
    act.must_hold(Role::SecurityAdministrator)?;
    let by = act.account()?;
    let known = store::purchase::provider(act.db, provider)?.ok_or(ActError::NotFound)?;
    let hash = token_hash(token);
    let at = act.stamp();
    let id = store::service_token::insert(act.db, name, &hash, provider, by, at)?;
    store::metering::set_backfill(act.db, id, meter.may_backfill)?;
    for uri in &meter.sources {
        let source = own_source(act, provider, uri)?;
        store::metering::open_source_to(act.db, id, source)?;
    }
    let detail = format!("{} {}", known.name, meter.sources.join(" "));
    act.write_line(&Line { act: "issue_service_token", subject: name, detail: detail.trim(), ..Line::default() })?;
    Ok(hash)
}

/// # Errors
/// `NotFound` for an unknown token; a refusal when it had ended.
pub fn revoke_service_token(act: &mut Act<'_>, id: i64, reason: &str) -> Outcome<()> {
    act.must_hold(Role::SecurityAdministrator)?;
    no_longer_than(300, "reason", reason)?;
    let token = store::service_token::find(act.db, id)?.ok_or(ActError::NotFound)?;
    if !store::service_token::revoke(act.db, id, act.now.naive_utc())? {
        return refuse("token_revoked", "这个令牌已经作废。", "This token was revoked already.");
    }
    act.write_line(&Line { act: "revoke_service_token", subject: &token.name, reason, ..Line::default() })
}

/// The provider's source of this URI, registered now if it is new.
///
/// # Errors
/// A refusal when it belongs to another provider or is no URI.
pub fn own_source(act: &mut Act<'_>, provider: ProviderId, uri: &str) -> Outcome<i64> {
    let (scheme, rest) = uri.split_once("://").unwrap_or_default();
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
    if !plain(scheme) || !plain(rest) || uri.len() > 200 {
        return refuse_field(
            "bad_source",
            "sources",
            format!("来源「{uri}」不是 URI，请写成 slurm://dongji/dbd。"),
            format!("The source \"{uri}\" is no URI such as slurm://dongji/dbd."),
        );
    }
    match store::metering::source_by_uri(act.db, uri)? {
        Some(known) if known.provider_id == provider => Ok(known.id),
        Some(_) => refuse_field(
            "source_taken",
            "sources",
            format!("来源 {uri} 属于另一家服务机构。"),
            format!("The source {uri} belongs to another provider."),
        ),
        None => {
            let at = act.stamp();
            Ok(store::metering::register_source(act.db, uri, provider, at)?)
        }
    }
}
