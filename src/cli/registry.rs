//! `suanquan registry import --kind … --as-of … FILE`.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, ensure};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::acts::check_registry_list::{ListFile, check_registry_list};
use crate::acts::confirm_columns::confirm_columns;
use crate::acts::import_registry_list::import_registry_list;
use crate::acts::{Act, ActError, Outcome, perform};
use crate::child::Input;
use crate::child::list_rows::{list_rows, read_one};
use crate::clock::Clock;
use crate::config::Config;
use crate::lang::Lang;
use crate::party::Actor;
use crate::registry::headings::Header;
use crate::registry::sheet::Row;
use crate::registry::{ListKind, Mapping, Scope};
use crate::reports::registry::list_of;
use crate::startup::{house, open_store};
use crate::store::registry::List;
use crate::store::{self, Store};

#[derive(Debug, Args)]
pub struct RegistryArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Compares a list with the one before and takes it in; prints one JSON object
    Import(ImportArgs),
    /// Reads one list from standard input under limits, for `import`
    #[command(hide = true)]
    ReadOne,
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// tech_sme, hightech, carrier, incubatee, above_designated_size, advanced_service or dishonesty
    #[arg(long, value_parser = kind)]
    kind: ListKind,
    /// complete (whoever is missing is listed no more), batch, or withdrawal
    #[arg(long, value_parser = scope, default_value = "complete")]
    scope: Scope,
    /// The day on which the list holds
    #[arg(long)]
    as_of: NaiveDate,
    /// E-mail address of the member of staff who answers for the list
    #[arg(long)]
    by: String,
    /// Compare only; the site shows the result under the list's number
    #[arg(long)]
    dry_run: bool,
    /// The columns are as the headings suggest; remembered for lists with the same headings
    #[arg(long)]
    confirm_columns: bool,
    /// More than a fifth of the listings may end
    #[arg(long)]
    many_may_go: bool,
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
    file: PathBuf,
}

fn kind(text: &str) -> Result<ListKind, String> {
    let known = ListKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    ListKind::parse(&text.replace('-', "_")).ok_or_else(|| format!("{text:?} is unknown; known are {known}"))
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).ok_or_else(|| format!("{text:?} is unknown; known are complete, batch, withdrawal"))
}

/// Runs one of them. Fails when rows of a list could not be used.
///
/// # Errors
/// A file that is no list, unknown columns, a refusal, a database that is not there.
pub fn run(args: &RegistryArgs, out: &mut impl Write, err: &mut impl Write) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::ReadOne => read_one(out).map(|()| ExitCode::SUCCESS),
        What::Import(args) => import(args, out, err),
    }
}

fn import(args: &ImportArgs, out: &mut impl Write, err: &mut impl Write) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.database)?;
    let actor = store.read(|db| -> Outcome<Option<Actor>> {
        let account = store::account::find_by_email(db, &args.by)?;
        Ok(account.map(|account| store::account::actor(db, &account)).transpose()?)
    });
    let actor = actor.map_err(refused)?.ok_or_else(|| anyhow!("--by {:?} is nobody of this database", args.by))?;
    let (sha256, rows) = read(&args.file)?;
    writeln!(err, "read {} rows", rows.len())?;
    let header = Header::find(args.kind, &rows).ok_or_else(|| {
        anyhow!("{}: no header was found; one row must name the columns, such as 企业名称 and 统一社会信用代码", args.file.display())
    })?;
    let desk = Desk {
        store: &store,
        house: house(&Config::default(), ""),
        actor,
        clock: crate::cli::demo::clock_of(&store)?.unwrap_or(Clock::Machine),
    };
    let mapping = desk.mapping(args, &header)?;
    let file = ListFile {
        kind: args.kind,
        scope: args.scope,
        as_of: args.as_of,
        name: args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256,
        mapping,
        rows: rows.into_iter().filter(|row| row.number > header.last_row).collect(),
    };
    let list = desk.act(|act| {
        let id = check_registry_list(act, file)?;
        if !args.dry_run {
            import_registry_list(act, id, args.many_may_go)?;
        }
        Ok(id)
    })?;
    writeln!(err, "{}", if args.dry_run { "compared; nothing is imported yet" } else { "compared and imported" })?;
    let list = store.read(|db| list_of(db, list)).map_err(refused)?;
    writeln!(out, "{}", told(&list))?;
    Ok(if list.unreadable_count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn told(list: &List) -> serde_json::Value {
    json!({
        "list": list.id,
        "kind": list.kind,
        "state": list.state,
        "rows": list.row_count,
        "new": list.new_count,
        "changed": list.changed_count,
        "same": list.same_count,
        "gone": list.gone_count,
        "unreadable": list.unreadable_count,
        "sha256": list.file_sha256,
    })
}

/// The digest of the file and its rows, which a child reads.
fn read(path: &Path) -> anyhow::Result<(String, Vec<Row>)> {
    let at = |why: String| anyhow!("{}: {why}", path.display());
    // Opening a pipe or a device could wait for ever.
    ensure!(std::fs::metadata(path).map_err(|why| at(why.to_string()))?.is_file(), at("is no file".to_owned()));
    let mut digest = Sha256::new();
    std::io::copy(&mut File::open(path).map_err(|why| at(why.to_string()))?, &mut Hashing(&mut digest))?;
    let input = Input::File(File::open(path).map_err(|why| at(why.to_string()))?);
    let rows = list_rows(input).map_err(|fault| at(fault.text().en))?;
    Ok((hex::encode(digest.finalize()), rows))
}

struct Hashing<'a>(&'a mut Sha256);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Desk<'a> {
    store: &'a Store,
    house: crate::acts::House,
    actor: Actor,
    clock: Clock,
}

impl Desk<'_> {
    fn act<T>(&self, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> anyhow::Result<T> {
        perform(self.store, &self.house, &self.actor, self.clock.now(), act).map_err(refused)
    }

    /// The columns that somebody confirmed; with `--confirm-columns` those that the headings suggest.
    fn mapping(&self, args: &ImportArgs, header: &Header) -> anyhow::Result<Mapping> {
        let known = self.store.read(|db| store::registry::mapping(db, args.kind, &header.signature()))?;
        if let Some(known) = known.filter(|_| !args.confirm_columns) {
            return Ok(serde_json::from_str(&known)?);
        }
        let suggested = header.suggested(args.kind);
        let columns =
            suggested.iter().map(|(column, place)| format!("{column} = {}", header.headings.get(*place).map_or("", String::as_str)));
        let columns = columns.collect::<Vec<_>>().join(", ");
        ensure!(
            args.confirm_columns,
            "nobody has confirmed the columns of such a list yet; they look like: {columns}. Run again with --confirm-columns if this is right, or choose them on the site"
        );
        self.act(|act| confirm_columns(act, args.kind, args.scope, header, &suggested))?;
        Ok(suggested)
    }
}

fn refused(why: ActError) -> anyhow::Error {
    match why {
        ActError::Fault(fault) => anyhow::Error::new(fault),
        ActError::Refused(refusals) => anyhow!(refusals.iter().map(|refusal| refusal.text.get(Lang::En)).collect::<Vec<_>>().join(" ")),
        ActError::NotAllowed => anyhow!("--by must name a member of the task force or of the competent authority"),
        ActError::NotFound | ActError::Stale(_) | ActError::KeyReused => anyhow!("the import was refused"),
    }
}
