//! Tables: columns as wide as their content asks, header repeated on every page, rows kept whole
//! where they fit on a page at all, and a total that never stands alone.

use super::canvas::Area;
use super::flow::Flow;
use super::length::Len;
use super::style::{self, Style};
use super::wrap::wrap_evenly;
use crate::export::document::{Align, Row, RowKind, Table, Width};

const PAD_X: Len = Len::deci(45);
const PAD_Y: Len = Len::deci(42);

/// A row broken into lines.
struct SetRow {
    kind: RowKind,
    cells: Vec<Vec<String>>,
    striped: bool,
}

struct Layout<'t> {
    table: &'t Table,
    widths: Vec<Len>,
    header: SetRow,
}

pub(crate) fn set(flow: &mut Flow<'_>, table: &Table) {
    let widths = widths(flow, table);
    let titles: Vec<String> = table.columns.iter().map(|column| column.title.clone()).collect();
    let header = SetRow { kind: RowKind::Plain, cells: break_cells(flow, &titles, &widths, style::HEAD_CELL), striped: false };
    let layout = Layout { table, widths, header };
    let mut rows = Vec::with_capacity(table.rows.len());
    let mut striped = true;
    for Row { kind, cells } in &table.rows {
        striped = *kind == RowKind::Plain && !striped;
        rows.push(SetRow { kind: *kind, cells: break_cells(flow, cells, &layout.widths, row_style(*kind)), striped });
    }
    let first = rows.first().map_or(Len::ZERO, SetRow::height);
    let caption = if table.caption.is_empty() { Len::ZERO } else { style::SUBHEADING.leading + Len::pt(4) };
    let whole = caption + layout.header_height() + first;
    // A first row that no page can hold is parted, and may as well begin here.
    flow.need(if whole <= flow.full_room() { whole } else { caption + layout.header_height() + style::CELL.leading * 4_i64 });
    if !table.caption.is_empty() {
        flow.text(&table.caption, style::SUBHEADING);
        flow.gap(Len::pt(4));
    }
    layout.draw_header(flow);
    for (index, row) in rows.iter().enumerate() {
        // The row before a total keeps room for it.
        let kept = rows.get(index + 1).filter(|next| next.kind != RowKind::Plain).map_or(Len::ZERO, SetRow::height);
        layout.draw_row(flow, row, kept);
    }
    flow.gap(Len::pt(2));
}

fn row_style(kind: RowKind) -> Style {
    match kind {
        RowKind::Plain => style::CELL,
        RowKind::Subtotal | RowKind::Total => style::CELL.bold(),
    }
}

fn break_cells(flow: &Flow<'_>, cells: &[String], widths: &[Len], look: Style) -> Vec<Vec<String>> {
    cells.iter().zip(widths).map(|(cell, width)| wrap_evenly(flow.fonts, cell, look, *width - PAD_X * 2_i64)).collect()
}

/// Fitted columns take what their widest cell needs, the others share the rest. Should the
/// fitted ones ask for more than the page has, all are cut back in proportion.
fn widths(flow: &Flow<'_>, table: &Table) -> Vec<Len> {
    let natural: Vec<Len> = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let title = flow.fonts.width(&column.title, style::HEAD_CELL.size, style::HEAD_CELL.weight);
            let cells = table.rows.iter().filter_map(|row| {
                let look = row_style(row.kind);
                row.cells.get(index).map(|cell| flow.fonts.width(cell, look.size, look.weight))
            });
            cells.chain([title]).max().unwrap_or_default() + PAD_X * 2_i64 + Len::deci(1)
        })
        .collect();
    let fitted: Len = table.columns.iter().zip(&natural).filter(|(column, _)| column.width == Width::Fit).map(|(_, width)| *width).sum();
    // Columns that share keep at least 14 mm each.
    let sharing = table.columns.iter().filter(|column| column.width != Width::Fit).count();
    let for_fitted = flow.width() - Len::mm(14) * sharing;
    let squeeze = |width: Len| match sharing {
        0 => milli_share(width, flow.width(), fitted),
        _ if fitted > for_fitted => milli_share(width, for_fitted, fitted),
        _ => width,
    };
    let shared = shared_widths(table, &natural, flow.width() - fitted.min(for_fitted));
    let widths = table.columns.iter().zip(&natural).zip(shared);
    widths.map(|((column, natural), shared)| if column.width == Width::Fit { squeeze(*natural) } else { shared }).collect()
}

/// Shares out what the fitted columns leave: every column gets what its widest cell asks for and
/// a share of the surplus; where there is none, nobody gets more than that as long as another
/// column still wants some. Fitted columns get nothing here.
fn shared_widths(table: &Table, natural: &[Len], rest: Len) -> Vec<Len> {
    let mut open: Vec<i64> = table.columns.iter().map(|column| share_of(column.width)).collect();
    let all_shares: i64 = open.iter().sum();
    let asked: Len = natural.iter().zip(&open).filter(|(_, share)| **share > 0).map(|(wanted, _)| *wanted).sum();
    if asked <= rest {
        let width = |(wanted, share): (&Len, &i64)| if *share > 0 { *wanted + (rest - asked).share(*share, all_shares) } else { Len::ZERO };
        return natural.iter().zip(&open).map(width).collect();
    }
    let mut left = rest;
    let mut widths = vec![Len::ZERO; open.len()];
    loop {
        let shares: i64 = open.iter().sum();
        let content = |share: i64, wanted: Len| share > 0 && wanted <= left.share(share, shares);
        let contented: Vec<bool> = open.iter().zip(natural).map(|(share, wanted)| content(*share, *wanted)).collect();
        if !contented.contains(&true) {
            // All that are left want more than there is.
            for (width, share) in widths.iter_mut().zip(&open).filter(|(_, share)| **share > 0) {
                *width = left.share(*share, shares);
            }
            return widths;
        }
        for (((width, share), wanted), content) in widths.iter_mut().zip(&mut open).zip(natural).zip(contented) {
            if content {
                *width = *wanted;
                left -= *wanted;
                *share = 0;
            }
        }
    }
}

