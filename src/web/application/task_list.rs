//! The task list of an application that is open: what is done, what is missing, what to correct.

use super::draft::Draft;
use super::preview::tier_choice_label;
use crate::acts::completeness::kind_name;
use crate::acts::file_material::REQUIRED;
use crate::application::{ActKind, State};
use crate::calendar::day_with_weekday;
use crate::ids::last_four;
use crate::lang::Lang;
use crate::money::Fen;
use crate::web::parts::{Link, TaskStatus, TaskView, Tasks};

/// What stands between head and foot of the page.
#[derive(Clone, Debug)]
pub struct TaskListView {
    pub tasks: Tasks,
    /// The next step; `None` never: there is always one.
    pub next: Link,
    /// Only after a return: until when, and what.
    pub correction: Option<Correction>,
}

/// What the review asks for.
#[derive(Clone, Debug)]
pub struct Correction {
    pub due: String,
    /// The reviewer's words about the whole.
    pub words: Vec<String>,
    pub papers: Vec<PaperRemark>,
}

/// A remark on one paper.
#[derive(Clone, Debug)]
pub struct PaperRemark {
    pub name: String,
    pub remark: String,
    pub href: String,
    pub open: bool,
}

/// 还差 2 步就能提交 · 请您修改 2 处.
#[must_use]
pub fn title(lang: Lang, draft: &Draft) -> String {
    let open = draft.gaps.open_tasks();
    let remarks = draft.detail.open_remarks().count();
    if draft.application().state == State::Returned && remarks > 0 {
        return lang
            .pick(format!("请您修改 {remarks} 处"), format!("Please correct {remarks} {}", if remarks == 1 { "paper" } else { "papers" }));
    }
    match open {
        0 => lang.pick("可以提交了", "Ready to submit").to_owned(),
        open => lang.pick(format!("还差 {} 步就能提交", open + 1), format!("{} steps to go", open + 1)),
    }
}

/// The page's content.
#[must_use]
pub fn view(lang: Lang, draft: &Draft) -> TaskListView {
    let tasks = tasks(lang, draft);
    let next = tasks.iter().find(|task| !task.href.is_empty() && !matches!(task.status, TaskStatus::Done | TaskStatus::Corrected));
    let next = next.map_or_else(
        || Link::new(draft.href("/check"), lang.pick("核对并提交", "Check and submit")),
        |task| Link::new(task.href.clone(), lang.pick(format!("继续：{}", task.title), format!("Go on: {}", task.title))),
    );
    TaskListView { next, correction: correction(lang, draft), tasks: Tasks { lang, tasks } }
}

fn tasks(lang: Lang, draft: &Draft) -> Vec<TaskView> {
    let gaps = &draft.gaps;
    let chosen = gaps.purchases.is_empty();
    let papers = chosen && gaps.materials.is_empty();
    let seen = papers && gaps.preview.is_empty();
    let account = gaps.account.is_empty();
    let done = |done: bool| if done { TaskStatus::Done } else { TaskStatus::NotStarted };
    let after = |may: bool, status: TaskStatus| if may { status } else { TaskStatus::CannotStart };
    let task = |title: &str, hint: String, step: &str, status: TaskStatus| TaskView {
        title: title.to_owned(),
        hint,
        href: if status == TaskStatus::CannotStart { String::new() } else { draft.href(step) },
        status,
    };
    let ready = chosen && papers && seen && account;
    vec![
        task(lang.pick("选择账单", "Choose purchases"), purchases_hint(lang, draft), "/purchases", done(chosen)),
        task(lang.pick("上传材料", "Upload papers"), materials_hint(lang, draft), "/materials", after(chosen, materials_status(draft))),
        task(lang.pick("确认补贴与等级", "Subsidy and level"), preview_hint(lang, draft), "/preview", after(papers, done(seen))),
        task(lang.pick("收款账户与承诺", "Account and declaration"), account_hint(lang, draft), "/account", done(account)),
        task(
            lang.pick("核对并提交", "Check and submit"),
            lang.pick("核对全部内容后提交", "Look at every answer, then submit").to_owned(),
            "/check",
            after(ready, TaskStatus::NotStarted),
        ),
    ]
}

