//! CSV, one row per line. A cell of a meter's file never holds a line break, so each line is cut by
//! itself: a quotation mark that is never closed spoils its own line and no other.

use super::flat_row::{FlatRow, NAMES, REQUIRED};
use super::header::Header;
use super::{FileFault, ImportRow, ImportSettings, RowRead, Rows};
use crate::metering::event::{EventCode, EventFault};
use crate::metering::moment::Moment;

pub(super) fn rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let required: Vec<&str> = REQUIRED.into_iter().filter(|name| *name != "resource" || settings.map.resource.is_empty()).collect();
    let (header, lines) = table(text, &NAMES, &required, settings)?;
    Ok(Box::new(lines.map(move |(row, raw, cells)| match checked(cells, header.width) {
        Cells::Blank => ImportRow::new(row, "", RowRead::empty_line()),
        Cells::Broken(fault) => ImportRow::new(row, "", RowRead::Rejected(fault)),
        Cells::Whole(cells) => FlatRow { row, raw, cells: NAMES.map(|name| header.cell(&cells, name).to_owned()) }.read(settings, now),
    })))
}

/// A numbered line: 1 = the first below the header, the text, its cells.
pub(super) type Line<'a> = (usize, &'a str, Option<Vec<String>>);

/// The header of a CSV file and the lines below it.
pub(super) fn table<'a>(
    text: &'a str,
    names: &[&'static str],
    required: &[&str],
    settings: &ImportSettings,
) -> Result<(Header, impl Iterator<Item = Line<'a>> + use<'a>), FileFault> {
    let mut lines = text.lines();
    let first = lines.next().and_then(cells).ok_or(FileFault::Empty)?;
    let header = Header::read(&first, names, required, Some(&settings.map.columns))?;
    Ok((header, lines.enumerate().map(|(at, line)| (at + 1, line, cells(line)))))
}

/// What a line is worth.
pub(super) enum Cells {
    Blank,
    Broken(EventFault),
    Whole(Vec<String>),
}

pub(super) fn checked(cells: Option<Vec<String>>, width: usize) -> Cells {
    let Some(cells) = cells else {
        let (zh, en) = ("引号没有成对", "a quotation mark is not closed, or stands inside a cell");
        return Cells::Broken(EventFault::new(EventCode::BadEnvelope, "row", zh, en));
    };
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Cells::Blank;
    }
    if cells.len() == width {
        return Cells::Whole(cells);
    }
    let found = cells.len();
    let (zh, en) = (format!("有 {found} 个单元格，表头有 {width} 个"), format!("has {found} cells where the header has {width}"));
    Cells::Broken(EventFault::new(EventCode::BadEnvelope, "row", zh, en))
}

/// The cells of one line (RFC 4180); `None` when its quotation marks do not pair.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = Vec::with_capacity(12);
    let mut rest = line;
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            let (cell, after) = rest.split_once(',').map_or((rest, None), |(cell, after)| (cell, Some(after)));
            if cell.contains('"') {
                return None;
            }
            cells.push(cell.to_owned());
            match after {
                Some(after) => rest = after,
                None => return Some(cells),
            }
            continue;
        };
        let mut cell = String::new();
        let mut inside = quoted;
        let after = loop {
            let (part, after) = inside.split_once('"')?;
            cell.push_str(part);
            // Two quotation marks in a cell are one.
            let Some(next) = after.strip_prefix('"') else { break after };
            cell.push('"');
            inside = next;
        };
        cells.push(cell);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Some(cells),
            None => return None,
        }
    }
}
