//! `/desk/recoveries`: red letters to invoices that were granted. Before payment each holds the payout;
//! afterwards the page says what comes back by the rules, and leads to the clawback.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::case_view::state_tag;
use super::frame;
use crate::acts::Act;
use crate::acts::settle_recovery::{Settlement, settle_recovery};
use crate::application::State;
use crate::calendar::{date_time, full_date};
use crate::ids::tail;
use crate::lang::{Lang, Text};
use crate::party::Role;
use crate::payout::recovery::TaskState;
use crate::reports::recoveries::{RecoveryRow, recoveries};
use crate::reports::{desk_queue, proofs};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::download::send;
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, Fact, FieldKind, FieldView, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One red letter.
#[derive(Debug)]
struct Shown {
    id: i64,
    application: Link,
    enterprise: String,
    tags: Vec<Tag>,
    facts: Vec<Fact>,
    file: Option<Link>,
    /// What comes back by the rules, a line for each level and year.
    back: Vec<String>,
    claim: Option<Link>,
    settle: Vec<FieldView>,
}

#[derive(Debug, Template)]
#[template(path = "desk/recoveries.html")]
struct RecoveriesPage {
    cx: PageCx,
    errors: ErrorSummary,
    rows: Vec<Shown>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, 0, &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn settle(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let id = *id;
    let state = TaskState::parse(form.raw(&format!("outcome_{id}"))).unwrap_or(TaskState::Open);
    let settled = Settlement { state, note: form.text(&format!("note_{id}")) };
    let key = form.request_key(&visitor);
    let answer = site
        .act(visitor.actor()?, key, move |act: &mut Act<'_>| settle_recovery(act, id, &settled).map(|()| "/desk/recoveries".to_owned()));
    match answer.await? {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("已登记处理结论。", "The decision is recorded."))),
        Err(mut refusals) => {
            for refusal in &mut refusals {
                refusal.field = refusal.field.take().map(|field| format!("{field}_{id}"));
            }
            render(&visitor, &site, id, &Attempt::refused(refusals, form)).await
        }
    }
}

/// The file of a red letter.
///
/// # Errors
/// The page for what is not there or belongs to others.
pub async fn file(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let (actor, id) = (visitor.actor()?, *id);
    let paper = site.read(move |db| proofs::of_red_letter(db, &actor, id)).await?;
    send(&site, paper).await
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, tried: i64, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let (actor, house) = (visitor.actor()?, site.house.clone());
    let who = actor.account;
    let (rail, found) = site.read(move |db| Ok((desk_queue::rail(db, who)?, recoveries(db, &house, &actor)?))).await?;
    let rows = found.iter().map(|row| shown(visitor, row, if row.task.id == tried { Some(attempt) } else { None })).collect();
    let view = RecoveriesPage { cx: frame(visitor, &rail, None), errors: error_summary(visitor.lang, attempt.refusals()), rows };
    attempt.page(&view)
}

fn shown(visitor: &Visitor, row: &RecoveryRow, attempt: Option<&Attempt>) -> Shown {
    let (lang, task) = (visitor.lang, &row.task);
    let open = task.state == TaskState::Open;
    let holds = |role| visitor.holds(role);
    let paid = matches!(row.state, State::Paid | State::ClawedBack);
    let area = if holds(Role::Finance) && !holds(Role::TaskForce) { "finance" } else { "desk" };
    let may_claim =
        open && (holds(Role::CompetentAuthority) || holds(Role::Auditor)) && row.back.as_ref().is_some_and(|back| !back.is_empty());
    let tone = match task.state {
        TaskState::Open => Tone::Warn,
        TaskState::Settled => Tone::Ok,
        TaskState::Dismissed => Tone::Plain,
    };
    Shown {
        id: task.id,
        application: Link::new(format!("/{area}/applications/{}", row.application), row.application.clone()),
        enterprise: row.enterprise.clone(),
        tags: vec![Tag::new(tone, task.state.label(lang)), state_tag(lang, row.state)],
        facts: facts(lang, row),
        file: task.file_id.map(|_| Link::new(format!("/files/red-letter/{}", task.id), task.file_name.clone())),
        back: if open { back(lang, row) } else { Vec::new() },
        claim: (may_claim && paid).then(|| {
            let href = format!("/audit/applications/{}/clawback?letters=all", row.application);
            Link::new(href, lang.pick("发起追回…", "Demand money back…"))
        }),
        settle: if open && (holds(Role::TaskForce) || holds(Role::CompetentAuthority)) {
            settle_fields(lang, row, attempt)
        } else {
            Vec::new()
        },
    }
}

