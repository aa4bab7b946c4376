use chrono::{DateTime, NaiveDate, Utc};

use super::objection::{ObjectorKind, Written, flaws};
use super::period::{days, period_at};
use super::{content, payment_may_start};
use crate::calendar::Calendar;
use crate::lang::Text;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn money_may_move_from_the_day_after_the_last_day_on() {
    let last = day("2026-02-24");
    assert!(!payment_may_start(last, day("2026-02-23")));
    assert!(!payment_may_start(last, last));
    assert!(payment_may_start(last, day("2026-02-25")));
}

#[test]
fn over_spring_festival_the_make_up_saturday_counts_and_the_holiday_does_not() {
    let calendar = Calendar::official();
    // 09:00 in Beijing on Wednesday 11 February.
    let period = period_at(calendar, at("2026-02-11T01:00:00Z"), 5).unwrap();
    assert_eq!((period.first_day, period.last_day), (day("2026-02-11"), day("2026-02-24")));
    let days = days(calendar, day("2026-02-11"), &period).unwrap();
    assert_eq!(days.len(), 14);
    assert_eq!(days.iter().filter(|day| day.number.is_some()).count(), 5);
    assert_eq!((days[3].number, &days[3].why), (Some(4), &Text::new("调休补班", "make-up working day")));
    assert_eq!((days[6].number, days[6].why.en.as_str()), (None, "Spring Festival"));
}

#[test]
fn published_after_closing_time_the_day_itself_does_not_count_and_says_so() {
    let calendar = Calendar::official();
    // 17:30 in Beijing on Monday 2 March.
    let period = period_at(calendar, at("2026-03-02T09:30:00Z"), 5).unwrap();
    assert_eq!((period.first_day, period.last_day), (day("2026-03-03"), day("2026-03-09")));
    let days = days(calendar, day("2026-03-02"), &period).unwrap();
    assert_eq!((days[0].number, days[0].why.en.as_str()), (None, "published after hours"));
}

#[test]
fn a_period_into_a_year_without_official_data_is_refused() {
    assert_eq!(period_at(Calendar::official(), at("2026-12-28T01:00:00Z"), 5).unwrap_err().year, 2027);
}

fn written() -> Written {
    Written {
        kind: ObjectorKind::Person,
        name: "李四".into(),
        contact: "13800000000".into(),
        facts: "该企业所列发票对应的服务并未实际发生，附合同复印件为证。".into(),
        received_on: day("2026-03-03"),
    }
}

const PERIOD: (&str, &str) = ("2026-03-02", "2026-03-06");

fn codes(written: &Written, today: &str) -> Vec<&'static str> {
    flaws(written, (day(PERIOD.0), day(PERIOD.1)), day(today)).into_iter().map(|(code, _, _)| code).collect()
}

#[test]
fn an_objection_needs_a_name_a_contact_and_facts_within_the_period() {
    assert!(codes(&written(), "2026-03-03").is_empty());
    assert_eq!(codes(&Written { name: "匿名".into(), ..written() }, "2026-03-03"), ["anonymous"]);
    assert_eq!(codes(&Written { name: " ".into(), ..written() }, "2026-03-03"), ["anonymous"]);
    assert_eq!(codes(&Written { contact: "1".into(), ..written() }, "2026-03-03"), ["no_contact"]);
    assert_eq!(codes(&Written { facts: "我有意见   我有意见   我有意见".into(), ..written() }, "2026-03-03"), ["no_facts"]);
    assert_eq!(codes(&Written { received_on: day("2026-03-07"), ..written() }, "2026-03-07"), ["outside_period"]);
    assert_eq!(codes(&Written { received_on: day("2026-03-01"), ..written() }, "2026-03-03"), ["outside_period"]);
    assert_eq!(codes(&Written { received_on: day("2026-03-05"), ..written() }, "2026-03-04"), ["in_future"]);
}

#[test]
fn a_notice_without_a_telephone_number_is_not_ready() {
    let words = content::NoticeWords {
        title: content::usual_title(2026, 1),
        basis: content::usual_basis(&["鄂科技规〔2022〕3号".into()]),
        issuer: "武汉市科学技术局".into(),
        contact_phone: "027-65690001".into(),
        supervision_phone: "  ".into(),
        address: "发展大道164号".into(),
    };
    let missing: Vec<&str> = content::missing(&words).into_iter().map(|(field, _)| field).collect();
    assert_eq!(missing, ["supervision_phone"]);
    assert!(words.basis.zh.starts_with("根据鄂科技规〔2022〕3号，经企业申请"));
}
