//! A register over HTTP. What its answer means is said by the settings; an answer that does not fit
//! them is no answer.

use std::time::Duration;

use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use super::{Answer, MAX_ANSWER, NoAnswer, digest};
use crate::config::RegisterSettings;
use crate::ids::normal_code;
use crate::outbound::{self, NotRead};
use crate::registry::dates;

pub(super) fn ask(settings: &RegisterSettings, uscc: &str, now: NaiveDateTime) -> Result<Answer, NoAnswer> {
    let address = settings.url.replace("{uscc}", uscc);
    let agent = outbound::agent(Duration::from_secs(settings.timeout_seconds));
    let mut request = agent.get(&address).header("accept", "application/json");
    if !settings.bearer.expose().is_empty() {
        request = request.header("authorization", format!("Bearer {}", settings.bearer.expose()));
    }
    let unreachable = |why: &dyn std::fmt::Display| NoAnswer::Unreachable(why.to_string());
    let response = request.call().map_err(|why| unreachable(&why))?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(NoAnswer::Status(status));
    }
    let bytes = outbound::read(response, MAX_ANSWER).map_err(|why| match why {
        NotRead::Broken(why) => unreachable(&why),
        NotRead::TooLong(_) => NoAnswer::Nonsense(why.to_string()),
    })?;
    read(settings, uscc, &bytes, now)
}

/// What the answer's bytes say.
fn read(settings: &RegisterSettings, uscc: &str, bytes: &[u8], now: NaiveDateTime) -> Result<Answer, NoAnswer> {
    let nonsense = |why: String| NoAnswer::Nonsense(why);
    let body: Value = serde_json::from_slice(bytes).map_err(|why| nonsense(format!("the answer is no JSON: {why}")))?;
    let found = match body.pointer(&settings.found) {
        None => return Err(nonsense(format!("the answer has nothing at {:?}", settings.found))),
        Some(Value::Bool(found)) => *found,
        Some(Value::Null) => false,
        Some(Value::Array(some)) => !some.is_empty(),
        Some(Value::Object(some)) => !some.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Number(number)) => number.as_i64() != Some(0),
    };
    let mut evidence = Map::new();
    evidence.insert("asked_at".to_owned(), Value::from(now.to_string()));
    if found {
        let text = |pointer: &str| -> Option<String> {
            if pointer.is_empty() {
                return None;
            }
            Some(match body.pointer(pointer)? {
                Value::String(text) => text.trim().to_owned(),
                Value::Null => return None,
                other => other.to_string(),
            })
        };
        if !settings.uscc.is_empty() && text(&settings.uscc).map(|code| normal_code(&code)).as_deref() != Some(uscc) {
            return Err(nonsense("the answer is about another enterprise".to_owned()));
        }
        if let Some(number) = text(&settings.number) {
            evidence.insert("number".to_owned(), Value::from(number.chars().take(100).collect::<String>()));
        }
        for (name, pointer) in [("from", &settings.from), ("to", &settings.to)] {
            let Some(said) = text(pointer).filter(|said| !said.is_empty()) else { continue };
            let day = dates::day(&said).ok_or_else(|| nonsense(format!("{pointer:?} is no day")))?;
            evidence.insert(name.to_owned(), Value::from(day.to_string()));
        }
    }
    Ok(Answer {
        found,
        evidence: Value::Object(evidence),
        source: settings.url.split('?').next().unwrap_or_default().to_owned(),
        sha256: digest(bytes),
    })
}
