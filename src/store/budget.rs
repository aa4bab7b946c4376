//! Money held: budgets per level and year, the yearly cap per enterprise, and the ledger that
//! proves both. Every change of a total is a guarded update beside its postings, in one transaction.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::schema::{appropriation, budget, ledger_entry, posting, yearly_cap};
use super::{Db, Fault};
use crate::code::Tier;
use crate::ids::{AccountId, ApplicationId, EnterpriseId};
use crate::ledger::{Book, Movement, Occasion};
use crate::money::Fen;

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = budget)]
pub struct Budget {
    pub tier: Tier,
    pub year: i64,
    pub appropriated_fen: Fen,
    pub reserved_fen: Fen,
    pub ordered_fen: Fen,
    pub paid_fen: Fen,
}

impl Budget {
    #[must_use]
    pub fn available(&self) -> Fen {
        self.appropriated_fen - self.reserved_fen - self.ordered_fen - self.paid_fen
    }
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = yearly_cap)]
pub struct YearlyCap {
    pub enterprise_id: EnterpriseId,
    pub tier: Tier,
    pub year: i64,
    pub cap_fen: Fen,
    pub used_fen: Fen,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = appropriation)]
pub struct Appropriation {
    pub id: i64,
    pub tier: Tier,
    pub year: i64,
    pub amount_fen: Fen,
    pub document_no: String,
    pub note: String,
    pub recorded_by: AccountId,
    pub recorded_at: NaiveDateTime,
}

/// A posting as `ledger check` reads it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = posting)]
pub struct PostingRow {
    pub id: i64,
    pub entry_id: i64,
    pub book: Book,
    pub tier: Tier,
    pub year: i64,
    pub application_id: Option<ApplicationId>,
    pub amount_fen: Fen,
}

/// # Errors
/// A [`Fault`] of the database.
pub fn find(db: &mut Db, tier: Tier, year: i64) -> Result<Option<Budget>, Fault> {
    Ok(budget::table.find((tier, year)).select(Budget::as_select()).first(db).optional()?)
}

/// All budgets, newest year first, levels in their order.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn all(db: &mut Db) -> Result<Vec<Budget>, Fault> {
    let mut rows: Vec<Budget> = budget::table.select(Budget::as_select()).load(db)?;
    rows.sort_by_key(|row| (std::cmp::Reverse(row.year), row.tier));
    Ok(rows)
}

/// Makes sure the rows exist that the next steps update, and takes their locks in a fixed order:
/// the budget of each level, then the enterprise's cap. Two writers queue here instead of racing.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock(db: &mut Db, enterprise: EnterpriseId, caps: &[(Tier, i64, Fen)]) -> Result<(), Fault> {
    let budgets: Vec<(Tier, i64)> = caps.iter().map(|(tier, year, _)| (*tier, *year)).collect();
    lock_budgets(db, &budgets)?;
    for cap in caps.iter().copied() {
        if !set_cap(db, enterprise, cap)? {
            insert_cap_if_missing(db, enterprise, cap)?;
            // Another writer may have made the row at the same moment: queue behind it.
            set_cap(db, enterprise, cap)?;
        }
    }
    Ok(())
}

/// Takes the locks of budgets alone, in the order given; for acts that give money back.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn lock_budgets(db: &mut Db, budgets: &[(Tier, i64)]) -> Result<(), Fault> {
    for (tier, year) in budgets.iter().copied() {
        let row = budget::table.find((tier, year));
        if diesel::update(row).set(budget::appropriated_fen.eq(budget::appropriated_fen)).execute(db)? == 0 {
            insert_if_missing(db, tier, year)?;
            // Another writer may have made the row at the same moment: queue behind it.
            diesel::update(row).set(budget::appropriated_fen.eq(budget::appropriated_fen)).execute(db)?;
        }
    }
    Ok(())
}

/// Sets the cap of a row that is there. A pack with a lower cap never falls below what was granted
/// under the earlier one. `false` when there is no row.
fn set_cap(db: &mut Db, enterprise: EnterpriseId, (tier, year, cap): (Tier, i64, Fen)) -> Result<bool, Fault> {
    let rows = diesel::sql_query(
        "UPDATE yearly_cap SET cap_fen = CASE WHEN used_fen > $1 THEN used_fen ELSE $1 END WHERE enterprise_id = $2 AND tier = $3 AND year = $4",
    )
    .bind::<BigInt, _>(cap.get())
    .bind::<BigInt, _>(enterprise.get())
    .bind::<Text, _>(tier.code())
    .bind::<BigInt, _>(year)
    .execute(db)?;
    Ok(rows == 1)
}

