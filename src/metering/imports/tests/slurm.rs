use super::*;
use crate::metering::quantity::UnitMillis;

fn dump() -> ImportedFile {
    read(ImportFormat::Slurm, fixture!("slurm.txt"), &mapped(fixture!("slurm-map.toml")))
}

#[test]
fn a_dump_gives_the_seconds_worked_out_by_hand() {
    let file = dump();
    assert_eq!(
        shorts(&file),
        [
            // Both runs of a requeued job, 10:00 to 11:00 and 11:05 to 13:05.
            "1001 ascend-910b 8×3600",
            "1001 ascend-910b 8×7200",
            "1001.batch skipped",
            "1002 skipped",
            // Two tasks of an array ran 10 and 20 minutes; the others never started.
            "1010_1 ascend-910b 1×600",
            "1010_2 ascend-910b 1×1200",
            "1010_[3-8%2] skipped",
            // Both parts of a heterogeneous job, half an hour.
            "1020+0 ascend-910b 4×1800",
            "1020+1 ascend-910b 16×1800",
            // Two hours less half an hour of suspension.
            "1030 ascend-910b 2×5400",
            "1040 skipped",
            "1041 skipped",
            "1042 skipped",
            "1043 ascend-910b 8×600",
            // gres/npu=8 and gres/npu:ascend910b=8 are eight cards.
            "1050 ascend-910b 8×3600",
            "1051 ascend-910b 8×3600",
            "1052 quarantined does_not_add_up AllocTRES",
            // 01:30 to 03:30 on a German clock: one hour in March, three in October.
            "1060 ascend-910b 1×3600",
            "1061 ascend-910b 1×10800",
            "1070 skipped",
            "1075 skipped",
            // 1801 s by Slurm's rounding in an interval of 1800 s.
            "1076 ascend-910b 8×1800",
            "1080 quarantined does_not_add_up ElapsedRaw",
            "1090 quarantined unknown_subject Account",
            "1100 kunpeng-920 128×900",
            "1101 quarantined unknown_resource AllocTRES",
            "1110 rejected bad_envelope AllocTRES",
            " rejected bad_envelope row",
        ]
    );
    let cards = events(&file).into_iter().filter_map(|event| event.fact.usage()).filter(|usage| usage.resource == "ascend-910b");
    // 28800 + 57600 + 600 + 1200 + 7200 + 28800 + 10800 + 4800 + 28800 + 28800 + 3600 + 10800 + 14400 card-seconds.
    assert_eq!(cards.map(crate::metering::event::Usage::quantity).sum::<UnitMillis>(), UnitMillis::new(226_200_000));
}

#[test]
fn a_run_keeps_its_id_and_its_runs_are_told_apart() {
    let file = dump();
    let events = events(&file);
    assert_eq!(events[0].key.id, "dongji/5001");
    assert_eq!(events[1].key.id, "dongji/5002");
    assert!(events.iter().any(|event| event.key.id == "s2KX7D9M40001"), "the SLUID goes before the row number");
    let usage = |at: usize| events[at].fact.usage().unwrap();
    assert_eq!(usage(0).instance, "dongji/1001/1772413200");
    assert_eq!(usage(1).instance, "dongji/1001/1772420400");
    assert_eq!((usage(0).partition.as_str(), usage(0).qos.as_str(), usage(0).project.as_str()), ("npu910b", "normal", "zhixing"));
    assert_eq!(events[0].subject, "wh-zhixing");
    assert!(events[0].data.contains("\"tres\":\"billing=64,cpu=64,gres/npu=8,mem=512G,node=1\""), "{}", events[0].data);
}

