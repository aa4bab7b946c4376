//! Slurm's accounting: one row per run of a job, from `sacct -P` or `sacct --json`.
//!
//! Quantity = ElapsedRaw × cards. Slurm has taken the suspended time out of ElapsedRaw already; a
//! row where End − Start − Suspended differs from it by more than a second contradicts itself and
//! waits for a person. Rules and traps: metering.md §5.4.

mod sacct_json;
mod sacct_text;
mod tres;

use super::draft::Draft;
use super::flat_row::unknown_account;
use super::stamp::Stamp;
use super::{FileFault, ImportRow, ImportSettings, RowRead, Rows};
use crate::codes::codes;
use crate::metering::event::{EventCode, EventFault};
use crate::metering::moment::{Interval, Moment};

/// Writes what is read here. `-D` shows the earlier runs of requeued jobs, `-X` leaves the steps
/// out, `%s` writes instants that no clock change can blur; `-T` would cut jobs at the window.
pub const SACCT: &str = "SLURM_TIME_FORMAT=%s sacct -a -D -X -P --noconvert -S START -E END \
    -o Cluster,DBIndex,SLUID,JobIDRaw,JobID,Restarts,Account,User,Partition,QOS,State,Submit,Start,End,ElapsedRaw,Suspended,AllocTRES";

codes! {
    /// How a run stands or ended, as Slurm writes it.
    SlurmState {
        Pending = "PENDING",
        Running = "RUNNING",
        Suspended = "SUSPENDED",
        Completing = "COMPLETING",
        Configuring = "CONFIGURING",
        Completed = "COMPLETED",
        Cancelled = "CANCELLED",
        Failed = "FAILED",
        Timeout = "TIMEOUT",
        Deadline = "DEADLINE",
        OutOfMemory = "OUT_OF_MEMORY",
        /// An earlier run of a job that was put back into the queue: its cards were used.
        Requeued = "REQUEUED",
        /// An earlier size of a job that was resized.
        Resizing = "RESIZING",
        NodeFail = "NODE_FAIL",
        BootFail = "BOOT_FAIL",
        Preempted = "PREEMPTED",
        /// Started by another cluster of the federation.
        Revoked = "REVOKED",
    }
}

impl SlurmState {
    /// Ended by its own doing. What the centre cut short is billed only by the contract's word.
    #[must_use]
    pub const fn is_billed_by_default(self) -> bool {
        use SlurmState::*;
        match self {
            Completed | Cancelled | Failed | Timeout | Deadline | OutOfMemory | Requeued | Resizing => true,
            Pending | Running | Suspended | Completing | Configuring | NodeFail | BootFail | Preempted | Revoked => false,
        }
    }

    const fn goes_on(self) -> bool {
        use SlurmState::*;
        matches!(self, Running | Suspended | Completing | Configuring)
    }

    /// `CANCELLED by 1001` is CANCELLED.
    fn of(text: &str) -> Option<SlurmState> {
        SlurmState::parse(text.split_whitespace().next()?)
    }
}

/// One run of a job, in whichever form it was written.
#[derive(Debug, Default)]
struct Run {
    /// Slurm's own id of the run; empty where the dump has none.
    id: String,
    cluster: String,
    /// `123`, `123_4`, `123+1`, and `123.batch` for a step.
    job: String,
    /// The plain number.
    job_raw: String,
    account: String,
    user: String,
    partition: String,
    qos: String,
    state: String,
    submit: Option<Stamp>,
    start: Option<Stamp>,
    end: Option<Stamp>,
    /// Seconds without suspension.
    elapsed: Option<i64>,
    suspended: Option<i64>,
    /// `cpu=64,gres/npu=8,node=1`.
    tres: String,
    /// The row as it came.
    raw: String,
}

pub(super) fn rows<'a>(text: &'a str, settings: &'a ImportSettings, now: Moment) -> Result<Rows<'a>, FileFault> {
    if text.starts_with('{') { sacct_json::rows(text, settings, now) } else { sacct_text::rows(text, settings, now) }
}

impl Run {
    fn row(self, row: usize, settings: &ImportSettings, now: Moment) -> ImportRow {
        let read = self.judge(settings, now).unwrap_or_else(|outcome| outcome);
        ImportRow::new(row, self.job, read)
    }

