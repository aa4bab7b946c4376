//! Tables as XLSX: real numbers and dates, a frozen bold header with filters, totals.

use chrono::{DateTime, Utc};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::table::{Cell, DataTable, FieldKind};
use crate::calendar::beijing_time;
use crate::money::Fen;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written: {0}")]
pub struct XlsxFault(#[from] XlsxError);

/// The formats of one workbook.
struct Formats {
    header: Format,
    header_right: Format,
    text: Format,
    count: Format,
    money: Format,
    date: Format,
    date_time: Format,
}

/// A workbook with one worksheet per table. `made_at` is written into its properties: the same
/// tables at the same time give the same bytes.
///
/// # Errors
/// A table is larger than a worksheet, or two tables have the same name.
pub fn write(title: &str, tables: &[DataTable], made_at: DateTime<Utc>) -> Result<Vec<u8>, XlsxFault> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_timestamp(made_at.timestamp())?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_author("Suanquan").set_creation_datetime(&made));
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&table.name))?;
        fill(sheet, table)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A worksheet's name has at most 31 characters and none of `[]:*?/\`.
fn sheet_name(name: &str) -> String {
    let clean: String = name.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).take(31).collect();
    let clean = clean.trim();
    if clean.is_empty() { "1".into() } else { clean.into() }
}

fn fill(sheet: &mut Worksheet, table: &DataTable) -> Result<(), XlsxFault> {
    let formats = Formats::new();
    let mut widths: Vec<u16> = Vec::new();
    for (column, field) in (0_u16..).zip(&table.fields) {
        let numeric = matches!(field.kind, FieldKind::Count | FieldKind::Money);
        let format = if numeric { &formats.header_right } else { &formats.header };
        sheet.write_with_format(0, column, field.title.as_str(), format)?;
        // Room for the arrow of the filter.
        widths.push(display_width(&field.title) + 4);
    }
    sheet.set_row_height(0, 22)?;
    let mut row_number = 0;
    for cells in &table.rows {
        row_number += 1;
        write_row(sheet, row_number, cells, &formats, &mut widths)?;
    }
    if let Some(totals) = &table.totals {
        write_row(sheet, row_number + 1, totals, &formats.totals(), &mut widths)?;
    }
    for (column, width) in (0_u16..).zip(widths) {
        sheet.set_column_width(column, width.clamp(6, 60))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    // The totals stay outside the filter, so that they are neither sorted nor hidden.
    if let Some(last) = u16::try_from(table.fields.len()).ok().and_then(|count| count.checked_sub(1)) {
        sheet.autofilter(0, 0, row_number, last)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[Cell], formats: &Formats, widths: &mut [u16]) -> Result<(), XlsxFault> {
    for ((column, cell), width) in (0_u16..).zip(cells).zip(widths) {
        *width = display_width(&cell.shown()).saturating_add(2).max(*width);
        match cell {
            Cell::Empty => sheet.write_blank(row, column, &formats.text)?,
            Cell::Text(text) => sheet.write_string_with_format(row, column, text, &formats.text)?,
            Cell::Count(count) => sheet.write_number_with_format(row, column, number(&count.to_string()), &formats.count)?,
            Cell::Money(fen) => sheet.write_number_with_format(row, column, yuan(*fen), &formats.money)?,
            Cell::Date(date) => sheet.write_datetime_with_format(row, column, excel_date(&date.to_string())?, &formats.date)?,
            Cell::DateTime(at) => {
                let local = beijing_time(*at).format("%Y-%m-%dT%H:%M:%S").to_string();
                sheet.write_datetime_with_format(row, column, excel_date(&local)?, &formats.date_time)?
            }
        };
    }
    Ok(())
}

fn excel_date(text: &str) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(text)
}

/// Spreadsheets know only floats: here, and only here, money becomes one. Its decimal text is
/// read as the nearest float, which prints as the same two decimals up to 10^13 yuan.
fn yuan(amount: Fen) -> f64 {
    number(&amount.plain())
}

fn number(decimal: &str) -> f64 {
    decimal.parse().unwrap_or(f64::NAN)
}

/// In units of a Latin letter; a Chinese character takes two.
fn display_width(text: &str) -> u16 {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

impl Formats {
    fn new() -> Formats {
        let plain = || Format::new().set_font_name("Microsoft YaHei").set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let header = || {
            plain()
                .set_bold()
                .set_background_color(Color::RGB(0x00E4_F0F4))
                .set_font_color(Color::RGB(0x0008_3F52))
                .set_border_bottom(FormatBorder::Medium)
        };
        Formats {
            header: header(),
            header_right: header().set_align(FormatAlign::Right),
            text: plain(),
            count: plain().set_num_format("#,##0"),
            money: plain().set_num_format("#,##0.00"),
            date: plain().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            date_time: plain().set_num_format("yyyy-mm-dd hh:mm").set_align(FormatAlign::Left),
        }
    }

    fn totals(&self) -> Formats {
        let strong = |format: &Format| format.clone().set_bold().set_border_top(FormatBorder::Medium);
        Formats {
            header: self.header.clone(),
            header_right: self.header_right.clone(),
            text: strong(&self.text),
            count: strong(&self.count),
            money: strong(&self.money),
            date: strong(&self.date),
            date_time: strong(&self.date_time),
        }
    }
}

#[cfg(test)]
mod tests;
