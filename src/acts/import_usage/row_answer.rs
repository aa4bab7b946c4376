//! Where a row of a file ended, and why: for the page, the command line and the report that is kept.

use serde::Serialize;

use crate::acts::record_usage::{EventAnswer, EventStatus};
use crate::codes::codes;
use crate::lang::{Lang, Text};
use crate::metering::event::EventFault;

codes! {
    /// Where a row ended: exactly one of these.
    RowOutcome {
        /// Stored now.
        Accepted = "accepted",
        /// Stored before with the same content; a success.
        Duplicate = "duplicate",
        /// Stored before with another content; nothing was changed, this one is in quarantine.
        Conflict = "conflict",
        /// To be mended in the file.
        Rejected = "rejected",
        /// Kept for a person to decide.
        Quarantined = "quarantined",
        /// Tells of nothing to bill.
        Skipped = "skipped",
    }
}

impl RowOutcome {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            RowOutcome::Accepted => ("已接收", "Accepted"),
            RowOutcome::Duplicate => ("重复（已有）", "Duplicate"),
            RowOutcome::Conflict => ("冲突", "Conflict"),
            RowOutcome::Rejected => ("拒收", "Rejected"),
            RowOutcome::Quarantined => ("待处理", "Quarantined"),
            RowOutcome::Skipped => ("跳过", "Skipped"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    const fn of(status: EventStatus) -> RowOutcome {
        match status {
            EventStatus::Accepted => RowOutcome::Accepted,
            EventStatus::Duplicate => RowOutcome::Duplicate,
            EventStatus::Conflict => RowOutcome::Conflict,
            EventStatus::Rejected => RowOutcome::Rejected,
            EventStatus::Quarantined => RowOutcome::Quarantined,
        }
    }
}

/// What happened to one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowAnswer {
    /// 1 = the first below the header, or the first element of a list.
    pub row: usize,
    /// The id that people look for; empty when the row has none.
    pub label: String,
    pub outcome: RowOutcome,
    /// A code for programs and the field in the file; empty where nothing is wrong.
    pub code: String,
    pub field: String,
    /// Why, and how to mend it.
    pub text: Text,
    /// `shard/seq` of the stored event.
    pub place: String,
}

/// The names of [`RowAnswer::cells`].
pub const COLUMNS: [&str; 8] = ["row", "label", "outcome", "code", "field", "message_zh", "message_en", "event"];

impl RowAnswer {
    pub(super) fn new(row: usize, label: &str, outcome: RowOutcome) -> RowAnswer {
        let (code, field, place) = (String::new(), String::new(), String::new());
        RowAnswer { row, label: label.to_owned(), outcome, code, field, text: Text::default(), place }
    }

    pub(super) fn because(mut self, fault: &EventFault) -> RowAnswer {
        fault.code.as_str().clone_into(&mut self.code);
        fault.field.clone_into(&mut self.field);
        self.text = fault.text.clone();
        self
    }

    /// What became of the row's event.
    pub(super) fn settle(&mut self, told: &EventAnswer) {
        self.outcome = RowOutcome::of(told.status);
        self.place = told.place.map(|(shard, seq)| format!("{shard}/{seq}")).unwrap_or_default();
        if let Some(fault) = &told.fault {
            *self = self.clone().because(fault);
        }
    }

    #[must_use]
    pub fn cells(&self) -> [String; 8] {
        let (label, outcome) = (self.label.clone(), self.outcome.as_str().to_owned());
        let (zh, en) = (self.text.zh.clone(), self.text.en.clone());
        [self.row.to_string(), label, outcome, self.code.clone(), self.field.clone(), zh, en, self.place.clone()]
    }

    /// Reads what [`RowAnswer::cells`] gave.
    #[must_use]
    pub fn of_cells(cells: [String; 8]) -> Option<RowAnswer> {
        let [row, label, outcome, code, field, zh, en, place] = cells;
        let (row, outcome) = (row.parse().ok()?, RowOutcome::parse(&outcome)?);
        Some(RowAnswer { row, label, outcome, code, field, text: Text::new(zh, en), place })
    }
}

/// How many rows ended where; the six add up to the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub rows: i64,
    pub accepted: i64,
    pub duplicate: i64,
    pub conflict: i64,
    pub rejected: i64,
    pub quarantined: i64,
    pub skipped: i64,
}

impl Counts {
    pub(super) fn add(&mut self, outcome: RowOutcome) {
        self.rows += 1;
        let count = match outcome {
            RowOutcome::Accepted => &mut self.accepted,
            RowOutcome::Duplicate => &mut self.duplicate,
            RowOutcome::Conflict => &mut self.conflict,
            RowOutcome::Rejected => &mut self.rejected,
            RowOutcome::Quarantined => &mut self.quarantined,
            RowOutcome::Skipped => &mut self.skipped,
        };
        *count += 1;
    }

    #[must_use]
    pub const fn of(&self, outcome: RowOutcome) -> i64 {
        match outcome {
            RowOutcome::Accepted => self.accepted,
            RowOutcome::Duplicate => self.duplicate,
            RowOutcome::Conflict => self.conflict,
            RowOutcome::Rejected => self.rejected,
            RowOutcome::Quarantined => self.quarantined,
            RowOutcome::Skipped => self.skipped,
        }
    }
}
