//! A provider confirms what it delivered for its own items. When every item of the application is
//! confirmed the case goes on to the task force.

use super::assessment::facts_of_submission;
use super::case_facts::{Dossier, Trust};
use super::letters::Tell;
use super::{Act, ActError, Line, Outcome, Refusal, no_longer_than};
use crate::application::ActKind;
use crate::ids::{ItemId, ProviderId};
use crate::lang::Text;
use crate::money::Fen;
use crate::store;
use crate::store::application::{Application, Item};
use crate::store::purchase::Purchase;

/// What the provider says about one item.
#[derive(Clone, Debug)]
pub struct Confirmed {
    pub item: ItemId,
    /// Accepted usage; `None` keeps what was reported with the purchase.
    pub accepted: Option<Fen>,
    pub note: String,
}

/// Confirms the provider's own items. `true` when the application has moved on.
///
/// # Errors
/// Refusals: own items left out, an amount above the purchase; `NotFound` for items of others;
/// what the workflow says; a stale page.
pub fn confirm_usage(act: &mut Act<'_>, number: &str, seen_version: i64, words: &[Confirmed]) -> Outcome<bool> {
    let provider = act.actor.provider().ok_or(ActError::NotAllowed)?;
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::ConfirmUsage)?;
    let dossier = Dossier::load(act.db, application.clone())?;
    if words.iter().any(|word| !dossier.items.iter().any(|(item, purchase)| item.id == word.item && purchase.provider_id == provider)) {
        return Err(ActError::NotFound);
    }
    let mut changed = false;
    let own = |purchase: &Purchase| purchase.provider_id == provider && !purchase.is_metered();
    for (item, purchase) in dossier.items.iter().filter(|(_, purchase)| own(purchase)) {
        let word = words.iter().find(|word| word.item == item.id);
        changed |= confirm_item(act, item, purchase, word)?;
    }
    if changed {
        let facts = facts_of_submission(act.db, &application, Trust::EnteredOrAccepted)?;
        act.assess_and_hold(&mut application, &facts, "confirm_usage")?;
    }
    let notes: Vec<&str> = words.iter().map(|word| word.note.as_str()).filter(|note| !note.is_empty()).collect();
    let notes = notes.join("\n");
    let others = |purchase: &Purchase| purchase.provider_id != provider && !purchase.is_metered();
    let open = dossier.items.iter().any(|(item, purchase)| others(purchase) && !is_confirmed(&application, item));
    if open {
        note_part(act, &mut application, provider, &notes)?;
        return Ok(false);
    }
    act.advance(&mut application, ActKind::ConfirmUsage, &notes, "")?;
    act.tell_enterprise(&application, ActKind::ConfirmUsage, &Tell::default())?;
    Ok(true)
}

/// Was the item confirmed since the application was last submitted?
#[must_use]
pub fn is_confirmed(application: &Application, item: &Item) -> bool {
    match (item.provider_confirmed_at, application.submitted_at) {
        (Some(confirmed), Some(submitted)) => confirmed >= submitted,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Writes the provider's word; `true` when the usage that counts has changed.
fn confirm_item(act: &mut Act<'_>, item: &Item, purchase: &Purchase, word: Option<&Confirmed>) -> Outcome<bool> {
    let field = format!("accepted_{}", item.id);
    let refused =
        |code, zh: String, en: String| ActError::Refused(vec![Refusal { code, field: Some(field.clone()), text: Text::new(zh, en) }]);
    let Some(word) = word else {
        return Err(refused(
            "item_left_out",
            format!("账单 {} 还没有确认。", purchase.order_no),
            format!("Purchase {} is not confirmed yet.", purchase.order_no),
        ));
    };
    let accepted = word.accepted.unwrap_or(purchase.accepted_fen);
    if accepted > purchase.amount_fen {
        let most = purchase.amount_fen.display();
        return Err(refused("above_purchase", format!("不能高于账单金额 {most}。"), format!("Not more than the purchase's {most}.")));
    }
    no_longer_than(200, &format!("note_{}", item.id), &word.note)?;
    let before = Dossier::accepted_usage(item, purchase);
    let mut confirmed = item.clone();
    confirmed.provider_accepted_fen = Some(accepted);
    confirmed.provider_confirmed_by = act.actor.account;
    confirmed.provider_confirmed_at = Some(act.stamp());
    confirmed.provider_note = word.note.clone();
    store::application::save_item(act.db, &confirmed)?;
    Ok(before != accepted)
}

/// Other providers have yet to confirm. The version is raised all the same: two providers that
/// confirm at the same moment must not both believe that the other one is missing.
fn note_part(act: &mut Act<'_>, application: &mut Application, provider: ProviderId, notes: &str) -> Outcome<()> {
    if !store::application::save(act.db, application)? {
        return act.stale(application);
    }
    application.version += 1;
    act.write_line(&Line {
        act: ActKind::ConfirmUsage.as_str(),
        enterprise: Some(application.enterprise_id),
        application: Some(application.id),
        subject: &application.number,
        from_state: Some(application.state),
        to_state: Some(application.state),
        reason: notes,
        detail: &format!("provider {provider}"),
    })
}
