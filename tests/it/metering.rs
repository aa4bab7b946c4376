//! The metering engine: events, chains, tariffs, statements, on both databases.

pub mod centre;
mod ingest;
mod over_http;
