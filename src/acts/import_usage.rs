//! A file of usage comes in: in chunks of a transaction each, so that a year of rows holds no lock
//! for long, and one closing act that keeps the counts and the report.
//!
//! Every row ends in exactly one outcome. Should the machine stop between two chunks, the same file
//! is sent again: what was stored is a duplicate then, and nothing is counted twice.

mod bills;
mod row_answer;

use std::collections::BTreeSet;
use std::sync::mpsc::sync_channel;

use chrono::{DateTime, Utc};

use super::centre::must_run;
use super::record_usage::{EventAnswer, Incoming, Meter, record_new_usage, record_usage};
use super::rehearse::rehearse;
use super::service_tokens::own_source;
use super::{Act, ActError, House, Line, Outcome, RequestKey, Store, no_longer_than, perform, perform_once};
use crate::ids::ProviderId;
use crate::metering::canonical::digest;
use crate::metering::event::{EventFault, EventKey};
use crate::metering::imports::{ImportFormat, ImportRow, ImportSettings, MOST_ROWS, RowRead};
use crate::party::Actor;
use crate::store;
use crate::store::quarantine::NewQuarantined;
use crate::store::usage_import::NewImport;
use bills::Bills;
pub use bills::KeptBills;
pub use row_answer::{COLUMNS, Counts, RowAnswer, RowOutcome};

/// Rows of one transaction.
const CHUNK: usize = 5_000;
/// Chunks that are read ahead while one is stored.
const READ_AHEAD: usize = 2;
/// How often a chunk is tried when another writer stored the same events at the same moment.
const TRIES: u32 = 5;

/// A file on its way in.
#[derive(Clone, Debug)]
pub struct UsageFile {
    pub provider: ProviderId,
    pub format: ImportFormat,
    /// The name on the user's machine, for people.
    pub name: String,
    pub sha256: String,
    pub settings: ImportSettings,
    /// Why events of more than 35 days ago come now; empty for none.
    pub reason: String,
}

impl UsageFile {
    /// The source of a provider's files where nobody names another: the same for every file of a
    /// format, so that a fact keeps its name however often it is sent.
    #[must_use]
    pub fn usual_source(provider_uscc: &str, format: ImportFormat) -> String {
        format!("import://{provider_uscc}/{format}")
    }
}

/// Who imports, where and when.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds the database")]
pub struct Desk<'a> {
    pub store: &'a Store,
    pub house: &'a House,
    pub actor: &'a Actor,
    pub now: DateTime<Utc>,
    /// The chain that the events go to.
    pub shard: i64,
    /// A form that is sent twice leaves one import.
    pub key: Option<&'a RequestKey>,
}

/// What a file came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The import's number.
    pub id: i64,
    pub counts: Counts,
    pub bills: KeptBills,
}

/// What is gathered while the chunks go by.
#[derive(Debug, Default)]
struct Tally {
    counts: Counts,
    report: String,
    bills: Bills,
}

impl Tally {
    fn add(&mut self, rows: &[ImportRow], answers: &[RowAnswer]) {
        for bill in rows.iter().filter_map(|row| row.bill.as_deref()) {
            self.bills.add(bill);
        }
        for answer in answers {
            // A year of rows would make a report that nobody opens: the first ones stand for it.
            if usize::try_from(self.counts.rows).is_ok_and(|kept| kept < MOST_ROWS) {
                self.report.push_str(&serde_json::Value::from(answer.cells().to_vec()).to_string());
                self.report.push('\n');
            }
            self.counts.add(answer.outcome);
        }
    }
}

