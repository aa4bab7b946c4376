//! Who acts, and in which roles (policy.md §3): provider staff never decide, finance sees only what
//! has passed the notice. The three administrators divide the power over the system (三员分立,
//! GB/T 22239-2019 level 3, 8.1.10): one runs it, one gives rights, one reads the logs; none sees a case.

use std::collections::BTreeSet;

use crate::codes::codes;
use crate::ids::{AccountId, EnterpriseId, ProviderId};
use crate::lang::{Lang, Text};

codes! {
    /// Which house a person belongs to.
    AccountKind { Enterprise = "enterprise", Provider = "provider", Staff = "staff" }
}

codes! {
    /// A right given to a member of staff by the security administrator.
    Duty {
        /// Coaches, prechecks, does the preliminary review (专班).
        TaskForce = "task_force",
        /// May also do the final review of cases never touched before.
        FinalReviewer = "final_reviewer",
        /// Credit check, notices, objections (主管部门); may be given to the task force's lead.
        CompetentAuthority = "competent_authority",
        Finance = "finance",
        Auditor = "auditor",
        /// Runs the system: packs, providers, jobs, mail (系统管理员).
        Administrator = "administrator",
        /// Makes accounts and gives rights (安全管理员).
        SecurityAdministrator = "security_administrator",
        /// Reads the logs, and nothing else (审计管理员).
        AuditAdministrator = "audit_administrator",
    }
}

codes! {
    /// In which capacity somebody acts; the columns of the workflow table.
    Role {
        Enterprise = "enterprise",
        Provider = "provider",
        TaskForce = "task_force",
        FinalReviewer = "final_reviewer",
        CompetentAuthority = "competent_authority",
        Finance = "finance",
        Auditor = "auditor",
        Administrator = "administrator",
        SecurityAdministrator = "security_administrator",
        AuditAdministrator = "audit_administrator",
        /// A job of the system itself: closing notices, lapses, the waiting list.
        System = "system",
    }
}

impl Role {
    /// The role's name for people.
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Role::Enterprise => ("申请企业", "Enterprise"),
            Role::Provider => ("服务机构", "Provider"),
            Role::TaskForce => ("专班", "Task force"),
            Role::FinalReviewer => ("复审", "Final reviewer"),
            Role::CompetentAuthority => ("主管部门", "Competent authority"),
            Role::Finance => ("财政", "Finance"),
            Role::Auditor => ("审计", "Auditor"),
            Role::Administrator => ("系统管理员", "System administrator"),
            Role::SecurityAdministrator => ("安全管理员", "Security administrator"),
            Role::AuditAdministrator => ("审计管理员", "Audit administrator"),
            Role::System => ("系统", "System"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// What an actor stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Enterprise(EnterpriseId),
    Provider(ProviderId),
    Staff(BTreeSet<Duty>),
    /// A program of a provider with a service token.
    Service(ProviderId),
    System,
}

/// Somebody who acts: the only key to an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: Option<AccountId>,
    pub name: String,
    pub standing: Standing,
}

impl Actor {
    /// One of the three administrators, who see no case.
    #[must_use]
    pub fn administers(&self) -> bool {
        [Role::Administrator, Role::SecurityAdministrator, Role::AuditAdministrator].into_iter().any(|role| self.holds(role))
    }

    /// The system itself, for jobs.
    #[must_use]
    pub fn system() -> Actor {
        Actor { account: None, name: "算券".into(), standing: Standing::System }
    }

    /// All roles held, in the order of the list of roles.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        Role::ALL.iter().copied().filter(|role| self.holds(*role)).collect()
    }

    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        let duty = match (&self.standing, role) {
            (Standing::Enterprise(_), Role::Enterprise)
            | (Standing::Provider(_) | Standing::Service(_), Role::Provider)
            | (Standing::System, Role::System) => return true,
            (Standing::Staff(_), Role::TaskForce) => Duty::TaskForce,
            (Standing::Staff(_), Role::FinalReviewer) => Duty::FinalReviewer,
            (Standing::Staff(_), Role::CompetentAuthority) => Duty::CompetentAuthority,
            (Standing::Staff(_), Role::Finance) => Duty::Finance,
            (Standing::Staff(_), Role::Auditor) => Duty::Auditor,
            (Standing::Staff(_), Role::Administrator) => Duty::Administrator,
            (Standing::Staff(_), Role::SecurityAdministrator) => Duty::SecurityAdministrator,
            (Standing::Staff(_), Role::AuditAdministrator) => Duty::AuditAdministrator,
            _ => return false,
        };
        matches!(&self.standing, Standing::Staff(duties) if duties.contains(&duty))
    }

    #[must_use]
    pub fn enterprise(&self) -> Option<EnterpriseId> {
        match self.standing {
            Standing::Enterprise(id) => Some(id),
            Standing::Provider(_) | Standing::Service(_) | Standing::Staff(_) | Standing::System => None,
        }
    }

    #[must_use]
    pub fn provider(&self) -> Option<ProviderId> {
        match self.standing {
            Standing::Provider(id) | Standing::Service(id) => Some(id),
            Standing::Enterprise(_) | Standing::Staff(_) | Standing::System => None,
        }
    }
}

