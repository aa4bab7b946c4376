//! A case as the JSON that `suanquan evaluate` reads: what is kept with every evaluation, so that
//! anybody can compute it again by hand.

use serde_json::{Value, json};

use super::case::{AlreadyGranted, Application, Case, Correction, Item, ItemFlag};
use crate::calendar::beijing_time;
use crate::money::Fen;
use crate::party::qualification::Qualification;

impl Case {
    /// The case in the form of evaluate.md, without the name of a pack.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let firm = &self.enterprise;
        let budget: serde_json::Map<String, Value> =
            self.budget_left.iter().map(|(tier, left)| (tier.code().to_owned(), json!(left))).collect();
        json!({
            "enterprise": {
                "uscc": firm.uscc.as_str(),
                "registered_in": firm.registered_in,
                "qualifications": firm.qualifications.iter().map(qualification).collect::<Vec<_>>(),
                "dishonesty": firm.dishonesty.iter().map(|time| without_nulls(json!({"from": time.from, "to": time.to}))).collect::<Vec<_>>(),
                "related_parties": firm.related_parties.iter().map(|code| code.as_str().to_owned()).collect::<Vec<_>>(),
            },
            "budget_left": budget,
            "already_granted": self.already_granted.iter().map(granted).collect::<Vec<_>>(),
            "applications": self.applications.iter().map(application).collect::<Vec<_>>(),
            "corrections": self.corrections.iter().map(correction).collect::<Vec<_>>(),
        })
    }
}

fn qualification(held: &Qualification) -> Value {
    without_nulls(json!({
        "kind": held.kind,
        "number": held.number,
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
        "prior_year_sales": held.prior_year_sales,
        "carrier_kind": held.carrier_kind,
        "carrier_level": held.carrier_level,
    }))
}

fn granted(entry: &AlreadyGranted) -> Value {
    without_nulls(
        json!({"tier": entry.tier.code(), "year": entry.year, "amount": entry.amount, "invoice": entry.invoice, "line": entry.line}),
    )
}

fn application(filed: &Application) -> Value {
    without_nulls(json!({
        "id": filed.id,
        "submitted_at": format!("{}+08:00", beijing_time(filed.submitted_at).format("%Y-%m-%dT%H:%M:%S%.f")),
        "voucher_claimed_on": filed.voucher_claimed_on,
        "tier": filed.tier.code(),
        "items": filed.items.iter().map(item).collect::<Vec<_>>(),
    }))
}

fn item(bought: &Item) -> Value {
    let flags: Vec<&str> = bought
        .flags
        .iter()
        .map(|flag| match flag {
            ItemFlag::StatutoryTest => "statutory_test",
            ItemFlag::ProvincialProjectLastYear => "provincial_project_last_year",
        })
        .collect();
    without_nulls(json!({
        "id": bought.id,
        "provider": bought.provider.as_str(),
        "kind": bought.kind.as_str(),
        "invoice": bought.invoice,
        "line": bought.line,
        "service_from": bought.service_from,
        "service_to": bought.service_to,
        "invoiced": bought.invoiced,
        "asked": bought.asked,
        "tax": bought.tax,
        "red_letter": bought.red_letter,
        "paid": bought.paid,
        "refunded": bought.refunded,
        "contract_left": bought.contract_left,
        "accepted_usage": bought.accepted_usage,
        "flags": flags,
    }))
}

fn correction(note: &Correction) -> Value {
    let amount = |fen: Fen| fen.plain();
    json!({"application": note.application, "item": note.item, "on": note.on, "red_letter": amount(note.red_letter), "refunded": amount(note.refunded)})
}

/// An absent fact is left out: the reader treats `null` as a fault.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        other => other,
    }
}
