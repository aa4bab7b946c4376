use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::diff::{Standing, compare};
use super::headings::{Header, missing};
use super::row::{Carriers, Reading, Wrong};
use super::sheet::{Row, SheetFault, read};
use super::*;
use crate::ids::Uscc;
use crate::party::{CarrierKind, CarrierLevel};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rows_of(bytes: &[u8]) -> Result<Vec<Row>, SheetFault> {
    let mut rows = Vec::new();
    read(bytes, &mut |row| rows.push(row)).map(|()| rows)
}

fn uscc(serial: usize) -> String {
    Uscc::from_body(&format!("91420100{serial:09}")).unwrap().as_str().to_owned()
}

/// Reads a CSV text as a list and gives what each row says.
fn listed(kind: ListKind, text: &str) -> Vec<Result<Listed, RowFault>> {
    listed_in(kind, Scope::Complete, text, &Carriers::new())
}

fn listed_in(kind: ListKind, scope: Scope, text: &str, carriers: &Carriers) -> Vec<Result<Listed, RowFault>> {
    let rows = rows_of(text.as_bytes()).unwrap();
    let header = Header::find(kind, &rows).unwrap();
    let mapping = header.suggested(kind);
    assert_eq!(missing(kind, scope == Scope::Withdrawal, &mapping), Vec::<&[Column]>::new());
    let reading = Reading { kind, scope, as_of: day("2026-03-31"), mapping: &mapping, carriers };
    rows.iter().filter(|row| row.number > header.last_row).filter_map(|row| reading.read(row).transpose()).collect()
}

#[test]
fn days_are_read_as_people_write_them() {
    for text in [
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "20260301",
        "2026年3月1日",
        "２０２６年３月１日",
        "2026-03-01 00:00:00",
        "二〇二六年三月一日",
    ] {
        assert_eq!(dates::day(text), Some(day("2026-03-01")), "{text}");
    }
    for text in ["2026-03", "2026年", "3月1日", "2026-02-30", "45000", "1/3/2026", "二〇二六年三月十五日", "2026-01-01至2026-12-31", ""]
    {
        assert_eq!(dates::day(text), None, "{text}");
    }
    assert_eq!(dates::term("2026年1月1日至2026年12月31日"), Some((day("2026-01-01"), day("2026-12-31"))));
}

#[test]
fn every_kind_of_list_has_terms_with_sources() {
    for kind in ListKind::ALL {
        for (source, _) in terms::of(*kind).sources() {
            assert!(source.contains(" / "), "{kind}: a source in both languages, not {source:?}");
        }
    }
}

#[test]
fn a_certificate_holds_for_three_years_from_its_issue() {
    let text = format!("企业名称,统一社会信用代码,证书编号,发证日期\n武汉甲科技有限公司,{},GR202342001234,2023-11-14\n", uscc(1));
    let found = listed(ListKind::Hightech, &text);
    let one = found[0].as_ref().unwrap();
    assert_eq!((one.from, one.to), (day("2023-11-14"), Some(day("2026-11-13"))));
}

#[test]
fn a_registry_number_holds_to_the_end_of_its_year_and_names_it() {
    let text = format!("企业名称,统一社会信用代码,入库登记编号\n甲,{},2026420111A8000123\n乙,{},2025420111A8000124\n", uscc(1), uscc(2));
    let found = listed(ListKind::TechSme, &text);
    let one = found[0].as_ref().unwrap();
    assert_eq!((one.from, one.to), (day("2026-03-31"), Some(day("2026-12-31"))));
    assert_eq!(found[1].as_ref().unwrap_err().wrong, Wrong::OtherYear);
}

#[test]
fn titles_above_the_header_merged_or_not_are_passed_over() {
    let text = format!(
        "湖北省2026年第3批入库科技型中小企业名单,,,\n（截至2026年3月31日）,,,\n序号,企业名称（全称）,统一社会信用代码*,入库登记编号\n1,甲,{},2026420111A8000123\n合计,1,,\n注：排名不分先后,,,\n",
        uscc(1)
    );
    let found = listed(ListKind::TechSme, &text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].as_ref().unwrap().row, 4);
}

#[test]
fn a_header_of_two_rows_is_one_header() {
    let text = format!(
        "企业名称,统一社会信用代码,证书编号,有效期,有效期\n企业名称,统一社会信用代码,证书编号,起,止\n甲,{},GR202342001234,2023-11-14,2026-11-13\n",
        uscc(1)
    );
    let found = listed(ListKind::Hightech, &text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].as_ref().unwrap().to, Some(day("2026-11-13")));
}

