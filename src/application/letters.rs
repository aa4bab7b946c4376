//! Every letter the system writes, in both languages. Pure: the page that shows a letter before it
//! is sent and the act that puts it into the outbox call the same function.

pub mod about_voucher;

use chrono::NaiveDate;

use super::workflow::ActKind;
use crate::calendar::full_date;
use crate::lang::Lang;
use crate::money::Fen;

/// A finished letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
}

/// What a letter about an application says.
#[derive(Clone, Debug)]
pub struct CaseNews<'a> {
    pub act: ActKind,
    pub number: &'a str,
    pub enterprise: &'a str,
    pub amount: Fen,
    /// Reason, remarks or answer, as the person wrote them.
    pub words: &'a str,
    pub due: Option<NaiveDate>,
    /// First and last day of the notice, the day payment may begin.
    pub notice: Option<(NaiveDate, NaiveDate)>,
    pub link: &'a str,
}

/// The letter to the enterprise after an act that concerns it; `None` for acts that do not.
#[must_use]
pub fn about_case(news: &CaseNews<'_>, lang: Lang) -> Option<Letter> {
    let (subject, text) = match lang {
        Lang::Zh => chinese(news)?,
        Lang::En => english(news)?,
    };
    let number = news.number;
    let body = match lang {
        Lang::Zh => format!(
            "{}：\n\n{text}\n\n查看申请：{}\n\n算券 · 科技创新券兑付服务\n本邮件由系统发出，请勿直接回复。\n",
            news.enterprise, news.link
        ),
        Lang::En => format!(
            "To {}\n\n{text}\n\nSee the application: {}\n\nSuanquan · innovation vouchers\nThis letter was sent by the system; please do not reply.\n",
            news.enterprise, news.link
        ),
    };
    Some(Letter { subject: lang.pick(format!("[算券] {number} {subject}"), format!("[Suanquan] {number}: {subject}")), body })
}

fn words_of(news: &CaseNews<'_>, zh: &str) -> String {
    if news.words.trim().is_empty() { String::new() } else { format!("\n\n{zh}\n{}", news.words.trim()) }
}

fn chinese(news: &CaseNews<'_>) -> Option<(&'static str, String)> {
    let amount = news.amount.display();
    let day = |date: NaiveDate| full_date(date, Lang::Zh);
    let due = news.due.map_or_else(String::new, |due| format!("请在 {} 17:30 前修改并重新提交，逾期视为撤回。", day(due)));
    Some(match news.act {
        ActKind::Submit | ActKind::Resubmit => (
            "申请已收到",
            format!(
                "我们收到了您的兑付申请，测算补贴 {amount}，相应预算已为您预留。有对账单的用量您已确认，其他用量由服务机构确认；随后专班预审。"
            ),
        ),
        ActKind::Waitlist => (
            "已进入待预算队列",
            "您的申请已收到，但这一级今年的预算已用完。我们按提交先后保留您的次序，预算到位后自动恢复办理并邮件通知您。".into(),
        ),
        ActKind::Fund => ("预算到位，恢复办理", format!("预算已到位，您的申请恢复办理，测算补贴 {amount}。")),
        ActKind::Withdraw => ("申请已撤回", "您的申请已撤回，所选账单与预留预算已释放，可以重新申请。".into()),
        ActKind::LapseCorrection => ("逾期未补正，视为撤回", "补正期限已过，您的申请视为撤回。所选账单已释放，可以重新申请。".into()),
        ActKind::Coach => ("专班答复了您的咨询", words_of(news, "答复：").trim_start().to_owned()),
        ActKind::ConfirmUsage => ("服务机构已确认用量", "服务机构已确认您的用量，专班将进行预审。".into()),
        ActKind::Precheck => ("预审通过", format!("材料齐全，预审通过，进入初审。当前测算补贴 {amount}。")),
        ActKind::PassPreliminary => ("初审通过", format!("初审通过，进入复审。当前测算补贴 {amount}。")),
        ActKind::PassFinal => ("复审通过", format!("复审通过，核定补贴 {amount}。下一步由主管部门做信用核查。")),
        ActKind::ReturnForCorrection => ("请您修改材料", format!("您的申请需要修改。{due}{}", words_of(news, "需要修改的地方："))),
        ActKind::ExtendCorrection => ("补正期限已延长", due),
        ActKind::Reject => ("不予通过", format!("很抱歉，您的申请未通过审核。{}\n\n如有疑问，请联系专班。", words_of(news, "理由："))),
        ActKind::PassCredit => ("信用核查通过", format!("信用核查通过，拟兑付 {amount}，将列入公示。")),
        ActKind::FailCredit => ("信用核查未通过", format!("很抱歉，信用核查未通过，不予兑付。{}", words_of(news, "依据："))),
        ActKind::Publish => {
            let (first, last) = news.notice?;
            ("已列入公示", format!("您的申请拟兑付 {amount}，自 {} 至 {} 公示。公示期满无异议后拨付。", day(first), day(last)))
        }
        ActKind::RecordObjection => (
            "公示期间收到异议",
            "公示期间有人就您的申请提出书面异议，正在核查。核查期间暂缓拨付，其他申请不受影响。结果会邮件通知您。".into(),
        ),
        ActKind::DismissObjection => ("异议不成立", format!("经核查，异议不成立，您的申请恢复办理。{}", words_of(news, "核查结论："))),
        ActKind::UpholdObjection => ("异议成立，不予兑付", format!("经核查，异议成立，本次不予兑付。{}", words_of(news, "核查结论："))),
        ActKind::HoldForCredit => ("公示期满信用核查须复核", "公示期满时的信用核查发现记录，正在复核，暂缓拨付。结果会邮件通知您。".into()),
        ActKind::CloseNotice => ("公示无异议", format!("公示期满无异议，补贴 {amount} 将于次日起安排拨付。")),
        ActKind::OrderPayment => ("已下达拨付", format!("补贴 {amount} 已下达拨付，请留意对公账户。")),
        ActKind::ConfirmPayment => ("补贴已到账", format!("补贴 {amount} 已拨付到您的对公账户。")),
        ActKind::FailPayment => {
            ("转账未成功", format!("银行退回了本次转账，我们会重新拨付。请核对收款账户是否有误。{}", words_of(news, "银行反馈：")))
        }
        ActKind::OpenClawback => ("须退回补贴款", format!("经核查，须退回补贴 {amount}。{}", words_of(news, "原因："))),
        ActKind::Recover => ("退回款项已收到", "您退回的补贴款已收到，本事项办结。".into()),
        ActKind::SaveDraft | ActKind::AskCoaching | ActKind::Assign | ActKind::MarkItem => return None,
    })
}