    /// Either way an outcome; the error is the early one.
    fn judge(&self, settings: &ImportSettings, now: Moment) -> Result<RowRead, RowRead> {
        if self.job.contains('.') {
            return Err(RowRead::skipped("作业步，已含在作业中", "a step: its job tells of it"));
        }
        let state = SlurmState::of(&self.state).ok_or_else(|| {
            let shown = &self.state;
            let (zh, en) = (format!("状态「{shown}」未知"), format!("the state \"{shown}\" is unknown"));
            self.quarantined(EventCode::BadEnvelope, "State", zh, en)
        })?;
        let interval = self.interval(state)?;
        if !settings.map.bills(state) {
            let (zh, en) = (format!("合同不计费的状态 {state}"), format!("the contract does not bill the state {state} (bill_states)"));
            return Err(RowRead::skipped(zh, en));
        }
        let elapsed =
            self.elapsed.ok_or_else(|| rejected(EventCode::BadEnvelope, "ElapsedRaw", "不是整秒数", "is no whole number of seconds"))?;
        if self.tres.is_empty() && elapsed == 0 {
            return Err(RowRead::skipped("未占用任何资源", "held nothing"));
        }
        self.check_length(interval, elapsed)?;
        let held = tres::held(&self.tres, &self.partition, &settings.map).map_err(|fault| match fault.code {
            EventCode::BadEnvelope => RowRead::Rejected(fault),
            _ => RowRead::Quarantined(fault, self.raw.clone()),
        })?;
        let subject = settings.map.subject(&self.account);
        let subject = subject.ok_or_else(|| RowRead::Quarantined(unknown_account("Account", &self.account), self.raw.clone()))?;

        let cluster = self.cluster(settings);
        let run = self.run();
        let mut draft = Draft::default();
        draft.text("resource", &held.resource).number("units", held.units).interval(interval.start, interval.end);
        // A length that rounds up to one second more than the interval is the interval.
        draft.number("active_seconds", elapsed.min(interval.millis() / 1000));
        draft.text("state", state.as_str()).text("tres", &self.tres);
        draft.object(
            "job",
            &[
                ("cluster", cluster),
                ("id", &self.job_raw),
                ("run", &run),
                ("partition", &self.partition),
                ("qos", &self.qos),
                ("account", &self.account),
                ("user", &self.user),
            ],
        );
        Ok(RowRead::of(draft.event(settings, &self.key(cluster, &run), subject, now)))
    }

    fn cluster<'a>(&'a self, settings: &'a ImportSettings) -> &'a str {
        if self.cluster.is_empty() { &settings.map.cluster } else { &self.cluster }
    }

    /// Tells the runs of one job apart, alike in both forms of the dump: Slurm keeps one row per job
    /// and time of submission, and a requeue counts as one.
    fn run(&self) -> String {
        match &self.submit {
            Some(Stamp::At(submit)) => (submit.millis() / 1000).to_string(),
            Some(Stamp::Never | Stamp::Unreadable(_)) | None => String::new(),
        }
    }

    fn key(&self, cluster: &str, run: &str) -> String {
        if self.id.is_empty() { format!("{cluster}/{}/{run}", self.job_raw) } else { self.id.clone() }
    }

    /// From start to end, when the run has both.
    fn interval(&self, state: SlurmState) -> Result<Interval, RowRead> {
        let unreadable = |field, text: &str| {
            let (zh, en) = (format!("时间「{text}」无法读取"), format!("the time \"{text}\" cannot be read"));
            rejected(EventCode::BadTime, field, zh, en)
        };
        let never_started = || RowRead::skipped("未开始运行", "never started");
        let running = || RowRead::skipped("尚未结束，结束后再导入", "has not ended; import it again when it has");
        let start = match &self.start {
            _ if state == SlurmState::Pending => return Err(never_started()),
            None | Some(Stamp::Never) => return Err(never_started()),
            Some(Stamp::Unreadable(text)) => return Err(unreadable("Start", text)),
            Some(Stamp::At(start)) => *start,
        };
        let end = match &self.end {
            _ if state.goes_on() => return Err(running()),
            None | Some(Stamp::Never) => return Err(running()),
            Some(Stamp::Unreadable(text)) => return Err(unreadable("End", text)),
            Some(Stamp::At(end)) => *end,
        };
        if self.id.is_empty() && (self.job_raw.is_empty() || self.run().is_empty()) {
            let (zh, en) = (
                "没有 SLUID、DBIndex，也没有作业号与提交时间，无法识别",
                "has no SLUID or DBIndex and no job number with a time of submission, so it cannot be told apart",
            );
            return Err(rejected(EventCode::BadEnvelope, "JobIDRaw", zh, en));
        }
        Ok(Interval { start, end })
    }

    /// End − Start − Suspended = Elapsed, within a second.
    fn check_length(&self, interval: Interval, elapsed: i64) -> Result<(), RowRead> {
        if interval.end < interval.start {
            return Err(rejected(EventCode::NegativeInterval, "End", "早于 Start", "is before Start"));
        }
        let suspended = self.suspended.unwrap_or(0);
        let rest = (interval.millis() / 1000).saturating_sub(suspended);
        if rest.saturating_sub(elapsed).saturating_abs() <= 1 {
            return Ok(());
        }
        let (zh, en) = (
            format!("End − Start − Suspended = {rest} 秒，与 ElapsedRaw {elapsed} 秒不符，请核对该作业"),
            format!("End − Start − Suspended is {rest} s but ElapsedRaw is {elapsed} s; look at this job in Slurm"),
        );
        Err(self.quarantined(EventCode::DoesNotAddUp, "ElapsedRaw", zh, en))
    }

    fn quarantined(&self, code: EventCode, field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> RowRead {
        RowRead::Quarantined(EventFault::new(code, field, zh, en), self.raw.clone())
    }
}

fn rejected(code: EventCode, field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> RowRead {
    RowRead::Rejected(EventFault::new(code, field, zh, en))
}
