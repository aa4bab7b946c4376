//! Signatures (Ed25519) under statements and checkpoints. The key follows from the operator's
//! secret, so a restored database is signed on by the same key; only the public half is stored.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};

/// Signs in the name of this installation.
pub struct Signer {
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("key_id", &self.key_id()).finish_non_exhaustive()
    }
}

impl Signer {
    /// The key that follows from a secret; another purpose of the secret never meets this one.
    #[must_use]
    pub fn of_secret(secret: &str) -> Signer {
        let seed: [u8; 32] = Sha256::digest(format!("suanquan signing key v1\n{secret}").as_bytes()).into();
        #[expect(clippy::expect_used, reason = "any 32 bytes are a seed of Ed25519")]
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed has 32 bytes");
        Signer { pair }
    }

    /// The public half in hexadecimal.
    #[must_use]
    pub fn public_key(&self) -> String {
        hex::encode(self.pair.public_key().as_ref())
    }

    /// The first 16 digits of the SHA-256 of the public half.
    #[must_use]
    pub fn key_id(&self) -> String {
        hex::encode(Sha256::digest(self.pair.public_key().as_ref())).chars().take(16).collect()
    }

    /// The signature in hexadecimal.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        hex::encode(self.pair.sign(message).as_ref())
    }
}

/// Is it the signature of the key (both in hexadecimal) under the message?
#[must_use]
pub fn verify(public_key: &str, message: &[u8], signature: &str) -> bool {
    let (Ok(key), Ok(signature)) = (hex::decode(public_key), hex::decode(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, key).verify(message, &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_message_and_key_alone() {
        let (one, other) = (Signer::of_secret("one"), Signer::of_secret("other"));
        let signature = one.sign(b"statement");
        assert!(verify(&one.public_key(), b"statement", &signature));
        assert!(!verify(&one.public_key(), b"statemenT", &signature));
        assert!(!verify(&other.public_key(), b"statement", &signature));
        assert!(!verify("no key", b"statement", &signature) && !verify(&one.public_key(), b"statement", "00"));
        assert_eq!(Signer::of_secret("one").key_id(), one.key_id());
        assert_ne!(one.key_id(), other.key_id());
    }
}
