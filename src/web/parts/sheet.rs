//! The calculation sheet (计算单), its meter, the yearly quota and the two readings.

use askama::Template;

use super::case::Link;
use crate::lang::Lang;
use crate::money::Fen;

/// What a segment of a bar looks like; distinguishable without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Solid: paid, used.
    Solid,
    /// Solid in the seal's colour: nothing is left.
    Full,
    /// Diagonal lines: reserved, added by this application.
    Reserved,
    /// Dots: ordered.
    Ordered,
}

impl Pattern {
    /// The value of the `fill` attribute, empty where a class gives the colour.
    pub const fn fill(self) -> &'static str {
        match self {
            Pattern::Solid | Pattern::Full => "",
            Pattern::Reserved => "url(#pat-reserved)",
            Pattern::Ordered => "url(#pat-ordered)",
        }
    }

    pub const fn class(self) -> &'static str {
        match self {
            Pattern::Solid => "bar-fill",
            Pattern::Full => "bar-fill full",
            Pattern::Reserved | Pattern::Ordered => "",
        }
    }
}

/// One piece of a bar, in percent of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub start: i64,
    pub width: i64,
    pub pattern: Pattern,
}

/// A bar of one or more pieces; `label` says in words what it shows.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/bar.html")]
pub struct Bar {
    pub label: String,
    pub thick: bool,
    pub segments: Vec<Segment>,
}

impl Bar {
    /// One solid piece, 0–100.
    pub fn single(percent: i64, label: impl Into<String>) -> Bar {
        let width = percent.clamp(0, 100);
        let pattern = if width == 100 { Pattern::Full } else { Pattern::Solid };
        Bar { label: label.into(), thick: false, segments: vec![Segment { start: 0, width, pattern }] }
    }

    /// Pieces of `whole` one after the other. Edges are rounded from sums, so pieces never overlap;
    /// a piece that is not zero is at least one percent wide while there is room.
    pub fn pieces(whole: Fen, parts: &[(Fen, Pattern)], label: impl Into<String>) -> Bar {
        let mut sum = Fen::ZERO;
        let mut start = 0;
        let mut segments = Vec::new();
        for (amount, pattern) in parts {
            sum += *amount;
            let end = sum.percent_of(whole).max(if amount.is_positive() { start + 1 } else { start }).min(100);
            if end > start {
                segments.push(Segment { start, width: end - start, pattern: *pattern });
            }
            start = end;
        }
        Bar { label: label.into(), thick: true, segments }
    }
}

/// A thin bar with a sentence below it.
#[derive(Clone, Debug, Template)]
#[template(source = r#"<div class="meter">{{ bar }}<p>{{ text }}</p></div>"#, ext = "html")]
pub struct Meter {
    pub bar: Bar,
    pub text: String,
}

impl Meter {
    pub fn new(percent: i64, text: impl Into<String>) -> Meter {
        let text = text.into();
        Meter { bar: Bar::single(percent, text.clone()), text }
    }
}

/// How a row of the sheet reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// One of the amounts of which the least counts.
    Base,
    /// × the rate.
    Rate,
    /// = an amount between.
    Raw,
    /// − a cut by a limit.
    Cut,
    /// The reason why nothing is granted.
    Zero,
}

impl RowKind {
    pub const fn class(self) -> &'static str {
        match self {
            RowKind::Base => "plain",
            RowKind::Rate => "rate",
            RowKind::Raw => "raw",
            RowKind::Cut => "cut",
            RowKind::Zero => "zero",
        }
    }
}

/// One step: what, how much, and on what ground.
#[derive(Clone, Debug)]
pub struct SheetRow {
    pub kind: RowKind,
    pub label: String,
    pub value: String,
    /// Document and number the amount stands on; empty for none.
    pub source: String,
    /// Address of that document; empty for none.
    pub source_href: String,
    /// The least amount, the one that counts (采用).
    pub used: bool,
}

impl SheetRow {
    fn new(kind: RowKind, label: impl Into<String>, value: String, source: impl Into<String>) -> SheetRow {
        SheetRow { kind, label: label.into(), value, source: source.into(), source_href: String::new(), used: false }
    }

