//! What is secret or personal stands in no struct that prints itself.

use super::none_found;
use super::source::{has_word, rust_files};

/// Names of fields that hold what nobody else may read.
const HIDDEN: &[&str] = &[
    "password",
    "password_hash",
    "secret",
    "client_secret",
    "secret_key",
    "access_key",
    "bearer",
    "credentials",
    "token",
    "token_hash",
    "id_token",
    "access_token",
    "session",
    "csrf",
    "email",
    "to_email",
    "phone",
    "telephone",
    "mobile",
    "id_number",
    "account_no",
    "legal_representative",
];
/// Published with a notice, or typed into a shell by whoever runs the machine.
const OPEN: &[&str] = &["src/export/papers/notice.rs", "src/cli/admin.rs"];

/// The fields of a line of a struct or variant, with their types.
fn fields(line: &str) -> impl Iterator<Item = (&str, &str)> {
    HIDDEN.iter().filter_map(move |name| {
        let at = line.match_indices(&format!("{name}: ")).map(|(at, _)| at).find(|at| {
            let before = line[..*at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })?;
        let rest = &line[at + name.len() + 2..];
        let mut depth = 0_i32;
        let end = rest.find(|c: char| {
            depth += i32::from("<(".contains(c)) - i32::from(">)".contains(c));
            depth <= 0 && (c == ',' || c == '}')
        });
        Some((*name, rest[..end.unwrap_or(rest.len())].trim()))
    })
}

fn findings_in(path: &str, code: &str) -> Vec<String> {
    let (mut findings, mut derives, mut inside) = (Vec::new(), false, None::<i32>);
    for (number, line) in code.lines().enumerate() {
        let plain = line.trim();
        let opens = i32::try_from(line.matches('{').count()).unwrap() - i32::try_from(line.matches('}').count()).unwrap();
        if let Some(depth) = &mut inside {
            *depth += opens;
        } else if plain.starts_with("#[") || plain.is_empty() {
            derives |= plain.starts_with("#[derive(") && has_word(plain, "Debug");
            continue;
        } else {
            let is_type = has_word(plain, "struct") || has_word(plain, "enum");
            let prints = is_type && derives && opens > 0;
            derives = false;
            if !prints {
                continue;
            }
            inside = Some(opens);
        }
        for (name, kind) in fields(line) {
            let text = ["String", "str", "u8"].iter().any(|word| has_word(kind, word));
            if text && !kind.contains("Secret<") && !kind.contains("Personal<") {
                findings.push(format!("{path}:{} derives Debug and shows {name}: {kind}", number + 1));
            }
        }
        if inside.is_some_and(|depth| depth <= 0) {
            inside = None;
        }
    }
    findings
}

#[test]
fn what_is_secret_or_personal_stands_in_no_struct_that_prints_itself() {
    let bad = "#[derive(Clone, Debug)]\n#[diesel(table_name = letter)]\npub struct Letter<'a> {\n    pub id: i64,\n    pub to_email: &'a str,\n}\n\
               #[derive(Debug)]\nenum Outlet {\n    Smtp { host: String, credentials: Option<(String, String)>, port: u16 },\n}\n";
    assert_eq!(findings_in("x", bad).len(), 2, "{:?}", findings_in("x", bad));
    let good = "#[derive(Debug)]\nstruct A {\n    token: Secret<String>,\n    email: Option<Personal<String>>,\n    contact_phone: String,\n}\n\
                #[derive(Clone)]\nstruct B {\n    token: String,\n}\n#[derive(Debug)]\nstruct C;\nfn f() {\n    let x = D { email: String::new() };\n}\n";
    assert_eq!(findings_in("x", good), Vec::<String>::new());
    let mut findings = Vec::new();
    for file in rust_files("src").iter().filter(|file| !file.is_test() && !OPEN.contains(&file.path.as_str())) {
        findings.extend(findings_in(&file.path, &file.code));
    }
    none_found("Secret<T>, Personal<T>, or tells! instead of derive(Debug) (src/hidden.rs).", &findings);
}
