//! What a reviewer asks the enterprise to change about one paper.

use diesel::prelude::*;

use super::schema::material;
use super::{Db, Fault};
use crate::ids::MaterialId;

/// Writes the remark of a paper; an empty one takes it back.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn set(db: &mut Db, id: MaterialId, remark: &str) -> Result<(), Fault> {
    diesel::update(material::table.find(id))
        .set((material::remark.eq(remark), material::remark_open.eq(!remark.is_empty())))
        .execute(db)?;
    Ok(())
}
