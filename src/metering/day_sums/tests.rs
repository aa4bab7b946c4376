use proptest::prelude::*;

use super::*;
use crate::metering::moment::Moment;

const START: i64 = 1_772_400_000_000;

fn interval(start: i64, millis: i64) -> Interval {
    let start = Moment::from_millis(START + start);
    Interval { start, end: start.plus_millis(millis) }
}

fn piece(contract: i64, start: i64, millis: i64, units: i64, project: &str) -> Piece<'_> {
    let slot = Slot { resource: "npu", partition: "", qos: "", project };
    let quantity = UnitMillis::new(units * millis);
    Piece { contract: ContractId::new(contract), offset: UtcOffset::BEIJING, interval: interval(start, millis), quantity, slot }
}

#[test]
fn an_interval_over_midnight_counts_on_both_days() {
    let mut sums = DaySums::default();
    // 2026-03-02 05:20 in Beijing, for twenty hours.
    sums.add(&piece(1, 0, 20 * 3_600_000, 2, "p"));
    let found: Vec<_> = sums.into_sorted().into_iter().map(|sum| (sum.day.to_string(), sum.quantity)).collect();
    let hour = 2 * 3_600_000;
    assert_eq!(found, [("2026-03-02".to_owned(), hour * 18 + hour * 2 / 3), ("2026-03-03".to_owned(), hour + hour / 3)]);
}

#[test]
fn what_is_taken_out_leaves_no_row() {
    let mut sums = DaySums::default();
    sums.take_out(&piece(1, 0, 90_000_000, 3, "p"));
    sums.add(&piece(1, 0, 90_000_000, 3, "p"));
    assert_eq!(sums.into_sorted(), []);
}

proptest! {
    #[test]
    fn sums_of_parts_add_up_to_the_sums_of_the_whole(
        pieces in prop::collection::vec((1..4_i64, 0..200_000_000_i64, 1..200_000_000_i64, 1..9_i64, 0..2_usize), 0..30),
        cut in 0..30_usize,
    ) {
        let made: Vec<Piece<'_>> =
            pieces.iter().map(|(contract, start, millis, units, name)| piece(*contract, *start, *millis, *units, ["a", "b"][*name])).collect();
        let (mut whole, mut first, mut second) = (DaySums::default(), DaySums::default(), DaySums::default());
        for (place, piece) in made.iter().enumerate() {
            whole.add(piece);
            if place < cut { first.add(piece) } else { second.add(piece) }
        }
        let (whole, total) = (whole.into_sorted(), made.iter().map(|piece| i128::from(piece.quantity.get())).sum::<i128>());
        second.merge(first.into_sorted());
        prop_assert_eq!(whole.iter().map(|sum| sum.quantity).sum::<i128>(), total);
        prop_assert_eq!(second.into_sorted(), whole);
    }
}
