//! The states of policy.md §3. A state names the last step completed, except `draft` and
//! `in_public_notice`.

use crate::codes::codes;
use crate::lang::Lang;
use crate::voucher::Progress;

codes! {
    State {
        Draft = "draft",
        Submitted = "submitted",
        ProviderConfirmed = "provider_confirmed",
        Prechecked = "prechecked",
        PreliminaryPassed = "preliminary_passed",
        FinalPassed = "final_passed",
        CreditChecked = "credit_checked",
        InPublicNotice = "in_public_notice",
        NoticePassed = "notice_passed",
        PaymentOrdered = "payment_ordered",
        Paid = "paid",
        PaymentFailed = "payment_failed",
        Returned = "returned",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
        ObjectionHold = "objection_hold",
        Waitlisted = "waitlisted",
        ClawbackDue = "clawback_due",
        ClawedBack = "clawed_back",
    }
}

/// The tone a state is shown in; the colour is never the only sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Info,
    Ok,
    Warn,
    Bad,
}

impl Tone {
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Info => "info",
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }
}

impl State {
    /// The state as staff name it.
    #[must_use]
    pub const fn staff_label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            State::Draft => ("草稿", "Draft"),
            State::Submitted => ("已提交", "Submitted"),
            State::ProviderConfirmed => ("服务机构已确认", "Confirmed by provider"),
            State::Prechecked => ("预审通过", "Prechecked"),
            State::PreliminaryPassed => ("初审通过", "Preliminary review passed"),
            State::FinalPassed => ("复审通过", "Final review passed"),
            State::CreditChecked => ("拟兑付", "Credit checked"),
            State::InPublicNotice => ("公示中", "In public notice"),
            State::NoticePassed => ("公示无异议", "Notice passed"),
            State::PaymentOrdered => ("拨付中", "Payment ordered"),
            State::Paid => ("已拨付", "Paid"),
            State::PaymentFailed => ("拨付失败", "Payment failed"),
            State::Returned => ("退回补正", "Returned for correction"),
            State::Rejected => ("不予兑付", "Rejected"),
            State::Withdrawn => ("已撤回", "Withdrawn"),
            State::ObjectionHold => ("异议核查", "Objection hold"),
            State::Waitlisted => ("待预算", "Waitlisted"),
            State::ClawbackDue => ("待追回", "Clawback due"),
            State::ClawedBack => ("已追回", "Clawed back"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The state as the enterprise reads it: what it means for them.
    #[must_use]
    pub const fn applicant_label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            State::Draft => ("填写中", "Being filled in"),
            State::Submitted => ("等服务机构确认用量", "Waiting for the provider to confirm usage"),
            State::ProviderConfirmed => ("专班预审中", "Being prechecked"),
            State::Prechecked => ("专班初审中", "In preliminary review"),
            State::PreliminaryPassed => ("专班复审中", "In final review"),
            State::FinalPassed => ("信用核查中", "Credit check under way"),
            State::CreditChecked => ("等待公示", "Waiting for the public notice"),
            State::InPublicNotice => ("公示中", "In public notice"),
            State::NoticePassed => ("公示无异议，等待拨付", "Notice passed, payment to come"),
            State::PaymentOrdered => ("拨付中", "Payment on its way"),
            State::Paid => ("已到账", "Paid"),
            State::PaymentFailed => ("转账未成功，正在处理", "Transfer failed, being mended"),
            State::Returned => ("请您修改", "Please correct"),
            State::Rejected => ("不予兑付", "Not granted"),
            State::Withdrawn => ("已撤回", "Withdrawn"),
            State::ObjectionHold => ("有异议，核查中", "An objection is being examined"),
            State::Waitlisted => ("排队等待预算", "Waiting for budget"),
            State::ClawbackDue => ("须退回款项", "Money must be returned"),
            State::ClawedBack => ("款项已退回", "Money returned"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            State::Draft | State::Withdrawn | State::ClawedBack => Tone::Plain,
            State::Submitted
            | State::ProviderConfirmed
            | State::Prechecked
            | State::PreliminaryPassed
            | State::FinalPassed
            | State::CreditChecked
            | State::InPublicNotice
            | State::NoticePassed
            | State::PaymentOrdered => Tone::Info,
            State::Paid => Tone::Ok,
            State::Returned | State::ObjectionHold | State::Waitlisted | State::PaymentFailed | State::ClawbackDue => Tone::Warn,
            State::Rejected => Tone::Bad,
        }
    }

    /// Does the application hold money in the budget and room under the yearly cap?
    #[must_use]
    pub const fn holds_money(self) -> bool {
        match self {
            State::Submitted
            | State::ProviderConfirmed
            | State::Prechecked
            | State::PreliminaryPassed
            | State::FinalPassed
            | State::CreditChecked
            | State::InPublicNotice
            | State::NoticePassed
            | State::PaymentOrdered
            | State::PaymentFailed
            | State::Paid
            | State::ObjectionHold
            | State::ClawbackDue
            | State::ClawedBack => true,
            State::Draft | State::Returned | State::Rejected | State::Withdrawn | State::Waitlisted => false,
        }
    }

    /// Does the application hold its purchases, so that no other one may claim them?
    #[must_use]
    pub const fn holds_purchases(self) -> bool {
        !matches!(self, State::Rejected | State::Withdrawn)
    }

    /// Has a final reviewer agreed to the amount? From here on a correction of its purchases asks
    /// for a decision about the money.
    #[must_use]
    pub const fn has_passed_final(self) -> bool {
        match self {
            State::FinalPassed
            | State::CreditChecked
            | State::InPublicNotice
            | State::NoticePassed
            | State::PaymentOrdered
            | State::PaymentFailed
            | State::Paid
            | State::ObjectionHold
            | State::ClawbackDue
            | State::ClawedBack => true,
            State::Draft
            | State::Submitted
            | State::ProviderConfirmed
            | State::Prechecked
            | State::PreliminaryPassed
            | State::Returned
            | State::Rejected
            | State::Withdrawn
            | State::Waitlisted => false,
        }
    }

    /// Has the public notice ended well, so that finance may see the case (policy.md §3)?
    #[must_use]
    pub const fn has_passed_notice(self) -> bool {
        matches!(
            self,
            State::NoticePassed | State::PaymentOrdered | State::Paid | State::PaymentFailed | State::ClawbackDue | State::ClawedBack
        )
    }

    /// How far the voucher of the application has got with it.
    #[must_use]
    pub const fn voucher_progress(self) -> Progress {
        match self {
            State::Draft | State::Rejected | State::Withdrawn => Progress::Free,
            State::Submitted
            | State::ProviderConfirmed
            | State::Prechecked
            | State::PreliminaryPassed
            | State::Returned
            | State::Waitlisted => Progress::Undecided,
            State::FinalPassed
            | State::CreditChecked
            | State::InPublicNotice
            | State::ObjectionHold
            | State::NoticePassed
            | State::PaymentOrdered
            | State::PaymentFailed => Progress::Redeeming,
            State::Paid | State::ClawbackDue | State::ClawedBack => Progress::Paid,
        }
    }

    /// May the enterprise still change what it filed?
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, State::Draft | State::Returned)
    }
}
