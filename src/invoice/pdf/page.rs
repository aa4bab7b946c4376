//! The text of a page in the order in which it is drawn, one line for what stands side by side.
//!
//! Positions are whole thousandths of a point, of which only the order of magnitude matters: they
//! tell whether a string goes on where the last one ended.

use std::collections::BTreeMap;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::font::Decoder;
use super::{MAX_STREAM, dictionary, stream, unpacked};

/// Forms within forms.
const MAX_FORMS: usize = 6;
const MAX_OPERATIONS: usize = 300_000;
/// Lines beyond this many are no invoice's.
const MAX_LINES: usize = 20_000;

/// The lines of a page.
pub(super) fn lines(document: &Document, page: ObjectId) -> Vec<String> {
    let Ok(content) = document.get_page_content_with_limit(page, MAX_STREAM) else { return Vec::new() };
    let mut writer = Writer { document, lines: Vec::new(), operations: 0 };
    let resources = inherited(document, page);
    writer.draw(&content, resources, MAX_FORMS);
    writer.lines
}

/// The resources of a page, its own or those of the nearest parent.
fn inherited(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..32 {
        if let Some(resources) = node.get(b"Resources").ok().and_then(|resources| dictionary(document, resources)) {
            return Some(resources);
        }
        node = node.get(b"Parent").ok().and_then(|parent| dictionary(document, parent))?;
    }
    None
}

/// Where the next string is drawn, relative to the one before.
#[derive(Clone, Copy, Default)]
struct Pen {
    x: i64,
    y: i64,
    /// The start of the line that `Td` counts from.
    line: (i64, i64),
    leading: i64,
    size: i64,
    /// Scale of the text matrix.
    scale: (i64, i64),
}

/// Where the coordinates of the text lie on the page; rotation is left aside.
#[derive(Clone, Copy)]
struct Plane {
    scale: (i64, i64),
    origin: (i64, i64),
}

impl Default for Plane {
    fn default() -> Plane {
        Plane { scale: (1000, 1000), origin: (0, 0) }
    }
}

impl Plane {
    fn moved(self, [wide, high, right, up]: [i64; 4]) -> Plane {
        Plane { scale: (scaled(self.scale.0, wide), scaled(self.scale.1, high)), origin: self.at(right, up) }
    }

    fn at(self, x: i64, y: i64) -> (i64, i64) {
        (self.origin.0.saturating_add(scaled(x, self.scale.0)), self.origin.1.saturating_add(scaled(y, self.scale.1)))
    }
}

struct Writer<'a> {
    document: &'a Document,
    lines: Vec<String>,
    operations: usize,
}

impl<'a> Writer<'a> {
    fn draw(&mut self, content: &[u8], resources: Option<&'a Dictionary>, forms: usize) {
        let Ok(content) = Content::decode(content) else { return };
        let fonts = resources.map(|resources| Decoder::all(self.document, resources)).unwrap_or_default();
        let mut text =
            Text { pen: Pen::default(), plane: Plane::default(), saved: Vec::new(), end: None, decoder: &Decoder::Ascii, fonts: &fonts };
        for operation in &content.operations {
            self.operations += 1;
            if self.operations > MAX_OPERATIONS || self.lines.len() > MAX_LINES {
                return;
            }
            if operation.operator == "Do" {
                text.end = None;
                let form = operation.operands.first().and_then(|name| name.as_name().ok()).zip(resources);
                if let Some((name, resources)) = form.filter(|_| forms > 0) {
                    self.form(name, resources, forms - 1);
                }
            } else {
                text.apply(operation, &mut self.lines);
            }
        }
    }

    fn form(&mut self, name: &[u8], resources: &'a Dictionary, forms: usize) {
        let objects = resources.get(b"XObject").ok().and_then(|objects| dictionary(self.document, objects));
        let Some(form) = objects.and_then(|objects| objects.get(name).ok()).and_then(|form| stream(self.document, form)) else { return };
        if form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Form") {
            let own = form.dict.get(b"Resources").ok().and_then(|own| dictionary(self.document, own));
            if let Some(content) = unpacked(form) {
                self.draw(&content, own.or(Some(resources)), forms);
            }
        }
    }
}

