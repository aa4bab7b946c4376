//! What the two centres offer and to whom: catalogue, tariffs, contracts, account codes, and a
//! second person each, because nobody reverses a statement that they issued.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::super::PASSWORD;
use super::super::cast::{Kind, firm};
use super::super::firms::{act, link_token, person};
use super::super::people::CENTRES;
use super::contracts::{CUSTOMERS, Customer, customer};
use crate::acts::accept_invitation::accept_invitation;
use crate::acts::add_contract::{ContractEntry, add_contract};
use crate::acts::add_resource::add_resource;
use crate::acts::assign_subject::assign_subject;
use crate::acts::create_staff::{House, NewStaff, create_staff};
use crate::acts::record_tariff::record_tariff;
use crate::acts::service_tokens::own_source;
use crate::acts::top_up_pool::top_up_pool;
use crate::ids::{ContractId, ProviderId, Uscc};
use crate::lang::Lang;
use crate::metering::quantity::Unit;
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::party::Actor;
use crate::policy::case::ItemKind;
use crate::secret::hash_password;
use crate::store;
use crate::store::metering::Resource;
use crate::web::site::Site;

/// What a centre counts with, and who works there beside the one of the cast.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    pub prefix: &'static str,
    pub cluster: &'static str,
    /// Where jobs are told from.
    pub jobs: &'static str,
    /// Where storage is told from.
    pub quotas: &'static str,
    tariff: &'static str,
    colleague: (&'static str, &'static str),
}

const METERS: [Meter; 2] = [
    Meter {
        prefix: "WAICC",
        cluster: "waicc-a",
        jobs: "slurm://waicc-a/dbd",
        quotas: "quota://waicc-a/oceanstor",
        tariff: "ai-card-hours",
        colleague: ("许蕾", "waicc2@demo.suanquan.example"),
    },
    Meter {
        prefix: "WHSC",
        cluster: "whsc-hpc",
        jobs: "slurm://whsc-hpc/dbd",
        quotas: "quota://whsc-hpc/lustre",
        tariff: "hpc-core-hours",
        colleague: ("方涛", "whsc2@demo.suanquan.example"),
    },
];

pub(super) fn meter(centre: usize) -> anyhow::Result<&'static Meter> {
    METERS.get(centre).ok_or_else(|| anyhow::anyhow!("there is no centre {centre}"))
}

/// Who acts for a centre.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clerk {
    First,
    Second,
}

/// A person of a centre, with the centre.
pub(super) fn clerk(site: &Site, centre: usize, which: Clerk) -> anyhow::Result<(Actor, ProviderId)> {
    let email = match which {
        Clerk::First => CENTRES.get(centre).map(|known| known.person.1),
        Clerk::Second => METERS.get(centre).map(|known| known.colleague.1),
    };
    let person = person(site, email.unwrap_or_default())?;
    let provider = person.provider().ok_or_else(|| anyhow::anyhow!("{} works for no centre", person.name))?;
    Ok((person, provider))
}

/// The contract of a customer.
pub(super) fn contract(site: &Site, customer: Customer) -> anyhow::Result<ContractId> {
    let (_, provider) = clerk(site, customer.centre, Clerk::First)?;
    let uscc = firm(customer.firm).uscc;
    let known = site.store.read(|db| store::metering::contracts_with(db, provider, &[uscc.as_str()]))?;
    known.first().map(|contract| contract.id).ok_or_else(|| anyhow::anyhow!("{} has no contract", customer.account))
}

/// # Errors
/// An act that was refused.
pub(super) fn open(site: &Site, when: DateTime<Utc>) -> anyhow::Result<()> {
    for (centre, meter) in METERS.iter().enumerate() {
        hire(site, when, centre, meter)?;
        let (who, provider) = clerk(site, centre, Clerk::First)?;
        for source in [meter.jobs, meter.quotas] {
            act(site, &who, when, source, |act| own_source(act, provider, source))?;
        }
        for resource in catalogue(provider, centre) {
            let code = resource.code.clone();
            act(site, &who, when, &code, |act| add_resource(act, resource))?;
        }
        let prices = if centre == 0 { card_hours(1) } else { core_hours() }.to_string();
        act(site, &who, when, meter.tariff, |act| record_tariff(act, provider, &prices, "首次录入"))?;
    }
    for customer in CUSTOMERS {
        sign(site, when, customer)?;
    }
    Ok(())
}

/// The security administrator invites a second person, who accepts.
fn hire(site: &Site, when: DateTime<Utc>, centre: usize, meter: &Meter) -> anyhow::Result<()> {
    let administrator = person(site, "security@demo.suanquan.example")?;
    let (_, provider) = clerk(site, centre, Clerk::First)?;
    let (name, email) = meter.colleague;
    let new = NewStaff { email: email.into(), name: name.into(), lang: Lang::Zh, house: House::Provider(provider) };
    act(site, &administrator, when, email, |act| create_staff(act, &new))?;
    let hash = hash_password(PASSWORD).map_err(|why| anyhow::anyhow!("the password could not be hashed: {why}"))?;
    let token = link_token(site, email)?;
    act(site, &Actor::system(), when, email, |act| accept_invitation(act, &token, name, &hash, Lang::Zh))?;
    Ok(())
}

