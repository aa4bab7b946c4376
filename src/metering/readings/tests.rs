use super::*;

fn series() -> Series {
    Series { resource: "ascend-910b".into(), partition: String::new(), qos: String::new(), project: String::new(), instance: "vm-1".into() }
}

fn gauge(at: i64, units: i64) -> GaugeReading {
    GaugeReading { series: series(), at: Moment::from_millis(at), units, id: format!("{at}-{units}") }
}

fn counter(at: i64, epoch: i64, value: i64) -> CounterReading {
    CounterReading { series: series(), at: Moment::from_millis(at), epoch, value, id: format!("{at}-{epoch}-{value}") }
}

fn quantities(pieces: &[Piece]) -> Vec<(i64, i64, i64)> {
    pieces.iter().map(|piece| (piece.interval.start.millis(), piece.interval.end.millis(), piece.quantity.get())).collect()
}

#[test]
fn a_gauge_holds_until_its_next_reading() {
    let readings = [gauge(100, 8), gauge(300, 2), gauge(400, 0), gauge(900, 1)];
    let expected = vec![(100, 300, 1600), (300, 400, 200), (900, 1000, 100)];
    let until = Moment::from_millis(1000);
    assert_eq!(quantities(&steps(&readings, until)), expected);
    let mut turned = readings.to_vec();
    turned.reverse();
    assert_eq!(quantities(&steps(&turned, until)), expected, "the order of arrival does not matter");
    assert_eq!(quantities(&steps(&readings, Moment::from_millis(250))), [(100, 250, 1200)]);
}

#[test]
fn a_counter_counts_from_its_first_reading_and_from_zero_in_a_new_epoch() {
    let readings = [counter(0, 0, 500), counter(10, 0, 530), counter(20, 0, 530), counter(30, 1, 7), counter(40, 1, 9)];
    let expected = vec![(0, 10, 30_000), (20, 30, 7_000), (30, 40, 2_000)];
    assert_eq!(quantities(&differences(&readings)), expected);
    let mut turned = readings.to_vec();
    turned.reverse();
    assert_eq!(quantities(&differences(&turned)), expected);
}

#[test]
fn a_counter_that_falls_gives_nothing_back_and_nothing_twice() {
    let readings = [counter(0, 0, 100), counter(10, 0, 150), counter(20, 0, 120), counter(30, 0, 160)];
    assert_eq!(quantities(&differences(&readings)), [(0, 10, 50_000), (20, 30, 10_000)]);
}
