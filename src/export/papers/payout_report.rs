//! The payout report: what was paid, by period, tier, enterprise and centre.

use chrono::{DateTime, Utc};

use super::made_by;
use crate::calendar::date_time;
use crate::export::document::{Block, Document, Figure};
use crate::export::table::{Cell, DataTable, Field};
use crate::lang::Lang;
use crate::money::Fen;

/// What a payout report shows. Words are in the language of the paper.
#[derive(Clone, Debug)]
pub struct PayoutReport {
    pub issuer: String,
    /// The span the report covers, in words: 2026年1月至3月.
    pub span: String,
    pub made_at: DateTime<Utc>,
    pub made_by: String,
    pub enterprises: usize,
    /// By period, by tier, by enterprise, by centre; each adds up to the same total.
    pub sections: Vec<ReportSection>,
}

#[derive(Clone, Debug)]
pub struct ReportSection {
    /// 按券种.
    pub title: String,
    /// What its rows are: 券种.
    pub row_title: String,
    pub rows: Vec<ReportRow>,
}

#[derive(Clone, Debug)]
pub struct ReportRow {
    pub label: String,
    /// Payments made.
    pub payments: usize,
    /// The accepted base the subsidies were computed from.
    pub accepted: Fen,
    pub paid: Fen,
}

#[must_use]
pub fn payout_report(report: &PayoutReport, lang: Lang) -> Document {
    let mut document = Document::new(lang, &report.issuer, lang.pick("算力创新券补贴拨付情况报告", "Compute voucher payout report"));
    document.subtitle.clone_from(&report.span);
    document.footer = made_by(lang);
    document.meta = [
        (lang.pick("生成时间（北京时间）", "Made (Beijing time)"), date_time(report.made_at, lang)),
        (lang.pick("制表人", "Made by"), report.made_by.clone()),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .to_vec();
    let first = report.sections.first();
    let payments: usize = first.map_or(0, |section| section.rows.iter().map(|row| row.payments).sum());
    let paid: Fen = first.map_or(Fen::ZERO, |section| section.rows.iter().map(|row| row.paid).sum());
    let figure = |label: &str, value: String, detail: String| Figure { label: label.into(), value, detail };
    document.blocks.push(Block::Figures(vec![
        figure(lang.pick("已拨付", "Paid"), paid.display(), paid.in_words()),
        figure(lang.pick("笔数", "Payments"), payments.to_string(), String::new()),
        figure(lang.pick("受益企业", "Enterprises"), report.enterprises.to_string(), String::new()),
    ]));
    for table in payout_report_tables(report, lang) {
        document.blocks.push(Block::Heading(table.name.clone()));
        document.blocks.push(Block::Table(table.to_paper()));
    }
    document
}

/// One table per section, for the paper, XLSX (one worksheet each) and CSV alike.
#[must_use]
pub fn payout_report_tables(report: &PayoutReport, lang: Lang) -> Vec<DataTable> {
    let table = |section: &ReportSection| {
        let fields = vec![
            Field::text(&section.row_title, 1),
            Field::count(lang.pick("笔数", "Payments")),
            Field::money(lang.pick("核定金额（元）", "Accepted (CNY)")),
            Field::money(lang.pick("已拨付（元）", "Paid (CNY)")),
        ];
        let mut table = DataTable::new(&section.title, fields);
        table.rows = section
            .rows
            .iter()
            .map(|row| vec![Cell::text(&row.label), Cell::count(row.payments), Cell::Money(row.accepted), Cell::Money(row.paid)])
            .collect();
        table.total(lang);
        table
    };
    report.sections.iter().map(table).collect()
}
