//! Questions to the provider: bounded in time and length, nowhere else than where they were sent.

use std::io::Read as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::NoWord;
use crate::config::OpenIdSettings;

/// Longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;

/// How we show the provider who we are.
pub struct Client<'a> {
    pub id: &'a str,
    pub secret: &'a str,
}

type Answer = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

fn agent(settings: &OpenIdSettings) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(settings.timeout_seconds.max(1))))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .user_agent("suanquan")
        .build()
        .into()
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

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, NoWord> {
    let unreachable = |why: &dyn std::fmt::Display| NoWord::Unreachable(why.to_string());
    let mut response = answer.map_err(|why| unreachable(&why))?;
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    response.body_mut().as_reader().take(MAX_ANSWER + 1).read_to_end(&mut bytes).map_err(|why| unreachable(&why))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_ANSWER {
        return Err(NoWord::Untrusted("the answer is longer than 256 KiB".to_owned()));
    }
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
