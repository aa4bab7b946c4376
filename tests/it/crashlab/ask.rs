//! Looks into the database past the program. A connection lives for one question only: the last one to
//! leave a killed server's SQLite file would otherwise hide its recovery.

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

#[derive(Clone, Debug)]
pub struct Ask {
    pub url: String,
}

impl Ask {
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite://")
    }

    /// Rows of `SELECT … AS a, … AS b, … AS c`, all of them text.
    pub fn rows(&self, sql: &str) -> Vec<Row> {
        self.open().rows(sql)
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
        self.open().count(from)
    }
}

/// A connection past the program.
pub enum Open {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Open {
    fn rows(&mut self, sql: &str) -> Vec<Row> {
        let rows = match self {
            Open::Sqlite(conn) => diesel::sql_query(sql).load(conn),
            Open::Postgres(conn) => diesel::sql_query(sql).load(conn),
        };
        rows.unwrap_or_else(|why| panic!("{sql}: {why}"))
    }

    /// As [`Ask::count`].
    pub fn count(&mut self, from: &str) -> i64 {
        self.rows(&format!("SELECT CAST(COUNT(*) AS TEXT) AS a, '' AS b, '' AS c FROM {from}"))[0].a.parse().unwrap()
    }
}
