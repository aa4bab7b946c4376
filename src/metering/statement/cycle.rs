//! One table: act × states × role → next state (metering.md §5.6). A statement is never deleted; a
//! reversed one stays to be read.

use crate::codes::codes;
use crate::ids::AccountId;
use crate::lang::{Lang, Text};
use crate::party::Role;

codes! {
    /// Where a statement stands.
    StatementState {
        /// A preview; nothing is stored.
        Open = "open",
        Issued = "issued",
        Disputed = "disputed",
        Confirmed = "confirmed",
        Reversed = "reversed",
    }
}

codes! {
    /// What can be done to a statement.
    StatementAct {
        Issue = "issue",
        Confirm = "confirm",
        Dispute = "dispute",
        /// The provider explains and upholds the statement.
        Resolve = "resolve",
        Reverse = "reverse",
    }
}

use StatementAct as A;
use StatementState as S;

/// One line of the table.
#[derive(Clone, Copy, Debug)]
struct Rule {
    act: StatementAct,
    from: &'static [StatementState],
    role: Role,
    to: StatementState,
}

const RULES: &[Rule] = &[
    Rule { act: A::Issue, from: &[S::Open], role: Role::Provider, to: S::Issued },
    Rule { act: A::Confirm, from: &[S::Issued], role: Role::Enterprise, to: S::Confirmed },
    Rule { act: A::Dispute, from: &[S::Issued], role: Role::Enterprise, to: S::Disputed },
    Rule { act: A::Resolve, from: &[S::Disputed], role: Role::Provider, to: S::Issued },
    Rule { act: A::Reverse, from: &[S::Issued, S::Disputed, S::Confirmed], role: Role::Provider, to: S::Reversed },
];

/// The rules said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementRefusal {
    #[error("a statement that is {state} cannot go through \"{act}\"; reload the page")]
    WrongState { act: StatementAct, state: StatementState },
    #[error("\"{act}\" is for the other side of the contract")]
    WrongRole { act: StatementAct, state: StatementState },
    #[error("write the reason: the other side reads it")]
    ReasonMissing { act: StatementAct },
    #[error("who issued a statement cannot reverse it; ask a colleague")]
    SamePerson,
}

/// Who asks for an act, and what the rules want to know.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub act: StatementAct,
    pub roles: &'a [Role],
    pub person: AccountId,
    /// Who issued the statement; `None` while it is open.
    pub issuer: Option<AccountId>,
    pub reason: &'a str,
}

/// The state after an act.
///
/// # Errors
/// A refusal: state and role first, then the second person, then the reason.
pub fn apply(state: StatementState, asked: &Asked<'_>) -> Result<StatementState, StatementRefusal> {
    let act = asked.act;
    let next = next(state, act, asked.roles)?;
    if act == A::Reverse && asked.issuer == Some(asked.person) {
        return Err(StatementRefusal::SamePerson);
    }
    if act.needs_reason() && asked.reason.trim().is_empty() {
        return Err(StatementRefusal::ReasonMissing { act });
    }
    Ok(next)
}

fn next(state: StatementState, act: StatementAct, roles: &[Role]) -> Result<StatementState, StatementRefusal> {
    let rule = RULES.iter().find(|rule| rule.act == act && rule.from.contains(&state));
    let rule = rule.ok_or(StatementRefusal::WrongState { act, state })?;
    if roles.contains(&rule.role) { Ok(rule.to) } else { Err(StatementRefusal::WrongRole { act, state }) }
}

/// What somebody with these roles may do now; `issuer` says whether it is the one who issued the
/// statement.
#[must_use]
pub fn acts_open_to(state: StatementState, roles: &[Role], issuer: bool) -> Vec<StatementAct> {
    let open = |act: &StatementAct| next(state, *act, roles).is_ok() && !(issuer && *act == A::Reverse);
    StatementAct::ALL.iter().copied().filter(open).collect()
}

impl StatementAct {
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        match self {
            A::Dispute | A::Resolve | A::Reverse => true,
            A::Issue | A::Confirm => false,
        }
    }

    /// The act as a timeline tells it.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            A::Issue => ("出具对账单", "Issued the statement"),
            A::Confirm => ("企业确认", "Confirmed by the enterprise"),
            A::Dispute => ("企业提出异议", "Disputed by the enterprise"),
            A::Resolve => ("答复异议，维持对账单", "Answered the dispute, statement upheld"),
            A::Reverse => ("冲销对账单", "Reversed the statement"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl StatementState {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            S::Open => ("未出具", "not issued"),
            S::Issued => ("待企业确认", "waiting for confirmation"),
            S::Disputed => ("异议处理中", "disputed"),
            S::Confirmed => ("已确认", "confirmed"),
            S::Reversed => ("已冲销", "reversed"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl StatementRefusal {
    /// The sentence in both languages.
    #[must_use]
    pub fn text(self) -> Text {
        let label = |state: StatementState| (state.label(Lang::Zh), state.label(Lang::En));
        match self {
            StatementRefusal::WrongState { act, state } => {
                let (zh, en) = label(state);
                let (act_zh, act_en) = (act.label(Lang::Zh), act.label(Lang::En));
                Text::new(
                    format!("对账单当前为「{zh}」，不能「{act_zh}」，请刷新页面"),
                    format!("The statement is now \"{en}\"; \"{act_en}\" is not possible. Reload the page."),
                )
            }
            StatementRefusal::WrongRole { act, .. } => {
                let (zh, en) = match act {
                    A::Confirm | A::Dispute => ("须由采购企业办理", "This is for the enterprise that bought the compute."),
                    A::Issue | A::Resolve | A::Reverse => ("须由服务机构办理", "This is for the provider."),
                };
                Text::new(zh, en)
            }
            StatementRefusal::ReasonMissing { .. } => Text::new("请填写理由，对方会看到", "Write the reason: the other side reads it."),
            StatementRefusal::SamePerson => {
                Text::new("出具人不能冲销自己出具的对账单，请由其他同事办理", "You issued this statement; a colleague has to reverse it.")
            }
        }
    }
}
