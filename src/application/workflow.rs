//! One table: act × states × roles → next state. Everything else asks it: the acts before they
//! write, the pages for their buttons, `docs/reference/workflow.md` for its text.

use crate::codes::codes;
use crate::lang::Lang;
use crate::party::Role;

use super::state::State;

codes! {
    /// What can be done to an application.
    ActKind {
        SaveDraft = "save_draft",
        Submit = "submit",
        Resubmit = "resubmit",
        Withdraw = "withdraw",
        AskCoaching = "ask_coaching",
        Coach = "coach",
        Waitlist = "waitlist",
        Fund = "fund",
        ConfirmUsage = "confirm_usage",
        Assign = "assign",
        MarkItem = "mark_item",
        Precheck = "precheck",
        PassPreliminary = "pass_preliminary",
        PassFinal = "pass_final",
        ReturnForCorrection = "return_for_correction",
        ExtendCorrection = "extend_correction",
        LapseCorrection = "lapse_correction",
        Reject = "reject",
        PassCredit = "pass_credit",
        FailCredit = "fail_credit",
        Publish = "publish",
        RecordObjection = "record_objection",
        DismissObjection = "dismiss_objection",
        UpholdObjection = "uphold_objection",
        HoldForCredit = "hold_for_credit",
        CloseNotice = "close_notice",
        OrderPayment = "order_payment",
        ConfirmPayment = "confirm_payment",
        FailPayment = "fail_payment",
        OpenClawback = "open_clawback",
        Recover = "recover",
    }
}

/// Where an act leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    State(State),
    /// The act leaves the state as it is.
    Same,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
struct Rule {
    act: ActKind,
    from: &'static [State],
    role: Role,
    to: To,
}

const fn rule(act: ActKind, from: &'static [State], role: Role, to: State) -> Rule {
    Rule { act, from, role, to: To::State(to) }
}

const fn keep(act: ActKind, from: &'static [State], role: Role) -> Rule {
    Rule { act, from, role, to: To::Same }
}

use ActKind as A;
use Role as R;
use State as S;

/// Under review, before the notice: the enterprise may still withdraw.
const BEFORE_NOTICE: &[State] = &[
    S::Draft,
    S::Submitted,
    S::ProviderConfirmed,
    S::Prechecked,
    S::PreliminaryPassed,
    S::FinalPassed,
    S::CreditChecked,
    S::Returned,
    S::Waitlisted,
];
const WITH_TASK_FORCE: &[State] = &[S::Submitted, S::ProviderConfirmed, S::Prechecked, S::PreliminaryPassed, S::Returned, S::Waitlisted];