    pub fn base(label: impl Into<String>, amount: Fen, source: impl Into<String>) -> SheetRow {
        SheetRow::new(RowKind::Base, label, amount.display(), source)
    }

    /// `percent` as text: 30%.
    pub fn rate(label: impl Into<String>, percent: impl Into<String>, source: impl Into<String>) -> SheetRow {
        SheetRow::new(RowKind::Rate, label, percent.into(), source)
    }

    pub fn raw(label: impl Into<String>, amount: Fen, source: impl Into<String>) -> SheetRow {
        SheetRow::new(RowKind::Raw, label, amount.display(), source)
    }

    /// `cut` is the positive amount taken away; it is shown with a minus sign.
    pub fn cut(label: impl Into<String>, cut: Fen, source: impl Into<String>) -> SheetRow {
        SheetRow::new(RowKind::Cut, label, (-cut).display(), source)
    }

    /// A refusal without an amount of its own.
    pub fn zero(label: impl Into<String>, source: impl Into<String>) -> SheetRow {
        SheetRow::new(RowKind::Zero, label, Fen::ZERO.display(), source)
    }

    /// Marks the row that counts.
    pub fn used(self) -> SheetRow {
        SheetRow { used: true, ..self }
    }

    pub fn href(self, href: impl Into<String>) -> SheetRow {
        SheetRow { source_href: href.into(), ..self }
    }
}

/// The calculation sheet behind an amount.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/sheet.html")]
pub struct SheetView {
    pub lang: Lang,
    pub title: String,
    /// At the right of the title: 省级 30%.
    pub rate_label: String,
    /// Stands over the first rows: 核定依据（孰低）.
    pub section: String,
    pub rows: Vec<SheetRow>,
    pub total_label: String,
    pub total: Fen,
    /// 人民币大写; empty to leave it out.
    pub words: String,
    pub meter: Option<Meter>,
    pub links: Vec<Link>,
    /// Pack, version and digest of the evaluation; empty for none.
    pub digest: String,
}

impl SheetView {
    /// A sheet with its usual words; rows, meter and links are added by the caller.
    pub fn new(lang: Lang, rate_label: impl Into<String>, rows: Vec<SheetRow>, total: Fen) -> SheetView {
        SheetView {
            lang,
            title: lang.pick("计算单", "Calculation").to_owned(),
            rate_label: rate_label.into(),
            section: lang.pick("核定依据（孰低）", "Eligible base: the least counts").to_owned(),
            rows,
            total_label: lang.pick("拟补贴", "Proposed subsidy").to_owned(),
            total,
            words: total.in_words(),
            meter: None,
            links: Vec::new(),
            digest: String::new(),
        }
    }
}

/// 互斥口径 and 叠加口径 side by side: which one holds, and why.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/readings.html")]
pub struct ReadingsView {
    pub lang: Lang,
    pub holds_label: String,
    pub holds: SheetView,
    pub other_label: String,
    pub other: SheetView,
    pub why: String,
    pub source: String,
}

/// The yearly quota of a tier: used, added by this application, cut by the cap.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/quota.html")]
pub struct QuotaView {
    pub lang: Lang,
    /// 省级 · 2026 年度.
    pub title: String,
    pub cap: Fen,
    pub used: Fen,
    pub adds: Fen,
    pub cut: Fen,
}

impl QuotaView {
    pub fn left(&self) -> Fen {
        (self.cap - self.used - self.adds).or_zero()
    }

    fn bar(&self) -> Bar {
        Bar::pieces(self.cap, &[(self.used, Pattern::Solid), (self.adds, Pattern::Reserved)], self.sentence())
    }

    /// "Of ¥200,000.00 you used …, this adds …, the cap cuts …; … is left."
    pub fn sentence(&self) -> String {
        let (cap, used, adds, left) = (self.cap.display(), self.used.display(), self.adds.display(), self.left().display());
        let cut = if self.cut.is_positive() {
            self.lang.pick(format!("，上限调减 {}", self.cut.display()), format!(", the cap cuts {}", self.cut.display()))
        } else {
            String::new()
        };
        self.lang.pick(
            format!("年度上限 {cap}：已用 {used}，本次增加 {adds}{cut}；还剩 {left}。"),
            format!("Of {cap} a year you used {used}, this adds {adds}{cut}; {left} is left."),
        )
    }
}
