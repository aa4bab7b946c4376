use super::*;

#[test]
fn an_instant_is_read_with_its_zone_and_to_the_millisecond() {
    let same = ["2026-03-02T14:30:00+08:00", "2026-03-02T06:30:00Z", "2026-03-02T06:30:00.000Z", " 2026-03-02T01:30:00-05:00 "];
    for text in same {
        assert_eq!(Moment::parse(text).unwrap().to_string(), "2026-03-02T06:30:00Z", "{text}");
    }
    assert_eq!(Moment::parse("2026-03-02T06:30:00.125Z").unwrap().to_string(), "2026-03-02T06:30:00.125Z");
    for (text, why) in [
        ("2026-03-02T14:30:00", NotAMoment::NotRfc3339),
        ("2026-03-02", NotAMoment::NotRfc3339),
        ("1772433000", NotAMoment::NotRfc3339),
        ("", NotAMoment::NotRfc3339),
        ("2026-02-30T00:00:00Z", NotAMoment::NotRfc3339),
        ("2026-03-02T06:30:00.0001Z", NotAMoment::TooFine),
        ("1999-12-31T23:59:59Z", NotAMoment::OutOfRange),
        ("2100-01-01T00:00:00Z", NotAMoment::OutOfRange),
    ] {
        assert_eq!(Moment::parse(text), Err(why), "{text}");
    }
}

#[test]
fn months_abut_on_the_contracts_clock() {
    let march = Month::parse("2026-03").unwrap();
    let span = march.span(UtcOffset::BEIJING);
    assert_eq!((span.start.to_string(), span.end.to_string()), ("2026-02-28T16:00:00Z".into(), "2026-03-31T16:00:00Z".into()));
    assert_eq!(march.next().span(UtcOffset::BEIJING).start, span.end);
    assert_eq!((march.last_day().day(), march.next().to_string()), (31, "2026-04".into()));
    assert_eq!(Month::of(march.last_day()), march);
    assert_eq!(span.end.plus_millis(-1).date(UtcOffset::BEIJING), march.last_day());
    for text in ["2026-3", "2026-13", "2026-00", "1999-12", "202603", "2026-03-01", "", "二〇二六"] {
        assert_eq!(Month::parse(text), None, "{text}");
    }
}

#[test]
fn intervals_that_only_touch_share_nothing() {
    let at = Moment::from_millis;
    let (one, two) = (Interval { start: at(0), end: at(10) }, Interval { start: at(10), end: at(20) });
    assert_eq!(one.within(two), None);
    assert_eq!(one.within(Interval { start: at(3), end: at(30) }), Some(Interval { start: at(3), end: at(10) }));
    assert_eq!(Interval { start: at(5), end: at(2) }.millis(), 0);
}
