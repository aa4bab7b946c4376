//! The task force accepts or refuses a qualification that an enterprise entered.

use super::{Act, ActError, Line, Outcome, no_longer_than, refuse, refuse_field};
use crate::application::letters::Letter;
use crate::ids::QualificationId;
use crate::lang::Lang;
use crate::party::Role;
use crate::store;
use crate::store::qualification::Qualification;

/// Accepts, or refuses with a reason that the enterprise reads.
///
/// # Errors
/// Refusals for a missing reason and an entry decided already.
pub fn decide_qualification(act: &mut Act<'_>, id: QualificationId, accept: bool, reason: &str) -> Outcome<()> {
    act.must_hold(Role::TaskForce)?;
    let entry = store::qualification::find(act.db, id)?.filter(|entry| entry.state != "removed").ok_or(ActError::NotFound)?;
    let reason = reason.trim();
    if !accept && reason.is_empty() {
        return refuse_field(
            "reason_missing",
            "reason",
            "不予认可须写明理由，企业会看到。",
            "A refusal needs its reason; the enterprise reads it.",
        );
    }
    no_longer_than(300, "reason", reason)?;
    let (by, at) = (act.actor.account, act.stamp());
    let state = if accept { "accepted" } else { "refused" };
    if !store::qualification::decide(act.db, id, "entered", state, reason, by, at)? {
        return refuse("decided_already", "这项资质已经核对过，请刷新页面。", "This entry has been decided already; reload the page.");
    }
    act.write_line(&Line {
        act: if accept { "accept_qualification" } else { "refuse_qualification" },
        enterprise: Some(entry.enterprise_id),
        subject: entry.kind.as_str(),
        reason,
        detail: &entry.number,
        ..Line::default()
    })?;
    if accept { Ok(()) } else { tell(act, &entry, reason) }
}

fn tell(act: &mut Act<'_>, entry: &Qualification, reason: &str) -> Outcome<()> {
    let link = format!("{}/my/enterprise", act.house.base_url);
    for person in store::account::of_enterprise(act.db, entry.enterprise_id)? {
        let lang = Lang::parse(&person.language).unwrap_or_default();
        let kind = entry.kind.label(lang);
        let letter = Letter {
            subject: lang.pick(format!("[算券] 资质「{kind}」未获认可"), format!("[Suanquan] qualification not accepted: {kind}")),
            body: lang.pick(
                format!("您好：\n\n您填报的资质「{kind}」未获认可。\n\n理由：\n{reason}\n\n请核对后重新填报：{link}\n\n算券 · 科技创新券兑付服务\n"),
                format!("Hello,\n\nthe qualification \"{kind}\" you entered was not accepted.\n\nReason:\n{reason}\n\nPlease check it and enter it again: {link}\n\nSuanquan · innovation vouchers\n"),
            ),
        };
        act.send("refuse_qualification", &person, &letter, None)?;
    }
    Ok(())
}
