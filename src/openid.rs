//! Signing in by another house: an OpenID Connect provider (OpenID Connect Core 1.0, discovery 1.0),
//! asked by the code flow with state, nonce and PKCE (RFC 7636, S256). What it says of somebody counts
//! only out of an ID token that it signed for us, in answer to this very question.

mod http;
mod id_token;
mod metadata;
mod signature;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::acts::openid_sign_in::Said;
use crate::config::{FactorOf, OpenIdSettings};
use crate::secret::{Token, token_hash};
use metadata::Metadata;

/// Where the provider sends people back to; registered with it under the site's own address.
pub const RETURN: &str = "/login/openid/return";

/// Metadata and keys are asked for again after this long.
const KNOWN_FOR: Duration = Duration::from_hours(1);
/// A key that is not known is looked for at most once in this time.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// People who may wait for the provider at once; it may be slow, and threads are few.
const WAITING: usize = 16;

/// The provider, as it is known at the moment.
#[expect(missing_debug_implementations, reason = "holds the client's secret")]
pub struct Provider {
    settings: OpenIdSettings,
    return_to: String,
    known: Mutex<Option<Known>>,
    turns: Semaphore,
}

#[derive(Clone)]
struct Known {
    metadata: Metadata,
    keys: JwkSet,
    since: Instant,
}

/// What ties one sign-in to the browser that began it. All of it follows from the token in the
/// browser's cookie and the state, so nothing has to be kept that could be stolen here.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds secrets of a sign-in")]
pub struct Flow {
    state: String,
    nonce: String,
    verifier: String,
}

/// Why nothing is known of somebody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWord {
    /// Asking again may help.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    /// It does not take us, or the code: somebody must look at the settings, or the code is used up.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// It says something that must not be believed.
    #[error("the provider's answer is not to be trusted: {0}")]
    Untrusted(String),
}

/// What the token endpoint answers; the access token is used once, for the address, and forgotten.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    #[serde(default)]
    access_token: String,
}

impl Flow {
    #[must_use]
    pub fn of(browser: &Token, state: &str) -> Flow {
        let derived = |purpose: &str| token_hash(&format!("openid {purpose} {} {state}", browser.expose()));
        Flow { state: state.to_owned(), nonce: derived("nonce"), verifier: derived("verifier") }
    }

    fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }
}

impl Provider {
    /// The provider of the settings; `base_url` is how people reach us.
    #[must_use]
    pub fn new(settings: OpenIdSettings, base_url: &str) -> Provider {
        signature::install();
        Provider {
            settings,
            return_to: format!("{}{RETURN}", base_url.trim_end_matches('/')),
            known: Mutex::new(None),
            turns: Semaphore::new(WAITING),
        }
    }

    #[must_use]
    pub fn settings(&self) -> &OpenIdSettings {
        &self.settings
    }

    /// Does its second factor count here?
    #[must_use]
    pub fn asks_for_factor(&self) -> bool {
        self.settings.second_factor == FactorOf::Provider
    }

    /// A turn to ask it; `None` when too many wait for it already.
    #[must_use]
    pub fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.try_acquire().ok()
    }

    /// Where the browser goes to. `again`: the provider must ask the person anew.
    ///
    /// # Errors
    /// A provider that is away, or is not the one of the settings.
    pub fn address(&self, flow: &Flow, again: bool) -> Result<String, NoWord> {
        let known = self.known(false)?;
        let mut query = vec![
            ("response_type", "code"),
            ("response_mode", "query"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", &self.return_to),
            ("scope", "openid email"),
            ("state", &flow.state),
            ("nonce", &flow.nonce),
            ("code_challenge_method", "S256"),
        ];
        let challenge = flow.challenge();
        query.push(("code_challenge", &challenge));
        if again {
            query.extend([("prompt", "login"), ("max_age", "0")]);
        }
        let query = serde_urlencoded::to_string(query).map_err(|why| NoWord::Untrusted(why.to_string()))?;
        let place = &known.metadata.authorization_endpoint;
        Ok(format!("{place}{}{query}", if place.contains('?') { '&' } else { '?' }))
    }

    /// Did the answer come from this provider (RFC 9207)?
    ///
    /// # Errors
    /// Another issuer, or none where the provider promised one; a provider that is away.
    pub fn must_be_the_sender(&self, issuer: Option<&str>) -> Result<(), NoWord> {
        match issuer {
            Some(told) if told == self.settings.issuer => Ok(()),
            Some(_) => Err(NoWord::Untrusted("the answer names another issuer".to_owned())),
            None if self.known(false)?.metadata.authorization_response_iss_parameter_supported => {
                Err(NoWord::Untrusted("the answer names no issuer".to_owned()))
            }
            None => Ok(()),
        }
    }

    /// Gives the code back and reads what the provider says of the person, at this moment of the world
    /// in seconds since 1970.
    ///
    /// # Errors
    /// A provider that is away, a code that it does not take, an ID token that is not for us.
    pub fn redeem(&self, code: &str, flow: &Flow, now: i64) -> Result<Said, NoWord> {
        let known = self.known(false)?;
        let form =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", &self.return_to), ("code_verifier", &flow.verifier)];
        let client = http::Client { id: &self.settings.client_id, secret: self.settings.client_secret.expose() };
        let tokens: Tokens = http::send(&self.settings, &known.metadata.token_endpoint, &form, &client, known.metadata.takes_basic())?;
        let claims = match id_token::read(&tokens.id_token, &known.keys, &self.settings, &flow.nonce, now) {
            // The provider may have changed its keys since we looked.
            Err(id_token::Unread::UnknownKey) => {
                let keys = self.known(true)?.keys;
                id_token::read(&tokens.id_token, &keys, &self.settings, &flow.nonce, now).map_err(id_token::Unread::in_words)?
            }
            other => other.map_err(id_token::Unread::in_words)?,
        };
        let mut said = claims.said();
        if said.email.is_empty()
            && let Some(place) = known.metadata.userinfo_endpoint.as_deref()
        {
            self.ask_for_address(place, &tokens.access_token, &mut said)?;
        }
        Ok(said)
    }

    /// Many providers give the address only to who asks for it with the access token.
    fn ask_for_address(&self, place: &str, access_token: &str, said: &mut Said) -> Result<(), NoWord> {
        let told: id_token::Person = http::get(&self.settings, place, access_token)?;
        if told.sub != said.subject {
            return Err(NoWord::Untrusted("userinfo is about somebody else".to_owned()));
        }
        said.email = told.address();
        said.email_verified = told.is_verified();
        Ok(())
    }

    /// Metadata and keys, asked for where they are not known or too old. `anew`: a key is missing.
    fn known(&self, anew: bool) -> Result<Known, NoWord> {
        let good_for = if anew { LOOK_AGAIN } else { KNOWN_FOR };
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.since.elapsed() < good_for) {
            return Ok(kept);
        }
        // Asked without the lock: who needs only what is known must not wait for a slow provider.
        let metadata = metadata::ask(&self.settings)?;
        let keys = http::get(&self.settings, &metadata.jwks_uri, "")?;
        let known = Known { metadata, keys, since: Instant::now() };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }
}
