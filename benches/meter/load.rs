//! One client for both servers: plain HTTP over connections that stay open, bodies made before the
//! clock starts, and the next request only after the answer to the last one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::runs::Runs;

/// Whose words the bodies are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Server {
    Suanquan,
    Auditor,
}

#[derive(Debug, Args)]
pub struct LoadArgs {
    #[arg(long)]
    server: Server,
    /// 127.0.0.1:8080
    #[arg(long)]
    address: String,
    #[arg(long, default_value = "")]
    token: String,
    #[arg(long, default_value_t = 4)]
    connections: u64,
    #[arg(long)]
    batch: u64,
    #[arg(long)]
    events: u64,
    /// The number of the first run, so that no two calls send the same
    #[arg(long)]
    first: u64,
    #[arg(long, default_value_t = 500)]
    accounts: u64,
}

pub fn run(args: &LoadArgs) -> anyhow::Result<Value> {
    let runs = Runs::of_days(28, args.accounts);
    let requests = (args.events / args.batch).max(1);
    let mut queues: Vec<Vec<Vec<u8>>> = (0..args.connections).map(|_| Vec::new()).collect();
    for (place, queue) in (0..requests).zip((0..queues.len()).cycle()) {
        let first = args.first + place * args.batch;
        let request = request(args, &runs, first);
        if let Some(queue) = queues.get_mut(queue) {
            queue.push(request);
        }
    }
    let gate = Barrier::new(queues.len() + 1);
    let (started, told) = std::thread::scope(|scope| {
        let clients: Vec<_> = queues.iter().map(|queue| scope.spawn(|| send_all(&args.address, queue, &gate))).collect();
        gate.wait();
        let started = Instant::now();
        let told: Vec<_> = clients.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        (started.elapsed(), told)
    });
    let mut waits = Vec::new();
    for one in told {
        waits.extend(one.map_err(|_| anyhow::anyhow!("a client panicked"))??);
    }
    waits.sort_unstable();
    let at = |percent: usize| waits.get((waits.len() * percent / 100).min(waits.len().saturating_sub(1))).copied().unwrap_or_default();
    let micros = u64::try_from(started.as_micros())?;
    Ok(json!({"events": requests * args.batch, "micros": micros, "p50_micros": at(50), "p99_micros": at(99)}))
}

/// A whole request of `batch` runs as bytes.
fn request(args: &LoadArgs, runs: &Runs, first: u64) -> Vec<u8> {
    let runs = (first..first + args.batch).map(|number| runs.run(number));
    let (path, kind, mut bodies): (_, _, Vec<Value>) = match args.server {
        Server::Suanquan if args.batch == 1 => {
            ("/api/v1/usage/events", "application/cloudevents+json", runs.map(|run| run.event()).collect())
        }
        Server::Suanquan => ("/api/v1/usage/events", "application/cloudevents-batch+json", runs.map(|run| run.event()).collect()),
        Server::Auditor if args.batch == 1 => ("/record", "application/json", runs.map(|run| run.record()).collect()),
        Server::Auditor => ("/records", "application/json", runs.map(|run| run.record()).collect()),
    };
    let body = match (args.batch, bodies.pop()) {
        (1, Some(only)) => only.to_string(),
        (_, last) => {
            bodies.extend(last);
            Value::from(bodies).to_string()
        }
    };
    let (address, token, length) = (&args.address, &args.token, body.len());
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

/// Sends a queue over one connection; the microseconds of each request.
fn send_all(address: &str, queue: &[Vec<u8>], gate: &Barrier) -> anyhow::Result<Vec<u64>> {
    let connection = TcpStream::connect(address).with_context(|| address.to_owned());
    gate.wait();
    let mut connection = connection?;
    connection.set_nodelay(true)?;
    let (mut waits, mut answer) = (Vec::with_capacity(queue.len()), Vec::new());
    for request in queue {
        let sent = Instant::now();
        connection.write_all(request)?;
        read_answer(&mut connection, &mut answer)?;
        waits.push(u64::try_from(sent.elapsed().as_micros())?);
    }
    Ok(waits)
}

/// Reads one answer to its end; anything but 200 ends the measurement.
fn read_answer(connection: &mut TcpStream, answer: &mut Vec<u8>) -> anyhow::Result<()> {
    answer.clear();
    let mut buffer = vec![0_u8; 65_536];
    let mut whole: Option<usize> = None;
    while whole.is_none_or(|whole| answer.len() < whole) {
        let read = connection.read(&mut buffer)?;
        if read == 0 {
            bail!("the server hung up");
        }
        answer.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if whole.is_none()
            && let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n")
        {
            whole = Some(head + 4 + length(answer.get(..head).unwrap_or_default())?);
        }
    }
    if !answer.starts_with(b"HTTP/1.1 200 ") {
        bail!("{}", String::from_utf8_lossy(answer.get(..answer.len().min(2000)).unwrap_or_default()));
    }
    Ok(())
}

fn length(head: &[u8]) -> anyhow::Result<usize> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let named = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    Ok(named.context("the answer has no Content-Length")?.trim().parse()?)
}
