//! `/my/enterprise`: the enterprise's data, its place of registration and its qualifications.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::structure::StructureView;
use super::tabs;
use crate::acts::enter_qualification::validity;
use crate::acts::remove_qualification::remove_qualification;
use crate::acts::save_enterprise::{EnterpriseData, save_enterprise};
use crate::acts::{Act, Refusal};
use crate::ids::QualificationId;
use crate::lang::{Lang, Text};
use crate::party::EntryKind;
use crate::reports::own_enterprise::{self, OwnEnterprise, Qualification};
use crate::web::account::typed;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, ErrorSummary, FieldKind, FieldView, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One dated entry as a row.
#[derive(Debug)]
pub struct EntryRow {
    pub kind: &'static str,
    /// Place, number, carrier, sales: whatever the kind has.
    pub facts: String,
    pub dates: String,
    pub proof: Option<Link>,
    pub state: Tag,
    /// Why it was refused.
    pub reason: String,
    pub remove: ConfirmView,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "enterprise/data.html")]
pub struct DataView {
    pub cx: PageCx,
    pub tabs: Vec<Link>,
    pub errors: ErrorSummary,
    pub name: String,
    pub uscc: String,
    pub version: i64,
    pub fields: Vec<FieldView>,
    pub places: Vec<EntryRow>,
    pub qualifications: Vec<EntryRow>,
    /// The kinds that can be added, the place of registration first.
    pub kinds: Vec<Link>,
    pub structure: StructureView,
}

/// How far an entry has got, in words for the enterprise.
#[must_use]
pub fn state_tag(state: &str, lang: Lang) -> Tag {
    match state {
        "accepted" => Tag::new(Tone::Ok, lang.pick("已核对", "Accepted")),
        "refused" => Tag::new(Tone::Bad, lang.pick("未通过核对", "Not accepted")),
        _ => Tag::new(Tone::Info, lang.pick("待专班核对", "To be checked")),
    }
}

/// What the kind of an entry says beside its dates.
#[must_use]
pub fn facts(entry: &Qualification, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(place) = entry.place {
        parts.push(place.label(lang).to_owned());
    }
    if let (Some(kind), Some(level)) = (entry.carrier_kind, entry.carrier_level) {
        parts.push(lang.pick(format!("{}{}", level.label(lang), kind.label(lang)), format!("{} {}", level.label(lang), kind.label(lang))));
    }
    if !entry.number.is_empty() {
        parts.push(entry.number.clone());
    }
    if let Some(sales) = entry.prior_year_sales_fen {
        parts.push(lang.pick(format!("上年销售收入 {}", sales.display()), format!("sales of the year before {}", sales.display())));
    }
    if entry.registry_row_id.is_some() {
        parts.push(lang.pick("依据登记名单", "by the registry's list").to_owned());
    }
    parts.join(lang.pick(" · ", " · "))
}

fn row(cx: &PageCx, entry: &Qualification) -> EntryRow {
    let lang = cx.lang;
    let mut remove = ConfirmView::new(
        cx,
        format!("/my/enterprise/entries/{}/remove", entry.id),
        lang.pick("移除", "Remove"),
        lang.pick("移除这一条", "Remove this entry"),
    );
    remove.effect = lang.pick("移除后，今后的测算与审核不再计入这一条。", "It no longer counts for previews and reviews.").to_owned();
    EntryRow {
        kind: entry.kind.label(lang),
        facts: facts(entry, lang),
        dates: validity(entry.valid_from, entry.valid_to, lang),
        proof: entry.file_id.map(|_| Link::new(format!("/files/qualification/{}", entry.id), entry.file_name.clone())),
        state: state_tag(&entry.state, lang),
        reason: if entry.state == "refused" { entry.reason.clone() } else { String::new() },
        remove,
    }
}

fn fields(lang: Lang, own: &OwnEnterprise) -> Vec<FieldView> {
    let known = &own.enterprise;
    vec![
        FieldView::text(lang, "legal_representative", lang.pick("法定代表人", "Legal representative"))
            .value(known.legal_representative.clone())
            .max_length(50),
        FieldView::text(lang, "address", lang.pick("注册地址", "Registered address"))
            .value(known.address.clone())
            .max_length(200)
            .autocomplete("street-address"),
        FieldView::new(lang, FieldKind::Tel, "phone", lang.pick("联系电话", "Telephone"))
            .hint(lang.pick("只在审核需要时联系您，不会公示", "Used only when the review needs it; never published"))
            .value(known.phone.clone())
            .autocomplete("tel"),
    ]
}

fn shown(visitor: &Visitor, own: &OwnEnterprise, typed: Option<(&Form, &[Refusal])>) -> DataView {
    let (lang, cx) = (visitor.lang, visitor.page());
    let mut fields = fields(lang, own);
    let refusals = typed.map(|(_, refusals)| refusals).unwrap_or_default();
    if let Some((form, _)) = typed {
        fields = fields.into_iter().map(|field| FieldView { value: form.raw(&field.name).to_owned(), ..field }).collect();
    }
    let of = |place: bool| own.entries.iter().filter(move |entry| (entry.kind == EntryKind::RegistrationPlace) == place);
    DataView {
        tabs: tabs(lang),
        errors: error_summary(lang, refusals),
        name: own.enterprise.name.clone(),
        uscc: own.enterprise.uscc.clone(),
        version: typed.map_or(own.enterprise.version, |(form, _)| form.number("version")),
        fields: with_errors(lang, fields, refusals),
        places: of(true).map(|entry| row(&cx, entry)).collect(),
        qualifications: of(false).map(|entry| row(&cx, entry)).collect(),
        structure: StructureView::new(lang, &own.structures, true),
        kinds: EntryKind::ALL.iter().map(|kind| Link::new(format!("/my/enterprise/add/{kind}"), kind.label(lang))).collect(),
        cx,
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let id = visitor.enterprise()?;
    let own = site.read(move |db| own_enterprise::own(db, id)).await?;
    page(&shown(&visitor, &own, None))
}

/// # Errors
/// A fault of the database.
pub async fn save(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let data = EnterpriseData {
        legal_representative: form.required("legal_representative", 50, &mut faults).into(),
        address: form.required("address", 200, &mut faults),
        phone: typed::phone(&form, &mut faults).into(),
        version: form.number("version"),
    };
    if faults.is_empty() {
        let done = move |act: &mut Act<'_>| save_enterprise(act, &data).map(|()| "/my/enterprise".to_owned());
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(place) => return Ok(go_and_say(&visitor, &place, "ok", &Text::new("企业资料已保存。", "The data are saved."))),
            Err(refusals) => faults = Faults(refusals),
        }
    }
    let id = visitor.enterprise()?;
    let own = site.read(move |db| own_enterprise::own(db, id)).await?;
    page_with_faults(&shown(&visitor, &own, Some((&form, &faults.0))))
}

/// # Errors
/// The page for another enterprise's entry, or why it must stay.
pub async fn remove(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id: QualificationId = id.parse().map_err(|_| Problem::not_found())?;
    let done = move |act: &mut Act<'_>| remove_qualification(act, id).map(|()| "/my/enterprise".to_owned());
    match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("这一条已移除。", "The entry was removed."))),
        Err(refusals) => Err(Problem::refused(&refusals)),
    }
}
