//! A list of a registry is compared with the lists before it. What would change is kept as a dry run
//! for everybody to see; nothing of it counts until it is imported.

use chrono::NaiveDate;

use super::{Act, ActError, Line, Outcome, Refusal, refuse, refuse_field};
use crate::ids::{folded_name, normal_text};
use crate::lang::{Lang, Text};
use crate::party::Role;
use crate::registry::diff::{Compared, Diff, compare};
use crate::registry::headings::missing;
use crate::registry::row::{Carriers, Reading};
use crate::registry::sheet::Row;
use crate::registry::{ListKind, Mapping, RowOutcome, Scope};
use crate::store;
use crate::store::registry::{NewList, NewRow, RegistryRow};

/// A file as it was read, with what somebody says of it.
#[derive(Clone, Debug)]
pub struct ListFile {
    pub kind: ListKind,
    pub scope: Scope,
    /// The day on which the list holds.
    pub as_of: NaiveDate,
    pub name: String,
    pub sha256: String,
    pub mapping: Mapping,
    /// The rows below the header.
    pub rows: Vec<Row>,
}

/// Rows stored at a time.
const BATCH: usize = 5_000;

/// Who keeps the lists: the task force and the competent authority, and the latter alone says who is
/// dishonest.
pub(super) fn must_keep_lists(act: &Act<'_>, kind: ListKind) -> Outcome<()> {
    let may = act.actor.holds(Role::CompetentAuthority) || act.actor.holds(Role::TaskForce) && kind != ListKind::Dishonesty;
    if may { Ok(()) } else { Err(ActError::NotAllowed) }
}

/// Columns without which nothing can be read, each a refusal beside the columns.
#[must_use]
pub fn missing_columns(kind: ListKind, scope: Scope, mapping: &Mapping) -> Vec<Refusal> {
    let name = |group: &&[crate::registry::Column], lang: Lang, or: &str| {
        group.iter().map(|column| column.label(lang)).collect::<Vec<_>>().join(or)
    };
    let groups = missing(kind, scope == Scope::Withdrawal, mapping);
    let refusal = |group: &&[crate::registry::Column]| Refusal {
        code: "column_missing",
        field: Some("columns".to_owned()),
        text: Text::new(
            format!("请指明哪一列是「{}」；没有这一列的名单不能导入。", name(group, Lang::Zh, "」或「")),
            format!("Say which column holds: {}. A list without it cannot be imported.", name(group, Lang::En, " or ")),
        ),
    };
    groups.iter().map(refusal).collect()
}

/// Compares and keeps a dry run; gives the id of the list. The dry run before it is forgotten.
///
/// # Errors
/// Refusals: a day in the future, a column that is missing, a list without entries.
pub fn check_registry_list(act: &mut Act<'_>, file: ListFile) -> Outcome<i64> {
    must_keep_lists(act, file.kind)?;
    let by = act.account()?;
    if file.scope == Scope::Complete && store::registry::newest(act.db, file.kind)?.is_some_and(|newest| newest.as_of > file.as_of) {
        return refuse_field(
            "older_list",
            "as_of",
            "已导入截止日更晚的同类名单，较早的完整名单不能再导入。请核对截止日，或改选「一批」。",
            "A list of a later day is in already; an earlier complete list cannot follow it. Check the day, or choose \"one batch\".",
        );
    }
    if file.as_of > act.today() {
        return refuse_field(
            "day_to_come",
            "as_of",
            "名单截止日不能晚于今天，请填名单上写明的日期。",
            "The day of the list cannot lie in the future; enter the day that the list names.",
        );
    }
    let lacking = missing_columns(file.kind, file.scope, &file.mapping);
    if !lacking.is_empty() {
        return Err(ActError::Refused(lacking));
    }
    store::registry::forget_dry_runs(act.db, file.kind)?;
    let standing = store::registry::standing(act.db, file.kind)?;
    let carriers = if file.kind == ListKind::Incubatee { store::registry::carriers(act.db)? } else { Carriers::new() };
    let reading = Reading { kind: file.kind, scope: file.scope, as_of: file.as_of, mapping: &file.mapping, carriers: &carriers };
    let rows = file.rows.into_iter().map(|row| {
        let read = reading.read(&row);
        (row, read)
    });
    let diff = compare(file.scope, file.as_of, rows, &standing);
    drop(standing);
    if diff.rows.is_empty() {
        return refuse("no_entries", "表头下面没有企业，请核对文件。", "There is no entry below the header; check the file.");
    }
    let count = |outcome: RowOutcome| i64::try_from(diff.count(outcome)).unwrap_or(i64::MAX);
    let new = NewList {
        kind: file.kind,
        scope: file.scope,
        state: "dry_run",
        file_name: file.name,
        file_sha256: file.sha256,
        as_of: file.as_of,
        row_count: i64::try_from(diff.rows.len()).unwrap_or(i64::MAX),
        new_count: count(RowOutcome::New),
        changed_count: count(RowOutcome::Changed),
        same_count: count(RowOutcome::Same),
        gone_count: count(RowOutcome::Gone),
        unreadable_count: count(RowOutcome::Unreadable),
        based_on: store::registry::newest(act.db, file.kind)?.map(|list| list.id),
        checked_by: by,
        checked_at: act.stamp(),
    };
    let list = store::registry::insert_list(act.db, &new)?;
    keep_rows(act, list, (file.kind, file.as_of), diff)?;
    let detail = format!(
        "{} · {} · {} rows: {} new, {} changed, {} same, {} gone, {} unreadable · sha256 {}",
        new.file_name,
        new.as_of,
        new.row_count,
        new.new_count,
        new.changed_count,
        new.same_count,
        new.gone_count,
        new.unreadable_count,
        new.file_sha256
    );
    act.write_line(&Line { act: "check_registry_list", subject: new.kind.as_str(), detail: &detail, ..Line::default() })?;
    Ok(list)
}

