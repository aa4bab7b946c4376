//! Task 5: check the answers, and submit.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::account::bank_facts;
use super::draft::{Aside, Draft, Head, href, load_open, no_errors, summary};
use super::materials::said;
use super::preview::tier_choice_label;
use crate::acts::Refusal;
use crate::acts::completeness::kind_name;
use crate::acts::file_material::KINDS;
use crate::acts::letters::{Tell, case_letter};
use crate::acts::submit_application::submit_application;
use crate::application::{ActKind, State};
use crate::lang::{Lang, Text};
use crate::web::answer::{go, go_and_say, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Answer, ErrorSummary, MailPreview};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/check.html")]
struct CheckPage {
    cx: PageCx,
    head: Head,
    aside: Aside,
    errors: ErrorSummary,
    gaps: Vec<String>,
    answers: Vec<Answer>,
    mail: Option<MailPreview>,
    action: String,
    resubmits: bool,
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
    page(&build(&visitor, &site, &draft, &[]))
}

/// # Errors
/// A stale page; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (version, act_number) = (form.number("version"), number.clone());
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            submit_application(act, &act_number, version).map(|()| href(&act_number, "/receipt"))
        })
        .await?;
    match answer {
        Ok(place) => Ok(go_and_say(
            &visitor,
            &place,
            "ok",
            &Text::new(format!("申请 {number} 已提交。"), format!("Application {number} is submitted.")),
        )),
        Err(refusals) => {
            let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
            page_with_faults(&build(&visitor, &site, &draft, &refusals))
        }
    }
}

fn build(visitor: &Visitor, site: &Site, draft: &Draft, refusals: &[Refusal]) -> CheckPage {
    let lang = visitor.lang;
    let resubmits = draft.application().state == State::Returned;
    CheckPage {
        head: draft.head(lang, lang.pick("核对并提交", "Check and submit")),
        aside: draft.aside(lang),
        errors: if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, &[]) },
        gaps: draft.gaps.all().map(|gap| gap.get(lang).to_owned()).collect(),
        answers: answers(lang, draft),
        mail: mail(visitor, site, draft, resubmits),
        action: draft.href("/submit"),
        resubmits,
        cx: visitor.page(),
    }
}

/// The letter as it will be sent when this is submitted.
fn mail(visitor: &Visitor, site: &Site, draft: &Draft, resubmits: bool) -> Option<MailPreview> {
    let act = if resubmits { ActKind::Resubmit } else { ActKind::Submit };
    let amount = draft.preview.as_ref().and_then(|preview| preview.result().ok()).map(|result| result.total);
    let tell = Tell { amount, ..Tell::default() };
    let letter = case_letter(&site.house, draft.application(), &draft.detail.dossier.enterprise.name, act, &tell, visitor.lang)?;
    let to = visitor.signed.as_ref().map(|signed| signed.email.as_str().to_owned()).unwrap_or_default();
    Some(MailPreview { lang: visitor.lang, to, subject: letter.subject, body: letter.body, open: false })
}

fn answers(lang: Lang, draft: &Draft) -> Vec<Answer> {
    let answer = |question: String, answer: String, step: &str| Answer { question, answer, change_href: draft.href(step) };
    let dossier = &draft.detail.dossier;
    let mut rows: Vec<Answer> = dossier
        .items
        .iter()
        .enumerate()
        .map(|(place, (_, purchase))| {
            answer(
                lang.pick(format!("账单 {}", place + 1), format!("Purchase {}", place + 1)),
                format!(
                    "{} · {} · {} · {}",
                    draft.detail.provider_name(purchase.provider_id),
                    purchase.resource,
                    purchase.order_no,
                    lang.pick(format!("验收 {}", purchase.accepted_fen.display()), format!("accepted {}", purchase.accepted_fen.display()))
                ),
                "/purchases",
            )
        })
        .collect();
    for kind in KINDS {
        for paper in dossier.materials.iter().filter(|paper| paper.kind == kind) {
            let text = format!("{} · {}", paper.file_name, said(lang, paper));
            rows.push(answer(kind_name(kind).get(lang).to_owned(), text, &format!("/materials/{}", paper.id)));
        }
    }
    if let Some(preview) = &draft.preview {
        let label = tier_choice_label(lang, dossier.application.tier_choice, preview);
        let total = preview.result().ok().filter(|_| draft.has_amounts()).map(|result| result.total.display());
        let said = total.map(|total| lang.pick(format!("{label}，预计补贴 {total}"), format!("{label}; would give {total}")));
        rows.push(answer(lang.pick("申请等级", "Level").to_owned(), said.unwrap_or(label), "/preview"));
    }
    let bank = draft.detail.bank.as_ref().map(|bank| bank_facts(lang, bank)).unwrap_or_default();
    let bank = bank.iter().map(|fact| fact.text.as_str()).collect::<Vec<_>>().join(" · ");
    rows.push(answer(lang.pick("收款账户", "Bank account").to_owned(), bank, "/account"));
    let declared = if dossier.application.declared_at.is_some() {
        lang.pick("已承诺真实、不重复申报", "Declared: true, and claimed once")
    } else {
        lang.pick("尚未承诺", "Not declared yet")
    };
    rows.push(answer(lang.pick("承诺", "Declaration").to_owned(), declared.to_owned(), "/account"));
    rows
}