struct Text<'f> {
    pen: Pen,
    plane: Plane,
    saved: Vec<Plane>,
    /// Where on the page the last string ended; `None` begins a line in any case.
    end: Option<(i64, i64)>,
    decoder: &'f Decoder,
    fonts: &'f BTreeMap<Vec<u8>, Decoder>,
}

impl Text<'_> {
    fn apply(&mut self, operation: &Operation, lines: &mut Vec<String>) {
        let operands = operation.operands.as_slice();
        match (operation.operator.as_str(), operands) {
            ("BT", _) => {
                let size = self.pen.size;
                self.pen = Pen { size, leading: self.pen.leading, scale: (1000, 1000), ..Pen::default() };
            }
            ("Tf", [name, size]) => {
                self.decoder = name.as_name().ok().and_then(|name| self.fonts.get(name)).unwrap_or(&Decoder::Unknown);
                self.pen.size = thousandths(size);
            }
            ("TL", [leading]) => self.pen.leading = thousandths(leading),
            ("q", _) => self.saved.push(self.plane),
            ("Q", _) => self.plane = self.saved.pop().unwrap_or_default(),
            ("cm", [wide, _, _, high, right, up]) => self.plane = self.plane.moved([wide, high, right, up].map(thousandths)),
            ("Tm", [wide, _, _, high, right, up]) => {
                let [wide, high, x, y] = [wide, high, right, up].map(thousandths);
                self.pen = Pen { x, y, line: (x, y), scale: (wide, high), ..self.pen };
            }
            ("Td", [x, y]) => self.step(thousandths(x), thousandths(y)),
            ("TD", [x, y]) => {
                self.pen.leading = -thousandths(y);
                self.step(thousandths(x), thousandths(y));
            }
            ("T*", _) => self.step(0, -self.pen.leading),
            ("Tj", [string]) => self.show(std::slice::from_ref(string), lines),
            ("TJ", [Object::Array(parts)]) => self.show(parts, lines),
            ("'", [string]) | ("\"", [_, _, string]) => {
                self.step(0, -self.pen.leading);
                self.show(std::slice::from_ref(string), lines);
            }
            _ => {}
        }
    }

    fn step(&mut self, x: i64, y: i64) {
        let (left, base) = self.pen.line;
        let at = (left.saturating_add(scaled(x, self.pen.scale.0)), base.saturating_add(scaled(y, self.pen.scale.1)));
        self.pen = Pen { x: at.0, y: at.1, line: at, ..self.pen };
    }

    fn show(&mut self, parts: &[Object], lines: &mut Vec<String>) {
        let text: String = parts.iter().filter_map(|part| part.as_str().ok()).map(|bytes| self.decoder.text(bytes)).collect();
        if text.trim().is_empty() {
            return;
        }
        let em = scaled(self.pen.size, self.pen.scale.0).abs().max(1);
        // Digits and letters are reckoned half as wide as a Chinese character.
        let width = text.chars().map(|c| if c.is_ascii() { em / 2 } else { em }).sum::<i64>();
        let (x, y) = self.plane.at(self.pen.x, self.pen.y);
        let em = scaled(em, self.plane.scale.0).abs().max(1);
        let goes_on = self.end.is_some_and(|end| (y - end.1).abs() < em / 3 && (-em..=em).contains(&(x - end.0)));
        match lines.last_mut().filter(|_| goes_on) {
            Some(line) => line.push_str(&text),
            None => lines.push(text),
        }
        self.pen.x = self.pen.x.saturating_add(width);
        self.end = Some(self.plane.at(self.pen.x, self.pen.y));
    }
}

fn scaled(length: i64, scale: i64) -> i64 {
    length.saturating_mul(scale) / 1000
}

/// A number of a PDF in thousandths, through its decimal text; nonsense is zero.
fn thousandths(number: &Object) -> i64 {
    let text = match number {
        Object::Integer(whole) => return whole.saturating_mul(1000),
        Object::Real(real) => real.to_string(),
        _ => return 0,
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let padded = format!("{decimals:0<3}");
    let parsed = |text: &str| text.parse::<i64>().unwrap_or(0);
    let fraction = parsed(padded.get(..3).unwrap_or("0"));
    let whole_part = parsed(whole).saturating_mul(1000);
    if whole.starts_with('-') { whole_part.saturating_sub(fraction) } else { whole_part.saturating_add(fraction) }
}