fn purchases_hint(lang: Lang, draft: &Draft) -> String {
    let items = &draft.detail.dossier.items;
    if items.is_empty() {
        return lang.pick("从算力中心报来的账单中选择", "From what the centres reported").to_owned();
    }
    let sum: Fen = items.iter().map(|(_, purchase)| purchase.accepted_fen).sum();
    lang.pick(
        format!("{} 笔账单，验收共 {}", items.len(), sum.display()),
        format!("{} {}, {} accepted", items.len(), if items.len() == 1 { "purchase" } else { "purchases" }, sum.display()),
    )
}

fn materials_status(draft: &Draft) -> TaskStatus {
    let papers = &draft.detail.dossier.materials;
    let returned = draft.application().state == State::Returned;
    if returned && papers.iter().any(|paper| paper.remark_open) {
        TaskStatus::NeedsCorrection
    } else if papers.is_empty() {
        TaskStatus::NotStarted
    } else if !draft.gaps.materials.is_empty() {
        TaskStatus::InProgress
    } else if returned && papers.iter().any(|paper| !paper.remark.is_empty()) {
        TaskStatus::Corrected
    } else {
        TaskStatus::Done
    }
}

fn materials_hint(lang: Lang, draft: &Draft) -> String {
    let papers = &draft.detail.dossier.materials;
    if draft.detail.dossier.items.is_empty() {
        return lang.pick("先选择账单", "Choose purchases first").to_owned();
    }
    let counted = REQUIRED.iter().map(|kind| {
        let count = papers.iter().filter(|paper| paper.kind == *kind).count();
        format!("{} {count}", kind_name(kind).get(lang))
    });
    let counted = counted.collect::<Vec<_>>().join(lang.pick("、", ", "));
    match draft.gaps.materials.first() {
        Some(gap) if !papers.is_empty() => format!("{counted} · {}", gap.get(lang)),
        Some(_) => lang.pick("合同、发票、付款凭证", "Contract, invoices, payment proof").to_owned(),
        None => counted,
    }
}

fn preview_hint(lang: Lang, draft: &Draft) -> String {
    match &draft.preview {
        Some(preview) if draft.gaps.materials.is_empty() => {
            let label = tier_choice_label(lang, draft.application().tier_choice, preview);
            let total = preview.result().map(|result| result.total.display()).unwrap_or_default();
            lang.pick(format!("{label}，预计 {total}"), format!("{label}: {total}"))
        }
        _ => lang.pick("材料填好后可以查看", "Open once the papers are filled in").to_owned(),
    }
}

fn account_hint(lang: Lang, draft: &Draft) -> String {
    match &draft.detail.bank {
        Some(bank) => lang.pick(
            format!("{} 尾号 {}", bank.bank_name, last_four(&bank.account_no)),
            format!("{}, ending {}", bank.bank_name, last_four(&bank.account_no)),
        ),
        None => lang.pick("还没有登记收款账户", "No bank account registered yet").to_owned(),
    }
}

fn correction(lang: Lang, draft: &Draft) -> Option<Correction> {
    let application = draft.application();
    if application.state != State::Returned {
        return None;
    }
    let returned = draft.detail.trail.iter().rev().find(|entry| entry.act == ActKind::ReturnForCorrection.as_str());
    let words = returned.map(|entry| entry.reason.lines().map(str::to_owned).collect()).unwrap_or_default();
    let remarked = draft.detail.dossier.materials.iter().filter(|paper| !paper.remark.is_empty());
    let papers = remarked.map(|paper| PaperRemark {
        name: paper.file_name.clone(),
        remark: paper.remark.clone(),
        href: draft.href(&format!("/materials/{}", paper.id)),
        open: paper.remark_open,
    });
    let due = application.correction_due.map(|day| day_with_weekday(day, lang)).unwrap_or_default();
    Some(Correction {
        due: lang.pick(
            format!("请在 {due} 17:30 前修改并重新提交，逾期视为撤回。"),
            format!("Correct it and submit again by {due}, 17:30; after that it counts as withdrawn."),
        ),
        words,
        papers: papers.collect(),
    })
}
