use super::PartyRole::{Controller, Holding, Shareholder};
use super::*;

const OURS: &str = "91420100MA4KAAAA1A";
const CENTRE: &str = "91420100MA4KBBBB2B";
const PARENT: &str = "91420100MA4KCCCC3C";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn person(role: PartyRole, name: &str, share: u32) -> Party {
    let share = (share > 0).then(|| RateBp::new(share));
    Party { role, person: true, name: name.into(), uscc: String::new(), share, since: day("2020-01-01") }
}

fn company(role: PartyRole, name: &str, uscc: &str, share: u32) -> Party {
    Party { person: false, uscc: uscc.into(), ..person(role, name, share) }
}

fn house(uscc: &str, name: &str, parties: Vec<Party>) -> House {
    House { uscc: uscc.into(), name: name.into(), representative: String::new(), declared: vec![parties] }
}

fn between(ours: Vec<Party>, theirs: Vec<Party>) -> Vec<Tie> {
    ties(&house(OURS, "甲公司", ours), &house(CENTRE, "乙中心", theirs), Some(RateBp::new(2_500)), day("2026-03-01"))
}

#[test]
fn a_holding_ties_from_the_threshold_on_in_either_direction_and_from_either_declaration() {
    let holds = |first, share| vec![Tie::Holds { first, share: RateBp::new(share) }];
    for (ours, theirs, expected) in [
        (vec![company(Shareholder, "乙中心", CENTRE, 2_500)], vec![], holds(false, 2_500)),
        (vec![company(Shareholder, "乙中心", CENTRE, 2_499)], vec![], vec![]),
        (vec![company(Holding, "乙中心", CENTRE, 3_000)], vec![], holds(true, 3_000)),
        (vec![], vec![company(Holding, "甲公司", OURS, 3_000)], holds(false, 3_000)),
        (vec![], vec![company(Shareholder, "甲公司", OURS, 6_000)], holds(true, 6_000)),
        // Two blocks of one holder count together.
        (vec![company(Shareholder, "乙中心", CENTRE, 1_500), company(Shareholder, "乙中心", CENTRE, 1_000)], vec![], holds(false, 2_500)),
        // Without a code the folded name decides; a wrong code is another house.
        (vec![company(Shareholder, " 乙中心　", "", 4_000)], vec![], holds(false, 4_000)),
        (vec![company(Shareholder, "乙中心", PARENT, 4_000)], vec![], vec![]),
        // A person of the house's name is not the house.
        (vec![person(Shareholder, "乙中心", 4_000)], vec![], vec![]),
    ] {
        assert_eq!(between(ours.clone(), theirs.clone()), expected, "{ours:?} {theirs:?}");
    }
}

#[test]
fn one_controller_or_a_common_holder_ties_two_houses() {
    let shares = |one, other| [RateBp::new(one), RateBp::new(other)];
    assert_eq!(
        between(vec![person(Controller, "李 四", 0)], vec![person(Controller, "李四", 5_100)]),
        [Tie::SameController { name: "李 四".into(), person: true }]
    );
    assert_eq!(between(vec![person(Controller, "李四", 0)], vec![company(Controller, "李四", "", 0)]), []);
    assert_eq!(
        between(vec![company(Shareholder, "母公司", PARENT, 2_600)], vec![company(Shareholder, "母公司（集团）", PARENT, 3_000)]),
        [Tie::CommonHolder { name: "母公司".into(), person: false, shares: shares(2_600, 3_000) }]
    );
    assert_eq!(
        between(vec![company(Shareholder, "母公司", PARENT, 2_600)], vec![company(Shareholder, "母公司", PARENT, 2_400)]),
        [],
        "both holdings have to reach the threshold"
    );
    assert_eq!(between(vec![company(Controller, "乙中心", CENTRE, 0)], vec![]), [Tie::Controls { first: false }]);
    assert_eq!(between(vec![], vec![company(Controller, "甲公司", OURS, 0)]), [Tie::Controls { first: true }]);
}

#[test]
fn representatives_are_compared_by_folded_name_and_an_unknown_one_ties_nobody() {
    let named = |uscc: &str, representative: &str| House { representative: representative.into(), ..house(uscc, "某", vec![]) };
    let of = |one: &str, other: &str| ties(&named(OURS, one), &named(CENTRE, other), None, day("2026-03-01"));
    assert_eq!(of("王 五", "王五"), [Tie::SameRepresentative { name: "王 五".into() }]);
    assert_eq!(of("", ""), []);
    assert_eq!(ties(&named(OURS, "王五"), &named(OURS, ""), None, day("2026-03-01")), [Tie::OneHouse]);
}

#[test]
fn a_holding_counts_from_its_day_and_only_where_the_pack_has_a_threshold() {
    let later = Party { since: day("2026-02-01"), ..company(Shareholder, "乙中心", CENTRE, 9_000) };
    let (ours, centre) = (house(OURS, "甲公司", vec![later]), house(CENTRE, "乙中心", vec![]));
    let on = |least, text: &str| ties(&ours, &centre, least, day(text)).len();
    assert_eq!(on(Some(RateBp::new(2_500)), "2026-01-31"), 0);
    assert_eq!(on(Some(RateBp::new(2_500)), "2026-02-01"), 1);
    assert_eq!(on(None, "2026-03-01"), 0);
}

#[test]
fn of_a_masked_name_only_the_first_character_shows() {
    for (name, masked) in [("王思远", "王**"), ("李四", "李*"), ("王", "王*"), ("", "*")] {
        assert_eq!(masked_name(name), masked, "{name}");
    }
}
