//! Takes letters from the outbox and sends them. A failed try comes back with a growing pause; a
//! letter that cannot be sent at all, or not within eight tries, is set aside where the
//! administrator sees it.

use chrono::TimeDelta;

use crate::acts::outbox;
use crate::hidden::masked_email;
use crate::mail::transport::{Envelope, SendFault, send};
use crate::web::site::Site;

const TRIES: i64 = 8;
const PER_ROUND: i64 = 20;

/// One round.
///
/// # Errors
/// A fault of the database; faults of sending are kept with the letter.
pub fn run(site: &Site) -> Result<(), crate::acts::Fault> {
    let Some(outlet) = super::outlet(site.config.mail.expose()) else { return Ok(()) };
    for letter in outbox::due(&site.store, site.clock.now(), PER_ROUND)? {
        let now = site.clock.now();
        if !outbox::take(&site.store, &letter, now + TimeDelta::minutes(2))? {
            continue;
        }
        let envelope = Envelope {
            id: letter.id.get(),
            from: &site.config.mail_from,
            to_name: &letter.to_name,
            to_email: &letter.to_email,
            subject: &letter.subject,
            body: &letter.body,
        };
        let mine = match send(&outlet, &envelope) {
            Ok(()) => outbox::sent(&site.store, &letter, now)?,
            Err(why) => {
                let tries = letter.attempts + 1;
                let again = (!why.is_permanent() && tries < TRIES).then(|| now + pause(tries));
                // A mail server repeats the address; whoever looks after the outbox reads it there.
                let told = chain(&why);
                let shown = told.replace(&letter.to_email, &masked_email(&letter.to_email));
                tracing::warn!(letter = letter.id.get(), tries, why = %shown, "a letter did not leave");
                outbox::failed(&site.store, &letter, &told, again)?
            }
        };
        if !mine {
            tracing::warn!(letter = letter.id.get(), "another instance took over a letter that was under way");
        }
    }
    Ok(())
}

/// 10 s, 20 s, 40 s … at most one hour.
fn pause(tries: i64) -> TimeDelta {
    let doublings = u32::try_from(tries.clamp(1, 10)).unwrap_or(1);
    TimeDelta::seconds((5_i64 << doublings).min(3600))
}

fn chain(why: &SendFault) -> String {
    use std::error::Error as _;
    why.source().map_or_else(|| why.to_string(), |cause| format!("{why}: {cause}"))
}
