//! The maker (制单人) draws up a payout batch: one line per grant, to the account that the
//! enterprise has in use now.

use chrono::Datelike;

use super::{Act, ActError, Line, Outcome, Refusal, refuse};
use crate::ids::ApplicationId;
use crate::party::Role;
use crate::payout::recovery::TaskState;
use crate::payout::{Account, Batch, Payable, Promise, draw_up};
use crate::store;
use crate::store::application::Application;
use crate::store::{Db, Fault};

/// Draws up a batch of these applications and gives its number.
///
/// # Errors
/// One refusal per application that cannot be paid now; then there is no batch.
pub fn draw_up_batch(act: &mut Act<'_>, numbers: &[String]) -> Outcome<String> {
    act.must_hold(Role::Finance)?;
    act.payouts_must_be_open()?;
    let by = act.account()?;
    let mut wanted: Vec<&String> = numbers.iter().collect();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        return refuse("nothing_picked", "请至少勾选一份申请。", "Tick at least one application.");
    }
    let mut payables = Vec::new();
    for number in wanted {
        let application = act.application(number, None)?;
        payables.push(payable(act.db, &application)?);
    }
    let batch: Batch = draw_up(&payables, act.today()).map_err(|obstacles| {
        let refusal = |(number, obstacle): (String, crate::payout::Obstacle)| Refusal {
            code: "cannot_be_paid",
            field: Some("application-1".into()),
            text: obstacle.text(&number),
        };
        ActError::Refused(obstacles.into_iter().map(refusal).collect())
    })?;
    let number = store::number::next(act.db, "P", act.today().year())?;
    let id = store::payout::insert_batch(act.db, &number, batch.total, by, act.now.naive_utc())?;
    for line in &batch.lines {
        store::payout::insert_line(act.db, id, line).or_else(just_taken)?;
    }
    let detail = format!("{} · {}", batch.lines.len(), batch.total.display());
    act.write_line(&Line { act: "draw_up_batch", subject: &number, detail: &detail, ..Line::default() })?;
    Ok(number)
}

/// The unique index refused a second living line: another maker was faster.
fn just_taken(fault: Fault) -> Outcome<()> {
    if !fault.is_unique_violation() {
        return Err(ActError::Fault(fault));
    }
    refuse(
        "just_taken",
        "其中一份申请刚刚被列入另一个批次，请刷新页面后再制单。",
        "One of the applications has just been put into another batch. Reload the page and draw up again.",
    )
}

/// What stands for and against paying an application; also for the page that offers it.
///
/// # Errors
/// A fault of the database.
pub fn payable(db: &mut Db, application: &Application) -> Outcome<Payable> {
    let notice_last_day = match application.notice_id {
        Some(id) => store::payout::notice_end(db, id)?.map(|(_, last_day)| last_day),
        None => None,
    };
    let account = store::bank::active(db, application.enterprise_id)?.map(|row| Account {
        name: row.account_name,
        bank: row.bank_name,
        number: row.account_no,
        cnaps: row.cnaps,
    });
    Ok(Payable {
        application: application.id,
        number: application.number.clone(),
        state: application.state,
        notice_last_day,
        promises: promises(db, application.id)?,
        account,
        red_letter: undecided_letter(db, application.id)?,
    })
}

/// The number of a red letter to one of the application's invoices that nobody has decided on.
///
/// # Errors
/// A fault of the database.
pub(super) fn undecided_letter(db: &mut Db, id: ApplicationId) -> Outcome<Option<String>> {
    let tasks = store::recovery::of_application(db, id)?;
    Ok(tasks.into_iter().find(|task| task.state == TaskState::Open).map(|task| task.number))
}

fn promises(db: &mut Db, id: ApplicationId) -> Outcome<Vec<Promise>> {
    let lines = store::payout::lines_of_application(db, id)?;
    let mut promises = Vec::new();
    for row in store::subsidy::of_application(db, id)? {
        let living = lines.iter().find(|line| line.state.is_living() && (line.tier, line.year) == (row.tier, row.year));
        let carried = match living {
            Some(line) => {
                let batch = store::payout::find(db, line.batch_id)?.map(|batch| batch.number).unwrap_or_default();
                Some((line.state, batch))
            }
            None => None,
        };
        promises.push(Promise { tier: row.tier, year: row.year, amount: row.amount_fen, held: row.held_fen, carried });
    }
    Ok(promises)
}
