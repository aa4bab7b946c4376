//! However the same events are ordered, cut into batches and repeated, the same is stored and the
//! same is billed (I1, I2, I6, I7), and wherever the day sums stood on the way they say what the events
//! say. The seed is printed; the dice never change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use suanquan::acts::billing::{UsedBy, drafted, used_anew, used_by};
use suanquan::acts::record_usage::{EventAnswer, EventStatus};
use suanquan::acts::sum_usage::sum_usage;
use suanquan::metering::moment::{Moment, Month};
use suanquan::reports::usage_check::check;
use suanquan::store::{self, used::Cutoff};

use super::centre::{Centre, SOURCE, usage, void};
use super::dice::Dice;
use crate::harness::db::{TestDb, on_both_databases};

const SEED: u64 = 20_260_302;

/// February's events: intervals, voids and replacements of some of them, and some that are wrong.
/// No event is taken out twice, so that no answer depends on who comes first.
fn events(dice: &mut Dice) -> Vec<Value> {
    let mut events = Vec::new();
    for n in 0..30 {
        let start = format!("2026-02-{:02}T{:02}:{:02}:00Z", 1 + dice.below(28), dice.below(24), dice.below(60));
        let minutes = 1 + dice.below(600);
        let units = 1 + dice.below(16);
        let mut event = usage(&format!("e{n}"), &start, minutes, units);
        match dice.below(10) {
            0 => event["data"]["units"] = json!(1e3),
            1 => event["data"]["end"] = json!("2026-01-01T00:00:00Z"),
            2 => event["data"]["resource"] = json!("h100"),
            3 => events.push(void(&format!("v{n}"), &format!("e{n}"))),
            6 => {
                event["type"] = json!("cn.suanquan.compute.gauge.v1");
                event["time"] = json!(start);
                event["data"] = json!({"resource": "ascend-910b", "instance": "pool", "units": units});
            }
            7 => {
                event["type"] = json!("cn.suanquan.compute.counter.v1");
                event["time"] = json!(start);
                event["data"] = json!({"resource": "ascend-910b", "instance": "meter", "epoch": 0, "value": n * 100_000});
            }
            4 | 5 => {
                let mut better = usage(&format!("r{n}"), &start, minutes, units + 1);
                better["type"] = json!("cn.suanquan.usage.replace.v1");
                better["data"]["target"] = json!({"source": SOURCE, "id": format!("e{n}")});
                better["data"]["reason"] = json!("卡数更正");
                events.push(better);
                if dice.below(2) == 0 {
                    events.push(void(&format!("rv{n}"), &format!("r{n}")));
                }
            }
            _ => {}
        }
        events.push(event);
    }
    events
}

fn shuffled(dice: &mut Dice, events: &[Value]) -> Vec<Value> {
    let mut left = events.to_vec();
    let mut order = Vec::new();
    while !left.is_empty() {
        let at = usize::try_from(dice.below(i64::try_from(left.len()).unwrap())).unwrap();
        order.push(left.swap_remove(at));
    }
    order
}

/// What was answered so far.
#[derive(Default)]
struct Told {
    accepted: usize,
    /// Waited for their targets.
    waited: BTreeSet<String>,
    /// Where each stored event was told to be: always the same place.
    places: BTreeMap<String, (i64, i64)>,
}

impl Told {
    fn note(&mut self, answers: &[EventAnswer]) {
        for answer in answers {
            let id = &answer.key.id;
            self.accepted += usize::from(answer.status == EventStatus::Accepted);
            if answer.status == EventStatus::Quarantined {
                self.waited.insert(id.clone());
            }
            if let Some(place) = answer.place {
                assert_eq!(*self.places.entry(id.clone()).or_insert(place), place, "{answer:?}");
            }
        }
    }
}

/// Sends everything in some order, in batches of some size, each some times; gives the digest of
/// what February would be billed.
fn lived(url: &str, dice: &mut Dice, events: &[Value]) -> [u8; 32] {
    let centre = Centre::new(url);
    let order = shuffled(dice, events);
    let mut told = Told::default();
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let size = rest.len().min(1 + usize::try_from(dice.below(9)).unwrap());
        let (batch, later) = rest.split_at(size);
        for _ in 0..=dice.below(2) {
            told.note(&centre.send(batch));
        }
        rest = later;
        if dice.below(3) == 0 {
            assert!(centre.house.act(|act| sum_usage(act, 0)).is_ok());
            sums_are_those_of_the_events(&centre);
        }
    }
    sums_are_those_of_the_events(&centre);
    let before = told.accepted;
    told.note(&centre.send(&order));
    assert_eq!(told.accepted, before, "everything again adds nothing");
    let stored = centre.stored();
    let read_later = told.waited.iter().filter(|id| told.places.contains_key(*id)).count();
    assert_eq!(stored.len(), told.accepted + read_later, "stored is what was answered");
    assert!(stored.iter().zip(1..).all(|((id, ..), seq)| told.places[id] == (0, seq)), "{:?}", told.places);
    let store = &centre.house.store;
    store
        .read(|db| {
            let contract = store::metering::contract(db, centre.contract)?.unwrap();
            let cutoff = Cutoff::at(&store::usage::chain_ends(db)?);
            let draft = drafted(db, &contract, Month::parse("2026-02").unwrap(), &cutoff, Moment::at(centre.house.now()));
            Ok::<_, store::Fault>(draft.unwrap().digest())
        })
        .unwrap()
}

/// At the end of the chain and at every earlier cutoff, and `usage verify` finds nothing wrong.
fn sums_are_those_of_the_events(centre: &Centre) {
    let store = &centre.house.store;
    store
        .read(|db| {
            let contract = store::metering::contract(db, centre.contract)?.unwrap();
            let until = Moment::at(centre.house.now());
            let end = store::usage::chain_ends(db)?.first().map_or(0, |end| end.last_seq);
            for cutoff in (0..=end).map(|seq| Cutoff::parse(&format!("0:{seq}")).unwrap()) {
                assert_eq!(
                    added_up(used_by(db, &contract, &cutoff, until)?),
                    added_up(used_anew(db, &contract, &cutoff, until)?),
                    "{cutoff} of {end}"
                );
            }
            Ok::<_, store::Fault>(())
        })
        .unwrap();
    check(store).unwrap();
}

fn added_up(used: Vec<UsedBy>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for UsedBy { used, project } in used {
        let slot = format!("{} {} {} {} {project}", used.day, used.resource, used.partition, used.qos);
        *sums.entry(slot).or_insert(0) += used.quantity.get();
    }
    sums
}

#[test]
fn any_order_any_batches_and_any_repetition_store_and_bill_the_same() {
    println!("seed {SEED}");
    on_both_databases(|db| {
        let mut dice = Dice::new(SEED);
        for _ in 0..2 {
            let events = events(&mut dice);
            let fresh = || if db.is_sqlite() { TestDb::sqlite() } else { TestDb::postgres() };
            let digests: Vec<[u8; 32]> = (0..3).map(|_| lived(fresh().url(), &mut dice, &events)).collect();
            assert!(digests.windows(2).all(|pair| pair[0] == pair[1]), "{digests:?}");
        }
    });
}
