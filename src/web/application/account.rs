//! Task 4: the account the subsidy is paid to, and the declaration.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::{Aside, Draft, Head, href, load_open, no_errors, summary};
use crate::acts::Refusal;
use crate::acts::declare::declare;
use crate::ids::last_four;
use crate::lang::{Lang, Text};
use crate::reports::application_detail::BankAccount;
use crate::web::answer::{go, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, Fact, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/account.html")]
struct AccountPage {
    cx: PageCx,
    head: Head,
    aside: Aside,
    errors: ErrorSummary,
    /// Empty when no account is registered.
    bank: Vec<Fact>,
    declaration: FieldView,
    action: String,
    back: String,
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
    let ticked = draft.application().declared_at.is_some();
    page(&build(&visitor, &draft, &[], ticked))
}

/// # Errors
/// A stale page; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (version, ticked, act_number) = (form.number("version"), form.is_ticked("declared"), number.clone());
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            declare(act, &act_number, version, ticked).map(|()| href(&act_number, "/check"))
        })
        .await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("账户与承诺已保存。", "Account and declaration are saved."))),
        Err(refusals) => {
            let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
            page_with_faults(&build(&visitor, &draft, &refusals, ticked))
        }
    }
}

fn build(visitor: &Visitor, draft: &Draft, refusals: &[Refusal], ticked: bool) -> AccountPage {
    let lang = visitor.lang;
    let declared = Choice::new(
        "true",
        lang.pick(
            "我单位承诺：所填内容和材料真实、完整、有效；本次申请的费用没有、也不会在其他地方重复申报补贴；如有不实，愿退回补贴并承担相应责任。",
            "We declare that all answers and papers are true, complete and valid; that the expense has not been and will not be claimed for another subsidy; and that we shall return the subsidy and answer for it if this is untrue.",
        ),
    )
    .on(ticked);
    let field =
        FieldView::new(lang, FieldKind::Checks, "declared", lang.pick("真实性与不重复申报承诺", "Declaration")).choices(vec![declared]);
    let declaration = with_errors(lang, vec![field.clone()], refusals).pop().unwrap_or(field);
    AccountPage {
        head: draft.head(lang, lang.pick("收款账户与承诺", "Account and declaration")),
        aside: draft.aside(lang),
        errors: if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, std::slice::from_ref(&declaration)) },
        bank: draft.detail.bank.as_ref().map(|bank| bank_facts(lang, bank)).unwrap_or_default(),
        declaration,
        action: draft.href("/account"),
        back: draft.href(""),
        cx: visitor.page(),
    }
}

/// The account with its number hidden up to the end.
#[must_use]
pub fn bank_facts(lang: Lang, bank: &BankAccount) -> Vec<Fact> {
    vec![
        Fact::new(lang.pick("户名", "Account name"), bank.account_name.clone()),
        Fact::new(lang.pick("开户行", "Bank"), bank.bank_name.clone()),
        Fact::new(
            lang.pick("账号", "Account number"),
            lang.pick(format!("尾号 {}", last_four(&bank.account_no)), format!("ending {}", last_four(&bank.account_no))),
        ),
    ]
}
