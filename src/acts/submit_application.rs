//! Submission and resubmission: everything is checked once more, invoices and budget are taken, and
//! the first submission of a year claims the year's voucher. All of it, or nothing.

use chrono::Datelike;

use super::assessment::{Assessment, facts_of_submission};
use super::case_facts::{Dossier, Trust};
use super::completeness::gaps;
use super::confirm_by_statements::confirm_by_statements;
use super::fix_purchases::fix_purchases;
use super::letters::Tell;
use super::register_checks::ask_registers;
use super::release::invoice_parts;
use super::voucher::claim::issue;
use super::{Act, ActError, Outcome, Refusal, refuse};
use crate::application::{ActKind, State};
use crate::ids::last_four;
use crate::lang::{Lang, Text};
use crate::party::Actor;
use crate::store;
use crate::store::application::Application;

/// Submits a draft, or submits again after a correction.
///
/// # Errors
/// Refusals: what is missing, an invoice that is used up, nothing to grant (with the reasons);
/// what the workflow says; a stale page.
pub fn submit_application(act: &mut Act<'_>, number: &str, seen_version: i64) -> Outcome<()> {
    let mut application = act.application(number, Some(seen_version))?;
    let kind = if application.state == State::Returned { ActKind::Resubmit } else { ActKind::Submit };
    act.next_state(&application, kind)?;
    let today = act.today();
    let dossier = Dossier::load(act.db, application.clone())?;
    let missing = gaps(act.db, today, &dossier)?;
    let missing: Vec<Refusal> = missing.all().map(|text| Refusal { code: "incomplete", field: None, text: text.clone() }).collect();
    if !missing.is_empty() {
        return Err(ActError::Refused(missing));
    }
    if store::material::overfilled(act.db, application.id)? > 0 {
        return refuse(
            "overfilled",
            "有材料分给账单的金额超出了它本身或账单的金额。请打开材料逐份保存一次，再提交。",
            "Papers give purchases more than they hold or the purchases cost. Open and save each paper once, then submit.",
        );
    }
    fix_purchases(act, &dossier)?;
    application.bank_account_id = store::bank::active(act.db, application.enterprise_id)?.map(|bank| bank.id);
    register_invoices(act, &application)?;
    if kind == ActKind::Submit {
        application.voucher_id = Some(voucher_of_year(act, &application)?);
        application.pack_id = act.pack_in_force()?.id.clone();
        application.first_submitted_at = Some(act.stamp());
    }
    application.submitted_at = Some(act.stamp());
    application.correction_due = None;
    let facts = facts_of_submission(act.db, &application, Trust::EnteredOrAccepted)?;
    let assessment = act.assess_and_hold(&mut application, &facts, kind.as_str())?;
    let waits = assessment.waits_for_budget()?;
    if application.total_fen.is_zero() && !waits {
        return nothing_to_grant(&assessment, &dossier);
    }
    record_credit(act, &application, &dossier.enterprise.uscc)?;
    ask_registers(act, &dossier)?;
    let total = application.total_fen.display();
    act.advance(&mut application, kind, "", &total)?;
    if waits {
        return wait_for_budget(act, &mut application);
    }
    confirm_by_statements(act, &mut application)?;
    act.tell_enterprise(&application, kind, &Tell::default())
}

/// Takes the part of every invoice that stands for items; an invoice is never used for more than
/// its total, nor by two enterprises.
fn register_invoices(act: &mut Act<'_>, application: &Application) -> Outcome<()> {
    for (key, total, part) in invoice_parts(act, application)? {
        if !store::application::use_invoice(act.db, &key, application.enterprise_id, total, part)? {
            let end = last_four(&key);
            return refuse(
                "invoice_taken",
                format!("发票（尾号 {end}）刚刚被另一份申请使用，余额不足。请回到「上传材料」核对这张发票。"),
                format!(
                    "The invoice ending {end} has just been used by another application and is not sufficient any more. Check it under \"Papers\"."
                ),
            );
        }
    }
    Ok(())
}

