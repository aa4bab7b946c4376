//! The one test binary: `cargo nextest run`. Modules are listed below in reading order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::format_collect,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "a test stops at the first surprise and says where"
)]

mod access;
mod accounts;
mod audit;
mod backup;
mod crashlab;
mod doors;
mod durable;
mod evaluate;
mod evidence;
mod export;
mod files;
mod harness;
mod hostile;
mod invoice;
mod ledger;
mod malformed;
mod metering;
mod notice;
mod pages;
mod permissions;
mod registry;
mod review;
mod security;
mod serve;
mod store;
mod tidy;
mod walk;
