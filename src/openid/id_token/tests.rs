use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use super::*;
use crate::clock::Clock;
use crate::openid::signature;

const NONCE: &str = "the nonce of this question";

fn settings() -> OpenIdSettings {
    toml::from_str("issuer = \"https://id.example.cn\"\nclient_id = \"suanquan\"\nclient_secret = \"hidden\"").unwrap()
}

/// A provider with a key of its own.
struct Issuer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Issuer {
    fn new() -> Issuer {
        signature::install();
        let random = SystemRandom::new();
        let stored = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, stored.as_ref(), &random).unwrap();
        Issuer { pair, random }
    }

    fn key(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let part = |from: usize| URL_SAFE_NO_PAD.encode(point.get(from..from + 32).unwrap());
        json!({"kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "x": part(1), "y": part(33)})
    }

    fn keys(&self) -> JwkSet {
        serde_json::from_value(json!({"keys": [self.key()]})).unwrap()
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = self.pair.sign(&self.random, message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn told(&self, changed: &Value) -> Result<Said, String> {
        let mut claims = claims();
        for (name, value) in changed.as_object().unwrap() {
            claims.as_object_mut().unwrap().insert(name.clone(), value.clone());
        }
        self.read(&self.sign(&json!({"alg": "ES256", "kid": "one"}), &claims))
    }

    fn read(&self, token: &str) -> Result<Said, String> {
        let read = read(token, &self.keys(), &settings(), NONCE, Clock::of_the_world().timestamp());
        read.map(Claims::said).map_err(|why| why.in_words().to_string())
    }
}

fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn claims() -> Value {
    let now = Clock::of_the_world().timestamp();
    json!({
        "iss": "https://id.example.cn", "sub": "7f3a", "aud": "suanquan", "exp": now + 300, "iat": now, "nonce": NONCE,
        "email": " Zhang@City.example ", "email_verified": true, "auth_time": now - 5, "amr": ["pwd", "otp"],
    })
}

#[test]
fn a_token_for_us_says_who_somebody_is() {
    let issuer = Issuer::new();
    let said = issuer.told(&json!({})).unwrap();
    assert_eq!((said.subject.as_str(), said.email.as_str(), said.issuer.as_str()), ("7f3a", "zhang@city.example", "https://id.example.cn"));
    assert!(said.email_verified && said.by_second_factor && said.authenticated_at.is_some());
    for no in [json!("true"), json!(1), json!(false), Value::Null] {
        assert!(!issuer.told(&json!({"email_verified": no})).unwrap().email_verified, "{no} is not true");
    }
    assert!(!issuer.told(&json!({"amr": ["pwd"]})).unwrap().by_second_factor);
    assert!(issuer.told(&json!({"aud": ["suanquan"]})).is_ok() && issuer.told(&json!({"azp": "suanquan"})).is_ok());
    assert!(issuer.told(&json!({"aud": ["suanquan", "other"], "azp": "suanquan"})).is_ok());
}

#[test]
fn a_token_for_others_of_another_time_or_of_another_question_is_refused() {
    let issuer = Issuer::new();
    let now = Clock::of_the_world().timestamp();
    for (changed, why) in [
        (json!({"iss": "https://evil.example.cn"}), "another provider"),
        (json!({"iss": ["https://id.example.cn"]}), "no ID token"),
        (json!({"aud": "other"}), "another site"),
        (json!({"aud": []}), "another site"),
        (json!({"aud": ["suanquan", "other"]}), "another site"),
        (json!({"azp": "other"}), "another site"),
        (json!({"aud": null}), "no ID token"),
        (json!({"exp": now - 61}), "is over"),
        (json!({"exp": null}), "too little"),
        (json!({"exp": "tomorrow"}), "too little"),
        (json!({"nbf": now + 120}), "does not count yet"),
        (json!({"iat": now + 120}), "clocks"),
        (json!({"nonce": "of another question"}), "nonce"),
        (json!({"nonce": null}), "nonce"),
        (json!({"sub": ""}), "nobody"),
        (json!({"sub": "x".repeat(256)}), "nobody"),
        (json!({"sub": null}), "no ID token"),
    ] {
        let told = issuer.told(&changed);
        assert!(told.as_ref().is_err_and(|told| told.contains(why)), "{changed}: {told:?}");
    }
}

#[test]
fn a_signature_of_nobody_of_a_stranger_or_by_our_own_secret_is_refused() {
    let (issuer, stranger) = (Issuer::new(), Issuer::new());
    let header = |algorithm: &str| json!({"alg": algorithm, "kid": "one"});
    let of_stranger = stranger.sign(&header("ES256"), &claims());
    assert!(issuer.read(&of_stranger).unwrap_err().contains("wrong signature"));
    let unsigned = format!("{}.", message(&header("none"), &claims()));
    assert!(issuer.read(&unsigned).is_err());
    // A public key taken for a shared secret, and the client's secret itself.
    let words = [issuer.pair.public_key().as_ref().to_vec(), issuer.key().to_string().into_bytes(), b"hidden".to_vec()];
    for secret in words {
        let message = message(&header("HS256"), &claims());
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
        let told = issuer.read(&format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))).unwrap_err();
        assert!(told.contains("not trusted"), "{told}");
    }
    for (alg, kid) in [("ES384", "one"), ("RS256", "one"), ("EdDSA", "one"), ("ES256", "two")] {
        let told = issuer.read(&issuer.sign(&json!({"alg": alg, "kid": kid}), &claims())).unwrap_err();
        assert!(told.contains("does not publish"), "{alg} {kid}: {told}");
    }
    let critical = issuer.sign(&json!({"alg": "ES256", "kid": "one", "crit": ["exp"]}), &claims());
    assert!(issuer.read(&critical).unwrap_err().contains("do not know"));
    let own_key = issuer.sign(&json!({"alg": "ES256", "kid": "two", "jwk": issuer.key()}), &claims());
    assert!(issuer.read(&own_key).is_err(), "a key that comes with the token proves nothing");
    let whole = issuer.sign(&header("ES256"), &claims());
    for broken in ["", ".", "..", "a.b.c", whole.get(..whole.len() - 4).unwrap(), &whole.replace('.', "")] {
        assert!(issuer.read(broken).is_err(), "{broken}");
    }
}

#[test]
fn a_key_is_found_by_its_name_or_by_being_the_only_one() {
    let issuer = Issuer::new();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let edwards = json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())});
    let keys: JwkSet = serde_json::from_value(json!({"keys": [issuer.key(), edwards]})).unwrap();
    let at = Clock::of_the_world().timestamp();
    let message = message(&json!({"alg": "EdDSA"}), &claims());
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()).as_ref()));
    assert!(read(&token, &keys, &settings(), NONCE, at).is_ok(), "the only key of its kind");
    let mut second = issuer.key();
    second["kid"] = json!("two");
    let twice: JwkSet = serde_json::from_value(json!({"keys": [issuer.key(), second]})).unwrap();
    let nameless = issuer.sign(&json!({"alg": "ES256"}), &claims());
    assert!(read(&nameless, &issuer.keys(), &settings(), NONCE, at).is_ok());
    assert!(matches!(read(&nameless, &twice, &settings(), NONCE, at), Err(Unread::UnknownKey)), "it could be either");
    let mut encrypting = issuer.key();
    encrypting["use"] = json!("enc");
    let none: JwkSet = serde_json::from_value(json!({"keys": [encrypting]})).unwrap();
    assert!(matches!(read(&nameless, &none, &settings(), NONCE, at), Err(Unread::UnknownKey)));
}
