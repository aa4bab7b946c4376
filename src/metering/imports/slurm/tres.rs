//! What a run held, from AllocTRES. `gres/npu=8,gres/npu:ascend910b=8` are eight cards, not
//! sixteen: the typed entry tells of the same cards again. `billing=` is cut to a whole number by
//! Slurm and is kept for information only.

use std::collections::{BTreeMap, BTreeSet};

use crate::metering::event::{EventCode, EventFault};
use crate::metering::imports::{ImportMap, ResourceRule};
use crate::metering::quantity::Unit;

/// Resource and units of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) resource: String,
    pub(super) units: i64,
}

/// Cards by name (`npu`) and type (`npu:ascend910b`).
struct Cards<'a> {
    counts: BTreeMap<&'a str, i64>,
    /// All cards, each counted once.
    total: i64,
}

/// Finds the rule for what a run held. Without a rule its cards are of the map's resource; a run
/// without cards needs a rule that says what counts.
pub(super) fn held(tres: &str, partition: &str, map: &ImportMap) -> Result<Held, EventFault> {
    let entries = entries(tres)?;
    let cards = cards(&entries, &map.resources);
    for rule in &map.resources {
        if rule.sku.is_some() || rule.partition.as_deref().is_some_and(|wanted| wanted != partition) {
            continue;
        }
        match rule.unit {
            Unit::Card => match &rule.gres {
                _ if cards.total == 0 => {}
                None => return Ok(Held { resource: rule.resource.clone(), units: cards.total }),
                Some(gres) => {
                    if let Some(count) = cards.counts.get(gres.as_str()).filter(|count| **count > 0) {
                        return all_of_one_kind(rule, *count, cards.total, tres);
                    }
                }
            },
            Unit::Core | Unit::Node | Unit::Gib => {
                let count = entries.get(if rule.unit == Unit::Node { "node" } else { "cpu" }).copied().unwrap_or(0);
                return Ok(Held { resource: rule.resource.clone(), units: count });
            }
        }
    }
    if cards.total > 0 && !map.resource.is_empty() {
        return Ok(Held { resource: map.resource.clone(), units: cards.total });
    }
    Err(no_rule(tres, partition))
}

/// One event holds one resource, so a rule for one kind of cards must cover all of the run's.
fn all_of_one_kind(rule: &ResourceRule, count: i64, total: i64, tres: &str) -> Result<Held, EventFault> {
    if count == total {
        return Ok(Held { resource: rule.resource.clone(), units: total });
    }
    Err(EventFault::new(
        EventCode::DoesNotAddUp,
        "AllocTRES",
        format!("共 {total} 张卡，其中只有 {count} 张属于 {}（{tres}），请拆分后用 CSV 上报", rule.resource),
        format!("holds {total} cards, only {count} of them {} ({tres}); file its parts as CSV", rule.resource),
    ))
}

fn no_rule(tres: &str, partition: &str) -> EventFault {
    EventFault::new(
        EventCode::UnknownResource,
        "AllocTRES",
        format!("映射文件 [[resources]] 中没有适用于分区「{partition}」（{tres}）的规则；没有卡的作业请用 unit = \"core\" 或 \"node\""),
        format!(
            "no rule under [[resources]] fits partition \"{partition}\" ({tres}); for runs without cards say unit = \"core\" or \"node\""
        ),
    )
}

/// `name=count` by name; amounts of memory and the like are left aside.
fn entries(tres: &str) -> Result<BTreeMap<&str, i64>, EventFault> {
    let mut entries = BTreeMap::new();
    for entry in tres.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        let Some((name, count)) = entry.split_once('=') else { return Err(unreadable(entry)) };
        if matches!(name, "cpu" | "node") || name.starts_with("gres/") {
            let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
            let count = digits.then(|| count.parse().ok()).flatten().ok_or_else(|| unreadable(entry))?;
            entries.insert(name.strip_prefix("gres/").unwrap_or(name), count);
        }
    }
    Ok(entries)
}

fn unreadable(entry: &str) -> EventFault {
    EventFault::new(
        EventCode::BadEnvelope,
        "AllocTRES",
        format!("「{entry}」不是 名称=整数，请用 --noconvert 导出"),
        format!("\"{entry}\" is not name=whole number; make the dump with --noconvert"),
    )
}

/// The cards among the entries: NPUs, GPUs and what the rules call cards. The untyped count is the
/// one that counts; typed counts are summed only where there is none.
fn cards<'a>(entries: &BTreeMap<&'a str, i64>, rules: &[ResourceRule]) -> Cards<'a> {
    let kind = |name: &str| name.split(':').next().unwrap_or_default().to_owned();
    let mut kinds: BTreeSet<String> = ["npu", "gpu"].map(str::to_owned).into();
    kinds.extend(rules.iter().filter_map(|rule| rule.gres.as_deref()).map(kind));
    let counts: BTreeMap<&str, i64> =
        entries.iter().filter(|(name, _)| kinds.contains(&kind(name))).map(|(name, count)| (*name, *count)).collect();
    let total = kinds.iter().fold(0_i64, |sum, wanted| {
        let typed = || counts.iter().filter(|(name, _)| kind(name) == *wanted).fold(0_i64, |sum, (_, count)| sum.saturating_add(*count));
        sum.saturating_add(counts.get(wanted.as_str()).copied().unwrap_or_else(typed))
    });
    Cards { counts, total }
}
