//! What the database alone can do: the rows of the same usage in the same table with all of its
//! indexes, made before the clock starts, one durable transaction per batch, and nothing else: no
//! HTTP, no reading, no questions, no answer per event.

use std::sync::Barrier;
use std::time::Instant;

use anyhow::anyhow;
use clap::Args;
use serde_json::{Value, json};
use suanquan::ids::{ContractId, ProviderId};
use suanquan::metering::chain::{GENESIS, Hash, link};
use suanquan::metering::event::{Event, read_event};
use suanquan::metering::moment::Moment;
use suanquan::store::usage::StoredEvent;
use suanquan::store::{self, Store, migrations};

use super::Place;
use super::runs::{Runs, now};

#[derive(Debug, Args)]
pub struct EngineArgs {
    #[command(flatten)]
    place: Place,
    /// Writers side by side, each with a chain of its own
    #[arg(long, default_value_t = 1)]
    connections: u64,
    #[arg(long)]
    batch: u64,
    #[arg(long)]
    events: u64,
    #[arg(long)]
    first: u64,
    #[arg(long, default_value_t = 500)]
    accounts: u64,
}

pub fn run(args: &EngineArgs) -> anyhow::Result<Value> {
    let store = Store::create(&args.place.database)?;
    migrations::run(&store)?;
    let runs = Runs::of_days(28, args.accounts);
    let batches = (args.events / args.batch / args.connections).max(1);
    let mut queues: Vec<Vec<Vec<StoredEvent>>> = Vec::new();
    for shard in 0..args.connections {
        let mut hash = GENESIS;
        let mut queue = Vec::new();
        for place in 0..batches {
            let from = args.first + (shard * batches + place) * args.batch;
            let rows: Result<Vec<_>, _> = (from..from + args.batch).map(|number| row(&runs, shard, number, &mut hash)).collect();
            queue.push(rows?);
        }
        queues.push(queue);
    }
    let gate = Barrier::new(queues.len() + 1);
    let (taken, told) = std::thread::scope(|scope| {
        let writers: Vec<_> = queues.iter().map(|queue| scope.spawn(|| insert_all(&store, queue, &gate))).collect();
        gate.wait();
        let started = Instant::now();
        let told: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        (started.elapsed(), told)
    });
    for one in told {
        one.map_err(|_| anyhow!("a writer panicked"))??;
    }
    Ok(json!({"events": batches * args.batch * args.connections, "micros": u64::try_from(taken.as_micros())?}))
}

fn insert_all(store: &Store, queue: &[Vec<StoredEvent>], gate: &Barrier) -> Result<(), store::Fault> {
    gate.wait();
    for batch in queue {
        store.write(|db| store::usage::insert(db, batch))?;
    }
    Ok(())
}

fn row(runs: &Runs, shard: u64, number: u64, before: &mut Hash) -> anyhow::Result<StoredEvent> {
    let run = runs.run(number);
    let Event { key, kind, subject, time, fact, data, digest } =
        read_event(&run.event(), Moment::at(now())).map_err(|fault| anyhow!("{fault:?}"))?;
    let usage = fact.usage().cloned().ok_or_else(|| anyhow!("the event states no interval"))?;
    let mut row = StoredEvent {
        shard: i64::try_from(shard)?,
        seq: i64::try_from(number)?,
        source: key.source,
        event_id: key.id,
        kind: kind.as_str().to_owned(),
        provider_id: ProviderId::new(1),
        contract_id: ContractId::new(i64::try_from(run.account)? + 1),
        subject,
        quantity_ms: usage.quantity(),
        resource: usage.resource,
        partition_name: usage.partition,
        qos: usage.qos,
        project: usage.project,
        instance: usage.instance,
        units: usage.units,
        time_ms: time.millis(),
        start_ms: usage.interval.start.millis(),
        end_ms: usage.interval.end.millis(),
        data,
        digest: digest.to_vec(),
        received_ms: time.millis(),
        late: false,
        hash: Vec::new(),
    };
    *before = link(before, &row.as_link());
    row.hash = before.to_vec();
    Ok(row)
}
