//! Task 2: the papers, kind by kind. Several files go up at once; what each says is entered on its
//! own page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::json;

use super::draft::{Aside, Draft, Head, href, load_open, no_errors, summary};
use super::paper::paper_id;
use crate::acts::completeness::kind_name;
use crate::acts::file_material::{FiledFile, KINDS, REQUIRED, file_material};
use crate::acts::remove_material::remove_material;
use crate::acts::{ActError, Refusal, perform};
use crate::application::State;
use crate::files::FileFault;
use crate::ids::MaterialId;
use crate::lang::{Lang, Text};
use crate::reports::application_detail::Material;
use crate::web::answer::{go, go_and_say, page, page_with_faults};
use crate::web::form::{Form, Upload};
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FileDropView, FileRow, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::upload::ACCEPT;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/materials.html")]
struct MaterialsPage {
    cx: PageCx,
    head: Head,
    aside: Aside,
    errors: ErrorSummary,
    drops: Vec<FileDropView>,
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

/// Takes files of any kind; a script may send them one by one and reads JSON.
///
/// # Errors
/// A full disk; a fault of the database.
pub async fn upload(
    visitor: Visitor,
    site: web::Data<Site>,
    number: web::Path<String>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let by_script =
        request.headers().get("accept").and_then(|value| value.to_str().ok()).is_some_and(|kinds| kinds.contains("application/json"));
    let mut refusals = too_large(&form, site.config.upload_mib);
    let uploads: Vec<(String, Upload)> =
        KINDS.iter().flat_map(|kind| form.files(kind).map(|file| ((*kind).to_owned(), file.clone()))).collect();
    if uploads.is_empty() && refusals.is_empty() {
        refusals.push(refusal("contract", "请选择要上传的文件。", "Choose the files to upload."));
    }
    let mut filed = Vec::new();
    if !uploads.is_empty() {
        let (actor, act_number, desk) = (visitor.actor()?, number.clone(), site.clone());
        let (files, wrong) = web::block(move || keep(&desk, uploads)).await??;
        refusals.extend(wrong);
        let desk = site.clone();
        let done = web::block(move || {
            if files.is_empty() {
                return Ok(Vec::new());
            }
            perform(&desk.store, &desk.house, &actor, desk.clock.now(), |act| file_material(act, &act_number, &files))
        })
        .await?;
        match done {
            Ok(ids) => filed = ids,
            Err(ActError::Refused(more)) => refusals.extend(more),
            Err(other) => return Err(other.into()),
        }
    }
    answer(&visitor, &site, &number, &refusals, &filed, by_script).await
}

async fn answer(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    refusals: &[Refusal],
    filed: &[MaterialId],
    by_script: bool,
) -> Result<HttpResponse, Problem> {
    if by_script {
        return Ok(match refusals.first() {
            None => HttpResponse::Ok().json(json!({"filed": filed.len()})),
            Some(first) => {
                HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY).json(json!({"error": {"message": first.text.get(visitor.lang)}}))
            }
        });
    }
    if !refusals.is_empty() {
        let Some(draft) = load_open(visitor, site, number).await? else { return Ok(go(&href(number, ""))) };
        return page_with_faults(&build(visitor, site, &draft, refusals));
    }
    match filed {
        [one] => Ok(go(&href(number, &format!("/materials/{one}")))),
        many => {
            let count = many.len();
            let text = Text::new(
                format!("已上传 {count} 份材料，请逐份填写要点。"),
                format!("{count} papers are uploaded; now enter what each one says."),
            );
            Ok(go_and_say(visitor, &href(number, "/materials"), "ok", &text))
        }
    }
}

/// Puts the files on disk; those of a wrong type are named.
fn keep(site: &Site, uploads: Vec<(String, Upload)>) -> Result<(Vec<FiledFile>, Vec<Refusal>), Problem> {
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for (kind, upload) in uploads {
        match site.files.keep(&upload.bytes) {
            Ok(kept) => files.push(FiledFile {
                kind,
                name: upload.name,
                sha256: kept.sha256,
                size_bytes: kept.size_bytes,
                media_type: kept.media_type,
            }),
            Err(FileFault::WrongType) => wrong.push(refusal(
                &kind,
                format!("「{}」不能用：只收 PDF、OFD、XML、JPG、PNG（按文件内容判断）。请换一个文件。", upload.name),
                format!(
                    "\"{}\" cannot be taken: only PDF, OFD, XML, JPG and PNG, judged by the content. Choose another file.",
                    upload.name
                ),
            )),
            Err(FileFault::Disk(why)) => {
                tracing::error!(%why, "a file could not be written");
                return Err(Problem::file_not_kept());
            }
        }
    }
    Ok((files, wrong))
}

fn too_large(form: &Form, mib: u64) -> Vec<Refusal> {
    form.too_large
        .iter()
        .map(|(field, name)| {
            refusal(
                field,
                format!("「{name}」太大：每个文件不超过 {mib} MB。请压缩或分成几个文件。"),
                format!("\"{name}\" is too large: at most {mib} MB a file. Compress it or split it."),
            )
        })
        .collect()
}