#[test]
fn the_json_form_tells_of_the_same_runs() {
    let file = read(ImportFormat::Slurm, fixture!("slurm.json"), &mapped(fixture!("slurm-map.toml")));
    assert_eq!(
        shorts(&file),
        [
            "1001 ascend-910b 8×3600",
            "1001 ascend-910b 8×7200",
            "1010_2 ascend-910b 1×1200",
            "1020+1 ascend-910b 16×1800",
            "1030 ascend-910b 2×5400",
            "1040 skipped",
            "1070 skipped",
            " rejected bad_envelope row",
        ]
    );
    // Without a row number the ids differ, but the runs are the same: their overlap will be seen.
    let text = dump();
    let (json, text) = (events(&file), events(&text));
    assert_eq!(json[0].key.id, "dongji/1001/1772413200");
    for (json, text) in [(0, 0), (1, 1), (2, 3)].map(|(one, other)| (json[one].fact.usage().unwrap(), text[other].fact.usage().unwrap())) {
        assert_eq!((&json.instance, json.interval, json.units), (&text.instance, text.interval, text.units));
    }
}

#[test]
fn local_times_without_a_zone_are_refused_with_the_command() {
    let mut settings = mapped(fixture!("slurm-map.toml"));
    let refused = read_file(ImportFormat::Slurm, fixture!("slurm-local-time.txt"), &settings, now()).unwrap_err();
    assert_eq!(refused, FileFault::LocalTime { row: 1, value: "2026-03-02T09:00:00".into() });
    for text in [refused.text().zh, refused.text().en] {
        assert!(text.contains("SLURM_TIME_FORMAT=%s sacct -a -D -X -P --noconvert"), "{text}");
    }
    // Whoever knows the clock of the machine may say so.
    settings.map.utc_offset = Some(crate::metering::moment::UtcOffset::BEIJING);
    let file = read(ImportFormat::Slurm, fixture!("slurm-local-time.txt"), &settings);
    assert_eq!(events(&file), events(&dump())[..2]);
}

#[test]
fn the_contract_says_which_ends_are_billed() {
    let mut settings = mapped(fixture!("slurm-map.toml"));
    settings.map.bill_states = Some([SlurmState::Preempted, SlurmState::NodeFail].into());
    let file = read(ImportFormat::Slurm, fixture!("slurm.txt"), &settings);
    let billed: Vec<String> = shorts(&file).into_iter().filter(|row| row.contains('×')).collect();
    assert_eq!(billed, ["1002 ascend-910b 8×1200", "1075 ascend-910b 8×1800"]);
}

#[test]
fn a_dump_needs_its_columns_and_a_cluster() {
    let without = |column: &str| {
        let text = std::str::from_utf8(fixture!("slurm.txt")).unwrap().replacen(column, "Comment", 1);
        read_file(ImportFormat::Slurm, text.as_bytes(), &unmapped(), now())
    };
    assert_eq!(without("ElapsedRaw").unwrap_err(), FileFault::MissingColumns(vec!["ElapsedRaw".into()]));
    assert_eq!(without("Cluster").unwrap_err(), FileFault::MissingColumns(vec!["Cluster".into()]));
    assert!(without("SLUID").is_ok(), "older versions have no SLUID");
    let trailing = std::str::from_utf8(fixture!("slurm.txt")).unwrap().replace('\n', "|\n");
    let trailing = read(ImportFormat::Slurm, trailing.as_bytes(), &mapped(fixture!("slurm-map.toml")));
    assert_eq!(events(&trailing), events(&dump()), "sacct -p ends every line with one more bar");
}

#[test]
fn without_a_map_the_account_is_the_subject_and_cards_need_a_resource() {
    let mut settings = unmapped();
    let bare = read(ImportFormat::Slurm, fixture!("slurm.txt"), &settings);
    assert_eq!(bare.counts().events, 0);
    assert_eq!(short(&bare.rows[0]), "1001 quarantined unknown_resource AllocTRES");
    settings.map.resource = "ascend-910b".into();
    let file = read(ImportFormat::Slurm, fixture!("slurm.txt"), &settings);
    assert_eq!(events(&file)[0].subject, "zhixing");
    // With one resource for all cards the job on two types is eight cards of it.
    assert_eq!(short(&file.rows[16]), "1052 ascend-910b 8×3600");
}