fn keep_rows(act: &mut Act<'_>, list: i64, (kind, as_of): (ListKind, NaiveDate), diff: Diff) -> Outcome<()> {
    let mut gone = Vec::new();
    let mut batch = Vec::with_capacity(BATCH);
    for row in diff.rows {
        if row.outcome == RowOutcome::Gone {
            gone.push(row);
            continue;
        }
        batch.push(new_row(list, kind, row));
        if batch.len() == BATCH {
            store::registry::insert_rows(act.db, &batch)?;
            batch.clear();
        }
    }
    store::registry::insert_rows(act.db, &batch)?;
    // Whom a row ends is told by the row that stands: the list of cancelled ones may only name it.
    let named = gone.into_iter().filter_map(|row| {
        let effect = row.read.map_or(as_of, |listed| listed.from);
        row.earlier.map(|earlier| (earlier, i64::from(row.row), effect))
    });
    let ended: Vec<(i64, i64, NaiveDate)> = named.chain(diff.gone.into_iter().map(|earlier| (earlier, 0, as_of))).collect();
    for some in ended.chunks(500) {
        let ids: Vec<i64> = some.iter().map(|(earlier, _, _)| *earlier).collect();
        let known = store::registry::rows(act.db, &ids)?;
        let copies = some.iter().filter_map(|(earlier, number, effect)| {
            known.iter().find(|row| row.id == *earlier).map(|row| ended_row(list, row, *number, *effect))
        });
        store::registry::insert_rows(act.db, &copies.collect::<Vec<_>>())?;
    }
    Ok(())
}

fn new_row(list: i64, kind: ListKind, row: Compared) -> NewRow {
    let empty = NewRow {
        list_id: list,
        kind,
        row_number: i64::from(row.row),
        uscc: String::new(),
        name: String::new(),
        name_folded: String::new(),
        number: String::new(),
        carrier: String::new(),
        carrier_kind: None,
        carrier_level: None,
        valid_from: None,
        valid_to: None,
        digest: String::new(),
        outcome: row.outcome,
        fault: String::new(),
        earlier_id: row.earlier,
        standing: false,
    };
    match row.read {
        Err(fault) => NewRow { fault: serde_json::to_string(&fault).unwrap_or_default(), ..empty },
        Ok(listed) => NewRow {
            digest: listed.digest(),
            name_folded: folded_name(&listed.name),
            uscc: listed.uscc.map(|uscc| uscc.as_str().to_owned()).unwrap_or_default(),
            name: normal_text(&listed.name),
            number: listed.number,
            carrier: listed.carrier,
            carrier_kind: listed.carrier_kind,
            carrier_level: listed.carrier_level,
            valid_from: Some(listed.from),
            valid_to: listed.to,
            ..empty
        },
    }
}

fn ended_row(list: i64, earlier: &RegistryRow, number: i64, effect: NaiveDate) -> NewRow {
    let earlier = earlier.clone();
    NewRow {
        list_id: list,
        kind: earlier.kind,
        row_number: number,
        uscc: earlier.uscc,
        name: earlier.name,
        name_folded: earlier.name_folded,
        number: earlier.number,
        carrier: earlier.carrier,
        carrier_kind: earlier.carrier_kind,
        carrier_level: earlier.carrier_level,
        valid_from: Some(effect),
        valid_to: earlier.valid_to,
        digest: earlier.digest,
        outcome: RowOutcome::Gone,
        fault: String::new(),
        earlier_id: Some(earlier.id),
        standing: false,
    }
}
