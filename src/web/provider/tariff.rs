//! `/provider/tariffs/{id}`: one version as a table of prices, and what another version has
//! otherwise.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::tariffs::title;
use super::what_if::{WhatIfView, month_field};
use super::{own, query};
use crate::calendar::{date_time, full_date};
use crate::ids::TariffVersionId;
use crate::lang::{Lang, Text};
use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::metering::tariff::{ANY, Cell, Model, Price, PriceTier, Rate, Tariff, diff};
use crate::reports::metering_desk::{self, Resource, TariffDetail, TariffVersion};
use crate::reports::what_if::{months_of, what_if};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, Fact, FieldKind, FieldView, Link};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "provider/tariff.html")]
struct TariffPage {
    cx: PageCx,
    crumbs: Crumbs,
    id: TariffVersionId,
    code: String,
    title: String,
    new_href: String,
    facts: Vec<Fact>,
    prices: Vec<PriceRow>,
    /// Which version to compare with; nothing to choose from without another one.
    with: Option<FieldView>,
    differs: Option<Difference>,
    /// Which month to try the version on; nothing without a contract.
    month: Option<FieldView>,
    tried: Option<WhatIfView>,
}

/// One price.
#[derive(Debug)]
struct PriceRow {
    resource: String,
    code: String,
    model: String,
    applies_to: String,
    price: String,
}

/// What changed from the older to the newer version.
#[derive(Debug)]
struct Difference {
    before: String,
    after: String,
    rows: Vec<(String, String, String)>,
}

/// The version to compare with, the month to try on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    with: String,
    month: String,
}

/// # Errors
/// What is not the provider's; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let (provider, id) = (own(&visitor)?, TariffVersionId::new(id.into_inner()));
    let (now, today, month) = (site.clock.now(), visitor.today, Month::parse(&asked.month));
    let (detail, months, tried) = site
        .read(move |db| {
            let detail = metering_desk::tariff_version(db, provider, id)?;
            let months = months_of(db, provider, &detail.version.row.code, today)?;
            let tried = match (&detail.version.tariff, month) {
                (Some(tariff), Some(month)) => Some(what_if(db, provider, tariff, month, now)?),
                _ => None,
            };
            Ok((detail, months, tried))
        })
        .await?;
    let lang = visitor.lang;
    let code = detail.version.row.code.clone();
    let title = title(lang, &detail.version);
    let other = compared(&detail, &asked.with);
    page(&TariffPage {
        crumbs: Crumbs::new(lang, vec![Link::new("/provider/tariffs", lang.pick("资费", "Tariffs"))], format!("{code} · {title}")),
        id,
        new_href: format!("/provider/tariffs/new?{}", query("code", &code)),
        facts: facts(lang, &detail),
        prices: detail.version.tariff.as_ref().map(|tariff| prices(lang, tariff, &detail.catalogue)).unwrap_or_default(),
        with: other.map(|other| choice(lang, &detail, other)),
        month: (!months.is_empty()).then(|| month_field(lang, "month", &months, &asked.month)),
        tried: tried.map(|found| WhatIfView::new(lang, &found)),
        differs: other.and_then(|other| difference(lang, &detail.version, other)),
        code,
        title,
        cx: visitor.page(),
    })
}

/// The version asked for, else the one before, else the one after.
fn compared<'a>(detail: &'a TariffDetail, asked: &str) -> Option<&'a TariffVersion> {
    let version = detail.version.row.version;
    let by_id = detail.others.iter().find(|other| other.row.id.to_string() == asked);
    let before = detail.others.iter().find(|other| other.row.version < version);
    by_id.or(before).or(detail.others.last())
}

fn choice(lang: Lang, detail: &TariffDetail, other: &TariffVersion) -> FieldView {
    let choices = detail.others.iter().map(|version| Choice::new(version.row.id.to_string(), title(lang, version)));
    FieldView::new(lang, FieldKind::Select, "with", lang.pick("对照版本", "Compare with"))
        .value(other.row.id.to_string())
        .choices(choices.collect())
        .short()
}

fn difference(lang: Lang, version: &TariffVersion, other: &TariffVersion) -> Option<Difference> {
    let (older, newer) = if other.row.version < version.row.version { (other, version) } else { (version, other) };
    let changes = diff(older.tariff.as_ref()?, newer.tariff.as_ref()?);
    let said = |text: Option<Text>| text.map_or_else(|| "—".to_owned(), |text| text.get(lang).to_owned());
    Some(Difference {
        before: title(lang, older),
        after: title(lang, newer),
        rows: changes.into_iter().map(|change| (change.field.get(lang).to_owned(), said(change.before), said(change.after))).collect(),
    })
}

