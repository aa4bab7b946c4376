//! The papers of the scheme. Each builder takes plain facts, already in the reader's language
//! where they are words, and lays down which sentence stands where.

mod notice;
mod payout_report;
mod payout_sheet;
mod receipt;
mod statement;

pub use notice::{NoticeContact, NoticePaper, NoticeRow, NoticeTier, notice};
pub use payout_report::{PayoutReport, ReportRow, ReportSection, payout_report, payout_report_tables};
pub use payout_sheet::{Payee, PayoutSheet, payout_sheet, payout_sheet_table};
pub use receipt::{Receipt, ReceiptItem, receipt};
pub use statement::{StatementPaper, StatementRow, statement, statement_table};

use crate::lang::Lang;

/// What stands at the foot of every paper.
fn made_by(lang: Lang) -> String {
    lang.pick(
        "由算券系统生成。下方校验码由全部内容算出，内容改动一字，校验码即不同。",
        "Made by Suanquan. The digest below is computed from all content; change one letter and it differs.",
    )
    .into()
}
