//! Keeping: the only place that speaks SQL, besides the reports.
//!
//! One schema on SQLite (embedded, the default) and PostgreSQL (production), chosen by the scheme
//! of the URL. Every write is one transaction: on SQLite one writer at a time that takes the write
//! lock at `BEGIN IMMEDIATE`; on PostgreSQL guarded updates in a fixed order of locks.

pub mod account;
pub mod account_change;
pub mod application;
pub mod audit;
pub mod audit_seal;
pub mod audit_stamp;
pub mod bank;
pub mod budget;
pub mod checkpoint;
pub mod clawback;
pub mod coaching;
pub mod columns;
pub mod copying;
pub mod credit;
pub mod day_sum;
mod dialect;
pub mod durability;
pub mod file_scan;
pub mod idempotency;
pub mod job_lease;
pub mod known;
pub mod letter;
pub mod mail_token;
pub mod material;
pub mod metering;
pub mod migrations;
mod moment;
pub mod notice;
pub mod number;
pub mod openid;
pub mod pack;
pub mod paper;
pub mod paper_trail;
pub mod payout;
pub mod payout_hold;
pub mod purchase;
pub mod qualification;
pub mod quarantine;
pub mod recovery;
pub mod register;
pub mod registry;
pub mod registry_word;
pub mod remark;
pub mod schema;
pub mod second_factor;
pub mod service_token;
pub mod session;
pub mod setting;
pub mod statement;
pub mod structure;
pub mod subsidy;
pub mod usage;
pub mod usage_archive;
pub mod usage_import;
pub mod used;
pub mod voucher;
mod writer;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::ConnectionError;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool};

use crate::config::Durability;
use crate::hidden::{tells, without_password};
use job_lease::Fence;
use writer::Writer;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
#[expect(missing_debug_implementations, reason = "a connection has nothing to show")]
pub enum Db {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// The machine failed. Logged once, at the door, with its chain of causes.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the database refused a statement")]
    Query(#[from] diesel::result::Error),
    #[error("no connection to the database")]
    Connect(#[source] diesel::r2d2::PoolError),
    #[error("{0}")]
    Address(String),
    #[error("the migrations failed: {0}")]
    Migrate(String),
    #[error("row {table}.{id} holds what the program cannot read: {what}")]
    BadRow { table: &'static str, id: String, what: String },
    /// Nothing was stored; trying again helps.
    #[error("another writer stored some of the same events at the same moment")]
    Collision,
    /// Nothing was stored.
    #[error("the transaction could not be committed")]
    NotCommitted,
    /// The connection broke at the commit: it may be stored, and asking again under the same key finds out.
    #[error("the connection broke while a transaction was committed, so whether it is stored is not known")]
    OutcomeUnknown,
    /// Nothing was stored: the job goes on in another instance.
    #[error("another instance has taken over the job {0}")]
    LeaseLost(String),
    #[error(
        "the database may lose what was answered when the power fails: {en}. For a database that is thrown away set durability = \"relaxed\" (SUANQUAN_DURABILITY=relaxed)\n断电时数据库可能丢失已答复的内容：{zh}。只用于试验、可以丢弃的数据库，可设 durability = \"relaxed\"（SUANQUAN_DURABILITY=relaxed）"
    )]
    NotDurable { zh: String, en: String },
}

/// How a database says that it waited in vain for a lock. Where the server speaks another language and
/// its role may not ask for English (see [`SPEAK_PLAINLY`]), the words are those of its catalogue.
const LOCKED: [&str; 4] = ["database is locked", "due to lock timeout", "由于锁超时", "鎖定逾時"];
const DEADLOCK: [&str; 3] = ["deadlock detected", "检测到死锁", "偵測到死結"];

fn says(message: &str, words: &[&str]) -> bool {
    words.iter().any(|word| message.contains(word))
}

impl Fault {
    /// Did the database refuse because of another transaction, so that trying again helps?
    #[must_use]
    pub fn is_passing(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        match self {
            Fault::Collision => true,
            Fault::Query(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            // PostgreSQL's 40P01 has no kind of its own.
            Fault::Query(Error::DatabaseError(DatabaseErrorKind::Unknown, told)) => says(told.message(), &DEADLOCK),
            Fault::Query(_) | Fault::Connect(_) | Fault::NotCommitted | Fault::OutcomeUnknown => false,
            Fault::Address(_) | Fault::Migrate(_) | Fault::BadRow { .. } | Fault::LeaseLost(_) | Fault::NotDurable { .. } => false,
        }
    }

    /// Did the database not come to it: no connection was free, another process held a lock for longer
    /// than [`PATIENCE`], the disk is full, or the database was restarted? Nothing was stored.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        use diesel::result::Error;
        match self {
            Fault::Connect(_) | Fault::NotCommitted => true,
            Fault::Query(why) if durability::is_lost(why) || durability::disk_is_full(why) => true,
            // SQLITE_BUSY and PostgreSQL's 55P03 have no kind of their own.
            Fault::Query(Error::DatabaseError(_, told)) => says(told.message(), &LOCKED),
            Fault::Query(_) | Fault::Collision | Fault::OutcomeUnknown => false,
            Fault::Address(_) | Fault::Migrate(_) | Fault::BadRow { .. } | Fault::LeaseLost(_) | Fault::NotDurable { .. } => false,
        }
    }

