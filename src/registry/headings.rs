//! The header of a list: where it stands, and which column is which. Known headings are only a
//! suggestion; a person confirms the columns once, and lists with the same headings follow.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use super::ListKind;
use super::sheet::Row;
use super::terms::{self, FirstDay};
use crate::codes::codes;
use crate::ids::folded_name;
use crate::lang::Lang;

codes! {
    /// What a column of a list holds.
    Column {
        Uscc = "uscc",
        Name = "name",
        /// 入库登记编号, certificate or document number.
        Number = "number",
        /// One cell with both days.
        Term = "term",
        From = "from",
        To = "to",
        /// From when on a listing is cancelled.
        Withdrawn = "withdrawn",
        CarrierName = "carrier_name",
        CarrierKind = "carrier_kind",
        CarrierLevel = "carrier_level",
    }
}

impl Column {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Column::Uscc => ("统一社会信用代码", "Unified social credit code"),
            Column::Name => ("名称", "Name"),
            Column::Number => ("编号或文号", "Number"),
            Column::Term => ("起止日期（同一格）", "First and last day in one cell"),
            Column::From => ("起始日", "First day"),
            Column::To => ("截止日", "Last day"),
            Column::Withdrawn => ("取消生效日", "Day of cancellation"),
            Column::CarrierName => ("所在载体", "Carrier"),
            Column::CarrierKind => ("载体类型", "Kind of carrier"),
            Column::CarrierLevel => ("载体级别", "Level of carrier"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

#[expect(clippy::panic, reason = "the file is part of the program and a test reads it")]
static KNOWN: LazyLock<BTreeMap<Column, Vec<String>>> =
    LazyLock::new(|| match toml::from_str(include_str!("../../data/registry/headings.toml")) {
        Ok(known) => known,
        Err(why) => panic!("data/registry/headings.toml, {why}"),
    });

/// Which place of a row holds which column, counted from 0.
pub type Mapping = BTreeMap<Column, usize>;

/// The header of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What stands above each column, as written.
    pub headings: Vec<String>,
    /// The last row of the header; what follows are entries.
    pub last_row: u32,
}

/// Rows above the header: titles, notes, the publisher.
const ABOVE: usize = 30;
/// Longest heading; what is longer is a title or a note.
const LONGEST: usize = 30;
/// What the second row of a header says below 有效期.
const HALVES: [&str; 8] = ["起", "止", "自", "至", "开始", "截止", "起始日期", "截止日期"];

/// A heading without spaces, notes in brackets, marks and widths.
fn plain(heading: &str) -> String {
    let folded = folded_name(heading);
    let mut depth = 0_u32;
    folded
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' | '【' | '〔' => depth += 1,
                ')' | ']' | '】' | '〕' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0 && !matches!(c, '*' | ':' | '/' | '、' | '-' | '_' | '.')
        })
        .collect()
}

fn column_of(kind: ListKind, heading: &str) -> Option<Column> {
    let heading = plain(heading);
    if heading.is_empty() || heading.chars().count() > LONGEST {
        return None;
    }
    let of = |fits: &dyn Fn(&String) -> bool| KNOWN.iter().find(|(_, words)| words.iter().any(fits)).map(|(column, _)| *column);
    let found = of(&|word| *word == heading).or_else(|| of(&|word| word.chars().count() >= 4 && heading.contains(word.as_str())));
    // In a list of carriers the carrier itself is what is listed.
    if kind == ListKind::Carrier && found == Some(Column::CarrierName) { Some(Column::Name) } else { found }
}

impl Header {
    /// The row with the most known headings among the first; a second row that halves 有效期 into
    /// 起 and 止 belongs to it.
    #[must_use]
    pub fn find(kind: ListKind, rows: &[Row]) -> Option<Header> {
        let score = |row: &Row| suggested(kind, &row.cells).len();
        let (at, row) =
            rows.iter().enumerate().take(ABOVE).filter(|(_, row)| score(row) > 0).max_by_key(|(at, row)| (score(row), usize::MAX - at))?;
        let header = Header { headings: row.cells.clone(), last_row: row.number };
        Some(match rows.get(at + 1).filter(|below| is_second_row(&row.cells, &below.cells)) {
            None => header,
            Some(below) => {
                let join = |place: usize, above: &String| {
                    let half = below.cells.get(place).map_or("", String::as_str);
                    if half == above { above.clone() } else { format!("{above}{half}") }
                };
                Header { headings: row.cells.iter().enumerate().map(|(place, above)| join(place, above)).collect(), last_row: below.number }
            }
        })
    }

    /// The columns as the known headings suggest them.
    #[must_use]
    pub fn suggested(&self, kind: ListKind) -> Mapping {
        suggested(kind, &self.headings)
    }

    /// What lists with the same headings have in common.
    #[must_use]
    pub fn signature(&self) -> String {
        let joined: Vec<String> = self.headings.iter().map(|heading| plain(heading)).collect();
        hex::encode(Sha256::digest(joined.join("\u{1f}")))
    }
}

fn suggested(kind: ListKind, headings: &[String]) -> Mapping {
    let mut found = Mapping::new();
    for (place, heading) in headings.iter().enumerate() {
        if let Some(column) = column_of(kind, heading) {
            found.entry(column).or_insert(place);
        }
    }
    found
}

fn is_second_row(above: &[String], below: &[String]) -> bool {
    let said: Vec<&String> = below.iter().filter(|cell| !cell.is_empty()).collect();
    let halves = said.iter().filter(|cell| HALVES.contains(&plain(cell).as_str())).count();
    halves > 0 && said.iter().all(|cell| HALVES.contains(&plain(cell).as_str()) || above.contains(cell))
}

/// Columns without which a list of this kind says nothing; one of each group is enough.
#[must_use]
pub fn required(kind: ListKind) -> Vec<&'static [Column]> {
    let mut groups: Vec<&'static [Column]> = vec![&[Column::Uscc, Column::Name]];
    match kind {
        ListKind::TechSme | ListKind::Hightech => groups.push(&[Column::Number]),
        ListKind::Incubatee => groups.push(&[Column::CarrierLevel, Column::CarrierName]),
        ListKind::Carrier => groups.push(&[Column::CarrierLevel]),
        ListKind::Dishonesty => groups.push(&[Column::Uscc]),
        ListKind::AboveDesignatedSize | ListKind::AdvancedService => {}
    }
    if terms::of(kind).first_day() == FirstDay::Column {
        groups.push(&[Column::From, Column::Term]);
    }
    groups
}

/// Columns that are missing from a mapping, each group as its alternatives.
#[must_use]
pub fn missing(kind: ListKind, withdrawal: bool, mapping: &Mapping) -> Vec<&'static [Column]> {
    let groups = if withdrawal { vec![&[Column::Uscc, Column::Name][..]] } else { required(kind) };
    groups.into_iter().filter(|group| !group.iter().any(|column| mapping.contains_key(column))).collect()
}
