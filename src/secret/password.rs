//! Passwords: which are taken, and how they are kept (Argon2id).
//!
//! Two rule books contradict each other. OWASP ASVS 5.0 (6.2) asks for length and for a list of
//! known passwords, and forbids rules of composition and forced changes; GB/T 22239-2019 level 3
//! (8.1.4.1) asks for both. The operator chooses one.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::TimeDelta;
use unicode_normalization::UnicodeNormalization as _;

use super::token_hash;
use crate::lang::Text;

/// The rule book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Length and lists.
    #[default]
    Asvs,
    /// Composition and a change every 90 days on top (等保三级).
    Mlps3,
}

impl Profile {
    /// How long a password may be used; `None` for as long as one likes.
    #[must_use]
    pub const fn life(self) -> Option<TimeDelta> {
        match self {
            Profile::Asvs => None,
            Profile::Mlps3 => Some(TimeDelta::days(90)),
        }
    }

    /// Wrong passwords or codes for an address, and the time they are counted over: from then on
    /// it has to wait.
    #[must_use]
    pub const fn patience(self) -> (i64, TimeDelta) {
        match self {
            Profile::Asvs => (10, TimeDelta::minutes(15)),
            Profile::Mlps3 => (5, TimeDelta::minutes(30)),
        }
    }

    /// What is asked of a new password.
    #[must_use]
    pub fn hint(self) -> Text {
        match self {
            Profile::Asvs => Text::new(
                "10 至 128 个字符，建议不少于 15 个；几个不相干的词连起来最好记",
                "10 to 128 characters, 15 or more are better; a few unrelated words are easy to remember",
            ),
            Profile::Mlps3 => Text::new(
                "10 至 128 个字符，建议不少于 15 个，须含大写字母、小写字母、数字和符号；每 90 天更换一次",
                "10 to 128 characters, 15 or more are better, with capital and small letters, digits and signs; changed every 90 days",
            ),
        }
    }
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("has less than 10 characters")]
    Short,
    #[error("has more than 128 characters")]
    Long,
    #[error("is one of the passwords everybody tries")]
    Common,
    #[error("is made of the name of the site, of the person or of their address")]
    Named,
    #[error("lacks a kind of character")]
    Plain,
}

impl WeakPassword {
    /// The broken rule, for the person who chose the password.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            WeakPassword::Short => ("密码至少 10 个字符。", "The password needs at least 10 characters."),
            WeakPassword::Long => ("密码最多 128 个字符。", "The password may have at most 128 characters."),
            WeakPassword::Common => {
                ("这个密码太常见，很容易被猜中，请换一个。", "This password is one that everybody tries; choose another.")
            }
            WeakPassword::Named => (
                "密码不能只由系统名称、姓名、单位或邮箱加几个字符组成，请换一个。",
                "The password may not be just the name of the site, of a person or house, or the address with a few characters; choose another.",
            ),
            WeakPassword::Plain => {
                ("密码须同时含有大写字母、小写字母、数字和符号。", "The password needs capital letters, small letters, digits and signs.")
            }
        };
        Text::new(zh, en)
    }
}

const SHORTEST: usize = 10;
const LONGEST: usize = 128;
/// Longest text that is hashed at all, in bytes: a longer one is wrong without any work.
pub const MOST_BYTES: usize = 1024;

/// Words that passwords which everybody tries are made of, alone or repeated, whatever digits and
/// signs stand around them. Our own list.
const COMMON: &str = include_str!("../../data/common_passwords.txt");
/// Whole passwords that were leaked and are tried first, each as the beginning of its hash, sorted.
const LEAKED: &str = include_str!("../../data/known_passwords.txt");
/// Letters of a line of [`LEAKED`].
const MARK: usize = 12;
/// Words of this site; docs/concepts/signing-in.md names them.
pub const OURS: [&str; 8] = ["suanquan", "算券", "suanli", "算力", "创新券", "voucher", "wuhan", "武汉"];

