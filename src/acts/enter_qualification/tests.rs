use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn entry(kind: EntryKind, number: &str, from: &str, to: &str) -> QualificationEntry {
    QualificationEntry {
        kind,
        number: number.into(),
        place: None,
        carrier_kind: None,
        carrier_level: None,
        prior_year_sales: Some(Fen::yuan(1)),
        valid_from: day(from),
        valid_to: day(to),
        file: Some(Kept { sha256: "00".into(), size_bytes: 1, media_type: "application/pdf" }),
        file_name: "proof.pdf".into(),
    }
}

fn fields(entry: &QualificationEntry) -> Vec<String> {
    faults_of(entry, day("2026-03-02")).into_iter().filter_map(|fault| fault.field).collect()
}

#[test]
fn a_good_certificate_passes_and_impossible_dates_are_named_beside_their_field() {
    let number = "GR202342001234";
    assert_eq!(fields(&entry(EntryKind::Hightech, number, "2023-12-01", "2026-11-30")), Vec::<String>::new());
    assert_eq!(fields(&entry(EntryKind::Hightech, number, "2026-03-03", "2026-11-30")), ["valid_from"]);
    assert_eq!(fields(&entry(EntryKind::Hightech, number, "2023-12-01", "2023-11-30")), ["valid_to"]);
    assert_eq!(fields(&entry(EntryKind::Hightech, number, "2023-12-01", "2206-11-30")), ["valid_to"]);
    assert_eq!(fields(&entry(EntryKind::Hightech, number, "0223-12-01", "2026-11-30")), ["valid_from", "valid_to"]);
}

#[test]
fn numbers_have_the_form_of_their_kind() {
    assert_eq!(fields(&entry(EntryKind::Hightech, "GR20234200123", "2023-12-01", "2026-11-30")), ["number"]);
    assert_eq!(fields(&entry(EntryKind::TechSme, "2026420111A800012", "2026-01-05", "2026-12-31")), ["number"]);
    assert!(fields(&entry(EntryKind::TechSme, "2026420111A8000123", "2026-01-05", "2026-12-31")).is_empty());
    assert!(fields(&entry(EntryKind::AboveDesignatedSize, "", "2026-01-05", "2026-12-31")).is_empty());
}

#[test]
fn a_place_may_stay_open_and_a_carrier_needs_kind_and_level() {
    assert_eq!(fields(&entry(EntryKind::RegistrationPlace, "", "2015-06-01", "2099-12-31")), ["place"]);
    let placed = QualificationEntry { place: Some(Place::EastLake), ..entry(EntryKind::RegistrationPlace, "", "2015-06-01", "2099-12-31") };
    assert!(fields(&placed).is_empty());
    assert_eq!(fields(&entry(EntryKind::Incubatee, "", "2025-06-01", "2027-06-01")), ["carrier_kind", "carrier_level"]);
}
