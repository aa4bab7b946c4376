//! Is what is answered still there after the power fails? Looked at before anything is stored: a database
//! that is set up to lose commits is refused by name of the setting, and a disk that fails at a commit
//! ends the program.

use diesel::result::Error;

use super::{Db, Fault, dialect};

/// The process ends with this when the disk failed at a commit, so that its supervisor starts it again.
pub const DISK_FAILED: i32 = 70;

/// SQLite 3.7.0 to 3.51.2 can damage the database when two connections write and checkpoint at once.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// A setting of the database, as it answers when it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub value: String,
}

/// What is wrong with a setting, and how to mend it; `None` when answers are safe.
#[must_use]
pub fn weakness(setting: &Setting) -> Option<(String, String)> {
    let (name, value) = (setting.name, setting.value.as_str());
    let (good, zh, en) = match name {
        "sqlite_version" => {
            (version(value) >= OLDEST_SQLITE, "请用随程序编译的 SQLite（3.51.3 或更新）", "build with the bundled SQLite (3.51.3 or newer)")
        }
        "journal_mode" => (
            value == "wal",
            "须为 wal；请把数据库放在支持共享内存的本地磁盘上",
            "it must be wal; keep the database on a local disk that knows shared memory",
        ),
        // 2 is FULL, 3 is EXTRA.
        "synchronous" => (matches!(value, "2" | "3"), "须为 FULL 或 EXTRA", "it must be FULL or EXTRA"),
        "synchronous_commit" => (
            matches!(value, "on" | "remote_write" | "remote_apply"),
            "须为 on；请在 postgresql.conf 或该用户、数据库的设置中改回",
            "it must be on; mend it in postgresql.conf or in the settings of the user or database",
        ),
        _ => (value == "on", "须为 on；请在 postgresql.conf 中改回并重新加载", "it must be on; mend it in postgresql.conf and reload"),
    };
    let told = |what: &str, rest: &str| format!("{name} = {value}{what}{rest}");
    (!good).then(|| (told("，", zh), told(": ", en)))
}

fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// Refuses a database that may lose what was answered.
pub(super) fn check(db: &mut Db) -> Result<(), Fault> {
    let settings = dialect::durability(db)?;
    match settings.iter().find_map(weakness) {
        None => Ok(()),
        Some((zh, en)) => Err(Fault::NotDurable { zh, en }),
    }
}

/// Did the database fail to read or write its file? After a failed fsync nobody knows what is on the
/// disk, and asking again would only hide it.
pub(super) fn disk_failed(why: &Error) -> bool {
    told(why).contains("disk I/O error")
}

/// Is there no room? SQLite takes the transaction back then.
pub(super) fn disk_is_full(why: &Error) -> bool {
    told(why).contains("database or disk is full")
}

/// Is the connection gone, or the database about to go?
pub(super) fn is_lost(why: &Error) -> bool {
    use diesel::result::DatabaseErrorKind::ClosedConnection;
    if matches!(why, Error::DatabaseError(ClosedConnection, _) | Error::BrokenTransactionManager) {
        return true;
    }
    let told = told(why);
    [
        "server closed the connection",
        "terminating connection",
        "no connection to the server",
        "connection not open",
        "the database system is",
        // It was taken over by a standby; the next connection finds the one that writes.
        "in a read-only transaction",
    ]
    .iter()
    .any(|sign| told.contains(sign))
}

fn told(why: &Error) -> String {
    match why {
        Error::RollbackErrorOnCommit { commit_error, .. } => told(commit_error),
        Error::DatabaseError(_, information) => information.message().to_owned(),
        other => other.to_string(),
    }
}

/// Ends the process without an answer to anybody: whether the transaction is stored is for the next start
/// to find out, and every request may be sent again under its key.
pub(super) fn fail_stop(why: &Error) -> ! {
    tracing::error!(%why, exit_code = DISK_FAILED, "the disk failed at a commit; the program ends so that it is started again on what is stored");
    #[expect(clippy::exit, reason = "going on after a failed fsync would answer for what may not be on the disk")]
    std::process::exit(DISK_FAILED)
}
