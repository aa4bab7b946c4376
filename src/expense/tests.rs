use super::*;

fn paper(yuan: i64, covers: &[usize]) -> Paper {
    Paper { amount: Fen::yuan(yuan), minus: Fen::ZERO, covers: covers.to_vec() }
}

#[test]
fn a_purchase_takes_no_more_than_it_costs_of_one_paper_or_of_several() {
    assert_eq!(allocate(&[Fen::yuan(60)], &[paper(100, &[0])]), [vec![(0, Fen::yuan(60))]]);
    assert_eq!(allocate(&[Fen::yuan(60)], &[paper(40, &[0]), paper(40, &[0])]), [vec![(0, Fen::yuan(40))], vec![(0, Fen::yuan(20))]]);
}

#[test]
fn what_was_taken_back_leaves_room_for_the_paper_that_it_was_taken_from() {
    let taken_back = |yuan, minus, covers: &[usize]| Paper { minus: Fen::yuan(minus), ..paper(yuan, covers) };
    // 120 less 20 are the 100 of the purchase: the whole invoice stands for it.
    assert_eq!(allocate(&[Fen::yuan(100)], &[taken_back(120, 20, &[0])]), [vec![(0, Fen::yuan(120))]]);
    // Half of it: 60 with 10 of the 20.
    assert_eq!(allocate(&[Fen::yuan(50)], &[taken_back(120, 20, &[0])]), [vec![(0, Fen::yuan(60))]]);
    // Nothing is left of it, and nothing hides that it was there.
    assert_eq!(allocate(&[Fen::yuan(50)], &[taken_back(120, 120, &[0])]), [vec![(0, Fen::yuan(120))]]);
}

#[test]
fn a_paper_for_several_purchases_fills_them_in_order_and_keeps_the_rest() {
    let parts = allocate(&[Fen::yuan(60), Fen::yuan(30)], &[paper(100, &[0, 1])]);
    assert_eq!(parts, [vec![(0, Fen::yuan(60)), (1, Fen::yuan(30))]]);
}

#[test]
fn a_second_paper_goes_on_where_the_first_one_stopped() {
    let parts = allocate(&[Fen::yuan(60), Fen::yuan(30)], &[paper(50, &[0, 1]), paper(50, &[0, 1])]);
    assert_eq!(parts[0], [(0, Fen::yuan(50)), (1, Fen::ZERO)]);
    assert_eq!(parts[1], [(0, Fen::yuan(10)), (1, Fen::yuan(30))]);
}

proptest::proptest! {
    #[test]
    fn no_paper_gives_more_than_it_has_and_no_purchase_takes_more_than_it_costs(
        purchases in proptest::collection::vec(0..10_000_i64, 1..5),
        papers in proptest::collection::vec((1..10_000_i64, 0..10_000_i64, proptest::collection::btree_set(0..5_usize, 0..5)), 0..6),
    ) {
        let purchases: Vec<Fen> = purchases.into_iter().map(Fen::new).collect();
        let papers: Vec<Paper> = papers
            .into_iter()
            .map(|(amount, minus, covers)| Paper { amount: Fen::new(amount), minus: Fen::new(minus.min(amount)), covers: covers.into_iter().collect() })
            .collect();
        let parts = allocate(&purchases, &papers);
        for (paper, parts) in papers.iter().zip(&parts) {
            proptest::prop_assert!(parts.iter().map(|(_, part)| *part).sum::<Fen>() <= paper.amount);
        }
        for (place, purchase) in purchases.iter().enumerate() {
            let taken: Fen = papers.iter().zip(&parts).flat_map(|(paper, parts)| {
                parts.iter().filter(move |(at, _)| *at == place).map(move |(_, part)| *part - paper.minus.share(part.get(), paper.amount.get()))
            }).sum();
            // Each share is rounded by itself, by half a fen at most.
            proptest::prop_assert!(taken <= *purchase + Fen::new(i64::try_from(papers.len()).unwrap()), "{taken:?} of {purchase:?}");
        }
    }
}

#[test]
fn a_purchase_that_is_not_there_gets_nothing() {
    assert_eq!(allocate(&[Fen::yuan(60)], &[paper(10, &[3])]), [vec![]]);
}
