//! The left side of a review: the papers in tabs with their key fields, the items, the
//! qualifications.

use crate::acts::case_facts::Dossier;
use crate::acts::enter_qualification::validity;
use crate::calendar::{date_range, full_date};
use crate::lang::Lang;
use crate::money::Fen;
use crate::paper::{PaidBy, PaperField, PaperKind};
use crate::reports::application_detail::{ApplicationDetail, Material, Qualification};
use crate::reports::case_desk::CaseDesk;
use crate::web::download::picture_of;
use crate::web::parts::{Fact, Link, Tag, Tone};
use crate::web::statement::Area;
use crate::web::usage::bought;

/// The tabs in the order a reviewer reads them.
const KINDS: [(&str, &str, &str); 5] = [
    ("invoice", "发票", "Invoices"),
    ("contract", "合同", "Contracts"),
    ("payment", "回单", "Payments"),
    ("delivery", "交付凭证", "Deliveries"),
    ("other", "其他", "Others"),
];

/// A tab of the materials.
#[derive(Debug)]
pub struct MaterialTab {
    pub href: String,
    pub label: &'static str,
    pub count: usize,
    pub current: bool,
}

/// One paper.
#[derive(Debug)]
pub struct Paper {
    pub id: String,
    pub name: String,
    pub href: String,
    pub show_href: String,
    pub facts: Vec<Fact>,
    /// Further files of the same paper.
    pub forms: Vec<Link>,
    pub remark: String,
    pub remark_open: bool,
    pub shown: bool,
}

/// The paper in the viewer.
#[derive(Debug)]
pub struct Viewer {
    pub href: String,
    pub name: String,
    /// Where its picture is; without one there is only a link.
    pub picture: Option<String>,
}

/// One purchase of the application.
#[derive(Debug)]
pub struct ItemRow {
    pub order_no: String,
    pub what: String,
    pub provider: String,
    pub period: String,
    pub amount: String,
    pub accepted: String,
    pub asked: String,
    pub marks: Vec<Tag>,
    pub note: String,
    pub mark_href: String,
    /// The statement it rests on; empty for what a centre without a meter reported.
    pub statement_href: String,
}

/// One qualification of the enterprise.
#[derive(Debug)]
pub struct QualificationRow {
    pub id: String,
    pub kind: String,
    pub number: String,
    pub period: String,
    pub detail: String,
    pub proof: Option<(String, String)>,
    /// What the registry's lists say, with the address of the row; the address is empty where they say
    /// nothing.
    pub listed: Vec<(String, String)>,
    pub status: Tag,
    pub open: bool,
    pub reason: String,
    /// A reason that was sent back: as it was typed, and what is wrong with it.
    pub sent_back: Option<(String, String)>,
}

/// Everything at the left.
#[derive(Debug)]
pub struct Materials {
    pub tabs: Vec<MaterialTab>,
    pub tab: String,
    pub papers: Vec<Paper>,
    pub viewer: Option<Viewer>,
    pub items: Vec<ItemRow>,
    pub qualifications: Vec<QualificationRow>,
}

/// The materials as asked for: `tab` is a kind of paper, `usage` or `qualifications`.
#[must_use]
pub fn materials(lang: Lang, desk: &CaseDesk, tab: &str, paper: &str, may_mark: bool) -> Materials {
    let detail = &desk.detail;
    let base = format!("/desk/applications/{}", detail.application().number);
    let count = |kind: &str| detail.dossier.materials.iter().filter(|material| material.kind == kind).count();
    let first = KINDS.iter().map(|(kind, _, _)| *kind).find(|kind| count(kind) > 0).unwrap_or("usage");
    let known = KINDS.iter().any(|(kind, _, _)| *kind == tab) || matches!(tab, "usage" | "qualifications");
    let tab = if known { tab } else { first };
    let mut tabs: Vec<MaterialTab> = KINDS
        .into_iter()
        .filter(|(kind, _, _)| count(kind) > 0 || *kind == tab)
        .map(|(kind, zh, en)| MaterialTab {
            href: format!("{base}?tab={kind}"),
            label: lang.pick(zh, en),
            count: count(kind),
            current: kind == tab,
        })
        .collect();
    for (name, zh, en, count) in [
        ("usage", "账单与用量", "Purchases", detail.dossier.items.len()),
        ("qualifications", "资质", "Qualifications", detail.dossier.qualifications.len()),
    ] {
        tabs.push(MaterialTab { href: format!("{base}?tab={name}"), label: lang.pick(zh, en), count, current: tab == name });
    }
    let mine: Vec<&Material> = detail.dossier.materials.iter().filter(|material| material.kind == tab).collect();
    let shown = mine.iter().find(|material| material.id.to_string() == paper).or_else(|| mine.first()).map(|material| material.id);
    let papers = mine.iter().map(|material| Paper {
        id: material.id.to_string(),
        name: material.file_name.clone(),
        href: format!("/files/material/{}", material.id),
        show_href: format!("{base}?tab={tab}&paper={}", material.id),
        facts: paper_facts(lang, detail, material),
        forms: forms(detail, material),
        remark: material.remark.clone(),
        remark_open: material.remark_open,
        shown: shown == Some(material.id),
    });
    Materials {
        papers: papers.collect(),
        viewer: mine.iter().find(|material| shown == Some(material.id)).map(|material| viewer(detail, material)),
        items: if tab == "usage" { items(lang, detail, &base, may_mark) } else { Vec::new() },
        qualifications: if tab == "qualifications" { qualifications(lang, &detail.dossier) } else { Vec::new() },
        tab: tab.to_owned(),
        tabs,
    }
}

