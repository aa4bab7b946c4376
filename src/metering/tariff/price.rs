//! Prices as whole micro-yuan.

use std::fmt;

/// Micro-yuan, 1/1,000,000 yuan; never negative when parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Price(i64);

/// Why a text is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPrice {
    #[error("is no number of yuan such as 2.50")]
    NotANumber,
    #[error("has more than six decimals")]
    TooManyDecimals,
    #[error("is below zero")]
    Negative,
    #[error("is more than 100,000,000 yuan")]
    TooLarge,
}

/// Micro-yuan of a yuan.
const YUAN: i64 = 1_000_000;
/// The largest price, in yuan: a package of a whole centre for a year.
const MOST_YUAN: i64 = 100_000_000;

impl Price {
    #[must_use]
    pub const fn from_micro(micro: i64) -> Price {
        Price(micro)
    }

    #[must_use]
    pub const fn micro(self) -> i64 {
        self.0
    }

    /// Reads plain yuan with at most six decimals: `2`, `0.12`; no sign, exponent or separator.
    ///
    /// # Errors
    /// Names what is wrong; the caller adds the field.
    pub fn parse(text: &str) -> Result<Price, NotAPrice> {
        if let Some(rest) = text.strip_prefix('-') {
            return Err(if Price::parse(rest).is_ok() { NotAPrice::Negative } else { NotAPrice::NotANumber });
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) {
            return Err(NotAPrice::NotANumber);
        }
        if decimals.len() > 6 {
            return Err(NotAPrice::TooManyDecimals);
        }
        let yuan = whole.parse::<i64>().ok().filter(|yuan| *yuan <= MOST_YUAN).ok_or(NotAPrice::TooLarge)?;
        let micro = format!("{decimals:0<6}").parse::<i64>().map_err(|_| NotAPrice::NotANumber)?;
        if yuan == MOST_YUAN && micro > 0 { Err(NotAPrice::TooLarge) } else { Ok(Price(yuan * YUAN + micro)) }
    }
}

/// Yuan with two decimals or as many as it has: `2.50`, `0.123456`.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micro = self.0.unsigned_abs();
        let decimals = format!("{:06}", micro % YUAN.unsigned_abs());
        write!(f, "{sign}{}.{:0<2}", micro / YUAN.unsigned_abs(), decimals.trim_end_matches('0'))
    }
}
