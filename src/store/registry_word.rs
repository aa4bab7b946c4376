//! What follows from the lists: qualifications and records made of rows, and listings that ended.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::registry::RegistryRow;
use super::schema::{application, application_item, dishonesty_record, enterprise, purchase, qualification, registry_withdrawal, voucher};
use super::{Db, Fault};
use crate::application::State;
use crate::ids::{AccountId, EnterpriseId, QualificationId};
use crate::party::EntryKind;
use crate::registry::ListKind;

/// Makes an accepted qualification of a row: the registry itself says it.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn make_qualification(
    db: &mut Db,
    row: &RegistryRow,
    (kind, of): (EntryKind, EnterpriseId),
    (from, to): (NaiveDate, NaiveDate),
    by: AccountId,
    at: NaiveDateTime,
) -> Result<(), Fault> {
    diesel::insert_into(qualification::table)
        .values((
            qualification::enterprise_id.eq(of),
            qualification::kind.eq(kind),
            qualification::number.eq(&row.number),
            qualification::carrier_kind.eq(row.carrier_kind),
            qualification::carrier_level.eq(row.carrier_level),
            qualification::valid_from.eq(from),
            qualification::valid_to.eq(to),
            qualification::state.eq("accepted"),
            qualification::entered_by.eq(by),
            qualification::entered_at.eq(at),
            qualification::decided_by.eq(by),
            qualification::decided_at.eq(at),
            qualification::registry_row_id.eq(row.id),
        ))
        .execute(db)?;
    Ok(())
}

/// Was a qualification made of the row, whatever became of it?
///
/// # Errors
/// A [`Fault`] of the database.
pub fn is_used(db: &mut Db, row: i64) -> Result<bool, Fault> {
    Ok(diesel::select(diesel::dsl::exists(qualification::table.filter(qualification::registry_row_id.eq(row)))).get_result(db)?)
}

/// Moves the last day of a qualification forward.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn shorten(db: &mut Db, id: QualificationId, last_day: NaiveDate) -> Result<(), Fault> {
    diesel::update(qualification::table.find(id)).set(qualification::valid_to.eq(last_day)).execute(db)?;
    Ok(())
}

/// Records the new rows of a list of dishonest subjects, moves the changed ones and ends those that
/// are gone on the day before.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn record_dishonesty(db: &mut Db, list: i64, source: &str, by: AccountId, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::sql_query(
        "UPDATE dishonesty_record SET (from_day, to_day, registry_row_id) = \
         (SELECT r.valid_from, r.valid_to, r.id FROM registry_row r \
          WHERE r.list_id = $1 AND r.outcome = 'changed' AND r.earlier_id = dishonesty_record.registry_row_id) \
         WHERE registry_row_id IN (SELECT earlier_id FROM registry_row \
          WHERE list_id = $1 AND outcome = 'changed' AND earlier_id IS NOT NULL)",
    )
    .bind::<BigInt, _>(list)
    .execute(db)?;
    let gone: Vec<(Option<i64>, Option<NaiveDate>)> = {
        use super::schema::registry_row;
        let rows = registry_row::table.filter(registry_row::list_id.eq(list).and(registry_row::outcome.eq("gone")));
        rows.select((registry_row::earlier_id, registry_row::valid_from)).load(db)?
    };
    for (earlier, effect) in gone {
        let (Some(earlier), Some(last)) = (earlier, effect.and_then(|day| day.pred_opt())) else { continue };
        diesel::update(dishonesty_record::table.filter(dishonesty_record::registry_row_id.eq(earlier)))
            .set(dishonesty_record::to_day.eq(last))
            .execute(db)?;
    }
    diesel::sql_query(
        "INSERT INTO dishonesty_record (uscc, from_day, to_day, source, recorded_by, recorded_at, registry_row_id) \
         SELECT uscc, valid_from, valid_to, $1, $2, $3, id FROM registry_row \
         WHERE list_id = $4 AND outcome = 'new' AND uscc <> '' AND valid_from IS NOT NULL",
    )
    .bind::<Text, _>(source)
    .bind::<BigInt, _>(by)
    .bind::<Timestamp, _>(at)
    .bind::<BigInt, _>(list)
    .execute(db)?;
    Ok(())
}

