//! The one writer of SQLite, with group commit. Acts take turns; while others wait, a turn ends without
//! a commit and the next act goes on in the same transaction, so that many acts share one write to the
//! disk. Nobody is answered before the commit.
//!
//! An act that fails or panics takes back its own changes and nobody else's: every act after the first
//! of a transaction runs in a savepoint. Only when the commit itself fails, or SQLite gives the whole
//! transaction up, nothing of the group is stored, and all of it are told so.
//!
//! A full disk at the commit is such a case: SQLite takes the transaction back before its last frame is
//! whole. A disk that *fails* is not: the frames may be in the log or not, so nobody is told anything and the
//! process ends ([decision 0009](../../docs/decisions/0009-fenced-jobs-and-fail-stop.md)).

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::{Connection, SimpleConnection, TransactionManager};
use diesel::r2d2::ManageConnection;

use super::durability::{disk_failed, fail_stop};
use super::{Db, Fault, Manager, WRITER_PRAGMAS, begin, dialect};

/// Whoever came first waits for the last: no act joins a transaction of so many, or of this age.
const MOST: usize = 64;
const LONGEST: Duration = Duration::from_millis(100);
/// The log is carried over into the database from so many pages on, 64 MiB: a page that many batches touch
/// is then written once. What is committed is on the disk in the log all the same.
const LOG_PAGES: i64 = 16_384;

/// The connection that writes, and those who wait for it.
pub(super) struct Writer {
    manager: Manager,
    turn: Mutex<Turn>,
    waiting: AtomicUsize,
}

struct Turn {
    /// `None` after a transaction was given up with its connection.
    db: Option<Db>,
    /// The transaction that the act before has left open, for one that waits.
    open: Option<Group>,
}

/// The acts of one transaction so far.
struct Group {
    acts: usize,
    begun: Instant,
    end: Arc<End>,
}

/// How a transaction ended, once it has.
#[derive(Default)]
struct End {
    stored: Mutex<Option<bool>>,
    told: Condvar,
}

impl End {
    fn tell(&self, stored: bool) {
        *self.stored.lock().unwrap_or_else(PoisonError::into_inner) = Some(stored);
        self.told.notify_all();
    }

    /// Waits for the end; says whether the transaction was stored.
    fn wait(&self) -> bool {
        let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match *stored {
                Some(stored) => return stored,
                None => stored = self.told.wait(stored).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

type Manage = <Db as Connection>::TransactionManager;

impl Writer {
    pub(super) fn new(manager: Manager) -> Result<Writer, Fault> {
        let db = connect(&manager)?;
        Ok(Writer { manager, turn: Mutex::new(Turn { db: Some(db), open: None }), waiting: AtomicUsize::new(0) })
    }

    /// Runs an act in its turn and answers when its transaction has ended.
    ///
    /// # Errors
    /// Whatever the act answers; a [`Fault`] when nothing of its transaction was stored.
    pub(super) fn write<T, E: From<Fault>>(&self, act: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut turn = self.take_turn();
        let joined = turn.open.take();
        let mut db = match turn.db.take() {
            Some(db) => db,
            None => connect(&self.manager)?,
        };
        let begun = if joined.is_some() { Manage::begin_transaction(&mut db) } else { begin(&mut db) };
        if let Err(why) = begun {
            // Another process holds the database; or SQLite has given the shared transaction up.
            match joined {
                None => turn.db = Some(db),
                Some(group) => group.end.tell(false),
            }
            return Err(Fault::Query(why).into());
        }
        let answer = catch_unwind(AssertUnwindSafe(|| act(&mut db)));
        let alone = joined.is_none();
        let ended = match &answer {
            Ok(Ok(_)) if alone => Ok(()),
            Ok(Ok(_)) => Manage::commit_transaction(&mut db),
            Ok(Err(_)) | Err(_) => Manage::rollback_transaction(&mut db),
        };
        let failed = !matches!(answer, Ok(Ok(_)));
        let stored = if failed && alone {
            turn.db = ended.is_ok().then_some(db);
            drop(turn);
            true
        } else {
            let group = joined.unwrap_or_else(|| Group { acts: 0, begun: Instant::now(), end: Arc::default() });
            self.go_on(turn, db, Group { acts: group.acts + 1, ..group }, ended)
        };
        match answer {
            Err(panic) => resume_unwind(panic),
            // A refusal may rest on what others of the group did, which is taken back too.
            Ok(_) if !stored => Err(Fault::NotCommitted.into()),
            Ok(answer) => answer,
        }
    }

    /// Runs an act and takes back what it wrote, in a transaction of its own. It may take long and stores
    /// nothing, so no act waits for its end to be answered: it joins no group, and none is kept open
    /// for it.
    ///
    /// # Errors
    /// Whatever the act answers; a [`Fault`] when it could not begin.
    pub(super) fn rehearse<T, E: From<Fault>>(&self, act: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = turn.open.take() {
            // It was left open for an act that waits still.
            let committed = match turn.db.take() {
                Some(mut db) => match Manage::commit_transaction(&mut db) {
                    Ok(()) => {
                        turn.db = Some(db);
                        true
                    }
                    Err(why) => {
                        tracing::error!(%why, acts = group.acts, "a transaction could not be committed; nothing of it is stored");
                        false
                    }
                },
                None => false,
            };
            group.end.tell(committed);
        }
        let mut db = match turn.db.take() {
            Some(db) => db,
            None => connect(&self.manager)?,
        };
        if let Err(why) = begin(&mut db) {
            turn.db = Some(db);
            return Err(Fault::Query(why).into());
        }
        let answer = catch_unwind(AssertUnwindSafe(|| act(&mut db)));
        if Manage::rollback_transaction(&mut db).is_ok() {
            turn.db = Some(db);
        }
        drop(turn);
        answer.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Commits, or leaves the transaction to the next who waits; says whether it was stored.
    fn go_on(&self, mut turn: MutexGuard<'_, Turn>, mut db: Db, group: Group, ended: QueryResult<()>) -> bool {
        let end = Arc::clone(&group.end);
        let awaited = self.waiting.load(Ordering::SeqCst) > 0 && group.acts < MOST && group.begun.elapsed() < LONGEST;
        if ended.is_ok() && awaited {
            turn.db = Some(db);
            turn.open = Some(group);
        } else {
            let committed = ended.and_then(|()| commit(&mut db));
            end.tell(committed.is_ok());
            if let Err(why) = &committed {
                tracing::error!(%why, acts = group.acts, "a transaction could not be committed; nothing of it is stored");
            } else {
                carry_over(&mut db);
                turn.db = Some(db);
            }
        }
        drop(turn);
        end.wait()
    }

    fn take_turn(&self) -> MutexGuard<'_, Turn> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        turn
    }
}

fn commit(db: &mut Db) -> QueryResult<()> {
    let done = Manage::commit_transaction(db);
    if let Err(why) = &done
        && disk_failed(why)
    {
        fail_stop(why);
    }
    done
}

/// Writes a log that has grown long into the database. What it holds is safe already, so a full disk only
/// keeps the log growing.
fn carry_over(db: &mut Db) {
    if let Err(why) = dialect::carry_log_over(db, LOG_PAGES) {
        if disk_failed(&why) {
            fail_stop(&why);
        }
        tracing::warn!(%why, "the log of the database was not carried over; it grows until there is room");
    }
}

fn connect(manager: &Manager) -> Result<Db, Fault> {
    let mut db = manager.connect().map_err(|why| Fault::Address(format!("{}: {why}", manager.url)))?;
    db.batch_execute(WRITER_PRAGMAS)?;
    Ok(db)
}