/// Makes an unused cap unless there is one, also when two writers try at once.
fn insert_cap_if_missing(db: &mut Db, enterprise: EnterpriseId, (tier, year, cap): (Tier, i64, Fen)) -> Result<(), Fault> {
    diesel::sql_query("INSERT INTO yearly_cap (enterprise_id, tier, year, cap_fen) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind::<BigInt, _>(enterprise.get())
        .bind::<Text, _>(tier.code())
        .bind::<BigInt, _>(year)
        .bind::<BigInt, _>(cap.get())
        .execute(db)?;
    Ok(())
}

/// Makes an empty budget unless there is one, also when two writers try at once.
fn insert_if_missing(db: &mut Db, tier: Tier, year: i64) -> Result<(), Fault> {
    diesel::sql_query("INSERT INTO budget (tier, year, appropriated_fen) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING")
        .bind::<Text, _>(tier.code())
        .bind::<BigInt, _>(year)
        .execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn caps_of(db: &mut Db, enterprise: EnterpriseId) -> Result<Vec<YearlyCap>, Fault> {
    let mut rows: Vec<YearlyCap> =
        yearly_cap::table.filter(yearly_cap::enterprise_id.eq(enterprise)).select(YearlyCap::as_select()).load(db)?;
    rows.sort_by_key(|row| (std::cmp::Reverse(row.year), row.tier));
    Ok(rows)
}

/// Uses (`delta > 0`) or gives back (`delta < 0`) room under the yearly cap. `false` when the room
/// does not suffice.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn use_cap(db: &mut Db, enterprise: EnterpriseId, tier: Tier, year: i64, delta: Fen) -> Result<bool, Fault> {
    let room = yearly_cap::table
        .find((enterprise, tier, year))
        .filter((yearly_cap::used_fen + delta.get()).le(yearly_cap::cap_fen).and((yearly_cap::used_fen + delta.get()).ge(0_i64)));
    Ok(diesel::update(room).set(yearly_cap::used_fen.eq(yearly_cap::used_fen + delta.get())).execute(db)? == 1)
}

/// Records an appropriation row (the money itself moves by [`post`]).
///
/// # Errors
/// A [`Fault`]; a unique violation when the document is recorded for the level and year.
pub fn insert_appropriation(
    db: &mut Db,
    (tier, year, amount): (Tier, i64, Fen),
    document_no: &str,
    note: &str,
    by: AccountId,
    at: NaiveDateTime,
) -> Result<(), Fault> {
    diesel::insert_into(appropriation::table)
        .values((
            appropriation::tier.eq(tier),
            appropriation::year.eq(year),
            appropriation::amount_fen.eq(amount),
            appropriation::document_no.eq(document_no),
            appropriation::note.eq(note),
            appropriation::recorded_by.eq(by),
            appropriation::recorded_at.eq(at),
        ))
        .execute(db)?;
    Ok(())
}

/// # Errors
/// A [`Fault`] of the database.
pub fn appropriations(db: &mut Db) -> Result<Vec<Appropriation>, Fault> {
    Ok(appropriation::table.order(appropriation::id.desc()).select(Appropriation::as_select()).load(db)?)
}

/// Writes one balanced entry and moves the totals it speaks of. `false` when a total would fall
/// below zero (the budget is exhausted); the caller then rolls back.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn post(db: &mut Db, movement: &Movement, by: Option<AccountId>, at: NaiveDateTime) -> Result<bool, Fault> {
    let postings = movement.postings();
    assert!(crate::ledger::balances(&postings), "postings must sum to zero: {movement:?}");
    let entry_id: i64 = diesel::insert_into(ledger_entry::table)
        .values((
            ledger_entry::at.eq(at),
            ledger_entry::occasion.eq(movement.occasion.as_str()),
            ledger_entry::application_id.eq(movement.application),
            ledger_entry::made_by.eq(by),
            ledger_entry::note.eq(&movement.note),
        ))
        .returning(ledger_entry::id)
        .get_result(db)?;
    for line in &postings {
        diesel::insert_into(posting::table)
            .values((
                posting::entry_id.eq(entry_id),
                posting::book.eq(line.book.as_str()),
                posting::tier.eq(movement.tier),
                posting::year.eq(movement.year),
                posting::application_id.eq(line.application),
                posting::amount_fen.eq(line.amount),
            ))
            .execute(db)?;
    }
    move_totals(db, movement)
}

fn move_totals(db: &mut Db, movement: &Movement) -> Result<bool, Fault> {
    let change = movement.change();
    if movement.occasion == Occasion::Appropriate && find(db, movement.tier, movement.year)?.is_none() {
        insert_if_missing(db, movement.tier, movement.year)?;
    }
    let (appropriated, reserved, ordered, paid) =
        (change.appropriated.get(), change.reserved.get(), change.ordered.get(), change.paid.get());
    let guarded = budget::table.find((movement.tier, movement.year)).filter(
        (budget::reserved_fen + reserved)
            .ge(0_i64)
            .and((budget::ordered_fen + ordered).ge(0_i64))
            .and((budget::paid_fen + paid).ge(0_i64))
            .and(
                (budget::appropriated_fen + appropriated)
                    .ge(budget::reserved_fen + budget::ordered_fen + budget::paid_fen + (reserved + ordered + paid)),
            ),
    );
    let rows = diesel::update(guarded)
        .set((
            budget::appropriated_fen.eq(budget::appropriated_fen + appropriated),
            budget::reserved_fen.eq(budget::reserved_fen + reserved),
            budget::ordered_fen.eq(budget::ordered_fen + ordered),
            budget::paid_fen.eq(budget::paid_fen + paid),
        ))
        .execute(db)?;
    Ok(rows == 1)
}

/// All postings in the order they were written.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn postings(db: &mut Db) -> Result<Vec<PostingRow>, Fault> {
    Ok(posting::table.order(posting::id).select(PostingRow::as_select()).load(db)?)
}
