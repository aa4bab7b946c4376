//! The desk of the task force and of the competent authority.

pub mod case_view;
pub mod coaching;
pub mod credit;
pub mod decide;
pub mod decisions;
pub mod eligibility;
pub mod mark;
pub mod materials;
pub mod notice_editor;
pub mod notices;
pub mod objections;
pub mod qualifications;
pub mod queue;
pub mod recoveries;
pub mod registers;
pub mod registry;
pub mod registry_list;
pub mod review;

use crate::party::Role;
use crate::reports::desk_queue::{Rail, Tab};
use crate::web::page::{NavItem, PageCx};
use crate::web::red_letter;
use crate::web::routes::{Access, routes};
use crate::web::statement;
use crate::web::visitor::Visitor;

const READERS: &[Role] = &[Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Auditor];
const TASK_FORCE: &[Role] = &[Role::TaskForce, Role::FinalReviewer];
/// Who keeps the registries' lists.
const LIST_KEEPERS: &[Role] = &[Role::TaskForce, Role::CompetentAuthority];
/// Who sees red letters to what was granted: everybody who decides on it or on its money.
const RECOVERERS: &[Role] = &[Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Finance, Role::Auditor];
/// The same, and the enterprise for its own.
const LETTER_READERS: &[Role] =
    &[Role::Enterprise, Role::TaskForce, Role::FinalReviewer, Role::CompetentAuthority, Role::Finance, Role::Auditor];
const AUTHORITY: &[Role] = &[Role::CompetentAuthority];
/// Who objects is known to these alone.
const NOTICE_READERS: &[Role] = &[Role::CompetentAuthority, Role::Auditor];

routes! {
    GET "/desk" Access::Only(READERS) => queue::show;
    GET "/desk/applications/{number}" Access::Only(READERS) => review::show;
    POST "/desk/applications/{number}/assign" Access::Only(TASK_FORCE) => decide::assign;
    POST "/desk/applications/{number}/remark" Access::Only(TASK_FORCE) => decide::remark;
    POST "/desk/applications/{number}/precheck" Access::Only(TASK_FORCE) => decide::precheck;
    POST "/desk/applications/{number}/preliminary" Access::Only(TASK_FORCE) => decide::preliminary;
    POST "/desk/applications/{number}/final" Access::Only(&[Role::FinalReviewer]) => decide::last;
    POST "/desk/applications/{number}/return" Access::Only(TASK_FORCE) => decide::send_back;
    POST "/desk/applications/{number}/extend" Access::Only(TASK_FORCE) => decide::extend;
    POST "/desk/applications/{number}/reject" Access::Only(TASK_FORCE) => decide::reject;
    GET "/desk/applications/{number}/items/{item}" Access::Only(TASK_FORCE) => mark::show;
    POST "/desk/applications/{number}/items/{item}" Access::Only(TASK_FORCE) => mark::submit;
    GET "/desk/qualifications" Access::Only(TASK_FORCE) => qualifications::show;
    POST "/desk/qualifications/{id}" Access::Only(TASK_FORCE) => qualifications::decide;
    GET "/desk/registry" Access::Only(LIST_KEEPERS) => registry::show;
    POST "/desk/registry" Access::Only(LIST_KEEPERS) => registry::check;
    POST "/desk/registry/columns" Access::Only(LIST_KEEPERS) => registry::confirm;
    GET "/desk/registry/rows/{id}" Access::Only(READERS) => registry_list::evidence;
    POST "/desk/registry/names/{id}" Access::Only(LIST_KEEPERS) => registry_list::take_name;
    POST "/desk/registry/withdrawals/{id}" Access::Only(LIST_KEEPERS) => registry_list::settle;
    GET "/desk/registry/{id}" Access::Only(READERS) => registry_list::show;
    POST "/desk/registry/{id}/import" Access::Only(LIST_KEEPERS) => registry_list::import;
    GET "/desk/registry/{id}/rows.csv" Access::Only(READERS) => registry_list::report;
    GET "/desk/recoveries" Access::Only(RECOVERERS) => recoveries::show;
    POST "/desk/recoveries/{id}" Access::Only(LIST_KEEPERS) => recoveries::settle;
    GET "/desk/applications/{number}/red-letter" Access::Only(LIST_KEEPERS) => red_letter::show;
    POST "/desk/applications/{number}/red-letter" Access::Only(LIST_KEEPERS) => red_letter::submit;
    GET "/files/red-letter/{id}" Access::Only(LETTER_READERS) => recoveries::file;
    GET "/desk/eligibility" Access::Only(READERS) => eligibility::find;
    GET "/desk/eligibility/{uscc}" Access::Only(READERS) => eligibility::show;
    POST "/desk/eligibility/{uscc}/vouchers/{number}" Access::Only(AUTHORITY) => eligibility::revoke;
    GET "/desk/coaching" Access::Only(TASK_FORCE) => coaching::show;
    POST "/desk/coaching/{id}" Access::Only(TASK_FORCE) => coaching::answer;
    GET "/desk/credit" Access::Only(AUTHORITY) => credit::list;
    GET "/desk/credit/{number}" Access::Only(AUTHORITY) => credit::show;
    POST "/desk/credit/{number}" Access::Only(AUTHORITY) => credit::submit;
    GET "/desk/dishonesty" Access::Only(AUTHORITY) => registers::show;
    POST "/desk/dishonesty" Access::Only(AUTHORITY) => registers::record_dishonesty;
    POST "/desk/related-parties" Access::Only(AUTHORITY) => registers::record_related_party;
    GET "/desk/notices" Access::Only(NOTICE_READERS) => notices::show;
    POST "/desk/notices" Access::Only(AUTHORITY) => notices::draft;
    GET "/desk/notices/{number}" Access::Only(NOTICE_READERS) => notice_editor::show;
    POST "/desk/notices/{number}" Access::Only(AUTHORITY) => notice_editor::save;
    POST "/desk/notices/{number}/publish" Access::Only(AUTHORITY) => notice_editor::publish;
    POST "/desk/notices/{number}/cancel" Access::Only(AUTHORITY) => notice_editor::cancel;
    GET "/desk/applications/{number}/objection" Access::Only(AUTHORITY) => objections::new;
    POST "/desk/applications/{number}/objection" Access::Only(AUTHORITY) => objections::record;
    GET "/desk/objections/{id}" Access::Only(NOTICE_READERS) => objections::show;
    POST "/desk/objections/{id}" Access::Only(AUTHORITY) => objections::decide;
    GET "/desk/statements/{number}.{ending}" Access::Only(READERS) => statement::files::download;
    GET "/desk/statements/{number}" Access::Only(READERS) => statement::show::show;
    GET "/desk/statements/{number}/events" Access::Only(READERS) => statement::events::show;
}

