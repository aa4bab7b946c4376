//! Draws one paper from standard input to standard output, within limits: the child of the page that
//! shows it.

use std::io::{Read, Write};
use std::sync::Arc;

use crate::child::{Limits, give_up_resources};
use crate::export::pdf::font_file;
use crate::picture::{Font, LIMITS, MOST_BYTES, draw};

/// Draws the paper. Without a font of the settings the one that stands on this machine is taken.
///
/// # Errors
/// What the file is instead of a paper that can be drawn; a system that refuses the limits.
pub fn run(named: Option<&str>, out: &mut impl Write) -> anyhow::Result<()> {
    let named = named.map(|named| match named.rsplit_once('#') {
        Some((path, face)) => (path.to_owned(), face.parse().unwrap_or(0)),
        None => (named.to_owned(), 0),
    });
    let known = || font_file().map(|(path, face)| (path.to_owned(), face));
    let font = named.or_else(known).and_then(|(path, face)| {
        let bytes = Arc::new(std::fs::read(path).ok()?);
        Some(Font { bytes, face: u32::try_from(face).ok()? })
    });
    let limits: Limits = LIMITS;
    give_up_resources(&limits)?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(out.write_all(&draw(&bytes, font.as_ref())?)?)
}