/// Why a set of rights may not be given to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DutyConflict {
    #[error("a system administrator may hold no other right")]
    AdministratorAlone,
    #[error("a security administrator may hold no other right")]
    SecurityAdministratorAlone,
    #[error("an audit administrator may hold no other right")]
    AuditAdministratorAlone,
    #[error("an auditor may hold no other right")]
    AuditorAlone,
    #[error("finance may not also review or publish")]
    FinanceAlone,
    #[error("a final reviewer must belong to the task force")]
    FinalReviewerOutsideTaskForce,
}

impl DutyConflict {
    /// Which rights exclude one another, and why.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            DutyConflict::AdministratorAlone => (
                "系统管理员管系统运行，不得授权，也不得办理业务：请只选「系统管理员」，或取消它。",
                "The system administrator runs the system, gives no rights and does no case work: choose it alone, or not at all.",
            ),
            DutyConflict::SecurityAdministratorAlone => (
                "安全管理员管账号与权限，不得兼任其他：请只选「安全管理员」，或取消它。",
                "The security administrator makes accounts and gives rights: choose it alone, or not at all.",
            ),
            DutyConflict::AuditAdministratorAlone => (
                "审计管理员只看日志，不得兼任其他：请只选「审计管理员」，或取消它。",
                "The audit administrator reads the logs: choose it alone, or not at all.",
            ),
            DutyConflict::AuditorAlone => (
                "审计须独立于审核和拨付：请只选「审计」，或取消它。",
                "The auditor is independent of review and payment: choose it alone, or not at all.",
            ),
            DutyConflict::FinanceAlone => (
                "拨付资金的人不得参与审核或公示：请只选「财政」，或取消它。",
                "Who pays may not review or publish: choose finance alone, or not at all.",
            ),
            DutyConflict::FinalReviewerOutsideTaskForce => (
                "复审权限只给专班成员：请同时选「专班」，或取消「复审」。",
                "Only members of the task force do final reviews: choose the task force too, or take the final review away.",
            ),
        };
        Text::new(zh, en)
    }
}

impl Duty {
    /// The role this right opens.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Duty::TaskForce => Role::TaskForce,
            Duty::FinalReviewer => Role::FinalReviewer,
            Duty::CompetentAuthority => Role::CompetentAuthority,
            Duty::Finance => Role::Finance,
            Duty::Auditor => Role::Auditor,
            Duty::Administrator => Role::Administrator,
            Duty::SecurityAdministrator => Role::SecurityAdministrator,
            Duty::AuditAdministrator => Role::AuditAdministrator,
        }
    }
}

/// Separation of duties (policy.md §3): who pays does not decide, who audits does neither, and no
/// administrator is anything else. A trigger of the database refuses the same.
///
/// # Errors
/// The first conflict.
pub fn check_duties(duties: &BTreeSet<Duty>) -> Result<(), DutyConflict> {
    let alone = |duty| duties.contains(&duty) && duties.len() > 1;
    for (duty, conflict) in [
        (Duty::Administrator, DutyConflict::AdministratorAlone),
        (Duty::SecurityAdministrator, DutyConflict::SecurityAdministratorAlone),
        (Duty::AuditAdministrator, DutyConflict::AuditAdministratorAlone),
        (Duty::Auditor, DutyConflict::AuditorAlone),
        (Duty::Finance, DutyConflict::FinanceAlone),
    ] {
        if alone(duty) {
            return Err(conflict);
        }
    }
    if duties.contains(&Duty::FinalReviewer) && !duties.contains(&Duty::TaskForce) {
        return Err(DutyConflict::FinalReviewerOutsideTaskForce);
    }
    Ok(())
}
