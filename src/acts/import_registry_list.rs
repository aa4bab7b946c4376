//! A checked list becomes the word of its registry: dated qualifications for enterprises that are
//! here, records of dishonest subjects, and a task for every grant whose ground has gone.

use chrono::NaiveDate;

use super::check_registry_list::must_keep_lists;
use super::listings::qualify;
use super::{Act, ActError, Line, Outcome, refuse, refuse_field};
use crate::ids::EnterpriseId;
use crate::registry::{ListKind, RowOutcome, Scope};
use crate::store;
use crate::store::registry::{List, RegistryRow};

/// More than one of so many listings gone at once is a wrong file until somebody says otherwise.
const MANY_GONE: i64 = 5;
/// So few may go without a question.
const FEW_GONE: i64 = 10;

/// Would so many listings end that somebody must confirm it?
#[must_use]
pub const fn ends_many(list: &List) -> bool {
    matches!(list.scope, Scope::Complete)
        && list.gone_count > FEW_GONE
        && list.gone_count * MANY_GONE > list.gone_count + list.same_count + list.changed_count
}

/// Takes a dry run in. `many_may_go` confirms that more than a fifth of the listings end.
///
/// # Errors
/// Refusals: imported already, another list came between, many listings gone without a word.
pub fn import_registry_list(act: &mut Act<'_>, id: i64, many_may_go: bool) -> Outcome<()> {
    let list = store::registry::list(act.db, id)?.ok_or(ActError::NotFound)?;
    must_keep_lists(act, list.kind)?;
    let by = act.account()?;
    if store::registry::newest(act.db, list.kind)?.map(|newest| newest.id) != list.based_on {
        return list_between();
    }
    if ends_many(&list) && !many_may_go {
        return refuse_field(
            "many_gone",
            "many_may_go",
            format!("将有 {} 家退出名单，超过五分之一。请确认文件完整；确属退出的，勾选确认后再导入。", list.gone_count),
            format!(
                "{} listings would end, more than a fifth. Make sure that the file is complete, and tick the box if they are really gone.",
                list.gone_count
            ),
        );
    }
    let at = act.stamp();
    let imported = match store::registry::set_imported(act.db, id, by, at) {
        Err(fault) if fault.is_unique_violation() => return list_between(),
        done => done?,
    };
    if !imported {
        return refuse("imported_already", "这份名单已经导入，请刷新页面。", "This list was imported already; reload the page.");
    }
    if list.kind == ListKind::Dishonesty {
        let source = format!("{} {}", list.file_name, list.as_of);
        store::registry_word::record_dishonesty(act.db, id, &source, by, at)?;
    }
    for (row, enterprise) in concerned(act, id, RowOutcome::Gone)? {
        end(act, &row, enterprise)?;
    }
    for (row, enterprise) in concerned(act, id, RowOutcome::Changed)? {
        replace(act, &row, enterprise)?;
    }
    for (row, enterprise) in store::registry::rows_of_enterprises(act.db, id, RowOutcome::New)? {
        qualify(act, &row, enterprise, by)?;
    }
    store::registry::let_stand(act.db, id)?;
    let detail = format!("{} · {} · sha256 {}", list.file_name, list.as_of, list.file_sha256);
    act.write_line(&Line { act: "import_registry_list", subject: list.kind.as_str(), detail: &detail, ..Line::default() })
}

/// Rows of enterprises that are here: by their code, and without one by what a person took for them.
fn concerned(act: &mut Act<'_>, list: i64, outcome: RowOutcome) -> Outcome<Vec<(RegistryRow, EnterpriseId)>> {
    let mut rows = store::registry::rows_of_enterprises(act.db, list, outcome)?;
    rows.extend(store::registry::rows_taken_by_name(act.db, list, outcome)?);
    Ok(rows)
}

fn list_between() -> Outcome<()> {
    refuse(
        "list_between",
        "这次检查以后又导入了另一份同类名单（或这一份已经导入）。请重新选择文件并检查。",
        "Another list of this kind was imported since, or this one was. Choose the file and check it again.",
    )
}

/// A row with other dates or another number takes the place of what was made of the row before.
fn replace(act: &mut Act<'_>, row: &RegistryRow, enterprise: EnterpriseId) -> Outcome<()> {
    let (by, at) = (act.account()?, act.stamp());
    for known in store::qualification::of_enterprise(act.db, enterprise)? {
        // Another term follows the one before and corrects nothing.
        let of_row = known.registry_row_id.is_some() && known.registry_row_id == row.earlier_id;
        if of_row && row.valid_from.is_none_or(|from| from <= known.valid_to) {
            let begins_later = row.valid_from.filter(|from| *from > known.valid_from).map(|_| known.valid_from);
            let ends_earlier = row.valid_to.filter(|to| *to < known.valid_to).and_then(|to| to.succ_opt());
            if let Some(day) = begins_later.or(ends_earlier)
                && !store::registry_word::concerned(act.db, enterprise, day)?.is_empty()
            {
                store::registry_word::open_withdrawal(act.db, row, enterprise, day, at)?;
            }
            let reason = "名单已变更，见新的一条 / changed by a newer list";
            store::qualification::decide(act.db, known.id, &known.state, "removed", reason, Some(by), at)?;
        }
    }
    qualify(act, row, enterprise, by)
}

/// From its day on the listing proves nothing: what stands on it ends the day before, also what an
/// enterprise entered under the same number, and what was granted is looked at again.
fn end(act: &mut Act<'_>, row: &RegistryRow, enterprise: EnterpriseId) -> Outcome<()> {
    let (Some(effect), by, at) = (row.valid_from, act.account()?, act.stamp()) else { return Ok(()) };
    let Some(kind) = row.kind.entry() else { return Ok(()) };
    for known in store::qualification::of_enterprise(act.db, enterprise)? {
        let of_row = known.registry_row_id.is_some() && known.registry_row_id == row.earlier_id;
        let of_number = known.number == row.number;
        if known.kind != kind || !(of_row || of_number) || known.state == "refused" || known.valid_to < effect {
            continue;
        }
        match last_day_before(effect, known.valid_from) {
            Some(last) => store::registry_word::shorten(act.db, known.id, last)?,
            None => {
                let reason = "名单中已取消 / the listing was cancelled";
                store::qualification::decide(act.db, known.id, &known.state, "removed", reason, Some(by), at)?;
            }
        }
    }
    if !store::registry_word::concerned(act.db, enterprise, effect)?.is_empty() {
        store::registry_word::open_withdrawal(act.db, row, enterprise, effect, at)?;
    }
    Ok(())
}

fn last_day_before(effect: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
    effect.pred_opt().filter(|last| *last >= from)
}
