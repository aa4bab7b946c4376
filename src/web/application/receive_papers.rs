//! Files arrive, one or many: each is kept on disk, read by a process of its own, and filed by an
//! act of its own. A script sends them one by one and reads JSON.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::draft::{href, load_open};
use super::materials::{ANY_KIND, build};
use crate::acts::file_material::{FiledFile, KINDS, file_material};
use crate::acts::{ActError, Refusal, RequestKey, given_before, perform_once};
use crate::files::FileFault;
use crate::ids::MaterialId;
use crate::lang::Text;
use crate::paper::{PaperField, PaperKind, Reading};
use crate::reports::readings;
use crate::web::answer::{go, go_and_say, page_with_faults};
use crate::web::form::{Form, Upload};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// How long one request may spend on reading its files; what comes later is filed unread, so that
/// nobody waits for sixty files without an answer.
const READING_TIME: Duration = Duration::from_mins(1);

/// Colleagues may upload to one application at the same moment; a file depends on nothing they see.
const TRIES: usize = 5;

/// What became of the files of a request.
#[derive(Debug, Default)]
struct Received {
    filed: Vec<(MaterialId, Told)>,
    refusals: Vec<Refusal>,
}

/// What is said of one file that was taken.
#[derive(Clone, Debug, Default)]
struct Told {
    /// What it is and how much of it was read.
    text: Text,
    joined: bool,
}

/// Takes files, of a kind that a person chose or that the file itself tells.
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
    let mut received = Received { refusals: too_large(&form, site.config.upload_mib), ..Received::default() };
    received.refusals.extend(form.blank_files().map(|(field, name)| blank(field, name)));
    let fields = std::iter::once(ANY_KIND).chain(KINDS);
    let uploads: Vec<(&str, Upload)> = fields.flat_map(|field| form.files(field).map(move |file| (field, file.clone()))).collect();
    if uploads.is_empty() && received.refusals.is_empty() {
        received.refusals.push(refusal(ANY_KIND, "请选择要上传的文件。", "Choose the files to upload."));
    }
    let started = Instant::now();
    let key = form.request_key(&visitor);
    for (place, (field, upload)) in uploads.into_iter().enumerate() {
        let look = started.elapsed() < READING_TIME;
        let key = RequestKey { key: format!("{} {place}", key.key), ..key.clone() };
        match take(&visitor, &site, (&number, key), field, upload, look).await? {
            Ok(filed) => received.filed.push(filed),
            Err(more) => received.refusals.extend(more),
        }
    }
    if by_script { Ok(answer_script(&visitor, &received)) } else { answer_form(&visitor, &site, &number, &received).await }
}

fn answer_script(visitor: &Visitor, received: &Received) -> HttpResponse {
    match received.refusals.first() {
        None => {
            let told = received.filed.first().map(|(_, told)| told.text.get(visitor.lang));
            HttpResponse::Ok().json(json!({"filed": received.filed.len(), "told": told}))
        }
        Some(first) => {
            HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY).json(json!({"error": {"message": first.text.get(visitor.lang)}}))
        }
    }
}

async fn answer_form(visitor: &Visitor, site: &web::Data<Site>, number: &str, received: &Received) -> Result<HttpResponse, Problem> {
    if !received.refusals.is_empty() {
        let Some(draft) = load_open(visitor, site, number).await? else { return Ok(go(&href(number, ""))) };
        return page_with_faults(&build(visitor, site, &draft, &received.refusals));
    }
    let count = received.filed.len();
    let joined = received.filed.iter().filter(|(_, told)| told.joined).count();
    let text = match joined {
        0 => Text::new(
            format!("已上传 {count} 份材料，请核对读出的内容。"),
            format!("{count} papers are uploaded; check what was read from them."),
        ),
        _ => Text::new(
            format!("已上传 {count} 个文件，其中 {joined} 个与已有发票是同一张，已并入，不重复计算。"),
            format!("{count} files are uploaded; {joined} of them are invoices that were here already and joined them."),
        ),
    };
    Ok(go_and_say(visitor, &href(number, "/materials"), "ok", &text))
}

