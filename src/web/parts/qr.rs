//! A QR code, drawn as one path of an SVG that stands in the page itself: nothing is fetched, and no
//! script draws it.

use askama::Template;
use qrcode::{Color, EcLevel, QrCode};

/// Blank modules around the code, as ISO/IEC 18004 asks for.
const MARGIN: usize = 4;

/// The picture.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/qr.html")]
pub struct QrView {
    /// Modules of a side, the margin counted.
    size: usize,
    /// Runs of dark modules.
    path: String,
    label: String,
}

impl QrView {
    /// The code of a text; `None` when it is too long for one. `label` says what it is to whoever
    /// does not see it.
    #[must_use]
    pub fn new(text: &str, label: impl Into<String>) -> Option<QrView> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    path.push_str(&format!("M{} {}h{}v1h-{}z", x + MARGIN, y + MARGIN, run.len(), run.len()));
                }
                x += run.len();
            }
        }
        Some(QrView { size: width + 2 * MARGIN, path, label: label.into() })
    }
}
