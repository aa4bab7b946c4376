//! What the two sides do to a statement: confirm, dispute, answer, reverse; and the centre closes
//! the differences found under it.

use actix_web::{HttpResponse, web};

use super::Area;
use super::show::{reason_of, render};
use crate::acts::answer_statement::answer_statement;
use crate::acts::close_case::close_case;
use crate::acts::reverse_statement::reverse_statement;
use crate::acts::{Act, Outcome, Refusal};
use crate::lang::Text;
use crate::metering::statement::StatementAct;
use crate::web::answer::go_and_say;
use crate::web::attempt::Attempt;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The refusals of a form whose reason stands in a field of its own name.
fn at_field(refusals: Vec<Refusal>, name: &str) -> Vec<Refusal> {
    let aimed = |refusal: Refusal| match refusal.field.as_deref() {
        Some("reason") => Refusal { field: Some(name.to_owned()), ..refusal },
        _ => refusal,
    };
    refusals.into_iter().map(aimed).collect()
}

/// Runs an act and comes back to the statement, with a sentence or with what is wrong.
pub(super) async fn run(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    form: Form,
    (text, field): (&Text, &str),
    act: impl FnOnce(&mut Act<'_>) -> Outcome<()> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let place = Area::of(&visitor.path).href(number);
    match site.act(visitor.actor()?, form.request_key(visitor), move |under_way| act(under_way).map(|()| place)).await? {
        Ok(place) => Ok(go_and_say(visitor, &place, "ok", text)),
        Err(refusals) => render(visitor, site, number, &Attempt::refused(at_field(refusals, field), form)).await,
    }
}

async fn answered(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    form: Form,
    act: StatementAct,
    text: &Text,
) -> Result<HttpResponse, Problem> {
    let field = reason_of(act);
    let (wanted, version, reason) = (number.to_owned(), form.number("version"), form.paragraph(field));
    run(visitor, site, number, form, (text, field), move |under_way| answer_statement(under_way, &wanted, version, act, &reason)).await
}

/// # Errors
/// Another's statement; a fault of the database.
pub async fn confirm(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let text = Text::new(
        "对账单已确认。付清并开票后可用于申请补贴。",
        "The statement is confirmed. Once paid and invoiced it can support an application.",
    );
    answered(&visitor, &site, &number, form, StatementAct::Confirm, &text).await
}

/// # Errors
/// Another's statement; a fault of the database.
pub async fn dispute(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let text = Text::new("异议已提交，服务机构会答复。", "The dispute is sent; the centre will answer.");
    answered(&visitor, &site, &number, form, StatementAct::Dispute, &text).await
}

/// # Errors
/// Another's statement; a fault of the database.
pub async fn resolve(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let text = Text::new("已答复，等企业确认。", "Answered; the enterprise confirms next.");
    answered(&visitor, &site, &number, form, StatementAct::Resolve, &text).await
}

/// # Errors
/// Another's statement; a fault of the database.
pub async fn reverse(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let field = reason_of(StatementAct::Reverse);
    let (wanted, version, reason) = (number.to_string(), form.number("version"), form.paragraph(field));
    let text = Text::new("对账单已冲销，本月可重新出账。", "The statement is reversed; the month can be billed anew.");
    let act = move |under_way: &mut Act<'_>| reverse_statement(under_way, &wanted, version, &reason).map(|_| ());
    run(&visitor, &site, &number, form, (&text, field), act).await
}

/// # Errors
/// Another centre's case; a fault of the database.
pub async fn close(
    visitor: Visitor,
    site: web::Data<Site>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (number, id) = path.into_inner();
    let id: i64 = id.parse().map_err(|_| Problem::not_found())?;
    let provider = visitor.actor()?.provider().ok_or_else(Problem::not_allowed)?;
    let field = format!("case_{id}");
    let reason = form.paragraph(&field);
    let text = Text::new("差异已处理，账单已重新核对。", "The difference is closed and the purchase was worked out anew.");
    run(&visitor, &site, &number, form, (&text, &field), move |under_way| close_case(under_way, provider, id, &reason)).await
}
