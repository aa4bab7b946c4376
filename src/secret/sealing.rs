//! Secrets that have to be read again, such as that of a second factor, are sealed (AES-256-GCM)
//! with a key that never stands in the database: its copy alone opens nothing.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use sha2::{Digest, Sha256};

use super::random_bytes;

/// Seals and opens in the name of this installation.
pub struct Sealer {
    key: LessSafeKey,
    mark: hmac::Key,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(***)")
    }
}

impl Sealer {
    /// The keys that follow from a secret; another purpose of the secret never meets these.
    #[must_use]
    pub fn of_secret(secret: &str) -> Sealer {
        let derived = |purpose: &str| -> [u8; 32] { Sha256::digest(format!("suanquan {purpose} key v1\n{secret}").as_bytes()).into() };
        #[expect(clippy::expect_used, reason = "any 32 bytes are a key of AES-256")]
        let key = UnboundKey::new(&AES_256_GCM, &derived("sealing")).expect("a key has 32 bytes");
        Sealer { key: LessSafeKey::new(key), mark: hmac::Key::new(hmac::HMAC_SHA256, &derived("marking")) }
    }

    /// Seals for one owner: moved to another row it does not open. Hexadecimal, a random nonce first.
    #[must_use]
    pub fn seal(&self, owner: &str, plain: &[u8]) -> String {
        let nonce = random_bytes::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        #[expect(clippy::expect_used, reason = "fails only beyond 64 GiB")]
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner.as_bytes()), &mut sealed)
            .expect("a secret is short");
        hex::encode([&nonce[..], &sealed].concat())
    }

    /// What was sealed for this owner with this key; else nothing.
    #[must_use]
    pub fn open(&self, owner: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = hex::decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self.key.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut sealed).ok()?;
        Some(plain.to_vec())
    }

    /// A hash that only this installation can make, for words too short for a plain one.
    #[must_use]
    pub fn mark(&self, owner: &str, word: &str) -> String {
        hex::encode(hmac::sign(&self.mark, format!("{owner}\n{word}").as_bytes()).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_owner_and_key_alone() {
        let (one, other) = (Sealer::of_secret("one"), Sealer::of_secret("other"));
        let sealed = one.seal("account 7", b"seed");
        assert_eq!(one.open("account 7", &sealed).as_deref(), Some(&b"seed"[..]));
        assert_ne!(one.seal("account 7", b"seed"), sealed, "a nonce is used once");
        assert!(one.open("account 8", &sealed).is_none() && other.open("account 7", &sealed).is_none());
        for broken in ["", "00", "zz", sealed.get(2..).unwrap(), &sealed.replace('a', "b")] {
            assert!(one.open("account 7", broken).is_none() || broken == sealed, "{broken}");
        }
        assert!(!sealed.contains(&hex::encode("seed")) && !format!("{one:?}").contains("one"));
        assert_ne!(one.mark("account 7", "code"), one.mark("account 8", "code"));
    }
}
