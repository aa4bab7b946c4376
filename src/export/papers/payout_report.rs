//! The payout report: what was paid, what came back and what is left of it, by period, tier,
//! enterprise and centre.

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
    /// Clawbacks that arrived.
    pub recovered: Fen,
}

impl ReportRow {
    /// Paid less recovered; below zero where more came back than was paid.
    #[must_use]
    pub fn net(&self) -> Fen {
        self.paid - self.recovered
    }
}

impl ReportSection {
    /// The sums of the rows, without a label.
    #[must_use]
    pub fn total(&self) -> ReportRow {
        let mut total = ReportRow { label: String::new(), payments: 0, accepted: Fen::ZERO, paid: Fen::ZERO, recovered: Fen::ZERO };
        for row in &self.rows {
            total.payments += row.payments;
            total.accepted += row.accepted;
            total.paid += row.paid;
            total.recovered += row.recovered;
        }
        total
    }
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
    let figure = |label: &str, value: String, detail: String| Figure { label: label.into(), value, detail };
    if let Some(total) = report.sections.first().map(ReportSection::total) {
        let back = total.recovered.display();
        document.blocks.push(Block::Figures(vec![
            figure(lang.pick("已拨付", "Paid"), total.paid.display(), total.paid.in_words()),
            figure(lang.pick("净拨付", "Net"), total.net().display(), lang.pick(format!("已追回 {back}"), format!("recovered {back}"))),
            figure(lang.pick("笔数", "Payments"), total.payments.to_string(), String::new()),
            figure(lang.pick("受益企业", "Enterprises"), report.enterprises.to_string(), String::new()),
        ]));
    }
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
            Field::money(lang.pick("已追回（元）", "Recovered (CNY)")),
            Field::money(lang.pick("净拨付（元）", "Net (CNY)")),
        ];
        let mut table = DataTable::new(&section.title, fields);
        table.rows = section
            .rows
            .iter()
            .map(|row| {
                let money = [row.accepted, row.paid, row.recovered, row.net()].map(Cell::Money);
                [vec![Cell::text(&row.label), Cell::count(row.payments)], money.to_vec()].concat()
            })
            .collect();
        table.total(lang);
        table
    };
    report.sections.iter().map(table).collect()
}
