//! Rows of policy.md §5 where the table marks a choice: a test pack gives the other reading.

use super::building::*;
use crate::code::Tier;
use crate::money::Fen;
use crate::party::qualification::QualificationKind;
use crate::policy::budget::BudgetPolicy;
use crate::policy::case::{Correction, TierChoice};
use crate::policy::proration::Split;
use crate::policy::{allot, evaluate};
use chrono::DateTime;

const PROVINCE: TierChoice = TierChoice::Named(Tier::Province);
const CITY: TierChoice = TierChoice::Named(Tier::City);

#[track_caller]
fn gives(changes: &[(&str, &str)], case: &crate::policy::Case, expected: &[&str]) {
    assert_eq!(totals(&pack_with("wuhan-2022", changes), case), expected);
}

#[test]
fn row_3_and_18_floor_and_half_even_round_the_half_fen_down() {
    gives(&[("tiers.province.mode", "\"floor\"")], &one(PROVINCE, "666666.65"), &["199999.99"]);
    for mode in ["\"floor\"", "\"half_even\""] {
        gives(&[("tiers.province.mode", mode)], &one(PROVINCE, "333.35"), &["100.00"]);
    }
}

#[test]
fn row_8_a_grace_period_redeems_the_voucher_in_january() {
    let mut case = one(PROVINCE, "100000.00");
    case.applications[0].submitted_at = DateTime::parse_from_rfc3339("2023-01-01T00:00:00+08:00").unwrap().to_utc();
    let text = String::from_utf8(crate::policy::shipped::bytes_of("wuhan-2022").unwrap().to_vec()).unwrap();
    let grace = "[tiers.province]\nvoucher_grace_until = { value = \"01-15\", status = \"assumed\", source = \"test\" }";
    let pack = crate::policy::Pack::parse(text.replacen("[tiers.province]", grace, 1).as_bytes()).unwrap();
    assert_eq!(totals(&pack, &case), ["30000.00"]);
    case.applications[0].submitted_at = DateTime::parse_from_rfc3339("2023-01-16T00:00:00+08:00").unwrap().to_utc();
    assert_eq!(totals(&pack, &case), ["0.00"]);
}

fn over_two_years(invoiced: &str) -> crate::policy::Case {
    let mut case = one(CITY, invoiced);
    case.applications[0].items[0].service_from = day("2022-11-01");
    case.applications[0].items[0].service_to = day("2023-01-31");
    case
}

#[test]
fn row_11_to_13_by_days_splits_a_service_over_the_years() {
    let by_days = pack_with("wuhan-2022", &[("choices.year_split", "\"by_days\"")]);
    let result = evaluate(&by_days, &over_two_years("92000.00"));
    assert_eq!(amounts(&result), ["30500.00", "15500.00"]);
    assert_eq!(result.applications[0].grants.iter().map(|grant| grant.year).collect::<Vec<_>>(), [2022, 2023]);
    let result = evaluate(&by_days, &over_two_years("100000.00"));
    assert_eq!(amounts(&result), ["33152.18", "16847.83"]);
    assert_eq!(result.applications[0].grants[0].base, yuan("66304.35"));
    let mut case = over_two_years("92000.00");
    let before = crate::policy::case::AlreadyGranted { tier: Tier::City, year: 2022, amount: Fen::yuan(80_000), invoice: None, line: None };
    case.already_granted.push(before);
    assert_eq!(amounts(&evaluate(&by_days, &case)), ["20000.00", "15500.00"]);
}

#[test]
fn row_16_a_tier_with_rate_zero_takes_no_base() {
    let second = |tier| {
        let mut second = application("A2", tier, vec![item("I1", "100000.00")]);
        second.items[0].id = "I2".into();
        second
    };
    let both = case(vec![application("A1", PROVINCE, vec![item("I1", "100000.00")]), second(CITY)]);
    gives(&[("tiers.province.rate_bp", "0")], &both, &["0.00", "50000.00"]);
    gives(&[("tiers.province.rate_bp", "0"), ("choices.zero_rate_takes_base", "true")], &both, &["0.00", "0.00"]);
}

#[test]
fn row_17_without_tax_the_base_is_smaller() {
    let mut case = one(PROVINCE, "106000.00");
    case.applications[0].items[0].tax = Fen::yuan(6_000);
    gives(&[("choices.tax_basis", "\"excl\"")], &case, &["30000.00"]);
}

#[test]
fn row_20_and_23_the_scope_of_rounding() {
    let lines = vec![item("I1", "333.35"), item("I2", "333.35"), item("I3", "333.35")];
    gives(&[("choices.rounding_scope", "\"line\"")], &case(vec![application("A1", PROVINCE, lines)]), &["300.03"]);
    let three = ["A1", "A2", "A3"].map(|id| application(id, PROVINCE, vec![item(&format!("item of {id}"), "5000.00")]));
    let changes =
        [("choices.rounding_scope", "\"year\""), ("tiers.province.granularity_fen", "100000"), ("tiers.province.mode", "\"floor\"")];
    gives(&changes, &case(three.to_vec()), &["1000.00", "2000.00", "1000.00"]);
}

