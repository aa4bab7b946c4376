//! Suanquan 算券: from a metered compute purchase to a paid subsidy.

pub mod calendar;
pub mod code;
pub mod codes;
pub mod export;
pub mod ids;
pub mod lang;
pub mod money;

pub mod party;

pub mod policy;

pub mod ledger;

pub mod application;

pub mod store;

pub mod web;

pub mod cli;
