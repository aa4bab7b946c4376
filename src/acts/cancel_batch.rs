//! A batch that nobody has approved yet is cancelled; its applications can be drawn up again.

use super::{Act, Line, Outcome, no_longer_than, refuse_field};
use crate::payout::{BatchState, LineState};
use crate::store;

/// # Errors
/// A refusal without a reason or for a batch that was approved or cancelled meanwhile.
pub fn cancel_batch(act: &mut Act<'_>, number: &str, seen_version: i64, reason: &str) -> Outcome<()> {
    let (mut batch, lines) = act.batch(number, seen_version, BatchState::DrawnUp)?;
    if reason.is_empty() {
        return refuse_field("no_reason", "reason", "请写明作废原因。", "Say why the batch is cancelled.");
    }
    no_longer_than(300, "reason", reason)?;
    for line in &lines {
        store::payout::set_line_state(act.db, line.id, LineState::Cancelled)?;
    }
    batch.state = BatchState::Cancelled;
    act.save_batch(&batch)?;
    let detail = batch.total_fen.display();
    act.write_line(&Line { act: "cancel_batch", subject: number, reason, detail: &detail, ..Line::default() })
}
