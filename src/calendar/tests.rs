use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn working_days(n: u32, count_publication_day: bool) -> NoticeRule {
    NoticeRule { n, unit: NoticeUnit::WorkingDay, count_publication_day }
}

fn calendar_days(n: u32) -> NoticeRule {
    NoticeRule { n, unit: NoticeUnit::CalendarDay, count_publication_day: true }
}

fn last_day(calendar: &Calendar, published: &str, rule: NoticeRule) -> NaiveDate {
    calendar.period(day(published), &rule).unwrap().last_day
}

#[test]
fn the_years_have_as_many_working_days_as_announced_and_name_their_source() {
    let calendar = Calendar::official();
    let sources: Vec<_> = calendar.sources().collect();
    assert_eq!(sources.iter().map(|(year, _)| *year).collect::<Vec<_>>(), [2022, 2023, 2024, 2025, 2026]);
    assert!(sources.iter().all(|(_, source)| source.contains("gov.cn content_")));
    assert!(sources[4].1.contains("国办发明电〔2025〕7号"));
    for (year, expected) in [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
        let days = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days().take_while(|date| date.year() == year);
        assert_eq!(days.filter(|date| calendar.is_working_day(*date).unwrap()).count(), expected, "{year}");
    }
}

#[test]
fn days_off_and_made_up_days_override_the_plain_week() {
    let calendar = Calendar::official();
    for (date, working) in [
        ("2026-03-02", true),  // Monday
        ("2026-03-07", false), // Saturday
        ("2026-02-16", false), // Monday in Spring Festival
        ("2026-02-14", true),  // Saturday, made up
        ("2022-12-31", false), // off by the notice for 2023
        ("2026-12-31", true),
    ] {
        assert_eq!(calendar.is_working_day(day(date)), Ok(working), "{date}");
    }
    assert_eq!(calendar.holiday(day("2026-02-16")), Ok(Some("春节")));
    assert_eq!(calendar.holiday(day("2026-03-07")), Ok(None));
    assert_eq!(calendar.is_working_day(day("2027-01-04")), Err(NoOfficialData { year: 2027 }));
    assert_eq!(calendar.is_working_day(day("2021-12-31")), Err(NoOfficialData { year: 2021 }));
}

#[test]
fn five_working_days_end_as_the_policy_table_says() {
    // Published, end with the day of publication counted, end without.
    const TABLE: [(&str, &str, &str); 9] = [
        ("2022-09-28", "2022-10-09", "2022-10-10"),
        ("2022-12-28", "2023-01-04", "2023-01-05"),
        ("2023-01-18", "2023-01-29", "2023-01-30"),
        ("2024-02-05", "2024-02-09", "2024-02-18"),
        ("2024-04-29", "2024-05-08", "2024-05-09"),
        ("2025-09-26", "2025-10-09", "2025-10-10"),
        ("2026-02-11", "2026-02-24", "2026-02-25"),
        ("2026-02-16", "2026-02-28", "2026-02-28"),
        ("2026-09-22", "2026-09-29", "2026-09-30"),
    ];
    for (published, inclusive, exclusive) in TABLE {
        let calendar = Calendar::official();
        assert_eq!(last_day(calendar, published, working_days(5, true)), day(inclusive), "{published} inclusive");
        assert_eq!(last_day(calendar, published, working_days(5, false)), day(exclusive), "{published} exclusive");
    }
}

#[test]
fn a_period_that_runs_into_a_year_without_data_is_refused_and_names_the_year() {
    for rule in [working_days(5, true), working_days(5, false), calendar_days(5)] {
        let refusal = Calendar::official().period(day("2026-12-28"), &rule).unwrap_err();
        assert_eq!(refusal, NoOfficialData { year: 2027 });
        for lang in Lang::ALL {
            assert!(refusal.message(lang).contains("2027"), "{lang}");
        }
    }
    assert_eq!(last_day(Calendar::official(), "2026-12-28", working_days(4, true)), day("2026-12-31"));
}

#[test]
fn real_printed_notices_end_on_their_printed_day() {
    // Days off of 2018 and 2020 that lie near the notices; neither year is shipped.
    let older = Calendar::from_files(&[
        "year = 2018\nsource = ''\ndays_off = [{ holiday = '端午节', from = '2018-06-16', to = '2018-06-18' }]\nmake_up_working_days = []",
        "year = 2020\nsource = ''\ndays_off = [{ holiday = '国庆节', from = '2020-10-01', to = '2020-10-08' }]\nmake_up_working_days = ['2020-10-10']",
    ])
    .unwrap();
    let official = Calendar::official();
    for (place, calendar, published, printed_end, rule) in [
        ("Wuhan Huangpi", official, "2023-02-21", "2023-02-27", working_days(5, true)),
        ("Hunan, over a made-up Saturday", official, "2024-10-09", "2024-10-21", working_days(10, true)),
        ("Shanghai 2018", &older, "2018-06-06", "2018-06-20", working_days(10, true)),
        ("Hubei", official, "2023-11-08", "2023-11-14", working_days(5, true)),
        ("Shanghai 2023", official, "2023-07-31", "2023-08-04", working_days(5, true)),
        ("Shanghai 2022", official, "2022-05-25", "2022-05-31", working_days(5, true)),
        ("Shanghai 2020", &older, "2020-10-14", "2020-10-20", working_days(5, true)),
        ("Hubei, five calendar days", official, "2023-01-05", "2023-01-09", calendar_days(5)),
        ("Suzhou in Anhui, first day not counted", official, "2024-12-04", "2024-12-11", working_days(5, false)),
    ] {
        assert_eq!(last_day(calendar, published, rule), day(printed_end), "{place}");
    }
}

