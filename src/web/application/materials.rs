//! Task 2: the papers. All files go up at one place, whatever they are; the list below shows by kind
//! what was read from each, until a person has confirmed it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::draft::{Aside, Draft, Head, href, load_open, no_errors, summary};
use super::paper::paper_id;
use crate::acts::change_paper_kind::change_paper_kind;
use crate::acts::completeness::kind_name;
use crate::acts::confirm_papers::confirm_papers;
use crate::acts::file_material::{KINDS, REQUIRED};
use crate::acts::remove_material::remove_material;
use crate::acts::{Act, Refusal};
use crate::application::State;
use crate::lang::{Lang, Text};
use crate::paper::{PaperField, PaperKind, Source};
use crate::reports::application_detail::Material;
use crate::web::answer::{go, go_and_say, page, settle};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FileDropView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::upload::ACCEPT;
use crate::web::visitor::Visitor;

/// The field of the form whose files tell by themselves what they are.
pub const ANY_KIND: &str = "papers";

/// The papers of one kind.
#[derive(Debug)]
struct PaperGroup {
    id: &'static str,
    title: String,
    required: bool,
    /// What is said when there is none.
    empty: &'static str,
    rows: Vec<PaperRow>,
}

/// One paper of the list.
#[derive(Debug)]
struct PaperRow {
    id: String,
    tag: Tag,
    name: String,
    size: String,
    href: String,
    said: String,
    /// Where it was read; empty when it is confirmed.
    source: String,
    /// What the review asks or what is wrong.
    notes: Vec<String>,
    /// Address and name of further files of the same paper.
    forms: Vec<(String, String)>,
    kinds: Vec<Choice>,
    kind_action: String,
    remove_action: String,
}

#[derive(Debug, Template)]
#[template(path = "application/materials.html")]
pub struct MaterialsPage {
    cx: PageCx,
    head: Head,
    aside: Aside,
    errors: ErrorSummary,
    drop: FileDropView,
    /// Papers that can be confirmed as they were read.
    to_confirm: usize,
    confirm_href: String,
    groups: Vec<PaperGroup>,
    any: bool,
    gaps: Vec<String>,
    upload_href: String,
    next_href: String,
}

/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
    page(&build(&visitor, &site, &draft, &[]))
}

/// # Errors
/// Not found for a paper of others; a fault of the database.
pub async fn remove(
    visitor: Visitor,
    site: web::Data<Site>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (number, paper) = path.into_inner();
    let paper = paper_id(&paper)?;
    let answer = (href(&number, "/materials"), Text::new("材料已移除。", "The paper is removed."));
    settle(&visitor, &site, &form, answer, move |act| remove_material(act, &number, paper)).await
}

/// Confirms everything that was read and is whole.
///
/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn confirm(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (key, seen, list) = (form.request_key(&visitor), form.number("version"), href(&number, "/materials"));
    let place = list.clone();
    let confirm = move |act: &mut Act<'_>| confirm_papers(act, &number, seen).map(|count| format!("{place} {count}"));
    let (kind, text) = match site.act(visitor.actor()?, key, confirm).await? {
        Ok(answer) => {
            let count = answer.split(' ').nth(1).unwrap_or_default();
            ("ok", Text::new(format!("已确认 {count} 份材料。"), format!("{count} papers are confirmed.")))
        }
        Err(refusals) => ("warn", refusals.into_iter().next().map(|refusal| refusal.text).unwrap_or_default()),
    };
    Ok(go_and_say(&visitor, &list, kind, &text))
}

/// Somebody says what kind of paper a file is.
///
/// # Errors
/// Not found for a paper of others; a fault of the database.
pub async fn change_kind(
    visitor: Visitor,
    site: web::Data<Site>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (number, paper) = path.into_inner();
    let paper = paper_id(&paper)?;
    let kind = PaperKind::parse(form.raw("kind")).ok_or_else(|| Problem::bad_request("请选择材料种类。", "Choose the kind of paper."))?;
    let back = if form.is_ticked("back") { "/materials".to_owned() } else { format!("/materials/{paper}") };
    let title = kind.title();
    let text = Text::new(
        format!("种类已改为{}，请填写要点。", title.zh),
        format!("The kind is now: {}. Enter what it says.", title.en.to_lowercase()),
    );
    settle(&visitor, &site, &form, (href(&number, &back), text), move |act| change_paper_kind(act, &number, paper, kind)).await
}

