//! `/provider/tariffs`: the centre's tariffs with their versions.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{own, query};
use crate::calendar::full_date;
use crate::lang::Lang;
use crate::reports::metering_desk::{self, TariffVersion};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/tariffs.html")]
struct TariffsPage {
    cx: PageCx,
    tariffs: Vec<TariffRows>,
}

/// One tariff with its versions, the newest first.
#[derive(Debug)]
struct TariffRows {
    code: String,
    new_href: String,
    rows: Vec<Row>,
}

/// One version.
#[derive(Debug)]
struct Row {
    href: String,
    title: String,
    from: String,
    models: String,
    reason: String,
    digest: String,
}

/// # Errors
/// A fault of the database.
pub async fn list(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let provider = own(&visitor)?;
    let versions = site.read(move |db| metering_desk::tariffs(db, provider)).await?;
    let mut tariffs: Vec<TariffRows> = Vec::new();
    for version in &versions {
        let code = &version.row.code;
        if tariffs.last().is_none_or(|last| last.code != *code) {
            let new_href = format!("/provider/tariffs/new?{}", query("code", code));
            tariffs.push(TariffRows { code: code.clone(), new_href, rows: Vec::new() });
        }
        if let Some(last) = tariffs.last_mut() {
            last.rows.push(row(visitor.lang, version));
        }
    }
    page(&TariffsPage { tariffs, cx: visitor.page() })
}

fn row(lang: Lang, version: &TariffVersion) -> Row {
    Row {
        href: format!("/provider/tariffs/{}", version.row.id),
        title: title(lang, version),
        from: full_date(version.row.valid_from, lang),
        models: models(lang, version),
        reason: version.row.reason.clone(),
        digest: short(&version.row.digest),
    }
}

/// 第 3 版 / Version 3.
pub(super) fn title(lang: Lang, version: &TariffVersion) -> String {
    let number = version.row.version;
    lang.pick(format!("第 {number} 版"), format!("Version {number}"))
}

/// How it prices, each way once.
fn models(lang: Lang, version: &TariffVersion) -> String {
    let Some(tariff) = &version.tariff else { return lang.pick("无法读取", "cannot be read").to_owned() };
    let mut titles: Vec<String> = Vec::new();
    for rate in &tariff.rates {
        let title = rate.model.title().get(lang).to_owned();
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join(lang.pick("、", ", "))
}

/// Enough of a digest to compare by eye.
fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}
