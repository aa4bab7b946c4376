//! A fresh database for a test, on SQLite and on PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use super::folder::Folder;
use super::setting;

/// An empty database of its own. On SQLite the file is not there yet.
pub struct TestDb {
    url: String,
    home: Home,
}

enum Home {
    Folder {
        _kept: Option<Folder>,
    },
    Server {
        admin_url: String,
        name: String,
    },
    /// A PostgreSQL database that somebody else looks after.
    Elsewhere,
}

impl TestDb {
    pub fn sqlite() -> TestDb {
        let folder = Folder::new("db");
        TestDb { url: format!("sqlite://{}", folder.file("test.sqlite")), home: Home::Folder { _kept: Some(folder) } }
    }

    /// A SQLite file at a place that somebody else looks after.
    pub fn sqlite_at(path: &str) -> TestDb {
        TestDb { url: format!("sqlite://{path}"), home: Home::Folder { _kept: None } }
    }

    /// A new database on the server named by `SUANQUAN_TEST_POSTGRES`, dropped with the value.
    pub fn postgres() -> TestDb {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let admin_url = setting("SUANQUAN_TEST_POSTGRES");
        let name = format!("it_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut admin = connect(&admin_url);
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}; ")).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        TestDb { url: with_database(&admin_url, &name), home: Home::Server { admin_url, name } }
    }

    /// A PostgreSQL database that somebody else looks after.
    pub fn postgres_at(url: &str) -> TestDb {
        TestDb { url: url.to_owned(), home: Home::Elsewhere }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.home, Home::Folder { .. })
    }

    /// Runs SQL past the program: to tamper with a row, or to look at one.
    pub fn run_sql(&self, sql: &str) {
        match &self.home {
            Home::Folder { .. } => {
                let path = self.url.trim_start_matches("sqlite://");
                let mut conn = diesel::SqliteConnection::establish(path).unwrap();
                // The program may be writing at this moment.
                conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
                conn.batch_execute(sql).unwrap();
            }
            Home::Server { .. } | Home::Elsewhere => connect(&self.url).batch_execute(sql).unwrap(),
        }
    }
}

/// A lock on a table that lasts as long as this value; on SQLite on the whole database.
pub struct Held {
    _sqlite: Option<diesel::SqliteConnection>,
    _postgres: Option<PgConnection>,
}

impl TestDb {
    /// Keeps writers out, as another program would.
    pub fn hold(&self, table: &str) -> Held {
        TestDb::hold_at(&self.url, table)
    }

    /// As [`TestDb::hold`], for those who know the address only.
    pub fn hold_at(url: &str, table: &str) -> Held {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let mut conn = diesel::SqliteConnection::establish(path).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE").unwrap();
            return Held { _sqlite: Some(conn), _postgres: None };
        }
        let mut conn = connect(url);
        conn.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE")).unwrap();
        Held { _sqlite: None, _postgres: Some(conn) }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Home::Server { admin_url, name } = &self.home
            && let Ok(mut admin) = PgConnection::establish(admin_url)
        {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Runs a test on a fresh SQLite file and on a fresh PostgreSQL database; it is given the URL.
pub fn on_both(test: impl Fn(&str)) {
    on_both_databases(|db| test(db.url()));
}

/// As [`on_both`], for tests that also tamper with the database itself.
pub fn on_both_databases(test: impl Fn(&TestDb)) {
    println!("--- on SQLite");
    test(&TestDb::sqlite());
    println!("--- on PostgreSQL");
    test(&TestDb::postgres());
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap_or_else(|why| panic!("no PostgreSQL at {url} ({why}): run this test with scripts/test"))
}

/// The same server and user, another database: `postgres://user@host:port/NAME?options`.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = address.rsplit_once('/').unwrap();
    if options.is_empty() { format!("{server}/{name}") } else { format!("{server}/{name}?{options}") }
}
