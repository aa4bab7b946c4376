//! Which top-level modules a file names: `crate::x`, `crate::{x, y::z}`, `super::super::x`, and
//! `suanquan::x` in the binary.

use super::source::{SourceFile, has_word};

/// Line and top-level module of each mention.
pub fn of(file: &SourceFile) -> Vec<(usize, String)> {
    let mut roots = vec!["crate::".to_owned(), "suanquan::".to_owned()];
    // From `src/policy/grant.rs` two steps up is the root of the crate.
    let steps = file.path.trim_start_matches("src/").trim_end_matches("/mod.rs").trim_end_matches(".rs").split('/').count();
    roots.push("super::".repeat(steps));
    roots.iter().flat_map(|root| mentions(&file.code, root)).collect()
}

fn mentions(code: &str, root: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(root) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        for (offset, name) in names(&code[at + root.len()..]) {
            let further = code[at + root.len()..][..offset].matches('\n').count();
            found.push((line + further, name));
        }
    }
    found
}

/// The names that directly follow a path: one, or those at the first level of a `{…}` group.
fn names(rest: &str) -> Vec<(usize, String)> {
    let ident = |at: usize| -> (usize, String) { (at, rest[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()) };
    if !rest.starts_with('{') {
        return vec![ident(0)];
    }
    let (mut depth, mut expects_name, mut found) = (0, false, Vec::new());
    for (at, c) in rest.char_indices() {
        match c {
            '{' => {
                depth += 1;
                expects_name = depth == 1;
            }
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' => expects_name = depth == 1,
            c if c.is_whitespace() => {}
            _ if expects_name => {
                found.push(ident(at));
                expects_name = false;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn groups_and_paths_are_found_with_their_lines() {
    let code = "use crate::money::Fen;\nuse crate::{\n    ids::{A, B},\n    store,\n};\nfn x() { crate::web::y(); my_crate::z(); }\n";
    let found: Vec<String> = mentions(code, "crate::").into_iter().map(|(line, name)| format!("{line} {name}")).collect();
    assert_eq!(found, ["1 money", "3 ids", "4 store", "6 web"]);
    assert!(has_word(code, "web"));
}
