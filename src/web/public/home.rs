//! `GET /`: what it is, the three levels, the way in four steps, the latest notices.

use askama::Template;

use super::notices::NoticeRow;
use crate::money::Fen;
use crate::web::page::PageCx;
use crate::web::parts::{Meter, SheetView};

/// One level: rate, cap, minimum, who, and how much of the year's budget is left.
#[derive(Clone, Debug)]
pub struct TierCard {
    /// 湖北省, 武汉市, 东湖高新区.
    pub name: String,
    /// The rate without its sign: 30, 12.5.
    pub rate: String,
    /// The rate stands in no public document and is assumed.
    pub assumed: bool,
    /// Highest subsidy of an enterprise in a year.
    pub cap: Option<Fen>,
    /// Least subsidy of one application.
    pub min: Option<Fen>,
    /// Who may apply, in one sentence.
    pub who: String,
    /// Until when, in words.
    pub until: String,
    /// Document the rate stands on.
    pub source: String,
    /// `None` when no budget is set yet.
    pub budget: Option<TierBudget>,
}

/// The budget of a level in the current year.
#[derive(Clone, Debug)]
pub struct TierBudget {
    pub total: Fen,
    pub left: Fen,
}

impl TierCard {
    /// The bar shows what is spoken for; the sentence says what is left.
    fn meter(&self, cx: &PageCx) -> Option<Meter> {
        let budget = self.budget.as_ref()?;
        let (total, left) = (budget.total.display(), budget.left.display());
        let text = cx.lang.pick(format!("今年预算 {total},尚余 {left}"), format!("Budget this year {total}, {left} left"));
        Some(Meter::new((budget.total - budget.left).percent_of(budget.total), text))
    }
}

/// One of the four steps with its real duration.
#[derive(Clone, Debug)]
pub struct StepCard {
    pub title: String,
    pub text: String,
    /// 约 3 分钟; 近 90 天中位数 11 个工作日.
    pub duration: String,
}

/// The public home.
#[derive(Debug, Template)]
#[template(path = "public/home.html")]
pub struct HomeView {
    pub cx: PageCx,
    pub tiers: Vec<TierCard>,
    /// How levels relate, from the pack in force: 同一笔支出只享受一级补贴(…).
    pub relation: String,
    pub steps: Vec<StepCard>,
    pub notices: Vec<NoticeRow>,
    /// An example of a calculation, shown beside the title.
    pub sample: Option<SheetView>,
    /// `/applications/new` or, without an account, the registration.
    pub apply_href: String,
}
