use super::*;

fn row(changes: &[(&str, &str)]) -> RawRow {
    let mut row = RawRow::default();
    for (column, value) in COLUMNS.iter().zip([
        "91420100MA4PRW01XR",
        "91420100MA4TE5T139",
        "WAICC-2026-0001",
        "昇腾910B",
        "card_hour",
        "12000",
        "12.5",
        "150000.00",
        "2026-01-01",
        "2026-01-31",
        "",
    ]) {
        assert!(row.set(column, value));
    }
    for (column, value) in changes {
        assert!(row.set(column, value), "{column}");
    }
    row
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
}

#[test]
fn a_row_that_holds_together_is_read() {
    let read = row(&[("enterprise_uscc", "９１４２０１００ＭＡ４ＴＥ５Ｔ１３９")]).check(today()).unwrap();
    assert_eq!((read.amount, read.accepted), (Fen::yuan(150_000), Fen::yuan(150_000)));
    assert_eq!((read.quantity.as_str(), read.unit_price.as_str()), ("12000", "12.5"));
}

#[test]
fn every_fault_is_named_by_its_column() {
    for (column, value, wrong) in [
        ("provider_uscc", "91420100MA4PRW01XX", "provider_uscc"),
        ("amount", "150000.01", "amount"),
        ("amount", "-150000.00", "amount"),
        ("amount", "150000.000", "amount"),
        ("quantity", "1e4", "quantity"),
        ("quantity", "NaN", "quantity"),
        ("quantity", "12000.0000001", "quantity"),
        ("unit_price", "", "unit_price"),
        ("service_from", "2026-02-30", "service_from"),
        ("service_to", "2025-12-31", "service_to"),
        ("service_to", "2026-03-03", "service_to"),
        ("accepted_amount", "150000.01", "accepted_amount"),
        ("order_no", " ", "order_no"),
    ] {
        let faults = row(&[(column, value)]).check(today()).unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.column).collect::<Vec<_>>(), [wrong], "{column}={value}");
    }
}

#[test]
fn the_product_is_rounded_half_up_to_the_fen() {
    assert!(row(&[("quantity", "99.5"), ("unit_price", "0.01"), ("amount", "1.00")]).check(today()).is_ok());
    assert!(row(&[("quantity", "99.5"), ("unit_price", "0.01"), ("amount", "0.99")]).check(today()).is_err());
}
