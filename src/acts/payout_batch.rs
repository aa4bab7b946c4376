//! What the acts on a payout batch share: finding it as the person saw it, and saving it.

use super::{Act, ActError, Outcome, refuse};
use crate::lang::Lang;
use crate::party::Role;
use crate::payout::BatchState;
use crate::store;
use crate::store::payout::{Batch, Disbursement};

impl Act<'_> {
    /// A batch in the state the act needs, as the person saw it, with its lines.
    ///
    /// # Errors
    /// `NotAllowed` outside of finance, `NotFound`, refusals for a stale page or a wrong state.
    pub(super) fn batch(&mut self, number: &str, seen_version: i64, needs: BatchState) -> Outcome<(Batch, Vec<Disbursement>)> {
        self.must_hold(Role::Finance)?;
        let batch = store::payout::find_by_number(self.db, number)?.ok_or(ActError::NotFound)?;
        if batch.state != needs {
            return refuse(
                "wrong_batch_state",
                format!("批次 {number} 现在是「{}」，这一步已不能做。", batch.state.label(Lang::Zh)),
                format!("Batch {number} is now \"{}\"; this step is no longer open.", batch.state.label(Lang::En)),
            );
        }
        if batch.version != seen_version {
            return changed_meanwhile(number);
        }
        let lines = store::payout::lines(self.db, batch.id)?;
        Ok((batch, lines))
    }

    pub(super) fn save_batch(&mut self, batch: &Batch) -> Outcome<()> {
        if store::payout::save(self.db, batch)? { Ok(()) } else { changed_meanwhile(&batch.number) }
    }
}

fn changed_meanwhile<T>(number: &str) -> Outcome<T> {
    refuse(
        "stale_batch",
        format!("批次 {number} 在您打开页面后有变化。下面是最新情况，请核对后再操作。"),
        format!("Batch {number} changed after you opened the page. Below is how it stands now; check, then act."),
    )
}
