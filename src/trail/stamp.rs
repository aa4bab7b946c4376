//! A time stamp on a checkpoint (RFC 3161): an authority that is not ours signs that the note was there
//! at a moment. Whoever has the key of the trail can sign a rewritten one, and cannot have it stamped
//! yesterday.
//!
//! What is stamped is SHA-256 of the note as it is handed out, so that `openssl ts -verify` says the same.

mod certificate;
mod elements;
mod token;

use chrono::{DateTime, NaiveDateTime};
use ring::digest;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring as algorithms};

use crate::merkle::Hash;
use certificate::{TIME_STAMPING, is_for_time_stamping, name_of};
use token::{SignatureKind, Token};

/// Bytes of a nonce.
pub const NONCE: usize = 8;

/// What a stamp says, once it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When the note was there, by the authority's clock.
    pub at: NaiveDateTime,
    /// The authority by the name in its certificate.
    pub authority: String,
    /// The number that the authority gave it, in hexadecimal.
    pub serial: String,
    /// Does the certificate lead to one that is trusted? Not asked when none is given.
    pub is_trusted: bool,
}

/// Why an answer is no stamp of a note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoStamp {
    #[error("it is no answer by RFC 3161: {0}")]
    Form(&'static str),
    #[error("the authority refused: {0}")]
    Refused(String),
    #[error("it stamps something else")]
    OtherImprint,
    #[error("it answers another question: the nonce is not repeated")]
    OtherNonce,
    #[error("it is signed by an algorithm that is not known here: RSA, ECDSA on P-256 and P-384 and Ed25519 are, with SHA-256 and longer")]
    Algorithm,
    #[error("its signature is not that of its certificate under this content")]
    Signature,
    #[error("the certificate of the authority: {0}")]
    Certificate(String),
}

/// The certificates that stamps must lead to.
#[derive(Clone, Debug)]
pub struct Trusted {
    anchors: Vec<TrustAnchor<'static>>,
}

impl Trusted {
    /// Reads them from PEM, one after the other.
    ///
    /// # Errors
    /// A text without a certificate, or with one that cannot be read.
    pub fn from_pem(text: &[u8]) -> Result<Trusted, NoStamp> {
        let unread = |why: String| NoStamp::Certificate(format!("it cannot be read from PEM: {why}"));
        let mut anchors = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(text) {
            let certificate = certificate.map_err(|why| unread(why.to_string()))?;
            anchors.push(anchor_from_trusted_cert(&certificate).map_err(|why| unread(why.to_string()))?.to_owned());
        }
        if anchors.is_empty() { Err(unread("there is no BEGIN CERTIFICATE".into())) } else { Ok(Trusted { anchors }) }
    }
}

/// What is stamped of a note.
#[must_use]
pub fn imprint(note: &str) -> Hash {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(note.as_bytes()).into()
}

/// The question for a stamp: an imprint by SHA-256, a nonce, and the wish for the certificates.
#[must_use]
pub fn question(imprint: &Hash, nonce: [u8; NONCE]) -> Vec<u8> {
    // SEQUENCE of version 1; SEQUENCE of the algorithm (SHA-256, NULL) and 32 bytes; INTEGER; TRUE.
    const HEAD: &[u8] = b"\x30\x43\x02\x01\x01\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    [HEAD, imprint, b"\x02\x08", &settled(nonce), b"\x01\x01\xff"].concat()
}

/// A nonce as a positive number of exactly eight bytes.
const fn settled(mut nonce: [u8; NONCE]) -> [u8; NONCE] {
    let [first, ..] = &mut nonce;
    *first = (*first & 0x7f) | 0x40;
    nonce
}

