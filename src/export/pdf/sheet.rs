//! The calculation sheet (计算单): a narrow paper that reads downwards like a receipt. The same
//! for applicant, reviewer, finance and auditor.

use super::blocks::shrink;
use super::canvas::Area;
use super::flow::Flow;
use super::length::Len;
use super::style::{self, Style, Weight};
use super::wrap::wrap;
use crate::export::document::{Quota, Sheet, SheetLine, SheetLineKind};
use crate::lang::Lang;

const PAD: Len = Len::pt(16);
const LABEL: Style = style::PLAIN;
const SOURCE: Style = style::FINE;
const TOTAL: Style = Style::new(200, 130, Weight::Bold, style::BRAND_STRONG);

/// Where the paper lies on the page.
struct Paper {
    left: Len,
    right: Len,
    /// Top of the frame on this page.
    top: Len,
}

pub(crate) fn set(flow: &mut Flow<'_>, sheet: &Sheet) {
    let width = width(flow);
    let left = flow.left + (flow.width() - width) / 2;
    flow.need(kept_height(flow, sheet));
    let mut paper = Paper { left, right: left + width, top: flow.y };
    paper.head(flow, sheet);
    for line in &sheet.lines {
        paper.line(flow, line);
    }
    paper.total(flow, sheet);
    for quota in &sheet.quotas {
        paper.quota(flow, quota);
    }
    flow.y += PAD - Len::pt(4);
    paper.close(flow);
}

/// Narrow like a receipt.
fn width(flow: &Flow<'_>) -> Len {
    Len::mm(132).min(flow.width())
}

/// What has to fit for the sheet to begin on this page: all of it, or, when no page can hold it,
/// enough for its first lines.
pub(crate) fn kept_height(flow: &Flow<'_>, sheet: &Sheet) -> Len {
    let whole = height(flow, sheet);
    if whole <= flow.full_room() { whole } else { Len::pt(140) }
}

/// What the whole sheet needs; used to decide whether it fits, so rounded up generously.
fn height(flow: &Flow<'_>, sheet: &Sheet) -> Len {
    let width = width(flow);
    let lines: Len = sheet.lines.iter().map(|line| line_height(flow, line, width)).sum();
    let quotas = Len::pt(46) * sheet.quotas.len();
    Len::pt(46) + lines + Len::pt(84) + quotas + PAD
}

fn value_width(flow: &Flow<'_>, line: &SheetLine) -> Len {
    flow.fonts.width(&line.value, LABEL.size, Weight::Bold) + Len::pt(14)
}

fn label_lines(flow: &Flow<'_>, line: &SheetLine, width: Len) -> Vec<String> {
    wrap(flow.fonts, &line.label, LABEL.bold(), width - PAD * 2_i64 - value_width(flow, line) - sign_width() - Len::pt(34))
}

fn source_lines(flow: &Flow<'_>, line: &SheetLine, width: Len) -> Vec<String> {
    wrap(flow.fonts, &line.source, SOURCE, width - PAD * 2_i64 - sign_width())
}

fn line_height(flow: &Flow<'_>, line: &SheetLine, width: Len) -> Len {
    let before = if line.kind == SheetLineKind::Section { Len::pt(10) } else { Len::pt(5) };
    LABEL.leading * label_lines(flow, line, width).len().max(1) + SOURCE.leading * source_lines(flow, line, width).len() + before
}

/// The column of the signs × = −.
const fn sign_width() -> Len {
    Len::pt(16)
}

impl Paper {
    fn width(&self) -> Len {
        self.right - self.left
    }

    fn head(&self, flow: &mut Flow<'_>, sheet: &Sheet) {
        flow.y += Len::pt(15);
        let title = Style::new(120, 140, Weight::Bold, style::TEXT);
        flow.canvas.text(flow.fonts, self.left + PAD, flow.y, &sheet.title, title);
        if !sheet.tag.is_empty() {
            let look = style::SMALL.bold().in_colour(style::BRAND_STRONG);
            let width = flow.fonts.width(&sheet.tag, look.size, look.weight) + Len::pt(14);
            let ground = Area { x: self.right - PAD - width, y: flow.y + Len::pt(1), width, height: Len::pt(16) };
            flow.canvas.fill(ground, style::BRAND_SOFT);
            flow.canvas.text(flow.fonts, ground.x + Len::pt(7), ground.y + Len::pt(2), &sheet.tag, look);
        }
        flow.y += title.leading + Len::pt(4);
    }

    /// Goes on to the next page when `height` does not fit, closing the frame here.
    fn need(&mut self, flow: &mut Flow<'_>, height: Len) {
        if flow.room() < height {
            flow.y += Len::pt(6);
            self.close(flow);
            flow.new_page();
            self.top = flow.y;
            flow.y += Len::pt(8);
        }
    }

