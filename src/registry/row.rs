//! What one row says of one enterprise. A row that cannot be understood says which column is wrong;
//! it stops no other, and nothing in it is guessed.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::headings::{Column, Mapping};
use super::sheet::Row;
use super::terms::{self, FirstDay};
use super::{ListKind, Scope, dates};
use crate::codes::codes;
use crate::ids::{Uscc, folded_name, normal_code, normal_text};
use crate::lang::{Lang, Text};
use crate::party::{CarrierKind, CarrierLevel};

/// One enterprise on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The row in the file, from 1.
    pub row: u32,
    /// Lists of the past have names only; such a row is matched by a person.
    pub uscc: Option<Uscc>,
    pub name: String,
    pub number: String,
    pub from: NaiveDate,
    /// The list names the first day; otherwise it is the day of the list.
    pub dated: bool,
    /// `None` while it lasts.
    pub to: Option<NaiveDate>,
    pub carrier: String,
    pub carrier_kind: Option<CarrierKind>,
    pub carrier_level: Option<CarrierLevel>,
}

codes! {
    /// What is wrong with a cell.
    Wrong {
        Missing = "missing",
        NotUscc = "not_uscc",
        NotADay = "not_a_day",
        EndsBeforeItBegins = "ends_before_it_begins",
        NotANumber = "not_a_number",
        /// The year of the number is not that of the day beside it.
        OtherYear = "other_year",
        UnknownLevel = "unknown_level",
        UnknownKind = "unknown_kind",
        UnknownCarrier = "unknown_carrier",
        Twice = "twice",
        NotListed = "not_listed",
    }
}

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    pub column: Column,
    pub wrong: Wrong,
    /// What the cell says.
    pub value: String,
}

/// Carriers by folded name, from the lists of carriers.
pub type Carriers = BTreeMap<String, (Option<CarrierKind>, CarrierLevel)>;

/// Where and when a row is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    pub kind: ListKind,
    pub scope: Scope,
    /// The day on which the list holds.
    pub as_of: NaiveDate,
    pub mapping: &'a Mapping,
    pub carriers: &'a Carriers,
}

impl RowFault {
    fn new(column: Column, wrong: Wrong, value: &str) -> RowFault {
        RowFault { column, wrong, value: value.to_owned() }
    }

    /// The column, what is wrong with it and how to mend it.
    #[must_use]
    pub fn text(&self) -> Text {
        let (zh, en) = match self.wrong {
            Wrong::Missing => ("没有填写", "is empty"),
            Wrong::NotUscc => (
                "不是有效的统一社会信用代码，请与发布单位核对（表格把代码存成数字时末几位会丢失，须按文本保存）",
                "is no valid credit code; ask the publisher (a spreadsheet that keeps it as a number loses its last digits)",
            ),
            Wrong::NotADay => ("不是完整的日期，须写明年月日", "is no whole date; year, month and day are needed"),
            Wrong::EndsBeforeItBegins => ("早于起始日", "lies before the first day"),
            Wrong::NotANumber => ("不符合编号规则", "does not have the form of such a number"),
            Wrong::OtherYear => ("编号中的年份与日期不一致", "has another year than the day beside it"),
            Wrong::UnknownLevel => ("级别须为国家级、省级、市级或区级", "is no level: national, provincial, city or district"),
            Wrong::UnknownKind => ("类型须为孵化器、众创空间或大学科技园", "is no kind: incubator, maker space or university science park"),
            Wrong::UnknownCarrier => ("不在已导入的载体名单中，请先导入载体名单", "stands in no list of carriers; import that first"),
            Wrong::Twice => ("与前面的行重复，但内容不同", "stands above once more with other content"),
            Wrong::NotListed => ("在系统的名单中没有对应的记录", "stands in no list that was imported"),
        };
        let quoted = if self.value.is_empty() { String::new() } else { format!("「{}」", self.value) };
        let quoted_en = if self.value.is_empty() { String::new() } else { format!(" \"{}\"", self.value) };
        Text::new(format!("{}{quoted}：{zh}", self.column.label(Lang::Zh)), format!("{}{quoted_en}: {en}", self.column.label(Lang::En)))
    }
}

