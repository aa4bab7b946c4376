use super::*;
use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::money::Fen;

fn bill() -> ImportedFile {
    read(ImportFormat::HuaweiBill, fixture!("huawei-bill.json"), &mapped(fixture!("huawei-map.toml")))
}

#[test]
fn measured_card_time_is_usage_and_the_rest_is_money_only() {
    let file = bill();
    assert_eq!(
        shorts(&file),
        [
            // Eight cards for 2.5 h, 1 h and 0.333333 h, which is 20 minutes.
            "r-301 ascend-910b 8×9000",
            "r-302 ascend-910b 8×3600",
            "t-77/nb-7/duration/2026-03-03T04:00:00Z ascend-910b 8×1200",
            "r-304 skipped",
            "r-305 skipped",
            "r-306 skipped",
            "r-307 skipped",
            "r-308 skipped",
            "r-309 skipped",
            "r-310 quarantined does_not_add_up amount",
            "r-311 quarantined does_not_add_up usage",
            "r-312 rejected bad_envelope bill_type",
            "r-313 quarantined does_not_add_up amount",
            "r-401 ascend-910b 8×3600",
            "r-402 skipped",
        ]
    );
    assert!(fault(&file.rows[9]).text.en.contains("is 100.00 but its eight parts sum to 99.99"), "{}", fault(&file.rows[9]));
    assert_eq!(events(&file)[0].subject, "wh-zhixing");
    let billed: Vec<usize> = file.rows.iter().filter(|row| row.bill.is_some()).map(|row| row.row).collect();
    assert_eq!(billed, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 15], "a row of doubtful usage is money all the same");
    // 8 × (9000 + 3600 + 1200 + 3600) s
    let counted: UnitMillis = file.bills().filter_map(|row| row.metered.as_ref()).map(|(_, quantity)| *quantity).sum();
    assert_eq!(counted, UnitMillis::new(139_200_000));
}

#[test]
fn months_add_up_with_refunds_and_what_was_left_out_below_a_fen() {
    let file = bill();
    for row in file.bills() {
        assert_eq!(row.parts.total(), row.amount, "{}", row.id);
    }
    let months = bill_months(file.bills());
    let month = |text: &str| months[&("0a1b2c3d4e".to_owned(), Month::parse(text).unwrap())];
    let (march, april) = (month("2026-03"), month("2026-04"));
    // 300.01 + 120.00 + 40.00 + 1750.00 + 100.00
    assert_eq!(march.charged, Fen::new(231_001));
    // 875.00, which the bill writes without a minus, and 20.00.
    assert_eq!(march.refunded, Fen::new(-89_500));
    // −5.50 + 3.25
    assert_eq!(march.adjusted, Fen::new(-225));
    assert_eq!((march.rounding, april.rounding), (Fen::new(1), Fen::new(1)));
    assert_eq!(march.total(), Fen::new(141_277));
    // 100.00 by coupon and 40.00 by bonus.
    assert_eq!((march.non_cash, april.non_cash), (Fen::new(14_000), Fen::ZERO));
    // 0.004211 + 0.007433 + 0.007889 and 0.006833: the whole fen of the sum is charged when it is
    // complete, and less than one stays open.
    assert_eq!((march.left_out_e8, april.left_out_e8), (1_953_300, 683_300));
    let open = march.left_out_e8 + april.left_out_e8 - 2 * 1_000_000;
    assert!((0..1_000_000).contains(&open), "{open}");
}

#[test]
fn a_month_is_provisional_until_the_fourth_of_the_next_at_ten() {
    let settings = mapped(fixture!("huawei-map.toml"));
    let provisional = |now: &str| {
        let now = Moment::parse(now).unwrap();
        let file = read_file(ImportFormat::HuaweiBill, fixture!("huawei-bill.json"), &settings, now).unwrap();
        let months = bill_months(file.bills());
        months.values().map(|totals| totals.provisional).collect::<Vec<_>>()
    };
    assert_eq!(provisional("2026-04-04T09:59:59.999+08:00"), [true, true]);
    assert_eq!(provisional("2026-04-04T10:00:00+08:00"), [false, true]);
    assert_eq!(provisional("2026-05-04T10:00:00+08:00"), [false, false]);
}

#[test]
fn a_bill_with_chinese_columns_is_read_row_by_row() {
    let file = read(ImportFormat::HuaweiBill, fixture!("huawei-bill.csv"), &mapped(fixture!("huawei-console-map.toml")));
    assert_eq!(
        shorts(&file),
        [
            "c-1 skipped",
            "c-2 skipped",
            "c-3 rejected bad_envelope amount",
            "c-4 rejected bad_envelope amount",
            "c-5 rejected bad_time bill_date",
            " skipped",
            " rejected bad_envelope id",
        ]
    );
    let rows: Vec<&ProviderBillRow> = file.bills().collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].amount, rows[0].parts.non_cash()), (Fen::new(10_050), Fen::new(5_025)));
    assert_eq!((rows[1].kind, rows[1].amount), (BillKind::Refund, Fen::yuan(-30)));
    assert_eq!(rows[0].exact_e8, None);
}

#[test]
fn amounts_in_jiao_and_fen_are_the_same_money() {
    for (unit, amount) in [("1", "12.3"), ("2", "123"), ("3", "1230")] {
        let text = format!(
            "[{{\"id\":\"a\",\"bill_date\":\"2026-03-01\",\"bill_type\":\"5\",\"customer_id\":\"x\",\"measure_id\":{unit},\"amount\":{amount},\"cash_amount\":\"{amount}\"}}]"
        );
        let file = read(ImportFormat::HuaweiBill, text.as_bytes(), &unmapped());
        assert_eq!(file.bills().next().unwrap().amount, Fen::new(1_230), "{unit}");
    }
    let huge = "[{\"id\":\"a\",\"bill_date\":\"2026-03-01\",\"bill_type\":5,\"customer_id\":\"x\",\"amount\":1e12,\"cash_amount\":1e12}]";
    let file = read(ImportFormat::HuaweiBill, huge.as_bytes(), &unmapped());
    assert_eq!(short(&file.rows[0]), "a rejected bad_envelope amount");
}
