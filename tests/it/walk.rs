//! The whole path in a real browser: from the import of a purchase to the paid subsidy.

pub mod browser;
pub mod person;
