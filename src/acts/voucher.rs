//! The yearly voucher: claimed by the enterprise, followed by every act on an application that
//! rests on it, warned of, lapsed by the job, revoked by the authority.

pub mod claim;
pub mod expire;
pub mod revoke;
pub mod warn;

use super::{Act, ActError, Outcome, refuse};
use crate::application::State;
use crate::money::Fen;
use crate::store;
use crate::store::application::Application;
use crate::store::voucher::Voucher;
use crate::voucher::{Drawn, Progress, Uses, is_over};

impl Act<'_> {
    /// Brings the voucher to where its application has got. Called with every step of an
    /// application, after it was saved.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn follow_voucher(&mut self, application: &Application, before: State) -> Outcome<()> {
        let Some(id) = application.voucher_id else { return Ok(()) };
        if before.voucher_progress() == application.state.voucher_progress() {
            return Ok(());
        }
        let mut voucher = store::voucher::lock(self.db, id)?.ok_or(ActError::NotFound)?;
        // It may have been taken back since the submission looked at it.
        let submitted = before.voucher_progress() == Progress::Free && application.state.voucher_progress() == Progress::Undecided;
        if submitted && !voucher.state.takes_applications() {
            let (zh, en) =
                ("创新券刚刚被收回或失效，申请没有提交。", "The voucher was taken back or ran out just now; nothing was submitted.");
            return refuse("voucher_gone", zh, en);
        }
        if self.settle_voucher(&mut voucher)? {
            store::voucher::save(self.db, &voucher)?;
        }
        Ok(())
    }

    /// The state that follows now; `true` when it is another one.
    fn settle_voucher(&mut self, voucher: &mut Voucher) -> Outcome<bool> {
        let uses = self.uses_of(voucher)?;
        let next = voucher.state.after(uses, is_over(voucher.year, self.now));
        let changed = next != voucher.state;
        voucher.state = next;
        Ok(changed)
    }

    fn uses_of(&mut self, voucher: &Voucher) -> Outcome<Uses> {
        let progress: Vec<Progress> =
            store::voucher::applications(self.db, voucher.id)?.into_iter().map(|(_, state)| state.voucher_progress()).collect();
        Ok(Uses {
            undecided: progress.contains(&Progress::Undecided),
            redeeming: progress.contains(&Progress::Redeeming),
            drawn: self.drawn_of(voucher)?,
        })
    }

    /// What was paid, against the quota of the levels that paid it.
    fn drawn_of(&mut self, voucher: &Voucher) -> Outcome<Drawn> {
        let held = store::voucher::held(self.db, voucher.id)?;
        let mut paid: Vec<_> = held.into_iter().filter(|(state, ..)| state.voucher_progress() == Progress::Paid).collect();
        paid.dedup_by_key(|(_, tier, year, _)| (*tier, *year));
        if paid.is_empty() {
            return Ok(Drawn::Nothing);
        }
        let quotas = store::voucher::quotas(self.db, voucher.id)?;
        let caps = store::budget::caps_of(self.db, voucher.enterprise_id)?;
        let is_used_up = |(_, tier, year, _): &(State, crate::code::Tier, i64, Fen)| {
            let used = caps.iter().find(|cap| (cap.tier, cap.year) == (*tier, *year)).map_or(Fen::ZERO, |cap| cap.used_fen);
            quotas.iter().any(|quota| quota.tier == *tier && quota.quota_fen <= used)
        };
        Ok(if paid.iter().all(is_used_up) { Drawn::All } else { Drawn::Part })
    }
}
