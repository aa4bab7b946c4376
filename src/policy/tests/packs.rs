//! The shipped packs and what a pack file must be.

use super::building::*;
use crate::code::Tier;
use crate::money::{Fen, RateBp};
use crate::party::qualification::QualificationKind;
use crate::policy::eligibility::{Answer, check};
use crate::policy::pack::Status;
use crate::policy::{Pack, shipped};

#[test]
fn the_shipped_packs_are_complete_and_the_default_is_first() {
    let ids: Vec<&str> = shipped::all().iter().map(|pack| pack.id.as_str()).collect();
    assert_eq!(ids, ["wuhan-2022", "wuhan-2022-stacked", "wuhan-2021", "hubei-2025"]);
    assert_eq!(shipped::default_pack().id, "wuhan-2022");
    for pack in shipped::all() {
        let text = String::from_utf8(shipped::bytes_of(&pack.id).unwrap().to_vec()).unwrap();
        for link in ["http", "www.", ".com", ".cn/"] {
            assert!(!text.contains(link), "{} cites documents by number, not by link", pack.id);
        }
        assert!(!text.contains("source = \"\""), "{}", pack.id);
    }
}

#[test]
fn the_numbers_of_the_default_pack_are_those_of_the_documents() {
    let numbers: Vec<(Tier, RateBp, Fen, Fen, Status)> = px()
        .tiers()
        .map(|(tier, rules)| (tier, rules.rate.value, rules.cap.as_ref().unwrap().value, rules.min_claim.value, rules.rate.status))
        .collect();
    assert_eq!(
        numbers,
        [
            (Tier::Province, RateBp::new(3000), Fen::yuan(200_000), Fen::ZERO, Status::Found),
            (Tier::City, RateBp::new(5000), Fen::yuan(100_000), Fen::yuan(1_000), Status::Found),
            (Tier::District, RateBp::new(5000), Fen::yuan(500_000), Fen::ZERO, Status::Assumed),
        ]
    );
    assert_eq!(px().tier(Tier::Province).unwrap().budget.as_ref().unwrap().value, Fen::yuan(100_000_000));
    assert!(!px().stacks() && ps().stacks());
}

#[test]
fn the_stacked_pack_differs_from_the_default_in_its_pairs_alone() {
    let mut stacked = ps().clone();
    let exclusive = px();
    stacked.pairing = exclusive.pairing.clone();
    (stacked.id, stacked.title, stacked.note, stacked.sha256) =
        (exclusive.id.clone(), exclusive.title.clone(), exclusive.note.clone(), exclusive.sha256.clone());
    assert_eq!(&stacked, exclusive);
}

#[test]
fn a_pack_that_contradicts_itself_is_refused_with_its_line() {
    let text = String::from_utf8(shipped::bytes_of("wuhan-2022").unwrap().to_vec()).unwrap();
    for (from, to, reason) in [
        ("order = { value = [\"province\", ", "order = { value = [\"province\", \"province\", ", "order names province twice"),
        ("order = { value = [\"province\", ", "order = { value = [", "tiers.province is not named in order"),
        ("\"city+district\" = { value = \"exclusive\"", "\"city+district\" = { value = \"stack\"", "pair_rules mixes exclusive and stack"),
        ("\"city+district\" = ", "\"city+province\" = ", "pair_rules must say once how province and city go together"),
        ("granularity_fen = { value = 1,", "granularity_fen = { value = 0,", "tiers.province.granularity_fen must lie between 1"),
        ("bar = \"duplicate_expense\"", "bar = \"statutory_test\"", "none_of must list duplicate_expense"),
        ("registered_in = \"hubei\"", "registered_in = \"hubei\"\nqualification = \"hightech\"", "either registered_in or qualification"),
        ("effective_from = \"2022-01-01\"", "effective_from = \"2022-01-01\"\neffective_to = \"2021-01-01\"", "effective_to lies before"),
    ] {
        assert!(text.contains(from), "{from}");
        let why = Pack::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert!(why.reason.contains(reason), "{to}: {why}");
        assert!(why.line > 1, "{to}: {why}");
    }
    assert_eq!(Pack::parse(b"id = \"\xff\"").unwrap_err().line, 1);
    assert!(Pack::parse(b"").is_err());
}

#[test]
fn a_missing_fact_is_unknown_to_the_self_check_and_not_satisfied_for_a_subsidy() {
    let province = px().tier(Tier::Province).unwrap();
    let mut enterprise = enterprise();
    enterprise.qualifications.retain(|held| held.kind == QualificationKind::Hightech);
    let on = day("2022-05-31");
    assert_eq!(check(province, &enterprise, &[], on).answer, Answer::Yes);
    enterprise.qualifications[0].prior_year_sales = None;
    assert_eq!(check(province, &enterprise, &[], on).answer, Answer::Unknown);
    enterprise.qualifications[0].prior_year_sales = Some(Fen::yuan(200_000_000));
    assert_eq!(check(province, &enterprise, &[], on).answer, Answer::Yes);
    enterprise.qualifications[0].prior_year_sales = Some(Fen::new(20_000_000_001));
    assert_eq!(check(province, &enterprise, &[], on).answer, Answer::No);
    assert_eq!(check(province, &enterprise, &[QualificationKind::TechSme], on).answer, Answer::Unknown);
    enterprise.registered_in = vec!["hunan".into()];
    assert_eq!(check(province, &enterprise, &[QualificationKind::TechSme], on).answer, Answer::No);
}
