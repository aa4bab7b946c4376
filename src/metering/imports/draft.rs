//! From what an importer knows to an event: CloudEvents JSON that the one validator reads.

use serde_json::{Map, Value, json};

use super::ImportSettings;
use crate::metering::event::{Event, EventFault, EventKind, read_event};
use crate::metering::moment::Moment;

/// `data` of a usage event; what is empty is left out, so that equal facts have equal bytes.
#[derive(Default)]
pub(super) struct Draft {
    data: Map<String, Value>,
}

impl Draft {
    pub(super) fn text(&mut self, name: &str, text: &str) -> &mut Draft {
        if !text.is_empty() {
            self.data.insert(name.to_owned(), Value::from(text));
        }
        self
    }

    pub(super) fn number(&mut self, name: &str, number: i64) -> &mut Draft {
        self.data.insert(name.to_owned(), Value::from(number));
        self
    }

    /// A whole number as text; what is none stays text, for the validator to refuse.
    pub(super) fn whole(&mut self, name: &str, text: &str) -> &mut Draft {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(number) if plain => self.number(name, number),
            Ok(_) | Err(_) => self.text(name, text),
        }
    }

    /// An object of texts, without the empty ones.
    pub(super) fn object(&mut self, name: &str, fields: &[(&str, &str)]) -> &mut Draft {
        let fields = fields.iter().filter(|(_, text)| !text.is_empty());
        let object: Map<String, Value> = fields.map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
        self.data.insert(name.to_owned(), Value::Object(object));
        self
    }

    pub(super) fn interval(&mut self, start: Moment, end: Moment) -> &mut Draft {
        self.text("start", &start.to_string()).text("end", &end.to_string())
    }

    /// The event under this id; without an id it is called by the digest of its fact.
    pub(super) fn event(self, settings: &ImportSettings, id: &str, subject: &str, now: Moment) -> Result<Event, EventFault> {
        let event = json!({
            "specversion": "1.0",
            "type": EventKind::Usage.as_str(),
            "source": settings.source,
            "id": if id.is_empty() { "-" } else { id },
            "subject": subject,
            "data": self.data,
        });
        let mut event = read_event(&event, now)?;
        if id.is_empty() {
            event.key.id = hex::encode(event.digest);
        }
        Ok(event)
    }
}