/// The voucher of this year; the first submission claims it where nobody did before.
fn voucher_of_year(act: &mut Act<'_>, application: &Application) -> Outcome<i64> {
    let year = i64::from(act.today().year());
    let Some(known) = store::voucher::of_year(act.db, application.enterprise_id, year)? else {
        return issue(act, application.enterprise_id).map(|(id, _)| id);
    };
    if known.state.takes_applications() {
        return Ok(known.id);
    }
    refuse(
        "voucher_gone",
        format!(
            "创新券 {} {}，不能再提交申请。{}如有疑问，请联系主管部门。",
            known.number,
            known.state.label(Lang::Zh),
            said(&known.reason, "原因：", "。")
        ),
        format!(
            "Voucher {} takes no applications any more: {}. {}Please ask the competent authority.",
            known.number,
            known.state.label(Lang::En).to_lowercase(),
            said(&known.reason, "Reason: ", ". ")
        ),
    )
}

/// A reason between its words; nothing where there is none.
fn said(reason: &str, before: &str, after: &str) -> String {
    if reason.is_empty() { String::new() } else { format!("{before}{}{after}", reason.trim_end_matches(['。', '.'])) }
}

/// The system's register of dishonest subjects, looked at on the day of submission.
fn record_credit(act: &mut Act<'_>, application: &Application, uscc: &str) -> Outcome<()> {
    let (today, at) = (act.today(), act.stamp());
    let records = store::qualification::dishonesty_of(act.db, uscc)?;
    let listed = records.iter().find(|record| record.from_day <= today && record.to_day.is_none_or(|to| today <= to));
    let note = listed.map_or("", |record| record.source.as_str());
    let clean = listed.is_none();
    store::application::record_credit_check(act.db, application.id, "submitted", today, "系统失信登记簿", clean, note, None, at)?;
    Ok(())
}

/// The budget is used up: the system puts the case on the waiting list in the same transaction.
fn wait_for_budget(act: &mut Act<'_>, application: &mut Application) -> Outcome<()> {
    let system = Actor::system();
    let mut by_system = Act { db: &mut *act.db, actor: &system, now: act.now, house: act.house };
    by_system.advance(application, ActKind::Waitlist, "", "")?;
    by_system.tell_enterprise(application, ActKind::Waitlist, &Tell::default())
}

/// An application that would give nothing is not taken; every reason is said.
fn nothing_to_grant<T>(assessment: &Assessment, dossier: &Dossier) -> Outcome<T> {
    let result = assessment.result()?;
    let mut refusals = vec![Refusal {
        code: "nothing_to_grant",
        field: None,
        text: Text::new(
            "按现在的内容测算，补贴为 0，因此没有提交。原因如下：",
            "As it stands the subsidy is zero, so nothing was submitted. The reasons:",
        ),
    }];
    for grant in result.grants.iter().chain(&result.unused) {
        let tier = grant.tier.title();
        for cut in &grant.cuts {
            let rule = format!("item.{}", cut.code);
            let of_item = |text: &str| cut.item.as_ref().is_some_and(|item| text.contains(item.as_str()));
            let why = grant.steps.iter().find(|step| step.rule == rule && of_item(&step.zh));
            let title = cut.code.title();
            let text = match why {
                Some(step) => {
                    let (zh, en) = (dossier.in_plain_words(Lang::Zh, &step.zh), dossier.in_plain_words(Lang::En, &step.en));
                    Text::new(format!("{}：{}（{zh}）", tier.zh, title.zh), format!("{}: {} ({en})", tier.en, title.en))
                }
                None => Text::new(format!("{}：{}", tier.zh, title.zh), format!("{}: {}", tier.en, title.en)),
            };
            let refusal = Refusal { code: cut.code.code(), field: None, text };
            if !refusals.contains(&refusal) {
                refusals.push(refusal);
            }
        }
    }
    Err(ActError::Refused(refusals))
}
