//! The enterprise confirms what was read from its papers, all of them at once.

use super::case_facts::Dossier;
use super::paper_faults::paper_faults;
use super::{Act, Outcome, draft, refuse};
use crate::store;

/// Confirms every paper of which something was read that nobody confirmed yet and nothing is missing
/// or wrong. Answers how many.
///
/// # Errors
/// A refusal when there is none; `Stale` for a page that is older than the papers; what the workflow
/// says.
pub fn confirm_papers(act: &mut Act<'_>, number: &str, seen_version: i64) -> Outcome<usize> {
    let mut application = draft::open(act, number, Some(seen_version))?;
    let (by, at, today) = (act.account()?, act.stamp(), act.today());
    let dossier = Dossier::load(act.db, application.clone())?;
    let mut names = Vec::new();
    for paper in dossier.materials.iter().filter(|paper| dossier.unconfirmed(paper.id).next().is_some()) {
        if paper_faults(act.db, today, &dossier, paper)?.is_empty() {
            store::paper::confirm_facts(act.db, paper.id, by, at)?;
            names.push(paper.file_name.as_str());
        }
    }
    if names.is_empty() {
        return refuse(
            "nothing_to_confirm",
            "没有可以一并确认的材料：请打开标出的材料，补全后保存。",
            "No paper can be confirmed as it stands: open the marked ones, complete them and save.",
        );
    }
    draft::save(act, &mut application, true, &format!("confirmed: {}", names.join(", ")))?;
    Ok(names.len())
}
