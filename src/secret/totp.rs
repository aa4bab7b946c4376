//! One-time passwords by time (RFC 6238): SHA-1, six digits, steps of 30 seconds, as every
//! authenticator reads them. A code is good one step before and after its own.

use chrono::{DateTime, Utc};
use ring::hmac;

use super::random_bytes;
use crate::hidden::Secret;

/// Length of a step in seconds.
pub const STEP: i64 = 30;
/// Steps by which the clock of a telephone may be off.
const DRIFT: i64 = 1;
/// A fresh secret; 160 bits, as RFC 4226 recommends.
pub type Seed = Secret<[u8; 20]>;

#[must_use]
pub fn fresh_seed() -> Seed {
    Secret::new(random_bytes())
}

/// The step of a moment.
#[must_use]
pub fn step_of(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP)
}

/// The code of a step (RFC 4226, dynamic truncation), with leading zeros.
#[must_use]
pub fn code(seed: &[u8], step: i64) -> String {
    let digest = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed), &step.to_be_bytes());
    let bytes = digest.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or_default() & 0xf);
    let word = bytes.iter().skip(offset).take(4).fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// The step whose code was typed, if it is near enough and later than the last one used.
#[must_use]
pub fn accepted_step(seed: &[u8], typed: &str, now: DateTime<Utc>, last_step: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let here = step_of(now);
    let mut found = None;
    // Every candidate is compared, so that the time says nothing.
    for step in (here - DRIFT)..=(here + DRIFT) {
        let fits = bool::from(subtle::ConstantTimeEq::ct_eq(code(seed, step).as_bytes(), typed.as_bytes()));
        if fits && step > last_step {
            found = Some(step);
        }
    }
    found
}

/// The secret in letters (RFC 4648, base 32), in groups of four for typing.
#[must_use]
pub fn letters(seed: &[u8]) -> String {
    let plain = base32(seed);
    let mut grouped = String::new();
    for (at, letter) in plain.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    grouped
}

/// What an authenticator reads from the QR code. `issuer` and `account` name the entry in its list.
#[must_use]
pub fn address(seed: &[u8], issuer: &str, account: &str) -> String {
    let (issuer, account) = (percent(issuer), percent(account));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP}", base32(seed))
}

/// RFC 4648 without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for block in bytes.chunks(5) {
        let whole = block.iter().chain(std::iter::repeat(&0)).take(5).fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        let count = (block.len() * 8).div_ceil(5);
        for place in 0..count {
            let index = usize::try_from((whole >> (35 - 5 * place)) & 31).unwrap_or_default();
            text.push(LETTERS.get(index).copied().map_or('A', char::from));
        }
    }
    text
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._@".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_SEED: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B lists eight digits; six are their last six.
        for (seconds, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(Some(code(RFC_SEED, step_of(at(seconds))).as_str()), eight.get(2..), "at {seconds}");
        }
    }

    #[test]
    fn the_letters_are_those_of_rfc_4648() {
        for (plain, letters) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(plain.as_bytes()), letters);
        }
        assert_eq!(letters(RFC_SEED), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn a_code_holds_one_step_around_and_never_twice() {
        let now = at(1_111_111_111);
        let here = step_of(now);
        for drift in -3..=3 {
            let typed = code(RFC_SEED, here + drift);
            let accepted = accepted_step(RFC_SEED, &typed, now, 0);
            assert_eq!(accepted, (drift.abs() <= 1).then_some(here + drift), "{drift} steps off");
        }
        let typed = code(RFC_SEED, here);
        assert_eq!(accepted_step(RFC_SEED, &typed, now, here), None, "the same code again");
        assert_eq!(accepted_step(RFC_SEED, &code(RFC_SEED, here - 1), now, here), None, "an earlier code after a later one");
        let (first, last) = typed.split_at(3);
        assert_eq!(accepted_step(RFC_SEED, &format!("{first} {last}"), now, 0), Some(here), "as telephones show it");
        for wrong in ["", "000", "1234567", "abcdef", "０５０４７１"] {
            assert_eq!(accepted_step(RFC_SEED, wrong, now, 0), None, "{wrong}");
        }
    }

    #[test]
    fn the_address_names_the_site_and_the_account() {
        let address = address(RFC_SEED, "算券", "li+1@city.example");
        assert_eq!(
            address,
            "otpauth://totp/%E7%AE%97%E5%88%B8:li%2B1@city.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E7%AE%97%E5%88%B8&algorithm=SHA1&digits=6&period=30"
        );
    }
}
