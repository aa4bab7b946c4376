//! `GET /notices/{number}`: one notice as it was published, as a page, a PDF and a file for machines
//! whose digest anyone can compute again.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::notices::{period_text, status};
use crate::calendar::{day_with_weekday, full_date};
use crate::code::Tier;
use crate::export::papers::{self, NoticeContact, NoticePaper, NoticeRow as PaperRow, NoticeTier};
use crate::lang::Lang;
use crate::money::Fen;
use crate::notice::content::{ListLine, NoticeContent, TierList};
use crate::reports::notice::{Mark, PublicNotice, Standing, public_notice};
use crate::web::answer::{file, page};
use crate::web::page::PageCx;
use crate::web::papers::pdf;
use crate::web::parts::{Fact, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One line of the published list. Never a bank account, a telephone number or an invoice image.
#[derive(Clone, Debug)]
pub struct NoticeLine {
    pub no: usize,
    pub enterprise: String,
    pub provider: String,
    pub item: String,
    pub contract: Fen,
    pub approved: Fen,
    pub proposed: Fen,
    /// Only where a line differs from the rest: held, taken off.
    pub mark: Option<Tag>,
}

/// The list of one level with its sums.
#[derive(Clone, Debug)]
pub struct NoticeTable {
    pub tier: Tier,
    pub title: String,
    pub lines: Vec<NoticeLine>,
    pub total_contract: Fen,
    pub total_approved: Fen,
    pub total_proposed: Fen,
}

/// The notice.
#[derive(Debug, Template)]
#[template(path = "public/notice.html")]
pub struct NoticeView {
    pub cx: PageCx,
    /// Who publishes it.
    pub issuer: String,
    pub number: String,
    pub title: String,
    pub status: Tag,
    /// Stamped on the paper: 已公示.
    pub seal: String,
    /// Legal basis and procedure passed.
    pub basis: String,
    pub tables: Vec<NoticeTable>,
    pub total: Fen,
    pub entries: usize,
    /// First and last day and the number of working days.
    pub period: String,
    /// The days that count, and when money may move.
    pub counting: String,
    /// How to object: in writing, by whom, where.
    pub objection: Vec<String>,
    /// Telephone numbers and address of the departments.
    pub contacts: Vec<Fact>,
    pub published_on: String,
    pub policy_pack: String,
    /// SHA-256 of the file for machines.
    pub digest: String,
    /// The checkpoint of the trail that covers the publication; empty until it is signed.
    pub trail: String,
}

/// # Errors
/// An unknown number, a draft.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&visitor, &site, &number).await?;
    page(&view(&visitor, found))
}

/// # Errors
/// As [`show`]; no fonts for a PDF.
pub async fn as_pdf(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&visitor, &site, &number).await?;
    let name = format!("{}.pdf", found.content.number);
    let document = papers::notice(&paper(&found, visitor.lang), visitor.lang);
    let bytes = pdf(&site, papers::with_trail_mark(document, found.trail.as_ref(), visitor.lang)).await?;
    Ok(file(bytes, "application/pdf", &name, false))
}

/// The bytes as published; their SHA-256 stands on page and PDF.
///
/// # Errors
/// As [`show`].
pub async fn as_json(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&visitor, &site, &number).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::ETAG, format!("\"{}\"", found.sha256)))
        .body(found.json))
}

async fn find(visitor: &Visitor, site: &web::Data<Site>, number: &web::Path<String>) -> Result<PublicNotice, Problem> {
    let (house, number, today) = (site.house.clone(), number.to_string(), visitor.today);
    let found = site.read(move |db| public_notice(db, &house, &number, today)).await?;
    found.ok_or_else(Problem::not_found)
}

fn view(visitor: &Visitor, found: PublicNotice) -> NoticeView {
    let lang = visitor.lang;
    let content = &found.content;
    NoticeView {
        cx: visitor.page(),
        issuer: content.issuer.clone(),
        number: content.number.clone(),
        title: content.title.get(lang).to_owned(),
        status: status(lang, found.standing),
        seal: lang.pick("已公示", "Published").to_owned(),
        basis: content.basis.get(lang).to_owned(),
        tables: tables(lang, content, &found.marks),
        total: content.total(),
        entries: content.lines().count(),
        period: period_text(lang, content.first_day, content.last_day, i64::try_from(content.counted_days.len()).unwrap_or_default()),
        counting: counting(lang, content),
        objection: objection(lang, content, found.standing),
        contacts: contacts(lang, content),
        published_on: full_date(content.published_on, lang),
        policy_pack: content.policy_pack.clone(),
        trail: found.trail.as_ref().map(|mark| papers::trail_words(mark, lang)).unwrap_or_default(),
        digest: found.sha256,
    }
}