const RULES: &[Rule] = &[
    keep(A::SaveDraft, &[S::Draft, S::Returned], R::Enterprise),
    rule(A::Submit, &[S::Draft], R::Enterprise, S::Submitted),
    rule(A::Resubmit, &[S::Returned], R::Enterprise, S::Submitted),
    rule(A::Withdraw, BEFORE_NOTICE, R::Enterprise, S::Withdrawn),
    keep(A::AskCoaching, &[S::Draft, S::Returned], R::Enterprise),
    keep(A::Coach, &[S::Draft, S::Returned], R::TaskForce),
    rule(A::Waitlist, &[S::Submitted], R::System, S::Waitlisted),
    rule(A::Fund, &[S::Waitlisted], R::System, S::Submitted),
    rule(A::ConfirmUsage, &[S::Submitted], R::Provider, S::ProviderConfirmed),
    rule(A::ConfirmUsage, &[S::Submitted], R::System, S::ProviderConfirmed),
    keep(A::Assign, WITH_TASK_FORCE, R::TaskForce),
    keep(A::MarkItem, &[S::ProviderConfirmed, S::Prechecked], R::TaskForce),
    rule(A::Precheck, &[S::ProviderConfirmed], R::TaskForce, S::Prechecked),
    rule(A::PassPreliminary, &[S::Prechecked], R::TaskForce, S::PreliminaryPassed),
    rule(A::PassFinal, &[S::PreliminaryPassed], R::FinalReviewer, S::FinalPassed),
    rule(A::ReturnForCorrection, &[S::Submitted, S::ProviderConfirmed, S::Prechecked], R::TaskForce, S::Returned),
    rule(A::ReturnForCorrection, &[S::PreliminaryPassed], R::FinalReviewer, S::Returned),
    keep(A::ExtendCorrection, &[S::Returned], R::TaskForce),
    rule(A::LapseCorrection, &[S::Returned], R::System, S::Withdrawn),
    rule(A::Reject, &[S::ProviderConfirmed, S::Prechecked], R::TaskForce, S::Rejected),
    rule(A::Reject, &[S::PreliminaryPassed], R::FinalReviewer, S::Rejected),
    rule(A::PassCredit, &[S::FinalPassed], R::CompetentAuthority, S::CreditChecked),
    rule(A::PassCredit, &[S::ObjectionHold], R::CompetentAuthority, S::InPublicNotice),
    rule(A::FailCredit, &[S::FinalPassed, S::ObjectionHold], R::CompetentAuthority, S::Rejected),
    rule(A::Publish, &[S::CreditChecked], R::CompetentAuthority, S::InPublicNotice),
    rule(A::RecordObjection, &[S::InPublicNotice], R::CompetentAuthority, S::ObjectionHold),
    rule(A::DismissObjection, &[S::ObjectionHold], R::CompetentAuthority, S::InPublicNotice),
    rule(A::UpholdObjection, &[S::ObjectionHold], R::CompetentAuthority, S::Rejected),
    rule(A::HoldForCredit, &[S::InPublicNotice], R::System, S::ObjectionHold),
    rule(A::CloseNotice, &[S::InPublicNotice], R::System, S::NoticePassed),
    rule(A::OrderPayment, &[S::NoticePassed, S::PaymentFailed], R::Finance, S::PaymentOrdered),
    rule(A::ConfirmPayment, &[S::PaymentOrdered], R::Finance, S::Paid),
    rule(A::FailPayment, &[S::PaymentOrdered], R::Finance, S::PaymentFailed),
    rule(A::OpenClawback, &[S::Paid, S::ClawedBack], R::Auditor, S::ClawbackDue),
    rule(A::OpenClawback, &[S::Paid, S::ClawedBack], R::CompetentAuthority, S::ClawbackDue),
    rule(A::Recover, &[S::ClawbackDue], R::Finance, S::ClawedBack),
];

/// The rules said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The act exists, but not in this state.
    WrongState { act: ActKind, state: State },
    /// The act is open in this state, but to others.
    WrongRole { act: ActKind, state: State },
}

/// The state after `act` by somebody who holds `roles`.
///
/// # Errors
/// A [`Refusal`] that says whether state or role forbids it.
pub fn apply(state: State, act: ActKind, roles: &[Role]) -> Result<State, Refusal> {
    let mut open_to_others = false;
    for rule in RULES.iter().filter(|rule| rule.act == act && rule.from.contains(&state)) {
        if roles.contains(&rule.role) {
            return Ok(match rule.to {
                To::State(next) => next,
                To::Same => state,
            });
        }
        open_to_others = true;
    }
    Err(if open_to_others { Refusal::WrongRole { act, state } } else { Refusal::WrongState { act, state } })
}

/// Can `act` lead from one state to the other, whoever does it? For the proof of the trail.
#[must_use]
pub fn leads_to(from: State, act: ActKind, to: State) -> bool {
    RULES.iter().filter(|rule| rule.act == act && rule.from.contains(&from)).any(|rule| match rule.to {
        To::State(next) => next == to,
        To::Same => from == to,
    })
}

/// What somebody with these roles may do now, in the order of the table.
#[must_use]
pub fn acts_open_to(state: State, roles: &[Role]) -> Vec<ActKind> {
    ActKind::ALL.iter().copied().filter(|act| apply(state, *act, roles).is_ok()).collect()
}

