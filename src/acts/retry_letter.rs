//! The administrator brings a letter that could not be sent back to the queue. Its links are made
//! anew and live as long as first ones.

use super::{Act, ActError, Line, Outcome, refuse};
use crate::ids::LetterId;
use crate::party::Role;
use crate::secret::tokens_in;
use crate::store;

/// # Errors
/// `NotFound` for an unknown letter; refusals when it is not set aside, or its link is no longer
/// wanted.
pub fn retry_letter(act: &mut Act<'_>, id: LetterId) -> Outcome<()> {
    act.must_hold(Role::Administrator)?;
    let letter = store::letter::find(act.db, id)?.ok_or(ActError::NotFound)?;
    let dead = letter.state == "dead";
    let body = if dead { with_fresh_links(act, &letter.body)? } else { letter.body };
    if !dead || !store::letter::revive(act.db, id, &body, act.now.naive_utc())? {
        return refuse("letter_not_dead", "这封邮件不在「未能送达」之列。", "This letter is not among those that could not be sent.");
    }
    act.write_line(&Line { act: "retry_letter", subject: &letter.to_email, detail: &letter.kind, ..Line::default() })
}

/// The body with a new token in the place of each hash.
fn with_fresh_links(act: &mut Act<'_>, body: &str) -> Outcome<String> {
    let mut fresh = body.to_owned();
    for hash in tokens_in(body) {
        let Some(token) = act.issue_anew(hash)? else {
            return refuse(
                "link_not_wanted",
                "这封邮件里的链接已经用过、被收回，或已有更新的一封，重新发送没有用。请让对方重新申请，或再邀请一次。",
                "The link in this letter was used, taken back or replaced by a newer one, so sending it again would not help. Have the person ask anew, or invite them again.",
            );
        };
        fresh = fresh.replace(hash, token.expose());
    }
    Ok(fresh)
}
