//! The worked examples of policy.md §5 that the shipped packs can express, as whole cases.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use suanquan::policy::reading::Document;
use suanquan::policy::{self, Evaluation, shipped};

const EXAMPLES: &str = include_str!("../../policy/examples.json");
const ROWS: &str = include_str!("../../policy/rows.json");

#[derive(Deserialize)]
struct Row {
    policy_example: Value,
    title: String,
    case: Value,
    expected_totals: BTreeMap<String, String>,
    /// By application: `code amount` or `code item`, over all its grants in order.
    expected_cuts: Option<BTreeMap<String, Vec<String>>>,
    expected_clawbacks: Option<Value>,
    expected_own_share: Option<BTreeMap<String, String>>,
}

fn evaluated(case: &Value) -> Evaluation {
    let document = Document::parse(case.to_string().as_bytes()).unwrap();
    let pack = shipped::by_id(document.pack_name().unwrap()).unwrap();
    policy::evaluate(pack, &document.read(Some(pack)).unwrap())
}

fn cuts(application: &policy::ApplicationResult) -> Vec<String> {
    let cuts = application.grants.iter().flat_map(|grant| &grant.cuts);
    cuts.map(|cut| format!("{} {}", cut.code, cut.item.clone().or(cut.amount.map(suanquan::money::Fen::plain)).unwrap())).collect()
}

fn check(row: &Row) {
    let name = format!("{} {}", row.policy_example, row.title);
    let result = evaluated(&row.case);
    let totals: BTreeMap<String, String> = result.applications.iter().map(|one| (one.id.clone(), one.total.plain())).collect();
    assert_eq!(totals, row.expected_totals, "{name}");
    for (id, expected) in row.expected_cuts.iter().flatten() {
        assert_eq!(&cuts(result.application(id).unwrap()), expected, "{name}: cuts of {id}");
    }
    for (id, expected) in row.expected_own_share.iter().flatten() {
        assert_eq!(&result.application(id).unwrap().own_share.plain(), expected, "{name}: own share of {id}");
    }
    if let Some(expected) = &row.expected_clawbacks {
        assert_eq!(&serde_json::to_value(&result.clawbacks).unwrap(), expected, "{name}: clawbacks");
    }
    for grant in result.applications.iter().flat_map(|one| &one.grants) {
        let cut: suanquan::money::Fen = grant.cuts.iter().filter_map(|cut| cut.amount).sum();
        assert_eq!(grant.raw - grant.amount, cut, "{name}: raw − amount is the sum of the cuts");
        let last = grant.steps.last().unwrap();
        assert_eq!(last.amount, Some(grant.amount), "{name}: the steps end with the amount");
        assert!(grant.steps.iter().all(|step| !step.source.is_empty() && !step.zh.is_empty() && !step.en.is_empty()), "{name}");
    }
}

#[test]
fn every_shared_example_gives_its_total() {
    let rows: Vec<Row> = serde_json::from_str(EXAMPLES).unwrap();
    assert_eq!(rows.len(), 16);
    rows.iter().for_each(check);
}

#[test]
fn every_row_of_the_policy_table_gives_its_total_cuts_and_clawbacks() {
    let rows: Vec<Row> = serde_json::from_str(ROWS).unwrap();
    assert!(rows.len() > 40);
    rows.iter().for_each(check);
}