fn share_of(width: Width) -> i64 {
    match width {
        Width::Fit => 0,
        Width::Share(share) => i64::from(share),
    }
}

/// `width × part / whole` for lengths.
fn milli_share(width: Len, part: Len, whole: Len) -> Len {
    let count = i64::try_from(part.times(Len::deci(1))).unwrap_or(0);
    let of = i64::try_from(whole.times(Len::deci(1))).unwrap_or(1);
    width.share(count, of)
}

impl SetRow {
    fn line_count(&self) -> usize {
        self.cells.iter().map(Vec::len).max().unwrap_or(0).max(1)
    }

    fn height(&self) -> Len {
        style::CELL.leading * self.line_count() + PAD_Y * 2_i64
    }
}

impl Layout<'_> {
    fn header_height(&self) -> Len {
        style::HEAD_CELL.leading * self.header.line_count() + PAD_Y * 2_i64
    }

    fn draw_header(&self, flow: &mut Flow<'_>) {
        let height = self.header_height();
        let area = Area { x: flow.left, y: flow.y, width: flow.width(), height };
        flow.canvas.fill(area, style::BRAND_SOFT);
        let lines = style::HEAD_CELL.leading * self.header.line_count();
        self.draw_cells(flow, &self.header.cells, style::HEAD_CELL.in_colour(style::BRAND_STRONG), lines);
        flow.y += height;
        let y = flow.y;
        flow.canvas.line((flow.left, y), (flow.right, y), Len::deci(8), style::BRAND);
    }

    fn draw_row(&self, flow: &mut Flow<'_>, row: &SetRow, kept: Len) {
        let height = row.height();
        let whole = height + kept;
        if whole <= flow.room() {
            self.draw_part(flow, row, &row.cells, height);
            return;
        }
        let fresh = flow.full_room() - self.header_height();
        if whole <= fresh {
            flow.new_page();
            self.draw_header(flow);
            self.draw_part(flow, row, &row.cells, height);
            return;
        }
        self.draw_in_parts(flow, row);
    }

    /// A row taller than a page goes on over as many pages as it needs.
    fn draw_in_parts(&self, flow: &mut Flow<'_>, row: &SetRow) {
        let mut done = 0;
        while done < row.line_count() {
            let fitting = (flow.room() - PAD_Y * 2_i64).times(style::CELL.leading);
            if fitting < 2 {
                flow.new_page();
                self.draw_header(flow);
                continue;
            }
            let part: Vec<Vec<String>> = row.cells.iter().map(|lines| lines.iter().skip(done).take(fitting).cloned().collect()).collect();
            let lines = part.iter().map(Vec::len).max().unwrap_or(0);
            self.draw_part(flow, row, &part, style::CELL.leading * lines + PAD_Y * 2_i64);
            done += fitting;
        }
    }

    fn draw_part(&self, flow: &mut Flow<'_>, row: &SetRow, cells: &[Vec<String>], height: Len) {
        let area = Area { x: flow.left, y: flow.y, width: flow.width(), height };
        match row.kind {
            RowKind::Plain if row.striped => flow.canvas.fill(area, style::SURFACE),
            RowKind::Plain => {}
            RowKind::Subtotal | RowKind::Total => flow.canvas.fill(area, style::WHITE),
        }
        if row.kind == RowKind::Total {
            let y = flow.y;
            flow.canvas.line((flow.left, y), (flow.right, y), Len::deci(9), style::TEXT);
        }
        self.draw_cells(flow, cells, row_style(row.kind), height - PAD_Y * 2_i64);
        flow.y += height;
        let (y, thickness, colour) = match row.kind {
            RowKind::Total => (flow.y, Len::deci(9), style::TEXT),
            RowKind::Subtotal => (flow.y, Len::deci(6), style::CONTROL),
            RowKind::Plain => (flow.y, Len::deci(4), style::LINE),
        };
        flow.canvas.line((flow.left, y), (flow.right, y), thickness, colour);
    }

    /// Cells stand at the top of their row; the header's at its bottom would look restless too.
    fn draw_cells(&self, flow: &mut Flow<'_>, cells: &[Vec<String>], look: Style, height: Len) {
        let mut x = flow.left;
        for ((column, width), lines) in self.table.columns.iter().zip(&self.widths).zip(cells) {
            // A single number beside a name of several lines stays on the first line.
            let mut top = flow.y + PAD_Y;
            for line in lines.iter().take(height.times(look.leading).max(1)) {
                match column.align {
                    Align::Left => flow.canvas.text(flow.fonts, x + PAD_X, top, line, look),
                    Align::Right => flow.canvas.text_to(flow.fonts, x + *width - PAD_X, top, line, look),
                    Align::Centre => flow.canvas.text_around(flow.fonts, x + *width / 2, top, line, look),
                }
                top += look.leading;
            }
            x += *width;
        }
    }
}
