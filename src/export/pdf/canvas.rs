//! One page being drawn. Positions are measured from the top left corner; the PDF's own corner
//! is at the bottom left.

use printpdf::{Line, LineDashPattern, LinePoint, Op, PaintMode, PdfFontHandle, Point, Polygon, PolygonRing, TextItem, WindingOrder};

use super::fonts::Fonts;
use super::length::Len;
use super::style::{Colour, Style};
use crate::export::document::Sides;

/// A rectangle by its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: Len,
    pub(crate) y: Len,
    pub(crate) width: Len,
    pub(crate) height: Len,
}

/// Width and height of A4.
pub(crate) const fn size(sides: Sides) -> (Len, Len) {
    match sides {
        Sides::Portrait => (Len::mm(210), Len::mm(297)),
        Sides::Landscape => (Len::mm(297), Len::mm(210)),
    }
}

#[derive(Debug)]
pub(crate) struct Canvas {
    pub(crate) sides: Sides,
    height: Len,
    pub(crate) ops: Vec<Op>,
}

impl Canvas {
    pub(crate) fn new(sides: Sides) -> Canvas {
        Canvas { sides, height: size(sides).1, ops: Vec::new() }
    }

    /// Sets one line of text beginning at `x`; `top` is the top of its line box.
    pub(crate) fn text(&mut self, fonts: &Fonts, x: Len, top: Len, text: &str, style: Style) {
        let mut pen = x;
        for (face, run) in fonts.runs(text, style.weight) {
            let advance = fonts.width(&run, style.size, style.weight);
            self.ops.extend([
                Op::StartTextSection,
                Op::SetFillColor { col: style.colour.to_pdf() },
                Op::SetTextCursor { pos: self.point(pen, top + style.baseline()) },
                Op::SetFont { font: PdfFontHandle::External(face.id.clone()), size: style.size.to_pt() },
                Op::ShowText { items: vec![TextItem::Text(run)] },
                Op::EndTextSection,
            ]);
            pen += advance;
        }
    }

    /// Sets one line of text that ends at `right`.
    pub(crate) fn text_to(&mut self, fonts: &Fonts, right: Len, top: Len, text: &str, style: Style) {
        let width = fonts.width(text, style.size, style.weight);
        self.text(fonts, right - width, top, text, style);
    }

    /// Sets one line of text around `middle`.
    pub(crate) fn text_around(&mut self, fonts: &Fonts, middle: Len, top: Len, text: &str, style: Style) {
        let width = fonts.width(text, style.size, style.weight);
        self.text(fonts, middle - width / 2, top, text, style);
    }

    pub(crate) fn fill(&mut self, area: Area, colour: Colour) {
        let Area { x, y, width, height } = area;
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        let points = corners.map(|(x, y)| LinePoint { p: self.point(x, y), bezier: false }).to_vec();
        self.ops.push(Op::SetFillColor { col: colour.to_pdf() });
        self.ops.push(Op::DrawPolygon {
            polygon: Polygon { rings: vec![PolygonRing { points }], mode: PaintMode::Fill, winding_order: WindingOrder::NonZero },
        });
    }

    pub(crate) fn line(&mut self, from: (Len, Len), to: (Len, Len), thickness: Len, colour: Colour) {
        self.stroke(from, to, thickness, colour, LineDashPattern::solid());
    }

    pub(crate) fn dashed(&mut self, from: (Len, Len), to: (Len, Len), colour: Colour) {
        self.stroke(from, to, Len::deci(7), colour, LineDashPattern::new(0.0, &[2.5, 2.5]));
    }

    fn stroke(&mut self, from: (Len, Len), to: (Len, Len), thickness: Len, colour: Colour, dash: LineDashPattern) {
        let points = [from, to].map(|(x, y)| LinePoint { p: self.point(x, y), bezier: false }).to_vec();
        self.ops.extend([
            Op::SetOutlineColor { col: colour.to_pdf() },
            Op::SetOutlineThickness { pt: thickness.to_pt() },
            Op::SetLineDashPattern { dash },
            Op::DrawLine { line: Line { points, is_closed: false } },
        ]);
    }

    fn point(&self, x: Len, from_top: Len) -> Point {
        Point { x: x.to_pt(), y: (self.height - from_top).to_pt() }
    }
}
