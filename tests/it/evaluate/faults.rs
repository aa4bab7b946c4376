//! What the command says to bad input.

use serde_json::{Value, json};

use super::{evaluate, faults_of, plain_case, result_of};

/// The faults of the plain case after one change.
#[track_caller]
fn after(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut case = plain_case();
    change(&mut case);
    faults_of(&[], case.to_string().as_bytes())
}

#[track_caller]
fn only_fault(change: impl FnOnce(&mut Value), beginning: &str) {
    let faults = after(change);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with(beginning), "{}", faults[0]);
}

fn item(case: &mut Value) -> &mut Value {
    &mut case["applications"][0]["items"][0]
}

#[test]
fn the_plain_case_is_printed_with_its_steps() {
    let result = result_of(&[], &plain_case());
    assert_eq!(result["pack"]["id"], "wuhan-2022");
    assert_eq!(result["pack"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(result["totals"], json!({"province": "30000.00", "city": "0.00", "district": "0.00", "all": "30000.00"}));
    let grant = &result["applications"][0]["grants"][0];
    let fields: Vec<&String> = grant.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["tier", "year", "items", "base", "raw", "amount", "cuts", "steps"]);
    let step: Vec<&String> = grant["steps"][0].as_object().unwrap().keys().collect();
    assert_eq!(step, ["rule", "source", "zh", "en"]);
    assert_eq!(result["clawbacks"], json!([]));
}

#[test]
fn the_pack_of_the_command_line_wins_over_that_of_the_case() {
    let mut case = plain_case();
    case["pack"] = json!("atlantis-2022");
    assert_eq!(result_of(&["--pack", "wuhan-2022-stacked"], &case)["pack"]["id"], "wuhan-2022-stacked");
    case.as_object_mut().unwrap().remove("pack");
    assert_eq!(result_of(&["--pack", "wuhan-2022", "-"], &case)["pack"]["id"], "wuhan-2022");
}

#[test]
fn an_unknown_pack_is_refused_with_the_known_ones() {
    only_fault(|case| case["pack"] = json!("wuhan-2023"), "pack: \"wuhan-2023\" is not a known pack; known are wuhan-2022, ");
    let faults = faults_of(&["--pack", "nowhere"], plain_case().to_string().as_bytes());
    assert!(faults[0].starts_with("--pack: \"nowhere\" is neither a known pack nor a file; known are wuhan-2022, "), "{faults:?}");
}

#[test]
fn a_broken_pack_file_is_refused_with_line_and_reason() {
    let folder = std::env::temp_dir().join(format!("suanquan-pack-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("broken.toml");
    let text = include_str!("../../../data/policy/wuhan-2022.toml");
    let line_of = |text: &str, what: &str| text.lines().position(|line| line.contains(what)).unwrap() + 1;
    for (from, to, reason) in [
        ("rate_bp = { value = 3000,", "rate_bp = { value = \"3000\",", "invalid type"),
        ("rate_bp = { value = 3000,", "rate_bp = { value = 30000,", "tiers.province.rate_bp is above 10000"),
        ("rate_bp = { value = 3000,", "rate_pb = { value = 3000,", "unknown field `rate_pb`"),
        ("rate_bp = { value = 3000,", "rate_bp = { value = = 3000,", ""),
    ] {
        let broken = text.replacen(from, to, 1);
        std::fs::write(&path, &broken).unwrap();
        let faults = faults_of(&["--pack", path.to_str().unwrap()], plain_case().to_string().as_bytes());
        let line = line_of(&broken, to);
        assert!(faults[0].contains(&format!("line {line}: ")) && faults[0].contains(reason), "{to}: {faults:?}, expected line {line}");
    }
    std::fs::write(&path, text).unwrap();
    assert_eq!(result_of(&["--pack", path.to_str().unwrap()], &plain_case())["totals"]["all"], "30000.00");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn money_that_is_not_money_is_named_with_its_path() {
    only_fault(|case| item(case)["paid"] = json!("12.345"), "applications[0].items[0].paid: \"12.345\" has more than two decimals");
    only_fault(|case| item(case)["paid"] = json!("-1.00"), "applications[0].items[0].paid: \"-1.00\" is below zero");
    only_fault(|case| item(case)["paid"] = json!(12.345), "applications[0].items[0].paid: 12.345 is not a string");
    only_fault(|case| item(case)["paid"] = json!("1,000.00"), "applications[0].items[0].paid: \"1,000.00\" is not an amount");
    only_fault(|case| item(case)["paid"] = json!(null), "applications[0].items[0].paid: null is no value");
    only_fault(
        |case| item(case)["asked"] = json!("99999999999999999999"),
        "applications[0].items[0].asked: \"99999999999999999999\" is larger",
    );
    only_fault(|case| case["budget_left"] = json!({"county": "1.00"}), "budget_left.county: is not a known field");
}

#[test]
fn dates_and_times_must_exist_and_carry_an_offset() {
    only_fault(|case| item(case)["service_to"] = json!("2022-02-30"), "applications[0].items[0].service_to: \"2022-02-30\" is not a date");
    only_fault(|case| item(case)["service_to"] = json!("2022-1-5"), "applications[0].items[0].service_to: \"2022-1-5\" is not a date");
    only_fault(|case| item(case)["service_to"] = json!("2022-01-04"), "applications[0].items[0].service_to: 2022-01-04 lies before");
    for time in ["2022-08-01T09:00:00", "2022-08-01"] {
        only_fault(
            |case| case["applications"][0]["submitted_at"] = json!(time),
            &format!("applications[0].submitted_at: \"{time}\" has no offset"),
        );
    }
}

#[test]
fn unknown_and_missing_and_repeated_fields_are_faults() {
    only_fault(|case| item(case)["colour"] = json!("red"), "applications[0].items[0].colour: is not a known field");
    only_fault(
        |case| {
            item(case).as_object_mut().unwrap().remove("invoice");
        },
        "applications[0].items[0].invoice: is missing",
    );
    let text = plain_case().to_string().replace("\"invoiced\":\"100000.00\"", "\"invoiced\":\"1.00\",\"invoiced\":\"100000.00\"");
    assert_eq!(faults_of(&[], text.as_bytes()), ["applications[0].items[0].invoiced: is given twice; give it once"]);
}

#[test]
fn tiers_must_belong_to_the_pack() {
    only_fault(|case| case["applications"][0]["tier"] = json!("county"), "applications[0].tier: \"county\" is not known");
    only_fault(|case| case["applications"][0]["tier"] = json!("all"), "applications[0].tier: \"all\" needs a pack whose tiers stack");
    only_fault(
        |case| {
            case["pack"] = json!("hubei-2025");
            case["applications"][0]["tier"] = json!("city");
        },
        "applications[0].tier: \"city\" is not a tier of the pack hubei-2025",
    );
}

#[test]
fn more_than_twelve_items_are_too_many_for_best() {
    let with_items = |count: usize| {
        let mut case = plain_case();
        case["applications"][0]["tier"] = json!("best");
        let one = item(&mut case).clone();
        let items: Vec<Value> = (0..count)
            .map(|number| {
                let mut item = one.clone();
                item["id"] = json!(format!("I{number}"));
                item["invoice"] = json!(format!("22442000000000000{number:03}"));
                item
            })
            .collect();
        case["applications"][0]["items"] = json!(items);
        case
    };
    assert_eq!(result_of(&[], &with_items(12))["totals"]["all"], "300000.00");
    let faults = faults_of(&[], with_items(13).to_string().as_bytes());
    assert_eq!(faults, ["applications[0].items: has 13 items; best tries at most 12: split the application or name a tier"]);
}

#[test]
fn ids_and_expenses_and_corrections_must_agree() {
    let faults = after(|case| {
        let mut second = case["applications"][0].clone();
        second["items"][0]["paid"] = json!("99.00");
        let repeated = second["items"][0].clone();
        second["items"].as_array_mut().unwrap().push(repeated);
        case["applications"].as_array_mut().unwrap().push(second);
        case["corrections"] = json!([
            {"application": "A9", "item": "I1", "on": "2022-12-01"},
            {"application": "A1", "item": "I9", "on": "2022-12-01"},
        ]);
    });
    let paths: Vec<&str> = faults.iter().map(|fault| fault.split(": ").next().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "applications[1].id",
            "applications[1].items[0].paid",
            "applications[1].items[1].id",
            "applications[1].items[1].paid",
            "corrections[0].application",
            "corrections[1].item",
        ],
        "{faults:#?}"
    );
}

#[test]
fn every_fault_is_reported_not_only_the_first() {
    let faults = after(|case| {
        case["enterprise"]["uscc"] = json!("91420100MA4TE5T130");
        case["enterprise"]["qualifications"][0]["kind"] = json!("unicorn");
        case["applications"][0]["submitted_at"] = json!("yesterday");
        item(case)["provider"] = json!("1");
        item(case)["flags"] = json!(["lucky"]);
        case["already_granted"] = json!([{"tier": "city", "year": "2022", "amount": "1.00"}]);
    });
    assert_eq!(faults.len(), 6, "{faults:#?}");
}

#[test]
fn what_is_not_a_case_at_all_is_one_line() {
    let deep = "[".repeat(100_000);
    let inputs: [&[u8]; 8] = [b"", b" \n", b"{", b"[]", b"null", b"\xff\xfe{}", deep.as_bytes(), b"{\"a\":1e999}"];
    for input in inputs {
        let faults = faults_of(&[], input);
        assert!(faults.iter().any(|fault| fault.starts_with("$: ") || fault.starts_with("pack: ")), "{faults:?}");
    }
    let output = evaluate(&["/no/such/file.json"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/such/file.json"));
}

#[test]
fn a_text_with_line_breaks_stays_on_one_line() {
    only_fault(|case| item(case)["kind"] = json!("com\nput\re"), "applications[0].items[0].kind: \"com\\nput\\re\" is not known");
    only_fault(|case| item(case)["a\nb"] = json!("x"), "applications[0].items[0].\"a\\nb\": is not a known field");
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let mut case = plain_case();
    *item(&mut case) = {
        let mut item = item(&mut case).clone();
        item["invoiced"] = json!("10000000000000.00");
        item
    };
    assert_eq!(result_of(&[], &case)["totals"]["all"], "200000.00");
}
