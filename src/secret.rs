//! Random tokens and their hashes: a session, a link in a letter and a service token are known to
//! the database by hash only.

pub mod signing;

use sha2::{Digest, Sha256};

use crate::lang::Text;

/// 32 random bytes as 64 hexadecimal digits.
///
/// Without randomness from the system nothing may be handed out: the process stops.
#[must_use]
pub fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    #[expect(clippy::expect_used, reason = "a guessable token would be worse than a stop")]
    getrandom::fill(&mut bytes).expect("the operating system gives no randomness");
    hex::encode(bytes)
}

/// What the database keeps of a token.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The tokens that stand in a text, such as the links of a letter: runs of exactly 64 hexadecimal
/// digits. Their hashes are such runs too.
#[must_use]
pub fn tokens_in(text: &str) -> Vec<&str> {
    let is_token = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_token).collect()
}

/// The CSRF word of a session cookie: only somebody who can read our pages knows it.
#[must_use]
pub fn csrf_word(session_token: &str) -> String {
    hex::encode(Sha256::digest(format!("csrf {session_token}").as_bytes()))
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
        };
        Text::new(zh, en)
    }
}

const COMMON: &[&str] =
    &["1234567890", "0123456789", "password12", "password123", "qwertyuiop", "qwerty12345", "woaini1314", "suanquan123", "aaaaaaaaaa"];

/// Length over composition (NIST SP 800-63B): at least ten characters, none of the usual ones.
///
/// # Errors
/// The first rule that is broken.
pub fn check_password(password: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < 10 {
        Err(WeakPassword::Short)
    } else if length > 128 {
        Err(WeakPassword::Long)
    } else if COMMON.contains(&password.to_lowercase().as_str()) {
        Err(WeakPassword::Common)
    } else {
        Ok(())
    }
}

/// The Argon2id hash of a password in PHC form. Takes some 20 ms of one core: call it off the
/// event loop.
///
/// # Errors
/// Never with our parameters; the text says what the library said.
pub fn hash_password(password: &str) -> Result<String, String> {
    use argon2::PasswordHasher;
    argon2::Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|why| why.to_string())
}

/// Does the password belong to the hash? `None` (no such account) takes the same time as a wrong
/// password, so that nobody learns which addresses exist.
#[must_use]
pub fn verify_password(password: &str, hash: Option<&str>) -> bool {
    use argon2::PasswordVerifier;
    use argon2::password_hash::phc::PasswordHash;
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3VhbnF1YW5ub2JvZHk$mHqFYEGZLmv3hp3hHhPYqLkYyVb2rgPbdPrzHkPmPfU";
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY));
    let matches = parsed.is_ok_and(|parsed| argon2::Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    matches && hash.is_some()
}