#[test]
fn row_21_the_minimum_may_be_tested_before_rounding() {
    gives(&[("tiers.city.minimum_tested", "\"before_rounding\"")], &one(CITY, "1999.99"), &["0.00"]);
    gives(&[("tiers.city.minimum_tested", "\"before_rounding\"")], &one(CITY, "2000.00"), &["1000.00"]);
}

#[test]
fn row_22_half_up_to_thousands_exceeds_the_rate() {
    let changes = [("tiers.province.granularity_fen", "100000"), ("tiers.province.mode", "\"half_up\"")];
    gives(&changes, &one(PROVINCE, "65000.00"), &["20000.00"]);
}

#[test]
fn row_25_storage_counts_where_a_pack_says_so() {
    let mut case = one(PROVINCE, "12000.00");
    case.applications[0].items[0].kind = crate::policy::case::ItemKind::Storage;
    gives(&[], &case, &["0.00"]);
    gives(&[("choices.eligible_kinds", "[\"compute\", \"storage\"]")], &case, &["3600.00"]);
}

#[test]
fn row_26_27_and_42_a_partly_eligible_invoice() {
    let (eligible, whole) = (Fen::yuan(80_000), Fen::yuan(100_000));
    let choices = &px().choices;
    let base = eligible - choices.discount.value.falls_on(eligible, whole, Fen::yuan(5_000));
    assert_eq!(totals(px(), &one(PROVINCE, &base.plain())), ["22800.00"]);
    let paid = choices.part_payment.value.falls_on(eligible, whole, Fen::yuan(60_000));
    assert_eq!(totals(px(), &one(PROVINCE, &paid.plain())), ["14400.00"]);
    let eligible_first = pack_with("wuhan-2022", &[("choices.part_payment", "\"eligible_first\"")]);
    let paid = eligible_first.choices.part_payment.value.falls_on(eligible, whole, Fen::yuan(60_000));
    assert_eq!(totals(&eligible_first, &one(PROVINCE, &paid.plain())), ["18000.00"]);
    assert_eq!(Split::EligibleFirst.falls_on(eligible, whole, whole), eligible);

    let red_letter = choices.unlabelled_red_letter.value.falls_on(eligible, whole, Fen::yuan(10_000));
    let mut case = one(PROVINCE, "80000.00");
    case.corrections.push(Correction {
        application: "A1".into(),
        item: "I1".into(),
        on: day("2022-12-01"),
        red_letter,
        refunded: Fen::ZERO,
    });
    assert_eq!(evaluate(px(), &case).clawbacks[0].amount, yuan("2400.00"));
}

#[test]
fn row_30_one_tier_for_an_enterprise_in_a_year() {
    let items = vec![item("I1", "200000.00"), item("I2", "666666.67")];
    let mut best = case(vec![application("A1", TierChoice::Best, items)]);
    best.enterprise.qualifications.retain(|held| held.kind == QualificationKind::TechSme);
    gives(&[("choices.exclusive_scope", "\"enterprise_year\"")], &best, &["200000.00"]);
    let both =
        case(vec![application("A1", PROVINCE, vec![item("I1", "100000.00")]), application("A2", CITY, vec![item("I2", "100000.00")])]);
    gives(&[("choices.exclusive_scope", "\"enterprise_year\"")], &both, &["30000.00", "0.00"]);
}

#[test]
fn row_32_an_invoice_may_serve_only_once() {
    let mut first = item("I1", "100000.00");
    first.asked = Some(Fen::yuan(60_000));
    let mut second = item("I2", "100000.00");
    second.invoice.clone_from(&first.invoice);
    let both = case(vec![application("A1", PROVINCE, vec![first]), application("A2", PROVINCE, vec![second])]);
    gives(&[], &both, &["18000.00", "12000.00"]);
    gives(&[("choices.expense_reuse", "\"once\"")], &both, &["18000.00", "0.00"]);
}

#[test]
fn row_34_36_and_37_the_joint_ceiling_cuts_the_last_in_order() {
    let stacked =
        |changes: &[(&str, &str)], invoiced| amounts(&evaluate(&pack_with("wuhan-2022-stacked", changes), &one(TierChoice::All, invoiced)));
    let order = [("order", "[\"district\", \"city\", \"province\"]")];
    assert_eq!(stacked(&order, "100000.00"), ["50000.00", "50000.00", "0.00"]);
    assert_eq!(stacked(&[("tiers.city.min_claim_fen", "0")], "333.33"), ["100.00", "166.67", "66.66"]);
    assert_eq!(stacked(&[("choices.ceiling_bp", "8000")], "100000.00"), ["30000.00", "50000.00", "0.00"]);
    assert_eq!(stacked(&[("choices.second_tier_base", "\"net_of_prior\"")], "100000.00"), ["30000.00", "35000.00", "17500.00"]);
}

