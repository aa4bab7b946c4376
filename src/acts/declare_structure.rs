//! An enterprise declares who stands behind it: actual controllers, and holdings in it and by it.
//! Every declaration is kept; the newest one stands.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Act, ActError, Line, Outcome, Refusal, refuse};
use crate::ids::Uscc;
use crate::lang::Text;
use crate::money::RateBp;
use crate::party::structure::{Party, PartyRole};
use crate::store;
use crate::store::account::Enterprise;

/// Most parties of a declaration.
pub const MOST: usize = 20;

/// A declaration as entered.
#[derive(Clone, Debug, Default)]
pub struct NewStructure {
    /// By the row of the form, from 1.
    pub parties: BTreeMap<usize, Party>,
    /// Nobody controls the enterprise.
    pub no_controller: bool,
    /// The version that the page showed; 0 before the first.
    pub seen_version: i64,
}

/// # Errors
/// Refusals beside the fields of their rows (`name_1`, `share_2`), one when a colleague declared since
/// the page was opened.
pub fn declare_structure(act: &mut Act<'_>, new: &NewStructure) -> Outcome<()> {
    let (id, by) = (act.own_enterprise()?, act.account()?);
    let enterprise = store::account::enterprise(act.db, id)?.ok_or(ActError::NotFound)?;
    let faults = faults_of(&enterprise, new, act.today());
    if !faults.is_empty() {
        return Err(ActError::Refused(faults));
    }
    let (version, before) = match store::structure::newest(act.db, id)? {
        Some((newest, parties)) => (newest.version, Some(parties)),
        None => (0, None),
    };
    if version != new.seen_version {
        return refuse(
            "structure_changed",
            "您打开页面之后，同事改过股权结构。请刷新页面，看过最新内容后再申报。",
            "A colleague declared the structure after you opened the page. Reload it and look before declaring.",
        );
    }
    let parties: Vec<Party> = new.parties.values().cloned().collect();
    if before.as_ref() == Some(&parties) {
        return Ok(());
    }
    store::structure::declare(act.db, id, version + 1, &parties, by, act.stamp())?;
    // Names of persons stay out of the trail, which more people read.
    let of = |role: PartyRole| parties.iter().filter(|party| party.role == role).count();
    let detail = format!(
        "version {}: {} controllers, {} shareholders, {} holdings",
        version + 1,
        of(PartyRole::Controller),
        of(PartyRole::Shareholder),
        of(PartyRole::Holding)
    );
    act.write_line(&Line { act: "declare_structure", enterprise: Some(id), subject: &enterprise.uscc, detail: &detail, ..Line::default() })
}

fn faults_of(own: &Enterprise, new: &NewStructure, today: NaiveDate) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = new.parties.iter().flat_map(|(row, party)| faults_of_party(own, *row, party, today)).collect();
    let mut no = |field: String, zh: &str, en: &str| faults.push(fault(field, zh, en));
    let controllers = new.parties.values().filter(|party| party.role == PartyRole::Controller).count();
    if controllers == 0 && !new.no_controller {
        no(
            "no_controller-1".into(),
            "请填写实际控制人；没有的，请勾选「没有实际控制人」。",
            "Enter the actual controller, or tick that there is none.",
        );
    } else if controllers > 0 && new.no_controller {
        no(
            "no_controller-1".into(),
            "已填写实际控制人，请不要同时勾选「没有实际控制人」。",
            "An actual controller is entered; do not also tick that there is none.",
        );
    }
    let mut held = new.parties.iter().filter(|(_, party)| party.role == PartyRole::Shareholder);
    let sum: u32 = held.clone().filter_map(|(_, party)| party.share).fold(0, |sum, share| sum.saturating_add(share.get()));
    if let Some((row, _)) = held.next_back().filter(|_| sum > RateBp::FULL.get()) {
        no(
            format!("share_{row}"),
            "各股东持股合计超过 100%，请核对。",
            "The shareholders' shares add up to more than 100 %; please check.",
        );
    }
    for (row, party) in &new.parties {
        if new.parties.range(..row).any(|(_, other)| other.role == party.role && other.is_same(party)) {
            no(format!("name_{row}"), "这一项与前面一行重复，请合并。", "This repeats an earlier row; put them together.");
        }
    }
    faults
}

fn faults_of_party(own: &Enterprise, row: usize, party: &Party, today: NaiveDate) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let mut no = |field: &str, zh: &str, en: &str| faults.push(fault(format!("{field}_{row}"), zh, en));
    if party.person && !party.uscc.is_empty() {
        no(
            "uscc",
            "个人没有统一社会信用代码，请留空；请勿填写身份证号码。",
            "A person has no such code; leave it empty, and never enter an identity number.",
        );
    } else if !party.uscc.is_empty()
        && let Err(why) = Uscc::parse(&party.uscc)
    {
        let text = why.text();
        no("uscc", &text.zh, &text.en);
    }
    if party.uscc == own.uscc || (!party.person && party.uscc.is_empty() && party.name == own.name) {
        no("name", "这是本企业自己，请填写对方。", "This is the enterprise itself; enter the other side.");
    }
    match party.share {
        None if party.role != PartyRole::Controller => no("share", "请填写持股比例，例如 30%。", "Enter the share, such as 30 %."),
        Some(share) if share.get() == 0 || share > RateBp::FULL => {
            no("share", "持股比例须大于 0 且不超过 100%。", "The share must be above 0 and at most 100 %.");
        }
        _ => {}
    }
    if party.since > today {
        no("since", "起始日期不能晚于今天。", "The first day cannot lie in the future.");
    }
    faults
}

fn fault(field: String, zh: &str, en: &str) -> Refusal {
    Refusal { code: "bad_field", field: Some(field), text: Text::new(zh, en) }
}
