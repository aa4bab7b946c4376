//! What a reviewer marks on an item: not supported by the rules, or less than was asked. The money
//! held follows at once.

use super::assessment::facts_of_submission;
use super::case_facts::{Dossier, Trust};
use super::{Act, ActError, Outcome, no_longer_than, refuse_field};
use crate::application::{ActKind, State};
use crate::ids::ItemId;
use crate::money::Fen;
use crate::store;

/// The marks of one item as the reviewer leaves them.
#[derive(Clone, Debug)]
pub struct Marks {
    /// 法定检测.
    pub statutory_test: bool,
    /// Part of a project that a provincial programme funded in the year before.
    pub provincial_project: bool,
    /// Only this much counts; `None` leaves what was asked.
    pub asked: Option<Fen>,
    pub reason: String,
}

/// Marks an item and evaluates the case again. Tells how the total changed: before and after.
///
/// # Errors
/// Refusals for a missing reason and an amount higher than what was asked; what the workflow says;
/// a stale page.
pub fn mark_item(act: &mut Act<'_>, number: &str, seen_version: i64, item: ItemId, marks: &Marks) -> Outcome<(Fen, Fen)> {
    let mut application = act.application(number, Some(seen_version))?;
    act.next_state(&application, ActKind::MarkItem)?;
    if marks.reason.trim().is_empty() {
        return refuse_field(
            "reason_missing",
            "reason",
            "请写明理由，企业和审计会看到。",
            "Give the reason; the enterprise and the auditor see it.",
        );
    }
    no_longer_than(300, "reason", &marks.reason)?;
    let dossier = Dossier::load(act.db, application.clone())?;
    let Some((mut marked, _)) = dossier.items.iter().find(|(known, _)| known.id == item).cloned() else {
        return Err(ActError::NotFound);
    };
    if let Some(asked) = marks.asked {
        let most = marked.asked_fen.or_else(|| dossier.allocated("invoice", item)).unwrap_or(Fen::ZERO);
        if asked > most {
            return refuse_field(
                "asked_raised",
                "asked",
                format!("核减后的金额不能高于原申请的 {}。", most.display()),
                format!("The reduced amount cannot exceed the {} that was asked for.", most.display()),
            );
        }
        marked.asked_fen = Some(asked);
    }
    marked.statutory_test = marks.statutory_test;
    marked.provincial_project = marks.provincial_project;
    store::application::save_item(act.db, &marked)?;
    let before = application.total_fen;
    let trust = if application.state == State::ProviderConfirmed { Trust::EnteredOrAccepted } else { Trust::AcceptedOnly };
    let facts = facts_of_submission(act.db, &application, trust)?;
    act.assess_and_hold(&mut application, &facts, "mark_item")?;
    let after = application.total_fen;
    let detail = format!("{item}: {} → {}", before.display(), after.display());
    act.advance(&mut application, ActKind::MarkItem, marks.reason.trim(), &detail)?;
    Ok((before, after))
}
