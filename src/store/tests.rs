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

#[test]
fn settings_with_which_commits_are_lost_are_named_with_what_they_must_be() {
    use durability::{Setting, weakness};
    for (name, good, bad) in [
        ("sqlite_version", vec!["3.51.3", "3.53.2", "4.0.0"], vec!["3.51.2", "3.40.1", "3.9.99", "what"]),
        ("journal_mode", vec!["wal"], vec!["delete", "memory"]),
        ("synchronous", vec!["2", "3"], vec!["1", "0"]),
        ("fsync", vec!["on"], vec!["off"]),
        ("full_page_writes", vec!["on"], vec!["off"]),
        ("synchronous_commit", vec!["on", "remote_apply"], vec!["off", "local"]),
    ] {
        for value in good {
            assert_eq!(weakness(&Setting { name, value: value.into() }), None, "{name} {value}");
        }
        for value in bad {
            let (zh, en) = weakness(&Setting { name, value: value.into() }).unwrap();
            let setting = format!("{name} = {value}");
            assert!(zh.starts_with(&setting) && en.starts_with(&setting), "{zh} {en}");
        }
    }
}
