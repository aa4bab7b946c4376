//! The links each visitor sees, and what they are called.

use crate::lang::Lang;
use crate::party::Role;
use crate::reports::Signed;
use crate::web::page::NavItem;
use crate::web::visitor::Visitor;

/// One link of a frame: address, label in both languages, the roles that see it.
struct Entry {
    href: &'static str,
    zh: &'static str,
    en: &'static str,
    heading: (&'static str, &'static str),
    roles: &'static [Role],
}

const fn link(href: &'static str, zh: &'static str, en: &'static str, roles: &'static [Role]) -> Entry {
    Entry { href, zh, en, heading: ("", ""), roles }
}

const fn group(
    heading: (&'static str, &'static str),
    href: &'static str,
    zh: &'static str,
    en: &'static str,
    roles: &'static [Role],
) -> Entry {
    Entry { href, zh, en, heading, roles }
}

const PUBLIC: &[Entry] = &[
    link("/", "首页", "Home", &[]),
    link("/notices", "看公示", "Notices", &[]),
    link("/progress", "查进度", "Progress", &[]),
    link("/my", "办申请", "Apply", &[]),
    link("/policy", "问政策", "The rules", &[]),
];

const ENTERPRISE: &[Entry] = &[
    link("/my", "首页", "Home", &[Role::Enterprise]),
    link("/my/purchases", "账单", "Purchases", &[Role::Enterprise]),
    link("/my/statements", "对账单", "Statements", &[Role::Enterprise]),
    link("/my/usage", "用量", "Usage", &[Role::Enterprise]),
    link("/my/applications", "我的申请", "Applications", &[Role::Enterprise]),
    link("/my/quota", "额度", "Quota", &[Role::Enterprise]),
    link("/my/enterprise", "企业资料", "Enterprise", &[Role::Enterprise]),
];

const TF: &[Role] = &[Role::TaskForce, Role::FinalReviewer];
const READERS: &[Role] = &[Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Auditor];
const RECOVERERS: &[Role] = &[Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Finance, Role::Auditor];
const DESK: &[Entry] = &[
    group(("待办", "To do"), "/desk", "审核队列", "Review queue", READERS),
    link("/desk/qualifications", "资质核对", "Qualifications", TF),
    link("/desk/registry", "登记名单", "Registry lists", &[Role::TaskForce, Role::CompetentAuthority]),
    link("/desk/recoveries", "红字与追回", "Red letters", RECOVERERS),
    link("/desk/eligibility", "资格查询", "Eligibility", READERS),
    link("/desk/coaching", "辅导答复", "Coaching", TF),
    group(("主管部门", "Authority"), "/desk/credit", "信用核查", "Credit checks", &[Role::CompetentAuthority]),
    link("/desk/dishonesty", "失信与关联登记", "Registers", &[Role::CompetentAuthority]),
    link("/desk/notices", "公示与异议", "Notices and objections", &[Role::CompetentAuthority, Role::Auditor]),
    group(("服务机构", "Provider"), "/provider", "确认用量", "Confirm usage", &[Role::Provider]),
    link("/provider/purchases", "账单与导入", "Purchases and import", &[Role::Provider]),
    link("/provider/statements", "对账单", "Statements", &[Role::Provider]),
    link("/provider/metering", "计量", "Metering", &[Role::Provider]),
    link("/provider/quarantine", "隔离区", "Quarantine", &[Role::Provider]),
    link("/provider/tariffs", "资费", "Tariffs", &[Role::Provider]),
    link("/provider/contracts", "合同与预付款", "Contracts and prepaid money", &[Role::Provider]),
    link("/provider/usage-import", "用量导入", "Usage import", &[Role::Provider]),
    group(("财政", "Finance"), "/finance", "预算总览", "Budgets", &[Role::Finance]),
    link("/finance/applications", "公示后的申请", "Applications", &[Role::Finance]),
    link("/finance/batches", "拨付批次", "Payout batches", &[Role::Finance]),
    link("/finance/clawbacks", "追回", "Clawbacks", &[Role::Finance]),
    link("/finance/report", "拨付报表", "Payout report", &[Role::Finance, Role::Auditor]),
    group(("审计", "Audit"), "/audit", "审计轨迹", "Audit trail", &[Role::Auditor, Role::AuditAdministrator]),
    link("/audit/sample", "抽样核查", "Sample", &[Role::Auditor]),
    link("/audit/ledger", "账簿核对", "Ledger", &[Role::Auditor]),
    group(("安全", "Security"), "/admin", "人员与权限", "Accounts and rights", &[Role::SecurityAdministrator]),
    link("/admin/tokens", "服务令牌", "Service tokens", &[Role::SecurityAdministrator]),
    group(("系统", "System"), "/admin/packs", "政策包", "Policy packs", &[Role::Administrator]),
    link("/admin/providers", "服务机构", "Providers", &[Role::Administrator]),
    link("/admin/mail", "邮件队列", "Mail queue", &[Role::Administrator]),
    link("/admin/clock", "时钟与拨付", "Clock and payouts", &[Role::Administrator]),
];

