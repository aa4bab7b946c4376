//! Every cell of the self-check: yes, no and unknown, with the fact that decided.

use super::building::*;
use crate::code::Tier;
use crate::money::Fen;
use crate::party::entry::{CarrierLevel, EntryKind};
use crate::party::qualification::{Qualification, QualificationKind};
use crate::policy::case::{Dishonesty, Enterprise};
use crate::policy::eligibility::tree::{Known, Tree, trees};
use crate::policy::eligibility::{Answer, Cause};
use crate::policy::obtaining::way;
use crate::policy::pack::Status;
use crate::policy::shipped;

use Answer::{No, Unknown, Yes};
use QualificationKind::{AboveDesignatedSize, AdvancedServiceEnterprise, Hightech, Incubatee, TechSme};

/// Registered in East Lake and nothing else.
fn bare() -> Enterprise {
    Enterprise { qualifications: Vec::new(), ..enterprise() }
}

fn known(checked: Vec<Qualification>, claimed: Vec<Qualification>) -> Known {
    Known { checked: Enterprise { qualifications: checked, ..bare() }, claimed_places: Vec::new(), claimed }
}

fn incubated(level: Option<CarrierLevel>) -> Qualification {
    Qualification { carrier_level: level, ..holding(Incubatee, "2022-01-01", "2022-12-31") }
}

fn selling(sales: Option<Fen>) -> Qualification {
    Qualification { prior_year_sales: sales, ..holding(Hightech, "2022-01-01", "2024-12-31") }
}

fn of(known: &Known, tier: Tier, on: &str) -> Tree {
    trees(px(), known, day(on)).into_iter().find(|tree| tree.tier == tier).unwrap()
}

#[test]
fn each_tier_answers_by_what_is_checked_and_claimed() {
    let sme = || holding(TechSme, "2022-03-01", "2022-12-31");
    let all = || vec![sme(), selling(Some(Fen::yuan(1))), holding(AboveDesignatedSize, "2022-01-01", "2022-12-31")];
    for (what, known, on, province, city, district) in [
        ("nothing", known(vec![], vec![]), "2022-06-01", No, No, No),
        ("checked", known(vec![sme()], vec![]), "2022-06-01", Yes, Yes, No),
        ("first day", known(vec![sme()], vec![]), "2022-03-01", Yes, Yes, No),
        ("day before", known(vec![sme()], vec![]), "2022-02-28", No, No, No),
        ("last day", known(vec![sme()], vec![]), "2022-12-31", Yes, Yes, No),
        ("day after", known(vec![sme()], vec![]), "2023-01-01", No, No, No),
        ("claimed", known(vec![], vec![sme()]), "2022-06-01", Unknown, Unknown, No),
        ("claimed, and over", known(vec![], vec![sme()]), "2023-01-01", No, No, No),
        ("all checked", known(all(), vec![]), "2022-06-01", Yes, Yes, Yes),
        ("size only claimed", known(all()[..2].to_vec(), all()[2..].to_vec()), "2022-06-01", Yes, Yes, Unknown),
        ("sales at most", known(vec![selling(Some(Fen::yuan(200_000_000)))], vec![]), "2022-06-01", Yes, Yes, No),
        ("sales above", known(vec![selling(Some(Fen::new(20_000_000_001)))], vec![]), "2022-06-01", No, Yes, No),
        ("no sales", known(vec![selling(None)], vec![]), "2022-06-01", Unknown, Yes, No),
        ("provincial carrier", known(vec![incubated(Some(CarrierLevel::Province))], vec![]), "2022-06-01", Yes, Yes, No),
        ("city carrier", known(vec![incubated(Some(CarrierLevel::City))], vec![]), "2022-06-01", No, Yes, No),
        ("carrier without level", known(vec![incubated(None)], vec![]), "2022-06-01", Unknown, Unknown, No),
        ("service", known(vec![holding(AdvancedServiceEnterprise, "2022-01-01", "2022-12-31")], vec![]), "2022-06-01", No, Yes, No),
    ] {
        let answers = [Tier::Province, Tier::City, Tier::District].map(|tier| of(&known, tier, on).answer);
        assert_eq!(answers, [province, city, district], "{what} on {on}");
    }
}