/// Checks a new password. `about` are words that a guesser knows: the person's name, house, address.
///
/// # Errors
/// The first rule that is broken.
pub fn check_password(profile: Profile, password: &str, about: &[&str]) -> Result<(), WeakPassword> {
    let password = normal(password);
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(WeakPassword::Short);
    }
    if length > LONGEST {
        return Err(WeakPassword::Long);
    }
    // A sign at the end is a letter in disguise, or a trimming: both are tried.
    let cores = [without_trimmings(&password), without_trimmings(password.trim_matches(|c: char| !c.is_alphabetic()))];
    let is_only = |word: &str| cores.iter().any(|core| is_made_of(core, word));
    let lower = password.to_lowercase();
    if cores.iter().any(String::is_empty) || runs(&lower) || COMMON.lines().any(is_only) || is_leaked(&lower) {
        return Err(WeakPassword::Common);
    }
    let known = about.iter().flat_map(|text| text.split(['@', '.', ' '])).map(without_trimmings).filter(|word| word.chars().count() > 1);
    if OURS.iter().map(|word| (*word).to_owned()).chain(known).any(|word| is_only(&word)) {
        return Err(WeakPassword::Named);
    }
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let mixed = has(char::is_uppercase) && has(char::is_lowercase) && has(char::is_numeric) && has(|c| !c.is_alphanumeric());
    if profile == Profile::Mlps3 && !mixed { Err(WeakPassword::Plain) } else { Ok(()) }
}

/// The same letters typed on two machines are the same password.
fn normal(password: &str) -> Cow<'_, str> {
    if password.is_ascii() { Cow::Borrowed(password) } else { Cow::Owned(password.nfc().collect()) }
}

/// The letters of a password in lower case, usual replacements undone: `P@ssw0rd2026!` is `password`.
fn without_trimmings(password: &str) -> String {
    let letter = |c: char| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '@' | '4' => 'a',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    let lower = password.to_lowercase();
    let trimmed = lower.trim_matches(|c: char| !c.is_alphabetic() && !matches!(c, '@' | '$'));
    trimmed.chars().map(letter).filter(|c| c.is_alphabetic()).collect()
}

/// One word, once or several times.
fn is_made_of(core: &str, word: &str) -> bool {
    !word.is_empty() && !core.is_empty() && core.replace(word, "").is_empty()
}

/// Is it one of the leaked passwords that are tried first?
fn is_leaked(lower: &str) -> bool {
    static MARKS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| LEAKED.lines().filter(|line| line.len() == MARK).collect());
    MARKS.contains(token_hash(lower).get(..MARK).unwrap_or_default())
}

/// One character over and over, or a walk along the keys.
fn runs(lower: &str) -> bool {
    const WALKS: [&str; 6] = [
        "01234567890123456789",
        "98765432109876543210",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1q2w3e4r5t6y7u8i9o0p",
    ];
    let different: BTreeSet<char> = lower.chars().collect();
    different.len() <= 2 || WALKS.iter().any(|walk| walk.contains(lower))
}

/// The Argon2id hash of a password in PHC form. Takes some 20 ms of one core: call it off the
/// event loop, in its turn.
///
/// # Errors
/// Never with our parameters; the text says what the library said.
pub fn hash_password(password: &str) -> Result<String, String> {
    use argon2::PasswordHasher;
    argon2::Argon2::default().hash_password(normal(password).as_bytes()).map(|hash| hash.to_string()).map_err(|why| why.to_string())
}

/// Does the password belong to the hash? `None` (no such account) takes the same time as a wrong
/// password, so that nobody learns which addresses exist.
#[must_use]
pub fn verify_password(password: &str, hash: Option<&str>) -> bool {
    use argon2::PasswordVerifier;
    use argon2::password_hash::phc::PasswordHash;
    if password.len() > MOST_BYTES {
        return false;
    }
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY));
    let matches = parsed.is_ok_and(|parsed| argon2::Argon2::default().verify_password(normal(password).as_bytes(), &parsed).is_ok());
    matches && hash.is_some()
}

/// The hash of a password that nobody has, with the parameters of all others.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3VhbnF1YW5ub2JvZHk$mHqFYEGZLmv3hp3hHhPYqLkYyVb2rgPbdPrzHkPmPfU";

/// Was the hash made with other parameters than new ones are?
#[must_use]
pub fn is_outdated(hash: &str) -> bool {
    use argon2::password_hash::phc::PasswordHash;
    let current = argon2::Params::default();
    let same = |params: argon2::Params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (current.m_cost(), current.t_cost(), current.p_cost())
    };
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    parsed.algorithm.as_str() != "argon2id" || !argon2::Params::try_from(&parsed).is_ok_and(same)
}

#[cfg(test)]
mod tests;
