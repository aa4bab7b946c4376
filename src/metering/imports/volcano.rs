//! Volcano on Kubernetes: pods and vcjobs as `kubectl get pods,vcjobs -A -o json` writes them.
//!
//! A pod holds its cards from its first container's start to its last container's end; the time in
//! the queue and the pulling of images are not used. A vcjob counts only where none of its pods is
//! in the file: the pods tell the same cards more exactly. A centre exports either pods or jobs,
//! always the same.

mod pod;
mod vcjob;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::cloud_events::documents;
use super::draft::Draft;
use super::flat_row::unknown_account;
use super::json_lines::object;
use super::{FileFault, ImportRow, ImportSettings, RowRead, Rows};
use crate::metering::event::{EventCode, EventFault};
use crate::metering::json_elements::{elements, member};
use crate::metering::moment::{Interval, Moment};

/// What a finished pod or job held.
struct Held<'a> {
    uid: &'a str,
    restarts: i64,
    namespace: &'a str,
    name: &'a str,
    queue: &'a str,
    interval: Interval,
    /// Name of the device in Kubernetes and how many of it.
    cards: Vec<(String, i64)>,
    raw: &'a str,
}

pub(super) fn rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    let items: Vec<&str> = match member(text, &["items"]) {
        Some(list) => elements(list, usize::MAX).map_err(FileFault::BrokenList)?,
        None => documents(text)?.collect(),
    };
    let jobs_with_pods = owners(&items);
    Ok(Box::new(items.into_iter().enumerate().map(move |(at, raw)| {
        if raw.is_empty() {
            return ImportRow::new(at + 1, "", RowRead::empty_line());
        }
        match object(raw) {
            Ok(item) => row(at + 1, &item, raw, &jobs_with_pods, settings, now),
            Err(fault) => ImportRow::new(at + 1, "", RowRead::Rejected(fault)),
        }
    })))
}

/// The UIDs of the jobs that pods of the file belong to.
fn owners(items: &[&str]) -> BTreeSet<String> {
    let mut owners = BTreeSet::new();
    for item in items.iter().filter_map(|raw| object(raw).ok()) {
        let references = at(&item, &["metadata", "ownerReferences"]).and_then(Value::as_array);
        let uids = references.into_iter().flatten().filter_map(|owner| owner.get("uid").and_then(Value::as_str));
        owners.extend(uids.map(str::to_owned));
    }
    owners
}

fn row(
    row: usize,
    item: &Map<String, Value>,
    raw: &str,
    with_pods: &BTreeSet<String>,
    settings: &ImportSettings,
    now: Moment,
) -> ImportRow {
    let name = [text(item, &["metadata", "namespace"]), text(item, &["metadata", "name"])].join("/");
    let held = match text(item, &["kind"]) {
        "Pod" => pod::held(item, raw),
        "Job" if with_pods.contains(text(item, &["metadata", "uid"])) => {
            Err(RowRead::skipped("其 Pod 在本文件中，以 Pod 为准", "its pods are in this file and tell of it"))
        }
        "Job" => vcjob::held(item, raw),
        other => {
            let (zh, en) = (format!("类型「{other}」既不是 Pod 也不是 Job"), format!("the kind \"{other}\" is neither Pod nor Job"));
            Err(RowRead::Rejected(bad("kind", zh, en)))
        }
    };
    ImportRow::new(row, name, held.and_then(|held| held.judge(settings, now)).unwrap_or_else(|outcome| outcome))
}

