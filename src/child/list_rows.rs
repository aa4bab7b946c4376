//! The rows of a registry's list, read by a child.

use std::io::{Read, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ChildFault, Input, Limits, answer, give_up_resources, this_program};
use crate::registry::sheet::{Row, SheetFault, read};

/// What reading one list may take. 100,000 rows take a few seconds and some 100 MiB.
const LIMITS: Limits =
    Limits { patience: Duration::from_mins(1), answer_bytes: 160 * 1024 * 1024, memory_bytes: 768 * 1024 * 1024, processor_seconds: 40 };
/// Largest file.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// How this program is called to read one list.
const ARGUMENTS: [&str; 2] = ["registry", "read-one"];

/// One line of the child's answer; the last one says that all rows were read.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Row(u32, Vec<String>),
    Fault(SheetFault),
    End,
}

/// The rows of a list.
///
/// # Errors
/// Why it is none; also when the reading process did not come to an end.
pub fn list_rows(input: Input) -> Result<Vec<Row>, SheetFault> {
    let printed = this_program().map_err(ChildFault::Start).and_then(|program| answer(&program, &ARGUMENTS, input, &LIMITS));
    let printed = printed.map_err(|why| {
        match &why {
            ChildFault::Start(_) => tracing::error!(%why, "a list could not be read"),
            ChildFault::TimedOut(_) | ChildFault::Died(_) => tracing::info!(%why, "a list could not be read"),
        }
        SheetFault::OverLimits
    })?;
    let mut rows = Vec::new();
    let mut ended = false;
    for line in printed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line).map_err(|_| SheetFault::OverLimits)? {
            Line::Row(number, cells) => rows.push(Row { number, cells }),
            Line::Fault(fault) => return Err(fault),
            Line::End => ended = true,
        }
    }
    if ended { Ok(rows) } else { Err(SheetFault::OverLimits) }
}

/// The child's side: reads a list from standard input and prints its rows.
///
/// # Errors
/// Limits that the system refuses; streams that break.
pub fn read_one(out: &mut impl Write) -> anyhow::Result<()> {
    give_up_resources(&LIMITS)?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    let mut out = std::io::BufWriter::with_capacity(1 << 16, out);
    let mut broken = None;
    let ended = if u64::try_from(bytes.len())? > MAX_BYTES {
        Err(SheetFault::TooMuchText)
    } else {
        read(&bytes, &mut |row| {
            if broken.is_none() {
                broken = print(&mut out, &Line::Row(row.number, row.cells)).err();
            }
        })
    };
    if let Some(why) = broken {
        return Err(why);
    }
    print(&mut out, &ended.map_or_else(Line::Fault, |()| Line::End))?;
    Ok(out.flush()?)
}

fn print(out: &mut impl Write, line: &Line) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    Ok(out.write_all(b"\n")?)
}
