//! What the registers say of an applicant: asked at submission, answered by a job, shown to the
//! reviewer. Neither a draft nor a submission waits for it.

use std::collections::BTreeSet;

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::Value;

use super::case_checks::{Check, CheckKind, Verdict};
use super::case_facts::Dossier;
use super::{Act, Db, Fault, Line, Outcome};
use crate::calendar::{date_time, full_date};
use crate::ids::EnterpriseId;
use crate::lang::{Lang, Text};
use crate::party::Role;
use crate::registry::ListKind;
use crate::store;
use crate::store::register::{Answer, RegisterCheck};

/// Failures in a row after which a register rests, and for how long.
const PATIENCE: i64 = 5;
const REST: TimeDelta = TimeDelta::minutes(10);
/// Longest wait between two tries.
const LONGEST: i64 = 60;
/// Answers that make no sense so often are a matter for people.
const SENSELESS: i64 = 8;

/// What the settings say of registers.
#[derive(Clone, Debug, Default)]
pub struct RegisterRules {
    /// Those that a service answers for; the others are the imported lists.
    pub online: BTreeSet<ListKind>,
    /// How long an answer is good for.
    pub cache_hours: u32,
}

/// How a question ended that a job asked.
#[derive(Clone, Debug)]
pub enum Ended {
    Answered {
        found: bool,
        source: String,
        sha256: String,
        evidence: String,
    },
    /// Not reached, or no answer that makes sense.
    Failed {
        why: String,
        senseless: bool,
    },
}

/// Puts questions about an enterprise: one to each register of its qualifications, and one to that of
/// dishonest subjects. An answer that is young enough is not asked for again.
pub(super) fn ask_registers(act: &mut Act<'_>, dossier: &Dossier) -> Outcome<()> {
    let (of, at) = (dossier.application.enterprise_id, act.stamp());
    let mut kinds: Vec<ListKind> = dossier
        .qualifications
        .iter()
        .filter(|entry| entry.state != "refused")
        .filter_map(|entry| ListKind::ALL.iter().copied().find(|kind| kind.entry() == Some(entry.kind)))
        .chain([ListKind::Dishonesty])
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let known = store::register::newest_of(act.db, of)?;
    let young = at - TimeDelta::hours(i64::from(act.house.registers.cache_hours));
    for kind in kinds {
        let fresh = known.iter().any(|check| {
            check.register == kind.as_str() && (check.state == "pending" || check.answered_at.is_some_and(|answered| answered > young))
        });
        let can_answer = act.house.registers.online.contains(&kind) || store::registry::newest(act.db, kind)?.is_some();
        if can_answer && !fresh {
            store::register::ask(act.db, of, kind.as_str(), at)?;
        }
    }
    Ok(())
}

/// Questions whose time has come. Those of a register that rests are put off.
///
/// # Errors
/// A fault of the database.
pub fn due(act: &mut Act<'_>, most: i64) -> Outcome<Vec<(RegisterCheck, ListKind, String)>> {
    act.must_hold(Role::System)?;
    let now = act.stamp();
    let mut asked = Vec::new();
    for (check, uscc) in store::register::due(act.db, now, most)? {
        let Some(kind) = ListKind::parse(&check.register) else { continue };
        match store::register::health(act.db, &check.register)?.1.filter(|until| *until > now) {
            Some(until) => store::register::put_off(act.db, check.id, until, false, &check.evidence)?,
            None => asked.push((check, kind, uscc)),
        }
    }
    Ok(asked)
}

/// Keeps how a question ended.
///
/// # Errors
/// A fault of the database.
pub fn end_register_check(act: &mut Act<'_>, check: &RegisterCheck, ended: &Ended) -> Outcome<()> {
    act.must_hold(Role::System)?;
    let at = act.stamp();
    let (state, why) = match ended {
        Ended::Answered { found, source, sha256, evidence } => {
            let state = if *found { "found" } else { "not_found" };
            if !store::register::answer(act.db, check.id, &Answer { state, source, sha256, evidence, at })? {
                return Ok(());
            }
            store::register::set_health(act.db, &check.register, 0, None)?;
            (state, source)
        }
        Ended::Failed { why, senseless } => {
            let failures = store::register::health(act.db, &check.register)?.0 + 1;
            let resting = (failures >= PATIENCE).then(|| at + REST);
            store::register::set_health(act.db, &check.register, failures, resting)?;
            if !(*senseless && check.tries + 1 >= SENSELESS) {
                store::register::put_off(act.db, check.id, next_try(at, check.tries), true, why)?;
                return Ok(());
            }
            let answer = Answer { state: "failed", source: "", sha256: "", evidence: why, at };
            if !store::register::answer(act.db, check.id, &answer)? {
                return Ok(());
            }
            ("failed", why)
        }
    };
    act.write_line(&Line {
        act: "answer_register",
        enterprise: Some(check.enterprise_id),
        subject: &check.register,
        detail: &format!("{state} · {why}"),
        ..Line::default()
    })
}

