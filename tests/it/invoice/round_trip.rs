//! What the generator writes is what the reader reads, for any paper; and one invoice is one
//! invoice in every form.

use proptest::prelude::*;
use serde_json::{Value, to_value};
use suanquan::invoice::{Invoice, read};

use super::fixtures::facts;
use super::generator::{Paper, PaperLine};
use super::packages::Ofd;

prop_compose! {
    fn line()(amount in -9_999_999_999_i64..9_999_999_999,
        name in "[一-龥]{1,12}", quantity in "[1-9][0-9]{0,4}") -> PaperLine {
        PaperLine::new(&format!("*信息技术服务*{name}"), &quantity, "项", amount, 0)
    }
}

prop_compose! {
    fn paper()(old in any::<bool>(), special in any::<bool>(), serial in 0_u64..1_000_000_000_000_000, day in 1_u32..29, month in 1_u32..13,
        year in 2021_i32..2030, buyer in "[一-龥]{2,20}", seller in "[一-龥&<>（）]{1,20}有限公司", mut lines in prop::collection::vec(line(), 1..12),
        rate in prop::sample::select(vec![0_u32, 1, 3, 6, 9, 13]),
        no_tax in prop::bool::weighted(0.1)) -> Paper {
        // A blue paper as a whole stands above zero; its discounts may not.
        let below = lines.iter().map(|line| line.amount).sum::<i64>() <= 0;
        for line in &mut lines {
            let amount = if below { line.amount.abs() + 1 } else { line.amount };
            *line = PaperLine::new(&line.name, &line.quantity, &line.unit, amount, rate);
        }
        let base = if old { Paper::electronic() } else { Paper::digital() };
        let number = if old { format!("{:08}", serial % 100_000_000) } else { format!("{:02}422{serial:015}", year % 100) };
        let code = old.then(|| format!("04200{}001{}", year % 100, if special { 13 } else { 11 }));
        Paper { code, number, special, date: (year, month, day), buyer, seller, lines, no_tax, ..base }
    }
}

/// The keys of the facts as they were read.
fn read_facts(bytes: &[u8], expected: &Value) -> Value {
    let invoice: Invoice = read(bytes);
    let read = to_value(&invoice).unwrap();
    expected.as_object().unwrap().keys().map(|key| (key.clone(), read[key].clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_written_invoice_reads_back_the_same_in_every_form(paper in paper()) {
        let expected = facts(&paper);
        let mut forms = vec![("attachment", paper.attachment().into_bytes()), ("ofd", Ofd::with_attachment(&paper).bytes())];
        if paper.code.is_none() {
            forms.push(("xml", paper.xml().into_bytes()));
        }
        for (form, bytes) in forms {
            prop_assert_eq!(read_facts(&bytes, &expected), expected.clone(), "{}", form);
        }
        // The other two places do not say 专用 or 普通 of a digital invoice.
        let mut expected = expected;
        if paper.code.is_none() {
            expected["special"] = Value::Null;
        }
        for bytes in [Ofd::with_custom_data(&paper).bytes(), Ofd::with_tags(&paper).bytes()] {
            prop_assert_eq!(read_facts(&bytes, &expected), expected.clone());
        }
    }

    #[test]
    fn a_red_letter_reads_back_with_the_invoice_that_it_takes_back(paper in paper()) {
        let red = paper.reversed(if paper.code.is_some() { "99999990" } else { "26422999999999999990" });
        let expected = facts(&red);
        prop_assert_eq!(read_facts(&Ofd::with_attachment(&red).bytes(), &expected), expected);
    }

    #[test]
    fn a_damaged_file_never_gives_an_amount_that_was_not_written(at in 0_usize..2_000, byte in any::<u8>()) {
        let paper = Paper::digital();
        let mut bytes = paper.xml().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let invoice = read(&bytes);
        if let (Some(net), Some(tax), Some(total)) = (invoice.net, invoice.tax, invoice.total) {
            prop_assert_eq!(net + tax, total);
        }
    }

    #[test]
    fn noise_is_refused_and_stops_nothing(bytes in prop::collection::vec(any::<u8>(), 0..600), head in prop::sample::select(vec!["", "<", "PK\u{3}\u{4}", "%PDF-1.7\n"])) {
        let invoice = read(&[head.as_bytes(), &bytes].concat());
        prop_assert!(invoice.total.is_none());
        prop_assert!(!invoice.warnings.is_empty());
    }
}
