//! Why an act did not happen: the rules said no, somebody else was faster, or the machine failed.

use chrono::NaiveDateTime;

use crate::application::{ActKind, State};
use crate::lang::Text;
use crate::store::Fault;

/// The rules said no, in words for the person and a code for machines. `field` links the message
/// to the form's field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub field: Option<String>,
    pub text: Text,
}

/// Somebody else changed what the actor was looking at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub who: String,
    pub at: Option<NaiveDateTime>,
    pub act: Option<ActKind>,
    pub state: State,
}

/// Why an act did not happen.
#[derive(Debug)]
pub enum ActError {
    /// One or more reasons, shown beside their fields.
    Refused(Vec<Refusal>),
    /// There is no such thing, or it belongs to somebody else.
    NotFound,
    /// The actor's role does not allow it.
    NotAllowed,
    Stale(Stale),
    /// The client used its key for another request before.
    KeyReused,
    Fault(Fault),
}

pub type Outcome<T> = Result<T, ActError>;

impl From<Fault> for ActError {
    fn from(fault: Fault) -> Self {
        ActError::Fault(fault)
    }
}

/// One refusal without a field.
pub fn refuse<T>(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Outcome<T> {
    Err(ActError::Refused(vec![Refusal { code, field: None, text: Text::new(zh, en) }]))
}

/// One refusal that belongs to a field of the form.
pub fn refuse_field<T>(code: &'static str, field: &str, zh: impl Into<String>, en: impl Into<String>) -> Outcome<T> {
    Err(ActError::Refused(vec![Refusal { code, field: Some(field.to_owned()), text: Text::new(zh, en) }]))
}

/// Is a text short enough? The fields of our pages stop there by themselves, other programs do not.
///
/// # Errors
/// `too_long`, beside its field.
pub fn no_longer_than(most: usize, field: &str, text: &str) -> Outcome<()> {
    let length = text.chars().count();
    if length <= most {
        return Ok(());
    }
    let (zh, en) = (format!("最多 {most} 个字，现在有 {length} 个。"), format!("At most {most} characters; there are {length}."));
    refuse_field("too_long", field, zh, en)
}
