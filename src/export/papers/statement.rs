//! A statement (对账单) on paper, and its lines as a table for CSV.

use super::made_by;
use crate::export::document::{Block, Document, Figure, Sides};
use crate::export::table::{Cell, DataTable, Field};
use crate::lang::Lang;
use crate::money::Fen;

/// What a statement shows. Words are in the language of the paper.
#[derive(Clone, Debug)]
pub struct StatementPaper {
    /// The centre.
    pub issuer: String,
    pub number: String,
    /// Where it stands.
    pub state: String,
    /// Parties, contract, month and day of issue.
    pub facts: Vec<(String, String)>,
    pub lines: Vec<StatementRow>,
    /// From the total down to what is left to pay.
    pub sums: Vec<(String, String)>,
    pub total: Fen,
    pub payable: Fen,
    /// Root of the events, digest, signature, key.
    pub seals: Vec<(String, String)>,
    /// Hexadecimal; stands at the foot of every page.
    pub digest: String,
}

/// One line.
#[derive(Clone, Debug)]
pub struct StatementRow {
    pub month: String,
    pub resource: String,
    /// Partition and quality of service, price tier, version of the tariff.
    pub detail: String,
    /// The line it takes back or stands for; may be empty.
    pub corrects: String,
    /// In unit-hours.
    pub quantity: String,
    pub unit: String,
    pub price: String,
    pub amount: Fen,
}

#[must_use]
pub fn statement(paper: &StatementPaper, lang: Lang) -> Document {
    let mut document = Document::new(lang, &paper.issuer, lang.pick("算力服务对账单", "Statement of compute services"));
    document.sides = Sides::Landscape;
    document.number.clone_from(&paper.number);
    document.footer = made_by(lang);
    document.digest = Some(paper.digest.clone());
    document.meta.clone_from(&paper.facts);
    document.meta.push((lang.pick("状态", "State").to_owned(), paper.state.clone()));
    let words = format!("{}{}", lang.pick("人民币（大写）：", "In words: "), paper.payable.in_words());
    document.blocks.push(Block::Figures(vec![
        Figure { label: lang.pick("合计", "Total").into(), value: paper.total.display(), detail: String::new() },
        Figure { label: lang.pick("应付金额", "To be paid").into(), value: paper.payable.display(), detail: words },
    ]));
    document.blocks.push(Block::Table(statement_table(paper, lang).to_paper()));
    document.blocks.push(Block::KeyValues(paper.sums.clone()));
    document.blocks.push(Block::Heading(lang.pick("摘要与签名", "Digest and signature").into()));
    document.blocks.push(Block::KeyValues(paper.seals.clone()));
    document
}

/// The lines of a statement, for the paper and CSV alike.
#[must_use]
pub fn statement_table(paper: &StatementPaper, lang: Lang) -> DataTable {
    let fields = vec![
        Field::index(lang.pick("行", "Line")),
        Field::code(lang.pick("月份", "Month")),
        Field::text(lang.pick("资源", "Resource"), 8),
        Field::text(lang.pick("计价", "Pricing"), 8),
        Field::text(lang.pick("更正的行", "Corrects"), 6),
        Field::code(lang.pick("用量", "Quantity")),
        Field::code(lang.pick("单位", "Unit")),
        Field::code(lang.pick("单价（元）", "Unit price (CNY)")),
        Field::money(lang.pick("金额（元）", "Amount (CNY)")),
    ];
    let mut table = DataTable::new(lang.pick("对账单", "Statement"), fields);
    for (index, row) in paper.lines.iter().enumerate() {
        table.rows.push(vec![
            Cell::count(index + 1),
            Cell::text(&row.month),
            Cell::text(&row.resource),
            Cell::text(&row.detail),
            Cell::text(&row.corrects),
            Cell::text(&row.quantity),
            Cell::text(&row.unit),
            Cell::text(&row.price),
            Cell::Money(row.amount),
        ]);
    }
    table.total(lang);
    table
}
