//! Every kind of page in a real browser: accessible, without sideways scrolling, in both languages.

mod browser;
