//! The fields of an invoice, the places a file says them in, and the normal form of each.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Kind, Line, Warning};
use crate::ids::{normal_code, normal_text, to_half_width};
use crate::lang::Text;
use crate::money::{Fen, NotMoney};

/// A field that may be said in more than one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Code,
    Number,
    Date,
    Buyer,
    BuyerId,
    Seller,
    SellerId,
    Net,
    Tax,
    Total,
}

impl Field {
    pub const ALL: [Field; 10] = [
        Field::Code,
        Field::Number,
        Field::Date,
        Field::Buyer,
        Field::BuyerId,
        Field::Seller,
        Field::SellerId,
        Field::Net,
        Field::Tax,
        Field::Total,
    ];

    /// As it is printed on the paper.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Field::Code => Text::new("发票代码", "invoice code"),
            Field::Number => Text::new("发票号码", "invoice number"),
            Field::Date => Text::new("开票日期", "date of issue"),
            Field::Buyer => Text::new("购买方名称", "buyer's name"),
            Field::BuyerId => Text::new("购买方识别号", "buyer's tax number"),
            Field::Seller => Text::new("销售方名称", "seller's name"),
            Field::SellerId => Text::new("销售方识别号", "seller's tax number"),
            Field::Net => Text::new("合计金额", "net amount"),
            Field::Tax => Text::new("合计税额", "tax"),
            Field::Total => Text::new("价税合计", "total"),
        }
    }
}

/// Where a field was read, the most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The file is the XML itself.
    Xml,
    /// The invoice as XML within an OFD or PDF.
    Attachment,
    /// An accounting instance (XBRL) of the Ministry of Finance.
    Xbrl,
    /// `CustomDatas` of an OFD.
    CustomData,
    /// Tags of an OFD that point at the text of a page.
    Tags,
    /// The text of a PDF's pages.
    Text,
    /// The QR code.
    Qr,
}

/// What one place says, as raw text.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub place: Place,
    /// Where the form of the document settles it.
    pub kind: Option<Kind>,
    pub values: Vec<(Field, String)>,
    pub lines: Vec<RawLine>,
    pub special: Option<bool>,
    /// Said to be a red letter in words, not by its amounts.
    pub red: bool,
    pub red_of: Option<String>,
    /// 价税合计（大写）.
    pub in_words: Option<String>,
    /// The text of the QR code.
    pub qr: Option<String>,
    /// Text of a page without anything beside it to compare it with.
    pub unconfirmed: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct RawLine {
    pub name: String,
    pub quantity: String,
    pub unit: String,
    pub amount: String,
    pub tax_rate: String,
    pub tax: String,
}

impl Sheet {
    pub fn new(place: Place) -> Sheet {
        Sheet {
            place,
            kind: None,
            values: Vec::new(),
            lines: Vec::new(),
            special: None,
            red: false,
            red_of: None,
            in_words: None,
            qr: None,
            unconfirmed: false,
        }
    }

    /// Keeps a value unless it is blank: elements that hold only a line break are common.
    pub fn say(&mut self, field: Field, raw: &str) {
        if !raw.trim().is_empty() {
            self.values.push((field, raw.trim().to_owned()));
        }
    }

    /// Some programs write code and number of an older invoice as one number of 20 digits. Those
    /// begin with 0; a fully digital number begins with the year.
    pub fn split_key(&mut self) {
        let code = self.values.iter().find(|(field, _)| *field == Field::Code).map(|(_, raw)| normal_code(raw));
        let mut found = None;
        for (_, raw) in self.values.iter_mut().filter(|(field, _)| *field == Field::Number) {
            let number = normal_code(raw);
            let (front, back) = number.split_at_checked(12).unwrap_or(("", ""));
            let same = code.as_deref().is_none_or(|code| code == front);
            if number.len() == 20 && number.starts_with('0') && same {
                found = Some(front.to_owned());
                *raw = back.to_owned();
            }
        }
        if let Some(front) = found.filter(|_| code.is_none()) {
            self.say(Field::Code, &front);
        }
    }

    pub fn says(&self, field: Field) -> bool {
        self.values.iter().any(|(said, _)| *said == field)
    }
}

/// What a raw text says of a field.
pub(super) enum Said {
    /// In the one form that values are compared in.
    Value(String),
    /// `***`: the paper shows no tax.
    Hidden,
    /// A form that the field cannot have.
    Malformed,
}

pub(super) fn normal(field: Field, raw: &str) -> Said {
    let value = match field {
        Field::Buyer | Field::Seller => Some(normal_text(raw)),
        Field::BuyerId | Field::SellerId => Some(normal_code(raw).to_ascii_uppercase()).filter(|id| is_tax_number(id)),
        Field::Code => digits(raw, &[10, 12]),
        Field::Number => digits(raw, &[8, 20]),
        Field::Date => date(raw).map(|date| date.to_string()),
        Field::Tax if is_hidden(raw) => return Said::Hidden,
        Field::Net | Field::Tax | Field::Total => amount(raw).ok().map(Fen::plain),
    };
    value.map_or(Said::Malformed, Said::Value)
}

