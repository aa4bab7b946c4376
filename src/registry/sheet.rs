//! The cells of a list, whatever program wrote it: XLSX, or CSV in UTF-8 or GB18030 with commas,
//! tabs or semicolons.
//!
//! Cells are read as a stream and every bound is checked before anything is kept: a spreadsheet of
//! 1.4 KB can claim seventeen billion cells. All the same this runs in a child with limits only
//! (reliability.md §0, point 6).

use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader as _, Xlsx};
use encoding_rs::{GB18030, UTF_8};
use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::lang::Text;

/// Rows with something in them.
pub const MAX_ROWS: usize = 200_000;
/// Columns of a list; the widest known has some twenty.
pub const MAX_COLUMNS: usize = 60;
/// Characters of one cell.
pub const MAX_CELL: usize = 500;
/// Characters of a whole list.
const MAX_TEXT: usize = 64 * 1024 * 1024;
const MAX_MERGED: usize = 20_000;
/// Above this a number of a spreadsheet has lost digits.
const EXACT: i64 = 1 << 53;

/// One row with something in it. Rows are counted as the spreadsheet program shows them, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub number: u32,
    pub cells: Vec<String>,
}

codes! {
    /// Why a file is no list.
    SheetFault {
        Empty = "empty",
        NotAList = "not_a_list",
        /// The form of Excel before 2007.
        OldExcel = "old_excel",
        Encrypted = "encrypted",
        Damaged = "damaged",
        UnknownEncoding = "unknown_encoding",
        TooManyRows = "too_many_rows",
        TooManyColumns = "too_many_columns",
        TooMuchText = "too_much_text",
        /// The reading process was ended by its limits.
        OverLimits = "over_limits",
    }
}

impl SheetFault {
    /// What is wrong with the file and how to mend it.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            SheetFault::Empty => ("文件里没有内容，请核对后重新选择。", "The file is empty; check it and choose again."),
            SheetFault::NotAList => (
                "这不是 XLSX 或 CSV 文件（图片、PDF 或其他格式不能导入）。请向名单的发布单位索取表格文件。",
                "This is no XLSX or CSV file; pictures and PDF cannot be imported. Ask the publisher for the spreadsheet.",
            ),
            SheetFault::OldExcel => (
                "这是旧版 Excel 文件（.xls）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。",
                "This is a file of old Excel (.xls). Open it and save it as .xlsx.",
            ),
            SheetFault::Encrypted => {
                ("文件设有密码，请取消密码后再导入。", "The file has a password; remove it and choose the file again.")
            }
            SheetFault::Damaged => (
                "文件已损坏，读不出表格。请重新下载或重新保存。",
                "The file is damaged and no table can be read. Download or save it again.",
            ),
            SheetFault::UnknownEncoding => (
                "文本编码既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 的 CSV 或 .xlsx。",
                "The text is neither UTF-8 nor GB18030. Save it as CSV in UTF-8 or as .xlsx.",
            ),
            SheetFault::TooManyRows => {
                ("超过 20 万行，请分成几个文件，按「分批名单」导入。", "More than 200,000 rows; split the file and import it as batches.")
            }
            SheetFault::TooManyColumns => (
                "有内容的列超过 60 列。请删去名单以外的列（也可能在很远的单元格里误填了内容）后再导入。",
                "More than 60 columns hold something. Remove what is no part of the list, perhaps a stray cell far to the right.",
            ),
            SheetFault::TooMuchText => (
                "单元格文字过长或总量过大，不像名单。请只保留名单的列。",
                "Cells hold too much text for a list. Keep the list's own columns only.",
            ),
            SheetFault::OverLimits => (
                "读取这个文件所需的时间或内存超出限制，已停止。请另存为 CSV，只保留名单的行和列。",
                "Reading the file took more time or memory than allowed and was stopped. Save it as CSV with the list's rows and columns only.",
            ),
        };
        Text::new(zh, en)
    }
}

