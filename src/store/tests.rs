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

#[test]
fn a_lock_that_was_waited_for_in_vain_is_known_in_the_languages_of_the_server() {
    for told in ["canceling statement due to lock timeout", "由于锁超时,取消语句", "database is locked"] {
        assert!(says(told, &LOCKED) && !says(told, &DEADLOCK), "{told}");
    }
    for told in ["deadlock detected", "检测到死锁"] {
        assert!(says(told, &DEADLOCK) && !says(told, &LOCKED), "{told}");
    }
    assert!(!says("canceling statement due to user request", &LOCKED));
}
