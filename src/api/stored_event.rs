//! A stored event as the API and the export write it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::metering::moment::Moment;
use crate::reports::usage_list::StoredEvent;

/// An event of a chain. Its hash is SHA-256 over the hash before it and all of its columns.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoredEventOut {
    #[serde(rename = "type")]
    #[schema(example = "cn.suanquan.compute.usage.v1")]
    pub kind: String,
    pub source: String,
    pub id: String,
    pub subject: String,
    pub time: String,
    /// As it was sent, in canonical form.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    pub received: String,
    /// Its month was billed already when it came.
    pub late: bool,
    /// Units × milliseconds.
    pub quantity_ms: i64,
    pub shard: i64,
    pub seq: i64,
    /// SHA-256 over type, subject, time and data, in hexadecimal like all hashes here.
    pub digest: String,
    pub hash: String,
}

impl StoredEventOut {
    #[must_use]
    pub fn of(event: &StoredEvent) -> StoredEventOut {
        StoredEventOut {
            kind: event.kind.clone(),
            source: event.source.clone(),
            id: event.event_id.clone(),
            subject: event.subject.clone(),
            time: Moment::from_millis(event.time_ms).to_string(),
            data: serde_json::from_str(&event.data).unwrap_or_default(),
            received: Moment::from_millis(event.received_ms).to_string(),
            late: event.late,
            quantity_ms: event.quantity_ms.get(),
            shard: event.shard,
            seq: event.seq,
            digest: hex::encode(&event.digest),
            hash: hex::encode(&event.hash),
        }
    }
}
