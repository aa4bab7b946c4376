use super::*;

fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|index| format!("A-2026-{index:04}")).collect()
}

#[test]
fn the_sample_is_rounded_up_and_never_below_five_percent() {
    assert_eq!(pick(numbers(101), 5, "2026").len(), 6);
    assert_eq!(pick(numbers(3), 5, "2026").len(), 1);
    assert_eq!(pick(numbers(100), 1, "2026").len(), 5);
    assert_eq!(pick(numbers(7), 100, "2026"), numbers(7));
    assert!(pick(vec![], 5, "2026").is_empty());
}

#[test]
fn the_same_seed_draws_the_same_sample_whatever_the_order_and_another_seed_another() {
    let mut turned = numbers(200);
    turned.reverse();
    assert_eq!(pick(numbers(200), 5, "2026-Q1"), pick(turned, 5, "2026-Q1"));
    assert_ne!(pick(numbers(200), 5, "2026-Q1"), pick(numbers(200), 5, "2026-Q2"));
}
