//! How an enterprise of the story files: it picks what it used in January, adds its papers, looks at
//! the calculation, declares and submits — by the acts that the pages call.

use chrono::{DateTime, Datelike, Utc};

use super::cast::{Firm, firm};
use super::firms::{act, person};
use super::papers::Papers;
use super::people::CENTRES;
use crate::acts::ask_coaching::ask_coaching;
use crate::acts::choose_tier::choose_tier;
use crate::acts::declare::declare;
use crate::acts::describe_material::{PaperFacts, describe_material};
use crate::acts::file_material::{FiledFile, file_material};
use crate::acts::start_application::start_application;
use crate::acts::submit_application::submit_application;
use crate::acts::withdraw_application::withdraw_application;
use crate::application::TierChoice;
use crate::ids::{ItemId, MaterialId};
use crate::metering::statement::PurchaseState;
use crate::money::Fen;
use crate::party::Actor;
use crate::policy::case::ItemKind;
use crate::store;
use crate::store::application::{Application, Item};
use crate::store::metering::Contract;
use crate::store::paper_trail::{BankReceipt, Paper, TaxInvoice};
use crate::store::purchase::Purchase;
use crate::web::site::Site;

/// Fills in an application for what was used at some centres and, where `submit` says so, submits
/// it. Answers its number.
///
/// # Errors
/// An act that was refused.
pub fn file_application(
    site: &Site,
    papers: &Papers,
    index: usize,
    centres: &[usize],
    tier: TierChoice,
    submit: bool,
    when: DateTime<Utc>,
) -> anyhow::Result<String> {
    let firm = firm(index);
    let who = person(site, &firm.email)?;
    let chosen: Vec<Bought> = centres.iter().map(|centre| bought(site, &firm, *centre)).collect::<anyhow::Result<_>>()?;
    let ids: Vec<_> = chosen.iter().map(|bought| bought.purchase.id).collect();
    let number = act(site, &who, when, &firm.name, |act| start_application(act, &ids))?;
    let (_, items) = case_of(site, &number)?;
    let teller = Filing { site, papers, firm: &firm, who: &who, number: &number, when };
    let kinds: &[&str] = if submit { &["contract", "invoice", "payment"] } else { &["contract"] };
    for kind in kinds {
        for (place, item) in items.iter().enumerate() {
            let bought = chosen.iter().find(|bought| bought.purchase.id == item.purchase_id);
            let bought = bought.ok_or_else(|| anyhow::anyhow!("{number} holds a purchase that nobody chose"))?;
            teller.paper(kind, place + 1, item.id, bought)?;
        }
    }
    if !submit {
        return Ok(number);
    }
    choose(site, &who, when, &number, tier)?;
    let version = case_of(site, &number)?.0.version;
    act(site, &who, when, &number, |act| declare(act, &number, version, true))?;
    send(site, &who, when, &number)?;
    Ok(number)
}

/// Compute of a month with the papers that it was paid on.
struct Bought {
    purchase: Purchase,
    contract: Contract,
    invoice: TaxInvoice,
    receipt: BankReceipt,
}

/// What a firm used in January at a centre, with the papers that the centre recorded.
fn bought(site: &Site, firm: &Firm, centre: usize) -> anyhow::Result<Bought> {
    let provider = person(site, CENTRES.get(centre).map_or("", |known| known.person.1))?.provider();
    let ready = |purchase: &Purchase| {
        purchase.state == PurchaseState::Claimable
            && Some(purchase.provider_id) == provider
            && purchase.kind == ItemKind::Compute
            && purchase.service_from.month() == 1
    };
    let found = site.store.read(|db| -> Result<Option<Bought>, store::Fault> {
        let Some(purchase) = store::purchase::of_enterprise(db, &firm.uscc)?.into_iter().find(ready) else { return Ok(None) };
        let (mut invoice, mut receipt) = (None, None);
        for (paper, _) in store::paper_trail::allocations_of(db, purchase.id)? {
            match paper {
                Paper::Invoice(id) => invoice = store::paper_trail::invoice(db, id)?,
                Paper::Receipt(id) => receipt = store::paper_trail::receipt(db, id)?,
            }
        }
        let contracts = store::metering::contracts_with(db, purchase.provider_id, &[firm.uscc.as_str()])?;
        let contract = contracts.into_iter().next();
        Ok(contract.zip(invoice).zip(receipt).map(|((contract, invoice), receipt)| Bought { purchase, contract, invoice, receipt }))
    })?;
    found.ok_or_else(|| anyhow::anyhow!("{} has nothing to claim at centre {centre}", firm.name))
}

