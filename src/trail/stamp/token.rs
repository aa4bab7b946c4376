//! The parts of an answer that a stamp rests on: TSTInfo (RFC 3161 §2.4.2) within SignedData (RFC 5652 §5)
//! with the hash of the certificate among what is signed (RFC 5035, RFC 5816).

use chrono::NaiveDateTime;
use der::Tag;
use der::asn1::ObjectIdentifier;
use ring::digest;

use super::NoStamp;
use super::elements::{Element, Elements, tagged};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");

/// Hashes that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    const ALL: [(ObjectIdentifier, Digest); 3] = [
        (oid("2.16.840.1.101.3.4.2.1"), Digest::Sha256),
        (oid("2.16.840.1.101.3.4.2.2"), Digest::Sha384),
        (oid("2.16.840.1.101.3.4.2.3"), Digest::Sha512),
    ];

    fn known(kind: ObjectIdentifier) -> Result<Digest, NoStamp> {
        Digest::ALL.into_iter().find(|(known, _)| *known == kind).map(|(_, digest)| digest).ok_or(NoStamp::Algorithm)
    }

    const fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Digest::Sha256 => &digest::SHA256,
            Digest::Sha384 => &digest::SHA384,
            Digest::Sha512 => &digest::SHA512,
        }
    }

    pub(super) fn of(self, bytes: &[u8]) -> digest::Digest {
        digest::digest(self.algorithm(), bytes)
    }
}

/// What kind of signature it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignatureKind {
    Rsa,
    RsaPss,
    Ecdsa,
    Ed25519,
}

impl SignatureKind {
    /// Names of signatures, some of which name the hash too.
    const ALL: [(ObjectIdentifier, SignatureKind, Option<Digest>); 9] = [
        (oid("1.2.840.113549.1.1.1"), SignatureKind::Rsa, None),
        (oid("1.2.840.113549.1.1.11"), SignatureKind::Rsa, Some(Digest::Sha256)),
        (oid("1.2.840.113549.1.1.12"), SignatureKind::Rsa, Some(Digest::Sha384)),
        (oid("1.2.840.113549.1.1.13"), SignatureKind::Rsa, Some(Digest::Sha512)),
        (oid("1.2.840.113549.1.1.10"), SignatureKind::RsaPss, None),
        (oid("1.2.840.10045.4.3.2"), SignatureKind::Ecdsa, Some(Digest::Sha256)),
        (oid("1.2.840.10045.4.3.3"), SignatureKind::Ecdsa, Some(Digest::Sha384)),
        (oid("1.2.840.10045.4.3.4"), SignatureKind::Ecdsa, Some(Digest::Sha512)),
        (oid("1.3.101.112"), SignatureKind::Ed25519, None),
    ];

    fn known(kind: ObjectIdentifier, digest: Digest) -> Result<SignatureKind, NoStamp> {
        let found = SignatureKind::ALL.into_iter().find(|(known, ..)| *known == kind);
        let fits = found.filter(|(_, _, own)| own.is_none_or(|own| own == digest));
        fits.map(|(_, kind, _)| kind).ok_or(NoStamp::Algorithm)
    }
}

/// An answer's token, read and not yet judged.
pub(super) struct Token<'a> {
    /// The bytes of TSTInfo.
    pub info: &'a [u8],
    pub imprint: &'a [u8],
    pub nonce: Option<&'a [u8]>,
    pub serial: &'a [u8],
    pub at: NaiveDateTime,
    pub certificates: Vec<&'a [u8]>,
    pub digest: Digest,
    pub message_digest: &'a [u8],
    pub certificate_digest: &'static digest::Algorithm,
    pub certificate_hash: &'a [u8],
    pub signature_kind: SignatureKind,
    pub signature: &'a [u8],
    attributes: &'a [u8],
}