#[test]
fn codes_are_normalised_and_judged_by_their_rules() {
    let full_width: String = uscc(7).chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    let collective = Uscc::from_body("N2420100123456789").unwrap();
    let text = format!(
        "企业名称,统一社会信用代码\n甲,{full_width}\n乙, {} \n丙,{collective}\n丁,000000000000000000\n戊,9.1420100000000007E17\n己,\n",
        uscc(8).to_lowercase()
    );
    let found = listed(ListKind::AboveDesignatedSize, &text);
    let code = |at: usize| found[at].as_ref().unwrap().uscc.as_ref().unwrap().as_str().to_owned();
    assert_eq!((code(0), code(1), code(2)), (uscc(7), uscc(8), collective.as_str().to_owned()));
    assert_eq!(found[3].as_ref().unwrap_err().wrong, Wrong::NotUscc);
    assert_eq!(found[4].as_ref().unwrap_err().wrong, Wrong::NotUscc);
    assert_eq!(found[5].as_ref().unwrap().uscc, None, "a name alone is for a person to match");
}

#[test]
fn an_incubatee_takes_the_level_of_its_carrier_from_the_list_of_carriers() {
    let carriers = Carriers::from([("光谷孵化器".to_owned(), (Some(CarrierKind::Incubator), CarrierLevel::National))]);
    let text = format!("在孵企业名称,统一社会信用代码,所在孵化器\n甲,{},光谷 孵化器\n乙,{},无名空间\n", uscc(1), uscc(2));
    let found = listed_in(ListKind::Incubatee, Scope::Complete, &text, &carriers);
    let one = found[0].as_ref().unwrap();
    assert_eq!((one.carrier_kind, one.carrier_level), (Some(CarrierKind::Incubator), Some(CarrierLevel::National)));
    assert_eq!(found[1].as_ref().unwrap_err().wrong, Wrong::UnknownCarrier);
}

#[test]
fn carriers_are_read_with_level_and_kind() {
    let text = "序号,载体名称,运营主体,级别\n1,东湖众创空间,甲公司,市级\n2,光谷大学科技园,乙公司,省级\n3,某孵化器,丙公司,一级\n";
    let found = listed(ListKind::Carrier, text);
    assert_eq!(found[0].as_ref().unwrap().carrier_kind, Some(CarrierKind::MakerSpace));
    assert_eq!(found[1].as_ref().unwrap().carrier_level, Some(CarrierLevel::Province));
    assert_eq!(found[2].as_ref().unwrap_err().wrong, Wrong::UnknownLevel);
}

#[test]
fn a_list_may_be_gb18030_with_tabs_or_semicolons() {
    for (mark, text) in
        [("\t", "企业名称\t统一社会信用代码\n武汉甲科技有限公司\t"), (";", "企业名称;统一社会信用代码\n武汉甲科技有限公司;")]
    {
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        let mut bytes = bytes.into_owned();
        bytes.extend(uscc(1).bytes());
        let rows = rows_of(&bytes).unwrap();
        assert_eq!(rows[1].cells, ["武汉甲科技有限公司".to_owned(), uscc(1)], "{mark:?}");
    }
}

#[test]
fn rows_are_counted_as_the_spreadsheet_shows_them_whatever_ends_a_line() {
    for text in ["a,b\nc,d\n\ne,f\n", "a,b\r\nc,d\r\n\r\ne,f", "\u{feff}a,b\rc,d\r\re,f\r"] {
        let numbers: Vec<u32> = rows_of(text.as_bytes()).unwrap().iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2, 4], "{text:?}");
    }
}

#[test]
fn what_is_no_list_says_why() {
    let fault = |bytes: &[u8]| rows_of(bytes).unwrap_err();
    assert_eq!(fault(b""), SheetFault::Empty);
    assert_eq!(fault(b" \r\n\n"), SheetFault::Empty);
    assert_eq!(fault(",,,\n".repeat(1_000_000).as_bytes()), SheetFault::Empty);
    assert_eq!(fault(b"%PDF-1.7 \xff\xfe"), SheetFault::NotAList);
    assert_eq!(fault(b"\xff\xd8\xff\xe0JFIF"), SheetFault::NotAList);
    assert_eq!(fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), SheetFault::OldExcel);
    assert_eq!(fault(b"PK\x03\x04 and then nothing"), SheetFault::Damaged);
    assert_eq!(fault(b"a,b\n\xff\xff\xff,c\n"), SheetFault::UnknownEncoding);
    assert_eq!(fault(format!("{}z\n", "a,".repeat(60)).as_bytes()), SheetFault::TooManyColumns);
    assert_eq!(fault("a,b\n".repeat(200_001).as_bytes()), SheetFault::TooManyRows);
}

#[test]
fn missing_columns_are_named() {
    let rows = rows_of("企业名称,统一社会信用代码\n".as_bytes()).unwrap();
    let header = Header::find(ListKind::Hightech, &rows).unwrap();
    let lacking = missing(ListKind::Hightech, false, &header.suggested(ListKind::Hightech));
    assert_eq!(lacking, [&[Column::Number][..], &[Column::From, Column::Term]]);
}

