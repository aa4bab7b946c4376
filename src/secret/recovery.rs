//! Recovery codes: ten words that stand in for a lost telephone, each once.

use super::random_bytes;
use super::totp::base32;
use crate::hidden::Secret;

/// How many there are at a time.
pub const CODES: usize = 10;
/// Letters of a code, 80 bits.
const LETTERS: usize = 16;

/// Ten fresh codes, as they are shown: `ABCD-EFGH-IJKL-MNOP`.
#[must_use]
pub fn fresh_codes() -> Vec<Secret<String>> {
    (0..CODES).map(|_| Secret::new(grouped(&base32(&random_bytes::<10>())))).collect()
}

fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What was typed, if it can be a recovery code: capital letters without what groups them. Zero and
/// one are not among the letters, so they are read as O and I.
#[must_use]
pub fn normal(typed: &str) -> Option<String> {
    let letter = |c: char| match c.to_ascii_uppercase() {
        '0' => 'O',
        '1' => 'I',
        other => other,
    };
    let code: String = typed.chars().filter(char::is_ascii_alphanumeric).map(letter).collect();
    (code.len() == LETTERS).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_are_read_as_people_type_them() {
        let fresh = fresh_codes();
        let codes: Vec<&String> = fresh.iter().map(Secret::expose).collect();
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!((different.len(), codes[0].len()), (CODES, 19));
        assert_eq!(normal(" abcd-efgh ijkl-mn0p ").as_deref(), Some("ABCDEFGHIJKLMNOP"));
        assert_eq!(normal(codes[0]), Some(codes[0].replace('-', "")));
        for wrong in ["", "123456", "ABCD-EFGH-IJKL", "ABCD-EFGH-IJKL-MNOPQ"] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
    }
}
