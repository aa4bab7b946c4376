use super::*;

#[test]
fn every_line_of_a_csv_file_has_its_outcome() {
    let file = read(ImportFormat::Csv, fixture!("usage.csv"), &unmapped());
    let nameless = "ascend-910b 4×3600";
    let mut found = shorts(&file);
    assert!(found[15].ends_with(nameless) && found[15].len() == 64 + 1 + nameless.len(), "{}", found[15]);
    found[15] = nameless.to_owned();
    assert_eq!(
        found,
        [
            "u-1 ascend-910b 8×3600",
            "u-2 ascend-910b 8×1800",
            "u-3 rejected units_range units",
            "u-4 rejected negative_interval end",
            "u-5 rejected units_range units",
            "u-6 rejected units_range units",
            "u-7 rejected units_range units",
            "u-8 rejected bad_time start",
            " skipped",
            " skipped",
            " rejected bad_envelope row",
            " rejected bad_envelope row",
            "u-11 rejected bad_envelope subject",
            "u-12 rejected negative_interval active_seconds",
            "u-13 rejected time_in_future end",
            nameless,
            "u-14 rejected units_range units",
        ]
    );
    let exponent = &fault(&file.rows[5]).text;
    assert!(exponent.en.starts_with("\"1e3\": must be a whole number"), "{}", exponent.en);
    assert!(exponent.zh.starts_with("「1e3」：须为"), "{}", exponent.zh);
    let first = events(&file)[0].fact.usage().unwrap();
    assert_eq!(
        (first.partition.as_str(), first.qos.as_str(), first.project.as_str(), first.instance.as_str()),
        ("npu910b", "high", "视觉 大模型", "run-1")
    );
    assert_eq!(events(&file)[2].fact.usage().unwrap().project, "\"第一\"期");
}

#[test]
fn a_row_without_id_is_called_by_its_fact_however_it_is_spelled() {
    let id = |line: &str| {
        let text = format!("subject,resource,units,start,end\n{line}\n");
        let file = read(ImportFormat::Csv, text.as_bytes(), &unmapped());
        events(&file)[0].key.id.clone()
    };
    let one = id("wh-zhixing,ascend-910b,8,2026-03-01T08:00:00+08:00,2026-03-01T09:00:00+08:00");
    assert_eq!(one.len(), 64);
    assert_eq!(id("wh-zhixing , ascend-910b,８,2026-03-01T00:00:00Z,\"2026-03-01T01:00:00Z\""), one);
    assert_ne!(id("wh-zhixing,ascend-910b,9,2026-03-01T08:00:00+08:00,2026-03-01T09:00:00+08:00"), one);
    assert_ne!(id("wh-zhixing,ascend-910b,8,2026-03-01T08:00:00+08:00,2026-03-01T09:00:00.001+08:00"), one);
}

#[test]
fn a_sheet_kept_by_hand_is_read_through_its_map() {
    let file = read(ImportFormat::Csv, fixture!("usage-sheet.csv"), &mapped(fixture!("usage-map.toml")));
    let found = shorts(&file);
    assert!(found[0].ends_with("ascend-910b 8×5400"), "{}", found[0]);
    assert_eq!(found[1..], [" rejected units_range active_seconds", " quarantined unknown_subject subject"]);
    let event = events(&file)[0];
    assert_eq!(event.subject, "wh-zhixing");
    assert_eq!(event.time, Moment::parse("2026-03-01T10:00:00+08:00").unwrap());
    assert!(matches!(&file.rows[2].read, RowRead::Quarantined(_, raw) if raw.starts_with("光谷") && raw.ends_with("新客户")));
}

#[test]
fn json_lines_name_what_is_wrong_and_go_on() {
    let file = read(ImportFormat::Jsonl, fixture!("usage.jsonl"), &unmapped());
    assert_eq!(
        shorts(&file),
        [
            "j-1 ascend-910b 8×3600",
            "j-2 ascend-910b 8×3600",
            "j-3 rejected units_range units",
            "j-4 rejected units_range units",
            " rejected bad_envelope row",
            " rejected bad_envelope row",
            " rejected bad_envelope units",
            " skipped",
            "17 ascend-910b 8×3600",
        ]
    );
    assert!(fault(&file.rows[5]).text.en.contains("active_second"), "{}", fault(&file.rows[5]));
    // A line and its twin in CSV are one fact.
    let csv = concat!(
        "subject,resource,units,start,end,project\n",
        "wh-zhixing,ascend-910b,8,2026-03-01T08:00:00+08:00,2026-03-01T09:00:00+08:00,",
        "视觉\n"
    );
    let csv = read(ImportFormat::Csv, csv.as_bytes(), &unmapped());
    assert_eq!(events(&csv)[0].digest, events(&file)[0].digest);
}

#[test]
fn one_broken_event_of_a_list_is_one_rejected_row() {
    let list = read(ImportFormat::CloudEvents, fixture!("events.json"), &unmapped());
    assert_eq!(
        shorts(&list),
        [
            "e-1 ascend-910b 8×3600",
            " rejected bad_envelope event",
            " rejected bad_envelope event",
            "e-4 ascend-910b 8×3600",
            " rejected bad_envelope event",
        ]
    );
    assert_eq!(events(&list)[0].key.source, "modelarts://0a1b", "events keep their own source");
    let lines = read(ImportFormat::CloudEvents, fixture!("events.ndjson"), &unmapped());
    assert_eq!(events(&lines), events(&list));
    assert_eq!(lines.counts(), ImportCounts { events: 2, skipped: 1, rejected: 3, quarantined: 0 });
    let text = std::str::from_utf8(fixture!("events.ndjson")).unwrap();
    let spread = text.lines().next().unwrap().replace(", ", ",\n ");
    assert_eq!(events(&read(ImportFormat::CloudEvents, spread.as_bytes(), &unmapped())), events(&list)[..1], "one event over many lines");
}
