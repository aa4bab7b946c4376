//! How an enterprise of the story files: it picks purchases, adds its papers, looks at the
//! calculation, declares and submits — by the acts that the pages call.

use chrono::{DateTime, NaiveDate, Utc};

use super::cast::{Firm, bought, firm};
use super::firms::{act, person};
use super::papers::Papers;
use crate::acts::ask_coaching::ask_coaching;
use crate::acts::choose_tier::choose_tier;
use crate::acts::declare::declare;
use crate::acts::describe_material::{PaperFacts, describe_material};
use crate::acts::file_material::{FiledFile, file_material};
use crate::acts::start_application::start_application;
use crate::acts::submit_application::submit_application;
use crate::acts::withdraw_application::withdraw_application;
use crate::application::TierChoice;
use crate::calendar::beijing_date;
use crate::ids::{ItemId, MaterialId};
use crate::money::Fen;
use crate::party::Actor;
use crate::store;
use crate::store::application::{Application, Item};
use crate::web::site::Site;

/// Fills in an application and, where `submit` says so, submits it. Answers its number.
///
/// # Errors
/// An act that was refused.
pub fn file_application(
    site: &Site,
    papers: &Papers,
    index: usize,
    slots: &[usize],
    tier: TierChoice,
    submit: bool,
    when: DateTime<Utc>,
) -> anyhow::Result<String> {
    let firm = firm(index);
    let who = person(site, &firm.email)?;
    let orders: Vec<String> = slots.iter().map(|slot| bought(index, *slot).order_no).collect();
    let all = site.store.read(|db| store::purchase::of_enterprise(db, &firm.uscc))?;
    let chosen: Vec<_> = all.into_iter().filter(|purchase| orders.contains(&purchase.order_no)).collect();
    anyhow::ensure!(chosen.len() == slots.len(), "{} lacks purchases: {orders:?}", firm.name);
    let ids: Vec<_> = chosen.iter().map(|purchase| purchase.id).collect();
    let number = act(site, &who, when, &firm.name, |act| start_application(act, &ids))?;
    let total: Fen = chosen.iter().map(|purchase| purchase.amount_fen).sum();
    let (case, items) = case_of(site, &number)?;
    let covers: Vec<ItemId> = items.iter().map(|item| item.id).collect();
    let teller = Filing { site, papers, firm: &firm, who: &who, number: &number, when, case_mark: case.id.get() };
    teller.paper("contract", "算力服务合同.pdf", &covers, total)?;
    if !submit {
        return Ok(number);
    }
    for (place, item) in items.iter().enumerate() {
        let purchase = chosen.iter().find(|purchase| purchase.id == item.purchase_id);
        let amount = purchase.map_or(Fen::ZERO, |purchase| purchase.amount_fen);
        teller.paper("invoice", &format!("发票{}.pdf", place + 1), &[item.id], amount)?;
    }
    teller.paper("payment", "银行回单.pdf", &covers, total)?;
    choose(site, &who, when, &number, tier)?;
    let version = case_of(site, &number)?.0.version;
    act(site, &who, when, &number, |act| declare(act, &number, version, true))?;
    send(site, &who, when, &number)?;
    Ok(number)
}

/// An application under way.
struct Filing<'a> {
    site: &'a Site,
    papers: &'a Papers,
    firm: &'a Firm,
    who: &'a Actor,
    number: &'a str,
    when: DateTime<Utc>,
    case_mark: i64,
}

impl Filing<'_> {
    /// Uploads a paper and says what it stands for.
    fn paper(&self, kind: &str, name: &str, covers: &[ItemId], amount: Fen) -> anyhow::Result<()> {
        let kept = self.papers.copy(self.site, kind, &format!("{} {} {name}", self.firm.uscc, self.number))?;
        let file = FiledFile {
            kind: kind.to_owned(),
            name: name.to_owned(),
            sha256: kept.sha256,
            size_bytes: kept.size_bytes,
            media_type: kept.media_type,
        };
        let filed = act(self.site, self.who, self.when, self.number, |act| file_material(act, self.number, &[file]))?;
        let paper: MaterialId = filed.first().copied().ok_or_else(|| anyhow::anyhow!("{name} was not filed"))?;
        let facts = PaperFacts {
            code: String::new(),
            number: self.paper_number(kind, paper),
            amount,
            tax: if kind == "invoice" { tax_in(amount) } else { Fen::ZERO },
            minus: Fen::ZERO,
            dated_on: Some(self.dated(kind)),
            covers: covers.to_vec(),
        };
        act(self.site, self.who, self.when, self.number, |act| describe_material(act, self.number, paper, &facts))
    }

    fn paper_number(&self, kind: &str, paper: MaterialId) -> String {
        match kind {
            "contract" => format!("C-2025-{:04}", self.case_mark),
            "invoice" => format!("264220000000{:08}", 45_500_000 + paper.get()),
            _ => String::new(),
        }
    }

    /// Contracts are of the autumn before; invoices and payments of the day of filing.
    fn dated(&self, kind: &str) -> NaiveDate {
        let today = beijing_date(self.when);
        if kind == "contract" { NaiveDate::from_ymd_opt(2025, 11, 18).unwrap_or(today) } else { today }
    }
}

/// The 6 % tax contained in an amount that includes it.
pub(super) fn tax_in(amount: Fen) -> Fen {
    amount - amount.share(100, 106)
}

fn choose(site: &Site, who: &Actor, when: DateTime<Utc>, number: &str, tier: TierChoice) -> anyhow::Result<()> {
    let version = case_of(site, number)?.0.version;
    act(site, who, when, number, |act| choose_tier(act, number, version, tier))
}

fn send(site: &Site, who: &Actor, when: DateTime<Utc>, number: &str) -> anyhow::Result<()> {
    let version = case_of(site, number)?.0.version;
    act(site, who, when, number, |act| submit_application(act, number, version))
}

/// The enterprise mends a returned application and submits it again.
///
/// # Errors
/// An act that was refused.
pub fn answer_return(site: &Site, index: usize, number: &str, when: DateTime<Utc>) -> anyhow::Result<()> {
    let who = person(site, &firm(index).email)?;
    send(site, &who, when, number)
}

/// The enterprise asks the task force.
///
/// # Errors
/// An act that was refused.
pub fn ask_for_help(site: &Site, index: usize, number: &str, question: &str, when: DateTime<Utc>) -> anyhow::Result<()> {
    let who = person(site, &firm(index).email)?;
    act(site, &who, when, number, |act| ask_coaching(act, number, question))
}

/// The enterprise withdraws.
///
/// # Errors
/// An act that was refused.
pub fn withdraw(site: &Site, index: usize, number: &str, when: DateTime<Utc>) -> anyhow::Result<()> {
    let who = person(site, &firm(index).email)?;
    let version = case_of(site, number)?.0.version;
    act(site, &who, when, number, |act| withdraw_application(act, number, version, "合同有补充协议，重新整理后再申请。"))
}

fn case_of(site: &Site, number: &str) -> anyhow::Result<(Application, Vec<Item>)> {
    let found = site.store.read(|db| -> Result<_, store::Fault> {
        let Some(case) = store::application::find_by_number(db, number)? else { return Ok(None) };
        let items = store::application::items(db, case.id)?;
        Ok(Some((case, items)))
    })?;
    found.ok_or_else(|| anyhow::anyhow!("there is no application {number}"))
}
