//! The ID token: signed by the provider, for us, now, and in answer to our question.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use super::NoWord;
use super::signature::TRUSTED;
use crate::acts::openid_sign_in::Said;
use crate::config::OpenIdSettings;

/// How far the provider's clock may be from ours, in seconds.
const CLOCKS_APART: i64 = 60;
/// Longest address that mail knows, in bytes.
const ADDRESS: usize = 254;
/// Longest subject that the standard allows, in bytes.
const SUBJECT: usize = 255;

/// Who somebody is, in an ID token or from the userinfo endpoint.
#[derive(Deserialize)]
pub struct Person {
    pub sub: String,
    #[serde(default)]
    email: Option<String>,
    /// Anything but `true` is no.
    #[serde(default)]
    email_verified: Option<Value>,
}

impl Person {
    /// The address as ours are written; empty for none.
    pub fn address(&self) -> String {
        let told = self.email.as_deref().unwrap_or_default().trim().to_lowercase();
        if told.len() > ADDRESS || told.contains(char::is_control) { String::new() } else { told }
    }

    pub fn is_verified(&self) -> bool {
        self.email_verified == Some(Value::Bool(true))
    }
}

/// What an ID token says.
#[derive(Deserialize)]
pub struct Claims {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    iat: i64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    auth_time: Option<i64>,
    #[serde(default)]
    amr: Vec<String>,
    #[serde(flatten)]
    person: Person,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Why a token is not believed.
#[derive(Debug)]
pub enum Unread {
    /// Signed with a key that we have not seen.
    UnknownKey,
    Wrong(String),
}

impl Unread {
    pub fn in_words(self) -> NoWord {
        NoWord::Untrusted(match self {
            Unread::UnknownKey => "the ID token is signed with a key that the provider does not publish".to_owned(),
            Unread::Wrong(why) => format!("the ID token {why}"),
        })
    }
}

fn wrong<T>(why: &str) -> Result<T, Unread> {
    Err(Unread::Wrong(why.to_owned()))
}

impl Claims {
    pub fn said(self) -> Said {
        Said {
            email: self.person.address(),
            email_verified: self.person.is_verified(),
            by_second_factor: self.amr.iter().any(|how| how == "mfa" || how == "otp"),
            authenticated_at: self.auth_time,
            issuer: self.iss,
            subject: self.person.sub,
        }
    }
}

/// Reads a token (OpenID Connect Core 1.0, 3.1.3.7). `now` in seconds since 1970.
pub fn read(token: &str, keys: &JwkSet, settings: &OpenIdSettings, nonce: &str, now: i64) -> Result<Claims, Unread> {
    let header = decode_header(token).map_err(|why| Unread::Wrong(format!("does not read: {}", in_words(why.kind()))))?;
    if !TRUSTED.contains(&header.alg) {
        return wrong("is signed in a way that is not trusted");
    }
    if header.crit.is_some() {
        return wrong("asks for something that we do not know");
    }
    let key = key_for(keys, header.kid.as_deref(), header.alg)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Unread::Wrong("is signed with a key that does not read".to_owned()))?;
    let mut rules = Validation::new(header.alg);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.set_issuer(&[&settings.issuer]);
    rules.set_audience(&[&settings.client_id]);
    rules.validate_nbf = true;
    rules.leeway = u64::try_from(CLOCKS_APART).unwrap_or_default();
    let claims = decode::<Claims>(token, &key, &rules).map_err(|why| Unread::Wrong(in_words(why.kind()).to_owned()))?.claims;
    check(&claims, settings, nonce, now)?;
    Ok(claims)
}

/// What only a client of OpenID Connect has to look at.
fn check(claims: &Claims, settings: &OpenIdSettings, nonce: &str, now: i64) -> Result<(), Unread> {
    let ours = settings.client_id.as_str();
    let alone = match &claims.aud {
        Audience::One(one) => one == ours,
        Audience::Several(all) => all.iter().all(|one| one == ours),
    };
    if claims.iss != settings.issuer {
        return wrong("comes from another provider");
    }
    // A token for several is ours only when it was given to us.
    if claims.azp.as_deref().is_some_and(|party| party != ours) || (!alone && claims.azp.is_none()) {
        return wrong("is for another site");
    }
    let same = claims.nonce.as_deref().is_some_and(|told| bool::from(subtle::ConstantTimeEq::ct_eq(told.as_bytes(), nonce.as_bytes())));
    if !same {
        return wrong("answers another question than ours (nonce)");
    }
    if claims.iat > now.saturating_add(CLOCKS_APART) {
        return wrong("is of tomorrow: the clocks of provider and server differ");
    }
    if claims.person.sub.is_empty() || claims.person.sub.len() > SUBJECT || claims.person.sub.contains('\0') {
        return wrong("names nobody");
    }
    Ok(())
}

/// The provider's key for a signature: by its name, or the only one that could be it.
fn key_for<'a>(keys: &'a JwkSet, name: Option<&str>, algorithm: Algorithm) -> Result<&'a Jwk, Unread> {
    let mut fitting = keys.keys.iter().filter(|key| fits(key, algorithm));
    let found = match name {
        Some(name) => fitting.find(|key| key.common.key_id.as_deref() == Some(name)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    };
    found.ok_or(Unread::UnknownKey)
}

fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    let named = key.common.key_algorithm.is_none_or(|named| Algorithm::try_from(named).is_ok_and(|named| named == algorithm));
    let kind = match &key.algorithm {
        AlgorithmParameters::EllipticCurve(point) => match algorithm {
            Algorithm::ES256 => point.curve == EllipticCurve::P256,
            Algorithm::ES384 => point.curve == EllipticCurve::P384,
            _ => false,
        },
        AlgorithmParameters::OctetKeyPair(point) => algorithm == Algorithm::EdDSA && point.curve == EllipticCurve::Ed25519,
        AlgorithmParameters::RSA(_) => matches!(
            algorithm,
            Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 | Algorithm::PS256 | Algorithm::PS384 | Algorithm::PS512
        ),
        _ => false,
    };
    signs && named && kind
}

/// What is wrong, without a word of the token.
fn in_words(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "has a wrong signature",
        ErrorKind::ExpiredSignature => "is over",
        ErrorKind::ImmatureSignature => "does not count yet",
        ErrorKind::InvalidIssuer => "comes from another provider",
        ErrorKind::InvalidAudience => "is for another site",
        ErrorKind::MissingRequiredClaim(_) => "says too little (exp, iss, aud and sub are needed)",
        _ => "is no ID token",
    }
}

#[cfg(test)]
mod tests;
