//! Reading the repository's own files.

use std::path::{Path, PathBuf};

/// A Rust file of the repository.
pub struct SourceFile {
    /// From the root, with `/`.
    pub path: String,
    /// Its top-level module: `policy` for `src/policy/grant.rs`.
    pub module: String,
    pub text: String,
    /// The text with comments and the contents of string literals blanked; same lines.
    pub code: String,
}

impl SourceFile {
    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// Whether the file belongs to `owner`: a module (`store`) or a file or folder (`mail/transport`).
    pub fn is_in(&self, owner: &str) -> bool {
        let below = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        below == owner || below.strip_prefix(owner).is_some_and(|rest| rest.starts_with('/'))
    }

    pub fn lines_with_word(&self, word: &str) -> Vec<usize> {
        self.code.lines().enumerate().filter(|(_, line)| has_word(line, word)).map(|(number, _)| number + 1).collect()
    }

    /// Whether the file has `mod name;`, public or not.
    pub fn declares(&self, name: &str) -> bool {
        let wanted = format!("mod {name};");
        self.code.lines().any(|line| line.trim_end().ends_with(&wanted) && has_word(line, "mod"))
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Path and text of each file below `folder` whose extension is listed (`""`: no extension), sorted.
pub fn files_under(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), extensions, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, extensions: &[&str], found: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, extensions, found);
        } else if extensions.contains(&path.extension().map_or("", |extension| extension.to_str().unwrap())) {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

pub fn rust_files(folder: &str) -> Vec<SourceFile> {
    let as_source = |(path, text): (String, String)| {
        let first = path.trim_start_matches("src/").split('/').next().unwrap();
        SourceFile { module: first.trim_end_matches(".rs").to_owned(), code: without_comments_and_strings(&text), path, text }
    };
    files_under(folder, &["rs"]).into_iter().map(as_source).collect()
}

/// Whether `word` stands in `line` with no letter, digit or underscore at its sides.
pub fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

pub fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// Blanks `{{ … }}`, `{% … %}`, `{# … #}` and `<!-- … -->`; line ends stay.
pub fn without_template_code(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    let marks = [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<!--", "-->")];
    while let Some((at, end)) = marks.iter().filter_map(|(open, close)| rest.find(open).map(|at| (at, *close))).min() {
        plain.push_str(&rest[..at]);
        let length = rest[at..].find(end).map_or(rest.len() - at, |offset| offset + end.len());
        plain.extend(rest[at..at + length].chars().filter(|c| *c == '\n'));
        rest = &rest[at + length..];
    }
    plain + rest
}

/// Blanks `{% if lang.code() == "en" %} … {% else %} … {% endif %}`, the long form of a pair; line ends stay.
pub fn without_language_choices(text: &str) -> String {
    let Some(at) = text.find("code() == \"en\" %}").and_then(|at| text[..at].rfind("{%")) else { return text.to_owned() };
    let (mut depth, mut end) = (0, text.len());
    for (tag, _) in text[at..].match_indices("{%") {
        let rest = text[at + tag + 2..].trim_start_matches('-').trim_start();
        depth += i32::from(rest.starts_with("if ")) - i32::from(rest.starts_with("endif"));
        if depth == 0 {
            end = text[at + tag..].find("%}").map_or(text.len(), |close| at + tag + close + 2);
            break;
        }
    }
    let lines: String = text[at..end].chars().filter(|c| *c == '\n').collect();
    format!("{}{lines}{}", &text[..at], without_language_choices(&text[end..]))
}

/// Blanks comments, and what stands between the quotes of string and character literals, so that a
/// word in a message is not taken for an import. Line ends stay.
pub fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kept, length) = match literal_or_comment(rest) {
            Some(length) => ("\"\"", length),
            None => (&rest[..first.len_utf8()], first.len_utf8()),
        };
        code.push_str(kept);
        if kept == "\"\"" {
            code.extend(rest[..length].chars().filter(|c| *c == '\n'));
        }
        rest = &rest[length..];
    }
    code
}

/// The length of the comment or literal that `text` begins with.
fn literal_or_comment(text: &str) -> Option<usize> {
    let until = |start: usize, end: &str| text[start..].find(end).map_or(text.len(), |at| start + at + end.len());
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(until(2, "*/"));
    }
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            return Some(until(hashes + 2, &format!("\"{}", "#".repeat(hashes))));
        }
    }
    if text.starts_with('"') {
        return Some(quoted(text, '"'));
    }
    // A character literal, not a lifetime: 'x' or an escape.
    let mut chars = text.chars();
    if chars.next() == Some('\'') {
        let (one, two) = (chars.next()?, chars.next()?);
        if one == '\\' || two == '\'' {
            return Some(quoted(text, '\''));
        }
    }
    None
}

fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == mark {
            return at + 1;
        }
    }
    text.len()
}

#[test]
fn words_in_comments_and_strings_are_not_code() {
    let text =
        "use a; // diesel::x\nlet s = \"diesel\\\" {\"; let c = '\"'; let l: &'static str = r#\"diesel\"#; diesel::y();\n/* diesel\n */ b";
    let code = without_comments_and_strings(text);
    assert_eq!(code.lines().count(), 4, "{code}");
    let lines: Vec<usize> = code.lines().enumerate().filter(|(_, line)| has_word(line, "diesel")).map(|(number, _)| number + 1).collect();
    assert_eq!(lines, [2]);
    assert!(code.contains("diesel::y()") && code.contains("&'static str"), "{code}");
}

#[test]
fn text_of_a_template_is_what_is_left_without_its_code() {
    let text = "<p>{{ t(\"中文\", \"English\") }}</p>\n{# 注释\n #}<b>{% if a %}留{% endif %}</b>";
    assert_eq!(without_template_code(text), "<p></p>\n\n<b>留</b>");
    let choice = "{% if a %}{%- if l.code() == \"en\" %}one{% if b %}s{% endif %}{% else %}请\n改{% endif %}处{% endif %}";
    assert_eq!(without_language_choices(choice), "{% if a %}\n处{% endif %}");
}
