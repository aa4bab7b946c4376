//! Who stands behind the enterprises of the demo: nearly all have declared it; two have one controller,
//! and one is held in part by the centre that it buys from.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::at;
use super::cast::{ENTERPRISES, firm};
use super::firms::{act, person};
use super::people::{CENTRES, HPC};
use crate::acts::declare_structure::{NewStructure, declare_structure};
use crate::ids::Uscc;
use crate::money::RateBp;
use crate::party::structure::{Party, PartyRole};
use crate::web::site::Site;

/// Have not declared anything yet.
const SILENT: [usize; 2] = [7, 35];
/// Have one controller.
const TWINS: [usize; 2] = [24, 25];
/// The centre holds three tenths of it.
const HELD: usize = 26;

/// Declares on 9 January, after everybody has registered.
///
/// # Errors
/// An act that was refused.
pub fn declare(site: &Site) -> anyhow::Result<()> {
    for index in (0..ENTERPRISES).filter(|index| !SILENT.contains(index)) {
        let firm = firm(index);
        let who = person(site, &firm.email)?;
        let new = NewStructure { parties: (1..).zip(parties(index)).collect::<BTreeMap<_, _>>(), ..NewStructure::default() };
        act(site, &who, at(2026, 1, 9, 17), &firm.name, |act| declare_structure(act, &new))?;
    }
    Ok(())
}

fn parties(index: usize) -> Vec<Party> {
    let since = NaiveDate::from_ymd_opt(2019, 5, 20).unwrap_or_default();
    let other = if TWINS.contains(&index) { 24 } else { index };
    let controller = Party {
        role: PartyRole::Controller,
        person: true,
        name: firm((other + 7) % ENTERPRISES).person,
        uscc: String::new(),
        share: Some(RateBp::new(5_100)),
        since,
    };
    let mut parties = vec![controller];
    if index == HELD
        && let Some(centre) = CENTRES.get(HPC)
    {
        parties.push(Party {
            role: PartyRole::Shareholder,
            person: false,
            name: centre.name.to_owned(),
            uscc: Uscc::from_body(centre.body).map(|code| code.to_string()).unwrap_or_default(),
            share: Some(RateBp::new(3_000)),
            since,
        });
    }
    parties
}