impl Held<'_> {
    /// Either way an outcome; the error is the early one.
    fn judge(&self, settings: &ImportSettings, now: Moment) -> Result<RowRead, RowRead> {
        let map = &settings.map;
        let quarantined = |fault| RowRead::Quarantined(fault, self.raw.to_owned());
        let (device, units) = match self.cards.as_slice() {
            [] => return Err(RowRead::skipped("未申请卡", "asked for no cards")),
            [(device, units)] => (device.as_str(), *units),
            [..] => {
                let (zh, en) = ("申请了多种卡，请拆分后用 CSV 上报", "asked for cards of several kinds; file its parts as CSV");
                return Err(quarantined(EventFault::new(EventCode::DoesNotAddUp, "requests", zh, en)));
            }
        };
        let fits = |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        let rule = map.resources.iter().find(|rule| rule.sku.is_none() && fits(&rule.partition, self.queue) && fits(&rule.gres, device));
        let resource = rule.map_or(map.resource.as_str(), |rule| rule.resource.as_str());
        if resource.is_empty() {
            let queue = self.queue;
            let (zh, en) = (
                format!("映射文件 [[resources]] 中没有适用于队列「{queue}」的 {device} 的规则"),
                format!("no rule under [[resources]] fits {device} in the queue \"{queue}\""),
            );
            return Err(quarantined(EventFault::new(EventCode::UnknownResource, "requests", zh, en)));
        }
        let subject = map.subject(self.namespace).ok_or_else(|| quarantined(unknown_account("namespace", self.namespace)))?;
        let mut draft = Draft::default();
        draft.text("resource", resource).number("units", units).interval(self.interval.start, self.interval.end);
        draft.text("partition", self.queue).text("instance", self.uid);
        draft.text("cluster", &map.cluster).text("namespace", self.namespace).text("name", self.name);
        Ok(RowRead::of(draft.event(settings, &format!("{}/{}", self.uid, self.restarts), subject, now)))
    }
}

/// The cards that containers ask for: Σ of `huawei.com/Ascend…` and `nvidia.com/gpu`, by device.
fn cards(spec: Option<&Value>) -> Result<Vec<(String, i64)>, RowRead> {
    let mut cards: Vec<(String, i64)> = Vec::new();
    let containers = spec.and_then(|spec| spec.get("containers")).and_then(Value::as_array);
    for container in containers.into_iter().flatten() {
        let resources = container.get("resources");
        let asked = resources.and_then(|all| all.get("requests").or_else(|| all.get("limits"))).and_then(Value::as_object);
        for (device, count) in asked.into_iter().flatten() {
            if !device.starts_with("huawei.com/Ascend") && device != "nvidia.com/gpu" {
                continue;
            }
            let count =
                count.as_str().map_or_else(|| count.as_i64(), |text| text.parse().ok()).filter(|count| (0..1_000_000_000).contains(count));
            let count = count.ok_or_else(|| {
                let (zh, en) = (format!("{device} 的数量不是整数"), format!("the number of {device} is no whole number"));
                RowRead::Rejected(EventFault::new(EventCode::UnitsRange, "requests", zh, en))
            })?;
            match cards.iter_mut().find(|(known, _)| known == device) {
                Some((_, sum)) => *sum = sum.saturating_add(count),
                None if count > 0 => cards.push((device.clone(), count)),
                None => {}
            }
        }
    }
    Ok(cards)
}

fn at<'a>(item: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(item.get(*first)?, |value, step| value.get(*step))
}

fn text<'a>(item: &'a Map<String, Value>, path: &[&str]) -> &'a str {
    at(item, path).and_then(Value::as_str).unwrap_or_default()
}

/// A time of Kubernetes, always in UTC.
fn time(value: Option<&Value>, field: &'static str) -> Result<Moment, RowRead> {
    let written = value.and_then(Value::as_str).unwrap_or_default();
    Moment::parse(written).map_err(|_| {
        let (zh, en) = (format!("时间「{written}」无法读取"), format!("the time \"{written}\" cannot be read"));
        RowRead::Rejected(EventFault::new(EventCode::BadTime, field, zh, en))
    })
}

fn bad(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> EventFault {
    EventFault::new(EventCode::BadEnvelope, field, zh, en)
}

fn unfinished() -> RowRead {
    RowRead::skipped("尚未结束，结束后再导入", "has not ended; import it again when it has")
}
