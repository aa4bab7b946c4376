//! Money as integer fen, rates as basis points, and the one place where a rounding happens.
//!
//! A yuan is 100 fen. Nothing in the core knows a float: text is parsed straight into fen and
//! products run in `i128`. The rounding point of a subsidy is [`RateBp::apply`], named by the
//! policy pack's `mode` and `granularity_fen` (policy.md §4, row 10).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount of money in fen (1/100 yuan). May be negative (postings, red letters).
///
/// Sums saturate nowhere: the bound of [`Fen::MAX_ABS`] on every parsed amount keeps any sum of
/// less than nine thousand amounts inside `i64`; `+` and `-` panic on overflow even in release.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

/// A rate in basis points: 1/10,000. 30 % is `RateBp::new(3000)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RateBp(u32);

/// How a product of money and rate is brought to the granularity of the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundMode {
    /// Half of the granularity and more goes up (四舍五入).
    HalfUp,
    /// Down to the granularity, the firm never gets more than the exact product.
    Floor,
    /// Half goes to the even neighbour (banker's rounding).
    HalfEven,
}

/// Why a text is not an amount of yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMoney {
    #[error("is empty")]
    Empty,
    #[error("is not a number such as 1234.56")]
    NotANumber,
    #[error("has more than two decimals")]
    TooManyDecimals,
    #[error("is below zero")]
    Negative,
    #[error("is larger than 10,000,000,000,000.00 yuan")]
    TooLarge,
}

impl Fen {
    pub const ZERO: Fen = Fen(0);
    /// The largest amount that is accepted from outside: 10^13 yuan, 10^15 fen.
    pub const MAX_ABS: i64 = 1_000_000_000_000_000;

    #[must_use]
    pub const fn new(fen: i64) -> Self {
        Fen(fen)
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whole yuan, for fixtures and packs.
    #[must_use]
    pub const fn yuan(yuan: i64) -> Self {
        Fen(yuan * 100)
    }

    /// Reads a non-negative amount in yuan with at most two decimals, as people and files write
    /// it: `1234.5`, `¥1,234.50`, full-width digits. Signs, exponents and a third decimal are
    /// refused; `0.000` has three decimals and is refused too.
    ///
    /// # Errors
    /// Names what is wrong; the caller adds the field.
    pub fn parse_yuan(text: &str) -> Result<Fen, NotMoney> {
        let plain: String = text.trim().chars().map(crate::ids::to_half_width).filter(|c| !matches!(c, ',' | ' ')).collect();
        let plain = plain.strip_prefix(['¥', '\u{ffe5}']).unwrap_or(&plain);
        Fen::parse_plain(plain)
    }

    /// Reads the strict form used in files and in `evaluate`: digits, optionally a point and one
    /// or two digits; nothing else.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn parse_plain(text: &str) -> Result<Fen, NotMoney> {
        if text.is_empty() {
            return Err(NotMoney::Empty);
        }
        if let Some(rest) = text.strip_prefix('-') {
            return match Fen::parse_plain(rest) {
                Ok(Fen(0)) => Ok(Fen::ZERO),
                Ok(_) | Err(NotMoney::Negative) => Err(NotMoney::Negative),
                Err(other) => Err(other),
            };
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) {
            return Err(NotMoney::NotANumber);
        }
        if decimals.len() > 2 {
            return Err(NotMoney::TooManyDecimals);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 14 {
            return Err(NotMoney::TooLarge);
        }
        let yuan: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| NotMoney::NotANumber)? };
        let hundredths: i64 = format!("{decimals:0<2}").parse().map_err(|_| NotMoney::NotANumber)?;
        let fen = yuan * 100 + hundredths;
        if fen > Fen::MAX_ABS { Err(NotMoney::TooLarge) } else { Ok(Fen(fen)) }
    }

    /// Two decimals, no separators: `1234.50`. The form of files and of `evaluate`.
    #[must_use]
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", abs / 100, abs % 100)
    }

    /// For people: `¥1,234.50`, with the sign before the currency: `−¥1,234.50`.
    #[must_use]
    pub fn display(self) -> String {
        let sign = if self.0 < 0 { "−" } else { "" };
        format!("{sign}¥{}", self.grouped_abs())
    }

    /// `1,234.50` without sign and currency.
    #[must_use]
    pub fn grouped_abs(self) -> String {
        let abs = self.0.unsigned_abs();
        let digits = (abs / 100).to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{grouped}.{:02}", abs % 100)
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    #[must_use]
    pub fn or_zero(self) -> Fen {
        Fen(self.0.max(0))
    }

    /// Floors a non-negative amount to a granularity in fen.
    #[must_use]
    pub fn floor_to(self, granularity: Fen) -> Fen {
        let grain = granularity.0.max(1);
        Fen(self.0.div_euclid(grain) * grain)
    }

    /// `self × part / whole`, half-up to the fen; zero when `whole` is zero. Used for shares of
    /// an expense (days of a service, pro rata).
    #[must_use]
    pub fn share(self, part: i64, whole: i64) -> Fen {
        if whole <= 0 {
            return Fen::ZERO;
        }
        Fen::from_i128(divide(i128::from(self.0) * i128::from(part), i128::from(whole), RoundMode::HalfUp))
    }

    /// How many hundredths of `whole` this is, floored, 0–100; for bars only.
    #[must_use]
    pub fn percent_of(self, whole: Fen) -> i64 {
        if whole.0 <= 0 {
            return 0;
        }
        let percent = i128::from(self.0.max(0)) * 100 / i128::from(whole.0);
        i64::try_from(percent.min(100)).unwrap_or(100)
    }

    /// 人民币大写, as written on official papers: 壹拾万柒仟元零伍角叁分 (正确填写票据和结算凭证的基本规定).
    #[must_use]
    pub fn in_words(self) -> String {
        rmb_words(self.0)
    }

    /// From a wide intermediate; stops at the ends of the range instead of wrapping.
    #[must_use]
    pub fn saturating(value: i128) -> Fen {
        Fen(i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX }))
    }

    fn from_i128(value: i128) -> Fen {
        #[expect(clippy::expect_used, reason = "inputs are bounded by MAX_ABS; a wrap would be a bug that must not pay money")]
        Fen(i64::try_from(value).expect("amount of money outside i64"))
    }
}

