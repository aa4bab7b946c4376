//! From JSON to a tariff, strictly: unknown fields are faults, and as many faults as can be told
//! apart are reported at once, each with its path.

mod fields;
mod rates;

use serde_json::{Map, Value};

use super::{Accumulate, PoolKind, Rounding, Tariff, TariffFault};
use crate::money::Fen;
use fields::{Reader, at, given, joined};
pub use rates::MODELS;

const FIELDS: [&str; 10] =
    ["code", "version", "valid_from", "currency", "accumulate", "rounding", "min_fen", "max_fen", "prepaid_order", "rates"];

/// Reads one version of a tariff.
///
/// # Errors
/// All faults that were found, in the order of the fields.
pub fn read_tariff(json: &Value) -> Result<Tariff, Vec<TariffFault>> {
    let mut reader = Reader::default();
    match reader.tariff(json) {
        Some(tariff) if reader.faults.is_empty() => Ok(tariff),
        _ => Err(reader.faults),
    }
}

impl Reader {
    fn tariff(&mut self, json: &Value) -> Option<Tariff> {
        let fields = self.object(json, "", &FIELDS)?;
        let code = self.name(fields, "", "code");
        let version = self.whole(fields, "", "version", 1, 1_000_000);
        let valid_from = self.day(fields, "", "valid_from");
        if let Some(currency) = self.text(fields, "", "currency")
            && currency != "CNY"
        {
            self.fault::<()>(
                at("", "currency"),
                format!("「{currency}」不支持，须为 CNY"),
                format!("\"{currency}\" is not supported; write CNY"),
            );
        }
        let accumulate = self.choice(fields, "", "accumulate", Accumulate::parse, &joined(Accumulate::ALL));
        let rounding = self.choice(fields, "", "rounding", Rounding::parse, &joined(Rounding::ALL));
        let min = self.fen(fields, "", "min_fen");
        let max = self.fen(fields, "", "max_fen");
        if let (Some(min), Some(max)) = (min, max)
            && max < min
        {
            self.fault::<()>(at("", "max_fen"), "小于 min_fen", "is less than min_fen");
        }
        let prepaid_order = self.prepaid_order(fields);
        let rates = self.rates(fields);
        Some(Tariff {
            code: code?,
            version: version?,
            valid_from: valid_from?,
            accumulate: accumulate?,
            rounding: rounding?,
            min: min.map(Fen::new),
            max: max.map(Fen::new),
            prepaid_order: prepaid_order?,
            rates: rates?,
        })
    }

    fn prepaid_order(&mut self, fields: &Map<String, Value>) -> Option<Vec<PoolKind>> {
        let Some(value) = given(fields, "prepaid_order") else { return Some(PoolKind::ALL.to_vec()) };
        let known = joined(PoolKind::ALL);
        let Some(names) = value.as_array() else {
            return self.fault("prepaid_order".to_owned(), format!("须为数组，取自 {known}"), format!("must be a list of {known}"));
        };
        let mut order = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let path = format!("prepaid_order[{place}]");
            match name.as_str().and_then(PoolKind::parse) {
                Some(kind) if order.contains(&kind) => {
                    self.fault::<()>(path, format!("「{kind}」重复"), format!("\"{kind}\" stands twice"));
                }
                Some(kind) => order.push(kind),
                None => {
                    self.fault::<()>(path, format!("不是 {known} 之一"), format!("is none of {known}"));
                }
            }
        }
        Some(order)
    }
}
