//! Reads a case from JSON, strictly: unknown fields are faults, nothing is guessed, and as many
//! faults as can be told apart are reported at once, each with its path.

mod facts;
mod fields;
mod repeated;

use serde_json::Value;

use super::case::Case;
use super::faults::{Fault, quoted};
use super::pack::Pack;
use super::shipped;

/// A JSON document that has not yet been read as a case: the pack it names decides how.
#[derive(Clone, Debug)]
pub struct Document {
    value: Value,
    faults: Vec<Fault>,
}

impl Document {
    /// Reads the JSON.
    ///
    /// # Errors
    /// The document is empty, not UTF-8 or not JSON.
    pub fn parse(bytes: &[u8]) -> Result<Document, Fault> {
        let text = std::str::from_utf8(bytes)
            .map_err(|why| Fault::new("$", format!("is not UTF-8 text (byte {}); save the file as UTF-8", why.valid_up_to())))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(Fault::new("$", "is empty; a case is a JSON object such as {\"pack\": \"wuhan-2022\", …}"));
        }
        let value: Value = serde_json::from_str(text)
            .map_err(|why| Fault::new("$", format!("is not JSON that can be read: {}", why.to_string().replace('\n', " "))))?;
        Ok(Document { faults: repeated::faults(text), value })
    }

    /// The pack that the case names.
    ///
    /// # Errors
    /// There is none, or it is not a text.
    pub fn pack_name(&self) -> Result<&str, Fault> {
        let known = shipped::known_ids();
        match self.value.get("pack") {
            Some(Value::String(name)) => Ok(name),
            Some(other) => Err(Fault::new("pack", format!("{} is not the id of a pack; known are {known}", fields::shown(other)))),
            None => Err(Fault::new("pack", format!("is missing; name a pack: {known}"))),
        }
    }

    /// Reads the case. Without a pack (it is unknown) everything is checked that does not need it.
    ///
    /// # Errors
    /// All faults that were found, in the order of the document as far as possible.
    pub fn read(&self, pack: Option<&Pack>) -> Result<Case, Vec<Fault>> {
        let mut reader = facts::Reader::new(pack, self.faults.clone());
        let case = reader.case(&self.value);
        match case {
            Some(case) if reader.faults.is_empty() => Ok(case),
            _ => Err(reader.faults),
        }
    }
}

/// The fault of a pack that is not known.
#[must_use]
pub fn unknown_pack(name: &str) -> Fault {
    Fault::new("pack", format!("{} is not a known pack; known are {}", quoted(name), shipped::known_ids()))
}