impl RateBp {
    pub const FULL: RateBp = RateBp(10_000);

    #[must_use]
    pub const fn new(bp: u32) -> Self {
        RateBp(bp)
    }

    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// `amount × rate`, rounded once to `granularity` by `mode`. The rounding point.
    #[must_use]
    pub fn apply(self, amount: Fen, mode: RoundMode, granularity: Fen) -> Fen {
        let grain = i128::from(granularity.0.max(1));
        let product = i128::from(amount.0) * i128::from(self.0);
        Fen::from_i128(divide(product, 10_000 * grain, mode) * grain)
    }

    /// Reads a percentage as people type it, with two decimals at most: `30`, `12.5%`.
    #[must_use]
    pub fn parse_percent(text: &str) -> Option<RateBp> {
        let plain = crate::ids::normal_code(text);
        // A hundredth of a percent is a basis point, as a fen is of a yuan.
        let hundredths = Fen::parse_plain(plain.strip_suffix('%').unwrap_or(&plain)).ok()?;
        u32::try_from(hundredths.get()).ok().map(RateBp)
    }

    /// `30%`, `12.5%`.
    #[must_use]
    pub fn percent(self) -> String {
        let text = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn divide(numerator: i128, denominator: i128, mode: RoundMode) -> i128 {
    let quotient = numerator.div_euclid(denominator);
    let twice = numerator.rem_euclid(denominator) * 2;
    let up = match mode {
        RoundMode::Floor => false,
        RoundMode::HalfUp => twice >= denominator,
        RoundMode::HalfEven => twice > denominator || (twice == denominator && quotient.rem_euclid(2) == 1),
    };
    quotient + i128::from(up)
}

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

fn rmb_words(fen: i64) -> String {
    let abs = fen.unsigned_abs();
    let (yuan, jiao, cents) = (abs / 100, abs / 10 % 10, abs % 10);
    let mut words = String::new();
    if fen < 0 {
        words.push('负');
    }
    if yuan > 0 || abs == 0 {
        words.push_str(&integer_words(yuan));
        words.push('元');
    }
    if jiao == 0 && cents == 0 {
        words.push('整');
        return words;
    }
    // A zero stands before the jiao when the yuan end in zero, and in place of a missing jiao.
    if yuan > 0 && (jiao == 0 || yuan.is_multiple_of(10)) {
        words.push('零');
    }
    if jiao > 0 {
        words.push(digit_word(jiao));
        words.push('角');
    }
    if cents > 0 {
        words.push(digit_word(cents));
        words.push('分');
    }
    words
}

fn digit_word(digit: u64) -> char {
    usize::try_from(digit).ok().and_then(|d| DIGITS.get(d)).copied().unwrap_or('零')
}

fn integer_words(number: u64) -> String {
    if number == 0 {
        return "零".into();
    }
    // Groups of four digits from the right: none, 万, 亿, 万亿.
    let groups = [number / 1_000_000_000_000, number / 100_000_000 % 10_000, number / 10_000 % 10_000, number % 10_000];
    let mut words = String::new();
    let mut pending_zero = false;
    for (group, unit) in groups.into_iter().zip(["万", "亿", "万", ""]) {
        if group == 0 {
            pending_zero = !words.is_empty();
            // 万亿 with nothing in the 亿 group still needs its 亿.
            if unit == "亿" && words.ends_with('万') {
                words.push('亿');
            }
            continue;
        }
        if !words.is_empty() && (pending_zero || group < 1000) {
            words.push('零');
        }
        words.push_str(&group_words(group));
        words.push_str(unit);
        pending_zero = false;
    }
    words
}

fn group_words(group: u64) -> String {
    let mut words = String::new();
    let mut gap = false;
    for (power, unit) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = group / power % 10;
        if digit == 0 {
            gap = !words.is_empty();
            continue;
        }
        if gap {
            words.push('零');
            gap = false;
        }
        words.push(digit_word(digit));
        words.push_str(unit);
    }
    words
}

impl AsRef<i64> for Fen {
    fn as_ref(&self) -> &i64 {
        &self.0
    }
}

impl fmt::Debug for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fen({})", self.plain())
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display())
    }
}

