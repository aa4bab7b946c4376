//! The flow of blocks over pages: where the pen is, when a page is full, and what stands at the
//! head and foot of each.

use printpdf::{Mm, PdfPage};

use super::canvas::{Area, Canvas, size};
use super::fonts::Fonts;
use super::length::Len;
use super::style::{self, Style, Weight};
use super::wrap::wrap;
use crate::export::document::{Document, Sides, Tone};
use crate::lang::Lang;

/// The pages of one document while it is being set.
#[derive(Debug)]
pub(crate) struct Flow<'d> {
    pub(crate) fonts: &'d Fonts,
    pub(crate) document: &'d Document,
    full: Vec<Canvas>,
    pub(crate) canvas: Canvas,
    /// The pen: the top of what comes next.
    pub(crate) y: Len,
    pub(crate) left: Len,
    pub(crate) right: Len,
    /// Nothing of the body is set below.
    bottom: Len,
}

const SIDE: Len = Len::mm(20);
const TOP: Len = Len::mm(16);
const FOOT: Len = Len::mm(23);

impl<'d> Flow<'d> {
    pub(crate) fn new(document: &'d Document, fonts: &'d Fonts) -> Flow<'d> {
        let (width, height) = size(document.sides);
        Flow {
            fonts,
            document,
            full: Vec::new(),
            canvas: Canvas::new(document.sides),
            y: TOP,
            left: SIDE,
            right: width - SIDE,
            bottom: height - FOOT,
        }
    }

    /// How the current page lies.
    pub(crate) fn sides(&self) -> Sides {
        self.canvas.sides
    }

    pub(crate) fn width(&self) -> Len {
        self.right - self.left
    }

    pub(crate) fn lang(&self) -> Lang {
        self.document.lang
    }

    /// What is left on this page.
    pub(crate) fn room(&self) -> Len {
        self.bottom - self.y
    }

    /// What a fresh page offers.
    pub(crate) fn full_room(&self) -> Len {
        self.bottom - TOP - running_head_height()
    }

    /// Begins a new page when `height` no longer fits on this one; says whether it did.
    pub(crate) fn need(&mut self, height: Len) -> bool {
        let full = self.room() < height;
        if full {
            self.new_page();
        }
        full
    }

    pub(crate) fn new_page(&mut self) {
        self.turn(self.sides());
    }

    /// Begins a new page that lies as given.
    pub(crate) fn turn(&mut self, sides: Sides) {
        let finished = self.take_up(Canvas::new(sides));
        self.full.push(finished);
        self.y = TOP;
        self.running_head();
    }

    /// Makes `canvas` the current page and returns the one before.
    fn take_up(&mut self, canvas: Canvas) -> Canvas {
        let (width, height) = size(canvas.sides);
        self.right = width - SIDE;
        self.bottom = height - FOOT;
        std::mem::replace(&mut self.canvas, canvas)
    }

    pub(crate) fn gap(&mut self, height: Len) {
        // Space between blocks does not carry over to the next page.
        self.y = (self.y + height).min(self.bottom);
    }

    /// Sets lines one below the other, from page to page, keeping at least two together.
    pub(crate) fn lines(&mut self, lines: &[String], style: Style, indent: Len) {
        let count = lines.len();
        for (index, line) in lines.iter().enumerate() {
            let first_of_many = index == 0 && count > 1;
            let last_but_one = count > 2 && index + 2 == count;
            self.need(if first_of_many || last_but_one { style.leading * 2_i64 } else { style.leading });
            self.canvas.text(self.fonts, self.left + indent, self.y, line, style);
            self.y += style.leading;
        }
    }

    /// Wraps and sets a text over the full measure.
    pub(crate) fn text(&mut self, text: &str, style: Style) {
        let lines = wrap(self.fonts, text, style, self.width());
        self.lines(&lines, style, Len::ZERO);
    }

    pub(crate) fn hairline(&mut self) {
        let y = self.y;
        self.canvas.line((self.left, y), (self.right, y), Len::deci(5), style::LINE);
    }

    /// The head of the first page: mark, issuer, number, rule and title.
    pub(crate) fn masthead(&mut self) {
        match self.document.tone {
            Tone::Official => self.official_head(),
            Tone::Working => self.working_head(),
        }
    }

    fn working_head(&mut self) {
        let mark = Area { x: self.left, y: self.y, width: Len::pt(19), height: Len::pt(19) };
        self.canvas.fill(mark, style::SEAL);
        let glyph = Style::new(120, 100, Weight::Bold, style::WHITE);
        self.canvas.text_around(self.fonts, mark.x + mark.width / 2, self.y + Len::deci(36), "券", glyph);
        let issuer = Style::new(110, 100, Weight::Bold, style::BRAND_STRONG);
        self.canvas.text(self.fonts, self.left + Len::pt(27), self.y + Len::pt(4), &self.document.issuer, issuer);
        let number = Style::new(95, 100, Weight::Regular, style::MUTED);
        self.canvas.text_to(self.fonts, self.right, self.y + Len::pt(5), &self.document.number, number);
        self.y += Len::pt(28);
        let rule = Area { x: self.left, y: self.y, width: self.width(), height: Len::deci(14) };
        self.canvas.fill(rule, style::BRAND_STRONG);
        self.y += Len::pt(20);
        let title = self.document.title.clone();
        self.text(&title, style::TITLE);
        if !self.document.subtitle.is_empty() {
            let subtitle = self.document.subtitle.clone();
            self.text(&subtitle, style::SUBTITLE);
        }
        self.gap(Len::pt(8));
    }

    /// As on the red-headed papers of authorities: issuer large and red, number, double rule.
    fn official_head(&mut self) {
        let middle = (self.left + self.right) / 2;
        let issuer = Style::new(220, 135, Weight::Bold, style::SEAL);
        for line in wrap(self.fonts, &self.document.issuer, issuer, self.width()) {
            self.canvas.text_around(self.fonts, middle, self.y, &line, issuer);
            self.y += issuer.leading;
        }
        if !self.document.number.is_empty() {
            self.y += Len::pt(2);
            self.canvas.text_around(self.fonts, middle, self.y, &self.document.number, style::PLAIN.in_colour(style::MUTED));
            self.y += style::PLAIN.leading;
        }
        self.y += Len::pt(7);
        let rule = |y, height| Area { x: self.left, y, width: self.width(), height };
        let (thick, thin) = (rule(self.y, Len::deci(22)), rule(self.y + Len::deci(36), Len::deci(6)));
        self.canvas.fill(thick, style::SEAL);
        self.canvas.fill(thin, style::SEAL);
        self.y += Len::pt(24);
        for line in wrap(self.fonts, &self.document.title, style::TITLE, self.width()) {
            self.canvas.text_around(self.fonts, middle, self.y, &line, style::TITLE);
            self.y += style::TITLE.leading;
        }
        for line in wrap(self.fonts, &self.document.subtitle, style::SUBTITLE, self.width()) {
            self.canvas.text_around(self.fonts, middle, self.y, &line, style::SUBTITLE);
            self.y += style::SUBTITLE.leading;
        }
        self.gap(Len::pt(10));
    }

    /// The head of every further page.
    fn running_head(&mut self) {
        let document = self.document;
        let number_width = self.fonts.width(&document.number, style::FINE.size, style::FINE.weight);
        let measure = self.width() - number_width - Len::pt(12);
        let head = format!("{}  ·  {}", document.issuer, document.title);
        if let Some(line) = wrap(self.fonts, &head, style::FINE, measure).first() {
            self.canvas.text(self.fonts, self.left, self.y, line, style::FINE);
        }
        self.canvas.text_to(self.fonts, self.right, self.y, &document.number, style::FINE);
        self.y += style::FINE.leading + Len::pt(4);
        self.hairline();
        self.y = TOP + running_head_height();
    }

    /// Writes the foot of every page, now that their number is known.
    pub(crate) fn finish(mut self) -> Vec<PdfPage> {
        let last = self.take_up(Canvas::new(self.sides()));
        let mut canvases = std::mem::take(&mut self.full);
        canvases.push(last);
        let total = canvases.len();
        let digest = self.document.digest.clone().unwrap_or_else(|| self.document.content_digest());
        let mut pages = Vec::with_capacity(total);
        for (index, canvas) in canvases.into_iter().enumerate() {
            self.take_up(canvas);
            self.foot(index + 1, total, &digest);
            let (width, height) = match self.sides() {
                Sides::Portrait => (Mm(210.0), Mm(297.0)),
                Sides::Landscape => (Mm(297.0), Mm(210.0)),
            };
            pages.push(PdfPage::new(width, height, std::mem::take(&mut self.canvas.ops)));
        }
        pages
    }

    fn foot(&mut self, page: usize, total: usize, digest: &str) {
        let (fonts, lang) = (self.fonts, self.lang());
        self.y = self.bottom + Len::mm(5);
        self.hairline();
        let first = self.y + Len::pt(5);
        let second = first + style::FINE.leading;
        let pages = match lang {
            Lang::Zh => format!("第 {page} 页 / 共 {total} 页"),
            Lang::En => format!("Page {page} of {total}"),
        };
        self.canvas.text_to(fonts, self.right, first, &pages, style::SMALL);
        let digest_line = format!("{} {digest}", lang.pick("内容校验 SHA-256", "Content SHA-256"));
        let top = if self.document.footer.is_empty() { first } else { second };
        let measure = self.width() - Len::mm(30);
        if let Some(footer) = wrap(fonts, &self.document.footer, style::FINE, measure).first() {
            self.canvas.text(fonts, self.left, first, footer, style::FINE);
        }
        let fine = Style::new(64, 145, Weight::Regular, style::MUTED);
        self.canvas.text(fonts, self.left, top, &digest_line, fine);
    }
}

fn running_head_height() -> Len {
    style::FINE.leading + Len::pt(16)
}
