//! `suanquan calendar end`: the last day of a public notice.

use chrono::NaiveDate;

use crate::calendar::{Calendar, NoOfficialData, NoticeRule, NoticeUnit};

/// Questions to the working-day calendar.
#[derive(Debug, clap::Args)]
pub struct CalendarArgs {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    /// Print the last day of a public notice
    End(EndArgs),
}

#[derive(Debug, clap::Args)]
struct EndArgs {
    /// The day of publication, such as 2026-02-11
    #[arg(long, value_name = "DATE")]
    from: NaiveDate,
    /// Length in working days
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=250))]
    working_days: u32,
    /// Length in calendar days instead; a last day off is moved to the next working day
    #[arg(long, value_name = "N", conflicts_with = "working_days", value_parser = clap::value_parser!(u32).range(1..=366))]
    calendar_days: Option<u32>,
    /// Begin counting on the day after publication
    #[arg(long)]
    exclude_first: bool,
}

/// The answer, one line without its end: the last day as `2026-02-24`.
///
/// # Errors
/// The period runs into a year without official data.
pub fn run(args: &CalendarArgs) -> Result<String, NoOfficialData> {
    let Question::End(end) = &args.question;
    let (n, unit) = match end.calendar_days {
        Some(n) => (n, NoticeUnit::CalendarDay),
        None => (end.working_days, NoticeUnit::WorkingDay),
    };
    let rule = NoticeRule { n, unit, count_publication_day: !end.exclude_first };
    Ok(Calendar::official().period(end.from, &rule)?.last_day.to_string())
}

#[cfg(test)]
mod tests;