#[expect(clippy::expect_used, reason = "an overflow of money must stop the act, not wrap")]
impl Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0.checked_add(other.0).expect("sum of money outside i64"))
    }
}

#[expect(clippy::expect_used, reason = "an overflow of money must stop the act, not wrap")]
impl Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0.checked_sub(other.0).expect("difference of money outside i64"))
    }
}

impl Neg for Fen {
    type Output = Fen;
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}

impl AddAssign for Fen {
    fn add_assign(&mut self, other: Fen) {
        *self = *self + other;
    }
}

impl SubAssign for Fen {
    fn sub_assign(&mut self, other: Fen) {
        *self = *self - other;
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(iter: I) -> Fen {
        iter.fold(Fen::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Fen> for Fen {
    fn sum<I: Iterator<Item = &'a Fen>>(iter: I) -> Fen {
        iter.copied().sum()
    }
}

/// In files money is a decimal string in yuan with two decimals.
impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.plain())
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fen, D::Error> {
        let text = String::deserialize(deserializer)?;
        Fen::parse_plain(&text).map_err(|why| serde::de::Error::custom(format!("\"{text}\" {why}")))
    }
}

/// For `#[serde(with = "crate::money::signed")]`: an amount that may stand below zero, such as that of
/// a credit statement: `-125.00`.
pub mod signed {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::Fen;

    /// # Errors
    /// What the serializer answers.
    pub fn serialize<S: Serializer>(amount: &Fen, serializer: S) -> Result<S::Ok, S::Error> {
        amount.serialize(serializer)
    }

    /// # Errors
    /// A text that is no amount.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fen, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (amount, below) = text.strip_prefix('-').map_or((text.as_str(), false), |rest| (rest, true));
        let amount = Fen::parse_plain(amount).map_err(|why| serde::de::Error::custom(format!("\"{text}\" {why}")))?;
        Ok(if below { -amount } else { amount })
    }
}

#[cfg(test)]
mod tests;
