//! An account code of a centre is assigned to an enterprise; what waited in quarantine for it is
//! read again.

use super::centre::must_run;
use super::record_usage::{EventStatus, Meter, replay};
use super::{Act, Line, Outcome, refuse_field};
use crate::ids::{ProviderId, Uscc};
use crate::store;
use crate::store::metering::Subject;

/// Most waiting events that are read again in one act.
const MOST_REPLAYED: i64 = 20_000;

/// Assigns the code. The answer is how many waiting events became facts.
///
/// # Errors
/// A refusal when the code belongs to another enterprise.
pub fn assign_subject(act: &mut Act<'_>, provider: ProviderId, code: &str, uscc: &Uscc) -> Outcome<usize> {
    must_run(act, provider)?;
    let code = code.trim();
    if code.is_empty() {
        return refuse_field("code_missing", "code", "请填写账户代码。", "Enter the account code.");
    }
    match store::metering::subjects(act.db, provider, &[code])?.first() {
        Some(known) if known.enterprise_uscc != uscc.as_str() => {
            let other = &known.enterprise_uscc;
            return refuse_field(
                "subject_taken",
                "code",
                format!("账户「{code}」已对应企业 {other}；账户不能改属别的企业。"),
                format!("The account \"{code}\" belongs to enterprise {other}; an account never moves to another one."),
            );
        }
        Some(_) => {}
        None => {
            let assigned_at = act.stamp();
            let subject = Subject { provider_id: provider, code: code.to_owned(), enterprise_uscc: uscc.as_str().to_owned(), assigned_at };
            store::metering::assign_subject(act.db, &subject)?;
        }
    }
    let replayed = replay_open(act, provider, |body| body.get("subject").and_then(serde_json::Value::as_str) == Some(code))?;
    let detail = format!("{replayed} replayed");
    act.write_line(&Line { act: "assign_subject", subject: code, reason: uscc.as_str(), detail: &detail, ..Line::default() })?;
    Ok(replayed)
}

/// Reads open quarantined events of a provider again, those that `concerns` picks.
pub(super) fn replay_open(act: &mut Act<'_>, provider: ProviderId, concerns: impl Fn(&serde_json::Value) -> bool) -> Outcome<usize> {
    let meter = Meter { provider, sources: std::collections::BTreeSet::new(), backfill: None, may_backfill: true };
    let mut replayed = 0;
    for waiting in store::quarantine::open_of(act.db, provider, MOST_REPLAYED)? {
        let body: serde_json::Value = serde_json::from_str(&waiting.body).unwrap_or_default();
        if waiting.code != "digest_mismatch" && concerns(&body) {
            let answer = replay(act, &meter, 0, &waiting, "assigned")?;
            replayed += usize::from(answer.status == EventStatus::Accepted);
        }
    }
    Ok(replayed)
}