/// The page, with what was refused.
pub fn build(visitor: &Visitor, site: &Site, draft: &Draft, refusals: &[Refusal]) -> MaterialsPage {
    let lang = visitor.lang;
    let mut errors = if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, &[]) };
    for item in &mut errors.items {
        item.href = format!("#{ANY_KIND}");
    }
    let papers = &draft.detail.dossier.materials;
    let whole = papers.iter().filter(|paper| waits_for_confirmation(draft, paper) && !draft.gaps.papers.contains(&paper.id));
    MaterialsPage {
        head: draft.head(lang, lang.pick("上传材料", "Upload papers")),
        aside: draft.aside(lang),
        errors,
        drop: drop_of(visitor, site, draft, refusals),
        to_confirm: whole.count(),
        confirm_href: draft.href("/confirm-papers"),
        groups: KINDS.iter().map(|kind| group(lang, draft, kind)).filter(|group| group.required || !group.rows.is_empty()).collect(),
        any: !papers.is_empty(),
        gaps: draft.gaps.materials.iter().map(|gap| gap.get(lang).to_owned()).collect(),
        upload_href: draft.href("/materials"),
        next_href: draft.href(if draft.gaps.materials.is_empty() { "/preview" } else { "" }),
        cx: visitor.page(),
    }
}

fn drop_of(visitor: &Visitor, site: &Site, draft: &Draft, refusals: &[Refusal]) -> FileDropView {
    let (lang, mib) = (visitor.lang, site.config.upload_mib);
    FileDropView {
        lang,
        csrf: visitor.csrf(),
        name: ANY_KIND.to_owned(),
        label: lang.pick("把材料一起放进来", "Put all papers in here").to_owned(),
        hint: lang.pick(
            format!("合同、发票、银行回单等，不用分类：系统读取内容，认出种类并填好要点，您核对即可。PDF、OFD、XML、JPG、PNG，每个不超过 {mib} MB，可一次选多个。"),
            format!("Contracts, invoices, bank slips, in any order: the system reads them, tells what they are and fills in the fields for you to check. PDF, OFD, XML, JPG, PNG; at most {mib} MB each, many at once."),
        ),
        error: refusals.first().map(|refusal| refusal.text.get(lang).to_owned()).unwrap_or_default(),
        accept: ACCEPT,
        multiple: true,
        upload_action: draft.href("/materials"),
        files: Vec::new(),
    }
}

fn group(lang: Lang, draft: &Draft, kind: &'static str) -> PaperGroup {
    let papers = draft.detail.dossier.materials.iter().filter(|paper| paper.kind == kind);
    PaperGroup {
        id: kind,
        title: kind_name(kind).get(lang).to_owned(),
        required: REQUIRED.contains(&kind),
        empty: hint(lang, kind),
        rows: papers.map(|paper| paper_row(lang, draft, paper)).collect(),
    }
}

fn hint(lang: Lang, kind: &str) -> &'static str {
    match kind {
        "contract" => {
            lang.pick("还没有。需要服务合同或订单，含盖章页。", "None yet. The service contract or order is needed, with the sealed page.")
        }
        "invoice" => lang.pick(
            "还没有。数电票的 XML 或 OFD 读得最准，PDF 也可以。",
            "None yet. The XML or OFD of a digital invoice is read best; its PDF will do.",
        ),
        _ => lang.pick(
            "还没有。需要银行回单；一张发票分几次付款的，全部上传。",
            "None yet. Bank slips are needed; all of them where an invoice was paid in parts.",
        ),
    }
}

