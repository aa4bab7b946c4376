//! Identifiers: row ids as newtypes, the unified social credit code, document numbers, and the
//! normal form of text that people type.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lang::Text;

/// Declares newtypes over `i64` for row ids. Two ids of different tables never mix.
macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);
        impl $name {
            #[must_use]
            pub const fn new(id: i64) -> Self { $name(id) }
            #[must_use]
            pub const fn get(self) -> i64 { self.0 }
        }
        impl AsRef<i64> for $name {
            fn as_ref(&self) -> &i64 { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map($name) }
        }
    )+};
}

row_ids! {
    AccountId
    EnterpriseId
    ProviderId
    QualificationId
    PurchaseId
    ApplicationId
    ItemId
    MaterialId
    StoredFileId
    NoticeId
    ObjectionId
    BatchId
    ClawbackId
    LetterId
    BankAccountId
    ContractId
    StatementId
    StatementLineId
    TariffVersionId
}

/// Full-width forms (ASCII block and the ideographic space) to their half-width twin.
#[must_use]
pub fn to_half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

/// The normal form of machine-like text (codes, numbers, dates, e-mail): trimmed, half-width,
/// inner spaces removed.
#[must_use]
pub fn normal_code(text: &str) -> String {
    text.chars().map(to_half_width).filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// The normal form of a name or free text on one line: trimmed, control characters dropped,
/// runs of white space folded to one space. Full-width punctuation stays: it is correct Chinese.
#[must_use]
pub fn normal_text(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The form two names are compared in: half-width, lower case, without spaces.
#[must_use]
pub fn folded_name(text: &str) -> String {
    normal_code(text).to_lowercase()
}

/// 统一社会信用代码: 18 characters with a check character (GB 32100-2015).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Uscc(String);

/// Which rule of the code's form is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUscc {
    #[error("is empty")]
    Empty,
    #[error("must have 18 characters")]
    Length,
    #[error("holds a character that the code does not use (digits and capital letters without I, O, S, V, Z)")]
    Alphabet,
    #[error("must have six digits (the administrative division) in positions 3 to 8")]
    Division,
    #[error("must begin with a digit 1-9 or with A, N or Y")]
    Authority,
    #[error("has a check character that does not match: a character was mistyped or two were swapped")]
    CheckCharacter,
}

impl NotUscc {
    /// The broken rule and how to put it right, for the person who typed the code.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            NotUscc::Empty => ("请填写统一社会信用代码。", "Enter the unified social credit code."),
            NotUscc::Length => {
                ("统一社会信用代码须为 18 位，请核对有没有多字或漏字。", "The code has 18 characters; check for one too many or too few.")
            }
            NotUscc::Alphabet => (
                "代码只用数字和大写字母，且不用 I、O、S、V、Z：请核对是否把 0 写成 O、把 1 写成 I。",
                "The code uses digits and capital letters without I, O, S, V, Z: check for O instead of 0 or I instead of 1.",
            ),
            NotUscc::Division => {
                ("第 3 至 8 位是行政区划，须为 6 位数字。", "Positions 3 to 8 (the administrative division) must be six digits.")
            }
            NotUscc::Authority => ("第 1 位须为数字 1–9 或字母 A、N、Y。", "The first character must be a digit 1-9 or A, N or Y."),
            NotUscc::CheckCharacter => (
                "校验码（第 18 位）对不上：可能写错一位或两位颠倒，请对照营业执照。",
                "The check character (position 18) does not match: one character is wrong or two are swapped. Compare with the business licence.",
            ),
        };
        Text::new(zh, en)
    }
}

const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const USCC_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

impl Uscc {
    /// Accepts full-width digits, lower case and spaces; keeps the normal form.
    ///
    /// # Errors
    /// The first broken rule, in the order of the standard.
    pub fn parse(text: &str) -> Result<Uscc, NotUscc> {
        let code = normal_code(text).replace('-', "").to_ascii_uppercase();
        if code.is_empty() {
            return Err(NotUscc::Empty);
        }
        if code.chars().count() != 18 {
            return Err(NotUscc::Length);
        }
        let mut values = Vec::with_capacity(18);
        for byte in code.bytes() {
            let value = USCC_ALPHABET.iter().position(|known| *known == byte).ok_or(NotUscc::Alphabet)?;
            values.push(value);
        }
        if !code.bytes().skip(2).take(6).all(|b| b.is_ascii_digit()) {
            return Err(NotUscc::Division);
        }
        if !code.starts_with(|c: char| matches!(c, '1'..='9' | 'A' | 'N' | 'Y')) {
            return Err(NotUscc::Authority);
        }
        let sum: usize = values.iter().zip(USCC_WEIGHTS).map(|(value, weight)| value * weight).sum();
        if values.last() == Some(&((31 - sum % 31) % 31)) { Ok(Uscc(code)) } else { Err(NotUscc::CheckCharacter) }
    }

    /// Completes 17 characters with their check character; for demo and test data.
    #[must_use]
    pub fn from_body(body: &str) -> Option<Uscc> {
        USCC_ALPHABET.iter().find_map(|check| Uscc::parse(&format!("{body}{}", char::from(*check))).ok())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Does position 17 check the organisation code in positions 9 to 16 (GB 11714)? Holders of old
    /// organisation codes exist for whom it does not, so this is a doubt to look into, never a refusal.
    #[must_use]
    pub fn organisation_code_checks(&self) -> bool {
        let values: Vec<u32> = self.0.chars().skip(8).take(9).filter_map(|c| c.to_digit(36)).collect();
        let sum: u32 = values.iter().zip(ORGANISATION_WEIGHTS).map(|(value, weight)| value * weight).sum();
        // 10 is written X, 11 is written 0.
        let check = match 11 - sum % 11 {
            10 => 33,
            11 => 0,
            digit => digit,
        };
        values.last() == Some(&check)
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// CNAPS 联行号: 12 digits, the last one an ISO 7064 MOD 11,10 check digit.
#[must_use]
pub fn is_cnaps(code: &str) -> bool {
    if code.len() != 12 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let digit = |b: u8| u32::from(b - b'0');
    let product = code.bytes().take(11).fold(10_u32, |p, b| {
        let sum = (p + digit(b)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    code.bytes().last().map(digit) == Some((11 - product) % 10)
}

/// A company's bank account: 9–32 digits; banks share no check digit.
#[must_use]
pub fn is_company_account(number: &str) -> bool {
    (9..=32).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
}

/// A fully digital invoice has 20 digits and no code; an older one a code of 10 or 12 digits and
/// a number of 8 (formats.md §2.1).
#[must_use]
pub fn is_invoice_key(code: &str, number: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    digits(code) && digits(number) && matches!((code.len(), number.len()), (0, 20) | (10 | 12, 8 | 20))
}

/// The last four characters with the rest hidden: `…0031`.
#[must_use]
pub fn tail(text: &str) -> String {
    format!("…{}", last_four(text))
}

/// The last four characters, where words say so: 尾号 0031.
#[must_use]
pub fn last_four(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().skip(chars.len().saturating_sub(4)).collect()
}

#[cfg(test)]
mod tests;
