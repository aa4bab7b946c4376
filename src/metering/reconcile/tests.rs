use serde_json::json;

use super::*;
use crate::metering::rating::{Terms, Used, rate};
use crate::metering::statement::draft;
use crate::metering::tariff::read_tariff;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn tariff() -> Tariff {
    let tiers = json!([{"from": 0, "to": 10, "price": "2"}, {"from": 10, "to": null, "price": "1"}]);
    read_tariff(
        &json!({"code": "t", "version": 1, "valid_from": "2026-01-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "min_fen": 5_000, "rates": [{"resource": "card", "unit": "card", "model": "graduated", "tiers": tiers}]}),
    )
    .unwrap()
}

fn lines(tariff: &Tariff, hours: i64) -> Vec<StatementLine> {
    let tariffs = std::slice::from_ref(tariff);
    let used = Used {
        day: day("2026-01-15"),
        resource: "card".into(),
        partition: String::new(),
        qos: String::new(),
        quantity: UnitMillis::hours(hours),
    };
    let january = Month::parse("2026-01").unwrap();
    let months = rate(&Terms { first: day("2026-01-01"), last: day("2026-12-31"), tariffs }, &[used], january).unwrap();
    draft(january, &months, &[]).lines
}

fn kinds(differences: &[Difference]) -> Vec<(DifferenceKind, &str, String, String)> {
    differences.iter().map(|one| (one.kind, one.about.as_str(), one.expected.to_string(), one.found.to_string())).collect()
}

#[test]
fn a_stored_line_that_its_usage_does_not_give_is_named() {
    let tariff = tariff();
    let (right, mut stored) = (lines(&tariff, 12), lines(&tariff, 12));
    assert_eq!(usage_against_statement(&right, &stored), []);
    stored[1].line.amount += Fen::new(1);
    let found = usage_against_statement(&right, &stored);
    assert_eq!(kinds(&found), [(DifferenceKind::UsageLine, "2026-01 card v1 #2", "2.00".into(), "2.01".into())]);
    stored[1] = right[1].clone();
    stored[1].line.quantity += UnitMillis::new(1);
    let found = usage_against_statement(&right, &stored);
    assert!(found[0].found.to_string().starts_with("7200001 unit-ms × 1000000"), "{:?}", found[0]);
    stored.remove(0);
    stored.truncate(1);
    assert_eq!(usage_against_statement(&right, &stored).len(), 3, "two lines are missing, one differs");
    let missing = &usage_against_statement(&right, &[])[2];
    assert_eq!(
        (missing.about.as_str(), missing.expected.to_string(), &missing.found),
        ("2026-01 minimum v1", "28.00".into(), &Figure::Nothing)
    );
}

#[test]
fn dates_prices_and_cap_of_the_contract_are_checked() {
    let tariff = tariff();
    let tariffs = std::slice::from_ref(&tariff);
    let contract = ContractFacts { first: day("2026-01-31"), last: day("2026-12-31"), cap: Some(Fen::yuan(80)), tariffs };
    let lines = lines(&tariff, 40);
    assert_eq!(statement_against_contract(&contract, &lines, Fen::yuan(30)), []);
    let over = statement_against_contract(&contract, &lines, Fen::new(30_01));
    assert_eq!(kinds(&over), [(DifferenceKind::ContractCap, "", "80.00".into(), "80.01".into())]);
    let later = ContractFacts { first: day("2026-02-01"), ..contract };
    let found = statement_against_contract(&later, &lines[..1], Fen::ZERO);
    assert_eq!(
        kinds(&found),
        [(DifferenceKind::ContractDates, "2026-01 card v1 #1", "2026-02-01/2026-12-31".into(), "2026-01-01/2026-01-31".into())]
    );
    let mut dear = lines.clone();
    dear[1].line.price_micro += 1;
    let found = statement_against_contract(&contract, &dear, Fen::ZERO);
    assert_eq!(kinds(&found), [(DifferenceKind::ContractPrices, "2026-01 card v1 #2", "1.00".into(), "1.000001".into())]);
    let found = statement_against_contract(&ContractFacts { tariffs: &[], ..contract }, &lines[..1], Fen::ZERO);
    assert_eq!(kinds(&found), [(DifferenceKind::ContractPrices, "2026-01 card v1 #1", String::new(), "2.00".into())]);
}

#[test]
fn the_providers_bill_may_differ_by_a_thousandth_or_one_hour() {
    let of = |resource: &str, hours: i64, millis: i64| ResourceQuantity {
        resource: resource.into(),
        unit: Unit::Card,
        quantity: UnitMillis::hours(hours) + UnitMillis::new(millis),
    };
    for (ours, theirs, differences) in [
        (of("card", 10, 0), of("card", 11, 0), 0),
        (of("card", 10, 0), of("card", 9, 0), 0),
        (of("card", 10, 0), of("card", 11, 1), 1),
        (of("card", 10_000, 0), of("card", 10_010, 0), 0),
        (of("card", 10_000, 0), of("card", 10_010, 1), 1),
        (of("card", 10_000, 0), of("card", 9_989, 3_599_999), 1),
        (of("card", 2, 0), of("gpu", 2, 0), 2),
    ] {
        let found = statement_against_bill(std::slice::from_ref(&ours), std::slice::from_ref(&theirs));
        assert_eq!(found.len(), differences, "{ours:?} {theirs:?}");
    }
    let found = statement_against_bill(&[of("card", 10_000, 0)], &[of("card", 5_000, 0), of("card", 5_011, 0)]);
    assert_eq!(found[0].tolerance.text().en, "10 card-hours");
    assert_eq!((found[0].expected.text().zh, found[0].found.text().zh), ("10000 卡时".into(), "10011 卡时".into()));
}

const PARTIES: Parties<'_> = Parties {
    buyer_uscc: "91420100BUYER",
    buyer_name: "武汉智行科技（集团）有限公司",
    seller_uscc: "91420100SELLER",
    seller_name: "武汉人工智能计算中心有限公司",
    seller_accounts: &[],
    signed: NaiveDate::MIN,
};

fn invoice(number: &str, yuan: i64) -> InvoiceFact {
    InvoiceFact {
        number: number.into(),
        buyer_uscc: PARTIES.buyer_uscc.into(),
        seller_uscc: PARTIES.seller_uscc.into(),
        allocated: Fen::yuan(yuan),
        red_letters: Fen::ZERO,
    }
}

#[test]
fn invoices_add_up_to_what_is_payable_and_name_the_two_parties() {
    let check = |invoices: &[InvoiceFact]| {
        statement_against_invoices(&PARTIES, Fen::yuan(100), invoices).iter().map(|one| (one.kind, one.about.clone())).collect::<Vec<_>>()
    };
    assert_eq!(check(&[invoice("1", 40), invoice("2", 60)]), []);
    assert_eq!(check(&[]), [(DifferenceKind::InvoiceTotal, String::new())]);
    assert_eq!(check(&[invoice("1", 40), invoice("1", 60)]), [(DifferenceKind::InvoiceNumber, "1".into())]);
    let red = InvoiceFact { red_letters: Fen::yuan(10), ..invoice("2", 60) };
    let differences = [(DifferenceKind::InvoiceRedLettered, "2".into()), (DifferenceKind::InvoiceTotal, String::new())];
    assert_eq!(check(&[invoice("1", 40), red.clone()]), differences);
    assert_eq!(check(&[invoice("1", 40), red, invoice("3", 10)]), [(DifferenceKind::InvoiceRedLettered, "2".into())]);
    let foreign = InvoiceFact { buyer_uscc: "other".into(), seller_uscc: "other".into(), ..invoice("1", 100) };
    assert_eq!(check(&[foreign]), [(DifferenceKind::InvoiceBuyer, "1".into()), (DifferenceKind::InvoiceSeller, "1".into())]);
}

#[test]
fn payments_flow_between_the_parties_after_the_contract_and_only_once() {
    let accounts = ["4200001".to_owned()];
    let parties = Parties { seller_accounts: &accounts, signed: day("2026-01-10"), ..PARTIES };
    let payment = |reference: &str, yuan: i64| PaymentFact {
        reference: reference.into(),
        payer: "武汉智行科技(集团) 有限公司".into(),
        payee: PARTIES.seller_name.into(),
        payee_account: "4200001".into(),
        paid_on: day("2026-01-10"),
        allocated: Fen::yuan(yuan),
    };
    let check = |payments: &[PaymentFact]| {
        invoices_against_payments(&parties, Fen::yuan(100), payments).iter().map(|one| one.kind).collect::<Vec<_>>()
    };
    assert_eq!(check(&[payment("a", 40), payment("b", 60)]), [], "brackets and spaces of a bank make no other payer");
    assert_eq!(check(&[payment("a", 40)]), [], "a part is no difference");
    assert_eq!(check(&[payment("a", 40), payment("a", 60)]), [DifferenceKind::PaymentReference]);
    assert_eq!(check(&[payment("a", 101)]), [DifferenceKind::PaymentTotal]);
    let early = PaymentFact { paid_on: day("2026-01-09"), ..payment("a", 100) };
    let other = PaymentFact { payer: "某某".into(), payee: "某某".into(), payee_account: "1".into(), ..payment("b", 0) };
    let of_other = [DifferenceKind::PaymentPayer, DifferenceKind::PaymentPayee, DifferenceKind::PaymentAccount];
    assert_eq!(check(&[early, other]), [&[DifferenceKind::PaymentDate][..], &of_other].concat());
}

#[test]
fn every_kind_and_figure_has_words_in_both_languages() {
    for kind in DifferenceKind::ALL {
        assert!(!kind.title().zh.is_empty() && kind.title().zh != kind.title().en);
    }
    let figures = [
        (Figure::Money(Fen::yuan(1)), "1.00", "¥1.00"),
        (Figure::Quantity(UnitMillis::hours(2), Unit::Core), "7200000 core-ms", "2 core-hours"),
        (Figure::Day(day("2026-01-01")), "2026-01-01", "2026-01-01"),
        (Figure::Days(day("2026-01-01"), day("2026-01-31")), "2026-01-01/2026-01-31", "2026-01-01 to 2026-01-31"),
        (Figure::Code("x".into()), "x", "x"),
        (Figure::Nothing, "", "none"),
    ];
    for (figure, stored, shown) in figures {
        assert_eq!((figure.to_string().as_str(), figure.text().en.as_str()), (stored, shown));
    }
}
