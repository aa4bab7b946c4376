//! Random tokens and their hashes: a session, a link in a letter and a service token are known to
//! the database by hash only. Passwords, the second factor and keys stand in modules of their own.

pub mod password;
pub mod recovery;
pub mod sealing;
pub mod signing;
pub mod totp;

use sha2::{Digest, Sha256};

use crate::hidden::Secret;
pub use password::{hash_password, verify_password};

/// A token opens something to whoever brings it: a session, a link in a letter, the API.
pub type Token = Secret<String>;

/// 32 random bytes as 64 hexadecimal digits.
#[must_use]
pub fn random_token() -> Token {
    Secret::new(hex::encode(random_bytes::<32>()))
}

/// Random hexadecimal digits, at most 64, that name something and open nothing.
#[must_use]
pub fn random_name(length: usize) -> String {
    hex::encode(random_bytes::<32>()).chars().take(length).collect()
}

/// Random bytes, for keys and tokens.
///
/// Without randomness from the system nothing may be handed out: the process stops.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    #[expect(clippy::expect_used, reason = "a guessable token would be worse than a stop")]
    getrandom::fill(&mut bytes).expect("the operating system gives no randomness");
    bytes
}

/// 16 random bytes that blind a value whose hash is handed out.
#[must_use]
pub fn random_salt() -> Vec<u8> {
    random_bytes::<16>().to_vec()
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
