//! Letting go of what an application holds: money, invoices and purchases. The one way out, shared
//! by return, rejection, withdrawal, a lapsed correction and an upheld objection.

use super::case_facts::invoice_key;
use super::{Act, Outcome};
use crate::application::State;
use crate::ids::MaterialId;
use crate::money::Fen;
use crate::store;
use crate::store::application::{Application, Material};

/// Gives back the budget and the yearly cap, frees the invoices and, with `purchases_too`, the
/// purchases. Call it before `advance`: the state it leaves says whether invoices are registered.
///
/// # Errors
/// Faults of the database.
pub fn let_go(act: &mut Act<'_>, application: &mut Application, purchases_too: bool) -> Outcome<()> {
    // Invoices before budgets, as a submission takes them: two writers never wait for each other.
    if holds_invoices(application.state) {
        for (key, _, part) in invoice_parts(act, application)? {
            store::application::free_invoice(act.db, &key, part)?;
        }
    }
    act.release(application)?;
    if purchases_too {
        store::application::free_purchases(act.db, application.id)?;
    }
    Ok(())
}

/// Are the invoices of an application in this state registered as used? Submission registers them,
/// a return frees them, so that they may be corrected.
#[must_use]
pub const fn holds_invoices(state: State) -> bool {
    state.holds_money() || matches!(state, State::Waitlisted)
}

/// Every invoice of an application by its key, with its total and the part that stands for items;
/// in the order of keys, which is the order of their locks.
///
/// # Errors
/// Faults of the database.
pub(super) fn invoice_parts(act: &mut Act<'_>, application: &Application) -> Outcome<Vec<(String, Fen, Fen)>> {
    let invoices: Vec<Material> =
        store::application::materials(act.db, application.id)?.into_iter().filter(|material| material.kind == "invoice").collect();
    let ids: Vec<MaterialId> = invoices.iter().map(|invoice| invoice.id).collect();
    let parts = store::application::allocations(act.db, &ids)?;
    let part_of = |id: MaterialId| parts.iter().filter(|part| part.material_id == id).map(|part| part.amount_fen).sum();
    let mut found: Vec<(String, Fen, Fen)> =
        invoices.iter().map(|invoice| (invoice_key(&invoice.code, &invoice.number), invoice.amount_fen, part_of(invoice.id))).collect();
    found.sort();
    Ok(found)
}