/// Is this a page of staff, shown in the desk's frame?
#[must_use]
pub fn is_desk(visitor: &Visitor) -> bool {
    visitor.signed.as_ref().is_some_and(|signed| signed.actor.enterprise().is_none())
}

/// The links of the frame this visitor is in: public, enterprise or desk.
#[must_use]
pub fn links(visitor: &Visitor) -> Vec<NavItem> {
    let area = |prefix: &str| visitor.path == prefix || visitor.path.starts_with(&format!("{prefix}/"));
    let entries = match &visitor.signed {
        Some(signed) if signed.actor.enterprise().is_some() && area("/my") => ENTERPRISE,
        Some(_) if ["/desk", "/provider", "/finance", "/audit", "/admin"].into_iter().any(area) => DESK,
        _ => PUBLIC,
    };
    let visible = entries.iter().filter(|entry| entry.roles.is_empty() || entry.roles.iter().any(|role| visitor.holds(*role)));
    let current = current_of(entries, &visitor.path);
    visible
        .map(|entry| {
            let item = NavItem::new(entry.href, visitor.lang.pick(entry.zh, entry.en)).current(Some(entry.href) == current);
            item.under(visitor.lang.pick(entry.heading.0, entry.heading.1))
        })
        .collect()
}

/// The entry with the longest address that leads to the page; pages beside it are its own too.
fn current_of(entries: &[Entry], path: &str) -> Option<&'static str> {
    let path = match path {
        "/provider/import" => "/provider/purchases",
        "/my/eligibility" | "/my/bank" | "/my/people" => "/my/enterprise",
        other => other,
    };
    let leads = |href: &str| path == href || (href != "/" && path.starts_with(&format!("{href}/")));
    entries.iter().map(|entry| entry.href).filter(|href| leads(href)).max_by_key(|href| href.len())
}

/// Role and, for an enterprise or provider, its name.
#[must_use]
pub fn role_label(signed: &Signed, lang: Lang) -> String {
    let roles: Vec<&str> = signed.actor.roles().into_iter().map(|role| role.label(lang)).collect();
    if signed.house_name.is_empty() { roles.join(lang.pick("、", ", ")) } else { signed.house_name.clone() }
}

/// Where somebody lands after signing in.
#[must_use]
pub fn home_of(signed: &Signed) -> &'static str {
    let first = |role| signed.actor.holds(role);
    if signed.actor.enterprise().is_some() {
        "/my"
    } else if first(Role::Provider) {
        "/provider"
    } else if first(Role::TaskForce) {
        "/desk"
    } else if first(Role::CompetentAuthority) {
        "/desk/credit"
    } else if first(Role::Finance) {
        "/finance"
    } else if first(Role::Auditor) || first(Role::AuditAdministrator) {
        "/audit"
    } else if first(Role::Administrator) {
        "/admin/packs"
    } else {
        "/admin"
    }
}
