use super::*;

#[test]
fn pods_count_from_the_first_start_to_the_last_end() {
    let file = read(ImportFormat::Volcano, fixture!("volcano.json"), &mapped(fixture!("volcano-map.toml")));
    assert_eq!(
        shorts(&file),
        [
            // Two containers with four cards each, 00:02 to 01:02.
            "zhixing/bert-0 ascend-910b 8×3600",
            // Restarted once: 01:00 to 02:30.
            "zhixing/bert-1 a800 2×5400",
            "zhixing/bert-2 skipped",
            "zhixing/bert-3 quarantined does_not_add_up restartCount",
            "zhixing/evicted skipped",
            "zhixing/cpu-only skipped",
            "zhixing/llm-0 ascend-910b 8×600",
            // Its pod tells of it.
            "zhixing/llm skipped",
            // Four replicas with eight cards, 01:00 to 02:00.
            "zhixing/llm-old ascend-910b 32×3600",
            "zhixing/waiting skipped",
            "guangu/other quarantined unknown_subject namespace",
            "zhixing/web rejected bad_envelope kind",
        ]
    );
    let ids: Vec<&str> = events(&file).iter().map(|event| event.key.id.as_str()).collect();
    assert_eq!(ids, ["uid-p1/0", "uid-p2/1", "uid-p7/0", "uid-j2/0"]);
    let first = events(&file)[0].fact.usage().unwrap();
    assert_eq!((first.partition.as_str(), first.instance.as_str()), ("research", "uid-p1"));
}

#[test]
fn a_single_pod_and_pods_line_by_line_are_read_as_well() {
    let settings = mapped(fixture!("volcano-map.toml"));
    let whole = read(ImportFormat::Volcano, fixture!("volcano.json"), &settings);
    let text = std::str::from_utf8(fixture!("volcano.json")).unwrap();
    let pods: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  ")).map(|line| line.trim_end_matches(',')).collect();
    let lines = read(ImportFormat::Volcano, pods.join("\n").as_bytes(), &settings);
    assert_eq!(lines, whole);
    let one = read(ImportFormat::Volcano, pods[0].replace(", ", ",\n").as_bytes(), &settings);
    assert_eq!(events(&one), events(&whole)[..1]);
}