/// Imports the rows of a file; `told` hears the answers chunk by chunk, after their commit.
///
/// # Errors
/// Refusals: a source that is no URI or another provider's, a reason that is too long; faults of
/// the database, after which the same file can be sent again.
pub fn import_file(
    desk: &Desk<'_>,
    file: &UsageFile,
    rows: impl Iterator<Item = ImportRow> + Send,
    mut told: impl FnMut(&[RowAnswer]),
) -> Outcome<Imported> {
    let mut tally = Tally::default();
    // One thread reads the file, this one stores.
    std::thread::scope(|scope| {
        let (ready, chunks) = sync_channel::<Vec<ImportRow>>(READ_AHEAD);
        scope.spawn(move || {
            let mut rows = rows;
            loop {
                let chunk: Vec<ImportRow> = rows.by_ref().take(CHUNK).collect();
                // Nobody listens any more when a chunk could not be stored.
                if chunk.is_empty() || ready.send(chunk).is_err() {
                    break;
                }
            }
        });
        for chunk in chunks {
            let answers = in_turn(desk, file, &chunk)?;
            told(&answers);
            tally.add(&chunk, &answers);
        }
        Outcome::Ok(())
    })?;
    let counts = tally.counts;
    let mut bills = KeptBills::default();
    let id = match desk.key {
        None => perform(desk.store, desk.house, desk.actor, desk.now, |act| close_import(act, file, tally, &mut bills))?,
        Some(key) => {
            let close = |act: &mut Act<'_>| close_import(act, file, tally, &mut bills).map(|id| id.to_string());
            perform_once(desk.store, desk.house, desk.actor, desk.now, key, close)?.parse().unwrap_or_default()
        }
    };
    Ok(Imported { id, counts, bills })
}

/// Says what would become of the rows and stores nothing.
///
/// # Errors
/// As [`import_file`].
pub fn rehearse_file(
    desk: &Desk<'_>,
    file: &UsageFile,
    rows: impl Iterator<Item = ImportRow>,
    mut told: impl FnMut(&[RowAnswer]),
) -> Outcome<Counts> {
    rehearse(desk.store, desk.house, desk.actor, desk.now, |act| {
        let mut counts = Counts::default();
        let mut rows = rows;
        loop {
            let chunk: Vec<ImportRow> = rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(counts);
            }
            let answers = record_rows(act, file, desk.shard, &chunk)?;
            told(&answers);
            for answer in &answers {
                counts.add(answer.outcome);
            }
        }
    })
}

/// One chunk in one transaction, tried again when some were stored before, and while others store the
/// same events.
fn in_turn(desk: &Desk<'_>, file: &UsageFile, rows: &[ImportRow]) -> Outcome<Vec<RowAnswer>> {
    let mut tries = 0;
    loop {
        let record = if tries == 0 { record_new_usage } else { record_usage };
        tries += 1;
        match perform(desk.store, desk.house, desk.actor, desk.now, |act| rows_of(act, file, desk.shard, rows, record)) {
            // Earlier chunks are stored: a database that is busy for a while must not end the file.
            Err(ActError::Fault(fault)) if (fault.is_passing() || fault.is_busy()) && tries < TRIES => {}
            done => return done,
        }
    }
}

/// Stores the events of some rows and keeps aside what a person has to decide.
///
/// # Errors
/// As [`import_file`].
pub fn record_rows(act: &mut Act<'_>, file: &UsageFile, shard: i64, rows: &[ImportRow]) -> Outcome<Vec<RowAnswer>> {
    rows_of(act, file, shard, rows, record_usage)
}

/// How the events of rows are stored.
type Record = fn(&mut Act<'_>, &Meter, i64, Vec<Incoming>, bool) -> Outcome<Vec<EventAnswer>>;

fn rows_of(act: &mut Act<'_>, file: &UsageFile, shard: i64, rows: &[ImportRow], record: Record) -> Outcome<Vec<RowAnswer>> {
    must_run(act, file.provider)?;
    no_longer_than(300, "reason", &file.reason)?;
    let meter = Meter {
        provider: file.provider,
        sources: sources(act, file, rows)?,
        backfill: (!file.reason.is_empty()).then(|| file.reason.clone()),
        may_backfill: true,
    };
    let (mut answers, mut waiting, mut incoming) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::new());
    for row in rows {
        let answer = |outcome| RowAnswer::new(row.row, &row.label, outcome);
        answers.push(match &row.read {
            RowRead::Event(event) => {
                waiting.push(answers.len());
                incoming.push(Incoming { key: event.key.clone(), read: Ok(event.as_ref().clone()) });
                answer(RowOutcome::Accepted)
            }
            RowRead::Skipped(why) => RowAnswer { text: why.clone(), ..answer(RowOutcome::Skipped) },
            RowRead::Rejected(fault) => answer(RowOutcome::Rejected).because(fault),
            RowRead::Quarantined(fault, raw) => {
                keep_row(act, file, &row.label, fault, raw)?;
                answer(RowOutcome::Quarantined).because(fault)
            }
        });
    }
    if !incoming.is_empty() {
        let told = record(act, &meter, shard, incoming, false)?;
        for (at, told) in waiting.into_iter().zip(&told) {
            if let Some(answer) = answers.get_mut(at) {
                answer.settle(told);
            }
        }
    }
    Ok(answers)
}