/// Hands every row with something in it to `sink`.
///
/// # Errors
/// The first reason why the file is no list.
pub fn read(bytes: &[u8], sink: &mut dyn FnMut(Row)) -> Result<(), SheetFault> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SheetFault::Empty);
    }
    let mut bounded = Bounded { sink, rows: 0, text: 0 };
    if bytes.starts_with(b"PK\x03\x04") {
        spreadsheet(bytes, &mut bounded)?;
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        // Word of the stream that holds an encrypted package, in UTF-16.
        let encrypted: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
        let holds = bytes.windows(encrypted.len()).any(|window| window == encrypted.as_slice());
        return Err(if holds { SheetFault::Encrypted } else { SheetFault::OldExcel });
    } else {
        separated(&decoded(bytes)?, &mut bounded)?;
    }
    if bounded.rows == 0 { Err(SheetFault::Empty) } else { Ok(()) }
}

/// Counts what is handed on.
struct Bounded<'a> {
    sink: &'a mut dyn FnMut(Row),
    rows: usize,
    text: usize,
}

impl Bounded<'_> {
    fn push(&mut self, number: u32, mut cells: Vec<String>) -> Result<(), SheetFault> {
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            return Ok(());
        }
        if cells.len() > MAX_COLUMNS {
            return Err(SheetFault::TooManyColumns);
        }
        self.rows += 1;
        self.text += cells.iter().map(String::len).sum::<usize>();
        if self.rows > MAX_ROWS {
            return Err(SheetFault::TooManyRows);
        }
        if self.text > MAX_TEXT {
            return Err(SheetFault::TooMuchText);
        }
        (self.sink)(Row { number, cells });
        Ok(())
    }
}

/// One line without control characters, at most [`MAX_CELL`] characters.
fn tidy(text: &str) -> String {
    let line: String = text.chars().take(MAX_CELL).map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().to_owned()
}

fn decoded(bytes: &[u8]) -> Result<String, SheetFault> {
    if bytes.starts_with(b"%PDF-") || bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"<") {
        return Err(SheetFault::NotAList);
    }
    // Excel writes its "Unicode text" with a mark; `decode` follows the mark of UTF-8 and UTF-16.
    let (text, used, broken) = UTF_8.decode(bytes);
    let text = if broken && used == UTF_8 { GB18030.decode_without_bom_handling_and_without_replacement(bytes) } else { Some(text) };
    let text = text.ok_or(SheetFault::UnknownEncoding)?;
    if text.contains('\0') {
        return Err(SheetFault::NotAList);
    }
    // Of two marks that end a line the reader counts the second one with the next row.
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The separator is what the lines of the beginning have most of.
fn separator(text: &str) -> u8 {
    let beginning: String = text.lines().take(40).collect();
    let count = |mark: char| beginning.chars().filter(|c| *c == mark).count();
    let marks = [(b',', count(',')), (b'\t', count('\t')), (b';', count(';'))];
    marks.into_iter().rev().max_by_key(|(_, found)| *found).map_or(b',', |(mark, _)| mark)
}

fn separated(text: &str, out: &mut Bounded<'_>) -> Result<(), SheetFault> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(text)).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| SheetFault::Damaged)? {
        // The reader passes over empty lines, and says where it began to.
        let place = record.position().map_or((0, 0), |place| (place.line(), place.byte()));
        let rest = usize::try_from(place.1).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
        let line = (place.0..).zip(rest).find(|(_, byte)| **byte != b'\n').map_or(place.0, |(line, _)| line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.iter().any(|cell| cell.len() > MAX_CELL * 16) {
            return Err(SheetFault::TooMuchText);
        }
        let cells = record.iter().map(tidy).take(MAX_COLUMNS * 20).collect();
        out.push(u32::try_from(line).map_err(|_| SheetFault::TooManyRows)?, cells)?;
    }
    Ok(())
}

