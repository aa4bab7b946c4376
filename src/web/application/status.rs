//! What happened to a submitted application, and what comes next. Members of staff are not named to
//! the enterprise.

use super::draft::{Aside, Draft};
use super::materials::said;
use crate::acts::completeness::kind_name;
use crate::application::{ActKind, State};
use crate::calendar::{beijing_date, date_time, month_day};
use crate::lang::Lang;
use crate::reports::application_detail::Entry;
use crate::web::calculation::{GrantSteps, sheet_views, step_views};
use crate::web::parts::{Link, MailPreview, Step, StepState, TimelineItem, TimelineView, Tone, TrackView};
use crate::web::visitor::Visitor;

/// What stands between head and foot of the page.
#[derive(Clone, Debug)]
pub struct StatusView {
    pub track: TrackView,
    /// What it means for the enterprise, in one sentence.
    pub meaning: String,
    pub timeline: TimelineView,
    pub papers: Vec<PaperLine>,
    pub steps: Vec<GrantSteps>,
    pub letters: Vec<MailPreview>,
    pub receipt: Option<Link>,
}

/// A paper, read only.
#[derive(Clone, Debug)]
pub struct PaperLine {
    pub kind: String,
    pub name: String,
    pub href: String,
    pub said: String,
}

/// The way in eight steps: the state that completes each one.
const WAY: &[(State, &str, &str)] = &[
    (State::Submitted, "提交", "Submitted"),
    (State::ProviderConfirmed, "用量确认", "Usage confirmed"),
    (State::Prechecked, "预审", "Precheck"),
    (State::PreliminaryPassed, "初审", "Preliminary review"),
    (State::FinalPassed, "复审", "Final review"),
    (State::CreditChecked, "信用核查", "Credit check"),
    (State::NoticePassed, "公示", "Public notice"),
    (State::Paid, "拨付", "Payment"),
];

/// The page's content.
#[must_use]
pub fn view(visitor: &Visitor, draft: &Draft) -> StatusView {
    let lang = visitor.lang;
    let application = draft.application();
    let mine = visitor.signed.as_ref().map(|signed| signed.email.as_str()).unwrap_or_default();
    let letters = draft.detail.letters.iter().filter(|letter| letter.to_email == mine);
    let papers = draft.detail.dossier.materials.iter().map(|paper| PaperLine {
        kind: kind_name(&paper.kind).get(lang).to_owned(),
        name: paper.file_name.clone(),
        href: format!("/files/material/{}", paper.id),
        said: said(lang, paper),
    });
    let receipt = application.first_submitted_at.is_some().then(|| Link::new(draft.href("/receipt"), lang.pick("受理回执", "Receipt")));
    StatusView {
        track: track(lang, application.state, &draft.detail.trail),
        meaning: meaning(lang, application.state).to_owned(),
        timeline: timeline(lang, &draft.detail.trail),
        papers: papers.collect(),
        steps: draft.detail.assessment.as_ref().map(|assessment| step_views(lang, assessment, &draft.detail.dossier)).unwrap_or_default(),
        letters: letters
            .map(|letter| MailPreview {
                lang,
                to: letter.to_email.clone(),
                subject: letter.subject.clone(),
                body: letter.body.clone(),
                open: false,
            })
            .collect(),
        receipt,
    }
}

/// The sheet that holds now.
#[must_use]
pub fn aside(lang: Lang, draft: &Draft) -> Aside {
    let sheets =
        draft.detail.assessment.as_ref().map(|assessment| sheet_views(lang, assessment, &draft.detail.dossier)).unwrap_or_default();
    let title = match draft.application().state {
        State::Paid | State::ClawbackDue | State::ClawedBack => lang.pick("已核定的补贴", "The subsidy as granted"),
        State::Rejected | State::Withdrawn => lang.pick("当时的测算", "As it was calculated"),
        _ => lang.pick("您将得到", "What you will get"),
    };
    Aside { title, sheets, note: String::new(), why_href: "#steps".to_owned() }
}

