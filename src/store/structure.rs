//! What enterprises declare of who stands behind them, version after version.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::schema::{application, enterprise, structure_declaration, structure_party, voucher};
use super::{Db, Fault};
use crate::application::State;
use crate::ids::{AccountId, EnterpriseId};
use crate::money::RateBp;
use crate::party::structure::{Party, PartyRole};

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = structure_declaration)]
pub struct Declaration {
    pub id: i64,
    pub enterprise_id: EnterpriseId,
    pub version: i64,
    pub declared_by: AccountId,
    pub declared_at: NaiveDateTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = structure_party)]
struct PartyRow {
    declaration_id: i64,
    role: PartyRole,
    person: bool,
    name: String,
    uscc: String,
    share_bp: Option<i64>,
    since: NaiveDate,
}

impl PartyRow {
    fn read(self) -> Result<Party, Fault> {
        let bad = |share: i64| Fault::BadRow { table: "structure_party", id: share.to_string(), what: "a share that is none".into() };
        let share = self.share_bp.map(|share| u32::try_from(share).map(RateBp::new).map_err(|_| bad(share))).transpose()?;
        Ok(Party { role: self.role, person: self.person, name: self.name, uscc: self.uscc, share, since: self.since })
    }
}

/// Adds a declaration.
///
/// # Errors
/// A [`Fault`]; a unique violation when the version is there already.
pub fn declare(db: &mut Db, of: EnterpriseId, version: i64, parties: &[Party], by: AccountId, at: NaiveDateTime) -> Result<(), Fault> {
    let id: i64 = diesel::insert_into(structure_declaration::table)
        .values((
            structure_declaration::enterprise_id.eq(of),
            structure_declaration::version.eq(version),
            structure_declaration::declared_by.eq(by),
            structure_declaration::declared_at.eq(at),
        ))
        .returning(structure_declaration::id)
        .get_result(db)?;
    for party in parties {
        diesel::insert_into(structure_party::table)
            .values((
                structure_party::declaration_id.eq(id),
                structure_party::role.eq(party.role),
                structure_party::person.eq(party.person),
                structure_party::name.eq(&party.name),
                structure_party::uscc.eq(&party.uscc),
                structure_party::share_bp.eq(party.share.map(|share| i64::from(share.get()))),
                structure_party::since.eq(party.since),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// All declarations of some enterprises, by enterprise and version.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn declarations(db: &mut Db, of: &[EnterpriseId]) -> Result<Vec<(Declaration, Vec<Party>)>, Fault> {
    let theirs = structure_declaration::table.filter(structure_declaration::enterprise_id.eq_any(of.to_vec()));
    let order = (structure_declaration::enterprise_id, structure_declaration::version);
    let all: Vec<Declaration> = theirs.order(order).select(Declaration::as_select()).load(db)?;
    let ids: Vec<i64> = all.iter().map(|one| one.id).collect();
    let rows = structure_party::table.filter(structure_party::declaration_id.eq_any(ids)).order(structure_party::id);
    let mut found: Vec<(Declaration, Vec<Party>)> = all.into_iter().map(|one| (one, Vec::new())).collect();
    for row in rows.select(PartyRow::as_select()).load::<PartyRow>(db)? {
        let declaration = row.declaration_id;
        if let Some((_, parties)) = found.iter_mut().find(|(one, _)| one.id == declaration) {
            parties.push(row.read()?);
        }
    }
    Ok(found)
}

/// The newest declaration of an enterprise.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn newest(db: &mut Db, of: EnterpriseId) -> Result<Option<(Declaration, Vec<Party>)>, Fault> {
    Ok(declarations(db, &[of])?.pop())
}

/// Other enterprises that declared something and have an application of a voucher's year: id, code,
/// name and legal representative.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn applicants_of_year(db: &mut Db, year: i64, but: EnterpriseId) -> Result<Vec<(EnterpriseId, String, String, String)>, Fault> {
    let gone = [State::Draft, State::Rejected, State::Withdrawn];
    let applied = application::table
        .inner_join(voucher::table.on(voucher::id.nullable().eq(application::voucher_id)))
        .filter(voucher::year.eq(year).and(application::state.ne_all(gone)))
        .select(application::enterprise_id);
    let declared = structure_declaration::table.select(structure_declaration::enterprise_id);
    Ok(enterprise::table
        .filter(enterprise::id.ne(but).and(enterprise::id.eq_any(applied)).and(enterprise::id.eq_any(declared)))
        .order(enterprise::id)
        .select((enterprise::id, enterprise::uscc, enterprise::name, enterprise::legal_representative))
        .load(db)?)
}
