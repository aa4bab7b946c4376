//! The QR code of an invoice (formats.md §2.2): `01,kind,code,number,amount,yyyymmdd,check,crc`.
//! It is the cross-check of everything else; on old invoices its amount is without tax.

use std::io::Cursor;

use super::Kind;

/// The largest picture that is searched for a code, in pixels.
const MAX_PIXELS: usize = 16_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code {
    pub kind: Option<Kind>,
    pub special: Option<bool>,
    pub code: Option<String>,
    pub number: String,
    pub amount: String,
    pub date: String,
}

/// Reads the text of a code; anything but an invoice's is `None`.
pub(super) fn parse(text: &str) -> Option<Code> {
    let parts: Vec<&str> = text.trim().split(',').map(str::trim).collect();
    let ["01", kind, code, number, amount, date, ..] = parts.as_slice() else { return None };
    if !crate::ids::is_invoice_key(code, number) {
        return None;
    }
    let (known, special) = match *kind {
        "01" => (Some(Kind::Paper), Some(true)),
        "04" | "11" => (Some(Kind::Paper), Some(false)),
        "08" => (Some(Kind::Electronic), Some(true)),
        "10" | "14" => (Some(Kind::Electronic), Some(false)),
        "31" => (Some(Kind::Digital), Some(true)),
        "32" => (Some(Kind::Digital), Some(false)),
        _ => (None, None),
    };
    Some(Code {
        kind: known,
        special,
        code: (!code.is_empty()).then(|| (*code).to_owned()),
        number: (*number).to_owned(),
        amount: (*amount).to_owned(),
        date: (*date).to_owned(),
    })
}

/// The text of the first invoice's code in a PNG.
pub(super) fn in_png(bytes: &[u8]) -> Option<String> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let size = reader.output_buffer_size().filter(|size| *size <= MAX_PIXELS * 4)?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).ok()?;
    let (width, height) = (usize::try_from(frame.width).ok()?, usize::try_from(frame.height).ok()?);
    let channels = frame.color_type.samples();
    // A transparent point is as white as the paper below it.
    let opaque = |pixel: &[u8]| matches!(channels, 1 | 3) || pixel.last().is_some_and(|alpha| *alpha > 127);
    let grey = |pixel: &[u8]| if opaque(pixel) { pixel.first().copied().unwrap_or(255) } else { 255 };
    let points: Vec<u8> = pixels.chunks_exact(channels).map(grey).collect();
    in_grey(width, height, &points)
}

/// The text of the first invoice's code in a picture of one byte per point, row by row.
pub(super) fn in_grey(width: usize, height: usize, points: &[u8]) -> Option<String> {
    let size = width.checked_mul(height).filter(|size| *size <= MAX_PIXELS && *size <= points.len())?;
    if size == 0 {
        return None;
    }
    // A border of white and twice the size: codes are stored without the quiet zone, a point a module.
    let scale = if width < 200 { 4 } else { 1 };
    let margin = 8 * scale;
    let (wide, high) = (width * scale + 2 * margin, height * scale + 2 * margin);
    let at = |x: usize, y: usize| {
        let (x, y) = (x.checked_sub(margin)? / scale, y.checked_sub(margin)? / scale);
        points.get(y * width + x).copied().filter(|_| x < width && y < height)
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(wide, high, |x, y| at(x, y).unwrap_or(255));
    image.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).find(|text| parse(text).is_some())
}
