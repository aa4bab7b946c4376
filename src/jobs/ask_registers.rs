//! Asks the registers what submissions want to know. A register that is down is asked again later,
//! and rests after several failures; nothing else waits for it.

use std::time::{Duration, Instant};

use crate::acts::register_checks::{Ended, due, end_register_check};
use crate::acts::{ActError, Fault, perform};
use crate::party::Actor;
use crate::register::{NoAnswer, Register};
use crate::web::site::Site;

/// Questions of one round. It ends with the first failure, so that a register that hangs holds the
/// other jobs up for no longer than its timeout.
const ROUND: i64 = 20;
/// A round ends after this time too, for registers that answer slowly; the rest is asked in the next.
const LONGEST: Duration = Duration::from_secs(5);

/// One round.
///
/// # Errors
/// A fault of the database while looking.
pub fn run(site: &Site) -> Result<(), Fault> {
    let (system, now) = (Actor::system(), site.clock.now());
    let asked = match perform(&site.store, &site.house, &system, now, |act| due(act, ROUND)) {
        Ok(asked) => asked,
        Err(ActError::Fault(fault)) => return Err(fault),
        Err(other) => {
            tracing::error!(?other, "no register could be asked");
            return Ok(());
        }
    };
    let begun = Instant::now();
    for (check, kind, uscc) in asked {
        let register = site.config.registers.get(kind.as_str()).map_or(Register::Lists, Register::Online);
        let ended = match register.ask(&site.store, kind, &uscc, now.naive_utc()) {
            Ok(answer) => {
                Ended::Answered { found: answer.found, source: answer.source, sha256: answer.sha256, evidence: answer.evidence.to_string() }
            }
            Err(why) => {
                tracing::warn!(register = check.register, %why, "a register did not answer");
                Ended::Failed { senseless: matches!(why, NoAnswer::Nonsense(_)), why: why.to_string() }
            }
        };
        let kept = perform(&site.store, &site.house, &system, site.clock.now(), |act| end_register_check(act, &check, &ended));
        if let Err(error) = kept {
            tracing::error!(register = check.register, ?error, "an answer of a register could not be kept");
        }
        if matches!(ended, Ended::Failed { .. }) || begun.elapsed() > LONGEST {
            break;
        }
    }
    Ok(())
}
