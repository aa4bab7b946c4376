//! `GET /`: what it is, the three levels, the way in four steps, the latest notices.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Datelike;

use super::notices::{NoticeRow, rows};
use super::{sample, tier_words};
use crate::lang::Lang;
use crate::money::Fen;
use crate::policy::Pack;
use crate::policy::pack::Status;
use crate::reports::public_home::{self, Durations, PublicHome};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{Meter, SheetView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

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
        let text = cx.lang.pick(format!("今年预算 {total}，尚余 {left}"), format!("Budget this year {total}, {left} left"));
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
    /// How levels relate, from the pack in force: 同一笔支出只享受一级补贴（…）.
    pub relation: String,
    pub steps: Vec<StepCard>,
    pub notices: Vec<NoticeRow>,
    /// An example of a calculation, shown beside the title.
    pub sample: Option<SheetView>,
    /// `/applications/new` or, without an account, the registration.
    pub apply_href: String,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (house, now) = (site.house.clone(), site.clock.now());
    let found = site.read(move |db| public_home::home(db, &house, now)).await?;
    let (lang, year) = (visitor.lang, visitor.today.year());
    page(&HomeView {
        tiers: tier_cards(lang, &found, year),
        relation: relation(lang, &found.pack),
        steps: steps(lang, site.house.notice_working_days, &found.durations),
        notices: rows(lang, &found.notices),
        sample: sample::sheet(lang, &found.pack, year),
        apply_href: apply_href(&visitor).to_owned(),
        cx: visitor.page(),
    })
}

/// Where an application begins: at the enterprise's own pages, else with an account.
pub(super) fn apply_href(visitor: &Visitor) -> &'static str {
    let enterprise = visitor.signed.as_ref().is_some_and(|signed| signed.actor.enterprise().is_some());
    if enterprise { "/my" } else { "/register" }
}

fn tier_cards(lang: Lang, found: &PublicHome, year: i32) -> Vec<TierCard> {
    let budget = |tier| {
        let row = found.budgets.iter().find(|budget| budget.tier == tier)?;
        Some(TierBudget { total: row.total, left: row.left })
    };
    let cards = found.pack.tiers().map(|(tier, rules)| TierCard {
        name: tier_words::place(lang, tier).to_owned(),
        rate: rules.rate.value.percent().trim_end_matches('%').to_owned(),
        assumed: rules.rate.status == Status::Assumed,
        cap: rules.cap.as_ref().map(|cap| cap.value),
        min: Some(rules.min_claim.value).filter(|min| min.is_positive()),
        who: tier_words::who(lang, rules).join(lang.pick("；", ". ")),
        until: tier_words::until(lang, rules, year),
        source: tier_words::source(lang, &rules.rate.source),
        budget: budget(tier),
    });
    cards.collect()
}

fn relation(lang: Lang, pack: &Pack) -> String {
    let source = tier_words::source(lang, &pack.pairing.source);
    match (pack.order.value.len(), pack.stacks()) {
        (1, _) => pack.note.get(lang).to_owned(),
        (_, true) => lang.pick(
            format!("各级可以叠加，合计不超过实际支出（{source}）。"),
            format!("The levels add up, never above what was spent ({source})."),
        ),
        (_, false) => lang.pick(
            format!("同一笔支出只享受一级补贴（{source}）。系统自动算出对您最合算的一级，并列出另一种口径供参考。"),
            format!("An expense is subsidised by one level only ({source}). The system finds the level that is best for you and shows the other reading beside it."),
        ),
    }
}

fn steps(lang: Lang, notice_days: u32, durations: &Durations) -> Vec<StepCard> {
    let step = |title: (&str, &str), text: (&str, &str), duration: String| StepCard {
        title: lang.pick(title.0, title.1).to_owned(),
        text: lang.pick(text.0, text.1).to_owned(),
        duration,
    };
    let review = match durations.review {
        Some(days) => lang.pick(
            format!("近 90 天审核中位数 {days} 个工作日 + 公示 {notice_days} 个工作日"),
            format!("median of 90 days: {days} working days, then {notice_days} in public notice"),
        ),
        None => lang.pick(format!("公示 {notice_days} 个工作日"), format!("{notice_days} working days in public notice")),
    };
    let payment = match durations.payment {
        Some(days) => lang.pick(format!("近 90 天中位数 {days} 个工作日"), format!("median of 90 days: {days} working days")),
        None => lang.pick("公示期满次日起".to_owned(), "from the day after the notice".to_owned()),
    };
    vec![
        step(
            ("选账单", "Choose purchases"),
            ("服务机构的账单自动带入，勾选即可，不用录金额。", "The provider's bills are there already; tick them, no amounts to type."),
            lang.pick("约 3 分钟", "about 3 minutes").to_owned(),
        ),
        step(
            ("传材料", "Add the papers"),
            ("合同、发票、付款回单，系统当场核对、查重。", "Contract, invoices and bank slips are checked at once, also for repeats."),
            lang.pick("约 5 分钟", "about 5 minutes").to_owned(),
        ),
        step(
            ("审核与公示", "Review and notice"),
            (
                "专班预审、初审、复审由不同的人办理，通过后公示。",
                "Precheck, preliminary and final review by different people, then public notice.",
            ),
            review,
        ),
        step(
            ("拨付", "Payment"),
            (
                "公示无异议后拨付到您的对公账户，每一步都有邮件。",
                "Without an objection the money goes to your company account; a mail tells every step.",
            ),
            payment,
        ),
    ]
}
