//! Signatures of tokens are checked by the library that the rest of the program signs and seals with.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature as with;

/// What a provider may sign with. Neither `none` nor a secret that both sides know is among it.
pub const TRUSTED: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

static RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Says once in a process what tokens are checked with.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if RING.install_default().is_err() {
            tracing::warn!("tokens are checked by another library than ring");
        }
    });
}

/// A key of a kind, or of a length, that the algorithm does not have fits no signature.
struct ByRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if !TRUSTED.contains(algorithm) {
        return Err(ErrorKind::UnsupportedAlgorithm.into());
    }
    Ok(Box::new(ByRing { algorithm: *algorithm, key: key.clone() }))
}

impl Verifier<Vec<u8>> for ByRing {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let fits = match (self.algorithm, self.key.kind()) {
            (Algorithm::ES256, DecodingKeyKind::SecretOrDer(key)) => by_point(&with::ECDSA_P256_SHA256_FIXED, key, message, signature),
            (Algorithm::ES384, DecodingKeyKind::SecretOrDer(key)) => by_point(&with::ECDSA_P384_SHA384_FIXED, key, message, signature),
            (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(key)) => by_point(&with::ED25519, key, message, signature),
            (algorithm, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                let key = with::RsaPublicKeyComponents { n, e };
                rsa(algorithm).is_some_and(|how| key.verify(how, message, signature).is_ok())
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(Error::new()) }
    }
}

impl JwtVerifier for ByRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

fn by_point(how: &'static dyn with::VerificationAlgorithm, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    with::UnparsedPublicKey::new(how, key).verify(message, signature).is_ok()
}

/// Keys of at least 2048 bits.
fn rsa(algorithm: Algorithm) -> Option<&'static with::RsaParameters> {
    match algorithm {
        Algorithm::RS256 => Some(&with::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Some(&with::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Some(&with::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Some(&with::RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Some(&with::RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Some(&with::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}
