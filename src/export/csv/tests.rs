use super::*;
use crate::export::table::Field;
use crate::lang::Lang;
use crate::money::Fen;

fn written(table: &DataTable) -> String {
    String::from_utf8(write(table).unwrap()).unwrap()
}

#[test]
fn a_csv_begins_with_a_byte_order_mark_and_holds_header_rows_and_totals() {
    let mut table = DataTable::new("拨付", vec![Field::text("企业", 1), Field::money("金额"), Field::date("日期")]);
    table.rows.push(vec![Cell::text("武汉\"甲\",公司"), Cell::Money(Fen::new(2_000_000)), Cell::Date("2026-03-10".parse().unwrap())]);
    table.total(Lang::Zh);
    assert_eq!(written(&table), "\u{feff}企业,金额,日期\r\n\"武汉\"\"甲\"\",公司\",20000.00,2026-03-10\r\n合计,20000.00,\r\n");
}

#[test]
fn text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_amounts_do_not() {
    let mut table = DataTable::new("x", vec![Field::text("a", 1), Field::money("b")]);
    for text in ["=1+1", "+86 27", "-2", "@sum", "\t=1", "\u{ff1d}1", "plain", "a=b"] {
        table.rows.push(vec![Cell::text(text), Cell::Money(Fen::new(-100))]);
    }
    let text = written(&table);
    let cells: Vec<&str> = text.split("\r\n").skip(1).filter_map(|line| line.rsplit_once(',').map(|(first, _)| first)).collect();
    assert_eq!(cells, ["'=1+1", "'+86 27", "'-2", "'@sum", "'\t=1", "'\u{ff1d}1", "plain", "a=b"]);
    assert!(text.contains("plain,-1.00"));
}

#[test]
fn a_row_of_another_length_is_refused() {
    let mut table = DataTable::new("x", vec![Field::text("a", 1), Field::money("b")]);
    table.rows.push(vec![Cell::text("only one")]);
    assert!(write(&table).is_err());
}
