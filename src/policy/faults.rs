//! What is wrong with a case from outside: where, what, and what would be right.

use std::fmt;

/// One fault. Printed as one line: `applications[0].items[0].paid: "12.345" has more than two decimals`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, as a path into the JSON; `$` is the whole document.
    pub path: String,
    /// What is wrong and what would be right, in one line.
    pub what: String,
}

impl Fault {
    #[must_use]
    pub fn new(path: impl Into<String>, what: impl Into<String>) -> Fault {
        Fault { path: path.into(), what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// Longest text that a message repeats.
const QUOTED_MAX: usize = 60;

/// A text from outside for a message: in quotes, on one line, not longer than a line.
#[must_use]
pub fn quoted(text: &str) -> String {
    let short: String = text.chars().take(QUOTED_MAX).collect();
    let more = if text.chars().nth(QUOTED_MAX).is_some() { "…" } else { "" };
    let escaped: String =
        short.chars().flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect();
    format!("\"{escaped}{more}\"")
}