/// The lists of a notice, level by level.
pub(crate) fn tables(lang: Lang, content: &NoticeContent, marks: &BTreeMap<i64, Mark>) -> Vec<NoticeTable> {
    let line = |(index, line): (usize, &ListLine)| NoticeLine {
        no: index + 1,
        enterprise: line.enterprise.clone(),
        provider: line.provider.clone(),
        item: line.service.clone(),
        contract: line.contract,
        approved: line.approved,
        proposed: line.proposed,
        mark: marks.get(&line.place).map(|mark| mark_tag(lang, *mark)),
    };
    let table = |list: &TierList| NoticeTable {
        tier: list.tier,
        title: list.title.get(lang).to_owned(),
        lines: list.lines.iter().enumerate().map(line).collect(),
        total_contract: list.lines.iter().map(|line| line.contract).sum(),
        total_approved: list.lines.iter().map(|line| line.approved).sum(),
        total_proposed: list.lines.iter().map(|line| line.proposed).sum(),
    };
    content.tiers.iter().map(table).collect()
}

fn mark_tag(lang: Lang, mark: Mark) -> Tag {
    match mark {
        Mark::Held => Tag::new(Tone::Warn, lang.pick("核查中，暂缓拨付", "Being examined, payment waits")),
        Mark::TakenOff => Tag::new(Tone::Bad, lang.pick("已移出名单", "Taken off the list")),
    }
}

fn counting(lang: Lang, content: &NoticeContent) -> String {
    let days: Vec<String> = content.counted_days.iter().map(|day| day_with_weekday(*day, lang)).collect();
    let pay = content.last_day.succ_opt().map(|day| day_with_weekday(day, lang)).unwrap_or_default();
    match lang {
        Lang::Zh => format!("计入的工作日：{}。公示无异议的，{pay}起方可拨付。", days.join("、")),
        Lang::En => format!("The working days that count: {}. Without an objection, payment may begin on {pay}.", days.join(", ")),
    }
}

fn objection(lang: Lang, content: &NoticeContent, standing: Standing) -> Vec<String> {
    let last = day_with_weekday(content.last_day, lang);
    let mut lines = vec![
        lang.pick(
            "任何单位和个人对公示内容有异议的，请在公示期内以书面形式提出，写明事实和理由，并附必要的证明材料。",
            "Anyone who disagrees with this notice may object in writing within the period, stating facts and reasons with the necessary evidence.",
        )
        .to_owned(),
        lang.pick(
            "以单位名义提出的，须加盖单位公章；以个人名义提出的，须署真实姓名并留联系方式。我们对异议人的身份保密；匿名或没有事实依据的异议不予受理。异议办理期间，不影响名单中其他项目。",
            "An organisation affixes its seal; a person signs with the real name and a way to be reached. Who objects is kept confidential. Anonymous objections and those without grounds are not accepted. An objection does not hold up the other entries.",
        )
        .to_owned(),
    ];
    if matches!(standing, Standing::Open { .. } | Standing::NotBegun) {
        lines.push(lang.pick(format!("截止时间：{last} 24:00（北京时间）。"), format!("The last moment is {last}, 24:00 Beijing time.")));
    } else {
        lines.push(lang.pick(
            format!("公示期已于 {last} 结束。仍有问题的，请向监督电话反映。"),
            format!("The period ended on {last}. Please turn to supervision if something is wrong."),
        ));
    }
    lines
}

fn contacts(lang: Lang, content: &NoticeContent) -> Vec<Fact> {
    vec![
        Fact::new(lang.pick("受理电话", "Telephone"), &content.contact_phone),
        Fact::new(lang.pick("监督电话", "Supervision"), &content.supervision_phone),
        Fact::new(lang.pick("邮寄地址", "Address"), &content.address),
    ]
}

/// The notice as the paper that export sets.
fn paper(found: &PublicNotice, lang: Lang) -> NoticePaper {
    let content = &found.content;
    let days = content.counted_days.len();
    let contact = |office: &str, telephone: &str, address: &str| NoticeContact {
        office: office.to_owned(),
        telephone: telephone.to_owned(),
        address: address.to_owned(),
        email: String::new(),
    };
    let row = |line: &ListLine| PaperRow {
        enterprise: line.enterprise.clone(),
        provider: line.provider.clone(),
        service: line.service.clone(),
        contract: line.contract,
        accepted: line.approved,
        subsidy: line.proposed,
    };
    NoticePaper {
        issuer: content.issuer.clone(),
        number: content.number.clone(),
        title: content.title.get(lang).to_owned(),
        opening: content.basis.get(lang).to_owned(),
        published_on: content.published_on,
        first_day: content.first_day,
        last_day: content.last_day,
        length: lang.pick(format!("{days}个工作日"), format!("{days} working days")),
        contacts: vec![
            contact(lang.pick("异议受理", "For objections"), &content.contact_phone, &content.address),
            contact(lang.pick("监督", "Supervision"), &content.supervision_phone, ""),
        ],
        tiers: content
            .tiers
            .iter()
            .map(|list| NoticeTier { name: list.title.get(lang).to_owned(), rows: list.lines.iter().map(row).collect() })
            .collect(),
        digest: Some(found.sha256.clone()),
    }
}
