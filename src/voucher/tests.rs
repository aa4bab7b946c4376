use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn uses(undecided: bool, redeeming: bool, drawn: Drawn) -> Uses {
    Uses { undecided, redeeming, drawn }
}

/// Every state with every use, before and after the end of the year.
fn all() -> impl Iterator<Item = (VoucherState, Uses, bool)> {
    let drawn = [Drawn::Nothing, Drawn::Part, Drawn::All];
    let of = move |state| {
        drawn.into_iter().flat_map(move |drawn| {
            [(false, false), (true, false), (false, true), (true, true)]
                .into_iter()
                .flat_map(move |(undecided, redeeming)| [false, true].map(|over| (state, uses(undecided, redeeming, drawn), over)))
        })
    };
    VoucherState::ALL.iter().copied().flat_map(of)
}

#[test]
fn a_voucher_walks_from_its_claim_to_redemption() {
    let mut state = VoucherState::Claimed;
    for (uses, over, expected) in [
        (uses(true, false, Drawn::Nothing), false, VoucherState::InUse),
        (uses(false, false, Drawn::Nothing), false, VoucherState::Claimed),
        (uses(true, false, Drawn::Nothing), false, VoucherState::InUse),
        (uses(false, true, Drawn::Nothing), false, VoucherState::Redeeming),
        (uses(false, false, Drawn::Part), false, VoucherState::PartlyRedeemed),
        (uses(true, false, Drawn::Part), true, VoucherState::InUse),
        (uses(false, false, Drawn::All), true, VoucherState::Redeemed),
    ] {
        state = state.after(uses, over);
        assert_eq!(state, expected);
    }
}

#[test]
fn what_is_revoked_stays_and_what_rests_on_an_application_neither_lapses_nor_is_taken() {
    for (state, uses, over) in all() {
        let next = state.after(uses, over);
        assert_eq!(next == VoucherState::Revoked, state == VoucherState::Revoked, "{state} {uses:?}");
        assert_eq!(next.after(uses, over), next, "nothing new changes nothing");
        if next != VoucherState::Revoked && (uses.undecided || uses.redeeming) {
            assert!(!next.may_be_revoked() && !next.may_lapse() && next.takes_applications(), "{state} {uses:?} {next}");
        }
        if next == VoucherState::Expired {
            assert!(over && uses.drawn == Drawn::Nothing && !uses.undecided && !uses.redeeming);
        }
    }
}

#[test]
fn a_voucher_is_valid_to_the_last_instant_of_the_year_in_beijing() {
    assert!(!is_over(2026, moment("2026-12-31T23:59:59.999999+08:00")));
    assert!(is_over(2026, moment("2027-01-01T00:00:00+08:00")));
    assert!(!is_over(2026, moment("2026-12-31T15:59:59Z")) && is_over(2026, moment("2026-12-31T16:00:00Z")));
}

#[test]
fn a_correction_after_the_end_counts_as_in_time_when_the_first_submission_was() {
    let last = moment("2027-01-08T10:00:00+08:00");
    let in_time = counted_as_submitted(2026, moment("2026-12-31T23:59:59+08:00"), last);
    assert_eq!(in_time, moment("2026-12-31T23:59:59+08:00"));
    assert_eq!(counted_as_submitted(2026, moment("2027-01-01T00:00:00+08:00"), last), last);
    let within = moment("2026-11-01T10:00:00+08:00");
    assert_eq!(counted_as_submitted(2026, moment("2026-10-01T10:00:00+08:00"), within), within);
}

#[test]
fn each_warning_goes_out_once_and_a_late_claim_gets_only_the_next_one() {
    for (on, warned, due) in [
        ("2026-11-30", None, None),
        ("2026-12-01", None, Some(30)),
        ("2026-12-01", Some(30), None),
        ("2026-12-23", Some(30), None),
        ("2026-12-23", None, Some(30)),
        ("2026-12-24", Some(30), Some(7)),
        ("2026-12-24", None, Some(7)),
        ("2026-12-31", Some(7), None),
        ("2026-12-31", Some(30), Some(7)),
        ("2027-01-01", None, None),
    ] {
        assert_eq!(warning_due(2026, day(on), warned), due, "{on} {warned:?}");
    }
}
