//! The metering engine: events, chains, tariffs, statements, on both databases.

pub mod centre;
mod desk;
mod demo;
mod dice;
mod files;
mod ingest;
mod oracle;
mod over_http;
mod pages;
mod statements;
