//! `/my/quota`: every level and year with what took part of it, and the vouchers with their claim.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Datelike;

use super::amounts::{QuotaCard, quota_card};
use super::draft::href;
use super::list::state_tag;
use crate::acts::voucher::claim::claim_voucher;
use crate::lang::{Lang, Text};
use crate::reports::my_overview::{self, QuotaRow};
use crate::web::answer::{error_summary, go_and_say};
use crate::web::attempt::Attempt;
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;
use crate::web::voucher::{VoucherCard, voucher_card};

/// A quota with the applications that took part of it.
#[derive(Debug)]
struct QuotaBlock {
    card: QuotaCard,
    takes: Vec<TakeRow>,
}

#[derive(Debug)]
struct TakeRow {
    number: String,
    href: String,
    status: Tag,
    amount: String,
}

#[derive(Debug, Template)]
#[template(path = "application/quota.html")]
struct QuotaPage {
    cx: PageCx,
    errors: ErrorSummary,
    blocks: Vec<QuotaBlock>,
    vouchers: Vec<VoucherCard>,
    /// The year whose voucher may be claimed now.
    to_claim: Option<i64>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &Attempt::default()).await
}

/// # Errors
/// A fault of the database.
pub async fn claim(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let answer = site.act(visitor.actor()?, form.request_key(&visitor), |act| claim_voucher(act).map(|()| "/my/quota".to_owned())).await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("创新券已申领。", "The voucher is claimed."))),
        Err(refusals) => render(&visitor, &site, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let (lang, enterprise, year) = (visitor.lang, visitor.enterprise()?, i64::from(visitor.today.year()));
    let house = site.house.clone();
    let (quotas, vouchers) =
        site.read(move |db| Ok((my_overview::quotas(db, &house, enterprise, year)?, my_overview::vouchers(db, enterprise)?))).await?;
    let claimed = vouchers.iter().any(|row| row.voucher.year == year);
    attempt.page(&QuotaPage {
        errors: error_summary(lang, attempt.refusals()),
        blocks: quotas.iter().map(|quota| block(lang, quota)).collect(),
        vouchers: vouchers.iter().map(|row| voucher_card(lang, row)).collect(),
        to_claim: (!claimed).then_some(year),
        cx: visitor.page(),
    })
}

fn block(lang: Lang, quota: &QuotaRow) -> QuotaBlock {
    let takes = quota.takes.iter().map(|take| TakeRow {
        number: take.number.clone(),
        href: href(&take.number, ""),
        status: state_tag(lang, take.state),
        amount: take.held.display(),
    });
    QuotaBlock { card: quota_card(lang, quota), takes: takes.collect() }
}
