use super::CheckKind;

#[test]
fn every_check_and_its_source_stand_in_the_documents() {
    let page = include_str!("../../../docs/concepts/evidence.md");
    for kind in CheckKind::ALL {
        assert!(page.contains(&format!("\n| `{kind}` |")), "docs/concepts/evidence.md does not explain {kind}");
        let source = kind.source();
        assert!(!source.zh.is_empty() && !source.en.is_empty(), "{kind}");
    }
    let rows = page.split("## Checks of a case").nth(1).unwrap_or_default().lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, CheckKind::ALL.len(), "the page explains a check that there is not");
}