fn one(serial: usize, number: &str, to: &str) -> (Row, Result<Option<Listed>, RowFault>) {
    let number_of_row = u32::try_from(serial).unwrap() + 1;
    let listed = Listed {
        row: number_of_row,
        uscc: Uscc::parse(&uscc(serial)).ok(),
        name: format!("第{serial}家"),
        number: number.to_owned(),
        from: day("2026-01-01"),
        dated: true,
        to: Some(day(to)),
        carrier: String::new(),
        carrier_kind: None,
        carrier_level: None,
    };
    (Row { number: number_of_row, cells: Vec::new() }, Ok(Some(listed)))
}

fn stands(id: i64, serial: usize, number: &str, to: &str) -> Standing {
    let listed = one(serial, number, to).1.unwrap().unwrap();
    Standing { id, key: listed.key(), digest: listed.digest(), from: Some(listed.from), to: listed.to }
}

#[test]
fn a_complete_list_ends_what_it_does_not_have_unless_it_had_run_out() {
    let standing = [
        stands(1, 1, "A", "2026-12-31"),
        stands(2, 2, "B", "2026-12-31"),
        stands(3, 3, "C", "2025-12-31"),
        stands(4, 4, "D", "2026-12-31"),
    ];
    let file = || [one(1, "A", "2026-12-31"), one(2, "B", "2027-12-31"), one(5, "E", "2026-12-31")].into_iter();
    let diff = compare(Scope::Complete, day("2026-03-31"), file(), &standing);
    let outcomes: Vec<RowOutcome> = diff.rows.iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, [RowOutcome::Same, RowOutcome::Changed, RowOutcome::New]);
    assert_eq!(diff.gone, [4]);
    assert_eq!(compare(Scope::Batch, day("2026-03-31"), file(), &standing).gone, Vec::<i64>::new());
}

#[test]
fn a_listing_without_a_first_day_of_its_own_goes_on_from_where_it_began() {
    let undated = |from: &str, to: &str| {
        let (row, read) = one(1, "", to);
        (row, Ok(Some(Listed { from: day(from), dated: false, ..read.unwrap().unwrap() })))
    };
    let standing = [stands(1, 1, "", "2026-12-31")];
    let outcome = |row| {
        let diff = compare(Scope::Complete, day("2026-06-30"), std::iter::once(row), &standing);
        let listed = diff.rows[0].read.as_ref().unwrap();
        (diff.rows[0].outcome, listed.from.to_string())
    };
    assert_eq!(outcome(undated("2026-06-30", "2026-12-31")), (RowOutcome::Same, "2026-01-01".into()), "published once more in its term");
    assert_eq!(outcome(undated("2027-03-31", "2027-12-31")), (RowOutcome::Changed, "2027-03-31".into()), "the next term begins anew");
}

#[test]
fn the_same_row_twice_is_one_listing_and_two_that_differ_are_none() {
    let rows = [one(1, "A", "2026-12-31"), one(1, "A", "2026-12-31"), one(2, "B", "2026-12-31"), one(2, "B", "2027-12-31")];
    let diff = compare(Scope::Complete, day("2026-03-31"), rows.into_iter(), &[stands(9, 2, "B", "2026-12-31")]);
    let outcomes: Vec<RowOutcome> = diff.rows.iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, [RowOutcome::New, RowOutcome::Unreadable, RowOutcome::Unreadable]);
    assert_eq!(diff.gone, Vec::<i64>::new(), "what nobody can read ends nothing");
}

#[test]
fn a_cancelled_listing_is_found_by_its_number_or_where_there_is_only_one() {
    let standing = [stands(1, 1, "A", "2026-12-31"), stands(2, 2, "B", "2026-12-31"), stands(3, 2, "C", "2026-12-31")];
    let rows = [one(1, "", "2026-12-31"), one(2, "", "2026-12-31"), one(2, "C", "2026-12-31")];
    let diff = compare(Scope::Withdrawal, day("2026-03-31"), rows.into_iter(), &standing);
    let earlier: Vec<Option<i64>> = diff.rows.iter().map(|row| row.earlier).collect();
    assert_eq!(earlier, [Some(1), None, Some(3)]);
    assert_eq!(diff.rows[1].read.as_ref().unwrap_err().wrong, Wrong::NotListed);
}

proptest! {
    #[test]
    fn no_bytes_upset_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        drop(rows_of(&bytes));
    }

    #[test]
    fn every_row_of_a_list_has_exactly_one_outcome(serials in proptest::collection::vec(1_usize..40, 1..60), known in proptest::collection::btree_set(1_usize..40, 0..40)) {
        let standing: Vec<Standing> = known.iter().map(|serial| stands(i64::try_from(*serial).unwrap(), *serial, "N", "2026-12-31")).collect();
        let rows = serials.iter().map(|serial| one(*serial, "N", "2026-12-31"));
        let diff = compare(Scope::Complete, day("2026-03-31"), rows, &standing);
        let listed: BTreeSet<usize> = serials.iter().copied().collect();
        prop_assert_eq!(diff.rows.len(), listed.len());
        prop_assert_eq!(diff.count(RowOutcome::Same), listed.intersection(&known).count());
        prop_assert_eq!(diff.gone.len(), known.difference(&listed).count());
    }
}
