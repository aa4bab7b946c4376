//! What the review page sends: one handler per act, all of one shape.

use actix_web::{HttpResponse, web};

use super::review::{Asked, render};
use crate::acts::add_remark::add_remark;
use crate::acts::assign_application::assign_application;
use crate::acts::extend_correction::extend_correction;
use crate::acts::pass_final::pass_final;
use crate::acts::pass_preliminary::pass_preliminary;
use crate::acts::precheck_application::precheck_application;
use crate::acts::reject_application::reject_application;
use crate::acts::return_for_correction::{Wanted, return_for_correction};
use crate::acts::{Act, Outcome};
use crate::ids::{AccountId, MaterialId};
use crate::lang::Text;
use crate::web::answer::go_and_say;
use crate::web::attempt::Attempt;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Runs the act on the application as it was seen; a refusal shows the page again with what was
/// typed.
async fn run(
    visitor: Visitor,
    site: web::Data<Site>,
    number: String,
    form: Form,
    said: Text,
    act: impl FnOnce(&mut Act<'_>, &str, i64) -> Outcome<()> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let (version, key, case) = (form.number("version"), form.request_key(&visitor), number.clone());
    let answer =
        site.act(visitor.actor()?, key, move |doing| act(doing, &case, version).map(|()| format!("/desk/applications/{case}"))).await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &said)),
        Err(refusals) => render(&visitor, &site, number, &Asked::default(), &Attempt::refused(refusals, form)).await,
    }
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn assign(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let to = AccountId::new(form.number("to"));
    let said = Text::new("已分派。", "Assigned.");
    run(visitor, site, number.into_inner(), form, said, move |act, case, version| assign_application(act, case, version, to)).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn remark(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (paper, words) = (MaterialId::new(form.number("paper")), form.text("remark"));
    let said = Text::new("批注已保存，退回补正时会带给企业。", "The remark is saved; it goes to the enterprise with a return.");
    run(visitor, site, number.into_inner(), form, said, move |act, case, version| add_remark(act, case, version, paper, &words)).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn precheck(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let said = Text::new("预审已通过，进入初审。", "The precheck is passed; the preliminary review comes next.");
    run(visitor, site, number.into_inner(), form, said, precheck_application).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn preliminary(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let note = form.paragraph("note");
    let said = Text::new("初审已通过，等待复审人员接手。", "The preliminary review is passed; a final reviewer goes on.");
    run(visitor, site, number.into_inner(), form, said, move |act, case, version| pass_preliminary(act, case, version, &note)).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn last(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let note = form.paragraph("note");
    let said = Text::new("复审已通过，转主管部门核查信用。", "The final review is passed; the credit check comes next.");
    run(visitor, site, number.into_inner(), form, said, move |act, case, version| pass_final(act, case, version, &note)).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn send_back(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let fields = form.carried();
    let remarked = fields.iter().filter_map(|(name, _)| {
        let id: MaterialId = name.strip_prefix("remark_")?.parse().ok()?;
        Some((id, form.text(name)))
    });
    let wanted = Wanted { papers: remarked.collect(), other: form.paragraph("other") };
    let said = Text::new("已退回补正，邮件已排队发给企业。", "Returned for correction; the letter to the enterprise is on its way.");
    run(visitor, site, number.into_inner(), form, said, move |act, case, version| return_for_correction(act, case, version, &wanted)).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn extend(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let reason = form.paragraph("reason");
    let said = Text::new("补正期限已延长。", "The time for correction is extended.");
    run(visitor, site, number.into_inner(), form, said, move |act, case, version| extend_correction(act, case, version, &reason)).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn reject(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let reason = form.paragraph("reason");
    let said = Text::new("已不予通过，预算和账单已释放。", "Rejected; budget and purchases are free again.");
    run(visitor, site, number.into_inner(), form, said, move |act, case, version| reject_application(act, case, version, &reason)).await
}
