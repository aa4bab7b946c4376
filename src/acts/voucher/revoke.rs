//! 收回: the competent authority takes a voucher back, with a reason that the enterprise reads.

use crate::acts::reject_application::{REASON_LEAST, REASON_MOST};
use crate::acts::{Act, ActError, Line, Outcome, no_longer_than, refuse, refuse_field};
use crate::application::letters::about_voucher::{VoucherNews, revoked};
use crate::lang::Lang;
use crate::party::Role;
use crate::store;
use crate::voucher::{Progress, VoucherState};

/// Takes a voucher back. Applications under way are decided first: money is reserved for them.
///
/// # Errors
/// Refusals: a reason that is too short or long, an application under way, a voucher that is over.
pub fn revoke_voucher(act: &mut Act<'_>, number: &str, reason: &str) -> Outcome<()> {
    act.must_hold(Role::CompetentAuthority)?;
    let known = store::voucher::find_by_number(act.db, number)?.ok_or(ActError::NotFound)?;
    let reason = reason.trim();
    if reason.chars().count() < REASON_LEAST {
        return refuse_field(
            "reason_too_short",
            "reason",
            format!("请写明收回的理由（至少 {REASON_LEAST} 个字），企业会原样看到。"),
            format!("Give the reason in at least {REASON_LEAST} characters; the enterprise reads it word for word."),
        );
    }
    no_longer_than(REASON_MOST, "reason", reason)?;
    let mut voucher = store::voucher::lock(act.db, known.id)?.ok_or(ActError::NotFound)?;
    if !voucher.state.may_be_revoked() {
        return not_now(act, voucher.id, voucher.state);
    }
    voucher.state = VoucherState::Revoked;
    reason.clone_into(&mut voucher.reason);
    store::voucher::save(act.db, &voucher)?;
    act.write_line(&Line {
        act: "revoke_voucher",
        enterprise: Some(voucher.enterprise_id),
        subject: &voucher.number,
        reason,
        ..Line::default()
    })?;
    let link = format!("{}/my/quota", act.house.base_url);
    for person in store::account::of_enterprise(act.db, voucher.enterprise_id)? {
        let news = VoucherNews { number: &voucher.number, to: &person.name, link: &link };
        let letter = revoked(&news, reason, Lang::parse(&person.language).unwrap_or_default());
        act.send("revoke_voucher", &person, &letter, None)?;
    }
    Ok(())
}

fn not_now(act: &mut Act<'_>, id: i64, state: VoucherState) -> Outcome<()> {
    let resting = store::voucher::applications(act.db, id)?;
    let open = resting.iter().filter(|(_, state)| matches!(state.voucher_progress(), Progress::Undecided | Progress::Redeeming));
    let open: Vec<&str> = open.map(|(number, _)| number.as_str()).collect();
    let (zh, en) = if open.is_empty() {
        (
            format!("创新券{}，不能收回。", state.label(Lang::Zh)),
            format!("The voucher is not open to this any more: {}.", state.label(Lang::En).to_lowercase()),
        )
    } else {
        (
            format!("还有申请在办理（{}），请先作出决定，再收回创新券。", open.join("、")),
            format!("Applications are under way ({}); decide them first, then revoke the voucher.", open.join(", ")),
        )
    };
    refuse("voucher_not_at_rest", zh, en)
}