fn facts(lang: Lang, row: &RecoveryRow) -> Vec<Fact> {
    let task = &row.task;
    let brought = format!("{} {} · {}", task.source.label(lang), row.found_by, date_time(task.found_at.and_utc(), lang));
    let mut facts = vec![
        Fact::new(lang.pick("红字发票", "Red letter"), format!("{} · {}", tail(&task.number), full_date(task.dated_on, lang))),
        Fact::new(lang.pick("冲红金额", "Takes back"), task.red_fen.display()),
        Fact::new(lang.pick("原发票", "Of the invoice"), format!("{} · {}", tail(&row.invoice), row.invoice_total.display())),
        Fact::new(lang.pick("登记", "Brought by"), brought),
    ];
    if !row.demanded.is_empty() {
        facts.push(Fact::new(lang.pick("已发起追回", "Demanded"), row.demanded.join(lang.pick("、", ", "))));
    }
    if let Some((who, at)) = &row.decided {
        let decided = format!("{} · {who} · {}", task.note, date_time(at.and_utc(), lang));
        facts.push(Fact::new(lang.pick("结论", "What came of it"), decided));
    }
    facts
}

/// What the rules say, in words.
fn back(lang: Lang, row: &RecoveryRow) -> Vec<String> {
    match &row.back {
        None => vec![
            lang.pick(
                "没有可按规则重算的核定记录，请人工核算。",
                "There is no evaluation that the rules can compute again; work it out by hand.",
            )
            .to_owned(),
        ],
        Some(back) if back.is_empty() => {
            vec![
                lang.pick("按规则补贴不减少，或应追回的已全部发起。", "By the rules nothing is lost, or everything was demanded already.")
                    .to_owned(),
            ]
        }
        Some(back) => {
            let line = |(tier, year, amount): &(crate::code::Tier, i32, crate::money::Fen)| {
                let (title, amount) = (tier.title(), amount.display());
                lang.pick(
                    format!("{} {year} 年：按规则减少 {amount}", title.zh),
                    format!("{} {year}: {amount} less by the rules", title.en),
                )
            };
            back.iter().map(line).collect()
        }
    }
}

fn settle_fields(lang: Lang, row: &RecoveryRow, attempt: Option<&Attempt>) -> Vec<FieldView> {
    let id = row.task.id;
    let typed = |name: &str, known: String| match attempt {
        Some(attempt) => attempt.typed(&format!("{name}_{id}"), known),
        None => known,
    };
    let demanded = row.demanded.last().map(|number| lang.pick(format!("已发起追回 {number}"), format!("demanded by {number}")));
    let choices = vec![
        Choice::new("", lang.pick("请选择", "Please choose")),
        Choice::new(TaskState::Settled.as_str(), lang.pick("已处理：已发起追回，或无须追回", "Settled: demanded, or nothing comes back")),
        Choice::new(TaskState::Dismissed.as_str(), lang.pick("不属实：与这张发票无关", "Dismissed: it does not concern the invoice")),
    ];
    let fields = vec![
        FieldView::new(lang, FieldKind::Select, format!("outcome_{id}"), lang.pick("处理结果", "Outcome"))
            .value(typed("outcome", String::new()))
            .choices(choices),
        FieldView::text(lang, format!("note_{id}"), lang.pick("处理结论", "What came of it"))
            .hint(lang.pick("追回编号，或不追回的理由", "The number of the clawback, or why there is none"))
            .value(typed("note", demanded.unwrap_or_default()))
            .max_length(300),
    ];
    with_errors(lang, fields, attempt.map(Attempt::refusals).unwrap_or_default())
}
