//! A server with its clients, crashed again and again. A round: clients at work, a fault, a restart, everything
//! that was left open sent again under its old key, and a look at what was answered.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::ask::Ask;
use super::client::{Answer, Clients};
use super::journal::Journal;
use super::steps::{SOURCE, Step, Steps, email};
use crate::harness::db::TestDb;
use crate::harness::folder::Folder;
use crate::harness::mailbox::Mailbox;
use crate::harness::server::{Server, port_to_keep};

/// Clients that work side by side.
const CLIENTS: usize = 6;
/// Longest wait until a fault has a request to hit.
const NOTHING_TO_HIT: Duration = Duration::from_secs(2);
/// Longest wait until a server that runs has answered.
const PATIENCE: Duration = Duration::from_mins(2);

pub struct Lab {
    pub db: TestDb,
    pub ask: Ask,
    pub folder: Folder,
    /// The demo's folder.
    pub home: PathBuf,
    pub server: Server,
    pub clients: Rc<Clients>,
    pub mailbox: Mailbox,
    pub steps: Rc<RefCell<Steps>>,
    pub journal: Rc<RefCell<Journal>>,
    /// Done since the last look, with what each must have left behind.
    done: Vec<Step>,
    /// With the answer that said so.
    refused: Vec<(Step, Answer)>,
    /// Not answered: sent again after the restart.
    open: Vec<Step>,
    pub tally: Tally,
    /// What broke a promise, in words; empty is the goal.
    pub broken: Vec<String>,
}

/// What happened so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Faults that really fired, by name.
    pub fired: BTreeMap<String, u64>,
    pub done: u64,
    pub refused: u64,
    /// Steps that were done and that were refused, by kind.
    pub kinds: BTreeMap<&'static str, (u64, u64)>,
    /// Requests without an answer, and those of them that had been stored.
    pub unanswered: u64,
    pub sent_again: u64,
    /// F22: steps that were sent from two windows at once.
    pub sent_twice: u64,
    /// Done and answered, and sent once more as by somebody who heard nothing.
    pub asked_again: u64,
    /// What was under way when a kill came, by kind of step.
    pub hit: BTreeMap<&'static str, u64>,
}

impl Lab {
    pub fn new(db: TestDb, seed: u64, durability: &str) -> Lab {
        Lab::on(db, seed, durability, String::new())
    }

    /// As [`Lab::new`], with the demo's folder at another place.
    pub fn on(db: TestDb, seed: u64, durability: &str, home: String) -> Lab {
        let folder = Folder::new("crashlab");
        let mailbox = Mailbox::start();
        let home = if home.is_empty() { folder.file("demo") } else { home };
        let mail = format!("smtp://127.0.0.1:{}", mailbox.port());
        let bind = format!("127.0.0.1:{}", port_to_keep());
        let arguments = ["demo", "--bind", &bind, "--folder", &home, "--database", db.url(), "--mail", &mail, "--durability", "relaxed"];
        // The demo's own data need not wait for the disk.
        let mut server = Server::start(&arguments, &[]);
        server.change_argument("relaxed", durability);
        server.program().kill_now();
        server.start_again();
        let ask = Ask::new(db.url());
        let clients = Rc::new(Clients::new(server.address()));
        let steps = Rc::new(RefCell::new(Steps::new(seed, &ask)));
        let journal = Rc::new(RefCell::new(Journal::new(folder.path())));
        let (done, refused, open, broken) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Lab {
            db,
            ask,
            folder,
            home: home.into(),
            server,
            clients,
            mailbox,
            steps,
            journal,
            done,
            refused,
            open,
            tally: Tally::default(),
            broken,
        }
    }

    /// A lab with another database, which goes on counting where this one ends.
    pub fn renewed(&self, db: TestDb, seed: u64) -> Lab {
        let lab = Lab { tally: self.tally.clone(), ..Lab::new(db, seed, "strict") };
        let mut steps = lab.steps.borrow_mut();
        steps.told_again = self.steps.borrow().told_again;
        steps.late = self.steps.borrow().late;
        drop(steps);
        lab
    }

    /// Everybody signs in, and the meter gets its token.
    pub async fn enter(&mut self) {
        let people = self.steps.borrow_mut().people();
        for (email, account) in &people {
            self.clients.enter(email, account).await;
        }
        self.clients.issue_token(&email("security"), SOURCE).await;
    }