/// An application under way.
pub(super) struct Filing<'a> {
    pub site: &'a Site,
    pub papers: &'a Papers,
    pub firm: &'a Firm,
    pub who: &'a Actor,
    pub number: &'a str,
    pub when: DateTime<Utc>,
}

impl Filing<'_> {
    /// Uploads a paper of an item and says what it stands for.
    fn paper(&self, kind: &str, place: usize, item: ItemId, bought: &Bought) -> anyhow::Result<()> {
        let (title, number, dated, tax) = match kind {
            "contract" => ("算力服务合同", bought.contract.number.as_str(), bought.contract.signed_on, Fen::ZERO),
            "invoice" => ("发票", bought.invoice.number.as_str(), bought.invoice.issued_on, bought.invoice.tax_fen),
            _ => ("银行回单", "", bought.receipt.paid_on, Fen::ZERO),
        };
        let facts = PaperFacts {
            number: number.to_owned(),
            amount: bought.purchase.claimable_fen,
            tax,
            dated_on: Some(dated),
            covers: vec![item],
            ..PaperFacts::default()
        };
        self.describe(kind, &format!("{title}{place}.pdf"), &facts)
    }

    /// Uploads a paper and says what stands in it.
    pub fn describe(&self, kind: &str, name: &str, facts: &PaperFacts) -> anyhow::Result<()> {
        let paper = self.upload(kind, name)?;
        act(self.site, self.who, self.when, self.number, |act| describe_material(act, self.number, paper, facts))
    }

    /// The item of an application that has one.
    pub fn only_item(&self) -> anyhow::Result<ItemId> {
        let (_, items) = case_of(self.site, self.number)?;
        items.first().map(|item| item.id).ok_or_else(|| anyhow::anyhow!("{} has no item", self.number))
    }

    pub fn version(&self) -> anyhow::Result<i64> {
        Ok(case_of(self.site, self.number)?.0.version)
    }

    fn upload(&self, kind: &str, name: &str) -> anyhow::Result<MaterialId> {
        let kept = self.papers.copy(self.site, kind, &format!("{} {} {name}", self.firm.uscc, self.number))?;
        let file = FiledFile {
            kind: kind.to_owned(),
            name: name.to_owned(),
            sha256: kept.sha256,
            size_bytes: kept.size_bytes,
            media_type: kept.media_type,
            reading: None,
            scanned: false,
        };
        let filed = act(self.site, self.who, self.when, self.number, |act| file_material(act, self.number, &[file]))?;
        filed.first().copied().ok_or_else(|| anyhow::anyhow!("{name} was not filed"))
    }
}

pub(super) fn choose(site: &Site, who: &Actor, when: DateTime<Utc>, number: &str, tier: TierChoice) -> anyhow::Result<()> {
    let version = case_of(site, number)?.0.version;
    act(site, who, when, number, |act| choose_tier(act, number, version, tier))
}

pub(super) fn send(site: &Site, who: &Actor, when: DateTime<Utc>, number: &str) -> anyhow::Result<()> {
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
        let Some(case) = store::known::application(db, &Actor::system(), number)? else { return Ok(None) };
        let items = store::application::items(db, case.id)?;
        Ok(Some((case, items)))
    })?;
    found.ok_or_else(|| anyhow::anyhow!("there is no application {number}"))
}
