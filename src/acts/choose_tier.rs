//! The enterprise has seen the calculation and says which level it asks for.

use super::{Act, Outcome, draft, refuse_field};
use crate::application::TierChoice;

/// Confirms the preview with a level.
///
/// # Errors
/// A refusal when the levels cannot be added up under the pack in force; a stale page.
pub fn choose_tier(act: &mut Act<'_>, number: &str, seen_version: i64, tier: TierChoice) -> Outcome<()> {
    let mut application = draft::open(act, number, Some(seen_version))?;
    let stacks = act.pack_in_force()?.stacks();
    if tier == TierChoice::All && !stacks {
        return refuse_field(
            "levels_exclusive",
            "tier",
            "现行政策下各级不能叠加，请选择一级或「最合算」。",
            "Under the rules in force the levels cannot be added up; choose one, or the best.",
        );
    }
    application.tier_choice = tier;
    application.previewed_at = Some(act.stamp());
    draft::save(act, &mut application, false, &format!("level: {tier}"))
}
