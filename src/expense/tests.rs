use super::*;

fn paper(yuan: i64, covers: &[usize]) -> Paper {
    Paper { amount: Fen::yuan(yuan), covers: covers.to_vec() }
}

#[test]
fn a_paper_for_one_purchase_stands_for_it_with_its_whole_amount() {
    let parts = allocate(&[Fen::yuan(60)], &[paper(100, &[0])]);
    assert_eq!(parts, [vec![(0, Fen::yuan(100))]]);
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

#[test]
fn a_purchase_that_is_not_there_gets_nothing() {
    assert_eq!(allocate(&[Fen::yuan(60)], &[paper(10, &[3])]), [vec![]]);
}