impl Listed {
    /// What makes two rows of two lists the same listing: the code (or, without one, the name) and
    /// the number.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        let who = self.uscc.as_ref().map_or_else(|| folded_name(&self.name), |uscc| uscc.as_str().to_owned());
        (who, self.number.clone())
    }

    /// The content of the row, without its place.
    #[must_use]
    pub fn digest(&self) -> String {
        let (who, number) = self.key();
        let to = self.to.map(|day| day.to_string()).unwrap_or_default();
        let kind = self.carrier_kind.map_or("", CarrierKind::as_str);
        let level = self.carrier_level.map_or("", CarrierLevel::as_str);
        let fields = [&who, &folded_name(&self.name), &number, &self.from.to_string(), &to, &folded_name(&self.carrier), kind, level];
        hex::encode(Sha256::digest(fields.join("\u{1f}")))
    }
}

impl Reading<'_> {
    fn cell<'a>(&self, row: &'a Row, column: Column) -> &'a str {
        self.mapping.get(&column).and_then(|place| row.cells.get(*place)).map_or("", String::as_str)
    }

    fn day(&self, row: &Row, column: Column) -> Result<Option<NaiveDate>, RowFault> {
        match self.cell(row, column) {
            "" | "-" | "—" | "——" | "/" | "无" => Ok(None),
            text => dates::day(text).map(Some).ok_or_else(|| RowFault::new(column, Wrong::NotADay, text)),
        }
    }

    /// What the row says; `None` for rows that are none: sums, notes, the publisher's line.
    ///
    /// # Errors
    /// The first column that cannot be understood.
    pub fn read(&self, row: &Row) -> Result<Option<Listed>, RowFault> {
        let (code, name) = (self.cell(row, Column::Uscc), normal_text(self.cell(row, Column::Name)));
        if code.is_empty() && is_no_entry(&name, row) {
            return Ok(None);
        }
        let uscc = match code {
            "" => None,
            code => Some(Uscc::parse(code).map_err(|_| RowFault::new(Column::Uscc, Wrong::NotUscc, code))?),
        };
        if uscc.is_none() && name.is_empty() {
            return Err(RowFault::new(
                if self.mapping.contains_key(&Column::Uscc) { Column::Uscc } else { Column::Name },
                Wrong::Missing,
                "",
            ));
        }
        // A name alone accuses nobody.
        if self.kind == ListKind::Dishonesty && uscc.is_none() {
            return Err(RowFault::new(Column::Uscc, Wrong::Missing, ""));
        }
        let number = normal_code(self.cell(row, Column::Number)).to_ascii_uppercase();
        let listed = Listed {
            row: row.number,
            uscc,
            name,
            number,
            from: self.as_of,
            dated: false,
            to: None,
            carrier: normal_text(self.cell(row, Column::CarrierName)),
            carrier_kind: None,
            carrier_level: None,
        };
        if self.scope == Scope::Withdrawal { self.withdrawn(row, listed) } else { self.standing(row, listed) }.map(Some)
    }

    /// A cancelled listing holds no more from its day on; without one, from the day of the list.
    fn withdrawn(&self, row: &Row, listed: Listed) -> Result<Listed, RowFault> {
        let effect = self.day(row, Column::Withdrawn)?.unwrap_or(self.as_of);
        Ok(Listed { from: effect, ..listed })
    }

    fn standing(&self, row: &Row, mut listed: Listed) -> Result<Listed, RowFault> {
        check_number(self.kind, &listed.number)?;
        let (from, to) = self.term(row)?;
        let term = terms::of(self.kind);
        listed.dated = from.is_some();
        listed.from = match (from, term.first_day()) {
            (Some(from), _) => from,
            (None, FirstDay::ColumnOrList) => self.as_of,
            (None, FirstDay::Column) => return Err(RowFault::new(Column::From, Wrong::Missing, "")),
        };
        if self.kind == ListKind::TechSme && !listed.number.starts_with(&listed.from.year().to_string()) {
            return Err(RowFault::new(Column::Number, Wrong::OtherYear, &listed.number));
        }
        listed.to = to.or_else(|| term.last_day(listed.from));
        if let Some(to) = listed.to.filter(|to| *to < listed.from) {
            return Err(RowFault::new(Column::To, Wrong::EndsBeforeItBegins, &to.to_string()));
        }
        if matches!(self.kind, ListKind::Carrier | ListKind::Incubatee) {
            self.place(row, &mut listed)?;
        }
        Ok(listed)
    }

    fn term(&self, row: &Row) -> Result<(Option<NaiveDate>, Option<NaiveDate>), RowFault> {
        let (from, to) = (self.day(row, Column::From)?, self.day(row, Column::To)?);
        let both = self.cell(row, Column::Term);
        if both.is_empty() {
            return Ok((from, to));
        }
        let (first, last) = dates::term(both).ok_or_else(|| RowFault::new(Column::Term, Wrong::NotADay, both))?;
        Ok((from.or(Some(first)), to.or(Some(last))))
    }

    /// Level and kind of the carrier: from the row, else from the lists of carriers.
    fn place(&self, row: &Row, listed: &mut Listed) -> Result<(), RowFault> {
        let (level, kind) = (self.cell(row, Column::CarrierLevel), self.cell(row, Column::CarrierKind));
        if !level.is_empty() {
            let known = level_of(level).ok_or_else(|| RowFault::new(Column::CarrierLevel, Wrong::UnknownLevel, level))?;
            listed.carrier_level = Some(known);
        }
        if !kind.is_empty() {
            let known = kind_of(kind).ok_or_else(|| RowFault::new(Column::CarrierKind, Wrong::UnknownKind, kind))?;
            listed.carrier_kind = Some(known);
        }
        let own = if self.kind == ListKind::Carrier { &listed.name } else { &listed.carrier };
        listed.carrier_kind = listed.carrier_kind.or_else(|| kind_of(own));
        if listed.carrier_level.is_none() {
            if self.kind == ListKind::Carrier {
                return Err(RowFault::new(Column::CarrierLevel, Wrong::Missing, ""));
            }
            let (kind, level) =
                self.carriers.get(&folded_name(own)).ok_or_else(|| RowFault::new(Column::CarrierName, Wrong::UnknownCarrier, own))?;
            listed.carrier_level = Some(*level);
            listed.carrier_kind = listed.carrier_kind.or(*kind);
        }
        Ok(())
    }
}

