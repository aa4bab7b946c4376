//! Requests that no browser and no honest program sends: broken on the wire, or whole and full of
//! nonsense, as nobody, as every role and with a centre's token. 20,000 from a printed seed in the
//! tests; `scripts/bench malformed` sends a million. No answer is a fault of the server.

mod described;
mod requests;
mod wire;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use requests::{Caller, Generator};
use wire::{Answer, Connection};

use crate::harness::folder::Folder;
use crate::harness::noise::Noise;
use crate::harness::server::{Server, memory};
use crate::permissions::roles;

/// Requests of a run in the tests.
const USUAL: usize = 20_000;
const CLIENTS: usize = 4;
/// By how much what a server holds may grow between the first tenth and the end, in per cent of what it held then.
const GROWTH: f64 = 5.0;
/// Readings of what it holds.
const READINGS: usize = 100;

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, no number")))
}

/// Everybody who sends: nobody, one of each role, and a program with a token.
fn callers(address: &str) -> Vec<Caller> {
    let mut callers = vec![Caller::default()];
    let mut token = None;
    for (role, actor, email) in roles() {
        let caller = Caller::signed_in(address, email.unwrap_or("firm36@demo.suanquan.example"), actor);
        if role == "security_administrator" {
            token = Some(caller.issue_token(address));
        }
        callers.push(caller);
    }
    callers.push(Caller { token, ..Caller::default() });
    callers
}

/// Growth along the straight line that fits the readings best, in per cent of where it begins. A single reading says
/// little: what a server holds goes up and down with the requests that are under way.
#[expect(clippy::cast_precision_loss, reason = "kibibytes of one process")]
fn growth(readings: &[u64]) -> f64 {
    let count = readings.len() as f64;
    let (middle, average) = ((count - 1.0) / 2.0, readings.iter().sum::<u64>() as f64 / count);
    let (mut together, mut spread) = (0.0, 0.0);
    for (place, held) in readings.iter().enumerate() {
        let away = place as f64 - middle;
        together += away * (*held as f64 - average);
        spread += away * away;
    }
    let slope = if spread > 0.0 { together / spread } else { 0.0 };
    100.0 * slope * (count - 1.0) / (average - slope * middle)
}

#[test]
fn growth_is_that_of_the_line_through_the_readings() {
    assert!((growth(&[100, 102, 104, 106, 108, 110]) - 10.0).abs() < 0.001, "a line");
    assert!(growth(&[100, 140, 100, 140, 100, 140, 100]).abs() < 0.001, "up and down");
    // What the system's allocator held after every tenth of 200,000 requests.
    assert!(growth(&[275, 294, 334, 372, 392, 393, 393, 393, 393, 393]) > 30.0);
}

#[test]
fn no_malformed_request_is_a_fault_of_the_server() {
    let (count, seed) = (number("SUANQUAN_TEST_MALFORMED", USUAL), number("SUANQUAN_TEST_SEED", 20_260_305));
    println!("{count} requests from seed {seed}");
    let folder = Folder::new("malformed");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    let callers = callers(server.address());
    let (sent, seen) = (AtomicUsize::new(0), std::sync::Mutex::new(BTreeMap::<String, usize>::new()));
    // In KiB, after every hundredth of the run.
    let held = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (callers, address, pid) = (&callers, server.address().to_owned(), server.pid());
            let (sent, seen, held) = (&sent, &seen, &held);
            scope.spawn(move || {
                let mut generator = Generator::new(Noise::new(u64::try_from(seed * CLIENTS + client).unwrap()), callers);
                let mut connection = Connection::new(&address);
                let mut counted = BTreeMap::<String, usize>::new();
                loop {
                    let at = sent.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    if at > 0 && at.is_multiple_of((count / READINGS).max(1)) {
                        held.lock().unwrap().push(memory(pid).now);
                    }
                    let request = generator.request();
                    let answer = connection.send(&request);
                    match &answer {
                        Answer::Status(status, body) if *status >= 500 => {
                            panic!("{status} to request {at} of seed {seed}:\n{}\n{body}", String::from_utf8_lossy(&request.bytes))
                        }
                        Answer::Silence => {
                            panic!("no answer to request {at} of seed {seed}:\n{}", String::from_utf8_lossy(&request.bytes))
                        }
                        Answer::Status(..) | Answer::Closed => {}
                    }
                    *counted.entry(answer.kind()).or_default() += 1;
                }
                let mut seen = seen.lock().unwrap();
                counted.into_iter().for_each(|(kind, count)| *seen.entry(kind).or_default() += count);
            });
        }
    });
    let seen = seen.into_inner().unwrap();
    println!("{seen:?}");
    assert!(!server.printed().contains("panicked"), "{}", server.printed());
    assert!(seen.len() > 8, "many kinds of answers: {seen:?}");
    let held = held.into_inner().unwrap();
    let course: Vec<String> = held.iter().skip(READINGS / 10 - 1).step_by(READINGS / 10).map(|kib| (kib >> 10).to_string()).collect();
    println!(
        "the server holds, in MiB after every tenth of the run: {}, and {} at its end",
        course.join(", "),
        memory(server.pid()).now >> 10
    );
    let grown = growth(&held[held.len() / 10..]);
    println!("a line through {} readings grows by {grown:.1} per cent from the first tenth to the end", held.len());
    if count > USUAL {
        assert!(grown <= GROWTH, "it grows by {grown:.1} per cent: {held:?}");
    }
    assert!(matches!(Connection::new(server.address()).send(&requests::plain("GET", "/")), Answer::Status(200, _)));
}
