//! Reading the rates of a tariff: one model each, tiers without gap or overlap.

use serde_json::{Map, Value};

use super::fields::{Reader, at, given, joined};
use crate::metering::event::MOST_UNITS;
use crate::metering::quantity::{Unit, UnitMillis};
use crate::metering::tariff::{Cell, Model, PriceTier, Rate};
use crate::money::Fen;

/// The models by their names in files.
pub const MODELS: [&str; 6] = ["flat", "graduated", "volume", "package", "matrix", "reserved"];

const MOST_RATES: usize = 500;
const MOST_TIERS: usize = 50;
const MOST_CELLS: usize = 1000;
/// The highest border of a tier and the largest package, in unit-hours; as unit-milliseconds they
/// stay inside `i64`.
const MOST_HOURS: i64 = 1_000_000_000_000;

type Fields = Map<String, Value>;

impl Reader {
    pub(super) fn rates(&mut self, fields: &Fields) -> Option<Vec<Rate>> {
        let members = self.list(fields, "", "rates", MOST_RATES)?;
        let mut rates: Vec<Rate> = Vec::with_capacity(members.len());
        for (place, member) in members.iter().enumerate() {
            let path = format!("rates[{place}]");
            let Some(rate) = self.rate(member, &path) else { continue };
            if rates.iter().any(|other| other.resource == rate.resource) {
                let (zh, en) = (format!("「{}」已有价格", rate.resource), format!("\"{}\" has a rate already", rate.resource));
                self.fault::<()>(at(&path, "resource"), zh, en);
            }
            rates.push(rate);
        }
        Some(rates)
    }

    fn rate(&mut self, json: &Value, path: &str) -> Option<Rate> {
        let model = json.get("model").and_then(Value::as_str).unwrap_or_default();
        let own: &[&str] = match model {
            "flat" => &["price"],
            "graduated" | "volume" => &["tiers"],
            "package" => &["size", "price"],
            "matrix" => &["cells"],
            "reserved" => &["units", "price_reserved", "price_over"],
            // Which fields an unknown model would have is anybody's guess; the model is the fault.
            _ => &["price", "tiers", "size", "cells", "units", "price_reserved", "price_over"],
        };
        let fields = self.object(json, path, &[&["resource", "unit", "model"], own].concat())?;
        let resource = self.name(fields, path, "resource");
        let unit = self.choice(fields, path, "unit", Unit::parse, &joined(Unit::ALL));
        let known = |name: &str| MODELS.into_iter().find(|model| *model == name);
        let model = self.choice(fields, path, "model", known, &MODELS.join(", ")).and_then(|model| self.model(model, fields, path));
        Some(Rate { resource: resource?, unit: unit?, model: model? })
    }

    fn model(&mut self, model: &str, fields: &Fields, path: &str) -> Option<Model> {
        match model {
            "flat" => self.price(fields, path, "price").map(|price| Model::Flat { price }),
            "graduated" => self.tiers(fields, path).map(|tiers| Model::Graduated { tiers }),
            "volume" => self.tiers(fields, path).map(|tiers| Model::Volume { tiers }),
            "package" => {
                let (size, price) = (self.whole(fields, path, "size", 1, MOST_HOURS), self.price(fields, path, "price"));
                Some(Model::Package { size: UnitMillis::hours(size?), price: price? })
            }
            "matrix" => self.cells(fields, path).map(|cells| Model::Matrix { cells }),
            _ => {
                let units = self.whole(fields, path, "units", 1, MOST_UNITS);
                let (price_reserved, price_over) = (self.price(fields, path, "price_reserved"), self.price(fields, path, "price_over"));
                Some(Model::Reserved { units: units?, price_reserved: price_reserved?, price_over: price_over? })
            }
        }
    }

    fn tiers(&mut self, fields: &Fields, path: &str) -> Option<Vec<PriceTier>> {
        let members = self.list(fields, path, "tiers", MOST_TIERS)?;
        let mut tiers = Vec::with_capacity(members.len());
        // The end of the tier before, in hours; unknown after a tier that could not be read.
        let mut end = Some(0);
        for (place, member) in members.iter().enumerate() {
            let path = format!("{path}.tiers[{place}]");
            let last = place + 1 == members.len();
            let (tier, to) = self.tier(member, &path, end, last);
            tiers.extend(tier);
            end = to;
        }
        (tiers.len() == members.len()).then_some(tiers)
    }

    /// A tier that begins where the one before ended, and its own end.
    fn tier(&mut self, json: &Value, path: &str, begins: Option<i64>, last: bool) -> (Option<PriceTier>, Option<i64>) {
        let Some(fields) = self.object(json, path, &["from", "to", "price", "flat_fen"]) else { return (None, None) };
        let from = self.whole(fields, path, "from", 0, MOST_HOURS);
        let to = given(fields, "to").and_then(|to| self.whole_value(to, at(path, "to"), 1, MOST_HOURS));
        if let (Some(from), Some(begins)) = (from, begins) {
            self.meets(from, begins, at(path, "from"));
        }
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            self.fault::<()>(at(path, "to"), format!("须大于 from({from})"), format!("must be more than from ({from})"));
        }
        match (given(fields, "to"), last) {
            (Some(_), true) => {
                self.fault::<()>(at(path, "to"), "最后一档须不设上限（null）", "the last tier must be open: write null");
            }
            (None, false) => {
                self.fault::<()>(at(path, "to"), "缺少：只有最后一档可以不设上限", "is missing: only the last tier may be open");
            }
            (Some(_), false) | (None, true) => {}
        }
        let price = self.price(fields, path, "price");
        let flat = self.fen(fields, path, "flat_fen").map_or(Fen::ZERO, Fen::new);
        let tier =
            from.zip(price).map(|(from, price)| PriceTier { from: UnitMillis::hours(from), to: to.map(UnitMillis::hours), price, flat });
        (tier, to)
    }

    /// Every hour belongs to exactly one tier.
    fn meets(&mut self, from: i64, begins: i64, path: String) {
        if begins == 0 && from != 0 {
            self.fault::<()>(path, "第一档须从 0 开始", "the first tier must begin at 0");
        } else if from > begins {
            let (zh, en) =
                (format!("与上一档之间有空缺（{begins} 至 {from}）"), format!("leaves a gap after the tier before: {begins} to {from}"));
            self.fault::<()>(path, zh, en);
        } else if from < begins {
            let (zh, en) = (format!("与上一档重叠（{from} 至 {begins}）"), format!("overlaps the tier before: {from} to {begins}"));
            self.fault::<()>(path, zh, en);
        }
    }

    fn cells(&mut self, fields: &Fields, path: &str) -> Option<Vec<Cell>> {
        let members = self.list(fields, path, "cells", MOST_CELLS)?;
        let mut cells: Vec<Cell> = Vec::with_capacity(members.len());
        for (place, member) in members.iter().enumerate() {
            let path = format!("{path}.cells[{place}]");
            let Some(fields) = self.object(member, &path, &["partition", "qos", "price"]) else { continue };
            let (partition, qos) = (self.name(fields, &path, "partition"), self.name(fields, &path, "qos"));
            let price = self.price(fields, &path, "price");
            let (Some(partition), Some(qos), Some(price)) = (partition, qos, price) else { continue };
            if cells.iter().any(|cell| cell.partition == partition && cell.qos == qos) {
                let (zh, en) = (format!("「{partition} × {qos}」重复"), format!("\"{partition} × {qos}\" stands twice"));
                self.fault::<()>(path, zh, en);
            }
            cells.push(Cell { partition, qos, price });
        }
        (cells.len() == members.len()).then_some(cells)
    }
}
