//! `/provider/usage-import`: usage from files. A file is checked first, which stores nothing; then
//! it is imported as it was checked.

use actix_web::{HttpResponse, web};
use askama::Template;
use sha2::{Digest as _, Sha256};

use super::usage_report::{Tally, Told, tallies, told};
use crate::acts::import_usage::{Counts, Desk, RowAnswer, RowOutcome, UsageFile, import_file, rehearse_file};
use crate::acts::{ActError, Refusal};
use crate::calendar::date_time;
use crate::ids::ProviderId;
use crate::lang::{Lang, Text};
use crate::metering::imports::{ImportFormat, ImportMap, ImportSettings, ImportedFile, read_file};
use crate::metering::moment::Moment;
use crate::reports::usage_imports::{Import, imports, uscc_of};
use crate::web::answer::{error_summary, go_and_say, page, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView, FileDropView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Rows shown after a check; the downloaded report has all of them.
pub(super) const MOST_SHOWN: usize = 200;
const ACCEPT: &str = ".csv,.json,.jsonl,.ndjson,.txt";

#[derive(Debug, Template)]
#[template(path = "provider/usage_import.html")]
struct ImportPage {
    cx: PageCx,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    drop: FileDropView,
    checked: Option<Checked>,
    earlier: Vec<Earlier>,
}

/// What a check found, with what the import needs to be the same file.
#[derive(Debug)]
struct Checked {
    name: String,
    hidden: Vec<(&'static str, String)>,
    tallies: Vec<Tally>,
    rows: Vec<Told>,
    /// How many rows are not shown.
    more: i64,
    may_import: bool,
}

/// An import of the list.
#[derive(Debug)]
struct Earlier {
    href: String,
    name: String,
    format: &'static str,
    when: String,
    rows: i64,
    accepted: i64,
    duplicate: i64,
    to_look_at: i64,
}

fn own(visitor: &Visitor) -> Result<ProviderId, Problem> {
    visitor.actor()?.provider().ok_or_else(Problem::not_allowed)
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&build(&visitor, &site, &Attempt::default(), None).await?)
}

/// Says what would become of every row and stores none.
///
/// # Errors
/// A full disk; a fault of the database.
pub async fn check(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let upload = form.files("file").next().cloned();
    if let Some((_, name)) = form.too_large.first() {
        let most = site.config.upload_mib;
        faults.add(
            "file",
            format!("「{name}」超过 {most} MB，请分成几个文件。"),
            format!("\"{name}\" is larger than {most} MB; split it."),
        );
    } else if upload.is_none() {
        faults.add("file", "请选择文件。", "Choose a file.");
    }
    let file = asked(&visitor, &site, &form, &mut faults).await?;
    let (Some(mut file), Some(upload), true) = (file, upload, faults.is_empty()) else {
        return refused(&visitor, &site, faults.0, form).await;
    };
    file.name = upload.name.chars().take(120).collect();
    file.sha256 = hex::encode(Sha256::digest(&upload.bytes));
    let (desk, actor, kept) = (site.clone(), visitor.actor()?, file.clone());
    let answer = web::block(move || {
        let now = desk.clock.now();
        let rows = match read_file(kept.format, &upload.bytes, &kept.settings, Moment::at(now)) {
            Ok(rows) => rows,
            Err(why) => return Ok(Err(unreadable(why.text()))),
        };
        desk.files.keep_usage(&upload.bytes).map_err(|error| {
            tracing::error!(%error, "a file cannot be written");
            Problem::file_not_kept()
        })?;
        let clerk = Desk { store: &desk.store, house: &desk.house, actor: &actor, now, shard: desk.next_shard(), key: None };
        let mut shown: Vec<RowAnswer> = Vec::new();
        let counts = rehearse_file(&clerk, &kept, rows.rows.into_iter(), |answers| {
            shown.extend(answers.iter().take(MOST_SHOWN.saturating_sub(shown.len())).cloned());
        });
        match counts {
            Ok(counts) => Ok(Ok((counts, shown))),
            Err(ActError::Refused(refusals)) => Ok(Err(refusals)),
            Err(other) => Err(Problem::from(other)),
        }
    })
    .await??;
    match answer {
        Ok((counts, shown)) => {
            let checked = checked(visitor.lang, &file, &form, counts, &shown);
            let attempt = Attempt::refused(Vec::new(), form);
            page(&build(&visitor, &site, &attempt, Some(checked)).await?)
        }
        Err(refusals) => refused(&visitor, &site, refusals, form).await,
    }
}

/// Imports a file that was checked.
///
/// # Errors
/// A file that is gone; a fault of the database.
pub async fn record(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let sha256 = form.raw("sha256").to_owned();
    let is_digest = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_digest {
        faults.add("file", "请先选择并检查文件。", "Choose and check a file first.");
    }
    let file = asked(&visitor, &site, &form, &mut faults).await?;
    let (Some(mut file), true) = (file, faults.is_empty()) else {
        return refused(&visitor, &site, faults.0, form).await;
    };
    file.name = form.text("name").chars().take(120).collect();
    file.sha256 = sha256;
    let (desk, actor, key) = (site.clone(), visitor.actor()?, form.request_key(&visitor));
    let answer = web::block(move || {
        let bytes = desk.files.read(&file.sha256).map_err(|error| {
            tracing::error!(%error, sha256 = file.sha256, "a file of usage cannot be read");
            Problem::unread(&error)
        })?;
        let now = desk.clock.now();
        let rows: ImportedFile = match read_file(file.format, &bytes, &file.settings, Moment::at(now)) {
            Ok(rows) => rows,
            Err(why) => return Ok(Err(unreadable(why.text()))),
        };
        let clerk = Desk { store: &desk.store, house: &desk.house, actor: &actor, now, shard: desk.next_shard(), key: Some(&key) };
        match import_file(&clerk, &file, rows.rows.into_iter(), |_| {}) {
            Ok(imported) => Ok(Ok(imported.id)),
            Err(ActError::Refused(refusals)) => Ok(Err(refusals)),
            Err(other) => Err(Problem::from(other)),
        }
    })
    .await??;
    match answer {
        Ok(id) => {
            let said = Text::new("文件已导入，每一行的结果见下。", "The file is imported; the outcome of every row is below.");
            Ok(go_and_say(&visitor, &format!("/provider/usage-import/{id}"), "ok", &said))
        }
        Err(refusals) => refused(&visitor, &site, refusals, form).await,
    }
}

fn unreadable(why: Text) -> Vec<Refusal> {
    vec![Refusal { code: "bad_file", field: Some("file".to_owned()), text: why }]
}

/// The form as a file to be read; `None` when a field is wrong.
async fn asked(visitor: &Visitor, site: &web::Data<Site>, form: &Form, faults: &mut Faults) -> Result<Option<UsageFile>, Problem> {
    let provider = own(visitor)?;
    let format = ImportFormat::parse(form.raw("format"));
    if format.is_none() {
        faults.add("format", "请选择格式。", "Choose the format.");
    }
    let map = ImportMap::parse(&form.paragraph("map"));
    if let Err(why) = &map {
        let told = why.text();
        faults.add("map", told.zh, told.en);
    }
    let (Some(format), Ok(map)) = (format, map) else { return Ok(None) };
    let source = form.code("source");
    let source = if source.is_empty() {
        let uscc = site.read(move |db| uscc_of(db, provider)).await?;
        UsageFile::usual_source(&uscc, format)
    } else {
        source
    };
    let settings = ImportSettings { source, map };
    let (name, sha256) = (String::new(), String::new());
    Ok(Some(UsageFile { provider, format, name, sha256, settings, reason: form.text("reason") }))
}

async fn refused(visitor: &Visitor, site: &web::Data<Site>, refusals: Vec<Refusal>, form: Form) -> Result<HttpResponse, Problem> {
    let attempt = Attempt::refused(refusals, form);
    attempt.page(&build(visitor, site, &attempt, None).await?)
}

fn checked(lang: Lang, file: &UsageFile, form: &Form, counts: Counts, shown: &[RowAnswer]) -> Checked {
    let carried = |name: &'static str| (name, form.raw(name).to_owned());
    Checked {
        name: file.name.clone(),
        hidden: vec![
            ("sha256", file.sha256.clone()),
            ("name", file.name.clone()),
            carried("format"),
            carried("source"),
            carried("map"),
            carried("reason"),
        ],
        tallies: tallies(lang, |outcome| counts.of(outcome)),
        rows: shown.iter().map(|answer| told(lang, answer)).collect(),
        more: counts.rows - i64::try_from(shown.len()).unwrap_or(0),
        may_import: counts.of(RowOutcome::Accepted) + counts.of(RowOutcome::Quarantined) + counts.of(RowOutcome::Conflict) > 0
            || file.format == ImportFormat::HuaweiBill,
    }
}

async fn build(visitor: &Visitor, site: &web::Data<Site>, attempt: &Attempt, checked: Option<Checked>) -> Result<ImportPage, Problem> {
    let provider = own(visitor)?;
    let found = site.read(move |db| imports(db, provider)).await?;
    let lang = visitor.lang;
    let of_file = attempt.refusals().iter().find(|refusal| refusal.field.as_deref() == Some("file"));
    Ok(ImportPage {
        errors: error_summary(lang, attempt.refusals()),
        fields: with_errors(lang, fields(lang, attempt), attempt.refusals()),
        drop: FileDropView {
            lang,
            csrf: visitor.csrf(),
            name: "file".to_owned(),
            label: lang.pick("文件", "File").to_owned(),
            hint: lang.pick(
                format!("UTF-8 文本，最大 {} MB、20 万行", site.config.upload_mib),
                format!("UTF-8 text, at most {} MB and 200,000 rows", site.config.upload_mib),
            ),
            error: of_file.map(|refusal| refusal.text.get(lang).to_owned()).unwrap_or_default(),
            accept: ACCEPT,
            multiple: false,
            upload_action: String::new(),
            files: Vec::new(),
        },
        checked,
        earlier: found.iter().map(|import| earlier(lang, import)).collect(),
        cx: visitor.page(),
    })
}

fn fields(lang: Lang, attempt: &Attempt) -> Vec<FieldView> {
    let mut formats = vec![Choice::new("", lang.pick("请选择", "Please choose"))];
    formats.extend(ImportFormat::ALL.iter().map(|format| Choice::new(format.as_str(), format_name(*format, lang))));
    let field = |kind, name: &'static str, label: &'static str| FieldView::new(lang, kind, name, label).value(attempt.typed(name, ""));
    vec![
        field(FieldKind::Select, "format", lang.pick("格式", "Format")).choices(formats),
        field(FieldKind::Text, "source", lang.pick("来源", "Source"))
            .hint(lang.pick(
                "事件的来源 URI，例如 slurm://dongji/dbd；同一来源、同一编号的用量只计一次",
                "The URI of the events' source, such as slurm://dongji/dbd; usage of one source and id counts once",
            ))
            .max_length(200)
            .optional(),
        field(FieldKind::Area, "map", lang.pick("映射（TOML）", "Map (TOML)"))
            .hint(lang.pick(
                "列名、时区、账户与资源的对应；列名标准且账户即主体时可不填",
                "Columns, zone, accounts and resources; not needed when columns have the usual names and accounts are the subjects",
            ))
            .optional(),
        field(FieldKind::Text, "reason", lang.pick("补报原因", "Reason for history"))
            .hint(lang.pick("含 35 天以前的用量时必填", "Needed when usage is older than 35 days"))
            .max_length(300)
            .optional(),
    ]
}

/// The format in words.
#[must_use]
pub(super) fn format_name(format: ImportFormat, lang: Lang) -> &'static str {
    match format {
        ImportFormat::Csv => "CSV",
        ImportFormat::Jsonl => lang.pick("JSON 行（jsonl）", "JSON lines (jsonl)"),
        ImportFormat::CloudEvents => "CloudEvents",
        ImportFormat::Slurm => "Slurm sacct",
        ImportFormat::HuaweiBill => lang.pick("华为云资源详单", "Huawei Cloud bill"),
        ImportFormat::Volcano => "Volcano / Kubernetes",
    }
}

fn earlier(lang: Lang, import: &Import) -> Earlier {
    Earlier {
        href: format!("/provider/usage-import/{}", import.id),
        name: import.file_name.clone(),
        format: ImportFormat::parse(&import.format).map_or("", |format| format_name(format, lang)),
        when: date_time(import.imported_at.and_utc(), lang),
        rows: import.row_count,
        accepted: import.accepted,
        duplicate: import.duplicate,
        to_look_at: import.conflict + import.rejected + import.quarantined,
    }
}
