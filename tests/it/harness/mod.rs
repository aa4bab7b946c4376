//! What tests stand on: databases, the real program, a real browser and a real mail server.
//! `scripts/test` installs what they need and names it in the environment.
#![allow(dead_code, reason = "a tool of the harness may rest between two tests that need it")]

pub mod browser;
pub mod child;
pub mod db;
pub mod folder;
pub mod mailbox;
pub mod noise;
pub mod openid;
pub mod server;

mod tests;

/// A setting made by `scripts/test`; a test that needs it fails without it, it is never skipped.
pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this test with scripts/test (scripts/test NAME_OF_TEST for one)"))
}
