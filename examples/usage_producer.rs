//! A small, complete producer of usage events for a centre's meter.
//!
//! It reads finished intervals from standard input, one JSON object per line:
//!
//! ```json
//! {"subject": "wh-zhixing", "resource": "ascend-910b", "units": 8,
//!  "start": "2026-03-01T08:00:00+08:00", "end": "2026-03-01T09:00:00+08:00", "instance": "job-77"}
//! ```
//!
//! and sends them to `POST /api/v1/usage/events`:
//!
//! ```text
//! SUANQUAN_TOKEN=… cargo run --example usage_producer -- \
//!     --url http://127.0.0.1:8080 --source meter://centre/room-1 --spool ./spool < facts.ndjson
//! ```
//!
//! Nothing is lost and nothing counts twice, for three reasons. A fact is on disk, synced, before it
//! is sent. Its id is made from the fact itself, so the same fact sent twice is a duplicate, and a
//! duplicate is a success. A file leaves the spool only when every event in it was answered.
//! Start it again after a crash, also without input: it goes on with what is in the spool.
//!
//! Exit status: 0 all delivered; 1 not delivered, the spool is kept; 2 some facts were refused, see
//! `*.refused` in the spool. For https add the feature `rustls` to reqwest.

use std::fs::{self, File};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use suanquan::metering::canonical::canonical;

/// Events of one request; the server takes at most 1,000.
const BATCH: usize = 500;
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

#[derive(Parser)]
struct Settings {
    /// Where the server is: `http://127.0.0.1:8080`.
    #[arg(long)]
    url: String,
    /// The source that the token may write, a URI.
    #[arg(long)]
    source: String,
    /// A folder for facts that are not delivered yet.
    #[arg(long)]
    spool: PathBuf,
    /// Tries per file before the rest is left for the next start.
    #[arg(long, default_value_t = 30)]
    tries: u32,
    #[arg(env = "SUANQUAN_TOKEN", hide_env_values = true, long)]
    token: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Settings::parse()).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(2),
        Err(why) => {
            say(&format!("{why:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Spools the input and delivers the spool. Returns how many facts were refused.
async fn run(settings: &Settings) -> anyhow::Result<usize> {
    fs::create_dir_all(&settings.spool)?;
    let mut refused = spool_input(settings)?;
    let client = reqwest::Client::builder().timeout(Duration::from_mins(1)).build()?;
    for file in spooled(&settings.spool)? {
        refused += deliver(&client, settings, &file).await?;
    }
    Ok(refused)
}

/// Puts standard input into the spool. Returns how many lines are no facts.
fn spool_input(settings: &Settings) -> anyhow::Result<usize> {
    let mut refused = 0;
    let mut batch = Vec::new();
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match event(&line, &settings.source) {
            Ok(event) => batch.push(event),
            Err(why) => {
                say(&format!("line {}: {why:#}", at + 1));
                refused += 1;
            }
        }
        if batch.len() == BATCH {
            spool(&settings.spool, &std::mem::take(&mut batch))?;
        }
    }
    if !batch.is_empty() {
        spool(&settings.spool, &batch)?;
    }
    Ok(refused)
}

/// The event of a fact. Without an `id` of its own it is called by its SHA-256.
fn event(line: &str, source: &str) -> anyhow::Result<Value> {
    let fact: Value = serde_json::from_str(line).context("is not JSON")?;
    let id = match fact.get("id").and_then(Value::as_str) {
        Some(id) => id.to_owned(),
        None => hex::encode(Sha256::digest(canonical(&fact)?)),
    };
    let Value::Object(mut data) = fact else { bail!("is no JSON object") };
    data.remove("id");
    let subject = data.remove("subject").context("has no subject")?;
    Ok(json!({
        "specversion": "1.0",
        "type": "cn.suanquan.compute.usage.v1",
        "source": source,
        "id": id,
        "subject": subject,
        "time": data.get("end"),
        "data": data,
    }))
}

/// Writes a batch under the name of its contents: first whole and synced under another name, so
/// that a file of the spool is never half a batch.
fn spool(folder: &Path, batch: &[Value]) -> anyhow::Result<()> {
    let text = serde_json::to_string(batch)?;
    let name = hex::encode(Sha256::digest(&text));
    write_synced(&folder.join(format!("{name}.json")), text.as_bytes())
}

fn write_synced(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let unfinished = path.with_extension("tmp");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    // The name is durable only when its folder is.
    File::open(path.parent().context("has no folder")?)?.sync_all()?;
    Ok(())
}

fn spooled(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

/// Sends a file until it is answered. Returns how many of its events were refused.
async fn deliver(client: &reqwest::Client, settings: &Settings, file: &Path) -> anyhow::Result<usize> {
    let body = fs::read_to_string(file)?;
    let url = format!("{}/api/v1/usage/events", settings.url.trim_end_matches('/'));
    let mut wait = FIRST_WAIT;
    for _ in 0..settings.tries {
        let request = client.post(&url).bearer_auth(&settings.token).header("Content-Type", "application/cloudevents-batch+json");
        let pause = match request.body(body.clone()).send().await {
            Ok(answer) if worth_another_try(answer.status()) => {
                say(&format!("the server answered {}, trying again", answer.status()));
                retry_after(&answer).unwrap_or(wait)
            }
            Ok(answer) => {
                let status = answer.status();
                match answer.text().await {
                    Ok(text) => return settle(file, &body, status, &text),
                    // The answer was cut off: what was stored will be a duplicate next time.
                    Err(why) => say(&format!("{why}, trying again")),
                }
                wait
            }
            Err(why) => {
                say(&format!("{why}, trying again"));
                wait
            }
        };
        tokio::time::sleep(pause.min(LONGEST_WAIT)).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    bail!("{} is not delivered after {} tries; start again later", file.display(), settings.tries)
}

fn worth_another_try(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT || status.is_server_error()
}

fn retry_after(answer: &reqwest::Response) -> Option<Duration> {
    answer.headers().get("Retry-After")?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// Takes a file out of the spool when every event of it has an answer. What was neither accepted
/// nor a duplicate is kept beside it with the answer, for a person.
fn settle(file: &Path, body: &str, status: StatusCode, answer: &str) -> anyhow::Result<usize> {
    let events: Vec<Value> = serde_json::from_str(body)?;
    let results = serde_json::from_str::<Value>(answer).ok().and_then(|mut answer| answer.get_mut("results").map(Value::take));
    let Some(Value::Array(results)) = results else { bail!("the server answered {status}: {answer}") };
    let mut refused = String::new();
    for (at, event) in events.iter().enumerate() {
        let result = results.iter().find(|result| result.get("index").and_then(Value::as_u64) == u64::try_from(at).ok());
        let result = result.with_context(|| format!("the server did not answer event {at} of {}", file.display()))?;
        let status = result.get("status").and_then(Value::as_str);
        if !matches!(status, Some("accepted" | "duplicate")) {
            say(&format!("refused: {result}"));
            refused.push_str(&format!("{}\n", json!({"event": event, "answer": result})));
        }
    }
    if !refused.is_empty() {
        write_synced(&file.with_extension("refused"), refused.as_bytes())?;
    }
    fs::remove_file(file)?;
    Ok(refused.lines().count())
}

/// Says what happens to whoever watches.
fn say(line: &str) {
    // Nobody may be watching.
    let _ = writeln!(std::io::stderr(), "{line}");
}
