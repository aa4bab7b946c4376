//! Papers that read themselves, in a real browser.

mod browser;