    /// Did a unique constraint refuse the row, because somebody else was faster?
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(self, Fault::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

/// The open database. Cheap to clone.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "pools have nothing to show")]
pub struct Store {
    pool: Pool<Manager>,
    /// SQLite has one writer; many would starve one another (p99 in seconds at 32 clients).
    writer: Option<Arc<Writer>>,
    url: Arc<str>,
    /// Writes go through only while this lease is held.
    fence: Option<Arc<Fence>>,
}

/// How long a question waits for a lock that another process holds, and for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is committed is on the disk before anybody is answered.
const SAFE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// What was committed last may be gone after a power cut.
const RELAXED_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

/// The one writer of SQLite keeps the pages of its indexes at hand, and carries its log over by itself
/// (`writer.rs`), so that an error of a commit is an error of the commit and of nothing else.
const WRITER_PRAGMAS: &str = "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 0;";

/// diesel tells a lock timeout and a deadlock by their words alone, so the server is asked for the
/// English ones. Only a superuser, or a role that was granted the parameter, may ask.
const SPEAK_PLAINLY: &str = "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', FALSE); \
     EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";

/// Makes connections by the scheme of the URL; never tries one database after the other.
#[derive(Clone)]
struct Manager {
    url: String,
    durability: Durability,
}

tells! { Manager { durability } }

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Db, diesel::r2d2::Error> {
        let open = |address| match address {
            Address::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute(&format!("SET lock_timeout = {}; {SPEAK_PLAINLY}", PATIENCE.as_millis()))
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Db::Postgres(conn))
            }
            Address::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path)?;
                let pragmas = match self.durability {
                    Durability::Strict => SAFE_PRAGMAS,
                    Durability::Relaxed => RELAXED_PRAGMAS,
                };
                let patience = format!("PRAGMA busy_timeout = {}; {pragmas}", PATIENCE.as_millis());
                conn.batch_execute(&patience).map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Db::Sqlite(conn))
            }
        };
        let address = address(&self.url).map_err(|why| ConnectionError::BadConnection(why.to_string()));
        address.and_then(open).map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), diesel::r2d2::Error> {
        match db {
            Db::Sqlite(_) => Ok(()),
            Db::Postgres(conn) => conn.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        <Db as Connection>::TransactionManager::is_broken_transaction_manager(db)
    }
}

/// What a database URL names.
#[derive(Debug, PartialEq, Eq)]
enum Address<'a> {
    Sqlite(&'a str),
    Postgres(&'a str),
}

fn address(url: &str) -> Result<Address<'_>, Fault> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        if path.is_empty() {
            return Err(Fault::Address("the database URL sqlite:// names no file; write sqlite:///var/lib/suanquan/suanquan.db".into()));
        }
        return Ok(Address::Sqlite(path));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Address::Postgres(url));
    }
    let shown = without_password(url);
    Err(Fault::Address(format!("the database URL {shown:?} is neither sqlite://PATH nor postgres://…; nothing was created")))
}

impl Store {
    /// Opens an existing database. A SQLite file that is not there is refused: a mistyped path
    /// must never become a new empty database.
    ///
    /// # Errors
    /// A URL of another scheme, a missing file, no connection.
    pub fn open(url: &str) -> Result<Store, Fault> {
        Store::open_with(url, Durability::Strict)
    }

    /// As [`Store::open`], as durable as the settings ask for. Whether PostgreSQL is set up for it is asked
    /// by [`Store::check_durability`].
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(url: &str, durability: Durability) -> Result<Store, Fault> {
        match address(url)? {
            Address::Sqlite(path) if !Path::new(path).is_file() => {
                Err(Fault::Address(format!("there is no database at {path}; `suanquan init --database {url}` makes one")))
            }
            Address::Sqlite(_) | Address::Postgres(_) => Store::pooled(url, durability),
        }
    }

    /// Makes the SQLite file where it is missing, then opens. Only `init` and the demo call this.
    ///
    /// # Errors
    /// As [`Store::open`]; a folder that cannot be made.
    pub fn create(url: &str) -> Result<Store, Fault> {
        Store::create_with(url, Durability::Strict)
    }