/// 合计, 注, 发布单位 and the like, which stand below the entries.
fn is_no_entry(name: &str, row: &Row) -> bool {
    let said = row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let first = row.cells.iter().find(|cell| !cell.is_empty()).map(|cell| folded_name(cell)).unwrap_or_default();
    let closing = ["合计", "总计", "小计", "注\u{3a}", "备注", "说明\u{3a}", "发布单位", "填表", "制表", "审核"];
    closing.iter().any(|word| first.starts_with(word)) || (name.is_empty() && said <= 1)
}

/// `GR202342001234`; a registry number has 18 characters and begins with its year (formats.md §6).
fn check_number(kind: ListKind, number: &str) -> Result<(), RowFault> {
    let fits = match kind {
        ListKind::Hightech => {
            let digits = number.strip_prefix("GR").or_else(|| number.strip_prefix("GF"));
            digits.is_some_and(|digits| digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        }
        ListKind::TechSme => number.len() == 18 && number.starts_with("20") && number.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let wrong = if number.is_empty() { Wrong::Missing } else { Wrong::NotANumber };
    Err(RowFault::new(Column::Number, wrong, number))
}

fn level_of(text: &str) -> Option<CarrierLevel> {
    let text = folded_name(text);
    let levels = [
        (CarrierLevel::National, &["国家", "national"][..]),
        (CarrierLevel::Province, &["省", "province", "provincial"]),
        (CarrierLevel::City, &["市", "city"]),
        (CarrierLevel::District, &["区", "县", "district"]),
    ];
    let named: Vec<CarrierLevel> =
        levels.into_iter().filter(|(_, words)| words.iter().any(|word| text.starts_with(word))).map(|(level, _)| level).collect();
    if let [only] = named.as_slice() { Some(*only) } else { None }
}

fn kind_of(text: &str) -> Option<CarrierKind> {
    let text = folded_name(text);
    let kinds = [
        (CarrierKind::UniversitySciencePark, &["大学科技园", "universitysciencepark"][..]),
        (CarrierKind::MakerSpace, &["众创空间", "makerspace"]),
        (CarrierKind::Incubator, &["孵化器", "incubator"]),
    ];
    let named: Vec<CarrierKind> =
        kinds.into_iter().filter(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(kind, _)| kind).collect();
    if let [only] = named.as_slice() { Some(*only) } else { None }
}
