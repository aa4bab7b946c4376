//! Random contracts with tariffs of every model, the same for the same seed.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use suanquan::metering::quantity::{HOUR_MS, UnitMillis};
use suanquan::metering::rating::Used;
use suanquan::metering::tariff::Price;

use crate::harness::noise::Noise;

/// The numbers that stand behind the choices below.
pub struct Dice(Noise);

/// A contract as the oracle reads it, and its usage as we do.
pub struct Case {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub tariffs: Vec<Value>,
    pub used: Vec<Used>,
}

const RESOURCES: [(&str, &str); 3] = [("ascend-910b", "card"), ("core", "core"), ("mem", "gib")];

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(Noise::new(seed))
    }

    pub fn below(&mut self, bound: i64) -> i64 {
        i64::try_from(self.0.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, bound: i64) -> bool {
        self.below(bound) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(i64::try_from(from.len()).unwrap())).unwrap()]
    }

    fn days(&mut self, bound: i64) -> Days {
        Days::new(self.below(bound).unsigned_abs())
    }

    fn price(&mut self) -> String {
        let bound = self.pick(&[1, 100, 1_000_000, 20_000_000]);
        Price::from_micro(self.below(bound)).to_string()
    }

    pub fn case(&mut self) -> Case {
        let first = NaiveDate::from_ymd_opt(2025, 10, 20).unwrap() + self.days(60);
        let last = first + self.days(130);
        let length = (last - first).num_days() + 1;
        let mut begins = first - self.days(3);
        let mut tariffs = vec![self.tariff(1, begins)];
        for version in 2..2 + self.below(3) {
            begins = begins + Days::new(1) + self.days(40);
            tariffs.push(self.tariff(version, begins));
        }
        let pieces = self.below(25);
        let used = (0..pieces).map(|_| self.used(first, length)).collect();
        Case { first, last, tariffs, used }
    }

    fn used(&mut self, first: NaiveDate, length: i64) -> Used {
        let day = first + self.days(length);
        let quantity = match self.below(4) {
            0 => self.below(10),
            1 => self.below(60) * HOUR_MS,
            _ => self.below(60 * HOUR_MS),
        };
        Used {
            day,
            resource: self.pick(&RESOURCES).0.into(),
            partition: self.pick(&["", "a", "b"]).into(),
            qos: self.pick(&["", "low", "high"]).into(),
            quantity: UnitMillis::new(quantity),
        }
    }

    fn tariff(&mut self, version: i64, valid_from: NaiveDate) -> Value {
        let rates: Vec<Value> = RESOURCES.iter().map(|(resource, unit)| self.rate(resource, unit)).collect();
        let mut tariff = json!({
            "code": "random", "version": version, "valid_from": valid_from.to_string(), "currency": "CNY",
            "accumulate": self.pick(&["month", "contract", "year"]), "rounding": self.pick(&["half_up", "floor_carry"]), "rates": rates,
        });
        let least = self.below(50_000);
        if self.one_in(3) {
            tariff["min_fen"] = json!(least);
        }
        if self.one_in(3) {
            tariff["max_fen"] = json!(least + self.below(50_000));
        }
        tariff
    }

    fn rate(&mut self, resource: &str, unit: &str) -> Value {
        let model = self.pick(&["flat", "graduated", "volume", "package", "matrix", "reserved"]);
        let mut rate = json!({"resource": resource, "unit": unit, "model": model});
        match model {
            "graduated" | "volume" => rate["tiers"] = self.tiers(),
            "matrix" => rate["cells"] = self.cells(),
            "reserved" => {
                rate["units"] = json!(1 + self.below(2));
                rate["price_reserved"] = json!(self.price());
                rate["price_over"] = json!(self.price());
            }
            _ => rate["price"] = json!(self.price()),
        }
        if model == "package" {
            rate["size"] = json!(1 + self.below(50));
        }
        rate
    }

    fn tiers(&mut self) -> Value {
        let (count, mut from, mut tiers) = (self.below(4), 0, Vec::new());
        for place in 0..=count {
            let to = from + 1 + self.below(60);
            let mut tier = json!({"from": from, "to": if place == count { Value::Null } else { json!(to) }, "price": self.price()});
            if self.one_in(4) {
                tier["flat_fen"] = json!(self.below(10_000));
            }
            tiers.push(tier);
            from = to;
        }
        json!(tiers)
    }

    fn cells(&mut self) -> Value {
        let mut cells = vec![json!({"partition": "*", "qos": "*", "price": self.price()})];
        for (partition, qos) in [("a", "low"), ("a", "*"), ("*", "high"), ("b", "high")] {
            if self.one_in(2) {
                cells.push(json!({"partition": partition, "qos": qos, "price": self.price()}));
            }
        }
        json!(cells)
    }
}
