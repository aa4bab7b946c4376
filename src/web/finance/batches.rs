//! `/finance/batches`: the way of the money as a pipeline, what is ready to be paid, all batches.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::Refusal;
use crate::acts::draw_up_batch::draw_up_batch;
use crate::calendar::date_time;
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::payout::BatchState;
use crate::reports::payout_batch::{BatchRow, Pipeline, Ready, pipeline};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One stage of the pipeline.
#[derive(Debug)]
struct Stage {
    label: &'static str,
    count: usize,
    amount: String,
}

#[derive(Debug)]
struct Candidate {
    number: String,
    enterprise: String,
    status: Tag,
    amount: String,
    parts: String,
    obstacle: String,
    picked: bool,
}

#[derive(Debug)]
struct Row {
    number: String,
    status: Tag,
    maker: String,
    approver: String,
    when: String,
    lines: usize,
    total: String,
    note: String,
}

#[derive(Debug, Template)]
#[template(path = "finance/batches.html")]
struct BatchesPage {
    cx: PageCx,
    stages: Vec<Stage>,
    errors: ErrorSummary,
    ready: Vec<Candidate>,
    can_pick: bool,
    batches: Vec<Row>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&view(&visitor, &site, None, &[]).await?)
}

/// # Errors
/// A fault of the database.
pub async fn draw_up(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let numbers: Vec<String> = form.all("application").map(ToOwned::to_owned).collect();
    let key = form.request_key(&visitor);
    let act = move |act: &mut crate::acts::Act<'_>| draw_up_batch(act, &numbers).map(|number| format!("/finance/batches/{number}"));
    match site.act(visitor.actor()?, key, act).await? {
        Ok(place) => {
            let text = Text::new("批次已制单，等另一位财政人员复核。", "The batch is drawn up; another person of finance approves it.");
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => page_with_faults(&view(&visitor, &site, Some(&form), &refusals).await?),
    }
}

async fn view(visitor: &Visitor, site: &web::Data<Site>, form: Option<&Form>, refusals: &[Refusal]) -> Result<BatchesPage, Problem> {
    let (lang, today) = (visitor.lang, visitor.today);
    let found = site.read(move |db| pipeline(db, today)).await?;
    let ready: Vec<Candidate> = found.ready.iter().map(|one| candidate(lang, one, form)).collect();
    Ok(BatchesPage {
        stages: stages(lang, &found),
        errors: error_summary(lang, refusals),
        can_pick: ready.iter().any(|one| one.obstacle.is_empty()),
        ready,
        batches: found.batches.iter().map(|one| row(lang, one)).collect(),
        cx: visitor.page(),
    })
}

fn stages(lang: Lang, found: &Pipeline) -> Vec<Stage> {
    let stage = |label, count, amount: Fen| Stage { label, count, amount: amount.display() };
    let of = |state: BatchState, label| {
        let batches = found.batches.iter().filter(|batch| batch.state == state);
        stage(label, batches.clone().count(), batches.map(|batch| batch.total).sum())
    };
    let free = found.ready.iter().filter(|one| one.obstacle.is_none());
    vec![
        stage(lang.pick("可制单的申请", "Applications ready"), free.clone().count(), free.map(|one| one.amount).sum()),
        of(BatchState::DrawnUp, lang.pick("批次待复核", "Batches to approve")),
        of(BatchState::Approved, lang.pick("批次等银行回单", "Batches with the bank")),
        of(BatchState::Settled, lang.pick("批次已办结", "Batches settled")),
    ]
}

fn candidate(lang: Lang, one: &Ready, form: Option<&Form>) -> Candidate {
    let parts: Vec<String> = one.lines.iter().map(|(tier, amount)| format!("{} {}", tier.title().get(lang), amount.display())).collect();
    Candidate {
        picked: form.is_none_or(|form| form.all("application").any(|number| number == one.number)),
        number: one.number.clone(),
        enterprise: one.enterprise.clone(),
        status: state_tag(lang, one.state),
        amount: one.amount.display(),
        parts: parts.join(" · "),
        obstacle: one.obstacle.as_ref().map(|text| text.get(lang).to_owned()).unwrap_or_default(),
    }
}

fn row(lang: Lang, one: &BatchRow) -> Row {
    let mut notes = Vec::new();
    if one.state == BatchState::Approved {
        notes.push(lang.pick(format!("{} 行等回单", one.open), format!("{} lines open", one.open)));
    }
    if one.failed > 0 {
        notes.push(lang.pick(format!("{} 行失败", one.failed), format!("{} failed", one.failed)));
    }
    Row {
        number: one.number.clone(),
        status: batch_tag(lang, one.state),
        maker: one.maker.clone(),
        approver: one.approver.clone(),
        when: date_time(one.drawn_up_at.and_utc(), lang),
        lines: one.lines,
        total: one.total.display(),
        note: notes.join(" · "),
    }
}

/// The state of a batch as a tag.
pub(super) fn batch_tag(lang: Lang, state: BatchState) -> Tag {
    let tone = match state {
        BatchState::DrawnUp => Tone::Warn,
        BatchState::Approved => Tone::Info,
        BatchState::Settled => Tone::Ok,
        BatchState::Cancelled => Tone::Plain,
    };
    Tag::new(tone, state.label(lang))
}

/// The state of an application as staff see it.
pub(crate) fn state_tag(lang: Lang, state: crate::application::State) -> Tag {
    use crate::application::state::Tone as Of;
    let tone = match state.tone() {
        Of::Ok => Tone::Ok,
        Of::Warn => Tone::Warn,
        Of::Bad => Tone::Bad,
        Of::Info => Tone::Info,
        Of::Plain => Tone::Plain,
    };
    Tag::new(tone, state.staff_label(lang))
}