/// A listing that ended while something had been granted on it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = registry_withdrawal)]
pub struct Withdrawal {
    pub id: i64,
    pub row_id: i64,
    pub enterprise_id: EnterpriseId,
    pub kind: ListKind,
    pub number: String,
    /// The first day on which it does not hold.
    pub effect_on: NaiveDate,
    /// `open` or `settled`.
    pub state: String,
    pub note: String,
    pub found_at: NaiveDateTime,
    pub settled_by: Option<AccountId>,
    pub settled_at: Option<NaiveDateTime>,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn open_withdrawal(db: &mut Db, row: &RegistryRow, of: EnterpriseId, effect: NaiveDate, at: NaiveDateTime) -> Result<(), Fault> {
    diesel::insert_into(registry_withdrawal::table)
        .values((
            registry_withdrawal::row_id.eq(row.id),
            registry_withdrawal::enterprise_id.eq(of),
            registry_withdrawal::kind.eq(row.kind),
            registry_withdrawal::number.eq(&row.number),
            registry_withdrawal::effect_on.eq(effect),
            registry_withdrawal::state.eq("open"),
            registry_withdrawal::found_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}

/// Open ones with name and code of the enterprise, oldest first.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open_withdrawals(db: &mut Db) -> Result<Vec<(Withdrawal, String, String)>, Fault> {
    Ok(registry_withdrawal::table
        .inner_join(enterprise::table.on(enterprise::id.eq(registry_withdrawal::enterprise_id)))
        .filter(registry_withdrawal::state.eq("open"))
        .order(registry_withdrawal::id)
        .select((Withdrawal::as_select(), enterprise::name, enterprise::uscc))
        .load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn count_open(db: &mut Db) -> Result<i64, Fault> {
    Ok(registry_withdrawal::table.filter(registry_withdrawal::state.eq("open")).count().get_result(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn withdrawal(db: &mut Db, id: i64) -> Result<Option<Withdrawal>, Fault> {
    Ok(registry_withdrawal::table.find(id).select(Withdrawal::as_select()).first(db).optional()?)
}

/// Open withdrawals of an enterprise.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn open_withdrawals_of(db: &mut Db, of: EnterpriseId) -> Result<Vec<Withdrawal>, Fault> {
    let mine = registry_withdrawal::table.filter(registry_withdrawal::enterprise_id.eq(of).and(registry_withdrawal::state.eq("open")));
    Ok(mine.order(registry_withdrawal::id).select(Withdrawal::as_select()).load(db)?)
}

/// # Errors
/// A [`Fault`] of the database.
pub fn settle(db: &mut Db, id: i64, note: &str, by: AccountId, at: NaiveDateTime) -> Result<bool, Fault> {
    let open = registry_withdrawal::table.filter(registry_withdrawal::id.eq(id).and(registry_withdrawal::state.eq("open")));
    let changed = diesel::update(open)
        .set((
            registry_withdrawal::state.eq("settled"),
            registry_withdrawal::note.eq(note),
            registry_withdrawal::settled_by.eq(by),
            registry_withdrawal::settled_at.eq(at),
        ))
        .execute(db)?;
    Ok(changed == 1)
}

/// Applications of an enterprise that a listing could matter to which ended on a day: submitted,
/// still standing, with a voucher claimed or a service ended on that day or later.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn concerned(db: &mut Db, of: EnterpriseId, effect: NaiveDate) -> Result<Vec<(String, State)>, Fault> {
    let mine = || application::table.filter(application::enterprise_id.eq(of));
    let claimed: Vec<(String, State)> = mine()
        .inner_join(voucher::table.on(voucher::id.nullable().eq(application::voucher_id)))
        .filter(voucher::claimed_on.ge(effect))
        .select((application::number, application::state))
        .load(db)?;
    let served: Vec<(String, State)> = mine()
        .inner_join(application_item::table.on(application_item::application_id.eq(application::id)))
        .inner_join(purchase::table.on(purchase::id.eq(application_item::purchase_id)))
        .filter(purchase::service_to.ge(effect))
        .select((application::number, application::state))
        .load(db)?;
    let mut found: Vec<(String, State)> = claimed.into_iter().chain(served).collect();
    found.retain(|(_, state)| !matches!(state, State::Draft | State::Rejected | State::Withdrawn | State::ClawedBack));
    found.sort();
    found.dedup();
    Ok(found)
}