/// The frame of a desk page: the rail with the lists of the queue and what waits in each.
pub(in crate::web) fn frame(visitor: &Visitor, rail: &Rail, tab: Option<Tab>) -> PageCx {
    let mut cx = visitor.page();
    let mut nav = Vec::new();
    for item in std::mem::take(&mut cx.nav) {
        match item.href.as_str() {
            "/desk" => nav.extend(lists(visitor, rail, tab)),
            "/desk/qualifications" => nav.push(item.count(rail.qualifications)),
            "/desk/registry" => nav.push(item.count(rail.withdrawals)),
            "/desk/recoveries" => nav.push(item.count(rail.recoveries)),
            "/desk/coaching" => nav.push(item.count(rail.coaching)),
            _ => nav.push(item),
        }
    }
    cx.nav = nav;
    cx
}

fn lists(visitor: &Visitor, rail: &Rail, current: Option<Tab>) -> Vec<NavItem> {
    let own = visitor.holds(Role::TaskForce);
    let shown = rail.tabs.iter().filter(|(tab, _)| own || *tab != Tab::Mine);
    let mut items: Vec<NavItem> = shown
        .map(|(tab, count)| NavItem::new(format!("/desk?tab={tab}"), tab_label(visitor, *tab)).count(*count).current(current == Some(*tab)))
        .collect();
    if let Some(first) = items.first_mut() {
        first.heading = visitor.lang.pick("待办", "To do").to_owned();
    }
    items
}

fn tab_label(visitor: &Visitor, tab: Tab) -> &'static str {
    let (zh, en) = match tab {
        Tab::Mine => ("我的", "Mine"),
        Tab::Unassigned => ("未分派", "Unassigned"),
        Tab::Correcting => ("等企业补正", "Awaiting correction"),
        Tab::InNotice => ("公示中", "In public notice"),
        Tab::All => ("全部", "All"),
    };
    visitor.lang.pick(zh, en)
}
