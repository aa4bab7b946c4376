//! How each qualification is obtained and renewed: `data/qualifications.toml`, in words for the
//! enterprise, each with its source.

use std::sync::LazyLock;

use serde::Deserialize;

use super::pack::Status;
use crate::lang::Text;
use crate::party::entry::EntryKind;

/// The way to one qualification.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "WayFields")]
pub struct Way {
    pub kind: EntryKind,
    pub get: Text,
    pub renew: Text,
    /// `中文 / english`.
    pub source: String,
    pub status: Status,
}

/// A way as it is written in TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WayFields {
    kind: EntryKind,
    get_zh: String,
    get_en: String,
    renew_zh: String,
    renew_en: String,
    source: String,
    status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ways {
    qualification: Vec<Way>,
}

impl From<WayFields> for Way {
    fn from(fields: WayFields) -> Way {
        Way {
            kind: fields.kind,
            get: Text::new(fields.get_zh, fields.get_en),
            renew: Text::new(fields.renew_zh, fields.renew_en),
            source: fields.source,
            status: fields.status,
        }
    }
}

#[expect(clippy::panic, reason = "the file is part of the program and a test reads it")]
static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| match toml::from_str::<Ways>(include_str!("../../data/qualifications.toml")) {
    Ok(ways) => ways.qualification,
    Err(why) => panic!("data/qualifications.toml, {why}"),
});

/// The way to a kind of entry.
#[must_use]
pub fn way(kind: EntryKind) -> Option<&'static Way> {
    WAYS.iter().find(|way| way.kind == kind)
}