fn facts(lang: Lang, detail: &TariffDetail) -> Vec<Fact> {
    let row = &detail.version.row;
    let mut facts = vec![Fact::new(lang.pick("生效日期", "Valid from"), full_date(row.valid_from, lang))];
    if let Some(tariff) = &detail.version.tariff {
        facts.push(Fact::new(lang.pick("累计方式", "Accumulation"), tariff.accumulate.title().get(lang)));
        facts.push(Fact::new(lang.pick("取整方式", "Rounding"), tariff.rounding.title().get(lang)));
        facts.extend(tariff.min.map(|min| Fact::new(lang.pick("每月最低金额", "Least per month"), min.display())));
        facts.extend(tariff.max.map(|max| Fact::new(lang.pick("每月封顶金额", "Most per month"), max.display())));
        let order: Vec<String> = tariff.prepaid_order.iter().map(|kind| kind.title().get(lang).to_owned()).collect();
        facts.push(Fact::new(lang.pick("预付款扣减顺序", "Order of prepaid money"), order.join(" → ")));
    }
    let at = date_time(row.recorded_at.and_utc(), lang);
    let by = &detail.recorded_by;
    let recorded = if by.is_empty() { at } else { lang.pick(format!("{at}，{by}"), format!("{at}, {by}")) };
    facts.push(Fact::new(lang.pick("登记", "Recorded"), recorded));
    if !row.reason.is_empty() {
        facts.push(Fact::new(lang.pick("理由", "Reason"), row.reason.clone()));
    }
    facts.push(Fact::new(lang.pick("摘要（SHA-256）", "Digest (SHA-256)"), row.digest.clone()));
    facts
}

/// All prices of a version, a row each.
fn prices(lang: Lang, tariff: &Tariff, catalogue: &[Resource]) -> Vec<PriceRow> {
    tariff.rates.iter().flat_map(|rate| rate_rows(lang, rate, catalogue)).collect()
}

fn rate_rows(lang: Lang, rate: &Rate, catalogue: &[Resource]) -> Vec<PriceRow> {
    let known = catalogue.iter().find(|known| known.code == rate.resource);
    let resource = known.map_or(&rate.resource, |known| lang.pick(&known.name_zh, &known.name_en));
    let hour = rate.unit.hour();
    let one_hour = lang.pick(hour.zh.as_str(), hour.en.trim_end_matches('s'));
    let per_hour = |price: Price| format!("¥{price} / {one_hour}");
    let row = |applies_to: String, price: String| PriceRow {
        resource: resource.clone(),
        code: rate.resource.clone(),
        model: rate.model.title().get(lang).to_owned(),
        applies_to,
        price,
    };
    let all = || lang.pick("全部用量", "all usage").to_owned();
    match &rate.model {
        Model::Flat { price } => vec![row(all(), per_hour(*price))],
        Model::Graduated { tiers } | Model::Volume { tiers } => {
            let tier = |tier: &PriceTier| row(range(lang, tier, hour.get(lang)), with_flat(lang, per_hour(tier.price), tier));
            tiers.iter().map(tier).collect()
        }
        Model::Package { size, price } => {
            let package = lang.pick(format!("每包 {} {}", size.shown(), hour.zh), format!("packages of {} {}", size.shown(), hour.en));
            vec![row(package, lang.pick(format!("¥{price} / 包"), format!("¥{price} / package")))]
        }
        Model::Matrix { cells } => cells.iter().map(|cell| row(place(lang, cell), per_hour(cell.price))).collect(),
        Model::Reserved { units, price_reserved, price_over } => {
            let unit = rate.unit.label(lang);
            let held = lang.pick(format!("预留 {units} {unit}，用与不用都计"), format!("{units} {unit} reserved, used or not"));
            let over = lang.pick("超出预留的用量", "usage beyond the reservation").to_owned();
            vec![row(held, per_hour(*price_reserved)), row(over, per_hour(*price_over))]
        }
    }
}

fn range(lang: Lang, tier: &PriceTier, hour: &str) -> String {
    let (first, from) = (tier.from == UnitMillis::ZERO, tier.from.shown());
    match tier.to.map(UnitMillis::shown) {
        Some(to) if first => lang.pick(format!("至 {to} {hour}"), format!("up to {to} {hour}")),
        Some(to) => lang.pick(format!("{from} 以上至 {to} {hour}"), format!("above {from} up to {to} {hour}")),
        None if first => lang.pick("全部用量", "all usage").to_owned(),
        None => lang.pick(format!("{from} {hour}以上"), format!("above {from} {hour}")),
    }
}

/// With what is charged once on entering the tier.
fn with_flat(lang: Lang, price: String, tier: &PriceTier) -> String {
    if tier.flat.is_zero() {
        return price;
    }
    let flat = tier.flat.display();
    lang.pick(format!("{price}，另加固定费 {flat}"), format!("{price}, and {flat} once"))
}

fn place(lang: Lang, cell: &Cell) -> String {
    let said = |name: &str, zh: &str, en: &str| if name == ANY { lang.pick(zh, en).to_owned() } else { name.to_owned() };
    format!("{} × {}", said(&cell.partition, "任意分区", "any partition"), said(&cell.qos, "任意 QoS", "any QoS"))
}