fn viewer(detail: &ApplicationDetail, material: &Material) -> Viewer {
    let href = format!("/files/material/{}", material.id);
    let media = detail.files.get(&material.id).map_or("", |(_, media)| media.as_str());
    Viewer { name: material.file_name.clone(), picture: picture_of(media, &href), href }
}

fn forms(detail: &ApplicationDetail, material: &Material) -> Vec<Link> {
    let of = detail.dossier.forms.iter().filter(|form| form.material_id == material.id);
    of.map(|form| Link::new(format!("/files/material/{}/{}", material.id, form.file_id), form.file_name.clone())).collect()
}

fn paper_facts(lang: Lang, detail: &ApplicationDetail, material: &Material) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |zh: &str, en: &str, text: String| {
        if !text.is_empty() {
            facts.push(Fact::new(lang.pick(zh, en), text));
        }
    };
    let money = |amount: Fen| if amount.is_zero() { String::new() } else { amount.display() };
    add("号码", "Number", format!("{} {}", material.code, material.number).trim().to_owned());
    add("金额", "Amount", money(material.amount_fen));
    add("其中税额", "Tax in it", money(material.tax_fen));
    let (zh, en) = if material.kind == "payment" { ("已退款", "Refunded") } else { ("红字冲减", "Credit notes") };
    add(zh, en, money(material.minus_fen));
    add("日期", "Date", material.dated_on.map(|day| full_date(day, lang)).unwrap_or_default());
    let own = PaperKind::parse(&material.kind).map_or(&[][..], PaperKind::own_fields);
    for fact in own.iter().filter_map(|field| detail.dossier.fact(material.id, *field)) {
        let title = fact.field.title();
        let way = PaidBy::parse(&fact.value).filter(|_| fact.field == PaperField::PaidBy);
        add(&title.zh, &title.en, way.map_or_else(|| fact.value.clone(), |way| way.title().get(lang).to_owned()));
    }
    let parts: Vec<String> = detail
        .dossier
        .parts_of(material)
        .into_iter()
        .filter_map(|(item, part)| {
            let (_, purchase) = detail.dossier.items.iter().find(|(known, _)| known.id == item)?;
            Some(format!("{} {}", purchase.order_no, part.display()))
        })
        .collect();
    add("对应账单", "Stands for", parts.join(lang.pick("；", "; ")));
    facts
}

fn items(lang: Lang, detail: &ApplicationDetail, base: &str, may_mark: bool) -> Vec<ItemRow> {
    let row = |(item, purchase): &(crate::reports::application_detail::Item, crate::reports::application_detail::Purchase)| {
        let mut marks = Vec::new();
        if item.statutory_test {
            marks.push(Tag::new(Tone::Warn, lang.pick("法定检测", "Statutory test")));
        }
        if item.provincial_project {
            marks.push(Tag::new(Tone::Warn, lang.pick("上年省级项目", "Provincial project")));
        }
        ItemRow {
            order_no: purchase.order_no.clone(),
            what: bought(lang, &purchase.resource, &purchase.quantity, &purchase.unit, &purchase.unit_price),
            provider: detail.provider_name(purchase.provider_id).to_owned(),
            period: date_range(purchase.service_from, purchase.service_to, lang),
            amount: purchase.amount_fen.display(),
            accepted: Dossier::accepted_usage(item, purchase).display(),
            asked: item.asked_fen.map(Fen::display).unwrap_or_default(),
            marks,
            note: item.provider_note.clone(),
            mark_href: if may_mark { format!("{base}/items/{}", item.id) } else { String::new() },
            statement_href: purchase.statement_number().map(|number| Area::Desk.href(number)).unwrap_or_default(),
        }
    };
    detail.dossier.items.iter().map(row).collect()
}

fn qualifications(lang: Lang, dossier: &Dossier) -> Vec<QualificationRow> {
    dossier.qualifications.iter().map(|entry| qualification_row(lang, entry)).collect()
}

/// One entry as shown here and on the page of all that wait.
#[must_use]
pub fn qualification_row(lang: Lang, entry: &Qualification) -> QualificationRow {
    let (tone, zh, en) = match entry.state.as_str() {
        "accepted" => (Tone::Ok, "已认可", "Accepted"),
        "refused" => (Tone::Bad, "不予认可", "Refused"),
        _ => (Tone::Warn, "待核对", "To be decided"),
    };
    let place = entry.place.map(|place| place.label(lang).to_owned());
    let carrier = entry.carrier_level.zip(entry.carrier_kind).map(|(level, kind)| {
        let (level, kind) = (level.label(lang), kind.label(lang));
        lang.pick(format!("{level}{kind}"), format!("{level} {kind}"))
    });
    let sales = entry.prior_year_sales_fen.map(|sales| {
        let shown = sales.display();
        lang.pick(format!("上年销售收入 {shown}"), format!("sales of the year before {shown}"))
    });
    QualificationRow {
        id: entry.id.to_string(),
        kind: entry.kind.label(lang).to_owned(),
        number: entry.number.clone(),
        period: validity(entry.valid_from, entry.valid_to, lang),
        detail: [place, carrier, sales].into_iter().flatten().collect::<Vec<_>>().join(lang.pick("；", "; ")),
        proof: entry.file_id.map(|_| (format!("/files/qualification/{}", entry.id), entry.file_name.clone())).or_else(|| {
            let row = entry.registry_row_id?;
            Some((format!("/desk/registry/rows/{row}"), lang.pick("登记名单中的一行", "a row of the registry's list").to_owned()))
        }),
        listed: Vec::new(),
        status: Tag::new(tone, lang.pick(zh, en)),
        open: entry.state == "entered",
        reason: entry.reason.clone(),
        sent_back: None,
    }
}
