//! A person enters a red letter to an invoice of an application that was granted: the enterprise itself,
//! the task force or the authority.

use chrono::NaiveDate;

use super::red_letter::{RedLetter, open_task};
use super::{Act, ActError, Outcome, refuse, refuse_field};
use crate::files::Kept;
use crate::ids::{MaterialId, is_invoice_key, last_four, tail};
use crate::money::Fen;
use crate::party::Role;
use crate::payout::recovery::{Bringer, TaskState, takes_back};
use crate::store;
use crate::store::application::Material;

/// A red letter as a person enters it, with the file that it was read from where there is one.
#[derive(Clone, Debug)]
pub struct EnteredLetter {
    /// The invoice of the application that it takes back.
    pub invoice: MaterialId,
    pub code: String,
    pub number: String,
    pub amount: Fen,
    pub dated_on: NaiveDate,
    /// The file with its name.
    pub file: Option<(Kept, String)>,
    /// The invoice that the file names; empty without one.
    pub named: String,
}

/// The enterprise, the task force or the authority enters a red letter to an invoice of one application.
///
/// # Errors
/// Refusals beside their fields: another invoice, no number, a day in the future, more than the invoice;
/// one when the application has not passed its final review or the letter is known.
pub fn enter_red_letter(act: &mut Act<'_>, number: &str, entered: &EnteredLetter) -> Outcome<()> {
    let source = bringer(act)?;
    let application = act.application(number, None)?;
    if !application.state.has_passed_final() {
        return refuse(
            "not_granted_yet",
            "申请还没有通过复审，请在发票上填写冲红金额，或联系专班退回补正。",
            "The application has not passed its final review: enter the red amount on the invoice, or ask for a correction.",
        );
    }
    let materials = store::application::materials(act.db, application.id)?;
    let Some(invoice) = materials.into_iter().find(|paper| paper.id == entered.invoice && paper.kind == "invoice") else {
        return refuse_field("no_invoice", "invoice", "请选择被冲红的发票。", "Choose the invoice that it takes back.");
    };
    check(act, &invoice, entered)?;
    let at = act.stamp();
    let file = match &entered.file {
        Some((kept, name)) => {
            Some((store::application::record_file(act.db, &kept.sha256, kept.size_bytes, kept.media_type, at)?, name.clone()))
        }
        None => None,
    };
    let letter = RedLetter {
        code: entered.code.clone(),
        number: entered.number.clone(),
        amount: entered.amount,
        dated_on: entered.dated_on,
        source,
        file,
    };
    if !open_task(act, &application, &invoice, &letter)? {
        let end = last_four(&entered.number);
        return refuse_field(
            "letter_known",
            "number",
            format!("红字发票（尾号 {end}）已经登记，不用重复登记。"),
            format!("The red letter ending {end} is on record already."),
        );
    }
    Ok(())
}

fn bringer(act: &Act<'_>) -> Outcome<Bringer> {
    if act.actor.enterprise().is_some() {
        return Ok(Bringer::Enterprise);
    }
    if act.actor.holds(Role::TaskForce) || act.actor.holds(Role::CompetentAuthority) {
        return Ok(Bringer::Staff);
    }
    Err(ActError::NotAllowed)
}

fn check(act: &mut Act<'_>, invoice: &Material, entered: &EnteredLetter) -> Outcome<()> {
    if !is_invoice_key(&entered.code, &entered.number) {
        return refuse_field(
            "bad_number",
            "number",
            "发票号码须为 20 位数字（数电票），或 10/12 位代码加 8 位号码。",
            "A digital invoice has 20 digits; an older one a code of 10 or 12 digits and a number of 8.",
        );
    }
    if (&entered.code, &entered.number) == (&invoice.code, &invoice.number) {
        return refuse_field(
            "itself",
            "number",
            "这是原发票的号码，请填写红字发票的号码。",
            "This is the number of the invoice itself; enter that of the red letter.",
        );
    }
    // "?": a red letter that does not say what it takes back.
    if !matches!(entered.named.as_str(), "" | "?") && !takes_back(&entered.named, &invoice.code, &invoice.number) {
        let (named, chosen) = (tail(&entered.named), tail(&invoice.number));
        return refuse_field(
            "other_invoice",
            "invoice",
            format!("文件冲红的是另一张发票（{named}），不是所选的 {chosen}。请重新选择。"),
            format!("The file takes back another invoice ({named}) than the one chosen ({chosen}). Choose again."),
        );
    }
    if entered.dated_on > act.today() {
        return refuse_field("future_day", "dated_on", "开票日期在今天之后。", "The day of issue is after today.");
    }
    let known = store::recovery::of_application(act.db, invoice.application_id)?;
    let is_other = |number: &str, code: &str| (code, number) != (entered.code.as_str(), entered.number.as_str());
    let before: Fen = known
        .iter()
        .filter(|task| task.material_id == invoice.id && task.state != TaskState::Dismissed && is_other(&task.number, &task.code))
        .map(|task| task.red_fen)
        .sum();
    let left = (invoice.amount_fen - invoice.minus_fen - before).or_zero();
    if !entered.amount.is_positive() || entered.amount > left {
        let left = left.display();
        return refuse_field(
            "bad_amount",
            "amount",
            format!("冲红金额须大于零，且这张发票最多还可冲红 {left}。"),
            format!("The amount must be above zero, and at most {left} of the invoice is left to take back."),
        );
    }
    Ok(())
}
