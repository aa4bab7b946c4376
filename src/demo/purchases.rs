//! The centres' files: who bought what, imported three times in the course of the story.

use chrono::{DateTime, NaiveDate, Utc};

use super::cast::{ENTERPRISES, bought};
use super::told;
use crate::acts::import_purchases::{RowOutcome, import_purchases};
use crate::acts::perform;
use crate::metering::purchase_row::RawRow;
use crate::party::Actor;
use crate::web::site::Site;

/// Seven or eight slots per firm: 300 purchases in all.
fn slots(index: usize) -> usize {
    if index.is_multiple_of(2) { 8 } else { 7 }
}

/// Imports everything that was completed since the import before.
///
/// # Errors
/// A row that was refused: then the cast has a mistake.
pub fn import(site: &Site, after: NaiveDate, now: DateTime<Utc>) -> anyhow::Result<()> {
    let day = crate::calendar::beijing_date(now);
    let rows: Vec<RawRow> = (0..ENTERPRISES)
        .flat_map(|index| (0..slots(index)).map(move |slot| bought(index, slot)))
        .filter(|purchase| purchase.completed > after && purchase.completed < day)
        .map(|purchase| purchase.row)
        .collect();
    let file = format!("purchases-{day}.csv");
    let report = told(perform(&site.store, &site.house, &Actor::system(), now, |act| import_purchases(act, &rows, &file)), &file)?;
    anyhow::ensure!(report.count(RowOutcome::Accepted) == rows.len(), "{file}: {:#}", report.to_json());
    Ok(())
}
