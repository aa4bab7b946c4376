//! The usage that everybody is told: runs of jobs of all accounts of a centre.

use std::fs::File;
use std::io::{BufWriter, Write};

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};
use suanquan::clock::Clock;
use suanquan::metering::moment::Moment;

use super::Out;

pub const SOURCE: &str = "slurm://dongji/dbd";
pub const RESOURCE: &str = "ascend-910b";
const MINUTE: u64 = 60_000;

/// A finished run of a job on some cards.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub number: u64,
    pub account: u64,
    pub cards: u64,
    pub start: Moment,
    pub end: Moment,
}

/// Runs of some accounts that ended within some days before now.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    newest: Moment,
    days: u64,
    accounts: u64,
}

impl Runs {
    pub fn of_days(days: u64, accounts: u64) -> Runs {
        Runs { newest: Moment::at(now()), days, accounts }
    }

    /// The run of a number: always the same but for the day it is told.
    pub fn run(&self, number: u64) -> Run {
        let minutes = 10 + number * 7 % 160;
        let ago = (number.wrapping_mul(2_654_435_761) % (self.days * 1440)) + 1;
        let end = self.newest.millis() / 1000 * 1000 - millis(ago * MINUTE);
        let start = end - millis(minutes * MINUTE);
        let (start, end) = (Moment::from_millis(start), Moment::from_millis(end));
        Run { number, account: number % self.accounts, cards: 1 + number % 8, start, end }
    }
}

pub fn now() -> DateTime<Utc> {
    Clock::Machine.now()
}

fn millis(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

pub fn account(number: u64) -> String {
    format!("acct-{number:04}")
}

impl Run {
    /// As our API takes it: a CloudEvent of some 450 bytes.
    pub fn event(&self) -> Value {
        json!({
            "specversion": "1.0", "type": "cn.suanquan.compute.usage.v1", "source": SOURCE, "id": format!("dongji/{}", self.number),
            "subject": account(self.account), "time": self.end.to_string(),
            "data": {
                "resource": RESOURCE, "units": self.cards, "start": self.start.to_string(), "end": self.end.to_string(),
                "job": {
                    "cluster": "dongji", "id": self.number.to_string(), "run": "0", "partition": "npu", "qos": "normal",
                    "account": format!("project-{}", self.number % 5)
                }
            }
        })
    }

    /// As AUDITOR's API takes it.
    pub fn record(&self) -> Value {
        json!({
            "record_id": format!("dongji-{}", self.number),
            "meta": {
                "site_id": ["dongji"], "user_id": [account(self.account)], "group_id": [format!("project-{}", self.number % 5)],
                "partition": ["npu"], "qos": ["normal"]
            },
            "components": [{"name": RESOURCE, "amount": self.cards, "scores": []}],
            "start_time": self.start.to_string(), "stop_time": self.end.to_string()
        })
    }
}

#[derive(Debug, Args)]
pub struct FileArgs {
    #[arg(long)]
    rows: u64,
    #[arg(long, default_value_t = 500)]
    accounts: u64,
    /// The number of the first run
    #[arg(long, default_value_t = 0)]
    first: u64,
    #[command(flatten)]
    out: Out,
}

/// Writes the runs of a year as CSV.
pub fn write_file(args: &FileArgs) -> anyhow::Result<Value> {
    let runs = Runs::of_days(364, args.accounts);
    let mut out = BufWriter::new(File::create(&args.out.out)?);
    writeln!(out, "id,subject,resource,units,start,end,partition,qos,project,instance")?;
    for number in args.first..args.first + args.rows {
        let run = runs.run(number);
        let (subject, project) = (account(run.account), number % 5);
        writeln!(
            out,
            "dongji/{number},{subject},{RESOURCE},{},{},{},npu,normal,project-{project},dongji/{number}/0",
            run.cards, run.start, run.end
        )?;
    }
    out.flush()?;
    Ok(json!({"rows": args.rows}))
}
