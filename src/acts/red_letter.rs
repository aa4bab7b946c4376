//! A red letter comes to an invoice that an application was granted on. Before payment it holds the
//! payout, afterwards it asks what has to come back: either way somebody has to decide.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Act, Line, Outcome};
use crate::application::letters::Letter;
use crate::ids::{StoredFileId, last_four, tail};
use crate::lang::Lang;
use crate::money::Fen;
use crate::party::Duty;
use crate::payout::recovery::{Bringer, TaskState, takes_back};
use crate::store;
use crate::store::account::Account;
use crate::store::application::{Application, Material};
use crate::store::recovery::NewRecoveryTask;

/// A red letter as it came.
#[derive(Clone, Debug)]
pub struct RedLetter {
    pub code: String,
    pub number: String,
    /// Positive.
    pub amount: Fen,
    pub dated_on: NaiveDate,
    pub source: Bringer,
    pub file: Option<(StoredFileId, String)>,
}

/// Opens a task for every application past its final review that uses the invoice which the letter
/// names; an application that has one for this letter already gets no second.
///
/// # Errors
/// A fault of the database.
pub(super) fn red_letter_arrives(act: &mut Act<'_>, named: &str, letter: &RedLetter) -> Outcome<usize> {
    let short: String = named.chars().skip(named.chars().count().saturating_sub(8)).collect();
    let mut opened = 0;
    for (material, application) in store::recovery::invoices_numbered(act.db, &[named.to_owned(), short])? {
        let concerns = takes_back(named, &material.code, &material.number);
        if concerns && application.state.has_passed_final() && open_task(act, &application, &material, letter)? {
            opened += 1;
        }
    }
    Ok(opened)
}

/// Opens the task of one invoice and tells everybody concerned; `false` when the letter has one already.
///
/// # Errors
/// A fault of the database.
pub(super) fn open_task(act: &mut Act<'_>, application: &Application, invoice: &Material, letter: &RedLetter) -> Outcome<bool> {
    let new = NewRecoveryTask {
        application_id: application.id,
        material_id: invoice.id,
        code: &letter.code,
        number: &letter.number,
        red_fen: letter.amount,
        dated_on: letter.dated_on,
        source: letter.source,
        file_id: letter.file.as_ref().map(|(id, _)| *id),
        file_name: letter.file.as_ref().map_or("", |(_, name)| name.as_str()),
        found_by: act.actor.account,
        found_at: act.stamp(),
        state: TaskState::Open,
    };
    if !store::recovery::open(act.db, &new)? {
        return Ok(false);
    }
    let detail = format!("{} · {}", tail(&invoice.number), letter.amount.display());
    act.write_line(&Line {
        act: "red_letter",
        enterprise: Some(application.enterprise_id),
        application: Some(application.id),
        subject: &letter.number,
        detail: &detail,
        ..Line::default()
    })?;
    tell(act, application, invoice, letter)?;
    Ok(true)
}

/// The enterprise; the task force's reviewer of the case; whoever may demand money back; finance, once
/// it may know of the case.
fn tell(act: &mut Act<'_>, application: &Application, invoice: &Material, letter: &RedLetter) -> Outcome<()> {
    let mut staff: BTreeMap<_, Account> = BTreeMap::new();
    let mut duties = vec![Duty::CompetentAuthority, Duty::Auditor];
    if application.state.has_passed_notice() {
        duties.push(Duty::Finance);
    }
    for duty in duties {
        staff.extend(store::account::with_duty(act.db, duty)?.into_iter().map(|person| (person.id, person)));
    }
    if let Some(reviewer) = application.assigned_to {
        staff.extend(store::account::find(act.db, reviewer)?.map(|person| (person.id, person)));
    }
    let (end, amount) = (last_four(&invoice.number), letter.amount.display());
    for person in staff.into_values() {
        let link = format!("{}/desk/recoveries", act.house.base_url);
        let lang = Lang::parse(&person.language).unwrap_or_default();
        act.send("red_letter", &person, &to_staff(&application.number, &end, &amount, &link, lang), Some(application.id))?;
    }
    for person in store::account::of_enterprise(act.db, application.enterprise_id)? {
        let link = format!("{}/my/applications/{}", act.house.base_url, application.number);
        let lang = Lang::parse(&person.language).unwrap_or_default();
        act.send("red_letter", &person, &to_enterprise(&application.number, &end, &amount, &link, lang), Some(application.id))?;
    }
    Ok(())
}

fn to_staff(number: &str, end: &str, amount: &str, link: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => Letter {
            subject: format!("[算券] {number} 的发票有红字，请处理"),
            body: format!(
                "申请 {number} 已通过复审，其发票（尾号 {end}）收到红字发票 {amount}。\n\n\
                 尚未拨付的，处理之前不能拨付；已拨付的，页面上列出按规则应追回的金额。\n\n{link}\n"
            ),
        },
        Lang::En => Letter {
            subject: format!("[Suanquan] {number}: a red letter came to an invoice"),
            body: format!(
                "Application {number} passed its final review; now a red letter of {amount} takes back its invoice ending {end}.\n\n\
                 What is not paid yet waits until this is settled; for what was paid the page shows what comes back by the rules.\n\n{link}\n"
            ),
        },
    }
}

fn to_enterprise(number: &str, end: &str, amount: &str, link: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => Letter {
            subject: format!("[算券] 申请 {number} 的发票已登记红字"),
            body: format!(
                "申请 {number} 所用发票（尾号 {end}）已登记红字发票 {amount}。\n\n\
                 工作人员核算后，尚未拨付的暂缓拨付；已拨付的，如须退回会另行通知金额与账户。您现在不用办理。\n\n{link}\n"
            ),
        },
        Lang::En => Letter {
            subject: format!("[Suanquan] {number}: a red letter to your invoice is on record"),
            body: format!(
                "A red letter of {amount} to the invoice ending {end} of application {number} is on record.\n\n\
                 Payment waits until the staff have looked at it; if paid money has to come back, another letter will say how much. \
                 There is nothing for you to do now.\n\n{link}\n"
            ),
        },
    }
}
