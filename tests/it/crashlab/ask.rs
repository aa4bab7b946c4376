//! Looks into the database past the program. A connection to SQLite lives for one question only: the last one to
//! leave a killed server's file would otherwise hide its recovery. That to PostgreSQL is kept.

use std::cell::RefCell;
use std::rc::Rc;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{PgConnection, SqliteConnection};

/// Up to three columns of a row, as text.
#[derive(Debug, Clone, QueryableByName)]
pub struct Row {
    #[diesel(sql_type = Text)]
    pub a: String,
    #[diesel(sql_type = Text)]
    pub b: String,
    #[diesel(sql_type = Text)]
    pub c: String,
}

#[derive(Clone)]
pub struct Ask {
    pub url: String,
    kept: Rc<RefCell<Option<Open>>>,
}

impl Ask {
    pub fn new(url: &str) -> Ask {
        Ask { url: url.to_owned(), kept: Rc::default() }
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite://")
    }

    /// Rows of `SELECT … AS a, … AS b, … AS c`, all of them text.
    pub fn rows(&self, sql: &str) -> Vec<Row> {
        if self.is_sqlite() {
            return self.open().rows(sql);
        }
        let mut kept = self.kept.borrow_mut();
        // A fault may have ended the one that was kept.
        if let Some(Ok(rows)) = kept.as_mut().map(|open| open.try_rows(sql)) {
            return rows;
        }
        kept.insert(self.open()).rows(sql)
    }

    /// For several questions at once; let go of it before the server is killed.
    pub fn open(&self) -> Open {
        let Some(path) = self.url.strip_prefix("sqlite://") else {
            return Open::Postgres(PgConnection::establish(&self.url).unwrap());
        };
        let mut conn = SqliteConnection::establish(path).unwrap();
        diesel::connection::SimpleConnection::batch_execute(&mut conn, "PRAGMA busy_timeout = 20000").unwrap();
        Open::Sqlite(conn)
    }

    /// Tables and columns with their kinds, one line each.
    pub fn schema(&self) -> Vec<String> {
        let rows = if self.is_sqlite() {
            self.rows("SELECT name AS a, COALESCE(sql, '') AS b, type AS c FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name")
        } else {
            self.rows(
                "SELECT CAST(table_name AS TEXT) AS a, CAST(column_name AS TEXT) AS b, CAST(data_type AS TEXT) AS c FROM information_schema.columns \
                 WHERE table_schema = 'public' ORDER BY table_name, column_name",
            )
        };
        rows.into_iter().map(|row| format!("{} {} {}", row.a, row.b, row.c)).collect()
    }

    /// The number that `SELECT COUNT(*) FROM …` answers; give what follows FROM.
    pub fn count(&self, from: &str) -> i64 {
        count_of(&self.rows(&counting(from)))
    }
}

fn counting(from: &str) -> String {
    format!("SELECT CAST(COUNT(*) AS TEXT) AS a, '' AS b, '' AS c FROM {from}")
}

fn count_of(rows: &[Row]) -> i64 {
    rows[0].a.parse().unwrap()
}

/// A connection past the program.
pub enum Open {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Open {
    fn try_rows(&mut self, sql: &str) -> QueryResult<Vec<Row>> {
        match self {
            Open::Sqlite(conn) => diesel::sql_query(sql).load(conn),
            Open::Postgres(conn) => diesel::sql_query(sql).load(conn),
        }
    }

    fn rows(&mut self, sql: &str) -> Vec<Row> {
        self.try_rows(sql).unwrap_or_else(|why| panic!("{sql}: {why}"))
    }

    /// As [`Ask::count`].
    pub fn count(&mut self, from: &str) -> i64 {
        count_of(&self.rows(&counting(from)))
    }
}
