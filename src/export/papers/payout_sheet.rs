//! The payout sheet (拨付清单) that finance signs and the bank pays from.

use chrono::NaiveDate;

use super::made_by;
use crate::calendar::full_date;
use crate::export::document::{Block, Document, Figure, Sides, Signature};
use crate::export::table::{Cell, DataTable, Field};
use crate::lang::Lang;
use crate::money::Fen;

/// What a payout sheet shows. Words are in the language of the paper.
#[derive(Clone, Debug)]
pub struct PayoutSheet {
    pub issuer: String,
    /// The batch's document number.
    pub number: String,
    pub tier: String,
    /// The appropriation that pays, with its document number.
    pub appropriation: String,
    /// The public notice the payees stood on.
    pub notice: String,
    pub drawn_up_on: NaiveDate,
    pub maker: String,
    /// Empty until approved.
    pub approver: String,
    pub payees: Vec<Payee>,
}

/// One line of a payout sheet.
#[derive(Clone, Debug)]
pub struct Payee {
    pub application: String,
    pub name: String,
    pub bank: String,
    /// The bank's CNAPS code (联行号).
    pub cnaps: String,
    pub account: String,
    pub amount: Fen,
    /// State or remark; may be empty.
    pub remark: String,
}

#[must_use]
pub fn payout_sheet(paper: &PayoutSheet, lang: Lang) -> Document {
    let mut document = Document::new(lang, &paper.issuer, lang.pick("算力创新券补贴拨付清单", "Compute voucher payout sheet"));
    let total: Fen = paper.payees.iter().map(|payee| payee.amount).sum();
    document.sides = Sides::Landscape;
    document.number.clone_from(&paper.number);
    document.footer = made_by(lang);
    let facts = [
        (lang.pick("批次号", "Batch"), paper.number.clone()),
        (lang.pick("制表日期", "Drawn up on"), full_date(paper.drawn_up_on, lang)),
        (lang.pick("券种", "Voucher"), paper.tier.clone()),
        (lang.pick("资金来源", "Appropriation"), paper.appropriation.clone()),
        (lang.pick("公示文号", "Public notice"), paper.notice.clone()),
    ];
    document.meta = facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(label, value)| (label.to_owned(), value)).collect();
    document.blocks.push(Block::Figures(vec![
        Figure { label: lang.pick("收款单位", "Payees").into(), value: paper.payees.len().to_string(), detail: String::new() },
        Figure {
            label: lang.pick("拨付总额", "Total").into(),
            value: total.display(),
            detail: format!("{}{}", lang.pick("人民币（大写）：", "In words: "), total.in_words()),
        },
    ]));
    document.blocks.push(Block::Table(payout_sheet_table(paper, lang).to_paper()));
    let person =
        |role: &str, name: &str| Signature { role: role.into(), name: name.into(), date_label: lang.pick("日期：", "Date:").into() };
    document.blocks.push(Block::Signatures(vec![
        person(lang.pick("制单人", "Maker"), &paper.maker),
        person(lang.pick("审批人（与制单人不得为同一人）", "Approver (never the maker)"), &paper.approver),
        person(lang.pick("财务专用章", "Finance seal"), ""),
    ]));
    document
}

/// The lines of the sheet, for the paper, XLSX and CSV alike.
#[must_use]
pub fn payout_sheet_table(paper: &PayoutSheet, lang: Lang) -> DataTable {
    let fields = vec![
        Field::index(lang.pick("序号", "No.")),
        Field::code(lang.pick("申请编号", "Application")),
        Field::text(lang.pick("收款单位", "Payee"), 12),
        Field::text(lang.pick("开户银行", "Bank"), 11),
        Field::code(lang.pick("联行号", "CNAPS")),
        Field::code(lang.pick("账号", "Account")),
        Field::money(lang.pick("金额（元）", "Amount (CNY)")),
        Field::text(lang.pick("备注", "Remark"), 5),
    ];
    let mut table = DataTable::new(lang.pick("拨付清单", "Payout sheet"), fields);
    for (index, payee) in paper.payees.iter().enumerate() {
        table.rows.push(vec![
            Cell::count(index + 1),
            Cell::text(&payee.application),
            Cell::text(&payee.name),
            Cell::text(&payee.bank),
            Cell::text(&payee.cnaps),
            Cell::text(&payee.account),
            Cell::Money(payee.amount),
            Cell::text(&payee.remark),
        ]);
    }
    table.total(lang);
    table
}