    /// Clients work until `until` is over. Gives what was under way when it was.
    pub async fn work(&mut self, until: impl Future<Output = ()>) -> Vec<&'static str> {
        let results: Rc<RefCell<Vec<(Step, Answer)>>> = Rc::default();
        let under_way: Rc<RefCell<BTreeMap<usize, Step>>> = Rc::default();
        let sent_twice_so_far: Rc<Cell<u64>> = Rc::default();
        let told_again: Rc<RefCell<Vec<Option<String>>>> = Rc::default();
        let client = |place: usize| {
            let (clients, steps, journal) = (Rc::clone(&self.clients), Rc::clone(&self.steps), Rc::clone(&self.journal));
            let (results, under_way) = (Rc::clone(&results), Rc::clone(&under_way));
            let (sent_twice_so_far, told_again) = (Rc::clone(&sent_twice_so_far), Rc::clone(&told_again));
            async move {
                loop {
                    let (step, twice, again) = {
                        let mut steps = steps.borrow_mut();
                        let step = steps.draw();
                        (step, steps.dice.one_in(6), steps.dice.one_in(8))
                    };
                    journal.borrow_mut().intend(&step);
                    under_way.borrow_mut().insert(place, step.clone());
                    sent_twice_so_far.set(sent_twice_so_far.get() + u64::from(twice));
                    let answer = if twice { sent_twice(&clients, &step).await } else { clients.send(&step).await };
                    under_way.borrow_mut().remove(&place);
                    if let Answer::Said { status, .. } = &answer {
                        journal.borrow_mut().answered(&step, *status);
                    }
                    let gone = answer == Answer::Nothing;
                    results.borrow_mut().push((step.clone(), answer.clone()));
                    if again && answer.is_done(&step) {
                        let told = told_otherwise(&clients, &step, &answer).await;
                        told_again.borrow_mut().push(told);
                    }
                    if gone {
                        // The server is down; the next round begins after its restart.
                        futures_util::future::pending::<()>().await;
                    }
                    tokio::task::yield_now().await;
                }
            }
        };
        let all = join_all((0..CLIENTS).map(client));
        tokio::select! { _ = all => {}, () = until => {} }
        self.tally.sent_twice += sent_twice_so_far.get();
        let told_again = std::mem::take(&mut *told_again.borrow_mut());
        self.tally.asked_again += u64::try_from(told_again.len()).unwrap();
        self.broken.extend(told_again.into_iter().flatten());
        let left = std::mem::take(&mut *under_way.borrow_mut());
        let hit: Vec<&'static str> = left.values().map(|step| step.kind).collect();
        for step in left.into_values() {
            self.took(step, Answer::Nothing);
        }
        for (step, answer) in std::mem::take(&mut *results.borrow_mut()) {
            self.took(step, answer);
        }
        hit
    }

    /// Clients work until something that runs beside them has ended; gives what it ended with.
    pub async fn work_beside<T: 'static>(&mut self, other: tokio::task::JoinHandle<T>) -> T {
        let result: Rc<RefCell<Option<T>>> = Rc::default();
        let heard = Rc::clone(&result);
        self.work(async move { *heard.borrow_mut() = Some(other.await.unwrap()) }).await;
        result.take().unwrap()
    }

    pub fn took(&mut self, step: Step, answer: Answer) {
        if let Answer::Said { status, again, text, .. } = &answer
            && *status >= 500
            && !(*status == 503 && *again)
        {
            self.broken.push(format!("G: {} {} answered {status}: {}", step.kind, step.path, text.chars().take(400).collect::<String>()));
        }
        if answer.is_open() {
            self.tally.unanswered += 1;
            self.open.push(step);
        } else if answer.is_done(&step) {
            self.tally.done += 1;
            self.tally.kinds.entry(step.kind).or_default().0 += 1;
            self.done.push(step);
        } else {
            self.tally.refused += 1;
            self.tally.kinds.entry(step.kind).or_default().1 += 1;
            self.refused.push((step, answer));
        }
    }

    /// Waits a while and then until a request is under way; `false` when none came.
    pub async fn moment(clients: &Clients, pause: Duration) -> bool {
        tokio::time::sleep(pause).await;
        let end = Instant::now() + NOTHING_TO_HIT;
        while clients.in_flight() == 0 {
            if Instant::now() > end {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        true
    }

    /// Kills the server while at least one request is under way. Counts only what really fired.
    pub async fn kill_under_load(&mut self) {
        let pause = {
            let dice = &mut self.steps.borrow_mut().dice;
            // Mostly soon: what matters is what is under way, not what was done before.
            let longest = if dice.one_in(5) { 250 } else { 60 };
            Duration::from_millis(u64::try_from(dice.below(longest)).unwrap())
        };
        let clients = Rc::clone(&self.clients);
        let fired = Rc::new(std::cell::Cell::new(false));
        let heard = Rc::clone(&fired);
        let hit = self.work(async move { heard.set(Lab::moment(&clients, pause).await) }).await;
        self.server.program().kill_now();
        if fired.get() && !hit.is_empty() {
            self.fired("kill -9 under load");
            for kind in hit {
                *self.tally.hit.entry(kind).or_default() += 1;
            }
        }
        self.server.start_again();
    }

    pub fn fired(&mut self, name: &str) {
        *self.tally.fired.entry(name.to_owned()).or_default() += 1;
    }

    pub fn crashes(&self) -> u64 {
        self.tally.fired.values().sum()
    }

    /// Sends everything that is open once more under its key, all at once, until it is done or refused.
    pub async fn settle(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.tally.sent_again += u64::try_from(open.len()).unwrap();
        let clients = Rc::clone(&self.clients);
        let answers = join_all(open.iter().map(|step| until_answered(&clients, step))).await;
        for (step, answer) in open.into_iter().zip(answers) {
            if answer.is_open() {
                self.broken.push(format!("I: {} {} is still not answered after {PATIENCE:?}: {answer:?}", step.kind, step.path));
                continue;
            }
            if let Answer::Said { status, .. } = &answer {
                self.journal.borrow_mut().answered(&step, *status);
            }
            self.took(step, answer);
        }
    }

    /// A and C: what was done is there once, what was refused is not there.
    pub fn look(&mut self) {
        let mut open = self.ask.open();
        for step in std::mem::take(&mut self.done) {
            let found = open.count(&step.effect.0);
            if found != step.effect.1 {
                self.broken.push(format!(
                    "A/C: {} {} ({}) was done and left {found} instead of {}",
                    step.kind, step.path, step.key, step.effect.1
                ));
            }
        }
        for (step, answer) in std::mem::take(&mut self.refused) {
            let found = open.count(&step.effect.0);
            if found != 0 {
                let told = answer.in_short();
                self.broken.push(format!("A/C: {} {} ({}) was refused and left {found}: {told}", step.kind, step.path, step.key));
            }
        }
    }

    /// What was done since the last look.
    pub fn done_so_far(&self) -> &[Step] {
        &self.done
    }

    /// Stops with all that was found.
    pub fn must_be_whole(&self) {
        assert!(self.broken.is_empty(), "promises broken:\n{}\n{:#?}", self.broken.join("\n"), self.tally);
    }
}

/// Sends a step until it is answered, for as long as [`PATIENCE`] lasts.
async fn until_answered(clients: &Clients, step: &Step) -> Answer {
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = clients.send(step).await;
        if !answer.is_open() || Instant::now() > end {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Sends what was done once more under its key: what it says when it is not answered as before.
async fn told_otherwise(clients: &Clients, step: &Step, before: &Answer) -> Option<String> {
    let now = clients.send(step).await;
    let place = |answer: &Answer| match answer {
        Answer::Said { place, .. } => Some(place.clone()),
        Answer::Nothing => None,
    };
    if now.is_open() || (now.is_done(step) && place(&now) == place(before)) {
        return None;
    }
    Some(format!("A: {} {} ({}) was done, and sent again it was told: {}", step.kind, step.path, step.key, now.in_short()))
}

/// Sends a step from two windows at once: both are told the same, unless one of them hears nothing.
async fn sent_twice(clients: &Clients, step: &Step) -> Answer {
    let (first, second) = futures_util::future::join(clients.send(step), clients.send(step)).await;
    match (&first, &second) {
        (Answer::Said { status: one, .. }, Answer::Said { status: two, .. }) if one / 100 == two / 100 => first,
        // One of them was stored; the other asked while it was under way.
        (one, _) if one.is_done(step) => first,
        (_, two) if two.is_done(step) => second,
        (one, _) if one.is_open() => first,
        _ => second,
    }
}