fn corrected(on: &str) -> crate::policy::Case {
    let mut case =
        case(vec![application("A1", PROVINCE, vec![item("I1", "500000.00")]), application("A2", PROVINCE, vec![item("I2", "300000.00")])]);
    case.corrections.push(Correction {
        application: "A1".into(),
        item: "I1".into(),
        on: day(on),
        red_letter: Fen::yuan(200_000),
        refunded: Fen::ZERO,
    });
    case
}

#[test]
fn row_40_and_41_corrections_alone_and_booked_to_their_own_year() {
    let alone = pack_with("wuhan-2022", &[("choices.correction_in_open_year", "\"application_alone\"")]);
    assert_eq!(evaluate(&alone, &corrected("2022-12-01")).clawbacks[0].amount, Fen::yuan(60_000));
    let own_year = pack_with("wuhan-2022", &[("choices.correction_booked_to", "\"correction_year\"")]);
    assert_eq!(evaluate(&own_year, &corrected("2023-02-01")).clawbacks[0].year, 2023);
    assert_eq!(evaluate(px(), &corrected("2023-02-01")).clawbacks[0].year, 2022);
}

#[test]
fn row_43_other_dates_for_the_qualification() {
    let mut items = vec![item("I1", "60000.00"), item("I2", "10000.00")];
    items[0].service_to = day("2022-06-30");
    items[1].service_to = day("2022-07-31");
    let mut case = case(vec![application("A1", PROVINCE, items)]);
    case.enterprise.qualifications = vec![holding(QualificationKind::TechSme, "2022-01-01", "2022-06-30")];
    gives(&[], &case, &["18000.00"]);
    gives(&[("choices.qualification_dates.voucher_year", "[\"voucher_claimed\"]")], &case, &["21000.00"]);
    gives(&[("choices.qualification_dates.voucher_year", "[\"submitted\"]")], &case, &["0.00"]);
}

#[test]
fn the_listing_of_the_year_before_may_count_until_spring() {
    let mut case = one(PROVINCE, "100000.00");
    case.applications[0].items[0].service_to = day("2022-05-31");
    case.enterprise.qualifications = vec![holding(QualificationKind::TechSme, "2021-01-01", "2021-12-31")];
    let text = String::from_utf8(crate::policy::shipped::bytes_of("wuhan-2022").unwrap().to_vec()).unwrap();
    let until = |last: &str| {
        let with = format!("qualification = \"tech_sme\"\naccept_previous_year_until = \"{last}\"");
        crate::policy::Pack::parse(text.replacen("qualification = \"tech_sme\"", &with, 1).as_bytes()).unwrap()
    };
    assert_eq!(totals(&until("05-31"), &case), ["30000.00"]);
    assert_eq!(totals(&until("05-30"), &case), ["0.00"]);
}

#[test]
fn row_46_to_49_budgets_that_do_not_reach() {
    let yuan = |amounts: &[i64]| amounts.iter().map(|amount| Fen::yuan(*amount)).collect::<Vec<_>>();
    let wanted = yuan(&[60_000, 50_000, 20_000]);
    let left = Fen::yuan(100_000);
    assert_eq!(allot(BudgetPolicy::FcfsPartial, left, &wanted), yuan(&[60_000, 40_000, 0]));
    assert_eq!(allot(BudgetPolicy::FcfsSkip, left, &wanted), yuan(&[60_000, 0, 20_000]));
    let shares: Vec<String> = allot(BudgetPolicy::ProRata, left, &wanted).iter().map(|fen| fen.plain()).collect();
    assert_eq!(shares, ["46153.85", "38461.54", "15384.61"]);
    let many = yuan(&[100_000, 900_000]);
    assert_eq!(allot(BudgetPolicy::ProRata, Fen::yuan(500_000), &many)[0], Fen::yuan(50_000));
}

#[test]
fn row_47_and_48_as_whole_cases() {
    let mut case = case(
        [("A1", "200000.00"), ("A2", "166666.67"), ("A3", "66666.67")]
            .map(|(id, invoiced)| application(id, PROVINCE, vec![item(&format!("item of {id}"), invoiced)]))
            .to_vec(),
    );
    case.budget_left.insert(Tier::Province, Fen::yuan(100_000));
    gives(&[], &case, &["60000.00", "40000.00", "0.00"]);
    gives(&[("tiers.province.budget_policy", "\"fcfs_skip\"")], &case, &["60000.00", "0.00", "20000.00"]);
    gives(&[("tiers.province.budget_policy", "\"pro_rata\"")], &case, &["46153.85", "38461.54", "15384.61"]);
}
