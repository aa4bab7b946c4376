//! The clock of the machine was put forward: payouts rest until an administrator has looked, because a
//! public notice that seems to be over may not be.

use chrono::TimeDelta;

use super::{Act, ActError, Line, Outcome, Refusal, no_longer_than, refuse, refuse_field};
use crate::lang::Text;
use crate::party::Role;
use crate::store::payout_hold;

/// Holds payouts; `false` when they are held already.
///
/// # Errors
/// A fault of the database.
pub fn hold_payouts(act: &mut Act<'_>, jump: TimeDelta) -> Outcome<bool> {
    act.must_hold(Role::System)?;
    if payout_hold::open(act.db)?.is_some() {
        return Ok(false);
    }
    payout_hold::begin(act.db, act.now.naive_utc(), jump.num_seconds())?;
    let detail = format!("+{} s", jump.num_seconds());
    act.write_line(&Line { act: "hold_payouts", detail: &detail, ..Line::default() })?;
    Ok(true)
}

/// Lets payouts go on: the administrator has looked at the clock and says what was found.
///
/// # Errors
/// `NotAllowed` for others; refusals without a reason or when nothing is held.
pub fn release_payouts(act: &mut Act<'_>, reason: &str) -> Outcome<()> {
    act.must_hold(Role::Administrator)?;
    let by = act.account()?;
    if reason.is_empty() {
        return refuse_field("no_reason", "reason", "请写明核对时钟的结果。", "Say what you found when you checked the clock.");
    }
    no_longer_than(300, "reason", reason)?;
    let at = act.now.naive_utc();
    let released = match payout_hold::open(act.db)? {
        Some(hold) => payout_hold::end(act.db, hold.id, by, reason, at)?,
        None => false,
    };
    if !released {
        return refuse("nothing_held", "拨付没有暂停，无需恢复。", "Payouts are not held; there is nothing to release.");
    }
    act.write_line(&Line { act: "release_payouts", reason, ..Line::default() })
}

impl Act<'_> {
    /// Refuses while payouts are held; until this act ends no hold begins.
    ///
    /// # Errors
    /// `payouts_held`, with who can mend it.
    pub(super) fn payouts_must_be_open(&mut self) -> Outcome<()> {
        match payout_hold::open_until_paid(self.db)? {
            None => Ok(()),
            Some(hold) => Err(held(hold.jump_seconds)),
        }
    }
}

/// Why payouts rest, in words.
#[must_use]
pub fn held(jump_seconds: i64) -> ActError {
    let minutes = jump_seconds / 60;
    let (zh, en) = (
        format!("服务器时钟曾向前跳变约 {minutes} 分钟，公示期可能算错，拨付已暂停。请系统管理员核对时钟并在「时钟与拨付」中恢复。"),
        format!(
            "The server's clock was put forward by about {minutes} minutes, so notice periods may be wrong and payouts are held. The administrator checks the clock and releases them under \"Clock and payouts\"."
        ),
    );
    ActError::Refused(vec![Refusal { code: "payouts_held", field: None, text: Text::new(zh, en) }])
}
