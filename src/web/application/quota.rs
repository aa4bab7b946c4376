//! `/my/quota`: every level and year with what took part of it, and the vouchers.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::amounts::{QuotaCard, quota_card};
use super::draft::href;
use super::list::state_tag;
use crate::calendar::full_date;
use crate::lang::Lang;
use crate::reports::my_overview::{self, QuotaRow, Voucher};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::Tag;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

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

/// A voucher in words.
#[derive(Debug)]
struct VoucherRow {
    number: String,
    year: i64,
    claimed: String,
    until: String,
}

#[derive(Debug, Template)]
#[template(path = "application/quota.html")]
struct QuotaPage {
    cx: PageCx,
    blocks: Vec<QuotaBlock>,
    vouchers: Vec<VoucherRow>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (lang, enterprise, year) = (visitor.lang, visitor.enterprise()?, i64::from(visitor.today.year()));
    let house = site.house.clone();
    let (quotas, vouchers) = site
        .read(move |db| {
            let quotas = my_overview::quotas(db, &house, enterprise, year)?;
            let years: Vec<i64> = quotas.iter().map(|quota| quota.year).collect();
            let vouchers = my_overview::vouchers(db, enterprise, &years)?;
            Ok((quotas, vouchers))
        })
        .await?;
    page(&QuotaPage {
        blocks: quotas.iter().map(|quota| block(lang, quota)).collect(),
        vouchers: vouchers.iter().map(|voucher| voucher_row(lang, voucher)).collect(),
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

fn voucher_row(lang: Lang, voucher: &Voucher) -> VoucherRow {
    let end = i32::try_from(voucher.year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    VoucherRow {
        number: voucher.number.clone(),
        year: voucher.year,
        claimed: full_date(voucher.claimed_on, lang),
        until: end.map(|day| full_date(day, lang)).unwrap_or_default(),
    }
}
