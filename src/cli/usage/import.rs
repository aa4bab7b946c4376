//! `suanquan usage import --format … --provider … FILE…`.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::pieces::{PieceRows, are_lines, digest_of_text};
use crate::acts::import_usage::{COLUMNS, Counts, Desk, Imported, RowAnswer, UsageFile, import_file, rehearse_file};
use crate::acts::sum_usage::catch_up;
use crate::acts::{ActError, House};
use crate::clock::Clock;
use crate::config::Config;
use crate::export::csv::guarded;
use crate::lang::Lang;
use crate::metering::imports::{ImportFormat, ImportMap, ImportSettings, Rows, read_rows};
use crate::metering::moment::Moment;
use crate::party::Actor;
use crate::startup::{house, open_store};
use crate::store::{self, Store};

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// csv, jsonl, cloudevents, slurm, huawei-bill or volcano
    #[arg(long, value_parser = format)]
    format: ImportFormat,
    /// The centre's USCC
    #[arg(long)]
    provider: String,
    /// Columns, zone, accounts and resources of the centre as TOML
    #[arg(long)]
    map: Option<PathBuf>,
    /// The source of the events, such as slurm://dongji/dbd; the usual one names centre and format
    #[arg(long)]
    source: Option<String>,
    /// Say what would become of every row and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Why usage of more than 35 days ago comes now
    #[arg(long, default_value = "")]
    reason: String,
    #[arg(long, env = "SUANQUAN_DATABASE")]
    database: String,
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

fn format(text: &str) -> Result<ImportFormat, String> {
    let known = ImportFormat::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ");
    ImportFormat::parse(text).ok_or_else(|| format!("{text:?} is unknown; known are {known}"))
}

/// Imports file after file. Fails at the end when a row has to be mended in its file.
///
/// # Errors
/// A map, file or database that cannot be read, an unknown centre, a refusal; files before it stay
/// imported.
pub(super) fn run(args: &ImportArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.database)?;
    let provider = store.read(|db| store::purchase::provider_by_uscc(db, &args.provider))?;
    let provider = provider.ok_or_else(|| anyhow::anyhow!("--provider {:?} is no centre of this database", args.provider))?;
    let source = args.source.clone().unwrap_or_else(|| UsageFile::usual_source(&provider.uscc, args.format));
    let settings = ImportSettings { source, map: args.map.as_deref().map(map).transpose()?.unwrap_or_default() };
    let house = house(&Config::default(), "");
    let clock = crate::cli::demo::clock_of(&store)?.unwrap_or(Clock::Machine);
    let mut to_mend = false;
    for path in &args.files {
        let in_place = |why: anyhow::Error| why.context(path.display().to_string());
        let whole = if are_lines(args.format) { None } else { Some(std::fs::read(path).map_err(|why| in_place(why.into()))?) };
        let sha256 = match &whole {
            Some(bytes) => hex::encode(Sha256::digest(bytes)),
            None => digest_of_text(path).map_err(in_place)?,
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let file = UsageFile {
            provider: provider.id,
            format: args.format,
            name,
            sha256,
            settings: settings.clone(),
            reason: args.reason.trim().to_owned(),
        };
        let place = (&store, &house, &clock);
        let counts = one(args, place, &file, path, whole.as_deref(), out).map_err(in_place)?;
        to_mend |= counts.rejected + counts.conflict > 0;
    }
    if !args.dry_run {
        catch_up(&store, &house, clock.now())?;
    }
    Ok(if to_mend { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn map(path: &Path) -> anyhow::Result<ImportMap> {
    let text = std::fs::read_to_string(path).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))?;
    ImportMap::parse(&text).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))
}

fn one(
    args: &ImportArgs,
    (store, house, clock): (&Store, &House, &Clock),
    file: &UsageFile,
    path: &Path,
    whole: Option<&[u8]>,
    out: &mut impl Write,
) -> anyhow::Result<Counts> {
    let now = clock.now();
    let broken = Mutex::new(None);
    let rows: Rows<'_> = match whole {
        Some(bytes) => read_rows(args.format, bytes, &file.settings, Moment::at(now)).map_err(|why| anyhow::anyhow!("{why}"))?,
        None => Box::new(PieceRows::open(path, args.format, &file.settings, Moment::at(now), &broken)?),
    };
    let (mut result, result_path) = Results::beside(path)?;
    let system = Actor::system();
    let desk = Desk { store, house, actor: &system, now, shard: 0, key: None };
    let imported = if args.dry_run {
        let counts = rehearse_file(&desk, file, rows, |answers| result.write(answers)).map_err(refused)?;
        Imported { counts, ..Imported::default() }
    } else {
        import_file(&desk, file, rows, |answers| result.write(answers)).map_err(refused)?
    };
    result.end()?;
    if let Some(why) = broken.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(anyhow::Error::context(why, "the file ends early; the rows before are dealt with"));
    }
    let mut told = serde_json::to_value(imported.counts)?;
    if let Some(fields) = told.as_object_mut() {
        fields.insert("file".to_owned(), json!(path.display().to_string()));
        fields.insert("dry_run".to_owned(), json!(args.dry_run));
        fields.insert("result".to_owned(), json!(result_path.display().to_string()));
        if !args.dry_run {
            fields.insert("import".to_owned(), json!(imported.id));
            fields.insert("bill_months".to_owned(), json!(imported.bills.kept));
            fields.insert("accounts_without_contract".to_owned(), json!(imported.bills.left_out));
        }
    }
    writeln!(out, "{told}")?;
    Ok(imported.counts)
}

fn refused(why: ActError) -> anyhow::Error {
    match why {
        ActError::Fault(fault) => anyhow::Error::new(fault),
        ActError::Refused(refusals) => {
            anyhow::anyhow!(refusals.iter().map(|refusal| refusal.text.get(Lang::En)).collect::<Vec<_>>().join(" "))
        }
        ActError::NotFound | ActError::NotAllowed | ActError::Stale(_) | ActError::KeyReused => anyhow::anyhow!("the import was refused"),
    }
}

/// `FILE.result.csv`: a line per row of the file. What cannot be written is told at the end, for the
/// rows are stored by then.
struct Results {
    writer: csv::Writer<File>,
    first_fault: Option<csv::Error>,
}

impl Results {
    fn beside(path: &Path) -> anyhow::Result<(Results, PathBuf)> {
        let mut name = path.as_os_str().to_owned();
        name.push(".result.csv");
        let path = PathBuf::from(name);
        let file = File::create(&path).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(COLUMNS)?;
        Ok((Results { writer, first_fault: None }, path))
    }

    fn write(&mut self, answers: &[RowAnswer]) {
        for answer in answers {
            if let Err(why) = self.writer.write_record(answer.cells().map(|cell| guarded(&cell))) {
                self.first_fault.get_or_insert(why);
            }
        }
    }

    fn end(mut self) -> anyhow::Result<()> {
        self.writer.flush()?;
        self.first_fault.map_or(Ok(()), |why| Err(anyhow::anyhow!("the rows are stored, but the result file is not whole: {why}")))
    }
}