fn paper_row(lang: Lang, draft: &Draft, paper: &Material) -> PaperRow {
    let size = draft.detail.files.get(&paper.id).map_or(0, |(size, _)| *size);
    let place = draft.href(&format!("/materials/{}", paper.id));
    let returned = draft.application().state == State::Returned;
    let asked = returned && paper.remark_open;
    let wrong = draft.gaps.papers.contains(&paper.id);
    let (tone, zh, en) = if asked {
        (Tone::Warn, "需补正", "Needs correction")
    } else if kind_is_unknown(draft, paper) {
        (Tone::Warn, "请选种类", "Choose its kind")
    } else if wrong {
        (Tone::Plain, "待填写", "To fill in")
    } else if waits_for_confirmation(draft, paper) {
        (Tone::Info, "待确认", "To confirm")
    } else if returned && !paper.remark.is_empty() {
        (Tone::Ok, "已补正", "Corrected")
    } else {
        (Tone::Ok, "已填写", "Filled in")
    };
    let forms = draft.detail.dossier.forms.iter().filter(|form| form.material_id == paper.id);
    let mut notes: Vec<String> = Vec::new();
    if asked {
        notes.push(paper.remark.clone());
    } else if wrong {
        let mine = |gap: &&Text| gap.zh.starts_with(&format!("{}：", paper.file_name));
        let about = |gap: &Text| gap.get(lang).chars().skip(paper.file_name.chars().count() + lang.pick(1, 2)).collect();
        notes.extend(draft.gaps.materials.iter().find(mine).map(about));
    }
    PaperRow {
        id: paper.id.to_string(),
        tag: Tag::new(tone, lang.pick(zh, en)),
        name: paper.file_name.clone(),
        size: file_size(size),
        said: said(lang, paper),
        source: read_from(lang, draft, paper),
        notes,
        forms: forms.map(|form| (format!("/files/material/{}/{}", paper.id, form.file_id), form.file_name.clone())).collect(),
        kinds: kind_choices(lang, paper),
        href: place.clone(),
        kind_action: format!("{place}/kind"),
        remove_action: format!("{place}/remove"),
    }
}

/// The kinds a file may be, its present one chosen.
#[must_use]
pub fn kind_choices(lang: Lang, paper: &Material) -> Vec<Choice> {
    KINDS.iter().map(|kind| Choice::new(*kind, kind_name(kind).get(lang)).on(paper.kind == *kind)).collect()
}

fn kind_is_unknown(draft: &Draft, paper: &Material) -> bool {
    draft.detail.dossier.fact(paper.id, PaperField::Kind).is_some_and(|fact| fact.source == Source::Unknown && fact.confirmed_by.is_none())
}

fn waits_for_confirmation(draft: &Draft, paper: &Material) -> bool {
    draft.detail.dossier.unconfirmed(paper.id).next().is_some()
}

/// 读取自 XML、二维码，请核对; empty when everything is confirmed or typed.
#[must_use]
pub fn read_from(lang: Lang, draft: &Draft, paper: &Material) -> String {
    let mut sources: Vec<Source> = draft.detail.dossier.unconfirmed(paper.id).map(|fact| fact.source).collect();
    sources.sort();
    sources.dedup();
    let names: Vec<String> = sources.into_iter().map(|source| source.title().get(lang).to_owned()).collect();
    if names.is_empty() {
        return String::new();
    }
    let names = names.join(lang.pick("、", ", "));
    lang.pick(format!("读取自：{names}，请核对"), format!("read from {names}: please check"))
}

/// What a paper says, in one line.
#[must_use]
pub fn said(lang: Lang, paper: &Material) -> String {
    let mut parts = Vec::new();
    if !paper.number.is_empty() {
        parts.push(lang.pick(format!("编号 {}", paper.number), format!("No. {}", paper.number)));
    }
    if paper.amount_fen.is_positive() {
        parts.push(paper.amount_fen.display());
    }
    if paper.minus_fen.is_positive() {
        let minus = paper.minus_fen.display();
        parts.push(if paper.kind == "payment" {
            lang.pick(format!("退款 {minus}"), format!("refund {minus}"))
        } else {
            lang.pick(format!("红字 {minus}"), format!("credit notes {minus}"))
        });
    }
    parts.extend(paper.dated_on.map(|day| day.to_string()));
    if parts.is_empty() { lang.pick("还没有填写要点", "nothing entered yet").to_owned() } else { parts.join(" · ") }
}

/// 184 KB, 2.1 MB.
#[must_use]
pub fn file_size(bytes: i64) -> String {
    if bytes >= 1024 * 1024 {
        let tenths = bytes * 10 / (1024 * 1024);
        return format!("{}.{} MB", tenths / 10, tenths % 10);
    }
    format!("{} KB", (bytes + 1023) / 1024)
}
