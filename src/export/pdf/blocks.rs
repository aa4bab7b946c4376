//! Setting the blocks of a paper, but for tables and calculation sheets.

use super::canvas::Area;
use super::flow::Flow;
use super::length::Len;
use super::style::{self, Colour, Style, Weight};
use super::wrap::wrap;
use super::{leads, sheet, table};
use crate::export::document::{Block, Figure, Note, NoteWeight, Sides, Signature, Step};

/// The space between a block and the one before it.
pub(crate) fn space_before(previous: Option<&Block>, block: &Block) -> Len {
    match (previous, block) {
        (None, _) => Len::pt(6),
        (Some(Block::PageBreak | Block::Turn(_)), _) => Len::ZERO,
        (Some(before), _) if leads(before) => Len::pt(4),
        (Some(Block::Paragraph(_)), Block::Paragraph(_)) => Len::pt(4),
        (Some(_), Block::Heading(_)) => Len::pt(20),
        (Some(_), Block::Subheading(_)) => Len::pt(13),
        (Some(Block::Small(_)), Block::Small(_)) => Len::pt(2),
        (Some(_), Block::Small(_)) => Len::pt(6),
        _ => Len::pt(11),
    }
}

pub(crate) fn set(flow: &mut Flow<'_>, block: &Block) {
    match block {
        Block::Heading(text) => flow.text(text, style::HEADING),
        Block::Subheading(text) => flow.text(text, style::SUBHEADING),
        Block::Paragraph(text) => flow.text(text, style::BODY),
        Block::Small(text) => flow.text(text, style::SMALL),
        Block::KeyValues(facts) => key_values(flow, facts),
        Block::Table(content) => table::set(flow, content),
        Block::Sheet(content) => sheet::set(flow, content),
        Block::Figures(figures) => self::figures(flow, figures),
        Block::Steps(steps) => self::steps(flow, steps),
        Block::Note(content) => note(flow, content),
        Block::Signatures(people) => signatures(flow, people),
        Block::Closing(lines) => closing(flow, lines),
        Block::Rule => {
            flow.need(Len::pt(2));
            flow.hairline();
        }
        Block::PageBreak => flow.new_page(),
        Block::Turn(sides) => flow.turn(*sides),
    }
}

/// What a heading needs below the pen so as not to be parted from what it leads: the paragraphs
/// under it and a sheet under those, or the beginning of anything longer.
pub(crate) fn kept_height(flow: &Flow<'_>, blocks: &[Block]) -> Len {
    let mut height = Len::ZERO;
    for block in blocks {
        let lines = |text: &str, look: Style| look.leading * wrap(flow.fonts, text, look, flow.width()).len();
        height += match block {
            Block::Heading(text) => lines(text, style::HEADING) + Len::pt(4),
            Block::Subheading(text) => lines(text, style::SUBHEADING) + Len::pt(4),
            Block::Paragraph(text) => lines(text, style::BODY) + Len::pt(11),
            Block::Small(text) => lines(text, style::SMALL) + Len::pt(11),
            Block::Sheet(content) => return (height + sheet::kept_height(flow, content)).min(flow.full_room()),
            _ => return (height + Len::pt(64)).min(flow.full_room()),
        };
        // A long text may part; its heading needs only its first lines.
        if height > Len::pt(120) {
            return Len::pt(120);
        }
    }
    height
}

/// Facts under the title in a quiet band: two in a row, on wide pages four.
pub(crate) fn meta(flow: &mut Flow<'_>, facts: &[(String, String)]) {
    if facts.is_empty() {
        return;
    }
    let pad = Len::pt(10);
    let (in_a_row, columns) = if flow.sides() == Sides::Landscape { (4, 4_i64) } else { (2, 2) };
    let column = (flow.width() - pad * (columns + 1)) / columns;
    let rows: Vec<_> =
        facts.chunks(in_a_row).map(|pair| pair.iter().map(|fact| MetaCell::new(flow, fact, column)).collect::<Vec<_>>()).collect();
    let heights: Vec<Len> = rows.iter().map(|row| row.iter().map(MetaCell::height).max().unwrap_or_default() + Len::pt(6)).collect();
    let height = heights.iter().copied().sum::<Len>() + Len::pt(8);
    flow.need(height);
    let band = Area { x: flow.left, y: flow.y, width: flow.width(), height };
    flow.canvas.fill(band, style::SURFACE);
    let mut y = flow.y + Len::pt(7);
    for (row, height) in rows.iter().zip(heights) {
        let mut x = flow.left + pad;
        for cell in row {
            cell.draw(flow, x, y);
            x += column + pad;
        }
        y += height;
    }
    flow.y += band.height;
    flow.gap(Len::pt(6));
}

