//! 拨付: from passed notices to money in the bank, in batches that one person draws up and another
//! approves; and 追回, what has to come back. Pure: facts in, lines or obstacles out.
//!
//! Example: an application of 30,000.00 at the province and 20,000.00 in the city becomes two
//! lines; both go into the batch or neither does.

pub mod recovery;
mod split;

use chrono::NaiveDate;

use crate::application::State;
use crate::calendar::full_date;
use crate::code::Tier;
use crate::codes::codes;
use crate::ids::{ApplicationId, last_four};
use crate::lang::{Lang, Text};
use crate::money::Fen;

pub use split::split;

codes! {
    /// Where a batch stands.
    BatchState { DrawnUp = "drawn_up", Approved = "approved", Settled = "settled", Cancelled = "cancelled" }
}

codes! {
    /// Where one line of a batch stands.
    LineState { DrawnUp = "drawn_up", Ordered = "ordered", Paid = "paid", Failed = "failed", Cancelled = "cancelled" }
}

codes! {
    /// Why paid money has to come back (policy.md §5, 38–42 and 52).
    Cause {
        CreditNote = "credit_note",
        QualificationCancelled = "qualification_cancelled",
        /// Recovered in full; the fine is decided by the authority and only recorded here.
        Fraud = "fraud",
        Audit = "audit",
    }
}

codes! {
    ClawbackState { Due = "due", Recovered = "recovered" }
}

impl BatchState {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            BatchState::DrawnUp => ("待复核", "Waiting for approval"),
            BatchState::Approved => ("已下达，等银行回单", "Ordered, waiting for the bank"),
            BatchState::Settled => ("已办结", "Settled"),
            BatchState::Cancelled => ("已作废", "Cancelled"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl LineState {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            LineState::DrawnUp => ("待复核", "Drawn up"),
            LineState::Ordered => ("已下达", "Ordered"),
            LineState::Paid => ("已到账", "Paid"),
            LineState::Failed => ("转账失败", "Failed"),
            LineState::Cancelled => ("已作废", "Cancelled"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Does a line in this state stand for its grant, so that no second one may?
    #[must_use]
    pub const fn is_living(self) -> bool {
        matches!(self, LineState::DrawnUp | LineState::Ordered | LineState::Paid)
    }
}

impl Cause {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Cause::CreditNote => ("事后红字发票或退款", "Later credit note or refund"),
            Cause::QualificationCancelled => ("资质被撤销", "Qualification cancelled"),
            Cause::Fraud => ("骗取补贴", "Fraud"),
            Cause::Audit => ("审计发现", "Audit finding"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl ClawbackState {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (ClawbackState::Due, Lang::Zh) => "待收回",
            (ClawbackState::Due, Lang::En) => "Due",
            (ClawbackState::Recovered, Lang::Zh) => "已收回",
            (ClawbackState::Recovered, Lang::En) => "Recovered",
        }
    }
}

/// Where money goes to, as it stood when the batch was drawn up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub bank: String,
    pub number: String,
    pub cnaps: String,
}

/// What an application is promised by one level for one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    pub tier: Tier,
    pub year: i64,
    pub amount: Fen,
    /// What the books hold for it.
    pub held: Fen,
    /// The living line that carries it already, with the number of its batch.
    pub carried: Option<(LineState, String)>,
}

/// An application that finance wants to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payable {
    pub application: ApplicationId,
    pub number: String,
    pub state: State,
    pub notice_last_day: Option<NaiveDate>,
    pub promises: Vec<Promise>,
    pub account: Option<Account>,
    /// A red letter to one of its invoices that nobody has decided on.
    pub red_letter: Option<String>,
}

/// One line of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub application: ApplicationId,
    pub tier: Tier,
    pub year: i64,
    pub amount: Fen,
    pub account: Account,
}

/// Lines in the order of the applications, and their control total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub lines: Vec<Line>,
    pub total: Fen,
}

/// Why an application cannot be paid now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    WrongState(State),
    NoNotice,
    NoticeNotOver { last_day: NaiveDate },
    NoAccount,
    InBatch(String),
    NotHeld(Tier, i64),
    RedLetter(String),
    NothingToPay,
}

