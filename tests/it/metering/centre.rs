//! A centre with a catalogue, a tariff, a contract and an account code, made by the acts.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Value, json};
use suanquan::acts::ActError;
use suanquan::acts::accept_invitation::accept_invitation;
use suanquan::acts::add_contract::{ContractEntry, add_contract};
use suanquan::acts::add_resource::add_resource;
use suanquan::acts::assign_subject::assign_subject;
use suanquan::acts::create_staff::{House, NewStaff, create_staff};
use suanquan::acts::record_tariff::record_tariff;
use suanquan::acts::record_usage::{EventAnswer, EventStatus, Incoming, Meter, record_new_usage, record_usage};
use suanquan::ids::{ContractId, ProviderId, Uscc};
use suanquan::lang::Lang;
use suanquan::metering::event::{EventCode, EventFault, EventKey, read_event};
use suanquan::metering::moment::Moment;
use suanquan::metering::quantity::Unit;
use suanquan::party::Actor;
use suanquan::policy::case::ItemKind;
use suanquan::secret::hash_password;
use suanquan::store::metering::Resource;
use suanquan::store::{self, Fault};

use crate::accounts::house::{NAME, PASSWORD, TestHouse, USCC};
use crate::accounts::staff::administrator;

pub const SOURCE: &str = "slurm://dongji/dbd";
pub const SUBJECT: &str = "wh-zhixing";
pub const PROVIDER: &str = "91420100MA4PRW01XR";

pub struct Centre {
    pub house: TestHouse,
    pub provider: ProviderId,
    pub contract: ContractId,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 12.5 yuan a card-hour from 2026 on.
fn tariff() -> Value {
    json!({
        "code": "standard", "version": 1, "valid_from": "2026-01-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "prepaid_order": ["bonus", "coupon", "cash"],
        "rates": [{"resource": "ascend-910b", "unit": "card", "model": "flat", "price": "12.5"}]
    })
}

impl Centre {
    pub fn new(url: &str) -> Centre {
        let house = TestHouse::new(url);
        let provider = house.store.write(|db| store::purchase::insert_provider(db, PROVIDER, "武汉人工智能计算中心", "200P")).unwrap();
        house
            .act(|act| {
                record_tariff(act, provider, &tariff().to_string(), "首版")?;
                store::metering::register_source(act.db, SOURCE, provider, act.now.naive_utc())?;
                for (code, unit, gflops) in [("ascend-910b", Unit::Card, Some(312_500)), ("kunpeng-920", Unit::Core, None)] {
                    let resource = Resource {
                        provider_id: provider,
                        code: code.into(),
                        version: 0,
                        name_zh: code.into(),
                        name_en: code.into(),
                        kind: ItemKind::Compute,
                        unit,
                        vendor: String::new(),
                        model: String::new(),
                        gflops,
                        precision_name: String::new(),
                        valid_from: day("2026-01-01"),
                    };
                    add_resource(act, resource)?;
                }
                Ok(())
            })
            .unwrap();
        let contract = house
            .act(|act| {
                let entry = ContractEntry {
                    number: "HT-2026-001".into(),
                    uscc: Uscc::parse(USCC).unwrap(),
                    enterprise_name: NAME.into(),
                    signed_on: day("2025-12-20"),
                    valid_from: day("2026-01-01"),
                    valid_to: day("2026-12-31"),
                    cap: None,
                    tariff_code: "standard".into(),
                };
                let contract = add_contract(act, provider, &entry)?;
                assign_subject(act, provider, SUBJECT, &Uscc::parse(USCC).unwrap())?;
                Ok(contract)
            })
            .unwrap();
        Centre { house, provider, contract }
    }

    /// Somebody of the centre who has accepted the invitation.
    pub fn person(&self, email: &str) -> Actor {
        let new = NewStaff { email: email.into(), name: email.into(), lang: Lang::Zh, house: House::Provider(self.provider) };
        let admin = match self.house.store.read(|db| store::account::find_by_email(db, "admin@city.example")).unwrap() {
            Some(_) => self.house.actor("admin@city.example"),
            None => administrator(&self.house),
        };
        self.house.act_as(&admin, |act| create_staff(act, &new)).unwrap();
        let token = self.house.token_of(email, "/invite/");
        let hash = hash_password(PASSWORD).unwrap();
        self.house.act(|act| accept_invitation(act, &token, email, &hash, Lang::Zh)).unwrap();
        self.house.actor(email)
    }

    pub fn meter(&self) -> Meter {
        Meter { provider: self.provider, sources: BTreeSet::from([SOURCE.to_owned()]), backfill: None, may_backfill: false }
    }

    pub fn send(&self, events: &[Value]) -> Vec<EventAnswer> {
        self.send_by(&self.meter(), events, false)
    }

    /// As the API does: in the hope that all is new, and again when it is not.
    pub fn send_by(&self, meter: &Meter, events: &[Value], atomic: bool) -> Vec<EventAnswer> {
        let incoming = || events.iter().map(|event| incoming(event, Moment::at(self.house.now()))).collect();
        match self.house.act(|act| record_new_usage(act, meter, 0, incoming(), atomic)) {
            Err(ActError::Fault(Fault::Collision)) => self.house.act(|act| record_usage(act, meter, 0, incoming(), atomic)).unwrap(),
            done => done.unwrap(),
        }
    }

    /// All stored events of shard 0 as (id, quantity ms, late), in the order of the chain.
    pub fn stored(&self) -> Vec<(String, i64, bool)> {
        let events = self.house.store.read(|db| store::usage::chain_after(db, 0, 0, 100_000)).unwrap();
        events.into_iter().map(|event| (event.event_id, event.quantity_ms.get(), event.late)).collect()
    }
}

pub fn incoming(event: &Value, now: Moment) -> Incoming {
    let name = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
    Incoming { key: EventKey { source: name("source"), id: name("id") }, read: read_event(event, now) }
}

/// Some cards for some minutes from an instant on.
pub fn usage(id: &str, start: &str, minutes: i64, units: i64) -> Value {
    let end = Moment::parse(start).unwrap().plus_millis(minutes * 60_000);
    json!({
        "specversion": "1.0", "type": "cn.suanquan.compute.usage.v1", "source": SOURCE, "id": id, "subject": SUBJECT,
        "data": {"resource": "ascend-910b", "units": units, "start": start, "end": end.to_string()}
    })
}

pub fn void(id: &str, target: &str) -> Value {
    json!({
        "specversion": "1.0", "type": "cn.suanquan.usage.void.v1", "source": SOURCE, "id": id, "time": "2026-03-01T12:00:00Z",
        "data": {"target": {"source": SOURCE, "id": target}, "reason": "重复上报"}
    })
}

pub fn statuses(answers: &[EventAnswer]) -> Vec<EventStatus> {
    answers.iter().map(|answer| answer.status).collect()
}

#[track_caller]
pub fn fault(answer: &EventAnswer) -> EventCode {
    let fault: &EventFault = answer.fault.as_ref().unwrap();
    fault.code
}