/// The sources that the rows may write: the file's own, or those that its CloudEvents name and no
/// other provider has.
fn sources(act: &mut Act<'_>, file: &UsageFile, rows: &[ImportRow]) -> Outcome<BTreeSet<String>> {
    let own = |act: &mut Act<'_>, uri: &str| {
        own_source(act, file.provider, uri).map_err(|why| match why {
            ActError::Refused(refusals) => {
                let here = |refusal| super::Refusal { field: Some("source".to_owned()), ..refusal };
                ActError::Refused(refusals.into_iter().map(here).collect())
            }
            other => other,
        })
    };
    if file.format != ImportFormat::CloudEvents {
        own(act, &file.settings.source)?;
        return Ok(BTreeSet::from([file.settings.source.clone()]));
    }
    let mut open = BTreeSet::new();
    for row in rows {
        let RowRead::Event(event) = &row.read else { continue };
        if open.contains(&event.key.source) {
            continue;
        }
        match own(act, &event.key.source) {
            Ok(_) => drop(open.insert(event.key.source.clone())),
            // Its rows are refused one by one, the others go on.
            Err(ActError::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(open)
}

/// A row that is no event yet: kept with its text, once however often the file is sent.
fn keep_row(act: &mut Act<'_>, file: &UsageFile, label: &str, fault: &EventFault, raw: &str) -> Outcome<()> {
    let digest = digest(&[raw.as_bytes()]);
    let id = if label.is_empty() { hex::encode(digest) } else { label.to_owned() };
    let body = serde_json::json!({"format": file.format, "row": raw}).to_string();
    let new = NewQuarantined {
        provider: file.provider,
        key: &EventKey { source: file.settings.source.clone(), id },
        digest: &digest,
        body: &body,
        code: fault.code.as_str(),
        field: fault.field,
        detail_zh: &fault.text.zh,
        detail_en: &fault.text.en,
        waits_for: None,
        at: act.stamp(),
    };
    Ok(store::quarantine::keep(act.db, &new)?)
}

/// Keeps the counts, the report and the provider's bill side of a file.
fn close_import(act: &mut Act<'_>, file: &UsageFile, tally: Tally, bills: &mut KeptBills) -> Outcome<i64> {
    must_run(act, file.provider)?;
    let counts = tally.counts;
    let new = NewImport {
        provider_id: file.provider,
        format: file.format.as_str().to_owned(),
        file_name: file.name.clone(),
        file_sha256: file.sha256.clone(),
        source: file.settings.source.clone(),
        row_count: counts.rows,
        accepted: counts.accepted,
        duplicate: counts.duplicate,
        conflict: counts.conflict,
        rejected: counts.rejected,
        quarantined: counts.quarantined,
        skipped: counts.skipped,
        report: tally.report,
        reason: file.reason.clone(),
        imported_by: act.actor.account,
        imported_at: act.stamp(),
    };
    let id = store::usage_import::insert(act.db, &new)?;
    *bills = tally.bills.keep(act, file, id)?;
    let detail = RowOutcome::ALL.iter().map(|outcome| format!("{outcome} {}", counts.of(*outcome))).collect::<Vec<_>>().join(", ");
    act.write_line(&Line { act: "import_usage", subject: &file.name, reason: &file.reason, detail: &detail, ..Line::default() })?;
    Ok(id)
}