/// The first sheet that holds anything.
fn spreadsheet(bytes: &[u8], out: &mut Bounded<'_>) -> Result<(), SheetFault> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|why| match why {
        calamine::XlsxError::Password => SheetFault::Encrypted,
        // An archive without a workbook: a text document, an OFD, a folder.
        calamine::XlsxError::FileNotFound(_) => SheetFault::NotAList,
        _ => SheetFault::Damaged,
    })?;
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).map_err(|_| SheetFault::Damaged)?;
        let before = out.rows;
        cells_of(&mut book, &name, &merged, out)?;
        if out.rows > before {
            return Ok(());
        }
    }
    Ok(())
}

fn cells_of(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, merged: &[Dimensions], out: &mut Bounded<'_>) -> Result<(), SheetFault> {
    if merged.len() > MAX_MERGED {
        return Err(SheetFault::TooMuchText);
    }
    let mut filler = Filler::new(merged);
    let mut reader = book.worksheet_cells_reader(name).map_err(|_| SheetFault::Damaged)?;
    let mut current: Option<(u32, Vec<String>)> = None;
    while let Some(cell) = reader.next_cell().map_err(|_| SheetFault::Damaged)? {
        let text = value(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).map_err(|_| SheetFault::TooManyColumns)?;
        if column >= MAX_COLUMNS {
            return Err(SheetFault::TooManyColumns);
        }
        if current.as_ref().is_some_and(|(known, _)| *known != row)
            && let Some((known, cells)) = current.take()
        {
            out.push(known.saturating_add(1), filler.fill(known, cells))?;
        }
        let cells = &mut current.get_or_insert_with(|| (row, Vec::new())).1;
        while cells.len() <= column {
            cells.push(String::new());
        }
        if let Some(place) = cells.get_mut(column) {
            *place = text;
        }
    }
    match current {
        Some((row, cells)) => out.push(row.saturating_add(1), filler.fill(row, cells)),
        None => Ok(()),
    }
}

/// What a merged cell says holds for every cell of its area.
struct Filler<'a> {
    /// By first row, the last one first.
    waiting: Vec<&'a Dimensions>,
    open: Vec<(&'a Dimensions, String)>,
}

impl Filler<'_> {
    fn new(merged: &[Dimensions]) -> Filler<'_> {
        let mut waiting: Vec<&Dimensions> = merged.iter().filter(|area| area.start != area.end).collect();
        waiting.sort_by_key(|area| std::cmp::Reverse(area.start));
        Filler { waiting, open: Vec::new() }
    }

    fn fill(&mut self, row: u32, mut cells: Vec<String>) -> Vec<String> {
        self.open.retain(|(area, _)| area.end.0 >= row);
        while let Some(area) = self.waiting.pop_if(|area| area.start.0 <= row) {
            let said = usize::try_from(area.start.1).ok().and_then(|column| cells.get(column)).cloned().unwrap_or_default();
            if area.start.0 == row && !said.is_empty() {
                self.open.push((area, said));
            }
        }
        for (area, said) in &self.open {
            for column in area.start.1..=area.end.1 {
                let Some(column) = usize::try_from(column).ok().filter(|column| *column < MAX_COLUMNS) else { break };
                while cells.len() <= column {
                    cells.push(String::new());
                }
                if let Some(place) = cells.get_mut(column).filter(|place| place.is_empty()) {
                    place.clone_from(said);
                }
            }
        }
        cells
    }
}

/// A cell as a person reads it. Numbers that cannot be exact keep their exponent, which no code and
/// no date has: digits that Excel has thrown away are not made up.
fn value(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => tidy(text),
        DataRef::SharedString(text) => tidy(text),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::Int(number) if number.abs() >= EXACT => format!("{number:e}"),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => {
            let plain = number.to_string();
            let digits = plain.bytes().filter(u8::is_ascii_digit).count();
            if digits > 15 { format!("{number:e}") } else { plain }
        }
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}
