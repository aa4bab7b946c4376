mod bills;
mod garbage;
mod maps;
mod plain;
mod slurm;
mod volcano;

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/metering/", $name)).as_slice()
    };
}
use fixture;

fn now() -> Moment {
    Moment::parse("2026-04-20T00:00:00Z").unwrap()
}

/// Settings with a map from a fixture.
fn mapped(map: &[u8]) -> ImportSettings {
    ImportSettings { source: "test://centre".into(), map: ImportMap::parse(std::str::from_utf8(map).unwrap()).unwrap() }
}

fn unmapped() -> ImportSettings {
    ImportSettings::new("test://centre")
}

fn read(format: ImportFormat, bytes: &[u8], settings: &ImportSettings) -> ImportedFile {
    let file = read_file(format, bytes, settings, now()).unwrap();
    let counts = file.counts();
    assert_eq!(counts.events + counts.skipped + counts.rejected + counts.quarantined, file.rows.len());
    assert_eq!(file.rows.iter().map(|row| row.row).collect::<Vec<_>>(), (1..=file.rows.len()).collect::<Vec<_>>());
    file
}

/// A row in short: `u-1 8×3600`, `u-3 rejected units_range units`, `1070 skipped`.
fn short(row: &ImportRow) -> String {
    let read = match &row.read {
        RowRead::Event(event) => {
            let usage = event.fact.usage().unwrap();
            format!("{} {}×{}", usage.resource, usage.units, usage.active_ms / 1000)
        }
        RowRead::Skipped(text) => {
            assert!(!text.zh.is_empty() && !text.en.is_empty());
            "skipped".to_owned()
        }
        RowRead::Rejected(fault) => format!("rejected {} {}", fault.code, fault.field),
        RowRead::Quarantined(fault, raw) => {
            assert!(!raw.is_empty(), "nothing is lost in the quarantine");
            format!("quarantined {} {}", fault.code, fault.field)
        }
    };
    format!("{} {read}", row.label)
}

fn shorts(file: &ImportedFile) -> Vec<String> {
    file.rows.iter().map(short).collect()
}

fn events(file: &ImportedFile) -> Vec<&Event> {
    let event = |row: &'_ ImportRow| matches!(row.read, RowRead::Event(_));
    file.rows
        .iter()
        .filter(|row| event(row))
        .map(|row| match &row.read {
            RowRead::Event(event) => event.as_ref(),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn fault(row: &ImportRow) -> &EventFault {
    match &row.read {
        RowRead::Rejected(fault) | RowRead::Quarantined(fault, _) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_read_again_gives_the_same_ids_and_digests() {
    for (format, bytes, settings) in [
        (ImportFormat::Csv, fixture!("usage.csv"), unmapped()),
        (ImportFormat::Jsonl, fixture!("usage.jsonl"), unmapped()),
        (ImportFormat::CloudEvents, fixture!("events.json"), unmapped()),
        (ImportFormat::Slurm, fixture!("slurm.txt"), mapped(fixture!("slurm-map.toml"))),
        (ImportFormat::Slurm, fixture!("slurm.json"), mapped(fixture!("slurm-map.toml"))),
        (ImportFormat::HuaweiBill, fixture!("huawei-bill.json"), mapped(fixture!("huawei-map.toml"))),
        (ImportFormat::Volcano, fixture!("volcano.json"), mapped(fixture!("volcano-map.toml"))),
    ] {
        let first = read(format, bytes, &settings);
        // A later reading of the same file, with a byte order mark that an editor put there.
        let marked = [b"\xef\xbb\xbf", bytes].concat();
        let later = read_file(format, &marked, &settings, now().plus_millis(30 * 24 * 3_600_000)).unwrap();
        let names = |file: &ImportedFile| events(file).iter().map(|event| (event.key.clone(), event.digest)).collect::<Vec<_>>();
        assert!(!names(&first).is_empty(), "{format}");
        assert_eq!(names(&first), names(&later), "{format}");
        let keys: std::collections::BTreeSet<_> = names(&first).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), events(&first).len(), "{format}: two facts share an id");
    }
}

#[test]
fn a_file_that_cannot_be_read_as_a_whole_says_how_to_mend_it() {
    let refused = |format, bytes: &[u8], settings: &ImportSettings| read_file(format, bytes, settings, now()).unwrap_err();
    // 客户 in GB18030.
    let chinese = refused(ImportFormat::Csv, b"id,\xbf\xcd\xbb\xa7\n", &unmapped());
    assert_eq!(chinese, FileFault::NotUtf8(3));
    assert!(chinese.text().zh.contains("GB18030") && chinese.text().en.contains("save it as UTF-8"), "{:?}", chinese.text());
    assert_eq!(refused(ImportFormat::Csv, b"\xef\xbb\xbf \n", &unmapped()), FileFault::Empty);
    assert_eq!(
        refused(ImportFormat::Csv, b"id,subject,units,start\n", &unmapped()),
        FileFault::MissingColumns(vec!["resource".into(), "end".into()])
    );
    assert_eq!(
        refused(ImportFormat::Csv, b"subject,resource,units,start,end,active_second\n", &unmapped()),
        FileFault::UnknownColumns(vec!["active_second".into()])
    );
    assert_eq!(
        refused(ImportFormat::Csv, b"subject,Subject,resource,units,start,end\n", &unmapped()),
        FileFault::ColumnTwice("subject".into())
    );
    assert_eq!(refused(ImportFormat::Slurm, b"{\"errors\":[]}", &unmapped()), FileFault::NoList("jobs"));
    assert!(matches!(refused(ImportFormat::Slurm, b"{\"jobs\":[{}}", &unmapped()), FileFault::NoList(_) | FileFault::BrokenList(_)));
    assert!(matches!(refused(ImportFormat::CloudEvents, b"[{\"id\":\"1\"", &unmapped()), FileFault::BrokenList(_)));
    let dollars = refused(ImportFormat::HuaweiBill, b"{\"currency\":\"USD\",\"fee_records\":[]}", &unmapped());
    assert_eq!(dollars, FileFault::ForeignCurrency("USD".into()));
    for fault in [chinese, dollars] {
        assert!(fault.text().zh.ends_with('。') && fault.text().en.ends_with('.'));
    }
    let many = "{}\n".repeat(MOST_ROWS + 1);
    assert_eq!(refused(ImportFormat::Jsonl, many.as_bytes(), &unmapped()), FileFault::TooManyRows(MOST_ROWS));
}