    fn line(&mut self, flow: &mut Flow<'_>, line: &SheetLine) {
        self.need(flow, line_height(flow, line, self.width()));
        let (sign, look) = match line.kind {
            SheetLineKind::Section => ("", style::SMALL.bold()),
            SheetLineKind::Plain => ("", LABEL),
            SheetLineKind::Used => ("", LABEL.bold()),
            SheetLineKind::Factor => ("×", LABEL),
            SheetLineKind::Result => ("=", LABEL.bold()),
            SheetLineKind::Cut => ("−", LABEL.in_colour(style::WARN)),
        };
        let section = line.kind == SheetLineKind::Section;
        flow.y += if section { Len::pt(10) } else { Len::pt(5) };
        let indent = if section { Len::ZERO } else { sign_width() };
        let x = self.left + PAD + indent;
        flow.canvas.text(flow.fonts, self.left + PAD, flow.y, sign, look);
        flow.canvas.text_to(flow.fonts, self.right - PAD, flow.y, &line.value, look);
        let labels = label_lines(flow, line, self.width());
        for (index, label) in labels.iter().enumerate() {
            flow.canvas.text(flow.fonts, x, flow.y, label, look);
            if line.kind == SheetLineKind::Used && index + 1 == labels.len() {
                used_tag(flow, x + flow.fonts.width(label, look.size, look.weight) + Len::pt(6));
            }
            flow.y += look.leading;
        }
        for source in source_lines(flow, line, self.width()) {
            flow.canvas.text(flow.fonts, x, flow.y, &source, SOURCE);
            flow.y += SOURCE.leading;
        }
    }

    fn total(&mut self, flow: &mut Flow<'_>, sheet: &Sheet) {
        self.need(flow, Len::pt(84));
        flow.y += Len::pt(13);
        let y = flow.y;
        flow.canvas.dashed((self.left + PAD, y), (self.right - PAD, y), style::CONTROL);
        flow.y += Len::pt(10);
        let label = Style::new(120, 100, Weight::Bold, style::TEXT);
        flow.canvas.text(flow.fonts, self.left + PAD, flow.y + Len::pt(9), &sheet.total_label, label);
        let amount = sheet.total.display();
        let used = flow.fonts.width(&sheet.total_label, label.size, label.weight) + Len::pt(14);
        let look = shrink(flow, &amount, TOTAL, self.width() - PAD * 2_i64 - used);
        flow.canvas.text_to(flow.fonts, self.right - PAD, flow.y, &amount, look);
        flow.y += TOTAL.leading + Len::pt(2);
        // The words are Chinese in both languages: they are what the law reads.
        for line in wrap(flow.fonts, &sheet.total.in_words(), LABEL, self.width() - PAD * 2_i64) {
            flow.canvas.text_to(flow.fonts, self.right - PAD, flow.y, &line, LABEL.in_colour(style::MUTED));
            flow.y += LABEL.leading;
        }
    }

    fn quota(&mut self, flow: &mut Flow<'_>, quota: &Quota) {
        self.need(flow, Len::pt(46));
        flow.y += Len::pt(8);
        let inner = self.width() - PAD * 2_i64;
        let x = self.left + PAD;
        flow.canvas.text(flow.fonts, x, flow.y, &quota.label, style::SMALL.in_colour(style::TEXT));
        let after = quota.used + quota.added;
        let reached = format!("{} / {}", after.display(), quota.limit.display());
        flow.canvas.text_to(flow.fonts, self.right - PAD, flow.y, &reached, style::SMALL.in_colour(style::TEXT));
        flow.y += style::SMALL.leading + Len::pt(2);
        let bar = Area { x, y: flow.y, width: inner, height: Len::pt(5) };
        let used = inner.share(quota.used.percent_of(quota.limit), 100);
        let filled = inner.share(after.percent_of(quota.limit), 100);
        flow.canvas.fill(bar, style::LINE);
        flow.canvas.fill(Area { width: filled, ..bar }, style::BRAND);
        flow.canvas.fill(Area { width: used, ..bar }, style::CONTROL);
        flow.y += Len::pt(8);
        let (used, added) = (quota.used.display(), quota.added.display());
        let legend = match flow.lang() {
            Lang::Zh => format!("已用 {used} · 本次 {added} · 剩余 {}", (quota.limit - after).or_zero()),
            Lang::En => format!("used {used} · this one {added} · left {}", (quota.limit - after).or_zero()),
        };
        flow.canvas.text(flow.fonts, x, flow.y, &legend, SOURCE);
        flow.y += SOURCE.leading;
    }

    /// Draws the frame of the part on this page: a vermilion edge above, hairlines around.
    fn close(&self, flow: &mut Flow<'_>) {
        let (top, bottom) = (self.top, flow.y);
        flow.canvas.fill(Area { x: self.left, y: top, width: self.width(), height: Len::pt(3) }, style::SEAL);
        for x in [self.left, self.right] {
            flow.canvas.line((x, top), (x, bottom), Len::deci(6), style::LINE);
        }
        flow.canvas.line((self.left, bottom), (self.right, bottom), Len::deci(6), style::LINE);
    }
}

fn used_tag(flow: &mut Flow<'_>, x: Len) {
    let text = flow.lang().pick("采用", "used");
    let look = Style::new(75, 100, Weight::Bold, style::OK_TEXT);
    let width = flow.fonts.width(text, look.size, look.weight) + Len::pt(8);
    let ground = Area { x, y: flow.y + Len::deci(15), width, height: Len::pt(12) };
    flow.canvas.fill(ground, style::OK_GROUND);
    flow.canvas.text(flow.fonts, x + Len::pt(4), ground.y + Len::deci(22), text, look);
}
