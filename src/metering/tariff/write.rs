//! From a tariff to JSON and to the digest that names its content.

use serde_json::{Map, Value, json};

use super::{Cell, Model, PriceTier, Rate, Tariff};
use crate::metering::canonical::{canonical, digest};
use crate::metering::quantity::{HOUR_MS, UnitMillis};
use crate::money::Fen;

impl Tariff {
    /// The version as [`super::read_tariff`] reads it; limits that are not set are left out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "code": self.code,
            "version": self.version,
            "valid_from": self.valid_from.to_string(),
            "currency": "CNY",
            "accumulate": self.accumulate.as_str(),
            "rounding": self.rounding.as_str(),
            "prepaid_order": self.prepaid_order.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
            "rates": self.rates.iter().map(rate).collect::<Vec<_>>(),
        });
        if let Some(fields) = json.as_object_mut() {
            put_fen(fields, "min_fen", self.min);
            put_fen(fields, "max_fen", self.max);
        }
        json
    }

    /// The same version always has the same bytes.
    #[must_use]
    pub fn canonical(&self) -> String {
        let json = self.to_json();
        // Every number of a tariff that was read is far below the bound of the canonical form.
        canonical(&json).unwrap_or_else(|_| json.to_string())
    }

    /// SHA-256 over the canonical form.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        digest(&[self.canonical().as_bytes()])
    }
}

fn put_fen(fields: &mut Map<String, Value>, name: &str, fen: Option<Fen>) {
    if let Some(fen) = fen {
        fields.insert(name.to_owned(), fen.get().into());
    }
}

fn rate(rate: &Rate) -> Value {
    let mut json = json!({ "resource": rate.resource, "unit": rate.unit.as_str(), "model": rate.model.code() });
    let of_model = match &rate.model {
        Model::Flat { price } => json!({ "price": price.to_string() }),
        Model::Graduated { tiers } | Model::Volume { tiers } => json!({ "tiers": tiers.iter().map(tier).collect::<Vec<_>>() }),
        Model::Package { size, price } => json!({ "size": hours(*size), "price": price.to_string() }),
        Model::Matrix { cells } => json!({ "cells": cells.iter().map(cell).collect::<Vec<_>>() }),
        Model::Reserved { units, price_reserved, price_over } => {
            json!({ "units": units, "price_reserved": price_reserved.to_string(), "price_over": price_over.to_string() })
        }
    };
    if let (Some(fields), Value::Object(of_model)) = (json.as_object_mut(), of_model) {
        fields.extend(of_model);
    }
    json
}

fn tier(tier: &PriceTier) -> Value {
    let mut json = json!({ "from": hours(tier.from), "to": tier.to.map(hours), "price": tier.price.to_string() });
    if let (Some(fields), false) = (json.as_object_mut(), tier.flat.is_zero()) {
        put_fen(fields, "flat_fen", Some(tier.flat));
    }
    json
}

fn cell(cell: &Cell) -> Value {
    json!({ "partition": cell.partition, "qos": cell.qos, "price": cell.price.to_string() })
}

/// Borders are written in whole unit-hours, as they are read.
const fn hours(quantity: UnitMillis) -> i64 {
    quantity.get() / HOUR_MS
}
