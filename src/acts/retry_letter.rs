//! The administrator brings a letter that could not be sent back to the queue.

use super::{Act, ActError, Line, Outcome, refuse};
use crate::ids::LetterId;
use crate::party::Role;
use crate::store;

/// # Errors
/// `NotFound` for an unknown letter; a refusal when it is not set aside.
pub fn retry_letter(act: &mut Act<'_>, id: LetterId) -> Outcome<()> {
    act.must_hold(Role::Administrator)?;
    let letter = store::letter::find(act.db, id)?.ok_or(ActError::NotFound)?;
    if !store::letter::revive(act.db, id, act.now.naive_utc())? {
        return refuse("letter_not_dead", "这封邮件不在「未能送达」之列。", "This letter is not among those that could not be sent.");
    }
    act.write_line(&Line { act: "retry_letter", subject: &letter.to_email, detail: &letter.kind, ..Line::default() })
}