/// Draws up a batch: every promise of every application that is not paid yet, or nothing at all.
/// Payment begins on the day after the last day of the notice.
///
/// # Errors
/// Every application that stands in the way, by number, with its first obstacle.
pub fn draw_up(payables: &[Payable], today: NaiveDate) -> Result<Batch, Vec<(String, Obstacle)>> {
    let mut lines = Vec::new();
    let mut obstacles = Vec::new();
    for payable in payables {
        match lines_of(payable, today) {
            Ok(mut own) => lines.append(&mut own),
            Err(obstacle) => obstacles.push((payable.number.clone(), obstacle)),
        }
    }
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let total = lines.iter().map(|line| line.amount).sum();
    Ok(Batch { lines, total })
}

/// The lines of one application.
///
/// # Errors
/// The first obstacle.
pub fn lines_of(payable: &Payable, today: NaiveDate) -> Result<Vec<Line>, Obstacle> {
    if !matches!(payable.state, State::NoticePassed | State::PaymentFailed) {
        return Err(Obstacle::WrongState(payable.state));
    }
    match payable.notice_last_day {
        None => return Err(Obstacle::NoNotice),
        Some(last_day) if last_day >= today => return Err(Obstacle::NoticeNotOver { last_day }),
        Some(_) => {}
    }
    if let Some(letter) = &payable.red_letter {
        return Err(Obstacle::RedLetter(letter.clone()));
    }
    let mut lines = Vec::new();
    for promise in payable.promises.iter().filter(|promise| promise.amount.is_positive()) {
        match &promise.carried {
            Some((LineState::Paid, _)) => continue,
            Some((_, batch)) => return Err(Obstacle::InBatch(batch.clone())),
            None => {}
        }
        if promise.held != promise.amount {
            return Err(Obstacle::NotHeld(promise.tier, promise.year));
        }
        let account = payable.account.clone().ok_or(Obstacle::NoAccount)?;
        lines.push(Line { application: payable.application, tier: promise.tier, year: promise.year, amount: promise.amount, account });
    }
    if lines.is_empty() { Err(Obstacle::NothingToPay) } else { Ok(lines) }
}

impl Obstacle {
    /// What stands in the way of paying the application, and what to do.
    #[must_use]
    pub fn text(&self, number: &str) -> Text {
        match self {
            Obstacle::WrongState(state) => Text::new(
                format!("{number} 现在是「{}」，只有公示无异议或转账失败的申请可以拨付。", state.staff_label(Lang::Zh)),
                format!(
                    "{number} is now \"{}\"; only applications whose notice has passed or whose transfer failed can be paid.",
                    state.staff_label(Lang::En)
                ),
            ),
            Obstacle::NoNotice => {
                Text::new(format!("{number} 没有公示记录，不能拨付。"), format!("{number} stood in no public notice and cannot be paid."))
            }
            Obstacle::NoticeNotOver { last_day } => Text::new(
                format!("{number} 的公示到 {} 结束，次日起才能拨付。", full_date(*last_day, Lang::Zh)),
                format!("The notice of {number} ends on {}; payment can begin on the day after.", full_date(*last_day, Lang::En)),
            ),
            Obstacle::NoAccount => Text::new(
                format!("{number} 的企业没有已确认的收款账户，请联系企业补充。"),
                format!("The enterprise of {number} has no confirmed bank account; ask it to enter one."),
            ),
            Obstacle::InBatch(batch) => Text::new(
                format!("{number} 已列入批次 {batch}，同一笔补贴只拨付一次。"),
                format!("{number} stands in batch {batch} already; a grant is paid once."),
            ),
            Obstacle::NotHeld(tier, year) => Text::new(
                format!("{number} 的{} {year} 年补贴与账簿预留不一致，请联系审计核对。", tier.title().zh),
                format!("The books do not hold the {} {year} grant of {number} in full; have the auditor look at it.", tier.title().en),
            ),
            Obstacle::RedLetter(letter) => {
                let end = last_four(letter);
                Text::new(
                    format!("{number} 的发票收到红字（尾号 {end}），处理之前不能拨付；见「红字与追回」。"),
                    format!(
                        "A red letter ending {end} came to an invoice of {number}; it cannot be paid before that is settled, see \"Red letters\"."
                    ),
                )
            }
            Obstacle::NothingToPay => Text::new(format!("{number} 没有待拨付的金额。"), format!("{number} has no amount left to pay.")),
        }
    }
}

#[cfg(test)]
mod tests;
