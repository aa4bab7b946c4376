//! Suanquan 算券: from a metered compute purchase to a paid subsidy.

pub mod calendar;
pub mod ids;
pub mod lang;
pub mod money;
