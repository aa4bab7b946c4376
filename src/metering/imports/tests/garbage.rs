use proptest::prelude::*;

use super::*;

/// The fixtures by format, with the settings that read them.
fn samples() -> Vec<(ImportFormat, &'static [u8], ImportSettings)> {
    vec![
        (ImportFormat::Csv, fixture!("usage.csv"), unmapped()),
        (ImportFormat::Csv, fixture!("usage-sheet.csv"), mapped(fixture!("usage-map.toml"))),
        (ImportFormat::Jsonl, fixture!("usage.jsonl"), unmapped()),
        (ImportFormat::CloudEvents, fixture!("events.json"), unmapped()),
        (ImportFormat::CloudEvents, fixture!("events.ndjson"), unmapped()),
        (ImportFormat::Slurm, fixture!("slurm.txt"), mapped(fixture!("slurm-map.toml"))),
        (ImportFormat::Slurm, fixture!("slurm.json"), mapped(fixture!("slurm-map.toml"))),
        (ImportFormat::HuaweiBill, fixture!("huawei-bill.json"), mapped(fixture!("huawei-map.toml"))),
        (ImportFormat::HuaweiBill, fixture!("huawei-bill.csv"), mapped(fixture!("huawei-console-map.toml"))),
        (ImportFormat::Volcano, fixture!("volcano.json"), mapped(fixture!("volcano-map.toml"))),
    ]
}

/// Rows are numbered without a gap and each has one outcome; a file that is refused says why.
fn is_told(format: ImportFormat, bytes: &[u8], settings: &ImportSettings) -> Result<(), TestCaseError> {
    match read_file(format, bytes, settings, now()) {
        Ok(file) => {
            let counts = file.counts();
            prop_assert_eq!(counts.events + counts.skipped + counts.rejected + counts.quarantined, file.rows.len());
            prop_assert!(file.rows.iter().zip(1..).all(|(row, number)| row.row == number));
            let _ = bill_months(file.bills());
        }
        Err(fault) => prop_assert!(!fault.text().zh.is_empty() && !fault.text().en.is_empty()),
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[{(]?\\PC{0,80}\n\\PC{0,40}") {
        for format in ImportFormat::ALL {
            is_told(*format, &bytes, &unmapped())?;
            is_told(*format, text.as_bytes(), &unmapped())?;
        }
    }

    #[test]
    fn no_damage_to_a_file_panics(
        sample in 0_usize..10, cut in 0_usize..20_000, places in prop::collection::vec((0_usize..20_000, "[-,|\"{}\\[\\]:0-9eN.字 \n]"), 0..6)
    ) {
        let (format, bytes, settings) = samples().remove(sample);
        let mut text: Vec<char> = std::str::from_utf8(bytes).unwrap().chars().collect();
        for (place, with) in places {
            let place = place % text.len();
            text.splice(place..=place, with.chars());
        }
        text.truncate(text.len() - cut % 7 * text.len() / 20);
        is_told(format, text.into_iter().collect::<String>().as_bytes(), &settings)?;
    }

    #[test]
    fn every_line_of_a_csv_file_is_one_row(lines in prop::collection::vec("[a-z0-9,\" 字]{0,30}", 0..20)) {
        let text = format!("subject,resource,units,start,end\n{}", lines.join("\n"));
        let file = read_file(ImportFormat::Csv, text.as_bytes(), &unmapped(), now()).unwrap();
        let below = text.trim_end().lines().count() - 1;
        prop_assert_eq!(file.rows.len(), below);
    }

    #[test]
    fn the_order_of_the_rows_changes_no_event(shuffled in Just((0..28).collect::<Vec<usize>>()).prop_shuffle()) {
        let settings = mapped(fixture!("slurm-map.toml"));
        let text = std::str::from_utf8(fixture!("slurm.txt")).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let mixed = std::iter::once(lines[0]).chain(shuffled.iter().map(|at| lines[at + 1])).collect::<Vec<_>>().join("\n");
        let told = |text: &str| {
            let file = read(ImportFormat::Slurm, text.as_bytes(), &settings);
            let mut events: Vec<(String, [u8; 32])> = events(&file).iter().map(|event| (event.key.id.clone(), event.digest)).collect();
            events.sort_unstable();
            events
        };
        prop_assert_eq!(told(&mixed), told(text));
    }
}