impl ActKind {
    /// A step of the house's own, which the enterprise is not told of.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        matches!(self, A::SaveDraft | A::Assign | A::MarkItem)
    }

    /// The act as a timeline tells it: 提交申请.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            A::SaveDraft => ("保存草稿", "Saved the draft"),
            A::Submit => ("提交申请", "Submitted the application"),
            A::Resubmit => ("补正后重新提交", "Resubmitted after correction"),
            A::Withdraw => ("撤回申请", "Withdrew the application"),
            A::AskCoaching => ("请专班辅导", "Asked for coaching"),
            A::Coach => ("辅导答复", "Answered with coaching"),
            A::Waitlist => ("转入待预算", "Put on the waiting list"),
            A::Fund => ("预算到位，恢复办理", "Funded from the waiting list"),
            A::ConfirmUsage => ("服务机构确认用量", "Provider confirmed usage"),
            A::Assign => ("分派经办人", "Assigned"),
            A::MarkItem => ("核定明细", "Marked an item"),
            A::Precheck => ("预审通过", "Prechecked"),
            A::PassPreliminary => ("初审通过", "Passed preliminary review"),
            A::PassFinal => ("复审通过", "Passed final review"),
            A::ReturnForCorrection => ("退回补正", "Returned for correction"),
            A::ExtendCorrection => ("延长补正期限", "Extended the time for correction"),
            A::LapseCorrection => ("逾期未补正，视为撤回", "Not corrected in time, taken as withdrawn"),
            A::Reject => ("不予通过", "Rejected"),
            A::PassCredit => ("信用核查通过", "Passed the credit check"),
            A::FailCredit => ("信用核查不通过", "Failed the credit check"),
            A::Publish => ("列入公示", "Put to public notice"),
            A::RecordObjection => ("登记异议", "Recorded an objection"),
            A::DismissObjection => ("异议不成立", "Dismissed the objection"),
            A::UpholdObjection => ("异议成立", "Upheld the objection"),
            A::HoldForCredit => ("期满信用核查未通过，暂缓", "Held: credit check at the end of the notice"),
            A::CloseNotice => ("公示期满无异议", "Notice ended without objection"),
            A::OrderPayment => ("下达拨付", "Ordered the payment"),
            A::ConfirmPayment => ("确认到账", "Confirmed the payment"),
            A::FailPayment => ("转账失败", "Recorded a failed transfer"),
            A::OpenClawback => ("启动追回", "Opened a clawback"),
            A::Recover => ("款项追回", "Recovered the money"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// The whole table as Markdown, for `docs/reference/workflow.md`.
#[must_use]
pub fn as_markdown() -> String {
    let mut text = String::from(
        "# Workflow\n\nGenerated from `src/application/workflow.rs`; a test fails when this page is stale.\nA cell names the next state; an empty cell is a refusal. `=` keeps the state.\n\n| act | role | from | to |\n|---|---|---|---|\n",
    );
    for rule in RULES {
        let from: Vec<String> = rule.from.iter().map(|state| format!("`{state}`")).collect();
        let to = match rule.to {
            To::State(state) => format!("`{state}`"),
            To::Same => "=".into(),
        };
        text.push_str(&format!("| `{}` {} | {} | {} | {to} |\n", rule.act, rule.act.label(Lang::Zh), rule.role, from.join(" ")));
    }
    text.push_str("\n## States\n\n| state | 中文 | for the enterprise | holds money | holds purchases |\n|---|---|---|---|---|\n");
    for state in State::ALL {
        let mark = |yes: bool| if yes { "yes" } else { "" };
        text.push_str(&format!(
            "| `{state}` | {} | {} | {} | {} |\n",
            state.staff_label(Lang::Zh),
            state.applicant_label(Lang::Zh),
            mark(state.holds_money()),
            mark(state.holds_purchases())
        ));
    }
    text
}

#[cfg(test)]
mod tests;
