//! `/desk/qualifications`: entries of all enterprises that wait to be accepted or refused.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame;
use super::materials::{QualificationRow, qualification_row};
use crate::acts::Refusal;
use crate::acts::decide_qualification::decide_qualification;
use crate::acts::enter_qualification::{OPEN_END, validity};
use crate::calendar::full_date;
use crate::ids::QualificationId;
use crate::lang::{Lang, Text};
use crate::reports::desk_queue;
use crate::reports::qualification_desk::{self, Waiting};
use crate::reports::registry::{List, RegistryRow};
use crate::web::account::sign_in::own_path;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::ErrorSummary;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/qualifications.html")]
struct QualificationsPage {
    cx: PageCx,
    errors: ErrorSummary,
    waiting: Vec<(String, String, QualificationRow)>,
    back: String,
    may_decide_qualifications: bool,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &[], None).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn decide(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, accept, reason) = (QualificationId::new(*id), form.is_ticked("accept"), form.text("reason"));
    let typed = reason.clone();
    let back = match own_path(form.raw("back")) {
        "/" => "/desk/qualifications".to_owned(),
        place => place.to_owned(),
    };
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| decide_qualification(act, id, accept, &reason).map(|()| back))
        .await?;
    match answer {
        Ok(place) => {
            let said = if accept {
                Text::new("已认可。", "Accepted.")
            } else {
                Text::new("已不予认可，邮件已排队发给企业。", "Refused; the letter to the enterprise is on its way.")
            };
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(mut refusals) => {
            for refusal in &mut refusals {
                refusal.field = refusal.field.take().map(|field| format!("{field}_{id}"));
            }
            render(&visitor, &site, &refusals, Some((id.to_string(), typed))).await
        }
    }
}

/// `typed` is the reason that was sent back, with the id of its entry.
async fn render(
    visitor: &Visitor,
    site: &web::Data<Site>,
    refusals: &[Refusal],
    typed: Option<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let who = visitor.actor()?.account;
    let (rail, waiting) = site.read(move |db| Ok((desk_queue::rail(db, who)?, qualification_desk::waiting(db)?))).await?;
    let lang = visitor.lang;
    let row = |one: &Waiting| {
        let mut row = QualificationRow { listed: listed(lang, one), ..qualification_row(lang, &one.entry) };
        let wrong = refusals.iter().find(|refusal| refusal.field.as_deref() == Some(&format!("reason_{}", row.id)));
        if let (Some((id, typed)), Some(wrong)) = (&typed, wrong)
            && *id == row.id
        {
            row.sent_back = Some((typed.clone(), wrong.text.get(lang).to_owned()));
        }
        row
    };
    let view = QualificationsPage {
        cx: frame(visitor, &rail, None),
        errors: error_summary(lang, refusals),
        waiting: waiting.iter().map(|one| (one.enterprise.clone(), one.uscc.clone(), row(one))).collect(),
        back: "/desk/qualifications".to_owned(),
        may_decide_qualifications: true,
    };
    if refusals.is_empty() { page(&view) } else { page_with_faults(&view) }
}

/// The list's word beside the enterprise's: number, term and file of each row, or that there is none.
fn listed(lang: Lang, one: &Waiting) -> Vec<(String, String)> {
    let row = |(row, list): &(RegistryRow, List)| {
        let term = row.valid_from.map(|from| validity(from, row.valid_to.unwrap_or(OPEN_END), lang)).unwrap_or_default();
        let place =
            lang.pick(format!("{} 第 {} 行", list.file_name, row.row_number), format!("{}, row {}", list.file_name, row.row_number));
        let said = [row.number.clone(), term, place].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        (format!("/desk/registry/rows/{}", row.id), said.join(" · "))
    };
    let mut said: Vec<(String, String)> = one.listed.iter().map(row).collect();
    if let (true, Some(newest)) = (said.is_empty(), &one.newest) {
        let day = full_date(newest.as_of, lang);
        said.push((String::new(), lang.pick(format!("截至{day}的名单中没有这家企业"), format!("not on the list of {day}"))));
    }
    said
}