/// One minute after the first try, then twice as long each time, at most an hour.
fn next_try(at: NaiveDateTime, tries: i64) -> NaiveDateTime {
    let minutes = u32::try_from(tries).ok().and_then(|tries| 1_i64.checked_shl(tries)).unwrap_or(LONGEST);
    at + TimeDelta::minutes(minutes.clamp(1, LONGEST))
}

/// The rows of the registers among the checks of a case, and listings of the enterprise that ended.
///
/// # Errors
/// A fault of the database.
pub(super) fn register_checks(db: &mut Db, of: EnterpriseId) -> Result<Vec<Check>, Fault> {
    let mut found = Vec::new();
    for task in store::registry_word::open_withdrawals_of(db, of)? {
        let day = |lang: Lang| full_date(task.effect_on, lang);
        let text = Text::new(
            format!("「{}」资格自{}起不再成立，待复核", task.kind.label(Lang::Zh), day(Lang::Zh)),
            format!("{}: the listing ended on {} and waits for review", task.kind.label(Lang::En), day(Lang::En)),
        );
        found.push(Check::new(CheckKind::ListingEnded, Verdict::Explain, text, Text::same(task.number)));
    }
    for check in store::register::newest_of(db, of)? {
        if let Some(kind) = ListKind::parse(&check.register) {
            found.push(row(kind, &check));
        }
    }
    Ok(found)
}

fn row(kind: ListKind, check: &RegisterCheck) -> Check {
    let (zh, en) = (kind.label(Lang::Zh), kind.label(Lang::En));
    let asked = |lang: Lang| date_time(check.asked_at.and_utc(), lang);
    let dishonesty = kind == ListKind::Dishonesty;
    let (verdict, text) = match check.state.as_str() {
        "pending" => (
            Verdict::Note,
            Text::new(
                format!("「{zh}」查询中，系统会继续查询，不影响办理"),
                format!("{en}: pending; the system goes on asking and nothing waits for it"),
            ),
        ),
        "failed" => (
            Verdict::Note,
            Text::new(format!("「{zh}」没有得到可用的答复，请凭材料核对"), format!("{en}: no usable answer; go by the papers")),
        ),
        "found" if dishonesty => (Verdict::Explain, Text::new(format!("在「{zh}」中"), format!("{en}: listed"))),
        "found" => (Verdict::Passed, Text::new(format!("「{zh}」查询属实"), format!("{en}: confirmed"))),
        _ if dishonesty => (Verdict::Passed, Text::new(format!("不在「{zh}」中"), format!("{en}: not listed"))),
        _ => (Verdict::Note, Text::new(format!("「{zh}」中没有查到这家企业"), format!("{en}: the enterprise was not found"))),
    };
    let evidence = match check.state.as_str() {
        "pending" => Text::new(format!("{}提交查询", asked(Lang::Zh)), format!("asked {}", asked(Lang::En))),
        "failed" => Text::same(check.evidence.clone()),
        _ => Text::same(said(check)),
    };
    let about = if dishonesty { CheckKind::DishonestyRegister } else { CheckKind::RegisterAnswer };
    Check::new(about, verdict, text, evidence)
}

/// Number, term and source of an answer.
fn said(check: &RegisterCheck) -> String {
    let evidence: Value = serde_json::from_str(&check.evidence).unwrap_or_default();
    let text = |name: &str| evidence.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let term = [text("from"), text("to")].into_iter().filter(|day| !day.is_empty()).collect::<Vec<_>>().join("–");
    [text("number"), term, check.source.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
