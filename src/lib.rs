//! Suanquan 算券: from a metered compute purchase to a paid subsidy.
//!
//! ```text
//! Enterprise ─ has Accounts, dated Qualifications, one active BankAccount, a Voucher per year
//!   └ Application ─ State, Items, Materials (contract, invoice, payment), Evaluations
//!       ├ Item ─ one Purchase, claimed once, confirmed by its Provider
//!       └ Subsidy per tier and year ─ reserved, ordered, paid: Postings of the Ledger
//! Notice ─ lists Applications for some working days; Objections hold single ones
//! PayoutBatch ─ Disbursements, drawn up by one person, approved by another; Clawbacks
//! ```
//!
//! The modules stand in reading order; ARCHITECTURE.md has the table of who may import whom, and
//! `tests/it/tidy.rs` checks it.

// Ground: imports nothing of ours.
pub mod calendar;
pub mod code;
pub mod codes;
pub mod hidden;
pub mod ids;
pub mod lang;
pub mod merkle;
pub mod money;

// Facts and rules.
pub mod expense;
pub mod invoice;
pub mod ledger;
pub mod metering;
pub mod paper;
pub mod party;
pub mod policy;
pub mod registry;
pub mod trail;
pub mod voucher;

// Procedure.
pub mod application;
pub mod notice;
pub mod payout;

// Shell: keep, write, read, render.
pub mod acts;
pub mod backup;
pub mod child;
pub mod export;
pub mod files;
pub mod mail;
pub mod openid;
pub mod outbound;
pub mod picture;
pub mod reading;
pub mod register;
pub mod reports;
pub mod scan;
pub mod secret;
pub mod store;
pub mod timestamp;

// Doors and frame.
pub mod api;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod jobs;
pub mod startup;
pub mod telemetry;
pub mod web;
