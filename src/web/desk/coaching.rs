//! `/desk/coaching`: what enterprises ask while they fill in, and the answers.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame;
use crate::acts::Refusal;
use crate::acts::coach::coach;
use crate::calendar::date_time;
use crate::lang::{Lang, Text};
use crate::reports::coaching_desk::{self, Question};
use crate::reports::desk_queue;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::ErrorSummary;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/coaching.html")]
struct CoachingPage {
    cx: PageCx,
    errors: ErrorSummary,
    open: Vec<Asked>,
    answered: Vec<Asked>,
}

/// One question as shown.
#[derive(Debug)]
struct Asked {
    id: i64,
    number: String,
    enterprise: String,
    when: String,
    question: String,
    answer: String,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, None).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn answer(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, words) = (*id, form.paragraph("answer"));
    let done = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| coach(act, id, &words).map(|()| "/desk/coaching".to_owned()))
        .await?;
    match done {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("答复已发给企业。", "The answer is on its way to the enterprise."))),
        Err(refusals) => render(&visitor, &site, Some((id, refusals, form))).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, retry: Option<(i64, Vec<Refusal>, Form)>) -> Result<HttpResponse, Problem> {
    let who = visitor.actor()?.account;
    let (rail, (open, answered)) = site.read(move |db| Ok((desk_queue::rail(db, who)?, coaching_desk::questions(db)?))).await?;
    let lang = visitor.lang;
    let mut open: Vec<Asked> = open.into_iter().map(|question| asked(lang, question)).collect();
    let mut refusals = Vec::new();
    if let Some((id, why, form)) = &retry {
        for question in open.iter_mut().filter(|question| question.id == *id) {
            form.raw("answer").clone_into(&mut question.answer);
        }
        refusals
            .extend(why.iter().cloned().map(|refusal| Refusal { field: refusal.field.map(|field| format!("{field}_{id}")), ..refusal }));
    }
    let view = CoachingPage {
        cx: frame(visitor, &rail, None),
        errors: error_summary(lang, &refusals),
        open,
        answered: answered.into_iter().map(|question| asked(lang, question)).collect(),
    };
    if retry.is_some() { page_with_faults(&view) } else { page(&view) }
}

fn asked(lang: Lang, question: Question) -> Asked {
    Asked {
        id: question.coaching.id,
        number: question.number,
        enterprise: question.enterprise,
        when: date_time(question.coaching.asked_at.and_utc(), lang),
        question: question.coaching.question,
        answer: question.coaching.answer,
    }
}
