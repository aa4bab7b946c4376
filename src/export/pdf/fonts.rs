//! Finding and measuring the fonts of the papers.
//!
//! Chinese fonts are tens of megabytes and are therefore not part of the program: they are found
//! on the machine (Debian's `fonts-noto-cjk`, or `fonts-wqy-microhei`), parsed once and shared.
//! Only the glyphs that a paper uses are embedded in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use printpdf::{FontId, ParsedFont};

use super::length::Len;
use super::style::Weight;

/// Where Noto Sans CJK SC and WenQuanYi Micro Hei stand on Debian, Fedora, Arch and Alpine.
/// In the Noto collections face 2 is the one for simplified Chinese.
const REGULAR: [(&str, usize); 6] = [
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc", 0),
];

/// The file of the Chinese font that stands on this machine, and its face.
#[must_use]
pub fn font_file() -> Option<(&'static str, usize)> {
    REGULAR.into_iter().find(|(path, _)| Path::new(path).is_file())
}

/// The parsed fonts; cheap to clone.
#[derive(Clone, Debug)]
pub struct Fonts(Arc<Faces>);

#[derive(Debug)]
struct Faces {
    regular: Face,
    /// `None` when no bold twin stands beside the regular font; headings are then regular.
    bold: Option<Face>,
    /// For characters that the chosen font lacks, such as rare ones in names.
    fallback: Option<Face>,
}

/// One face of a font file.
#[derive(Debug)]
pub(crate) struct Face {
    pub(crate) id: FontId,
    pub(crate) parsed: ParsedFont,
}

/// Why there are no fonts to write papers with.
#[derive(Debug, thiserror::Error)]
pub enum NoFonts {
    #[error(
        "no Chinese font was found, so PDF documents cannot be made. Install one: `apt install fonts-noto-cjk` \
         (or fonts-wqy-microhei), or name a font file in the setting `pdf_font`. Looked for: {}",
        list(looked_for)
    )]
    NotFound { looked_for: Vec<PathBuf> },
    #[error("the font file {} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} is not a font that can be embedded (face {face})", path.display())]
    NotAFont { path: PathBuf, face: usize },
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

impl Fonts {
    /// Loads the configured font files, or else the first known font that stands on this
    /// machine. A file is named by its path; a face of a collection by `path#2`. When only the
    /// regular one is configured, headings are set in it too. Takes some tens of milliseconds
    /// and about as much memory as the files: load once, clone afterwards.
    ///
    /// # Errors
    /// No font is found, or a configured one cannot be read: says what to install or set.
    pub fn load(regular: Option<&str>, bold: Option<&str>) -> Result<Fonts, NoFonts> {
        let (regular, found_bold) = match regular {
            Some(configured) => (read_named("SQREGU", configured)?, None),
            None => Fonts::find(&REGULAR.map(|(path, face)| (Path::new(path), face)))?,
        };
        let bold = match bold {
            Some(configured) => Some(read_named("SQBOLD", configured)?),
            None => found_bold,
        };
        Ok(Fonts(Arc::new(Faces { fallback: Fonts::find_fallback(&regular), regular, bold })))
    }

    fn find(candidates: &[(&Path, usize)]) -> Result<(Face, Option<Face>), NoFonts> {
        let Some((path, face)) = candidates.iter().find(|(path, _)| path.is_file()) else {
            return Err(NoFonts::NotFound { looked_for: candidates.iter().map(|(path, _)| path.to_path_buf()).collect() });
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bold = path.with_file_name(name.replace("-Regular", "-Bold"));
        let has_bold = bold != **path && bold.is_file();
        Ok((read("SQREGU", path, *face)?, if has_bold { Some(read("SQBOLD", &bold, *face)?) } else { None }))
    }

    /// A second font, only when the first one is known to lack rare characters of names (𬭚, 喆).
    fn find_fallback(regular: &Face) -> Option<Face> {
        if regular.has('喆') && regular.has('犇') && regular.has('—') {
            return None;
        }
        let (path, face) = REGULAR.iter().find(|(path, _)| Path::new(path).is_file())?;
        read("SQFALL", Path::new(path), *face).ok()
    }

    /// The faces a text is set in, split where the face changes. A character that no face has
    /// becomes 〓, the printer's mark for a missing type.
    pub(crate) fn runs(&self, text: &str, weight: Weight) -> Vec<(&Face, String)> {
        let mut runs: Vec<(&Face, String)> = Vec::new();
        for wanted in text.chars().filter(|c| !c.is_control()) {
            let (face, shown) = self.face_for(wanted, weight);
            match runs.last_mut() {
                Some((last, run)) if last.id == face.id => run.push(shown),
                _ => runs.push((face, shown.to_string())),
            }
        }
        runs
    }

    /// How wide a text is when set on one line.
    pub(crate) fn width(&self, text: &str, size: Len, weight: Weight) -> Len {
        text.chars().filter(|c| !c.is_control()).map(|c| self.char_width(c, size, weight)).sum()
    }

    pub(crate) fn char_width(&self, wanted: char, size: Len, weight: Weight) -> Len {
        let (face, shown) = self.face_for(wanted, weight);
        let glyph = face.glyph(shown).unwrap_or(0);
        size.advance(face.parsed.get_horizontal_advance(glyph), face.parsed.font_metrics.units_per_em)
    }

    pub(crate) fn faces(&self) -> impl Iterator<Item = &Face> {
        std::iter::once(&self.0.regular).chain(&self.0.bold).chain(&self.0.fallback)
    }

    fn face_for(&self, wanted: char, weight: Weight) -> (&Face, char) {
        let preferred = match weight {
            Weight::Bold => self.0.bold.as_ref().unwrap_or(&self.0.regular),
            Weight::Regular => &self.0.regular,
        };
        let known = std::iter::once(preferred).chain(self.faces()).find(|face| face.has(wanted));
        known.map_or((preferred, '〓'), |face| (face, wanted))
    }
}

impl Face {
    fn has(&self, character: char) -> bool {
        self.glyph(character).is_some()
    }

    fn glyph(&self, character: char) -> Option<u16> {
        self.parsed.lookup_glyph_index(u32::from(character)).filter(|glyph| *glyph != 0)
    }
}

/// Reads `path` or `path#face`.
fn read_named(id: &str, configured: &str) -> Result<Face, NoFonts> {
    let (path, face) = match configured.rsplit_once('#') {
        Some((path, face)) => (path, face.parse().unwrap_or(0)),
        None => (configured, 0),
    };
    read(id, Path::new(path), face)
}

fn read(id: &str, path: &Path, face: usize) -> Result<Face, NoFonts> {
    let bytes = std::fs::read(path).map_err(|source| NoFonts::Unreadable { path: path.into(), source })?;
    // The warnings concern optional tables that papers do not use.
    let parsed = ParsedFont::from_bytes(&bytes, face, &mut Vec::new());
    let not_a_font = || NoFonts::NotAFont { path: path.into(), face };
    Ok(Face { id: FontId(id.into()), parsed: parsed.ok_or_else(not_a_font)? })
}
