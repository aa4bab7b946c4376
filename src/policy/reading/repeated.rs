//! Keys that an object names twice. A parser keeps one of them silently; money should not depend
//! on which.

use std::collections::BTreeSet;

use crate::policy::faults::{Fault, quoted};

/// Where the scan is.
enum Level {
    Object { keys: BTreeSet<String>, current: String },
    List { index: usize },
}

/// One fault for every repetition. `text` is JSON that has been parsed before, so only strings
/// and brackets need looking at.
pub(super) fn faults(text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    let mut expects_key = false;
    let mut rest = text;
    while let Some(found) = rest.find(['"', '{', '}', '[', ']', ',']) {
        let (_, here) = rest.split_at(found);
        if here.starts_with('"') {
            let (string, after) = here.split_at(string_length(here));
            rest = after;
            if expects_key {
                expects_key = false;
                let key: String = serde_json::from_str(string).unwrap_or_default();
                if let Some(Level::Object { keys, current }) = levels.last_mut() {
                    let is_new = keys.insert(key.clone());
                    *current = key;
                    if !is_new {
                        faults.push(Fault::new(path(&levels), "is given twice; give it once"));
                    }
                }
            }
            continue;
        }
        match here.chars().next() {
            Some('{') => levels.push(Level::Object { keys: BTreeSet::new(), current: String::new() }),
            Some('[') => levels.push(Level::List { index: 0 }),
            Some('}' | ']') => {
                levels.pop();
            }
            _ => {
                if let Some(Level::List { index }) = levels.last_mut() {
                    *index += 1;
                }
            }
        }
        expects_key = matches!(levels.last(), Some(Level::Object { .. })) && here.starts_with(['{', ',']);
        rest = here.split_at(1).1;
    }
    faults
}

/// Bytes of the string at the beginning of `text`, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (offset, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return offset + 1,
            _ => {}
        }
    }
    text.len()
}

fn path(levels: &[Level]) -> String {
    let mut path = String::new();
    for level in levels {
        path = match level {
            Level::Object { current, .. } => join(&path, current),
            Level::List { index } => format!("{path}[{index}]"),
        };
    }
    path
}

/// `path.name`; a name that is not a plain word stands in quotes.
pub(super) fn join(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) && name.chars().count() <= 60;
    let name = if plain { name.to_owned() } else { quoted(name) };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}
