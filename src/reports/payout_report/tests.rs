use super::*;

fn centre(name: &str, base: i64) -> (String, Fen) {
    (name.to_owned(), Fen::new(base))
}

fn part(payments: usize, accepted: i64, paid: i64) -> Sums {
    Sums { payments, accepted: Fen::new(accepted), paid: Fen::new(paid), recovered: Fen::ZERO }
}

#[test]
fn the_parts_of_the_centres_add_up_to_the_payment_and_it_counts_once() {
    let parts = parts_by_centre(&[centre("武汉超算中心", 1), centre("武汉人工智能计算中心", 2)], Fen::new(1_000), Fen::new(100));
    assert_eq!(parts[0], ("武汉超算中心".to_owned(), part(0, 333, 33)));
    assert_eq!(parts[1], ("武汉人工智能计算中心".to_owned(), part(1, 667, 67)));
}

#[test]
fn equal_centres_share_and_the_first_counts_the_payment() {
    let parts = parts_by_centre(&[centre("甲", 5), centre("乙", 5)], Fen::new(10), Fen::new(3));
    assert_eq!(parts[0].1, part(1, 5, 2));
    assert_eq!(parts[1].1, part(0, 5, 1));
}