impl<'a> Token<'a> {
    /// Reads the answer of an authority.
    pub(super) fn read(answer: &'a [u8]) -> Result<Token<'a>, NoStamp> {
        let mut outer = Elements::of(answer)?;
        let mut parts = outer.next(Tag::Sequence, "the answer is missing")?.within()?;
        outer.must_end()?;
        must_be_granted(parts.next(Tag::Sequence, "its status is missing")?)?;
        let mut content = parts.next(Tag::Sequence, "its token is missing")?.within()?;
        parts.must_end()?;
        must_be(content.next(Tag::ObjectIdentifier, "its token has no type")?, SIGNED_DATA, "its token is not signed data")?;
        let mut signed = content.next(tagged(0), "its token is empty")?.within()?.next(Tag::Sequence, "its token is empty")?.within()?;
        signed.next(Tag::Integer, "the token has no version")?;
        signed.next(Tag::Set, "the token names no hash")?;
        let mut content = signed.next(Tag::Sequence, "the token holds nothing")?.within()?;
        must_be(content.next(Tag::ObjectIdentifier, "what it holds has no type")?, TST_INFO, "the token is no time stamp")?;
        let info =
            content.next(tagged(0), "the time stamp is missing")?.within()?.next(Tag::OctetString, "the time stamp is missing")?.value;
        let mut certificates = Vec::new();
        if let Some(set) = signed.perhaps(tagged(0))? {
            let mut set = set.within()?;
            while let Some(one) = set.any()? {
                certificates.push(one.whole);
            }
        }
        signed.perhaps(tagged(1))?;
        let mut signers = signed.next(Tag::Set, "nobody signed it")?.within()?;
        let signer = Signer::read(signers.next(Tag::Sequence, "nobody signed it")?)?;
        signers.must_end()?;
        let info = Info::read(info)?;
        Ok(signer.with(info, certificates))
    }

    /// What the signature covers: the attributes as a set of their own (RFC 5652 §5.4).
    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0x31];
        bytes.extend(self.attributes.iter().skip(1));
        bytes
    }
}

fn must_be(found: Element<'_>, wanted: ObjectIdentifier, otherwise: &'static str) -> Result<(), NoStamp> {
    if found.oid()? == wanted { Ok(()) } else { Err(NoStamp::Form(otherwise)) }
}

/// PKIStatusInfo: 0 and 1 are granted; anything else comes with a text and a reason as a bit.
fn must_be_granted(status: Element<'_>) -> Result<(), NoStamp> {
    let mut parts = status.within()?;
    let number = parts.next(Tag::Integer, "its status is missing")?.value;
    if matches!(number, [0 | 1]) {
        return Ok(());
    }
    let mut told = vec![format!("status {}", hex::encode(number))];
    if let Some(texts) = parts.perhaps(Tag::Sequence)? {
        let mut texts = texts.within()?;
        while let Some(text) = texts.any()? {
            told.push(String::from_utf8_lossy(text.value).chars().filter(|c| !c.is_control()).take(200).collect());
        }
    }
    if let Some(bits) = parts.perhaps(Tag::BitString)? {
        let is_set = |bit: usize| bits.value.get(1 + bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0);
        told.extend(REASONS.iter().filter(|(bit, _)| is_set(*bit)).map(|(_, reason)| (*reason).to_owned()));
    }
    Err(NoStamp::Refused(told.join(", ")))
}

/// PKIFailureInfo of RFC 3161 §2.4.2.
const REASONS: [(usize, &str); 8] = [
    (0, "badAlg"),
    (2, "badRequest"),
    (5, "badDataFormat"),
    (14, "timeNotAvailable"),
    (15, "unacceptedPolicy"),
    (16, "unacceptedExtension"),
    (17, "addInfoNotAvailable"),
    (25, "systemFailure"),
];

/// The parts of TSTInfo.
struct Info<'a> {
    whole: &'a [u8],
    imprint: &'a [u8],
    nonce: Option<&'a [u8]>,
    serial: &'a [u8],
    at: NaiveDateTime,
}

