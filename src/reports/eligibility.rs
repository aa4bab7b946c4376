//! Eligibility of an enterprise on any day: every tier's conditions with what stands behind them.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Db;
use crate::acts::enterprise_facts::EnterpriseFacts;
use crate::acts::{ActError, House, Outcome, pack_in_force};
use crate::ids::{EnterpriseId, folded_name, normal_code};
use crate::lang::Text;
use crate::policy::eligibility::tree::{Tree, trees};
use crate::store::schema::enterprise;
use crate::store::{self, Fault};

/// Enterprises that a search shows at most.
const FOUND_MOST: i64 = 20;

/// An enterprise's standing under the pack in force.
#[derive(Clone, Debug)]
pub struct Eligibility {
    pub facts: EnterpriseFacts,
    pub day: NaiveDate,
    pub pack_title: Text,
    pub trees: Vec<Tree>,
}

/// The standing of an enterprise on a day.
///
/// # Errors
/// `NotFound` for an enterprise that is not registered; faults of the database.
pub fn of_enterprise(db: &mut Db, house: &House, id: EnterpriseId, day: NaiveDate) -> Outcome<Eligibility> {
    let facts = EnterpriseFacts::load(db, id, day)?;
    let pack = pack_in_force(db, house)?;
    let trees = trees(pack, &facts.known, day);
    Ok(Eligibility { facts, day, pack_title: pack.title.clone(), trees })
}

/// The standing of the enterprise with this code.
///
/// # Errors
/// As [`of_enterprise`].
pub fn of_code(db: &mut Db, house: &House, uscc: &str, day: NaiveDate) -> Outcome<Eligibility> {
    let enterprise = store::account::enterprise_by_uscc(db, uscc)?.ok_or(ActError::NotFound)?;
    of_enterprise(db, house, enterprise.id, day)
}

/// Enterprises by a part of their name or code, by name; none for an empty search.
///
/// # Errors
/// A fault of the database.
pub fn search(db: &mut Db, asked: &str) -> Outcome<Vec<(String, String)>> {
    // A wildcard that was typed is no wildcard.
    let plain = |text: String| text.replace(['%', '_', '\\'], "");
    let (name, code) = (plain(folded_name(asked)), plain(normal_code(asked).to_uppercase()));
    if name.is_empty() {
        return Ok(Vec::new());
    }
    let named = enterprise::name_folded.like(format!("%{name}%")).or(enterprise::uscc.like(format!("%{code}%")));
    let found = enterprise::table.filter(named).order((enterprise::name, enterprise::id)).limit(FOUND_MOST);
    Ok(found.select((enterprise::uscc, enterprise::name)).load(db).map_err(Fault::from)?)
}
