//! I30: statements in FOCUS 1.0 over real HTTP, judged by `focus-validator`, and adding up.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;

use chrono::TimeDelta;
use serde_json::{Value, json};
use suanquan::acts::record_tariff::record_tariff;
use suanquan::acts::record_usage::EventStatus;
use suanquan::acts::top_up_pool::top_up_pool;
use suanquan::metering::tariff::PoolKind;
use suanquan::money::Fen;

use super::centre::{statuses, usage, void};
use super::pages::{CLERK, COLLEAGUE, FIRM, Person, Town, issued, of_buyer, run, town, version_of};
use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::setting;

/// One process for all files. The validator finds its list of currencies only from where it is
/// installed, and knows no exit status but 0.
const JUDGE: &str = "
import os, sys, focus_validator
from focus_validator.validator import DEFAULT_VERSION_SETS_PATH, Validator
os.chdir(os.path.dirname(os.path.dirname(focus_validator.__file__)))
for file in sys.argv[1:]:
    Validator(data_filename=file, override_filename=None, rule_set_path=DEFAULT_VERSION_SETS_PATH, rules_version='1.0',
              output_type='console', output_destination=None, column_namespace=None).validate()
";

/// The verdicts on some files, in their order.
fn judged(texts: &[String]) -> Vec<String> {
    let folder = Folder::new("focus");
    let paths: Vec<String> = (0..texts.len()).map(|at| folder.file(&format!("{at}.csv"))).collect();
    paths.iter().zip(texts).for_each(|(path, text)| std::fs::write(path, text).unwrap());
    let mut python = Command::new(setting("SUANQUAN_TEST_FOCUS_VALIDATOR"));
    // It must not ask anybody: its rules come with it.
    let run = python.args(["-c", JUDGE]).args(&paths).env("https_proxy", "http://127.0.0.1:9").output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8(run.stdout).unwrap();
    said.split_inclusive("Validation succeeded.\n").flat_map(|part| part.split_inclusive("Validation failed!\n")).map(Into::into).collect()
}

/// The file under the names that the validator asks for: its rules for 1.0 still call four columns
/// as the preview did, and read the category of a charge from the column of FOCUS 0.5.
fn as_the_validator_reads(csv: &str) -> String {
    let (header, rows) = csv.split_once("\r\n").unwrap();
    let at = header.split(',').position(|column| column == "ChargeCategory").unwrap();
    let header = header
        .replace("InvoiceIssuerName", "InvoiceIssuer")
        .replace("ProviderName", "Provider")
        .replace("PublisherName", "Publisher")
        .replace("ResourceId", "ResourceID");
    let mut text = format!("ChargeType,{header}\n");
    for row in rows.lines() {
        text.push_str(&format!("{},{row}\n", row.split(',').nth(at).unwrap()));
    }
    text
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn fen(yuan: &str) -> Fen {
    match yuan.strip_prefix('-') {
        Some(less) => Fen::ZERO - Fen::parse_plain(less).unwrap(),
        None => Fen::parse_plain(yuan).unwrap(),
    }
}

/// February; March with February corrected; April, whose tier has a flat sum, with a minimum and
/// prepaid money; March taken back.
async fn statements(town: &mut Town) -> Vec<String> {
    let clerk = Person::sign_in(&town.server, CLERK).await;
    let mut numbers = vec![issued(&clerk, town.contract, "2026-02").await];
    let (house, provider, contract) = (&town.centre.house, town.centre.provider, town.contract);
    let tariff = json!({
        "code": "flat", "version": 2, "valid_from": "2026-04-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "min_fen": 10_000, "prepaid_order": ["bonus", "cash"],
        "rates": [{"resource": "ascend-910b", "unit": "card", "model": "graduated", "tiers": [{"from": 0, "to": null, "price": "1.80", "flat_fen": 500}]}]
    });
    let made = house.act(|act| {
        record_tariff(act, provider, &tariff.to_string(), "4 月起执行")?;
        top_up_pool(act, provider, contract, (PoolKind::Bonus, Fen::new(2_000)), None, "")?;
        top_up_pool(act, provider, contract, (PoolKind::Cash, Fen::new(3_000)), None, "ICBC-1")
    });
    made.unwrap();
    let late = [of_buyer(usage("late", "2026-02-20T02:00:00Z", 20, 1), "训练"), void("v-day", "e-day")];
    let own =
        [of_buyer(usage("march", "2026-03-05T02:00:00Z", 90, 3), "训练"), of_buyer(usage("april", "2026-04-01T02:00:00Z", 7, 1), "推理")];
    assert_eq!(statuses(&town.centre.send(&late)), [EventStatus::Accepted; 2]);
    town.centre.house.wait(TimeDelta::days(31));
    assert_eq!(statuses(&town.centre.send(&own)), [EventStatus::Accepted; 2]);
    for month in ["2026-03", "2026-04"] {
        numbers.push(issued(&clerk, contract, month).await);
    }
    let colleague = Person::sign_in(&town.server, COLLEAGUE).await;
    let april = format!("/provider/statements/{}", numbers[2]);
    let version = version_of(&colleague.page(&april).await);
    colleague.send(&format!("{april}/reverse"), &[("version", &version), ("reverse_reason", "价格有误")]).await.unwrap();
    let list = clerk.page("/provider/statements").await;
    let credit = list.split("/provider/statements/S-").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    numbers.push(format!("S-{credit}"));
    numbers
}

#[test]
fn statements_in_focus_pass_the_validator_and_add_up() {
    let seen = Mutex::new(Vec::new());
    on_both(|url| {
        let mut town = town(url);
        run(async || {
            let numbers = statements(&mut town).await;
            let firm = Person::sign_in(&town.server, FIRM).await;
            let mut files = Vec::new();
            for number in &numbers {
                let file = firm.page(&format!("/my/statements/{number}.focus.csv")).await;
                let told: Value = serde_json::from_str(&firm.page(&format!("/my/statements/{number}.json")).await).unwrap();
                let rows = rows(&file);
                assert!(rows.iter().all(|row| row["InvoiceId"] == *number));
                let sum: Fen = rows.iter().map(|row| fen(&row["BilledCost"])).sum();
                assert_eq!(sum, fen(told["total"].as_str().unwrap()), "{file}");
                files.push(file);
            }
            seen.lock().unwrap().push(files);
        });
    });
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen[0], seen[1], "both databases give the same bytes");
    what_the_rows_say(&seen[0]);

    let (header, _) = seen[0][0].split_once("\r\n").unwrap();
    let rows: String = seen[0].iter().map(|file| file.split_once("\r\n").unwrap().1).collect();
    let whole = as_the_validator_reads(&format!("{header}\r\n{rows}"));
    let verdicts = judged(&[whole.clone(), whole.replacen("Usage-Based", "Now and then", 1)]);
    assert_eq!(verdicts[0], "Validation succeeded.\n");
    assert!(verdicts[1].contains("ChargeFrequency_Enum failed"), "it would tell: {}", verdicts[1]);
}

