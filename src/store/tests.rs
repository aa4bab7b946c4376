use super::*;

#[test]
fn a_mistyped_url_is_refused_and_creates_nothing() {
    for url in ["postgre://host/db", "suanquan.db", "sqlite://", "sqlite:suanquan.db", ""] {
        assert!(matches!(Store::open(url), Err(Fault::Address(_))), "{url}");
        assert!(matches!(Store::create(url), Err(Fault::Address(_))), "{url}");
    }
    let missing = std::env::temp_dir().join("suanquan-not-there/none.db");
    assert!(matches!(Store::open(&format!("sqlite://{}", missing.display())), Err(Fault::Address(_))));
    assert!(!missing.exists());
}
