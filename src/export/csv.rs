//! Tables as CSV: UTF-8 with a byte order mark, so that Excel reads Chinese, CRLF, and no cell
//! that a spreadsheet would take for a formula.

use super::table::{Cell, DataTable};

/// Excel takes a file without it for the system's old code page.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a table could not be written as CSV.
#[derive(Debug, thiserror::Error)]
#[error("the CSV could not be written: {0}")]
pub struct CsvFault(String);

/// Records as they are, without a byte order mark: for programs, not for Excel. Text of others goes
/// through [`guarded`] first.
///
/// # Errors
/// The records are not of one length.
pub fn rows<R: IntoIterator<Item = String>>(records: impl Iterator<Item = R>) -> Result<Vec<u8>, CsvFault> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record.into_iter().map(String::into_bytes)).map_err(|why| CsvFault(why.to_string()))?;
    }
    writer.into_inner().map_err(|why| CsvFault(why.to_string()))
}

/// Header, rows and totals. Money is `1234.50`, dates are `2026-03-02`; text that begins with
/// `= + - @`, a tab or a line end gets a leading apostrophe (CSV injection); so do their full-width twins.
///
/// # Errors
/// A row has another number of cells than the header.
pub fn write(table: &DataTable) -> Result<Vec<u8>, CsvFault> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    let fault = |why: csv::Error| CsvFault(why.to_string());
    writer.write_record(table.fields.iter().map(|field| guarded(&field.title))).map_err(fault)?;
    for row in table.rows.iter().chain(&table.totals) {
        writer.write_record(row.iter().map(cell)).map_err(fault)?;
    }
    writer.into_inner().map_err(|why| CsvFault(why.to_string()))
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text),
        other => other.plain(),
    }
}

/// Text that no spreadsheet takes for a formula.
#[must_use]
pub fn guarded(text: &str) -> String {
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if dangerous { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
