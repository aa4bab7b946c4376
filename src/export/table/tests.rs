use super::*;

fn table() -> DataTable {
    let fields = vec![Field::index("序号"), Field::text("企业", 1), Field::count("笔数"), Field::money("金额")];
    let mut table = DataTable::new("拨付", fields);
    table.rows = vec![
        vec![Cell::count(1), Cell::text("甲"), Cell::Count(2), Cell::Money(Fen::new(123_456))],
        vec![Cell::count(2), Cell::text("乙"), Cell::Count(1), Cell::Money(Fen::new(-56))],
    ];
    table
}

#[test]
fn totals_sum_money_and_counts_but_not_running_numbers() {
    let mut table = table();
    table.total(Lang::Zh);
    let expected = vec![Cell::Empty, Cell::text("合计"), Cell::Count(3), Cell::Money(Fen::new(123_400))];
    assert_eq!(table.totals, Some(expected));
}

#[test]
fn on_paper_amounts_are_grouped_and_stand_at_the_right() {
    let mut table = table();
    table.total(Lang::En);
    let paper = table.to_paper();
    assert_eq!(paper.rows[0].cells, ["1", "甲", "2", "1,234.56"]);
    assert_eq!(paper.rows[1].cells[3], "−0.56");
    assert_eq!(paper.columns[3].align, Align::Right);
    assert_eq!(paper.rows.last().unwrap().kind, RowKind::Total);
}

#[test]
fn instants_are_shown_in_beijing_time() {
    let at: DateTime<Utc> = "2026-03-01T16:30:00Z".parse().unwrap();
    assert_eq!(Cell::DateTime(at).shown(), "2026-03-02 00:30");
    assert_eq!(Cell::Date("2026-03-02".parse().unwrap()).plain(), "2026-03-02");
}
