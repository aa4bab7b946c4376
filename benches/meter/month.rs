//! Rating: the statements of a month from stored events, and quantities in memory for the comparison
//! with another engine.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

use anyhow::{Context, anyhow};
use chrono::{Days, NaiveDate};
use clap::Args;
use serde_json::{Value, json};
use suanquan::calendar::beijing_date;
use suanquan::metering::moment::Month;
use suanquan::metering::quantity::UnitMillis;
use suanquan::metering::rating::{Terms, Used, rate};
use suanquan::metering::tariff::read_tariff;
use suanquan::money::Fen;
use suanquan::reports::statement::preview;
use suanquan::store::{self, Store};

use super::runs::{RESOURCE, now};
use super::town::{PROVIDER, told};
use super::{Out, Place};

#[derive(Debug, Args)]
pub struct MonthArgs {
    #[command(flatten)]
    place: Place,
}

/// Drafts and settles last month's statement of every contract and stores nothing.
pub fn draft_all(args: &MonthArgs) -> anyhow::Result<Value> {
    let store = Store::open(&args.place.database)?;
    let now = now();
    let today = beijing_date(now);
    let last = Month::of(Month::of(today).first_day() - Days::new(1));
    let provider = store.read(|db| store::purchase::provider_by_uscc(db, PROVIDER))?.context("the town has no centre")?;
    let contracts = store.read(|db| store::metering::contracts_of_provider(db, provider.id))?;
    let (mut lines, mut total) = (0, Fen::ZERO);
    let started = Instant::now();
    for contract in &contracts {
        let preview = store.read(|db| preview(db, provider.id, contract.id, last, now, today)).map_err(told)?;
        lines += preview.lines.len();
        total += preview.total;
    }
    let micros = u64::try_from(started.elapsed().as_micros())?;
    Ok(json!({"month": last.to_string(), "statements": contracts.len(), "lines": lines, "fen": total.get(), "micros": micros}))
}

#[derive(Debug, Args)]
pub struct RateArgs {
    /// Quantities of one hour each
    #[arg(long, default_value_t = 200_000)]
    points: u64,
    #[command(flatten)]
    out: Out,
}

/// Card-hours that both engines can hold exactly, at one price.
pub fn rate_all(args: &RateArgs) -> anyhow::Result<Value> {
    const OF_A_CONTRACT: u64 = 400;
    let day = NaiveDate::from_ymd_opt(2026, 3, 1).context("a day")?;
    let body = json!({
        "code": "flat", "version": 1, "valid_from": day.to_string(), "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "rates": [{"resource": RESOURCE, "unit": "card", "model": "flat", "price": "12.5"}]
    });
    let tariffs = [read_tariff(&body).map_err(|faults| anyhow!("{faults:?}"))?];
    // Hundredths of a card-hour, an even number of them, so that no amount needs rounding.
    let hundredths: Vec<u64> = (0..args.points).map(|point| 2 + point * 38 % 1600).collect();
    let mut out = BufWriter::new(File::create(&args.out.out)?);
    for quantity in &hundredths {
        writeln!(out, "{}.{:02}", quantity / 100, quantity % 100)?;
    }
    out.flush()?;
    let mut contracts: Vec<Vec<Used>> = Vec::new();
    for (point, quantity) in (0..args.points).zip(&hundredths) {
        if point % OF_A_CONTRACT == 0 {
            contracts.push(Vec::new());
        }
        let used = Used {
            day: day + Days::new(point % 31),
            resource: RESOURCE.to_owned(),
            partition: String::new(),
            qos: String::new(),
            quantity: UnitMillis::new(i64::try_from(quantity * 36_000)?),
        };
        contracts.last_mut().context("a contract")?.push(used);
    }
    let terms = Terms { first: day, last: day + Days::new(30), tariffs: &tariffs };
    let mut total = Fen::ZERO;
    let started = Instant::now();
    for used in &contracts {
        let months = rate(&terms, used, Month::of(day)).map_err(|fault| anyhow!("{fault:?}"))?;
        total += months.iter().map(suanquan::metering::rating::RatedMonth::total).sum();
    }
    let micros = u64::try_from(started.elapsed().as_micros())?;
    Ok(json!({"points": args.points, "fen": total.get(), "micros": micros}))
}
