use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use super::{PIECE, PieceRows, digest_of_text};
use crate::metering::imports::{ImportFormat, ImportMap, ImportRow, ImportSettings, RowRead, read_rows};
use crate::metering::moment::Moment;

/// A file that is gone with the value.
struct Kept(PathBuf);

impl Kept {
    fn new(name: &str, bytes: &[u8]) -> Kept {
        let path = std::env::temp_dir().join(format!("suanquan-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Kept(path)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

fn settings() -> ImportSettings {
    ImportSettings { source: "import://x/csv".into(), map: ImportMap::default() }
}

fn now() -> Moment {
    Moment::parse("2026-03-02T00:00:00Z").unwrap()
}

fn in_pieces(kept: &Kept, format: ImportFormat) -> Vec<ImportRow> {
    let (settings, broken) = (settings(), Mutex::new(None));
    let rows = PieceRows::open(&kept.0, format, &settings, now(), &broken).unwrap().collect();
    assert!(broken.into_inner().unwrap().is_none());
    rows
}

fn whole(text: &str, format: ImportFormat) -> Vec<ImportRow> {
    read_rows(format, text.as_bytes(), &settings(), now()).unwrap().collect()
}

#[test]
fn the_pieces_of_a_file_give_the_rows_of_the_whole() {
    let (mut csv, mut lines) = ("\u{feff}subject,resource,units,start,end,project\n".to_owned(), String::new());
    for number in 0..3_000 {
        let (subject, project) = (format!("acct-{number}"), if number % 7 == 0 { "武汉 " } else { "p" });
        let at = "2026-03-01T08:00:00+08:00,2026-03-01T09:00:00+08:00";
        match number % 101 {
            3 => csv.push_str("\n \n"),
            5 => csv.push_str("too,few\n"),
            _ => writeln!(csv, "{subject},ascend-910b,1,{at},{project}").unwrap(),
        }
        writeln!(lines, "{{\"subject\":\"{subject}\",\"resource\":\"ascend-910b\",\"units\":1,\"start\":\"?\"}}").unwrap();
    }
    csv.push_str(" \n\n");
    assert!(csv.len() > 2 * PIECE && lines.len() > 2 * PIECE, "there is something to cut");
    let told = in_pieces(&Kept::new("pieces.csv", csv.as_bytes()), ImportFormat::Csv);
    assert_eq!(told, whole(&csv, ImportFormat::Csv));
    assert_eq!(told.last().map(|row| row.row), Some(told.len()), "rows are numbered through");
    let events = told.iter().filter(|row| matches!(row.read, RowRead::Event(_))).count();
    assert!(events > 2_900, "{events}");
    assert_eq!(in_pieces(&Kept::new("pieces.jsonl", lines.as_bytes()), ImportFormat::Jsonl), whole(&lines, ImportFormat::Jsonl));
}

#[test]
fn what_is_no_text_is_known_before_any_row_is_read() {
    let mut bytes = "武".repeat(PIECE).into_bytes();
    let good = Kept::new("text", &bytes);
    assert_eq!(digest_of_text(&good.0).unwrap().len(), 64);
    bytes.push(0xff);
    bytes.push(b'x');
    let why = digest_of_text(&Kept::new("no-text", &bytes).0).unwrap_err().to_string();
    assert!(why.contains(&(3 * PIECE).to_string()), "{why}");
    assert!(digest_of_text(&Kept::new("half", "武".as_bytes().split_at(2).0).0).is_err(), "a character that does not end");
}

#[test]
fn a_file_without_rows_is_told_as_one() {
    let (settings, broken) = (settings(), Mutex::new(None));
    let header = Kept::new("header.csv", b"subject,resource,units,start,end\n");
    assert_eq!(PieceRows::open(&header.0, ImportFormat::Csv, &settings, now(), &broken).unwrap().count(), 0);
    let empty = Kept::new("empty.csv", b" \n\n");
    assert!(PieceRows::open(&empty.0, ImportFormat::Csv, &settings, now(), &broken).is_err());
    let strange = Kept::new("strange.csv", b"colour\nred\n");
    assert!(PieceRows::open(&strange.0, ImportFormat::Csv, &settings, now(), &broken).is_err());
}