fn what_the_rows_say(files: &[String]) {
    let told = |row: &BTreeMap<String, String>, columns: &[&str]| columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>();
    let costs = |at: usize, columns: &[&str]| rows(&files[at]).iter().map(|row| told(row, columns)).collect::<Vec<_>>();
    let kinds = ["ChargeCategory", "ChargeClass", "ChargePeriodStart", "BilledCost"];
    assert_eq!(costs(0, &kinds), [["Usage", "", "2026-01-31T16:00:00Z", "24.00"]]);
    let march = [
        ["Usage", "", "2026-02-28T16:00:00Z", "9.00"],
        ["Usage", "Correction", "2026-01-31T16:00:00Z", "-24.00"],
        ["Usage", "Correction", "2026-01-31T16:00:00Z", "8.67"],
    ];
    assert_eq!(costs(1, &kinds), march);
    let prices = ["ConsumedQuantity", "ConsumedUnit", "PricingQuantity", "PricingUnit", "ListUnitPrice", "SkuPriceId"];
    assert_eq!(costs(1, &prices)[2], ["4.333333", "Card-Hours", "4.333333", "Card-Hours", "2.00", "ascend-910b///v1/0"]);
    // 0.116 card-hours at ¥1.80 with ¥5.00 for the tier are one piece; the month has a minimum.
    let april = [["Usage", "", "2026-03-31T16:00:00Z", "5.21"], ["Adjustment", "", "2026-03-31T16:00:00Z", "94.79"]];
    assert_eq!(costs(2, &kinds), april);
    assert_eq!(costs(2, &prices)[0], ["0.116666", "Card-Hours", "1.0", "Units", "5.21", "ascend-910b///v2/1"]);
    assert_eq!(costs(2, &prices)[1], [""; 6]);
    assert_eq!(costs(3, &kinds)[1], ["Adjustment", "Correction", "2026-03-31T16:00:00Z", "-94.79"]);
    let parties = ["BillingAccountId", "InvoiceIssuerName", "BillingCurrency", "BillingPeriodEnd", "x_EnterpriseUscc"];
    let february = ["HT-2026-077", "武汉人工智能计算中心", "CNY", "2026-02-28T16:00:00Z", super::pages::BUYER];
    assert_eq!(costs(0, &parties), [february]);
    let name = &rows(&files[0])[0]["InvoiceId"];
    assert_eq!(rows(&files[1])[1]["x_CorrectsLine"], format!("{name}/1"));
}