/// Checks an answer: its form, the imprint, the nonce (where the question is still known), the signature,
/// and that the certificate is for time stamping and, at the moment of the stamp, led to a trusted one.
///
/// # Errors
/// The first of these that does not hold.
pub fn check(answer: &[u8], imprint: &Hash, nonce: Option<[u8; NONCE]>, trusted: Option<&Trusted>) -> Result<Stamp, NoStamp> {
    let token = Token::read(answer)?;
    if token.imprint != imprint {
        return Err(NoStamp::OtherImprint);
    }
    if nonce.is_some_and(|nonce| token.nonce != Some(&settled(nonce)[..])) {
        return Err(NoStamp::OtherNonce);
    }
    let own = token.digest.of(token.info);
    if own.as_ref() != token.message_digest {
        return Err(NoStamp::Signature);
    }
    let certificate = signer(&token)?;
    let unread = |why: webpki::Error| NoStamp::Certificate(why.to_string());
    let end = EndEntityCert::try_from(&certificate).map_err(unread)?;
    let signed = token.signed_bytes();
    let fits = |algorithm: &&dyn SignatureVerificationAlgorithm| end.verify_signature(*algorithm, &signed, token.signature).is_ok();
    if !algorithms_of(token.signature_kind, token.digest).iter().any(fits) {
        return Err(NoStamp::Signature);
    }
    if !is_for_time_stamping(&certificate)? {
        return Err(NoStamp::Certificate(FOR_SOMETHING_ELSE.into()));
    }
    if let Some(trusted) = trusted {
        must_lead_to(&token, &certificate, &end, trusted)?;
    }
    Ok(Stamp { at: token.at, authority: name_of(end.subject()), serial: hex::encode(token.serial), is_trusted: trusted.is_some() })
}

/// The certificate whose hash the signature covers.
fn signer<'a>(token: &Token<'a>) -> Result<CertificateDer<'a>, NoStamp> {
    let is_named = |one: &&&[u8]| digest::digest(token.certificate_digest, one).as_ref() == token.certificate_hash;
    let found = token.certificates.iter().find(is_named);
    found.map(|one| CertificateDer::from(*one)).ok_or(NoStamp::Form("the certificate of the signature is not in it"))
}

fn must_lead_to(token: &Token<'_>, own: &CertificateDer<'_>, end: &EndEntityCert<'_>, trusted: &Trusted) -> Result<(), NoStamp> {
    let between: Vec<CertificateDer<'_>> =
        token.certificates.iter().filter(|one| **one != own.as_ref()).map(|one| CertificateDer::from(*one)).collect();
    let since = token.at.and_utc().signed_duration_since(DateTime::UNIX_EPOCH).to_std();
    let time = UnixTime::since_unix_epoch(since.map_err(|_| NoStamp::Form("its time is before 1970"))?);
    // Those between need not say what they are for, and must not say that it is something else.
    let usage = KeyUsage::required_if_present(TIME_STAMPING);
    let found = end.verify_for_usage(ALL, &trusted.anchors, &between, time, usage, None, None);
    found.map(drop).map_err(|why| {
        NoStamp::Certificate(match why {
            webpki::Error::CertExpired { .. } => "it had expired at the time of the stamp".into(),
            webpki::Error::CertNotValidYet { .. } => "it was not valid yet at the time of the stamp".into(),
            webpki::Error::UnknownIssuer => "it does not lead to a trusted one".into(),
            webpki::Error::RequiredEkuNotFoundContext(_) => FOR_SOMETHING_ELSE.into(),
            other => other.to_string(),
        })
    })
}

const FOR_SOMETHING_ELSE: &str = "it is not for time stamping";

/// By which certificates may be signed.
const ALL: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
    algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::ED25519,
];

/// What a token may be signed by; which curve it is says the key.
fn algorithms_of(kind: SignatureKind, digest: token::Digest) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    use token::Digest::{Sha256, Sha384, Sha512};
    match (kind, digest) {
        (SignatureKind::Rsa, Sha256) => vec![algorithms::RSA_PKCS1_2048_8192_SHA256],
        (SignatureKind::Rsa, Sha384) => vec![algorithms::RSA_PKCS1_2048_8192_SHA384],
        (SignatureKind::Rsa, Sha512) => vec![algorithms::RSA_PKCS1_2048_8192_SHA512],
        (SignatureKind::RsaPss, Sha256) => vec![algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
        (SignatureKind::RsaPss, Sha384) => vec![algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
        (SignatureKind::RsaPss, Sha512) => vec![algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
        (SignatureKind::Ecdsa, Sha256) => vec![algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256],
        (SignatureKind::Ecdsa, Sha384) => vec![algorithms::ECDSA_P256_SHA384, algorithms::ECDSA_P384_SHA384],
        (SignatureKind::Ecdsa, Sha512) => vec![],
        (SignatureKind::Ed25519, _) => vec![algorithms::ED25519],
    }
}

#[cfg(test)]
mod tests;
