use clap::Parser as _;

use super::*;

#[derive(clap::Parser)]
struct Program {
    #[command(flatten)]
    args: CalendarArgs,
}

fn answer(line: &str) -> Result<String, String> {
    let words = std::iter::once("calendar").chain(line.split_whitespace());
    let program = Program::try_parse_from(words).map_err(|why| why.to_string())?;
    run(&program.args).map_err(|why| why.to_string())
}

#[test]
fn the_last_day_is_printed_for_every_way_of_counting() {
    assert_eq!(answer("end --from 2026-02-11 --working-days 5"), Ok("2026-02-24".into()));
    assert_eq!(answer("end --from 2026-02-11 --working-days 5 --exclude-first"), Ok("2026-02-25".into()));
    assert_eq!(answer("end --from 2023-01-05 --calendar-days 5"), Ok("2023-01-09".into()));
}

#[test]
fn what_cannot_be_answered_is_refused_with_the_reason() {
    assert!(answer("end --from 2026-12-28").unwrap_err().contains("2027"));
    assert!(answer("end --from 2026-02-30").unwrap_err().contains("2026-02-30"));
    assert!(answer("end --from 2026-03-02 --working-days 0").unwrap_err().contains("0 is not in 1..=250"));
    assert!(answer("end --from 2026-03-02 --working-days 5 --calendar-days 5").unwrap_err().contains("cannot be used with"));
}
