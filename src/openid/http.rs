//! Questions to the provider: bounded in time and length, nowhere else than where they were sent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::NoWord;
use crate::config::OpenIdSettings;
use crate::outbound::{self, Agent, Answered, NotRead};

/// Longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;

/// How we show the provider who we are.
pub struct Client<'a> {
    pub id: &'a str,
    pub secret: &'a str,
}

fn agent(settings: &OpenIdSettings) -> Agent {
    outbound::agent(Duration::from_secs(settings.timeout_seconds))
}

/// Reads something, with the access token where there is one.
pub fn get<T: DeserializeOwned>(settings: &OpenIdSettings, place: &str, bearer: &str) -> Result<T, NoWord> {
    let mut request = agent(settings).get(place).header("accept", "application/json");
    if !bearer.is_empty() {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    read(request.call())
}

/// Sends the code to the token endpoint, with the client's secret as a header (RFC 6749, 2.3.1) or in the form.
pub fn send<T: DeserializeOwned>(
    settings: &OpenIdSettings,
    place: &str,
    form: &[(&str, &str)],
    client: &Client<'_>,
    basic: bool,
) -> Result<T, NoWord> {
    let mut request = agent(settings).post(place).header("accept", "application/json");
    let mut fields = form.to_vec();
    if basic {
        let word = format!("{}:{}", encoded(client.id)?, encoded(client.secret)?);
        request = request.header("authorization", format!("Basic {}", STANDARD.encode(word)));
    } else {
        fields.extend([("client_id", client.id), ("client_secret", client.secret)]);
    }
    read(request.send_form(fields))
}

fn encoded(text: &str) -> Result<String, NoWord> {
    let pair = serde_urlencoded::to_string([("", text)]).map_err(|why| NoWord::Untrusted(why.to_string()))?;
    Ok(pair.trim_start_matches('=').to_owned())
}

fn read<T: DeserializeOwned>(answer: Answered) -> Result<T, NoWord> {
    let response = answer.map_err(|why| NoWord::Unreachable(why.to_string()))?;
    let status = response.status().as_u16();
    let bytes = outbound::read(response, MAX_ANSWER).map_err(|why| match why {
        NotRead::Broken(why) => NoWord::Unreachable(why.to_string()),
        NotRead::TooLong(_) => NoWord::Untrusted(why.to_string()),
    })?;
    match status {
        200 => serde_json::from_slice(&bytes).map_err(|why| NoWord::Untrusted(format!("the answer does not read: {why}"))),
        400..=499 => Err(NoWord::Refused(format!("status {status}{}", error_code(&bytes)))),
        _ => Err(NoWord::Unreachable(format!("status {status}"))),
    }
}

/// The provider's own short code, such as `invalid_grant`; nothing else of what it sent.
fn error_code(bytes: &[u8]) -> String {
    let told = serde_json::from_slice::<Value>(bytes).ok();
    let code = told.as_ref().and_then(|told| told.get("error")).and_then(Value::as_str).unwrap_or_default();
    let plain: String = code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
    if plain.is_empty() { plain } else { format!(", {plain}") }
}