#[test]
fn a_notice_of_calendar_days_that_ends_on_a_day_off_runs_to_the_next_working_day() {
    // Suzhou printed 2021-05-31 to 06-06, a Sunday; the rule here gives people the Monday.
    let calendar = Calendar::from_files(&["year = 2021\nsource = ''\ndays_off = []\nmake_up_working_days = []"]).unwrap();
    let period = calendar.period(day("2021-05-31"), &calendar_days(7)).unwrap();
    assert_eq!((period.first_day, period.last_day), (day("2021-05-31"), day("2021-06-07")));
    assert_eq!(period.counted_days.len(), 8);

    let over_new_year = Calendar::official().period(day("2022-12-29"), &calendar_days(3)).unwrap();
    assert_eq!(over_new_year.last_day, day("2023-01-03"));
    let not_counting_the_first = NoticeRule { count_publication_day: false, ..calendar_days(7) };
    assert_eq!(last_day(Calendar::official(), "2026-03-02", not_counting_the_first), day("2026-03-09"));
}

#[test]
fn published_on_a_day_off_the_next_working_day_is_day_one() {
    let period = Calendar::official().period(day("2026-02-16"), &NoticeRule::default()).unwrap();
    assert_eq!(period.first_day, day("2026-02-24"));
    assert_eq!(period.counted_days, ["2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-02-28"].map(day));
    assert_eq!(period.earliest_payment(), day("2026-03-01"));
    let by_calendar = Calendar::official().period(day("2026-03-07"), &calendar_days(5)).unwrap();
    assert_eq!((by_calendar.first_day, by_calendar.last_day), (day("2026-03-09"), day("2026-03-13")));
}

#[test]
fn published_after_closing_time_counting_begins_the_day_after() {
    let closing = NaiveTime::from_hms_opt(17, 30, 0).unwrap();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let rule = NoticeRule::default();
    assert!(rule.published_at(at("2026-03-02T09:29:59Z"), closing).count_publication_day);
    let late = rule.published_at(at("2026-03-02T09:30:00Z"), closing);
    assert_eq!(last_day(Calendar::official(), "2026-03-02", rule), day("2026-03-06"));
    assert_eq!(last_day(Calendar::official(), "2026-03-02", late), day("2026-03-09"));
}

#[test]
fn a_correction_is_due_five_working_days_after_the_day_of_return() {
    let calendar = Calendar::official();
    assert_eq!(calendar.add_working_days(day("2026-03-02"), 5), Ok(day("2026-03-09")));
    assert_eq!(calendar.add_working_days(day("2026-02-12"), 5), Ok(day("2026-02-26")));
    assert_eq!(calendar.add_working_days(day("2026-03-07"), 1), Ok(day("2026-03-09")));
    assert_eq!(calendar.add_working_days(day("2026-03-07"), 0), Ok(day("2026-03-07")));
    assert_eq!(calendar.add_working_days(day("2026-12-30"), 2), Err(NoOfficialData { year: 2027 }));
    assert_eq!(calendar.working_days_between(day("2026-03-02"), day("2026-03-09")), Ok(5));
    assert_eq!(calendar.working_days_between(day("2026-03-09"), day("2026-03-02")), Ok(-5));
}

#[test]
fn a_calendar_file_with_a_mistake_is_refused_with_the_reason() {
    let file = |off: &str, made_up: &str| format!("year = 2026\nsource = 'x'\ndays_off = [{off}]\nmake_up_working_days = [{made_up}]");
    let why = |texts: &[&str]| Calendar::from_files(texts).unwrap_err().to_string();
    assert!(why(&["year = 2026\nsource = 3"]).contains("line 2"));
    assert!(why(&[&file("", "'2025-12-28'")]).contains("2025-12-28 stands in the file of 2026"));
    assert!(why(&[&file("", "'2026-03-02'")]).contains("2026-03-02 is listed as a make-up working day"));
    assert!(why(&[&file("{ holiday = 'x', from = '2026-03-02', to = '2026-03-01' }", "")]).contains("ends before it begins"));
    assert!(why(&[&file("", ""), &file("", "")]).contains("two files for 2026"));
}

#[test]
fn dates_are_those_of_beijing() {
    let at: DateTime<Utc> = "2026-03-01T16:00:00Z".parse().unwrap();
    assert_eq!(beijing_date(at), day("2026-03-02"));
    assert_eq!(start_of_day(day("2026-03-02")), at);
    assert_eq!(end_of_day(day("2026-03-01")), at);
    assert_eq!(date_time(at, Lang::Zh), "2026年3月2日 00:00");
    assert_eq!(date_time(at, Lang::En), "2 March 2026, 00:00");
}

#[test]
fn dates_are_written_the_way_people_read_them() {
    let date = day("2026-03-09");
    assert_eq!(day_with_weekday(date, Lang::Zh), "3月9日（周一）");
    assert_eq!(day_with_weekday(date, Lang::En), "Mon 9 March");
    assert_eq!(full_date(date, Lang::Zh), "2026年3月9日");
    assert_eq!(full_date(date, Lang::En), "9 March 2026");
    assert_eq!(year_month(date, Lang::Zh), "2026年3月");
    assert_eq!(year_month(day("2026-12-09"), Lang::En), "December 2026");
    let ranges = [
        ("2026-03-02", "2026年3月2日至3月9日", "2–9 March 2026"),
        ("2026-02-24", "2026年2月24日至3月9日", "24 February – 9 March 2026"),
        ("2025-12-29", "2025年12月29日至2026年3月9日", "29 December 2025 – 9 March 2026"),
        ("2026-03-09", "2026年3月9日", "9 March 2026"),
    ];
    for (first, zh, en) in ranges {
        assert_eq!(date_range(day(first), date, Lang::Zh), zh);
        assert_eq!(date_range(day(first), date, Lang::En), en);
    }
}