#[test]
fn the_place_of_registration_counts_as_it_was_checked() {
    let mut known = known(vec![holding(TechSme, "2022-01-01", "2022-12-31")], vec![]);
    known.checked.registered_in = vec!["hubei".into()];
    known.claimed_places = vec!["hubei".into(), "wuhan".into()];
    assert_eq!(of(&known, Tier::Province, "2022-06-01").answer, Yes);
    let city = of(&known, Tier::City, "2022-06-01");
    assert_eq!((city.answer, city.all_of.leaves[0].cause), (Unknown, Cause::Unchecked));
    known.claimed_places.clear();
    let city = of(&known, Tier::City, "2022-06-01");
    assert_eq!((city.answer, city.all_of.leaves[0].cause), (No, Cause::Elsewhere));
}

#[test]
fn the_entry_that_decided_is_named_checked_ones_first() {
    let checked = vec![holding(TechSme, "2021-01-01", "2021-12-31"), holding(TechSme, "2022-01-01", "2022-12-31")];
    let known = known(checked, vec![holding(TechSme, "2023-01-01", "2023-12-31")]);
    let decided = |on: &str| {
        let leaf = &of(&known, Tier::Province, on).any_of.leaves[0];
        (leaf.answer, leaf.cause, leaf.decided_by, leaf.asked)
    };
    let asked = Some(EntryKind::TechSme);
    assert_eq!(decided("2022-06-01"), (Yes, Cause::Holds, Some(1), asked));
    assert_eq!(decided("2023-06-01"), (Unknown, Cause::Unchecked, Some(2), asked));
    assert_eq!(decided("2024-06-01"), (No, Cause::OtherDays, Some(0), asked));
}

#[test]
fn a_listed_enterprise_gets_nothing_in_its_term_and_a_tied_one_not_from_its_provider() {
    let mut known = known(vec![holding(TechSme, "2022-01-01", "2022-12-31")], vec![]);
    known.checked.dishonesty = vec![Dishonesty { from: day("2022-05-01"), to: Some(day("2022-06-30")) }];
    for (on, answer) in [("2022-04-30", Yes), ("2022-05-01", No), ("2022-06-30", No), ("2022-07-01", Yes)] {
        assert_eq!(of(&known, Tier::Province, on).answer, answer, "{on}");
    }
    known.checked.dishonesty.clear();
    known.checked.related_parties = vec![item("I1", "1.00").provider];
    let tree = of(&known, Tier::Province, "2022-06-01");
    assert_eq!((tree.answer, tree.none_of.answer), (Unknown, Unknown));
    assert_eq!(tree.missing().map(|leaf| leaf.cause).collect::<Vec<_>>(), [Cause::Tied]);
}

#[test]
fn what_is_missing_names_every_way_while_none_is_open() {
    let tree = of(&known(vec![], vec![]), Tier::Province, "2022-06-01");
    assert_eq!(
        tree.missing().filter_map(|leaf| leaf.asked).collect::<Vec<_>>(),
        [EntryKind::TechSme, EntryKind::Hightech, EntryKind::Incubatee]
    );
    let tree = of(&known(vec![holding(TechSme, "2022-01-01", "2022-12-31")], vec![]), Tier::Province, "2022-06-01");
    assert_eq!(tree.missing().count(), 0);
}

#[test]
fn the_tree_agrees_with_the_rule_of_the_subsidy_where_everything_is_checked() {
    for pack in shipped::all() {
        for (on, kept) in [("2020-06-01", 3), ("2022-06-01", 0), ("2022-06-01", 1), ("2022-06-01", 2), ("2022-06-01", 3), ("2026-06-01", 3)]
        {
            let mut enterprise = enterprise();
            enterprise.qualifications.truncate(kept);
            let known = Known { checked: enterprise.clone(), claimed_places: Vec::new(), claimed: Vec::new() };
            for (tree, (_, rules)) in trees(pack, &known, day(on)).iter().zip(pack.tiers()) {
                let verdict = crate::policy::eligibility::check(rules, &enterprise, &[], day(on));
                assert_eq!(tree.answer, verdict.answer, "{} {} on {on}", pack.id, tree.tier.code());
                assert_eq!((&tree.all_of.leaves, &tree.any_of.leaves), (&verdict.all_of, &verdict.any_of));
            }
        }
    }
}

#[test]
fn every_kind_of_entry_has_a_way_in_both_languages_with_its_source() {
    for kind in EntryKind::ALL {
        let way = way(*kind).unwrap_or_else(|| panic!("{kind} has no way"));
        for text in [&way.get, &way.renew] {
            assert!(text.zh.ends_with('。') && text.en.ends_with('.'), "{kind}: {text:?}");
        }
        assert!(way.source.contains(" / "), "{kind}: {}", way.source);
        assert!(way.status == Status::Assumed || way.source.contains('〔') || way.source.contains("第"), "{kind}: {}", way.source);
    }
}
