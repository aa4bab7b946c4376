//! From rows to what a notice shows: the lines of each level, from the newest evaluation of every
//! application. Shared by the preview and by publishing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::Value;

use super::case_facts::Dossier;
use super::{House, Outcome};
use crate::calendar::Period;
use crate::code::Tier;
use crate::ids::MaterialId;
use crate::lang::Text;
use crate::money::Fen;
use crate::notice::content::{ListLine, NoticeContent, NoticeWords, TierList};
use crate::policy::Pack;
use crate::policy::pack::Status;
use crate::store::application::Application;
use crate::store::notice::Notice;
use crate::store::{self, Db};

/// The words of a stored notice.
#[must_use]
pub fn words_of(notice: &Notice) -> NoticeWords {
    NoticeWords {
        title: Text::new(&notice.title_zh, &notice.title_en),
        basis: Text::new(&notice.basis_zh, &notice.basis_en),
        issuer: notice.issuer.clone(),
        contact_phone: notice.contact_phone.clone(),
        supervision_phone: notice.supervision_phone.clone(),
        address: notice.address.clone(),
    }
}

/// Writes the words into the row.
pub(super) fn put_words(notice: &mut Notice, words: &NoticeWords) {
    notice.title_zh.clone_from(&words.title.zh);
    notice.title_en.clone_from(&words.title.en);
    notice.basis_zh.clone_from(&words.basis.zh);
    notice.basis_en.clone_from(&words.basis.en);
    notice.issuer.clone_from(&words.issuer);
    notice.contact_phone.clone_from(&words.contact_phone);
    notice.supervision_phone.clone_from(&words.supervision_phone);
    notice.address.clone_from(&words.address);
}

/// Numbers of the documents that the pack's rates and caps rest on, each once, in the pack's order.
/// What is assumed rests on none.
#[must_use]
pub fn documents(pack: &Pack) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (_, rules) in pack.tiers() {
        let cap = rules.cap.iter().map(|cap| (&cap.source, cap.status));
        for (source, _) in cap.chain([(&rules.rate.source, rules.rate.status)]).filter(|(_, status)| *status == Status::Found) {
            let number = source.split(['；', '（', '：', '/']).next().unwrap_or_default().trim();
            if number.contains('〔') && !found.iter().any(|known| known == number) {
                found.push(number.to_owned());
            }
        }
    }
    found
}

/// What the notice shows when these applications stand in it in this order.
///
/// # Errors
/// Faults of the database.
pub fn build(
    db: &mut Db,
    house: &House,
    notice: &Notice,
    applications: &[Application],
    published_on: NaiveDate,
    period: &Period,
) -> Outcome<NoticeContent> {
    let words = words_of(notice);
    let mut lists: BTreeMap<Tier, Vec<ListLine>> = BTreeMap::new();
    for (place, application) in (1_i64..).zip(applications) {
        for (tier, line) in lines(db, application, place)? {
            lists.entry(tier).or_default().push(line);
        }
    }
    let pack_id = applications.first().map_or(&house.default_pack, |application| &application.pack_id);
    let pack = house.pack(pack_id)?;
    let title = |tier: Tier| pack.tier(tier).map_or_else(|| tier.title(), |rules| rules.title.clone());
    Ok(NoticeContent {
        number: notice.number.clone(),
        issuer: words.issuer,
        title: words.title,
        basis: words.basis,
        published_on,
        first_day: period.first_day,
        last_day: period.last_day,
        counted_days: period.counted_days.clone(),
        contact_phone: words.contact_phone,
        supervision_phone: words.supervision_phone,
        address: words.address,
        policy_pack: format!("{} {}", pack.id, pack.version),
        tiers: lists.into_iter().map(|(tier, lines)| TierList { tier, title: title(tier), lines }).collect(),
    })
}

/// One line for every level that grants something.
fn lines(db: &mut Db, application: &Application, place: i64) -> Outcome<Vec<(Tier, ListLine)>> {
    let dossier = Dossier::load(db, application.clone())?;
    let granted = store::subsidy::of_application(db, application.id)?;
    let items_of = granted_items(db, application)?;
    let mut names = BTreeMap::new();
    for (_, purchase) in &dossier.items {
        let provider = store::purchase::provider(db, purchase.provider_id)?;
        names.insert(purchase.provider_id, provider.map(|provider| provider.name).unwrap_or_default());
    }
    let mut lines = Vec::new();
    for tier in Tier::ALL {
        let rows: Vec<_> = granted.iter().filter(|row| row.tier == tier).collect();
        let proposed: Fen = rows.iter().map(|row| row.amount_fen).sum();
        if !proposed.is_positive() {
            continue;
        }
        let mine: Vec<_> = dossier
            .items
            .iter()
            .filter(|(item, _)| items_of.get(tier.code()).is_none_or(|ids| ids.contains(&format!("{:08}", item.id.get()))))
            .collect();
        let contracts: BTreeMap<MaterialId, Fen> = mine
            .iter()
            .flat_map(|(item, _)| dossier.papers("contract", item.id))
            .map(|contract| (contract.id, contract.amount_fen))
            .collect();
        let bought: Fen = mine.iter().map(|(_, purchase)| purchase.amount_fen).sum();
        lines.push((
            tier,
            ListLine {
                place,
                enterprise: dossier.enterprise.name.clone(),
                provider: joined(mine.iter().filter_map(|(_, purchase)| names.get(&purchase.provider_id))),
                service: joined(mine.iter().map(|(_, purchase)| &purchase.resource)),
                contract: if contracts.is_empty() { bought } else { contracts.values().sum() },
                approved: rows.iter().map(|row| row.base_fen).sum(),
                proposed,
            },
        ));
    }
    Ok(lines)
}

/// The items behind the grants of each level, by the newest evaluation.
fn granted_items(db: &mut Db, application: &Application) -> Outcome<BTreeMap<String, BTreeSet<String>>> {
    let mut items: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let Some(kept) = store::subsidy::latest_evaluation(db, application.id)? else { return Ok(items) };
    let result: Value = serde_json::from_str(&kept.result_json).unwrap_or_default();
    let grants = result.pointer("/applications/0/grants").and_then(Value::as_array).cloned().unwrap_or_default();
    for grant in &grants {
        let tier = grant.get("tier").and_then(Value::as_str).unwrap_or_default();
        let ids = grant.get("items").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        items.entry(tier.to_owned()).or_default().extend(ids.map(ToOwned::to_owned));
    }
    Ok(items)
}

fn joined<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name.as_str()) {
            seen.push(name);
        }
    }
    seen.join("、")
}
