use chrono::{DateTime, NaiveDateTime};
use proptest::prelude::*;

use super::*;

fn moment(nanos: u32) -> NaiveDateTime {
    DateTime::from_timestamp(1_772_413_200, nanos).unwrap().naive_utc()
}

fn line() -> LineBytes<'static> {
    LineBytes {
        seq: 7,
        sealed_at: moment(5),
        salt: b"salt",
        id: 9,
        at: moment(1),
        actor: Some(3),
        actor_name: "陈审",
        actor_role: "auditor",
        act: "publish_notice",
        enterprise: None,
        application: Some(2),
        subject: "N-2026-0001",
        from_state: "",
        to_state: "",
        reason: "r",
        detail: "d",
    }
}

#[test]
fn every_field_changes_the_leaf_and_no_border_can_be_moved() {
    let one = line();
    let others = [
        LineBytes { seq: 8, ..one },
        LineBytes { sealed_at: moment(6), ..one },
        LineBytes { salt: b"other", ..one },
        LineBytes { id: 10, ..one },
        LineBytes { at: moment(2), ..one },
        LineBytes { actor: None, ..one },
        LineBytes { actor: Some(0), ..one },
        LineBytes { actor_name: "陈", ..one },
        LineBytes { actor_role: "", ..one },
        LineBytes { act: "publish_notices", ..one },
        LineBytes { enterprise: Some(2), application: None, ..one },
        LineBytes { subject: "N-2026-0002", ..one },
        LineBytes { from_state: "draft", ..one },
        LineBytes { to_state: "draft", ..one },
        LineBytes { reason: "", detail: "rd", ..one },
        LineBytes { reason: "rd", detail: "", ..one },
    ];
    let mut buffer = Vec::new();
    let own = one.leaf(&mut buffer);
    let mut leaves: std::collections::BTreeSet<_> = others.iter().map(|other| other.leaf(&mut buffer)).collect();
    leaves.insert(own);
    assert_eq!(leaves.len(), others.len() + 1);
}

#[test]
fn the_bytes_of_a_line_can_be_read_back() {
    let mut bytes = Vec::new();
    line().write(&mut bytes);
    let fields = fields_of(&bytes).unwrap();
    let field = |name: &str| fields.iter().find(|(own, _)| *own == name).unwrap().1.clone();
    assert_eq!(field("seq"), Field::Number(7));
    assert_eq!(field("sealed_at"), Field::Moment(moment(5)));
    assert_eq!(field("act"), Field::Text("publish_notice".into()));
    assert!(!String::from_utf8_lossy(&bytes).contains("陈审"), "who acted is not for everybody");
    assert_eq!((field("enterprise_id"), field("application_id")), (Field::Nothing, Field::Number(2)));
    for cut in 0..bytes.len() {
        assert_eq!(fields_of(&bytes[..cut]), None, "{cut}");
    }
    bytes.push(0);
    assert_eq!(fields_of(&bytes), None);
}

fn checkpoint() -> Signed {
    let checkpoint =
        Checkpoint { origin: "suanquan.example/audit".into(), size: 4217, root: [0xab; 32], signed_at: moment(1_000), after: 4100 };
    Signed { checkpoint, key_hash: key_hash("suanquan.example/audit", &[1; 32]), signature: vec![7; 64] }
}

#[test]
fn a_checkpoint_is_read_back_from_its_note_alone_and_among_others() {
    let one = checkpoint();
    let note = one.note();
    assert!(note.starts_with("suanquan.example/audit\n4217\nq6urq6"), "{note}");
    assert_eq!(one.checkpoint.short_root(), "abab abab abab abab");
    assert_eq!(Signed::read_all(&note), Ok(vec![one.clone()]));
    let file = format!("# from the notice N-2026-0001\n\n{note}\n{}", note.replace('\n', "\r\n"));
    assert_eq!(Signed::read_all(&file), Ok(vec![one.clone(), one]));
    assert_eq!(Signed::read_all("\n# nothing\n"), Ok(Vec::new()));
    let told = |text: &str| Signed::read_all(text).unwrap_err().to_string();
    assert!(told(&note.replace("4217", "many")).contains("line 2"), "{}", told(&note.replace("4217", "many")));
    assert!(told("suanquan.example/audit\n1\n").contains("the root is missing"));
}

proptest! {
    #[test]
    fn no_text_stops_the_reader(text in "\\PC*", cut in 0_usize..200) {
        drop(Signed::read_all(&text));
        let note = checkpoint().note();
        let cut = note.char_indices().map(|(at, _)| at).rfind(|at| *at <= cut).unwrap_or(0);
        drop(Signed::read_all(note.get(..cut).unwrap_or_default()));
        drop(fields_of(text.as_bytes()));
    }
}