impl<'a> Info<'a> {
    fn read(whole: &'a [u8]) -> Result<Info<'a>, NoStamp> {
        let mut outer = Elements::of(whole)?;
        let mut parts = outer.next(Tag::Sequence, "the time stamp is empty")?.within()?;
        outer.must_end()?;
        if parts.next(Tag::Integer, "the time stamp has no version")?.value != [1] {
            return Err(NoStamp::Form("the time stamp is not of version 1"));
        }
        parts.next(Tag::ObjectIdentifier, "the time stamp names no policy")?;
        let mut imprint = parts.next(Tag::Sequence, "the time stamp has no imprint")?.within()?;
        let kind = imprint.next(Tag::Sequence, "its imprint names no hash")?;
        let kind = kind.within()?.next(Tag::ObjectIdentifier, "its imprint names no hash")?.oid()?;
        let hash = imprint.next(Tag::OctetString, "its imprint is empty")?.value;
        if Digest::known(kind) != Ok(Digest::Sha256) {
            return Err(NoStamp::OtherImprint);
        }
        let serial = parts.next(Tag::Integer, "the time stamp has no number")?.value;
        let time = parts.next(Tag::GeneralizedTime, "the time stamp has no time")?.value;
        let text = std::str::from_utf8(time).ok().filter(|text| text.len() >= 15);
        let at = text.and_then(|text| NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S%.fZ").ok());
        let at = at.ok_or(NoStamp::Form("its time is not written 20260302010000Z"))?;
        parts.perhaps(Tag::Sequence)?;
        parts.perhaps(Tag::Boolean)?;
        let nonce = parts.perhaps(Tag::Integer)?.map(|nonce| nonce.value);
        Ok(Info { whole, imprint: hash, nonce, serial, at })
    }
}

/// The parts of SignerInfo.
struct Signer<'a> {
    digest: Digest,
    attributes: Element<'a>,
    message_digest: &'a [u8],
    certificate: (&'static digest::Algorithm, &'a [u8]),
    kind: SignatureKind,
    signature: &'a [u8],
}

impl<'a> Signer<'a> {
    fn read(signer: Element<'a>) -> Result<Signer<'a>, NoStamp> {
        let mut parts = signer.within()?;
        parts.next(Tag::Integer, "the signer has no version")?;
        // Name and number, or the key's: the hash of the certificate below says more.
        parts.any()?;
        let algorithm = |found: Element<'a>| found.within()?.next(Tag::ObjectIdentifier, "the signer names no algorithm")?.oid();
        let digest = Digest::known(algorithm(parts.next(Tag::Sequence, "the signer names no hash")?)?)?;
        let attributes = parts.next(tagged(0), "nothing is signed with it")?;
        let kind = SignatureKind::known(algorithm(parts.next(Tag::Sequence, "the signer names no algorithm")?)?, digest)?;
        let signature = parts.next(Tag::OctetString, "the signature is missing")?.value;
        let content = attribute(attributes, CONTENT_TYPE)?.ok_or(NoStamp::Form("the type is not signed"))?;
        must_be(content.within()?.next(Tag::ObjectIdentifier, "the type is not signed")?, TST_INFO, "another type is signed")?;
        let message = attribute(attributes, MESSAGE_DIGEST)?.ok_or(NoStamp::Form("the hash is not signed"))?;
        let message_digest = message.within()?.next(Tag::OctetString, "the hash is not signed")?.value;
        Ok(Signer { digest, attributes, message_digest, certificate: certificate(attributes)?, kind, signature })
    }

    fn with(self, info: Info<'a>, certificates: Vec<&'a [u8]>) -> Token<'a> {
        Token {
            info: info.whole,
            imprint: info.imprint,
            nonce: info.nonce,
            serial: info.serial,
            at: info.at,
            certificates,
            digest: self.digest,
            message_digest: self.message_digest,
            certificate_digest: self.certificate.0,
            certificate_hash: self.certificate.1,
            signature_kind: self.kind,
            signature: self.signature,
            attributes: self.attributes.whole,
        }
    }
}

/// The values of the one attribute of a kind; two of them are none.
fn attribute(attributes: Element<'_>, wanted: ObjectIdentifier) -> Result<Option<Element<'_>>, NoStamp> {
    let mut found = None;
    let mut all = attributes.within()?;
    while let Some(one) = all.any()? {
        let mut parts = one.within()?;
        if parts.next(Tag::ObjectIdentifier, "an attribute has no type")?.oid()? == wanted {
            let values = parts.next(Tag::Set, "an attribute has no value")?;
            if found.replace(values).is_some() {
                return Err(NoStamp::Form("an attribute is there twice"));
            }
        }
    }
    Ok(found)
}

/// How the signer's certificate is named among what is signed: the first certificate of the list.
fn certificate(attributes: Element<'_>) -> Result<(&'static digest::Algorithm, &[u8]), NoStamp> {
    let missing = "the certificate is not signed";
    let (values, is_second) = match attribute(attributes, SIGNING_CERTIFICATE_V2)? {
        Some(values) => (values, true),
        None => (attribute(attributes, SIGNING_CERTIFICATE)?.ok_or(NoStamp::Form(missing))?, false),
    };
    let mut one = values.within()?;
    for _ in 0..3 {
        // SigningCertificate, its list, the first of the list.
        one = one.next(Tag::Sequence, missing)?.within()?;
    }
    let named = one.perhaps(Tag::Sequence)?.filter(|_| is_second);
    let algorithm = match named {
        Some(kind) => Digest::known(kind.within()?.next(Tag::ObjectIdentifier, missing)?.oid()?)?.algorithm(),
        None if is_second => &digest::SHA256,
        // The first form knew no other hash; the certificate is proven by the signature and its chain.
        None => &digest::SHA1_FOR_LEGACY_USE_ONLY,
    };
    Ok((algorithm, one.next(Tag::OctetString, missing)?.value))
}
