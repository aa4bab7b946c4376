//! Migrations of both databases, embedded; same names in both folders.

use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Db, Fault, Store};

pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the database to the program's version and says so in the log.
///
/// # Errors
/// A database newer than the program is refused; nothing is changed then.
pub fn run(store: &Store) -> Result<(), Fault> {
    let mut db = store.pool.get().map_err(Fault::Connect)?;
    match &mut *db {
        Db::Sqlite(conn) => migrate(conn, SQLITE, &store.shown_url()),
        Db::Postgres(conn) => migrate(conn, POSTGRES, &store.shown_url()),
    }
}

fn migrate<DB: diesel::backend::Backend>(conn: &mut impl MigrationHarness<DB>, ours: EmbeddedMigrations, url: &str) -> Result<(), Fault> {
    let wrong = |why: Box<dyn std::error::Error + Send + Sync>| Fault::Migrate(why.to_string());
    let known: Vec<String> =
        MigrationSource::<DB>::migrations(&ours).map_err(wrong)?.iter().map(|m| m.name().version().to_string()).collect();
    let applied = conn.applied_migrations().map_err(wrong)?;
    if let Some(newer) = applied.iter().map(ToString::to_string).find(|version| !known.contains(version)) {
        return Err(Fault::Migrate(format!(
            "the database {url} carries migration {newer}, which this program does not know; it was written by a newer version. Start that version, or restore a backup"
        )));
    }
    let waiting = known.len() - applied.len();
    if waiting > 0 {
        tracing::info!(database = url, waiting, "bringing the database to this version");
        conn.run_pending_migrations(ours).map_err(wrong)?;
        tracing::info!(database = url, "the database is at this version");
    }
    Ok(())
}
