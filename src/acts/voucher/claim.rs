//! 申领: the enterprise claims the voucher of the year, with its number and the quota of each level.

use chrono::Datelike;

use crate::acts::enterprise_facts::EnterpriseFacts;
use crate::acts::{Act, Line, Outcome, refuse};
use crate::ids::EnterpriseId;
use crate::policy::eligibility::Answer;
use crate::policy::eligibility::tree::trees;
use crate::store;
use crate::store::voucher::{NewVoucher, Quota};

/// Claims this year's voucher. The day of the claim is one on which qualifications must hold, so a
/// claim is refused on a day on which no level is open.
///
/// # Errors
/// Refusals: claimed already, no level is open today; faults of the database.
pub fn claim_voucher(act: &mut Act<'_>) -> Outcome<()> {
    let (enterprise, today) = (act.own_enterprise()?, act.today());
    if let Some(known) = store::voucher::of_year(act.db, enterprise, i64::from(today.year()))? {
        return refuse(
            "claimed_already",
            format!("{} 年度创新券已经申领，编号 {}。", known.year, known.number),
            format!("The voucher of {} has been claimed already; its number is {}.", known.year, known.number),
        );
    }
    let facts = EnterpriseFacts::load(act.db, enterprise, today)?;
    if trees(act.pack_in_force()?, &facts.known, today).iter().all(|tree| tree.answer == Answer::No) {
        return refuse(
            "not_eligible_today",
            "今天没有符合条件的级别，暂不能申领：申领当日资质须有效。请到「资格」页看还差什么。",
            "No level is open today, so the voucher cannot be claimed: qualifications must hold on the day of the claim. See what is missing under \"Eligibility\".",
        );
    }
    let (_, number) = issue(act, enterprise)?;
    act.write_line(&Line { act: "claim_voucher", enterprise: Some(enterprise), subject: &number, ..Line::default() })
}

/// Makes the voucher of this year; answers its row and number.
///
/// # Errors
/// A refusal when it is claimed at the same moment; faults of the database.
pub fn issue(act: &mut Act<'_>, enterprise: EnterpriseId) -> Outcome<(i64, String)> {
    let (today, at) = (act.today(), act.stamp());
    let pack = act.pack_in_force()?;
    let pack_id = pack.id.clone();
    let quotas: Vec<Quota> = pack.tiers().filter_map(|(tier, rules)| Some(Quota { tier, quota_fen: rules.cap.as_ref()?.value })).collect();
    let number = store::number::next(act.db, "V", today.year())?;
    let new = NewVoucher {
        number: &number,
        enterprise_id: enterprise,
        year: i64::from(today.year()),
        claimed_on: today,
        claimed_at: at,
        pack_id: &pack_id,
    };
    match store::voucher::insert(act.db, &new, &quotas) {
        Err(fault) if fault.is_unique_violation() => refuse(
            "voucher_race",
            "本年度创新券刚刚由您单位的另一份申请领取，请再提交一次。",
            "The year's voucher has just been claimed by another application of your enterprise. Please submit once more.",
        ),
        done => Ok((done?, number)),
    }
}