struct MetaCell {
    label: String,
    lines: Vec<String>,
}

const META_VALUE: Style = style::PLAIN.bold();

impl MetaCell {
    fn new(flow: &Flow<'_>, (label, value): &(String, String), width: Len) -> MetaCell {
        MetaCell { label: label.clone(), lines: wrap(flow.fonts, value, META_VALUE, width) }
    }

    fn height(&self) -> Len {
        style::FINE.leading + META_VALUE.leading * self.lines.len().max(1)
    }

    fn draw(&self, flow: &mut Flow<'_>, x: Len, y: Len) {
        flow.canvas.text(flow.fonts, x, y, &self.label, style::FINE);
        let mut top = y + style::FINE.leading;
        for line in &self.lines {
            flow.canvas.text(flow.fonts, x, top, line, META_VALUE);
            top += META_VALUE.leading;
        }
    }
}

/// Label at the left, value beside it, a hairline under each.
fn key_values(flow: &mut Flow<'_>, facts: &[(String, String)]) {
    let label_style = style::PLAIN.in_colour(style::MUTED);
    let widest = facts.iter().map(|(label, _)| flow.fonts.width(label, label_style.size, label_style.weight)).max().unwrap_or_default();
    let labels = widest.min(flow.width().share(38, 100)) + Len::pt(16);
    for (label, value) in facts {
        let label_lines = wrap(flow.fonts, label, label_style, labels - Len::pt(16));
        let value_lines = wrap(flow.fonts, value, style::PLAIN, flow.width() - labels);
        let count = label_lines.len().max(value_lines.len()).max(1);
        flow.need(style::PLAIN.leading * count + Len::pt(7));
        let top = flow.y + Len::pt(3);
        for (column, lines, look) in [(Len::ZERO, label_lines, label_style), (labels, value_lines, style::PLAIN)] {
            for (index, line) in lines.iter().enumerate() {
                flow.canvas.text(flow.fonts, flow.left + column, top + look.leading * index, line, look);
            }
        }
        flow.y += style::PLAIN.leading * count + Len::pt(6);
        flow.hairline();
        flow.y += Len::pt(1);
    }
}

fn figures(flow: &mut Flow<'_>, figures: &[Figure]) {
    const VALUE: Style = Style::new(160, 130, Weight::Bold, style::BRAND_STRONG);
    let count = i64::try_from(figures.len()).unwrap_or(1).max(1);
    let gap = Len::pt(10);
    let width = (flow.width() - gap * (count - 1)) / count;
    let pad = Len::pt(10);
    let details: Vec<Vec<String>> =
        figures.iter().map(|figure| wrap(flow.fonts, &figure.detail, style::FINE, width - pad * 2_i64)).collect();
    let detail_lines = details.iter().map(Vec::len).max().unwrap_or(0);
    let height = style::SMALL.leading + VALUE.leading + style::FINE.leading * detail_lines + Len::pt(16);
    flow.need(height);
    let mut x = flow.left;
    for (figure, detail) in figures.iter().zip(details) {
        let area = Area { x, y: flow.y, width, height };
        flow.canvas.fill(area, style::SURFACE);
        flow.canvas.fill(Area { height: Len::pt(2), ..area }, style::BRAND);
        let mut top = flow.y + Len::pt(9);
        flow.canvas.text(flow.fonts, x + pad, top, &figure.label, style::SMALL);
        top += style::SMALL.leading;
        let value = shrink(flow, &figure.value, VALUE, width - pad * 2_i64);
        flow.canvas.text(flow.fonts, x + pad, top, &figure.value, value);
        top += VALUE.leading;
        for line in detail {
            flow.canvas.text(flow.fonts, x + pad, top, &line, style::FINE);
            top += style::FINE.leading;
        }
        x += width + gap;
    }
    flow.y += height;
}

