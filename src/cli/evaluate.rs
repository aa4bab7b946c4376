//! `suanquan evaluate`: the subsidy rules as a pure command, for checking any amount by hand.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::policy::faults::{Fault, quoted};
use crate::policy::reading::{Document, unknown_pack};
use crate::policy::{self, Pack, shipped};

/// The program's exit code for a case that cannot be evaluated.
pub const BAD_INPUT: u8 = 2;

/// Which rules, and which case.
#[derive(Debug, clap::Args)]
pub struct EvaluateArgs {
    /// Id of a shipped policy pack, or the path of a TOML file; wins over the case's own
    #[arg(long, value_name = "ID|PATH")]
    pub pack: Option<String>,
    /// The case as JSON; `-` or nothing: standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Evaluates the case and prints the result as JSON, or prints one line per fault to `err` and
/// nothing to `out`.
///
/// # Errors
/// `out` or `err` cannot be written.
pub fn run(args: &EvaluateArgs, input: &mut impl Read, out: &mut impl Write, err: &mut impl Write) -> std::io::Result<u8> {
    match evaluated(args, input) {
        Ok(text) => {
            writeln!(out, "{text}")?;
            out.flush()?;
            Ok(0)
        }
        Err(faults) => {
            for fault in faults {
                writeln!(err, "{fault}")?;
            }
            Ok(BAD_INPUT)
        }
    }
}

fn evaluated(args: &EvaluateArgs, input: &mut impl Read) -> Result<String, Vec<Fault>> {
    let named = args.pack.as_deref().map(pack_named);
    let document = read(args.file.as_deref(), input).and_then(|bytes| Document::parse(&bytes));
    let document = match (document, &named) {
        (Ok(document), _) => document,
        (Err(fault), Some(Err(pack_fault))) => return Err(vec![pack_fault.clone(), fault]),
        (Err(fault), _) => return Err(vec![fault]),
    };
    let pack = match named {
        Some(named) => named,
        None => document.pack_name().and_then(|id| shipped::by_id(id).cloned().ok_or_else(|| unknown_pack(id))),
    };
    match pack {
        Ok(pack) => {
            let case = document.read(Some(&pack))?;
            serde_json::to_string_pretty(&policy::evaluate(&pack, &case)).map_err(|why| vec![Fault::new("$", why.to_string())])
        }
        Err(fault) => Err(std::iter::once(fault).chain(document.read(None).err().into_iter().flatten()).collect()),
    }
}

/// A shipped pack by its id, or a pack from a file.
fn pack_named(name: &str) -> Result<Pack, Fault> {
    if let Some(pack) = shipped::by_id(name) {
        return Ok(pack.clone());
    }
    let path = Path::new(name);
    let is_path = name.contains(['/', '\\']) || path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) || path.exists();
    if !is_path {
        let what = format!("{} is neither a known pack nor a file; known are {}", quoted(name), shipped::known_ids());
        return Err(Fault::new("--pack", what));
    }
    let bytes = std::fs::read(path).map_err(|why| Fault::new("--pack", format!("{} cannot be read: {why}", quoted(name))))?;
    Pack::parse(&bytes).map_err(|why| Fault::new("--pack", format!("{}, {why}", quoted(name))))
}

fn read(file: Option<&Path>, input: &mut impl Read) -> Result<Vec<u8>, Fault> {
    match file.filter(|file| *file != Path::new("-")) {
        Some(file) => {
            std::fs::read(file).map_err(|why| Fault::new("$", format!("{} cannot be read: {why}", quoted(&file.to_string_lossy()))))
        }
        None => {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes).map_err(|why| Fault::new("$", format!("standard input cannot be read: {why}")))?;
            Ok(bytes)
        }
    }
}