fn english(news: &CaseNews<'_>) -> Option<(&'static str, String)> {
    let amount = news.amount.display();
    let day = |date: NaiveDate| full_date(date, Lang::En);
    let due = news.due.map_or_else(String::new, |due| {
        format!("Please correct it and submit again by 17:30 on {}; after that it counts as withdrawn.", day(due))
    });
    Some(match news.act {
        ActKind::Submit | ActKind::Resubmit => (
            "application received",
            format!("We have received your application. The calculated subsidy is {amount}, and that budget is reserved for you. You have confirmed the usage that rests on statements, and the provider confirms any other; then the task force prechecks."),
        ),
        ActKind::Waitlist => ("on the waiting list", "We have received your application, but this year's budget of the level is used up. Your place in the order of submission is kept; the case goes on by itself as soon as there is budget, and we will write to you.".into()),
        ActKind::Fund => ("budget has arrived", format!("There is budget again and your application goes on. The calculated subsidy is {amount}.")),
        ActKind::Withdraw => ("application withdrawn", "Your application is withdrawn. Its purchases and the reserved budget are free again.".into()),
        ActKind::LapseCorrection => ("not corrected in time", "The time for correction has passed; your application counts as withdrawn. Its purchases are free for a new one.".into()),
        ActKind::Coach => ("the task force has answered", words_of(news, "Answer:").trim_start().to_owned()),
        ActKind::ConfirmUsage => ("usage confirmed", "The provider has confirmed your usage. The task force prechecks next.".into()),
        ActKind::Precheck => ("precheck passed", format!("Your papers are complete; the preliminary review begins. Calculated subsidy: {amount}.")),
        ActKind::PassPreliminary => ("preliminary review passed", format!("The final review begins. Calculated subsidy: {amount}.")),
        ActKind::PassFinal => ("final review passed", format!("The approved subsidy is {amount}. The competent authority checks the credit record next.")),
        ActKind::ReturnForCorrection => ("please correct your papers", format!("Your application needs changes. {due}{}", words_of(news, "What to change:"))),
        ActKind::ExtendCorrection => ("more time for correction", due),
        ActKind::Reject => ("not granted", format!("We are sorry: your application did not pass the review.{}\n\nPlease ask the task force if anything is unclear.", words_of(news, "Reason:"))),
        ActKind::PassCredit => ("credit check passed", format!("{amount} is proposed and will be put to public notice.")),
        ActKind::FailCredit => ("credit check failed", format!("We are sorry: the credit check failed and nothing is granted.{}", words_of(news, "Grounds:"))),
        ActKind::Publish => {
            let (first, last) = news.notice?;
            ("in public notice", format!("{amount} is proposed for you and in public notice from {} to {}. It is paid after that if nobody objects.", day(first), day(last)))
        }
        ActKind::RecordObjection => ("an objection has come in", "A written objection to your application is being examined. Payment waits; other applications are not affected. We will write to you with the result.".into()),
        ActKind::DismissObjection => ("objection dismissed", format!("The objection was dismissed and your application goes on.{}", words_of(news, "Finding:"))),
        ActKind::UpholdObjection => ("objection upheld", format!("The objection was upheld; nothing is granted.{}", words_of(news, "Finding:"))),
        ActKind::HoldForCredit => ("credit check at the end of the notice", "The credit check at the end of the notice found a record, which is being examined. Payment waits; we will write to you with the result.".into()),
        ActKind::CloseNotice => ("notice passed", format!("The notice ended without objection. {amount} will be paid from the next day on.")),
        ActKind::OrderPayment => ("payment ordered", format!("The payment of {amount} has been ordered. Please watch your company account.")),
        ActKind::ConfirmPayment => ("subsidy paid", format!("{amount} has been paid to your company account.")),
        ActKind::FailPayment => ("transfer failed", format!("The bank sent the transfer back; we will pay again. Please check your bank account.{}", words_of(news, "The bank says:"))),
        ActKind::OpenClawback => ("subsidy to be returned", format!("{amount} must be returned.{}", words_of(news, "Reason:"))),
        ActKind::Recover => ("returned money received", "The money you returned has arrived; the matter is closed.".into()),
        ActKind::SaveDraft | ActKind::AskCoaching | ActKind::Assign | ActKind::MarkItem => return None,
    })
}