    /// As [`Store::create`], as durable as the settings ask for.
    ///
    /// # Errors
    /// As [`Store::create`].
    pub fn create_with(url: &str, durability: Durability) -> Result<Store, Fault> {
        if let Address::Sqlite(path) = address(url)?
            && let Some(folder) = Path::new(path).parent()
        {
            std::fs::create_dir_all(folder).map_err(|why| Fault::Address(format!("{}: {why}", folder.display())))?;
        }
        Store::pooled(url, durability)
    }

    /// Refuses a database that may lose what was answered when the power fails: SQLite before 3.51.3, without
    /// WAL or FULL; PostgreSQL without `fsync`, `full_page_writes` or `synchronous_commit`.
    ///
    /// # Errors
    /// [`Fault::NotDurable`] with the setting and what it must be.
    pub fn check_durability(&self) -> Result<(), Fault> {
        match &self.writer {
            Some(_) => self.write(durability::check),
            None => self.read(durability::check),
        }
    }

    fn pooled(url: &str, durability: Durability) -> Result<Store, Fault> {
        let manager = Manager { url: url.to_owned(), durability };
        let writer = match address(url)? {
            Address::Postgres(_) => None,
            Address::Sqlite(_) => Some(Arc::new(Writer::new(manager.clone())?)),
        };
        let pool = Pool::builder()
            .max_size(12)
            // None is opened ahead: a command that ends while one is being opened is aborted by libpq's Kerberos.
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build(manager)
            .map_err(Fault::Connect)?;
        Ok(Store { pool, writer, url: url.into(), fence: None })
    }

    /// How many chains of usage events writers may use side by side.
    #[must_use]
    pub fn event_shards(&self) -> i64 {
        if self.writer.is_some() { 1 } else { usage::POSTGRES_SHARDS }
    }

    /// The URL without a password, for logs.
    #[must_use]
    pub fn shown_url(&self) -> String {
        without_password(&self.url)
    }

    /// Runs questions on a pooled connection.
    ///
    /// # Errors
    /// Whatever the questions answer, or a [`Fault`].
    pub fn read<T, E: From<Fault>>(&self, ask: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut db = self.pool.get().map_err(|why| E::from(Fault::Connect(why)))?;
        ask(&mut db)
    }

    /// The same database for the holder of a lease: each of its transactions first looks whether the lease
    /// is still its own.
    #[must_use]
    pub fn fenced(&self, fence: Fence) -> Store {
        Store { fence: Some(Arc::new(fence)), ..self.clone() }
    }

    /// Runs an act in one transaction that takes SQLite's write lock at its beginning. An error
    /// or a panic rolls everything back.
    ///
    /// # Errors
    /// Whatever the act answers, or a [`Fault`].
    pub fn write<T, E: From<Fault>>(&self, act: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let fence = self.fence.clone();
        let act = move |db: &mut Db| {
            if let Some(fence) = fence {
                job_lease::hold(db, &fence)?;
            }
            act(db)
        };
        match &self.writer {
            Some(writer) => writer.write(act),
            None => {
                let mut db = self.pool.get().map_err(|why| E::from(Fault::Connect(why)))?;
                in_transaction(&mut db, act)
            }
        }
    }
}

impl Store {
    /// Runs an act as [`Store::write`] does and takes back what it wrote, whatever it answers. On SQLite
    /// nobody else's act is answered later for it than its turn takes.
    ///
    /// # Errors
    /// Whatever the act answers, or a [`Fault`].
    pub fn rehearse<T, E: From<Fault>>(&self, act: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        if let Some(writer) = &self.writer {
            return writer.rehearse(act);
        }
        let mut db = self.pool.get().map_err(|why| E::from(Fault::Connect(why)))?;
        begin(&mut db).map_err(|why| E::from(Fault::Query(why)))?;
        let answer = catch_unwind(AssertUnwindSafe(|| act(&mut db)));
        <Db as Connection>::TransactionManager::rollback_transaction(&mut *db).map_err(|why| E::from(Fault::Query(why)))?;
        answer.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

fn begin(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED"),
        Db::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
    }
}

fn in_transaction<T, E: From<Fault>>(db: &mut Db, act: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    begin(db).map_err(|why| E::from(Fault::Query(why)))?;
    match catch_unwind(AssertUnwindSafe(|| act(db))) {
        Ok(Ok(value)) => {
            let lost = |why| if durability::is_lost(&why) { Fault::OutcomeUnknown } else { Fault::Query(why) };
            <Db as Connection>::TransactionManager::commit_transaction(db).map_err(|why| E::from(lost(why)))?;
            Ok(value)
        }
        Ok(Err(no)) => {
            <Db as Connection>::TransactionManager::rollback_transaction(db).map_err(|why| E::from(Fault::Query(why)))?;
            Err(no)
        }
        Err(panic) => {
            // The panic goes on; a failing rollback would only hide it.
            drop(<Db as Connection>::TransactionManager::rollback_transaction(db));
            resume_unwind(panic)
        }
    }
}

#[cfg(test)]
mod tests;
