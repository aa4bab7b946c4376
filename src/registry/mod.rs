//! Lists of the registries: technology SMEs, high-tech certificates, carriers and their incubatees,
//! enterprises above designated size, advanced service enterprises, dishonest subjects.
//!
//! A list comes as its authority publishes it. [`sheet`] finds the cells of a spreadsheet or CSV file,
//! [`headings`] the columns, [`row`] what one row says of one enterprise, and [`diff`] what changed
//! since the last list. What a row does not say is not made up; [`terms`] has the rules of validity
//! with their sources.

pub mod dates;
pub mod diff;
pub mod headings;
pub mod row;
pub mod sheet;
pub mod terms;

use crate::codes::codes;
use crate::lang::{Lang, Text};
use crate::party::EntryKind;

pub use headings::{Column, Mapping};
pub use row::{Listed, RowFault};

codes! {
    /// What a list is a list of.
    ListKind {
        TechSme = "tech_sme",
        Hightech = "hightech",
        /// 孵化器, 众创空间, 大学科技园: whoever is in one is an incubatee of its level.
        Carrier = "carrier",
        Incubatee = "incubatee",
        AboveDesignatedSize = "above_designated_size",
        AdvancedService = "advanced_service",
        /// 严重失信主体.
        Dishonesty = "dishonesty",
    }
}

codes! {
    /// How a list stands to the one before.
    Scope {
        /// All that holds on its day: who is missing is listed no more.
        Complete = "complete",
        /// One of several of a year: it adds and changes, and ends nothing.
        Batch = "batch",
        /// Only those whose listing was cancelled.
        Withdrawal = "withdrawal",
    }
}

codes! {
    /// What a row comes to when it is compared with the lists before.
    RowOutcome {
        New = "new",
        Changed = "changed",
        Same = "same",
        /// Listed before and not any more.
        Gone = "gone",
        Unreadable = "unreadable",
    }
}

impl ListKind {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            ListKind::TechSme => ("科技型中小企业入库名单", "Technology SME register"),
            ListKind::Hightech => ("高新技术企业名单", "High-tech certificates"),
            ListKind::Carrier => ("孵化载体名单", "Incubation carriers"),
            ListKind::Incubatee => ("在孵企业名单", "Incubatees"),
            ListKind::AboveDesignatedSize => ("规上企业名单", "Above-designated-size enterprises"),
            ListKind::AdvancedService => ("技术先进型服务企业名单", "Advanced technology service enterprises"),
            ListKind::Dishonesty => ("严重失信主体名单", "Dishonest subjects"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    #[must_use]
    pub fn title(self) -> Text {
        Text::new(self.label(Lang::Zh), self.label(Lang::En))
    }

    /// The qualification that a row of the list proves; a carrier and a dishonest subject have none.
    #[must_use]
    pub const fn entry(self) -> Option<EntryKind> {
        match self {
            ListKind::TechSme => Some(EntryKind::TechSme),
            ListKind::Hightech => Some(EntryKind::Hightech),
            ListKind::Incubatee => Some(EntryKind::Incubatee),
            ListKind::AboveDesignatedSize => Some(EntryKind::AboveDesignatedSize),
            ListKind::AdvancedService => Some(EntryKind::AdvancedServiceEnterprise),
            ListKind::Carrier | ListKind::Dishonesty => None,
        }
    }
}

impl Scope {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Scope::Complete => ("完整名单", "the complete list"),
            Scope::Batch => ("分批名单", "one batch"),
            Scope::Withdrawal => ("取消名单", "cancelled listings"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl RowOutcome {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            RowOutcome::New => ("新增", "New"),
            RowOutcome::Changed => ("变更", "Changed"),
            RowOutcome::Same => ("不变", "Unchanged"),
            RowOutcome::Gone => ("退出", "Gone"),
            RowOutcome::Unreadable => ("无法采用", "Cannot be used"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

#[cfg(test)]
mod tests;
