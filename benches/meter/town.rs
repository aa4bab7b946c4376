//! A centre with as many contracts as a city has, made by the acts of the product.

use std::collections::BTreeSet;

use anyhow::{Context, anyhow};
use chrono::{Days, NaiveDate};
use clap::Args;
use serde_json::{Value, json};
use suanquan::acts::accept_invitation::accept_invitation;
use suanquan::acts::add_contract::{ContractEntry, add_contract};
use suanquan::acts::add_resource::add_resource;
use suanquan::acts::assign_subject::assign_subject;
use suanquan::acts::create_staff::create_administrator;
use suanquan::acts::record_tariff::record_tariff;
use suanquan::acts::service_tokens::{MeterRights, issue_service_token};
use suanquan::acts::{Act, ActError, House, Outcome, perform};
use suanquan::config::Config;
use suanquan::ids::{ProviderId, Uscc};
use suanquan::lang::Lang;
use suanquan::metering::quantity::Unit;
use suanquan::party::{Actor, Duty, Standing};
use suanquan::policy::case::ItemKind;
use suanquan::secret::hash_password;
use suanquan::startup::house;
use suanquan::store::metering::Resource;
use suanquan::store::{self, Store, migrations};

use super::Place;
use super::runs::{RESOURCE, SOURCE, account, now};

pub const PROVIDER: &str = "91420100MA4PRW01XR";
const TOKEN: &str = "sq_meter_bench";

#[derive(Debug, Args)]
pub struct TownArgs {
    #[command(flatten)]
    place: Place,
    #[arg(long, default_value_t = 500)]
    accounts: u64,
}

pub fn make(args: &TownArgs) -> anyhow::Result<Value> {
    let store = Store::create(&args.place.database)?;
    migrations::run(&store)?;
    let rules = house(&Config::default(), "http://127.0.0.1");
    let provider = store.write(|db| store::purchase::insert_provider(db, PROVIDER, "武汉人工智能计算中心", "200P"))?;
    let (first, last) = days();
    run(&store, &rules, &Actor::system(), |act| {
        record_tariff(act, provider, &tariff(first).to_string(), "首版")?;
        add_resource(act, card(provider, first))?;
        for number in 0..args.accounts {
            let uscc = uscc(number)?;
            let entry = ContractEntry {
                number: format!("HT-{number:04}"),
                uscc: uscc.clone(),
                enterprise_name: format!("武汉第{number}智算应用有限公司"),
                signed_on: first,
                valid_from: first,
                valid_to: last,
                cap: None,
                tariff_code: "standard".into(),
            };
            add_contract(act, provider, &entry)?;
            assign_subject(act, provider, &account(number), &uscc)?;
        }
        Ok(())
    })?;
    let administrator = administrator(&store, &rules)?;
    let rights = MeterRights { sources: vec![SOURCE.into()], may_backfill: true };
    run(&store, &rules, &administrator, |act| issue_service_token(act, provider, "计量程序", TOKEN, &rights))?;
    Ok(json!({"token": TOKEN, "provider": PROVIDER, "accounts": args.accounts}))
}

/// The contracts hold a year of history and a month to come.
fn days() -> (NaiveDate, NaiveDate) {
    let today = now().date_naive();
    (today - Days::new(400), today + Days::new(31))
}

/// Three steps of price, as the scientific centres have them.
pub fn tariff(first: NaiveDate) -> Value {
    json!({
        "code": "standard", "version": 1, "valid_from": first.to_string(), "currency": "CNY", "accumulate": "month",
        "rounding": "half_up",
        "rates": [{"resource": RESOURCE, "unit": "card", "model": "graduated", "tiers": [
            {"from": 0, "to": 100, "price": "12.5"}, {"from": 100, "to": 1000, "price": "11"}, {"from": 1000, "to": null, "price": "10"}
        ]}]
    })
}

fn card(provider: ProviderId, first: NaiveDate) -> Resource {
    Resource {
        provider_id: provider,
        code: RESOURCE.into(),
        version: 0,
        name_zh: "昇腾 910B".into(),
        name_en: "Ascend 910B".into(),
        kind: ItemKind::Compute,
        unit: Unit::Card,
        vendor: String::new(),
        model: String::new(),
        gflops: Some(312_500),
        precision_name: "FP16".into(),
        valid_from: first,
    }
}

fn uscc(number: u64) -> Outcome<Uscc> {
    Uscc::from_body(&format!("91420100MA4K{number:05}")).ok_or(ActError::NotFound)
}

fn administrator(store: &Store, rules: &House) -> anyhow::Result<Actor> {
    let path = create_administrator(store, rules, now(), ("admin@city.example", "管理员"), Duty::SecurityAdministrator).map_err(told)?;
    let hash = hash_password("a town for measuring").map_err(|why| anyhow!(why))?;
    let token = path.rsplit('/').next().context("the invitation has no token")?;
    let id = run(store, rules, &Actor::system(), |act| accept_invitation(act, token, "管理员", &hash, Lang::Zh))?;
    Ok(Actor { account: Some(id), name: "管理员".into(), standing: Standing::Staff(BTreeSet::from([Duty::SecurityAdministrator])) })
}

fn run<T>(store: &Store, rules: &House, actor: &Actor, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> anyhow::Result<T> {
    perform(store, rules, actor, now(), act).map_err(told)
}

pub fn told(why: ActError) -> anyhow::Error {
    match why {
        ActError::Fault(fault) => fault.into(),
        other => anyhow!("{other:?}"),
    }
}
