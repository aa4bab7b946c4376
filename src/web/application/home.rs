//! `/my`: what waits for the enterprise, its quota, its latest applications.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Datelike, Timelike};

use super::amounts::{QuotaCard, quota_card};
use super::draft::href;
use super::list::{Row, row};
use crate::application::State;
use crate::calendar::{beijing_time, day_with_weekday};
use crate::lang::Lang;
use crate::reports::my_overview::{self, ApplicationRow, QuotaRow, Standing};
use crate::web::answer::page;
use crate::web::page::PageCx;
use crate::web::parts::{CheckRow, Checks, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/home.html")]
struct HomePage {
    cx: PageCx,
    greeting: String,
    house: String,
    todos: Checks,
    free: usize,
    quotas: Vec<QuotaCard>,
    rows: Vec<Row>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (lang, enterprise, now) = (visitor.lang, visitor.enterprise()?, site.clock.now());
    let (house, today) = (site.house.clone(), visitor.today);
    let (applications, quotas, standing, purchases) = site
        .read(move |db| {
            Ok((
                my_overview::applications(db, enterprise)?,
                my_overview::quotas(db, &house, enterprise, i64::from(today.year()))?,
                my_overview::standing(db, enterprise, today)?,
                my_overview::purchases(db, enterprise)?,
            ))
        })
        .await?;
    let this_year = |quota: &&QuotaRow| quota.year == i64::from(today.year());
    let signed = visitor.signed.as_ref();
    page(&HomePage {
        greeting: greeting(lang, beijing_time(now).hour(), signed.map_or("", |signed| &signed.actor.name)),
        house: signed.map(|signed| signed.house_name.clone()).unwrap_or_default(),
        todos: todos(lang, &applications, standing),
        free: purchases.iter().filter(|purchase| purchase.is_free()).count(),
        quotas: quotas.iter().filter(this_year).map(|quota| quota_card(lang, quota)).collect(),
        rows: applications.iter().take(5).map(|one| row(lang, one)).collect(),
        cx: visitor.page(),
    })
}

fn greeting(lang: Lang, hour: u32, name: &str) -> String {
    let (zh, en) = match hour {
        5..=11 => ("上午好", "Good morning"),
        12..=17 => ("下午好", "Good afternoon"),
        _ => ("晚上好", "Good evening"),
    };
    lang.pick(format!("{zh}，{name}"), format!("{en}, {name}"))
}

/// What the enterprise has to do, the most pressing first.
fn todos(lang: Lang, applications: &[ApplicationRow], standing: Standing) -> Checks {
    let mut rows = Vec::new();
    for one in applications.iter().map(|row| &row.application) {
        let to = Link::new(href(&one.number, ""), lang.pick("打开申请", "Open the application"));
        match one.state {
            State::Returned => {
                let due = one.correction_due.map(|day| day_with_weekday(day, lang)).unwrap_or_default();
                rows.push(todo(
                    Tag::new(Tone::Warn, lang.pick("请修改", "Correct")),
                    lang.pick(
                        format!("申请 {} 请在 {due} 17:30 前修改并重新提交", one.number),
                        format!("Correct application {} and submit it again by {due}, 17:30", one.number),
                    ),
                    lang.pick("逾期视为撤回，账单会释放。", "After that it counts as withdrawn and its purchases are free."),
                    to,
                ));
            }
            State::Draft => rows.push(todo(
                Tag::new(Tone::Info, lang.pick("填写中", "Draft")),
                lang.pick(format!("申请 {} 还没有提交", one.number), format!("Application {} is not submitted yet", one.number)),
                lang.pick("草稿已保存在系统中，可随时继续。", "The draft is kept here; go on at any time."),
                to,
            )),
            State::ClawbackDue => rows.push(todo(
                Tag::new(Tone::Bad, lang.pick("须退款", "Return money")),
                lang.pick(format!("申请 {} 须退回补贴款", one.number), format!("Money of application {} must be returned", one.number)),
                "",
                to,
            )),
            _ => {}
        }
    }
    rows.extend(missing(lang, standing));
    Checks { rows }
}

fn missing(lang: Lang, standing: Standing) -> Vec<CheckRow> {
    let tag = || Tag::new(Tone::Warn, lang.pick("缺", "Missing"));
    let mut rows = Vec::new();
    if !standing.has_place {
        rows.push(todo(
            tag(),
            lang.pick("请登记注册地", "Enter the place of registration"),
            lang.pick("决定可以申请哪一级创新券。", "It decides which levels you may apply to."),
            Link::new("/my/enterprise", lang.pick("去登记", "Enter it")),
        ));
    }
    if !standing.has_qualification {
        rows.push(todo(
            tag(),
            lang.pick("请登记有效的资质（科技型中小企业、高新技术企业等）", "Enter a valid qualification (technology SME, high-tech …)"),
            lang.pick("没有有效资质，补贴测算为 0。", "Without one the subsidy is zero."),
            Link::new("/my/enterprise", lang.pick("去登记", "Enter it")),
        ));
    }
    if !standing.has_bank_account {
        rows.push(todo(
            tag(),
            lang.pick("请登记收款账户", "Register a bank account"),
            lang.pick("须为本企业的对公账户，提交申请前要有。", "A company account; needed before you submit."),
            Link::new("/my/bank", lang.pick("去登记", "Register it")),
        ));
    }
    rows
}

fn todo(status: Tag, text: impl Into<String>, evidence: impl Into<String>, link: Link) -> CheckRow {
    CheckRow { status, text: text.into(), evidence: evidence.into(), link: Some(link) }
}
