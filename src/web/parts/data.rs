//! Tables with filters and pages, budgets and charts.

use askama::Template;

use super::form::FieldView;
use super::sheet::{Bar, Pattern};
use crate::lang::Lang;
use crate::money::Fen;

/// How a column is sorted now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortDir {
    #[default]
    None,
    Ascending,
    Descending,
}

/// The head of a sortable column: a link that sorts by it.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/sort_head.html")]
pub struct SortHead {
    pub label: String,
    /// The same page sorted by this column, or turned round.
    pub href: String,
    pub dir: SortDir,
    /// Right-aligned, for amounts and numbers.
    pub num: bool,
}

/// A filter in force, with the address of the page without it.
#[derive(Clone, Debug)]
pub struct Chip {
    pub text: String,
    pub remove_href: String,
}

/// The filters of a table: a GET form, and what is in force as removable chips.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/filter_bar.html")]
pub struct FilterBar {
    pub lang: Lang,
    /// The page itself.
    pub action: String,
    /// The first one grows; it is the search.
    pub fields: Vec<FieldView>,
    /// Inputs that stay, such as the sort order.
    pub hidden: Vec<(String, String)>,
    pub chips: Vec<Chip>,
    pub clear_href: String,
}

/// Keyset pages: what is shown, and the addresses of the page before and after.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/pager.html")]
pub struct PagerView {
    pub lang: Lang,
    /// "第 51–100 项，共 219 项".
    pub text: String,
    pub previous_href: Option<String>,
    pub next_href: Option<String>,
}

/// The budget of a tier and year: available, reserved, ordered, paid, as four patterns.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/budget_bar.html")]
pub struct BudgetBarView {
    pub lang: Lang,
    pub title: String,
    pub reserved: Fen,
    pub ordered: Fen,
    pub paid: Fen,
    pub available: Fen,
}

impl BudgetBarView {
    pub fn total(&self) -> Fen {
        self.available + self.reserved + self.ordered + self.paid
    }

    fn bar(&self) -> Bar {
        let parts = [(self.paid, Pattern::Solid), (self.ordered, Pattern::Ordered), (self.reserved, Pattern::Reserved)];
        let words = self.lang.pick(
            format!(
                "已拨付 {}，待拨付 {}，已预留 {}，可用 {}",
                self.paid.display(),
                self.ordered.display(),
                self.reserved.display(),
                self.available.display()
            ),
            format!(
                "paid {}, ordered {}, reserved {}, available {}",
                self.paid.display(),
                self.ordered.display(),
                self.reserved.display(),
                self.available.display()
            ),
        );
        Bar::pieces(self.total(), &parts, words)
    }

    /// Pattern fill or class, word and amount of the four parts, in the order of the bar.
    fn legend(&self) -> [(Option<Pattern>, &'static str, Fen); 4] {
        [
            (Some(Pattern::Solid), self.lang.pick("已拨付", "Paid"), self.paid),
            (Some(Pattern::Ordered), self.lang.pick("待拨付", "Ordered"), self.ordered),
            (Some(Pattern::Reserved), self.lang.pick("已预留", "Reserved"), self.reserved),
            (None, self.lang.pick("可用", "Available"), self.available),
        ]
    }
}

/// One column of a chart.
#[derive(Clone, Debug)]
pub struct ChartColumn {
    /// Below the column: 1月.
    pub label: String,
    /// The value in words, above the label and in the table.
    pub value: String,
    /// The exact value, for the table.
    pub exact: String,
    /// Height in percent of the chart, 0–100.
    pub percent: i64,
}

impl ChartColumn {
    fn top(&self) -> i64 {
        100 - self.percent.clamp(0, 100)
    }

    fn height(&self) -> i64 {
        self.percent.clamp(0, 100)
    }
}

/// A column chart with the same figures as a table below it.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/chart.html")]
pub struct ChartView {
    pub lang: Lang,
    pub title: String,
    /// The scale of columns that carry no value: what the highest one stands for; may be empty.
    pub note: String,
    /// Heads of the two columns of the table.
    pub label_head: String,
    pub value_head: String,
    pub columns: Vec<ChartColumn>,
}

impl ChartView {
    /// Whether there are more columns than can be named side by side.
    fn is_dense(&self) -> bool {
        self.columns.len() > 16
    }

    /// The columns that are named below the chart: of the days of a month only every fifth has room
    /// on a telephone.
    fn labels(&self) -> Vec<Option<&ChartColumn>> {
        let all = !self.is_dense();
        self.columns.iter().enumerate().map(|(place, column)| (all || place.is_multiple_of(5)).then_some(column)).collect()
    }
}
