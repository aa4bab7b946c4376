//! What a file does not say by itself: the source of its events and a map in TOML.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::slurm::SlurmState;
use crate::codes::codes;
use crate::lang::Text;
use crate::metering::moment::UtcOffset;
use crate::metering::quantity::Unit;

/// How a file is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportSettings {
    /// The `source` of the events, a URI: `slurm://dongji/dbd`.
    pub source: String,
    pub map: ImportMap,
}

impl ImportSettings {
    /// Without a map.
    #[must_use]
    pub fn new(source: impl Into<String>) -> ImportSettings {
        ImportSettings { source: source.into(), map: ImportMap::default() }
    }
}

/// The map of a file (`--map`): names, zone, accounts and resources of the centre.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ImportMap {
    /// The clock of times that are written without a zone; without it such times are refused.
    pub utc_offset: Option<UtcOffset>,
    /// The cluster of rows that name none.
    pub cluster: String,
    /// The resource of rows that no rule matches.
    pub resource: String,
    /// What the column `active_seconds` is counted in.
    pub active_unit: TimeUnit,
    /// Name of ours → name in the file. When it is there, other columns are left aside.
    pub columns: BTreeMap<String, String>,
    /// Account → subject. When it is there, it must be total; else the account is the subject.
    pub subjects: BTreeMap<String, String>,
    /// The states whose runs are billed, as the contract says; `None` for the usual ones.
    pub bill_states: Option<BTreeSet<SlurmState>>,
    /// The first that matches a row names its resource.
    pub resources: Vec<ResourceRule>,
}

/// Which rows hold which resource. All conditions that are given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceRule {
    /// The code of the resource in the catalogue.
    pub resource: String,
    #[serde(default)]
    pub partition: Option<String>,
    /// The name of the cards: `npu`, `npu:ascend910b`, `huawei.com/Ascend910`.
    #[serde(default)]
    pub gres: Option<String>,
    /// Huawei's `sku_code`.
    #[serde(default)]
    pub sku: Option<String>,
    /// What is counted: cards, else cores or nodes.
    #[serde(default = "card")]
    pub unit: Unit,
    /// Units of one instance of the SKU.
    #[serde(default)]
    pub units: Option<i64>,
    /// What Huawei's `usage` of this SKU is counted in.
    #[serde(default)]
    pub measure: TimeUnit,
}

fn card() -> Unit {
    Unit::Card
}

codes! {
    /// What a length of time is counted in.
    TimeUnit { Second = "second", Minute = "minute", Hour = "hour" }
}

#[expect(clippy::derivable_impls, reason = "the list of codes derives nothing")]
impl Default for TimeUnit {
    fn default() -> TimeUnit {
        TimeUnit::Second
    }
}

impl TimeUnit {
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            TimeUnit::Second => 1,
            TimeUnit::Minute => 60,
            TimeUnit::Hour => 3600,
        }
    }
}

/// What is wrong with a map, with its line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the map: {reason}")]
pub struct MapFault {
    pub line: usize,
    pub reason: String,
}

impl MapFault {
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(format!("映射文件第 {} 行：{}", self.line, self.reason), self.to_string())
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct MapForm {
    utc_offset: Option<String>,
    cluster: String,
    resource: String,
    active_unit: TimeUnit,
    columns: BTreeMap<String, String>,
    subjects: BTreeMap<String, String>,
    bill_states: Option<BTreeSet<SlurmState>>,
    resources: Vec<ResourceRule>,
}

impl ImportMap {
    /// Reads a map strictly: an unknown name is a fault, for a mistyped one would be a rule that
    /// silently does nothing.
    ///
    /// # Errors
    /// The first fault with its line.
    pub fn parse(text: &str) -> Result<ImportMap, MapFault> {
        let form: MapForm = toml::from_str(text).map_err(|why| MapFault {
            line: why.span().map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1),
            reason: why.message().lines().collect::<Vec<_>>().join(" "),
        })?;
        let at = |name: &str, reason: &str| MapFault {
            line: text.lines().position(|line| line.trim_start().starts_with(name)).map_or(1, |line| line + 1),
            reason: format!("{name} {reason}"),
        };
        let utc_offset = match &form.utc_offset {
            None => None,
            Some(offset) => Some(offset_of(offset).ok_or_else(|| at("utc_offset", "is no offset such as \"+08:00\""))?),
        };
        for rule in &form.resources {
            if rule.unit == Unit::Gib {
                return Err(at("unit", "must be card, core or node here"));
            }
            if rule.sku.is_some() && rule.units.is_none_or(|units| units < 1) {
                return Err(at("sku", "needs units, the cards of one instance, at least 1"));
            }
        }
        Ok(ImportMap {
            utc_offset,
            cluster: form.cluster,
            resource: form.resource,
            active_unit: form.active_unit,
            columns: form.columns,
            subjects: form.subjects,
            bill_states: form.bill_states,
            resources: form.resources,
        })
    }

    /// The subject of an account; `None` for one that a map of accounts does not name.
    #[must_use]
    pub fn subject<'a>(&'a self, account: &'a str) -> Option<&'a str> {
        if self.subjects.is_empty() { Some(account) } else { self.subjects.get(account).map(String::as_str) }
    }

    /// Whether a run that ended so is billed. A run that the centre's own failure or a more urgent
    /// job cut short is not, unless the contract says so.
    #[must_use]
    pub fn bills(&self, state: SlurmState) -> bool {
        match &self.bill_states {
            Some(states) => states.contains(&state),
            None => state.is_billed_by_default(),
        }
    }
}

/// `+08:00`, `-03:30`, `Z`.
fn offset_of(text: &str) -> Option<UtcOffset> {
    if text == "Z" {
        return UtcOffset::of_minutes(0);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two_digits = |part: &str| (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<i32>().ok())?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes).filter(|minutes| *minutes < 60)?);
    UtcOffset::of_minutes(sign * (hours * 60 + minutes))
}
