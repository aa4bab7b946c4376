//! An enterprise is tied to a provider (投资, 隶属, 共建, 产权纽带): what it buys there is not
//! subsidised.

use super::{Act, ActError, Line, Outcome, no_longer_than, refuse_field};
use crate::ids::{ProviderId, Uscc};
use crate::party::Role;
use crate::store;

/// Records the tie.
///
/// # Errors
/// Refusals: an enterprise or provider that is not known here, no relation, known already.
pub fn record_related_party(act: &mut Act<'_>, uscc: &str, provider: ProviderId, relation: &str) -> Outcome<()> {
    act.must_hold(Role::CompetentAuthority)?;
    let known = match Uscc::parse(uscc) {
        Ok(code) => store::account::enterprise_by_uscc(act.db, code.as_str())?,
        Err(_) => None,
    };
    let Some(enterprise) = known else {
        return refuse_field("no_enterprise", "party_uscc", "没有用这个代码注册的企业。", "No enterprise is registered under this code.");
    };
    let Some(provider) = store::purchase::provider(act.db, provider)? else {
        return refuse_field("no_provider", "provider", "请选择服务机构。", "Choose a provider.");
    };
    let relation = relation.trim();
    if relation.is_empty() {
        return refuse_field("relation_missing", "relation", "请写明关系，例如持股 30%。", "Say how they are tied, such as a 30 % share.");
    }
    no_longer_than(200, "relation", relation)?;
    let (by, at) = (act.account()?, act.stamp());
    match store::qualification::record_related_party(act.db, enterprise.id, provider.id, relation, by, at) {
        Err(fault) if fault.is_unique_violation() => {
            return refuse_field("known_already", "party_uscc", "这两家的关联关系已经登记过。", "This relation is on record already.");
        }
        done => done.map_err(ActError::from)?,
    }
    act.write_line(&Line {
        act: "record_related_party",
        enterprise: Some(enterprise.id),
        subject: &enterprise.uscc,
        reason: relation,
        detail: &provider.name,
        ..Line::default()
    })
}
