//! A table of typed cells: one report, set as XLSX, CSV or part of a paper.

use chrono::{DateTime, NaiveDate, Utc};

use super::document::{Align, Column, Row, RowKind, Table, Width};
use crate::calendar::beijing_time;
use crate::lang::Lang;
use crate::money::Fen;

/// A named table with typed columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTable {
    /// The worksheet's name and the heading on paper.
    pub name: String,
    pub fields: Vec<Field>,
    pub rows: Vec<Vec<Cell>>,
    /// The last row, when the table adds up.
    pub totals: Option<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub title: String,
    pub kind: FieldKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// The running number.
    Index,
    /// Free text; takes this share of the paper's width.
    Text(u16),
    /// A number, code or account that is text: never rounded, never in scientific notation.
    Code,
    Count,
    /// Yuan with two decimals.
    Money,
    Date,
    /// Beijing date and time to the minute.
    DateTime,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Count(i64),
    Money(Fen),
    Date(NaiveDate),
    DateTime(DateTime<Utc>),
}

impl Cell {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    #[must_use]
    pub fn count(count: usize) -> Cell {
        Cell::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// As people read it; dates as `2026-03-02`.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Cell::Money(fen) if *fen < Fen::ZERO => format!("−{}", fen.grouped_abs()),
            Cell::Money(fen) => fen.grouped_abs(),
            other => other.plain(),
        }
    }

    /// As machines read it: money as `1234.50`.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Money(fen) => fen.plain(),
            Cell::Date(date) => date.to_string(),
            Cell::DateTime(at) => beijing_time(*at).format("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

impl Field {
    fn new(title: impl Into<String>, kind: FieldKind) -> Field {
        Field { title: title.into(), kind }
    }

    #[must_use]
    pub fn index(title: impl Into<String>) -> Field {
        Field::new(title, FieldKind::Index)
    }

    #[must_use]
    pub fn text(title: impl Into<String>, share: u16) -> Field {
        Field::new(title, FieldKind::Text(share))
    }

    #[must_use]
    pub fn code(title: impl Into<String>) -> Field {
        Field::new(title, FieldKind::Code)
    }

    #[must_use]
    pub fn count(title: impl Into<String>) -> Field {
        Field::new(title, FieldKind::Count)
    }

    #[must_use]
    pub fn money(title: impl Into<String>) -> Field {
        Field::new(title, FieldKind::Money)
    }

    #[must_use]
    pub fn date(title: impl Into<String>) -> Field {
        Field::new(title, FieldKind::Date)
    }

    #[must_use]
    pub fn date_time(title: impl Into<String>) -> Field {
        Field::new(title, FieldKind::DateTime)
    }
}

impl DataTable {
    #[must_use]
    pub fn new(name: impl Into<String>, fields: Vec<Field>) -> DataTable {
        DataTable { name: name.into(), fields, rows: Vec::new(), totals: None }
    }

    /// Adds the last row: money and counts summed, 合计 in the first column of words.
    pub fn total(&mut self, lang: Lang) {
        let label = self.fields.iter().position(|field| matches!(field.kind, FieldKind::Text(_) | FieldKind::Code));
        let sums = self.fields.iter().enumerate().map(|(index, field)| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            match field.kind {
                FieldKind::Money => Cell::Money(cells.filter_map(|cell| if let Cell::Money(fen) = cell { Some(*fen) } else { None }).sum()),
                FieldKind::Count => {
                    Cell::Count(cells.filter_map(|cell| if let Cell::Count(count) = cell { Some(*count) } else { None }).sum())
                }
                _ if label == Some(index) => Cell::text(lang.pick("合计", "Total")),
                _ => Cell::Empty,
            }
        });
        self.totals = Some(sums.collect());
    }

    /// The table as part of a paper.
    #[must_use]
    pub fn to_paper(&self) -> Table {
        let column = |field: &Field| {
            let (align, width) = match field.kind {
                FieldKind::Index => (Align::Centre, Width::Fit),
                FieldKind::Text(share) => (Align::Left, Width::Share(share)),
                FieldKind::Code | FieldKind::Date | FieldKind::DateTime => (Align::Left, Width::Fit),
                FieldKind::Count | FieldKind::Money => (Align::Right, Width::Fit),
            };
            Column { title: field.title.clone(), align, width }
        };
        let row = |kind, cells: &Vec<Cell>| Row { kind, cells: cells.iter().map(Cell::shown).collect() };
        let mut rows: Vec<Row> = self.rows.iter().map(|cells| row(RowKind::Plain, cells)).collect();
        rows.extend(self.totals.iter().map(|cells| row(RowKind::Total, cells)));
        Table { caption: String::new(), columns: self.fields.iter().map(column).collect(), rows }
    }
}

#[cfg(test)]
mod tests;
