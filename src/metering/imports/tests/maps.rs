use super::*;
use crate::metering::moment::UtcOffset;

#[test]
fn a_map_is_read_strictly_with_the_line_of_its_fault() {
    let fault = |text: &str| ImportMap::parse(text).unwrap_err();
    assert_eq!(fault("cluster = \"a\"\nsubject = \"b\"\n").line, 2);
    assert_eq!(fault("\n\nutc_offset = \"8\"\n").to_string(), "line 3 of the map: utc_offset is no offset such as \"+08:00\"");
    assert_eq!(fault("[[resources]]\nresource = \"x\"\nsku = \"y\"\n").line, 3);
    assert_eq!(fault("[[resources]]\nresource = \"x\"\nunit = \"gib\"\n").line, 3);
    assert!(fault("bill_states = [\"DONE\"]\n").reason.contains("DONE"));
    assert_eq!(fault("cluster = [").line, 1);
    let strange = ImportSettings { map: ImportMap::parse("[columns]\ncards = \"卡数\"\n").unwrap(), ..unmapped() };
    for format in [ImportFormat::Csv, ImportFormat::Jsonl] {
        let refused = read_file(format, b"{}", &strange, now()).unwrap_err();
        assert_eq!(refused, FileFault::UnknownNames(vec!["cards".into()]));
    }
}

#[test]
fn offsets_are_those_of_clocks() {
    let offset =
        |text: &str| ImportMap::parse(&format!("utc_offset = \"{text}\"")).ok().and_then(|map| map.utc_offset).map(UtcOffset::minutes);
    assert_eq!(offset("+08:00"), Some(480));
    assert_eq!(offset("-03:30"), Some(-210));
    assert_eq!(offset("Z"), Some(0));
    for wrong in ["08:00", "+8:00", "+08:60", "+15:00", "-13:00", "+0800", ""] {
        assert_eq!(offset(wrong), None, "{wrong}");
    }
}

#[test]
fn every_format_has_its_code() {
    let codes: Vec<&str> = ImportFormat::ALL.iter().map(|format| format.as_str()).collect();
    assert_eq!(codes, ["csv", "jsonl", "cloudevents", "slurm", "huawei-bill", "volcano"]);
}
