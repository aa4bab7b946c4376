//! Every decision ever made, made again: evaluations from their stored case under the pack of that time,
//! statements from their events and tariff. The same facts give the same fen and the same digest.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Db;
use super::kept_evaluation::{Recomputed, recomputed};
use super::usage_check::{Broken, digest_again};
use crate::acts::House;
use crate::ids::ApplicationId;
use crate::money::Fen;
use crate::store::Fault;
use crate::store::schema::{application, evaluation, statement};
use crate::store::statement::Statement;
use crate::store::subsidy::KeptEvaluation;

/// Evaluations of one question to the database.
const PAGE: i64 = 500;

/// A decision that comes out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `evaluation 17` or `statement S-2026-0003`.
    pub decision: String,
    /// Number of the application; empty for a statement.
    pub application: String,
    /// Code of the rule whose step differs, or the place in the answer.
    pub rule: String,
    pub kept: String,
    pub again: String,
}

/// What was made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    pub evaluations: i64,
    pub statements: i64,
    /// What the evaluations granted, in all.
    pub total: Fen,
    /// Over all answers in their order, in hexadecimal: equal on every machine.
    pub digest: String,
    pub differences: Vec<Difference>,
}

/// Makes every decision again.
///
/// # Errors
/// A fault of the database.
pub fn replay(db: &mut Db, house: &House) -> Result<Replayed, Fault> {
    let mut all = Replayed::default();
    let mut hash = Sha256::new();
    let numbers: BTreeMap<ApplicationId, (String, Fen)> = application::table
        .select((application::id, application::number, application::total_fen))
        .load::<(ApplicationId, String, Fen)>(db)?
        .into_iter()
        .map(|(id, number, total)| (id, (number, total)))
        .collect();
    let mut last = 0;
    let mut granted: BTreeMap<ApplicationId, Fen> = BTreeMap::new();
    loop {
        let page: Vec<KeptEvaluation> = evaluation::table
            .filter(evaluation::id.gt(last))
            .order(evaluation::id)
            .limit(PAGE)
            .select(KeptEvaluation::as_select())
            .load(db)?;
        if page.is_empty() {
            break;
        }
        for kept in page {
            last = kept.id;
            let number = numbers.get(&kept.application_id).map(|(number, _)| number.clone()).unwrap_or_default();
            if let Some(total) = evaluated_again(house, &kept, number, &mut all, &mut hash) {
                granted.insert(kept.application_id, total);
            }
        }
    }
    all.differences.extend(granted.iter().filter_map(|(id, again)| other_total(numbers.get(id)?, *again)));
    statements_again(db, &mut all, &mut hash)?;
    all.digest = hex::encode(hash.finalize());
    Ok(all)
}

/// What an application is promised is what its last evaluation grants.
fn other_total((number, total): &(String, Fen), again: Fen) -> Option<Difference> {
    (*total != again).then(|| Difference {
        decision: "total of the application".into(),
        application: number.clone(),
        rule: "totals".into(),
        kept: total.plain(),
        again: again.plain(),
    })
}

/// Makes one evaluation again and gives what it grants, where it can be read.
fn evaluated_again(house: &House, kept: &KeptEvaluation, application: String, all: &mut Replayed, hash: &mut Sha256) -> Option<Fen> {
    all.evaluations += 1;
    let decision = format!("evaluation {}", kept.id);
    let differs = |rule: &str, kept: String, again: String| Difference { decision, application, rule: rule.to_owned(), kept, again };
    let (before, again) = match recomputed(house, kept) {
        Ok(answers) => answers,
        Err(Recomputed::OtherPack) => {
            let pack = format!("{} {} ({})", kept.pack_id, kept.pack_version, kept.pack_sha256);
            all.differences.push(differs("pack", pack, "this program has no such pack".into()));
            return None;
        }
        Err(why) => {
            all.differences.push(differs("case", "readable".into(), format!("{why:?}")));
            return None;
        }
    };
    hash.update(again.to_string());
    let total = total_of(&again);
    all.total += total;
    if let Some((rule, kept, again)) = first_difference(&before, &again, String::new(), "") {
        all.differences.push(differs(&rule, kept, again));
    }
    Some(total)
}

fn total_of(answer: &Value) -> Fen {
    let total = answer.pointer("/totals/all").cloned().unwrap_or_default();
    serde_json::from_value(total).unwrap_or(Fen::ZERO)
}

/// The first place where two answers differ: the rule of the step that it stands in, or its path.
fn first_difference(kept: &Value, again: &Value, path: String, rule: &str) -> Option<(String, String, String)> {
    let told = |kept: &Value, again: &Value| {
        let place = if rule.is_empty() { path.clone() } else { rule.to_owned() };
        Some((place, kept.to_string(), again.to_string()))
    };
    match (kept, again) {
        _ if kept == again => None,
        (Value::Object(one), Value::Object(other)) => {
            let own = one.get("rule").or_else(|| other.get("rule")).and_then(Value::as_str).unwrap_or(rule);
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            let value = |fields: &serde_json::Map<String, Value>, name: &String| fields.get(name).cloned().unwrap_or_default();
            // A step says more than the sum that follows from it.
            let (steps, others): (Vec<&String>, Vec<&String>) =
                names.partition(|name| matches!(name.as_str(), "applications" | "grants" | "steps"));
            let mut names = steps.into_iter().chain(others);
            names.find_map(|name| first_difference(&value(one, name), &value(other, name), format!("{path}/{name}"), own))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(at, (kept, again))| first_difference(kept, again, format!("{path}/{at}"), rule))
        }
        (kept, again) => told(kept, again),
    }
}

fn statements_again(db: &mut Db, all: &mut Replayed, hash: &mut Sha256) -> Result<(), Fault> {
    let kept: Vec<Statement> = statement::table.order(statement::id).select(Statement::as_select()).load(db)?;
    for one in kept {
        all.statements += 1;
        let again = match digest_again(db, &one) {
            Ok(again) => again,
            Err(Broken::Place(why)) => why,
            Err(Broken::Fault(fault)) => return Err(fault),
        };
        hash.update(&again);
        if again != one.lines_digest {
            all.differences.push(Difference {
                decision: format!("statement {}", one.number),
                application: String::new(),
                rule: "lines".into(),
                kept: one.lines_digest,
                again,
            });
        }
    }
    Ok(())
}