/// A style small enough for the text to fit on one line; not below 8 pt.
pub(crate) fn shrink(flow: &Flow<'_>, text: &str, look: Style, width: Len) -> Style {
    let mut fitting = look;
    while flow.fonts.width(text, fitting.size, fitting.weight) > width && fitting.size > Len::pt(8) {
        fitting.size -= Len::deci(5);
    }
    fitting
}

fn steps(flow: &mut Flow<'_>, steps: &[Step]) {
    let indent = Len::pt(24);
    let title = style::PLAIN.bold();
    let text = style::PLAIN.in_colour(style::MUTED);
    for (index, step) in steps.iter().enumerate() {
        let title_lines = wrap(flow.fonts, &step.title, title, flow.width() - indent);
        let text_lines = wrap(flow.fonts, &step.text, text, flow.width() - indent);
        flow.need(title.leading * (title_lines.len() + text_lines.len().min(2)));
        let number = Style::new(130, 115, Weight::Bold, style::BRAND);
        flow.canvas.text(flow.fonts, flow.left, flow.y, &(index + 1).to_string(), number);
        flow.lines(&title_lines, title, indent);
        flow.lines(&text_lines, text, indent);
        flow.gap(Len::pt(6));
    }
}

fn note_colours(weight: NoteWeight) -> (Colour, Colour) {
    match weight {
        NoteWeight::Info => (style::BRAND, style::BRAND_SOFT),
        NoteWeight::Good => (style::OK_TEXT, style::OK_GROUND),
        NoteWeight::Warning => (style::WARN, style::WARN_GROUND),
        NoteWeight::Bad => (style::BAD, style::BAD_GROUND),
    }
}

fn note(flow: &mut Flow<'_>, note: &Note) {
    let (colour, ground) = note_colours(note.weight);
    let pad = Len::pt(12);
    let measure = flow.width() - pad * 2_i64 - Len::pt(3);
    let title = style::PLAIN.bold().in_colour(colour);
    let title_lines = wrap(flow.fonts, &note.title, title, measure);
    let text_lines = wrap(flow.fonts, &note.text, style::PLAIN, measure);
    let height = style::PLAIN.leading * (title_lines.len() + text_lines.len()) + Len::pt(16);
    if height > flow.full_room() {
        // Longer than a page: set as plain text rather than in a box.
        flow.lines(&title_lines, title, Len::ZERO);
        flow.text(&note.text, style::PLAIN);
        return;
    }
    flow.need(height);
    let area = Area { x: flow.left, y: flow.y, width: flow.width(), height };
    flow.canvas.fill(area, ground);
    flow.canvas.fill(Area { width: Len::pt(3), ..area }, colour);
    flow.y += Len::pt(8);
    flow.lines(&title_lines, title, pad + Len::pt(3));
    flow.lines(&text_lines, style::PLAIN, pad + Len::pt(3));
    flow.y = area.y + height;
}

fn signatures(flow: &mut Flow<'_>, people: &[Signature]) {
    let count = i64::try_from(people.len()).unwrap_or(1).max(1);
    let gap = Len::pt(24);
    let width = (flow.width() - gap * (count - 1)) / count;
    let height = Len::pt(74);
    flow.need(height);
    let mut x = flow.left;
    for person in people {
        let line = flow.y + Len::pt(40);
        flow.canvas.text(flow.fonts, x, flow.y, &person.role, style::SMALL);
        flow.canvas.text(flow.fonts, x, line - Len::pt(17), &person.name, style::PLAIN);
        flow.canvas.line((x, line), (x + width, line), Len::deci(7), style::TEXT);
        flow.canvas.text(flow.fonts, x, line + Len::pt(6), &person.date_label, style::SMALL);
        x += width + gap;
    }
    flow.y += height;
}

fn closing(flow: &mut Flow<'_>, lines: &[String]) {
    flow.need(style::BODY.leading * lines.len() + Len::pt(10));
    flow.y += Len::pt(10);
    for line in lines {
        flow.canvas.text_to(flow.fonts, flow.right - Len::pt(12), flow.y, line, style::BODY);
        flow.y += style::BODY.leading;
    }
}