fn is_tax_number(id: &str) -> bool {
    (15..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn digits(raw: &str, lengths: &[usize]) -> Option<String> {
    let code = normal_code(raw);
    (code.bytes().all(|b| b.is_ascii_digit()) && lengths.contains(&code.len())).then_some(code)
}

pub(super) fn is_hidden(raw: &str) -> bool {
    let code = normal_code(raw);
    let stars = code.trim_start_matches(['¥', '￥']);
    !stars.is_empty() && stars.chars().all(|c| c == '*')
}

/// The form in which text of a paper is searched: digits and letters half-width, colons and brackets
/// full-width, no spaces.
pub(super) fn searchable(text: &str) -> String {
    let form = |c: char| match to_half_width(c) {
        ':' => '：',
        '(' => '（',
        ')' => '）',
        other => other,
    };
    text.chars().map(form).filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// `2020-10-10`, also with a time, `2020年10月10日`, `2020/10/10` and `20201010`.
pub(crate) fn date(raw: &str) -> Option<NaiveDate> {
    let half: String = raw.trim().chars().map(to_half_width).collect();
    let day = half.split([' ', 'T']).next().unwrap_or_default();
    if day.len() == 8 {
        return NaiveDate::parse_from_str(day, "%Y%m%d").ok();
    }
    let code: String = half.chars().filter(|c| !c.is_whitespace()).collect();
    let day = if code.contains('年') { code.as_str() } else { day };
    let parts: Vec<&str> = day.split(['年', '月', '日', '-', '/']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    NaiveDate::from_ymd_opt(year.parse().ok().filter(|_| year.len() == 4)?, month.parse().ok()?, day.parse().ok()?)
}

/// A signed amount in yuan with any number of decimals of which only two may count.
pub(crate) fn amount(raw: &str) -> Result<Fen, NotMoney> {
    let (text, below) = plain_number(raw);
    let text = match text.split_once('.') {
        Some((whole, decimals)) if decimals.len() > 2 => {
            let kept = decimals.trim_end_matches('0');
            if kept.is_empty() { whole.to_owned() } else { format!("{whole}.{kept}") }
        }
        _ => text,
    };
    Fen::parse_plain(&text).map(|fen| if below { -fen } else { fen })
}

/// An amount of a line, rounded half-up to the fen: platforms write tax with six decimals.
fn line_amount(raw: &str) -> Option<Fen> {
    let (text, below) = plain_number(raw);
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
    let fen = Fen::parse_plain(&format!("{whole}.{}", decimals.get(..2).unwrap_or(decimals))).ok()?;
    let rest = decimals.get(2..).unwrap_or_default();
    if !rest.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let up = rest.bytes().next().is_some_and(|digit| digit >= b'5');
    let fen = fen + Fen::new(i64::from(up));
    Some(if below { -fen } else { fen })
}

/// Half-width, without currency and separators; and whether it stands below zero.
fn plain_number(raw: &str) -> (String, bool) {
    let code: String = normal_code(raw).chars().filter(|c| !matches!(c, ',' | '¥' | '￥')).collect();
    let code = code.trim_end_matches('元');
    match code.strip_prefix(['-', '−', '–']) {
        Some(rest) => (rest.to_owned(), true),
        None => (code.to_owned(), false),
    }
}

impl RawLine {
    /// The line in its normal form, or which of its amounts cannot be read.
    pub fn normal(&self, position: usize) -> (Line, Option<Warning>) {
        let some = |text: &str| Some(normal_text(text)).filter(|text| !text.is_empty());
        let hidden = self.tax.trim().is_empty() || is_hidden(&self.tax);
        let line = Line {
            name: normal_text(&self.name),
            quantity: some(&normal_code(&self.quantity)),
            unit: some(&self.unit),
            amount: line_amount(&self.amount),
            tax_rate: some(&self.tax_rate).map(|rate| percent(&rate)).filter(|rate| !is_hidden(rate)),
            tax: if hidden { None } else { line_amount(&self.tax) },
        };
        let faulty = (line.amount.is_none() && !self.amount.trim().is_empty()) || (line.tax.is_none() && !hidden);
        (line, faulty.then_some(Warning::LineAmount { line: position }))
    }
}

/// `0.06`, `0.060000` and `6%` are all `6%`; words stay.
fn percent(rate: &str) -> String {
    let code = normal_code(rate);
    let Some((whole, decimals)) = code.split_once('.').filter(|_| !code.ends_with('%')) else {
        return match code.as_str() {
            "0" => "0%".into(),
            "1" => "100%".into(),
            _ => code,
        };
    };
    if ![whole, decimals].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())) {
        return code;
    }
    let padded = format!("{decimals:0<2}");
    let (hundredths, rest) = padded.split_at_checked(2).unwrap_or((&padded, ""));
    let number = format!("{whole}{hundredths}");
    let number = Some(number.trim_start_matches('0')).filter(|number| !number.is_empty()).unwrap_or("0");
    match rest.trim_end_matches('0') {
        "" => format!("{number}%"),
        rest => format!("{number}.{rest}%"),
    }
}