fn refusal(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal { code: "upload", field: Some(field.to_owned()), text: Text::new(zh, en) }
}

/// # Errors
/// Not found for a paper of others; a fault of the database.
pub async fn remove(
    visitor: Visitor,
    site: web::Data<Site>,
    path: web::Path<(String, String)>,
    _form: Form,
) -> Result<HttpResponse, Problem> {
    let (number, paper) = path.into_inner();
    let paper = paper_id(&paper)?;
    let (actor, act_number, desk) = (visitor.actor()?, number.clone(), site.clone());
    let done =
        web::block(move || perform(&desk.store, &desk.house, &actor, desk.clock.now(), |act| remove_material(act, &act_number, paper)))
            .await?;
    done?;
    Ok(go_and_say(&visitor, &href(&number, "/materials"), "ok", &Text::new("材料已移除。", "The paper is removed.")))
}

fn build(visitor: &Visitor, site: &Site, draft: &Draft, refusals: &[Refusal]) -> MaterialsPage {
    let lang = visitor.lang;
    let mut errors = if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, &[]) };
    for (item, refusal) in errors.items.iter_mut().zip(refusals) {
        item.href = refusal.field.as_ref().map(|field| format!("#{field}")).unwrap_or_default();
    }
    MaterialsPage {
        head: draft.head(lang, lang.pick("上传材料", "Upload papers")),
        aside: draft.aside(lang),
        errors,
        drops: KINDS.iter().map(|kind| drop_of(visitor, site, draft, kind, refusals)).collect(),
        gaps: draft.gaps.materials.iter().map(|gap| gap.get(lang).to_owned()).collect(),
        upload_href: draft.href("/materials"),
        next_href: draft.href(if draft.gaps.materials.is_empty() { "/preview" } else { "" }),
        cx: visitor.page(),
    }
}

fn drop_of(visitor: &Visitor, site: &Site, draft: &Draft, kind: &str, refusals: &[Refusal]) -> FileDropView {
    let lang = visitor.lang;
    let name = kind_name(kind);
    let optional = if REQUIRED.contains(&kind) { "" } else { lang.pick("（选填）", " (optional)") };
    let error = refusals.iter().find(|refusal| refusal.field.as_deref() == Some(kind)).map(|refusal| refusal.text.get(lang).to_owned());
    let papers = draft.detail.dossier.materials.iter().filter(|material| material.kind == kind);
    FileDropView {
        lang,
        csrf: visitor.csrf(),
        name: kind.to_owned(),
        label: format!("{}{optional}", name.get(lang)),
        hint: hint(lang, kind, site.config.upload_mib),
        error: error.unwrap_or_default(),
        accept: ACCEPT,
        multiple: true,
        upload_action: draft.href("/materials"),
        files: papers.map(|paper| file_row(lang, draft, paper)).collect(),
    }
}

fn hint(lang: Lang, kind: &str, mib: u64) -> String {
    let what = match kind {
        "contract" => lang.pick("服务合同或订单，含盖章页。", "The service contract or order, with the sealed page."),
        "invoice" => lang.pick("数电票 PDF、OFD 或 XML，旧式发票扫描件。", "Digital invoices as PDF, OFD or XML; scans of older ones."),
        "payment" => lang.pick("银行回单；一张发票分几次付款的，全部上传。", "Bank slips; all of them where an invoice was paid in parts."),
        "delivery" => lang.pick("验收单、用量明细等。", "Acceptance sheets, usage details."),
        _ => lang.pick("您认为有助于审核的其他材料。", "Whatever else helps the review."),
    };
    lang.pick(format!("{what}每个不超过 {mib} MB，可一次选多个。"), format!("{what} At most {mib} MB each; choose several at once."))
}

fn file_row(lang: Lang, draft: &Draft, paper: &Material) -> FileRow {
    let size = draft.detail.files.get(&paper.id).map_or(0, |(size, _)| *size);
    let place = draft.href(&format!("/materials/{}", paper.id));
    let gap = draft.gaps.materials.iter().find(|gap| gap.zh.starts_with(&format!("{}:", paper.file_name)));
    let returned = draft.application().state == State::Returned;
    let (tone, zh, en) = if returned && paper.remark_open {
        (Tone::Warn, "需补正", "Needs correction")
    } else if gap.is_some() {
        (Tone::Plain, "待填写", "To fill in")
    } else if returned && !paper.remark.is_empty() {
        (Tone::Ok, "已补正", "Corrected")
    } else {
        (Tone::Ok, "已填写", "Filled in")
    };
    let mut row = FileRow::uploaded(lang, paper.file_name.clone(), file_size(size), place.clone());
    row.status = Tag::new(tone, lang.pick(zh, en));
    row.note = if returned && paper.remark_open { paper.remark.clone() } else { said(lang, paper) };
    row.remove_action = format!("{place}/remove");
    row
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
