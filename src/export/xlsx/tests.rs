use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use super::*;
use crate::export::table::Field;
use crate::lang::Lang;

fn table(name: &str) -> DataTable {
    let fields = vec![
        Field::code("账号"),
        Field::text("企业", 1),
        Field::count("笔数"),
        Field::money("金额"),
        Field::date("日期"),
        Field::date_time("时间"),
    ];
    let mut table = DataTable::new(name, fields);
    let at: DateTime<Utc> = "2026-03-01T16:30:00Z".parse().unwrap();
    for fen in [12_345_678, 1, 999_999_999_999_999] {
        table.rows.push(vec![
            Cell::text("4200012345678901234"),
            Cell::text("=甲公司"),
            Cell::Count(2),
            Cell::Money(Fen::new(fen)),
            Cell::Date("2026-03-02".parse().unwrap()),
            Cell::DateTime(at),
        ]);
    }
    table.total(Lang::Zh);
    table
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn at() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

#[test]
fn amounts_are_numbers_dates_are_dates_and_accounts_stay_text() {
    let mut book = open(write("拨付", &[table("拨付清单")], at()).unwrap());
    let range = book.worksheet_range("拨付清单").unwrap();
    let rows: Vec<&[Data]> = range.rows().collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0][0], Data::String("账号".into()));
    assert_eq!(rows[1][0], Data::String("4200012345678901234".into()));
    assert_eq!(rows[1][1], Data::String("=甲公司".into()), "text is never a formula");
    assert_eq!(rows[1][2], Data::Float(2.0));
    assert_eq!(rows[1][3], Data::Float(123_456.78));
    assert_eq!(rows[2][3], Data::Float(0.01));
    assert_eq!(rows[3][3], Data::Float(9_999_999_999_999.99));
    let Data::DateTime(date) = &rows[1][4] else { panic!("{:?}", rows[1][4]) };
    assert_eq!(date.to_ymd_hms_milli(), (2026, 3, 2, 0, 0, 0, 0));
    let Data::DateTime(time) = &rows[1][5] else { panic!("{:?}", rows[1][5]) };
    assert_eq!(time.to_ymd_hms_milli(), (2026, 3, 2, 0, 30, 0, 0));
    assert_eq!(rows[4][0], Data::String("合计".into()));
}

#[test]
fn every_table_is_a_worksheet_and_odd_names_are_made_legal() {
    let long = "按企业统计[2026年1月/3月]：一个非常非常长的工作表名称超过三十一个字符的限制";
    let book = open(write("x", &[table(long), table("")], at()).unwrap());
    let names = book.sheet_names();
    assert_eq!(names.len(), 2);
    assert!(names[0].chars().count() <= 31 && !names[0].contains(['[', ']', ':', '/']));
    assert_eq!(names[1], "1");
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let write = || write("x", &[table("a")], at()).unwrap();
    assert_eq!(write(), write());
}
