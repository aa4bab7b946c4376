//! I15: every amount agrees to the fen, and every exact amount as a fraction, with a second
//! implementation in Python that shares nothing with ours but the words of the tariff.
//!
//! `scripts/bench oracle` is the long form with 100,000 cases; a case that fails comes
//! again with the seed that is printed, in `SUANQUAN_TEST_SEED`.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};
use suanquan::metering::moment::Month;
use suanquan::metering::rating::{AMOUNT_DEN, RatedLine, RatedMonth, Terms, rate};
use suanquan::metering::tariff::{Tariff, read_tariff};

use super::dice::{Case, Dice};
use crate::harness::folder::Folder;

/// Cases that one run of the oracle is given, so that the long form stays small in memory.
const AT_ONCE: usize = 2_000;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

#[test]
fn every_amount_agrees_with_fractions_in_python() {
    let cases = usize::try_from(number("SUANQUAN_TEST_ORACLE_CASES", 2_000)).unwrap();
    let seed = number("SUANQUAN_TEST_SEED", 20_260_302);
    println!("{cases} cases from seed {seed}");
    let (mut dice, mut kinds) = (Dice::new(seed), BTreeMap::new());
    for start in (0..cases).step_by(AT_ONCE) {
        let batch: Vec<Case> = (start..cases.min(start + AT_ONCE)).map(|_| dice.case()).collect();
        for ((case, answer), place) in batch.iter().zip(ask(&batch)).zip(start..) {
            let months = ours(case);
            let theirs: Vec<&Value> = answer.as_array().unwrap().iter().collect();
            assert_eq!(months.len(), theirs.len(), "case {place} of seed {seed}: {}", shown(case));
            for (ours, theirs) in months.iter().zip(theirs) {
                compare(ours, theirs).unwrap_or_else(|why| panic!("case {place} of seed {seed}: {why}\n{}", shown(case)));
                ours.lines.iter().for_each(|line| *kinds.entry(line.kind).or_insert(0) += 1);
            }
        }
    }
    println!("{kinds:?}");
    assert!(kinds.len() == 3 && kinds.values().all(|count| *count > 0), "usage, minimum and cap all occurred");
}

fn shown(case: &Case) -> Value {
    let used: Vec<Value> =
        case.used.iter().map(|used| json!([used.day.to_string(), used.resource, used.partition, used.qos, used.quantity.get()])).collect();
    json!({"first": case.first.to_string(), "last": case.last.to_string(), "tariffs": case.tariffs, "used": used})
}

fn ours(case: &Case) -> Vec<RatedMonth> {
    let tariffs: Vec<Tariff> = case.tariffs.iter().map(|json| read_tariff(json).unwrap_or_else(|why| panic!("{why:?}"))).collect();
    rate(&Terms { first: case.first, last: case.last, tariffs: &tariffs }, &case.used, Month::of(case.last)).unwrap()
}

fn ask(batch: &[Case]) -> Vec<Value> {
    let folder = Folder::new("oracle");
    let file = folder.file("cases.jsonl");
    let lines: Vec<String> = batch.iter().map(|case| shown(case).to_string()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let python = std::env::var("SUANQUAN_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/parts/rating_oracle.py");
    let run = Command::new(&python).args([script, &file]).output().unwrap_or_else(|why| panic!("{python}: {why}; run scripts/test"));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn compare(ours: &RatedMonth, theirs: &Value) -> Result<(), String> {
    let same = theirs["month"] == json!(ours.month.to_string())
        && is_fraction(ours.carry, AMOUNT_DEN, &theirs["carry"])
        && ours.lines.len() == theirs["lines"].as_array().map_or(0, Vec::len)
        && ours.lines.iter().zip(theirs["lines"].as_array().unwrap()).all(|(line, other)| is_line(line, other));
    if same { Ok(()) } else { Err(format!("ours: {ours:#?}\noracle: {theirs:#}")) }
}

fn is_line(line: &RatedLine, other: &Value) -> bool {
    let name = json!([line.kind.as_str(), line.resource, line.partition, line.qos, line.tariff_version, line.tier, line.quantity.get()]);
    other.as_array().is_some_and(|fields| fields[..7] == name.as_array().unwrap()[..])
        && is_fraction(line.amount_num, line.amount_den, &other[7])
        && other[8] == json!(line.amount.get())
}

/// Whether `num / den` is the fraction `3/7` or `5`.
fn is_fraction(num: i128, den: i128, text: &Value) -> bool {
    let text = text.as_str().unwrap();
    let (top, bottom) = text.split_once('/').unwrap_or((text, "1"));
    num * bottom.parse::<i128>().unwrap() == top.parse::<i128>().unwrap() * den
}
