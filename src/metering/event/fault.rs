//! Why an event is not taken, with a code for programs and a sentence for people.

use crate::codes::codes;
use crate::lang::Text;

codes! {
    /// Stable codes of the answer per event (metering.md §5.3).
    EventCode {
        BadEnvelope = "bad_envelope",
        BadTime = "bad_time",
        TimeInFuture = "time_in_future",
        NegativeInterval = "negative_interval",
        IntervalTooLong = "interval_too_long",
        UnitsRange = "units_range",
        UnknownSubject = "unknown_subject",
        UnknownResource = "unknown_resource",
        NoContract = "no_contract",
        SourceForbidden = "source_forbidden",
        BackfillForbidden = "backfill_forbidden",
        Overlap = "overlap",
        UnknownTarget = "unknown_target",
        AlreadyVoided = "already_voided",
        DigestMismatch = "digest_mismatch",
        TooLarge = "too_large",
        /// Two figures of a file contradict one another.
        DoesNotAddUp = "does_not_add_up",
        /// Another event of an all-or-nothing call failed.
        NotAtomic = "not_atomic",
    }
}

/// One event and what is wrong with it: the field as in the event (`data.end`), the sentence
/// says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFault {
    pub code: EventCode,
    pub field: &'static str,
    pub text: Text,
}

impl EventFault {
    #[must_use]
    pub fn new(code: EventCode, field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> EventFault {
        EventFault { code, field, text: Text::new(zh, en) }
    }
}

/// `data.end: is before start`, for logs and command lines.
impl std::fmt::Display for EventFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: {}", self.code, self.field, self.text.en)
    }
}