/// Where the application stands on its way.
#[must_use]
pub fn track(lang: Lang, state: State, trail: &[Entry]) -> TrackView {
    let day_of = |wanted: State| {
        let entry = trail.iter().rev().find(|entry| entry.to_state == wanted.as_str() && entry.from_state != entry.to_state);
        entry.map(|entry| month_day(beijing_date(entry.at.and_utc()), lang)).unwrap_or_default()
    };
    let reached = reached(state, trail);
    let stopped = matches!(state, State::Rejected | State::Withdrawn | State::ObjectionHold | State::PaymentFailed | State::ClawbackDue);
    let steps = WAY.iter().enumerate().map(|(place, (milestone, zh, en))| {
        let step = match (place < reached, place == reached, stopped) {
            (true, _, _) => StepState::Done,
            (_, true, true) => StepState::Bad,
            (_, true, false) => StepState::Now,
            _ => StepState::Todo,
        };
        Step::new(step, lang.pick(*zh, *en), if place < reached { day_of(*milestone) } else { String::new() })
    });
    TrackView { lang, steps: steps.collect() }
}

/// How many steps of the way are behind the application.
fn reached(state: State, trail: &[Entry]) -> usize {
    let place = |state: State| WAY.iter().position(|(milestone, _, _)| *milestone == state).map(|place| place + 1);
    match state {
        State::Draft => 0,
        State::Returned | State::Waitlisted => 1,
        State::InPublicNotice | State::ObjectionHold => 6,
        State::PaymentOrdered | State::PaymentFailed => 7,
        State::ClawbackDue | State::ClawedBack => 8,
        State::Rejected | State::Withdrawn => {
            let last = trail.iter().rev().find_map(|entry| State::parse(&entry.from_state).filter(|from| *from != state));
            last.map_or(0, |from| reached_before(from, place))
        }
        other => place(other).unwrap_or(0),
    }
}

fn reached_before(from: State, place: impl Fn(State) -> Option<usize>) -> usize {
    match from {
        State::Returned | State::Waitlisted => 1,
        State::InPublicNotice | State::ObjectionHold => 6,
        other => place(other).unwrap_or(0),
    }
}

