//! The metering engine: events, chains, tariffs, statements, on both databases.

mod any_batches;
mod archive;
mod browser;
pub mod centre;
pub mod demo;
mod desk;
pub mod dice;
mod files;
mod focus;
mod guides;
mod ingest;
mod oracle;
mod over_http;
mod pages;
mod producers;
mod reads;
mod statements;
