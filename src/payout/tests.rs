use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn account() -> Account {
    Account {
        name: "武汉示例科技有限公司".into(), bank: "示例银行武汉分行".into(), number: "42001234567890".into(), cnaps: String::new()
    }
}

fn promise(tier: Tier, amount: i64) -> Promise {
    Promise { tier, year: 2026, amount: Fen::new(amount), held: Fen::new(amount), carried: None }
}

fn payable(number: &str, promises: Vec<Promise>) -> Payable {
    Payable {
        red_letter: None,
        application: ApplicationId::new(1),
        number: number.into(),
        state: State::NoticePassed,
        notice_last_day: Some(day(9)),
        promises,
        account: Some(account()),
    }
}

#[test]
fn every_positive_promise_becomes_a_line_and_the_total_controls_them() {
    let one = payable("A-2026-0001", vec![promise(Tier::Province, 3_000_000), promise(Tier::City, 2_000_000), promise(Tier::District, 0)]);
    let two = payable("A-2026-0002", vec![promise(Tier::Province, 1)]);
    let batch = draw_up(&[one, two], day(10)).unwrap();
    assert_eq!(batch.lines.len(), 3);
    assert_eq!(batch.total, Fen::new(5_000_001));
    assert_eq!(batch.lines[1].tier, Tier::City);
}

#[test]
fn payment_begins_on_the_day_after_the_notice() {
    let one = payable("A-2026-0001", vec![promise(Tier::Province, 100)]);
    assert_eq!(
        draw_up(std::slice::from_ref(&one), day(9)),
        Err(vec![("A-2026-0001".into(), Obstacle::NoticeNotOver { last_day: day(9) })])
    );
    assert!(draw_up(&[one], day(10)).is_ok());
}

#[test]
fn one_application_in_the_way_stops_the_batch_and_each_is_named() {
    let good = payable("A-2026-0001", vec![promise(Tier::Province, 100)]);
    let nameless = Payable { account: None, ..payable("A-2026-0002", vec![promise(Tier::Province, 100)]) };
    let early = Payable { state: State::InPublicNotice, ..payable("A-2026-0003", vec![promise(Tier::Province, 100)]) };
    let carried = Promise { carried: Some((LineState::DrawnUp, "P-2026-0001".into())), ..promise(Tier::Province, 100) };
    let twice = payable("A-2026-0004", vec![carried]);
    let obstacles = draw_up(&[good, nameless, early, twice], day(10)).unwrap_err();
    let found: Vec<(&str, &Obstacle)> = obstacles.iter().map(|(number, obstacle)| (number.as_str(), obstacle)).collect();
    assert_eq!(
        found,
        [
            ("A-2026-0002", &Obstacle::NoAccount),
            ("A-2026-0003", &Obstacle::WrongState(State::InPublicNotice)),
            ("A-2026-0004", &Obstacle::InBatch("P-2026-0001".into())),
        ]
    );
}

#[test]
fn after_a_failed_transfer_only_what_was_not_paid_is_drawn_up_again() {
    let paid = Promise { carried: Some((LineState::Paid, "P-2026-0001".into())), ..promise(Tier::Province, 100) };
    let again = Payable { state: State::PaymentFailed, ..payable("A-2026-0001", vec![paid, promise(Tier::City, 70)]) };
    let batch = draw_up(&[again], day(20)).unwrap();
    assert_eq!((batch.lines.len(), batch.total), (1, Fen::new(70)));
}

#[test]
fn a_grant_the_books_do_not_hold_in_full_is_not_paid() {
    let short = Promise { held: Fen::new(99), ..promise(Tier::Province, 100) };
    let obstacles = draw_up(&[payable("A-2026-0001", vec![short])], day(10)).unwrap_err();
    assert_eq!(obstacles[0].1, Obstacle::NotHeld(Tier::Province, 2026));
}

#[test]
fn the_last_fen_goes_to_the_largest_remainder() {
    let fen = |amounts: &[i64]| -> Vec<Fen> { amounts.iter().copied().map(Fen::new).collect() };
    assert_eq!(split(Fen::new(100), &fen(&[1, 1, 1])), fen(&[34, 33, 33]));
    assert_eq!(split(Fen::new(100), &fen(&[2, 2, 3])), fen(&[29, 28, 43]));
    assert_eq!(split(Fen::new(5), &fen(&[0, 0])), fen(&[5, 0]));
    assert_eq!(split(Fen::new(5), &[]), vec![]);
}

proptest! {
    #[test]
    fn shares_sum_to_the_amount_and_miss_their_part_by_less_than_a_fen(
        amount in 0_i64..1_000_000_000_000,
        weights in proptest::collection::vec(0_i64..1_000_000_000, 1..8),
    ) {
        let fen: Vec<Fen> = weights.iter().copied().map(Fen::new).collect();
        let shares = split(Fen::new(amount), &fen);
        prop_assert_eq!(shares.iter().copied().sum::<Fen>(), Fen::new(amount));
        let whole: i128 = weights.iter().copied().map(i128::from).sum();
        if whole > 0 {
            for (share, weight) in shares.iter().zip(&weights) {
                let off = i128::from(share.get()) * whole - i128::from(amount) * i128::from(*weight);
                prop_assert!(off.abs() < whole);
            }
        }
    }
}