/// Keeps, reads and files one file.
async fn take(
    visitor: &Visitor,
    site: &web::Data<Site>,
    (number, key): (&str, RequestKey),
    field: &str,
    upload: Upload,
    look: bool,
) -> Result<Result<(MaterialId, Told), Vec<Refusal>>, Problem> {
    // A file that this request filed before is not read once more: that may end otherwise than the first time.
    let (desk, asked) = (site.clone(), key.clone());
    if let Some(id) = web::block(move || given_before(&desk.store, &asked)).await?? {
        let (id, paper) = filed(site, &id).await?;
        let text = Text::new("已上传，请核对读出的内容", "uploaded; check what was read from it");
        return Ok(Ok((id, if paper == upload.name { Told { text, joined: false } } else { joined(&paper) })));
    }
    let (desk, of_field) = (site.clone(), field.to_owned());
    let turn = site.reader.turn().await;
    let kept = web::block(move || keep(&desk, &of_field, upload, look)).await??;
    drop(turn);
    let file = match kept {
        Ok(file) => file,
        Err(refused) => return Ok(Err(vec![refused])),
    };
    let (actor, act_number, desk) = (visitor.actor()?, number.to_owned(), site.clone());
    let done = web::block(move || {
        let files = [file];
        let mut filed = Err(ActError::NotFound);
        for _ in 0..TRIES {
            filed = perform_once(&desk.store, &desk.house, &actor, desk.clock.now(), &key, |act| {
                Ok(file_material(act, &act_number, &files)?.first().map(ToString::to_string).unwrap_or_default())
            });
            if !matches!(filed, Err(ActError::Stale(_))) {
                break;
            }
        }
        let [file] = files;
        filed.map(|id| (id, file))
    })
    .await?;
    match done {
        Ok((id, file)) => {
            let (id, paper) = filed(site, &id).await?;
            Ok(Ok((id, told(&file, &paper))))
        }
        Err(ActError::Refused(more)) => Ok(Err(more)),
        Err(other) => Err(other.into()),
    }
}

/// The paper that an act filed a file as, and the name of its first file.
async fn filed(site: &web::Data<Site>, id: &str) -> Result<(MaterialId, String), Problem> {
    let id: MaterialId = id.parse().map_err(|_| Problem::file_not_kept())?;
    Ok((id, site.read(move |db| readings::file_name(db, id)).await?))
}

fn joined(paper: &str) -> Told {
    let text =
        Text::new(format!("与「{paper}」是同一份材料，已并入，不重复计算"), format!("the same paper as \"{paper}\": joined, counted once"));
    Told { text, joined: true }
}

fn told(file: &FiledFile, paper: &str) -> Told {
    if paper != file.name {
        return joined(paper);
    }
    let nothing = Reading::default();
    let reading = file.reading.as_ref().unwrap_or(&nothing);
    let read = reading.suggestions.iter().filter(|read| read.field != PaperField::Kind).count();
    let kind = PaperKind::parse(&file.kind).or(reading.kind).map(PaperKind::title);
    let text = match (kind, read) {
        (Some(kind), 0) => Text::new(format!("{}，请填写要点", kind.zh), format!("{}: enter what it says", kind.en)),
        (Some(kind), _) => Text::new(format!("{}，读出 {read} 项", kind.zh), format!("{}: {read} fields read", kind.en)),
        (None, _) => Text::new("没有认出种类，请选择", "kind not recognised: choose it"),
    };
    Told { text, joined: false }
}

/// Puts the file on disk and has it read, once for every content.
fn keep(site: &Site, field: &str, upload: Upload, look: bool) -> Result<Result<FiledFile, Refusal>, Problem> {
    let scanned = match site.scan(&upload.bytes) {
        Ok(scanned) => scanned,
        Err(found) => return Ok(Err(infected(field, &upload.name, &found))),
    };
    let kept = match site.files.keep(&upload.bytes) {
        Ok(kept) => kept,
        Err(FileFault::WrongType) => return Ok(Err(wrong_type(field, &upload.name))),
        Err(FileFault::Disk(why)) => {
            tracing::error!(%why, "a file could not be written");
            return Err(Problem::file_not_kept());
        }
    };
    let known = site.store.read(|db| readings::known(db, &kept.sha256))?;
    let reading = match known {
        None if look => Some(site.reader.read(upload.bytes)),
        known => known,
    };
    if let Some(why) = reading.as_ref().and_then(|reading| reading.refused.as_ref()) {
        let (zh, en) = (format!("「{}」：{}", upload.name, why.zh), format!("\"{}\": {}", upload.name, why.en));
        return Ok(Err(refusal(field, zh, en)));
    }
    let kind = if field == ANY_KIND { String::new() } else { field.to_owned() };
    let (sha256, size_bytes, media_type) = (kept.sha256, kept.size_bytes, kept.media_type);
    Ok(Ok(FiledFile { kind, name: upload.name, sha256, size_bytes, media_type, reading, scanned }))
}

fn wrong_type(field: &str, name: &str) -> Refusal {
    refusal(
        field,
        format!("「{name}」不能用：只收 PDF、OFD、XML、JPG、PNG（按文件内容判断）。请换一个文件。"),
        format!("\"{name}\" cannot be taken: only PDF, OFD, XML, JPG and PNG, judged by the content. Choose another file."),
    )
}

fn infected(field: &str, name: &str, found: &str) -> Refusal {
    refusal(
        field,
        format!("「{name}」含有病毒（{found}），没有保存。请换一个干净的文件。"),
        format!("\"{name}\" holds a virus ({found}) and was not kept. Choose a clean file."),
    )
}

fn blank(field: &str, name: &str) -> Refusal {
    refusal(
        field,
        format!("「{name}」是空文件（0 字节）。请重新下载或导出后再上传。"),
        format!("\"{name}\" is empty (0 bytes). Download or export it again, then upload it."),
    )
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
