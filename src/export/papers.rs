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

use super::document::{Block, Document};
use crate::calendar::date_time;
use crate::lang::Lang;
use crate::reports::trail::TrailMark;

/// What stands at the foot of every paper.
fn made_by(lang: Lang) -> String {
    lang.pick(
        "由算券系统生成。下方校验码由全部内容算出，内容改动一字，校验码即不同。",
        "Made by Suanquan. The digest below is computed from all content; change one letter and it differs.",
    )
    .into()
}

/// The trail's checkpoint at the end of a paper: whoever holds the paper can show later that nothing
/// before it was rewritten.
#[must_use]
pub fn with_trail_mark(mut document: Document, mark: Option<&TrailMark>, lang: Lang) -> Document {
    if let Some(mark) = mark {
        document.blocks.push(Block::Small(trail_words(mark, lang)));
    }
    document
}

/// The checkpoint in words: 审计链 4217 条 · 根 3f0c a1b2 c3d4 e5f6.
#[must_use]
pub fn trail_words(mark: &TrailMark, lang: Lang) -> String {
    let TrailMark { size, short_root, signed_at } = mark;
    let time = date_time(signed_at.and_utc(), lang);
    match lang {
        Lang::Zh => format!("审计链校验点：共 {size} 条，根 {short_root}，{time} 签名。"),
        Lang::En => format!("Checkpoint of the audit trail: {size} lines, root {short_root}, signed {time}."),
    }
}
