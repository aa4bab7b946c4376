//! 查进度: where an application stands, for whoever knows its number and the end of the code.

use super::Db;
use crate::acts::Outcome;
use crate::application::State;
use crate::party::Actor;
use crate::store;

/// How many characters of the code are asked for.
pub const END: usize = 6;

/// The state of a submitted application; the same `None` for an unknown number, a wrong end and a
/// draft. The ends are compared without telling by time how many characters were right.
///
/// # Errors
/// A fault of the database.
pub fn look_up(db: &mut Db, number: &str, code_end: &str) -> Outcome<Option<State>> {
    // Nobody has signed in: the end of the code is the proof, and it is looked at below.
    let found = store::known::application(db, &Actor::system(), number)?;
    let code = match &found {
        Some(application) => store::account::enterprise(db, application.enterprise_id)?.map(|firm| firm.uscc),
        None => None,
    };
    let known = code.unwrap_or_else(|| "0".repeat(18));
    let end: String = known.chars().skip(known.chars().count().saturating_sub(END)).collect();
    let same = bool::from(subtle::ConstantTimeEq::ct_eq(end.as_bytes(), code_end.to_ascii_uppercase().as_bytes()));
    Ok(found.filter(|application| same && application.first_submitted_at.is_some()).map(|application| application.state))
}