const fn meaning(lang: Lang, state: State) -> &'static str {
    let (zh, en) = match state {
        State::Submitted => (
            "算力中心正在确认您的用量，通常 2 个工作日内完成。您现在不用做什么。",
            "The centre is confirming your usage, usually within 2 working days. There is nothing for you to do.",
        ),
        State::ProviderConfirmed => (
            "专班正在核对材料是否齐全。您现在不用做什么。",
            "The task force is checking that your papers are complete. There is nothing for you to do.",
        ),
        State::Prechecked => ("专班正在初审。您现在不用做什么。", "The preliminary review is under way. There is nothing for you to do."),
        State::PreliminaryPassed => (
            "另一名专班成员正在复审。您现在不用做什么。",
            "Another member of the task force does the final review. There is nothing for you to do.",
        ),
        State::FinalPassed => ("主管部门正在核查信用记录。", "The competent authority is checking the credit record."),
        State::CreditChecked => ("已列为拟兑付，等待公示。", "Proposed for payment; the public notice comes next."),
        State::InPublicNotice => ("正在公示，期满无异议后拨付。", "In public notice; paid afterwards if nobody objects."),
        State::NoticePassed => ("公示期满无异议，财政将安排拨付。", "The notice ended without objection; finance will pay."),
        State::PaymentOrdered => ("拨付已下达，请留意对公账户。", "The payment is ordered; watch your company account."),
        State::Paid => ("补贴已到账，本申请办结。请保存好材料备查。", "The subsidy is paid and the case closed. Keep your papers."),
        State::PaymentFailed => (
            "银行退回了转账，财政正在处理。请核对收款账户是否有误。",
            "The bank sent the transfer back; finance is on it. Check your bank account.",
        ),
        State::Rejected => (
            "本次申请未通过，理由见下。账单已释放。",
            "The application was not granted; the reason stands below. Its purchases are free again.",
        ),
        State::Withdrawn => {
            ("申请已撤回，账单已释放，可以重新申请。", "The application is withdrawn; its purchases are free for a new one.")
        }
        State::ObjectionHold => {
            ("公示期间的情况正在核查，期间暂缓拨付。", "Something that came up during the notice is being examined; payment waits.")
        }
        State::Waitlisted => (
            "今年预算已用完，您的次序已保留；预算到位后自动恢复办理。",
            "This year's budget is used up. Your place in the order is kept; the case goes on by itself when there is budget.",
        ),
        State::ClawbackDue => ("须退回补贴款，请按通知办理。", "The subsidy must be returned; please follow the letter."),
        State::ClawedBack => ("退回款项已收到，本事项办结。", "The returned money has arrived; the matter is closed."),
        State::Draft | State::Returned => ("", ""),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The trail as sentences, without the steps that are the house's own.
fn timeline(lang: Lang, trail: &[Entry]) -> TimelineView {
    let items = trail.iter().filter_map(|entry| {
        let act = ActKind::parse(&entry.act)?;
        (!act.is_internal()).then(|| TimelineItem {
            tone: tone(act),
            when: date_time(entry.at.and_utc(), lang),
            machine_time: entry.at.and_utc().to_rfc3339(),
            text: lang.pick(format!("{}：{}", who(lang, entry), act.label(lang)), format!("{}: {}", who(lang, entry), act.label(lang))),
            said: reason(lang, act, entry),
            ..TimelineItem::default()
        })
    });
    TimelineView { items: items.collect() }
}

/// In which capacity, not by which person.
fn who(lang: Lang, entry: &Entry) -> String {
    let (zh, en) = match entry.actor_role.as_str() {
        "enterprise" => return lang.pick(format!("您单位 {}", entry.actor_name), format!("You ({})", entry.actor_name)),
        "provider" => ("服务机构", "Provider"),
        "competent_authority" => ("主管部门", "Competent authority"),
        "finance" => ("财政", "Finance"),
        "system" => ("系统", "System"),
        "auditor" => ("审计", "Auditor"),
        _ => ("专班", "Task force"),
    };
    lang.pick(zh, en).to_owned()
}

/// The reason, where it is the enterprise's to read.
fn reason(lang: Lang, act: ActKind, entry: &Entry) -> String {
    if act == ActKind::ConfirmUsage && entry.actor_role == "system" {
        let (zh, en) =
            ("全部账单均有已确认的对账单，无需另行确认", "every item rests on a confirmed statement; nothing is left to confirm");
        return lang.pick(zh, en).to_owned();
    }
    if is_told(act) { entry.reason.clone() } else { String::new() }
}

/// Acts whose reason is written for the enterprise.
const fn is_told(act: ActKind) -> bool {
    matches!(
        act,
        ActKind::Withdraw
            | ActKind::AskCoaching
            | ActKind::Coach
            | ActKind::ReturnForCorrection
            | ActKind::Reject
            | ActKind::FailCredit
            | ActKind::DismissObjection
            | ActKind::UpholdObjection
            | ActKind::FailPayment
            | ActKind::OpenClawback
    )
}

const fn tone(act: ActKind) -> Tone {
    match act {
        ActKind::ReturnForCorrection | ActKind::Waitlist | ActKind::RecordObjection | ActKind::HoldForCredit => Tone::Warn,
        ActKind::Reject
        | ActKind::FailCredit
        | ActKind::UpholdObjection
        | ActKind::FailPayment
        | ActKind::OpenClawback
        | ActKind::LapseCorrection => Tone::Bad,
        ActKind::Submit | ActKind::Resubmit | ActKind::AskCoaching | ActKind::Coach => Tone::Info,
        ActKind::Withdraw => Tone::Plain,
        _ => Tone::Ok,
    }
}
