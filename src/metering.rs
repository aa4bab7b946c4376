//! Metering 计量: what was used, at which price, and what is billed for it.
//!
//! An *event* says once and for ever what a meter saw (a half-open interval, a gauge, a counter).
//! Its *quantity* is units × time, an integer number of unit-milliseconds. A *tariff* prices
//! quantities per contract and month with one rounding per statement line. A *statement* freezes
//! the lines; what comes late becomes adjustment lines of the next one. An issued statement makes a
//! *purchase*, and only what was really paid of it is *claimable*.
//!
//! Nothing here reads a clock or a table: facts go in, a decision comes out.

pub mod canonical;
pub mod chain;
pub mod day_sums;
pub mod event;
pub mod imports;
pub mod json_elements;
pub mod moment;
pub mod purchase_row;
pub mod quantity;
pub mod rating;
pub mod readings;
pub mod reconcile;
pub mod statement;
pub mod tariff;
pub mod what_if;
