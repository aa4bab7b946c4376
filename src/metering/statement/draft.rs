//! Drafting: the lines of a month, and what earlier months owe each other since they were billed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::codes::codes;
use crate::metering::canonical::digest;
use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::metering::rating::{LineKey, RatedLine, RatedMonth, record};
use crate::money::Fen;

codes! {
    /// Why a line stands in a statement. In FOCUS everything but `regular` has the charge class
    /// Correction.
    LineClass {
        /// Charged for a month that no standing statement bills.
        Regular = "regular",
        /// Takes back what was billed, with the opposite sign.
        Reversal = "reversal",
        /// What should have been billed for a month that was billed before.
        Corrected = "corrected",
    }
}

/// The name of an issued line: the statement's number and the line's place in it, from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineName {
    pub statement: String,
    pub line: i64,
}

/// `S-2026-0001/3`.
impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.statement, self.line)
    }
}

/// One line of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    pub class: LineClass,
    /// The month that it charges for; earlier than the statement's in a correction.
    pub month: Month,
    /// Quantity and amounts have the opposite sign in a reversal.
    pub line: RatedLine,
    /// The line that a reversal or a corrected line is about. A corrected line without one charges
    /// what an earlier statement left out.
    pub corrects: Option<LineName>,
}

/// A line of an issued statement of this contract that was not reversed as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billed {
    pub name: LineName,
    pub line: StatementLine,
}

/// What a statement would say if it were issued now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementDraft {
    pub month: Month,
    /// The month's own lines, then corrections of earlier months, earliest first.
    pub lines: Vec<StatementLine>,
}

impl StatementDraft {
    /// Σ lines. Below zero when corrections take back more than the month costs.
    #[must_use]
    pub fn total(&self) -> Fen {
        // A rated month is at most `Fen::MAX_ABS`, and the calendar of meters has 1,200 months.
        Fen::saturating(self.lines.iter().map(|line| i128::from(line.line.amount.get())).sum())
    }

    /// Whether earlier months are corrected.
    #[must_use]
    pub fn has_corrections(&self) -> bool {
        self.lines.iter().any(|line| line.class != LineClass::Regular)
    }

    /// SHA-256 over month and lines: what is signed when the statement is issued.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        lines_digest(&self.month.to_string(), &self.lines)
    }
}

/// SHA-256 over the month of a statement and its lines.
#[must_use]
pub fn lines_digest(month: &str, lines: &[StatementLine]) -> [u8; 32] {
    let mut parts: Vec<Vec<u8>> = vec![month.into()];
    for line in lines {
        parts.push(line.class.as_str().into());
        parts.push(line.month.to_string().into());
        parts.push(line.corrects.as_ref().map(ToString::to_string).unwrap_or_default().into());
        parts.extend(record(&line.line));
    }
    digest(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// What was billed under one key of a month, all lines taken together.
#[derive(Clone, Debug)]
struct Net<'b> {
    quantity: i128,
    num: i128,
    amount: i128,
    /// The line billed last that was no reversal: what a reader finds when looking for the charge.
    standing: &'b Billed,
}

impl<'b> Net<'b> {
    fn add(&mut self, billed: &'b Billed) {
        let line = &billed.line.line;
        self.quantity += i128::from(line.quantity.get());
        self.num += line.amount_num;
        self.amount += i128::from(line.amount.get());
        if billed.line.class != LineClass::Reversal {
            self.standing = billed;
        }
    }

    fn is_nothing(&self) -> bool {
        (self.quantity, self.num, self.amount) == (0, 0, 0)
    }

    /// Whether the charge stands as a fresh rating would put it.
    fn is(&self, fresh: &RatedLine) -> bool {
        let fresh_sums = (i128::from(fresh.quantity.get()), fresh.amount_num, i128::from(fresh.amount.get()));
        (self.quantity, self.num, self.amount) == fresh_sums && self.standing.line.line.price_micro == fresh.price_micro
    }

    fn reversal(&self, month: Month) -> StatementLine {
        let line = RatedLine {
            quantity: UnitMillis::new(i64::try_from(-self.quantity).unwrap_or(i64::MIN)),
            amount_num: -self.num,
            amount: Fen::saturating(-self.amount),
            ..self.standing.line.line.clone()
        };
        StatementLine { class: LineClass::Reversal, month, line, corrects: Some(self.standing.name.clone()) }
    }
}

/// Drafts the statement of `month`.
///
/// `fresh` is the rating of all months up to this one, `billed` what the contract's statements
/// billed, in the order of their issue and without statements that were reversed. Whatever was
/// billed for a month up to this one and differs from the fresh rating is taken back whole and
/// charged anew, so that afterwards billed + draft = fresh for every month and line (I21). A month
/// that no statement bills, because none was issued or it was reversed, is charged as a whole.
#[must_use]
pub fn draft(month: Month, fresh: &[RatedMonth], billed: &[Billed]) -> StatementDraft {
    let mut nets: BTreeMap<(Month, LineKey), Net<'_>> = BTreeMap::new();
    for one in billed.iter().filter(|one| one.line.month <= month) {
        let empty = Net { quantity: 0, num: 0, amount: 0, standing: one };
        nets.entry((one.line.month, one.line.line.key())).or_insert(empty).add(one);
    }
    let billed_months: BTreeSet<Month> = billed.iter().map(|one| one.line.month).collect();
    let mut lines: Vec<StatementLine> = Vec::new();
    for rated in fresh.iter().filter(|rated| rated.month <= month) {
        let class = if billed_months.contains(&rated.month) { LineClass::Corrected } else { LineClass::Regular };
        for line in &rated.lines {
            let net = nets.remove(&(rated.month, line.key()));
            if net.as_ref().is_some_and(|net| net.is(line)) {
                continue;
            }
            lines.extend(net.as_ref().filter(|net| !net.is_nothing()).map(|net| net.reversal(rated.month)));
            let corrects = net.map(|net| net.standing.name.clone());
            lines.push(StatementLine { class, month: rated.month, line: line.clone(), corrects });
        }
    }
    // What is left was billed and is no longer charged at all.
    lines.extend(nets.iter().filter(|(_, net)| !net.is_nothing()).map(|((of, _), net)| net.reversal(*of)));
    // Stable: a reversal stays before its corrected line.
    lines.sort_by_cached_key(|line| (line.month != month, line.month, line.line.key()));
    StatementDraft { month, lines }
}
