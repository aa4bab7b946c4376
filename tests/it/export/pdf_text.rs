//! What poppler reads in a PDF.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use suanquan::export::document::Document;
use suanquan::export::pdf::{self, Fonts};

/// The fonts of this machine, parsed once.
pub fn fonts() -> Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| Fonts::load(None, None).unwrap()).clone()
}

/// A rendered paper in a file, kept for people to look at.
pub struct Rendered {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

pub fn render(name: &str, document: &Document) -> Rendered {
    let bytes = pdf::render(document, &fonts()).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("papers");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.pdf"));
    std::fs::write(&path, &bytes).unwrap();
    Rendered { path, bytes }
}

impl Rendered {
    /// The text of all pages in layout order; pages end with a form feed.
    pub fn text(&self) -> String {
        run("pdftotext", &["-layout"], &self.path, &["-"])
    }

    pub fn pages(&self) -> Vec<String> {
        let text = self.text();
        text.split_terminator('\u{c}').map(str::to_owned).collect()
    }

    /// The text without any white space, for sentences that wrap.
    pub fn running_text(&self) -> String {
        run("pdftotext", &["-raw"], &self.path, &["-"]).split_whitespace().collect()
    }

    pub fn fonts(&self) -> String {
        run("pdffonts", &[], &self.path, &[])
    }
}

fn run(program: &str, before: &[&str], path: &Path, after: &[&str]) -> String {
    let output = Command::new(program).args(before).arg(path).args(after).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{program} complains: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
