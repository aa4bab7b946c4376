//! Every item of an application rests on a statement that the centre issued from its meters and the
//! enterprise confirmed: there is nothing left for the centre to confirm, and the step passes by
//! itself and says so.

use super::case_facts::Dossier;
use super::{Act, Outcome};
use crate::application::ActKind;
use crate::party::Actor;
use crate::store::application::Application;

const REASON: &str = "全部账单均有已确认的对账单，无需另行确认用量 every item rests on a confirmed statement";

/// Moves a submitted application on when all of its purchases are metered.
///
/// # Errors
/// Faults of the database; a stale application.
pub fn confirm_by_statements(act: &mut Act<'_>, application: &mut Application) -> Outcome<()> {
    let dossier = Dossier::load(act.db, application.clone())?;
    if !dossier.items.iter().all(|(_, purchase)| purchase.is_metered()) {
        return Ok(());
    }
    let system = Actor::system();
    let mut by_system = Act { db: &mut *act.db, actor: &system, now: act.now, house: act.house };
    by_system.advance(application, ActKind::ConfirmUsage, REASON, "")
}