/// The contract of the autumn before, and the account code that usage comes under.
fn sign(site: &Site, when: DateTime<Utc>, customer: Customer) -> anyhow::Result<()> {
    let (who, provider) = clerk(site, customer.centre, Clerk::First)?;
    let (meter, firm) = (meter(customer.centre)?, firm(customer.firm));
    let uscc = Uscc::parse(&firm.uscc)?;
    let entry = ContractEntry {
        number: format!("{}-HT-2026-{:03}", meter.prefix, customer.firm + 1),
        uscc: uscc.clone(),
        enterprise_name: firm.name.clone(),
        signed_on: day(2025, 12, 18),
        valid_from: day(2026, 1, 1),
        valid_to: day(2026, 12, 31),
        cap: Some(Fen::yuan(if firm.kind == Kind::Large { 40_000_000 } else { 3_000_000 })),
        tariff_code: meter.tariff.into(),
    };
    act(site, &who, when, &firm.name, |act| add_contract(act, provider, &entry))?;
    act(site, &who, when, customer.account, |act| assign_subject(act, provider, customer.account, &uscc))?;
    Ok(())
}

/// # Errors
/// An act that was refused.
pub(super) fn new_prices(site: &Site, when: DateTime<Utc>) -> anyhow::Result<()> {
    let (who, provider) = clerk(site, 0, Clerk::First)?;
    let prices = card_hours(2).to_string();
    act(site, &who, when, "new prices", |act| record_tariff(act, provider, &prices, "2026年价格调整通知（演示）"))?;
    Ok(())
}

/// # Errors
/// An act that was refused.
pub(super) fn top_up(site: &Site, when: DateTime<Utc>, account: &str) -> anyhow::Result<()> {
    let (_, customer) = customer(account)?;
    let (who, provider) = clerk(site, customer.centre, Clerk::First)?;
    let contract = contract(site, customer)?;
    for (pool, reference) in [((PoolKind::Cash, Fen::yuan(20_000)), "CCB202601090017"), ((PoolKind::Bonus, Fen::yuan(2_000)), "")] {
        act(site, &who, when, account, |act| top_up_pool(act, provider, contract, pool, None, reference))?;
    }
    Ok(())
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// 640 cards of 312.5 TFLOPS are the 200 PFLOPS of the AI centre. A core of 2.6 GHz does 8
/// operations of double precision per cycle; a node has 128 of them.
fn catalogue(provider: ProviderId, centre: usize) -> Vec<Resource> {
    let resource = |code: &str, (name_zh, name_en): (&str, &str), unit, (gflops, precision): (Option<i64>, &str)| Resource {
        provider_id: provider,
        code: code.into(),
        version: 0,
        name_zh: name_zh.into(),
        name_en: name_en.into(),
        kind: if gflops.is_some() { ItemKind::Compute } else { ItemKind::Storage },
        unit,
        vendor: if gflops.is_some() { "华为".into() } else { String::new() },
        model: if gflops.is_some() { name_zh.into() } else { String::new() },
        gflops,
        precision_name: precision.into(),
        valid_from: day(2025, 7, 1),
    };
    match centre {
        0 => vec![
            resource("ascend-910b", ("昇腾910B", "Ascend 910B"), Unit::Card, (Some(312_500), "FP16")),
            resource("storage-hot", ("热存储", "Hot storage"), Unit::Gib, (None, "")),
        ],
        _ => vec![
            resource("kunpeng-920", ("鲲鹏920核", "Kunpeng 920 core"), Unit::Core, (Some(20), "FP64")),
            resource("kunpeng-920-node", ("鲲鹏920整节点", "Kunpeng 920 whole node"), Unit::Node, (Some(2_662), "FP64")),
        ],
    }
}

/// The AI centre's graduated prices; the second version is lower and its tiers begin earlier.
fn card_hours(version: i64) -> Value {
    let (from, border, prices, storage) = match version {
        1 => ("2025-07-01", 5_000, ["12.50", "11.20", "9.80"], "0.0006"),
        _ => ("2026-02-01", 4_000, ["11.90", "10.80", "9.80"], "0.0005"),
    };
    let [first, second, third] = prices;
    json!({
        "code": "ai-card-hours", "version": version, "valid_from": from, "currency": "CNY",
        "accumulate": "month", "rounding": "half_up", "prepaid_order": ["bonus", "coupon", "cash"],
        "rates": [
            {"resource": "ascend-910b", "unit": "card", "model": "graduated", "tiers": [
                {"from": 0, "to": border, "price": first},
                {"from": border, "to": 20_000, "price": second},
                {"from": 20_000, "to": null, "price": third}
            ]},
            {"resource": "storage-hot", "unit": "gib", "model": "flat", "price": storage}
        ]
    })
}

/// The supercomputing centre's prices per partition and quality of service.
fn core_hours() -> Value {
    json!({
        "code": "hpc-core-hours", "version": 1, "valid_from": "2025-07-01", "currency": "CNY",
        "accumulate": "month", "rounding": "half_up", "prepaid_order": ["bonus", "coupon", "cash"],
        "rates": [
            {"resource": "kunpeng-920", "unit": "core", "model": "matrix", "cells": [
                {"partition": "cpu", "qos": "normal", "price": "0.08"},
                {"partition": "cpu", "qos": "high", "price": "0.11"},
                {"partition": "fat", "qos": "normal", "price": "0.12"},
                {"partition": "fat", "qos": "high", "price": "0.16"}
            ]},
            {"resource": "kunpeng-920-node", "unit": "node", "model": "matrix", "cells": [
                {"partition": "whole", "qos": "*", "price": "9.60"}
            ]}
        ]
    })
}
