//! `/desk/registry`: lists of the registries. A file is read by a child, its columns are confirmed
//! once, and what it would change is shown before it counts.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::frame;
use crate::acts::check_registry_list::{ListFile, check_registry_list};
use crate::acts::confirm_columns::confirm_columns;
use crate::acts::{Refusal, RequestKey};
use crate::calendar::{date_time, full_date};
use crate::child::Input;
use crate::child::list_rows::list_rows;
use crate::lang::{Lang, Text};
use crate::party::Role;
use crate::registry::headings::Header;
use crate::registry::sheet::Row;
use crate::registry::{Column, ListKind, Mapping, Scope};
use crate::reports::desk_queue;
use crate::reports::registry::{List, Shelf, known_mapping, shelf};
use crate::web::answer::{error_summary, go_and_say, page, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView, FileDropView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

const ACCEPT: &str = ".xlsx,.csv,.txt,.tsv";
/// Entries shown beside the columns.
const SAMPLES: usize = 3;

#[derive(Debug, Template)]
#[template(path = "desk/registry.html")]
struct ShelfPage {
    cx: PageCx,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    drop: FileDropView,
    lists: Vec<ListRow>,
    tasks: Vec<Task>,
    names: Vec<Name>,
}

/// A list that was checked or imported.
#[derive(Debug)]
struct ListRow {
    href: String,
    kind: &'static str,
    scope: &'static str,
    name: String,
    as_of: String,
    when: String,
    state: Tag,
    rows: i64,
    new: i64,
    changed: i64,
    gone: i64,
    unreadable: i64,
}

/// A grant whose ground has gone.
#[derive(Debug)]
struct Task {
    id: i64,
    enterprise: String,
    uscc: String,
    kind: &'static str,
    number: String,
    effect: String,
    evidence: String,
    /// Address, number and state.
    applications: Vec<(String, String, &'static str)>,
    /// What was typed and what is wrong with it.
    sent_back: Option<(String, String)>,
}

/// A name without a code that is an enterprise's.
#[derive(Debug)]
struct Name {
    row: i64,
    evidence: String,
    enterprise: String,
    listed: String,
    name: String,
    uscc: String,
    kind: &'static str,
    number: String,
}

/// The columns of a list nobody has confirmed yet.
#[derive(Debug, Template)]
#[template(path = "desk/registry_columns.html")]
struct ColumnsPage {
    cx: PageCx,
    errors: ErrorSummary,
    name: String,
    kind: &'static str,
    hidden: Vec<(&'static str, String)>,
    columns: Vec<ColumnRow>,
}

#[derive(Debug)]
struct ColumnRow {
    field: FieldView,
    samples: Vec<String>,
}

/// What somebody says of a file.
#[derive(Clone, Debug)]
struct Said {
    kind: ListKind,
    scope: Scope,
    as_of: NaiveDate,
    name: String,
    sha256: String,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &Attempt::default()).await
}

/// Reads a file. Columns that somebody has confirmed before lead straight to what it would change.
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
            format!("「{name}」超过 {most} MB，请分批导入。"),
            format!("\"{name}\" is larger than {most} MB; import it in batches."),
        );
    } else if upload.is_none() {
        faults.add("file", "请选择名单文件（XLSX 或 CSV）。", "Choose the file of the list (XLSX or CSV).");
    }
    let said = said(&form, &mut faults);
    let (Some(mut said), Some(upload), true) = (said, upload, faults.is_empty()) else {
        return refused(&visitor, &site, faults.0, form).await;
    };
    said.name = upload.name.chars().take(120).collect();
    said.sha256 = hex::encode(Sha256::digest(&upload.bytes));
    let desk = site.clone();
    let kept = web::block(move || desk.files.keep_list(&upload.bytes).map(|_| upload.bytes)).await?;
    let bytes = kept.map_err(|error| {
        tracing::error!(%error, "a file cannot be written");
        Problem::file_not_kept()
    })?;
    let (header, rows) = match read(bytes, said.kind).await? {
        Ok(read) => read,
        Err(refusal) => return refused(&visitor, &site, vec![refusal], form).await,
    };
    let (kind, asked) = (said.kind, header.clone());
    match site.read(move |db| known_mapping(db, kind, &asked)).await? {
        Some(mapping) => keep(visitor, site, form, (said, header, rows), mapping, false).await,
        None => {
            let suggested = header.suggested(said.kind);
            columns(&visitor, &site, &said, (&header, &rows), &suggested, &[]).await
        }
    }
}

/// Confirms the columns and goes on with the file that was read.
///
/// # Errors
/// A file that is gone; a fault of the database.
pub async fn confirm(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let sha256 = form.raw("sha256").to_owned();
    if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        faults.add("file", "请先选择文件。", "Choose a file first.");
    }
    let (Some(mut said), true) = (said(&form, &mut faults), faults.is_empty()) else {
        return refused(&visitor, &site, faults.0, form).await;
    };
    said.name = form.text("name").chars().take(120).collect();
    said.sha256.clone_from(&sha256);
    let desk = site.clone();
    let bytes = web::block(move || desk.files.read(&sha256)).await?.map_err(|error| {
        tracing::error!(%error, "the file of a list cannot be read");
        Problem::unread(&error)
    })?;
    let (header, rows) = match read(bytes, said.kind).await? {
        Ok(read) => read,
        Err(refusal) => return refused(&visitor, &site, vec![refusal], form).await,
    };
    let mut mapping = Mapping::new();
    for place in 0..header.headings.len() {
        let Some(column) = Column::parse(form.raw(&format!("column_{place}"))) else { continue };
        if mapping.insert(column, place).is_some() {
            let (zh, en) = (column.label(Lang::Zh), column.label(Lang::En));
            faults.add("columns", format!("有两列都选了「{zh}」，请只留一列。"), format!("Two columns are taken for \"{en}\"; keep one."));
        }
    }
    if faults.is_empty() {
        return keep(visitor, site, form, (said, header, rows), mapping, true).await;
    }
    columns(&visitor, &site, &said, (&header, &rows), &mapping, &faults.0).await
}

/// The dry run: compared with the lists before and kept for everybody to see.
async fn keep(
    visitor: Visitor,
    site: web::Data<Site>,
    form: Form,
    (said, header, rows): (Said, Header, Vec<Row>),
    mapping: Mapping,
    confirms: bool,
) -> Result<HttpResponse, Problem> {
    let key: RequestKey = form.request_key(&visitor);
    let below: Vec<Row> = rows.iter().filter(|row| row.number > header.last_row).cloned().collect();
    let file = ListFile {
        kind: said.kind,
        scope: said.scope,
        as_of: said.as_of,
        name: said.name.clone(),
        sha256: said.sha256.clone(),
        mapping: mapping.clone(),
        rows: below,
    };
    let (asked, chosen) = (header.clone(), mapping.clone());
    let answer = site
        .act(visitor.actor()?, key, move |act| {
            if confirms {
                confirm_columns(act, file.kind, file.scope, &asked, &chosen)?;
            }
            check_registry_list(act, file).map(|id| format!("/desk/registry/{id}"))
        })
        .await?;
    match answer {
        Ok(place) => {
            let said = Text::new("已与上次名单比较，尚未导入。", "Compared with the last list; nothing is imported yet.");
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) if refusals.iter().any(|refusal| refusal.field.as_deref() == Some("columns")) => {
            columns(&visitor, &site, &said, (&header, &rows), &mapping, &refusals).await
        }
        Err(refusals) => refused(&visitor, &site, refusals, form).await,
    }
}

/// Has the file read by a child and finds the header.
async fn read(bytes: Vec<u8>, kind: ListKind) -> Result<Result<(Header, Vec<Row>), Refusal>, Problem> {
    let refusal = |text: Text| Refusal { code: "bad_file", field: Some("file".to_owned()), text };
    Ok(web::block(move || {
        let rows = list_rows(Input::Bytes(bytes)).map_err(|fault| refusal(fault.text()))?;
        let header = Header::find(kind, &rows).ok_or_else(|| {
            refusal(Text::new(
                "没有找到表头：须有一行写明各列的名称，例如「企业名称」「统一社会信用代码」。",
                "No header was found: one row must name the columns, such as 企业名称 and 统一社会信用代码.",
            ))
        })?;
        Ok((header, rows))
    })
    .await?)
}

fn said(form: &Form, faults: &mut Faults) -> Option<Said> {
    let kind = ListKind::parse(form.raw("kind"));
    if kind.is_none() {
        faults.add("kind", "请选择名单类型。", "Choose what is listed.");
    }
    let scope = Scope::parse(form.raw("scope"));
    if scope.is_none() {
        faults.add("scope", "请选择名单范围。", "Choose what the list holds.");
    }
    let as_of = form.date("as_of", faults);
    Some(Said { kind: kind?, scope: scope?, as_of: as_of?, name: String::new(), sha256: String::new() })
}

async fn refused(visitor: &Visitor, site: &web::Data<Site>, refusals: Vec<Refusal>, form: Form) -> Result<HttpResponse, Problem> {
    render(visitor, site, &Attempt::refused(refusals, form)).await
}

async fn columns(
    visitor: &Visitor,
    site: &web::Data<Site>,
    said: &Said,
    (header, rows): (&Header, &[Row]),
    mapping: &Mapping,
    refusals: &[Refusal],
) -> Result<HttpResponse, Problem> {
    let who = visitor.actor()?.account;
    let rail = site.read(move |db| desk_queue::rail(db, who)).await?;
    let lang = visitor.lang;
    let row = |place: usize, heading: &String| {
        let column = mapping.iter().find(|(_, at)| **at == place).map_or("", |(column, _)| column.as_str());
        let mut choices = vec![Choice::new("", lang.pick("不采用", "Not used"))];
        choices.extend(Column::ALL.iter().map(|column| Choice::new(column.as_str(), column.label(lang))));
        let heading =
            if heading.is_empty() { lang.pick(format!("第 {} 列", place + 1), format!("Column {}", place + 1)) } else { heading.clone() };
        let below = rows.iter().filter(|row| row.number > header.last_row).take(SAMPLES);
        ColumnRow {
            field: FieldView::new(lang, FieldKind::Select, format!("column_{place}"), heading).value(column).choices(choices),
            samples: below.filter_map(|row| row.cells.get(place)).filter(|cell| !cell.is_empty()).cloned().collect(),
        }
    };
    let view = ColumnsPage {
        cx: frame(visitor, &rail, None),
        errors: error_summary(lang, refusals),
        name: said.name.clone(),
        kind: said.kind.label(lang),
        hidden: vec![
            ("kind", said.kind.to_string()),
            ("scope", said.scope.to_string()),
            ("as_of", said.as_of.to_string()),
            ("name", said.name.clone()),
            ("sha256", said.sha256.clone()),
        ],
        columns: header.headings.iter().enumerate().map(|(place, heading)| row(place, heading)).collect(),
    };
    if refusals.is_empty() { page(&view) } else { crate::web::answer::page_with_faults(&view) }
}

/// The page of the lists; `attempt` is a form that came back, of the file or of a task.
pub(super) async fn render(visitor: &Visitor, site: &web::Data<Site>, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let who = visitor.actor()?.account;
    let (rail, found) = site.read(move |db| Ok((desk_queue::rail(db, who)?, shelf(db)?))).await?;
    let lang = visitor.lang;
    let of_file = attempt.refusals().iter().find(|refusal| refusal.field.as_deref() == Some("file"));
    let view = ShelfPage {
        cx: frame(visitor, &rail, None),
        errors: error_summary(lang, attempt.refusals()),
        fields: with_errors(lang, fields(lang, attempt, visitor.holds(Role::CompetentAuthority)), attempt.refusals()),
        drop: FileDropView {
            lang,
            csrf: visitor.csrf(),
            name: "file".to_owned(),
            label: lang.pick("名单文件", "File of the list").to_owned(),
            hint: lang.pick(
                format!("XLSX 或 CSV（UTF-8、GB18030），最大 {} MB、20 万行；保持发布时的原样", site.config.upload_mib),
                format!("XLSX or CSV (UTF-8, GB18030), at most {} MB and 200,000 rows, as it was published", site.config.upload_mib),
            ),
            error: of_file.map(|refusal| refusal.text.get(lang).to_owned()).unwrap_or_default(),
            accept: ACCEPT,
            multiple: false,
            upload_action: String::new(),
            files: Vec::new(),
        },
        lists: found.lists.iter().map(|list| list_row(lang, list)).collect(),
        tasks: tasks(lang, &found, attempt),
        names: names(lang, &found),
    };
    attempt.page(&view)
}

fn fields(lang: Lang, attempt: &Attempt, of_authority: bool) -> Vec<FieldView> {
    let mut kinds = vec![Choice::new("", lang.pick("请选择", "Please choose"))];
    // Who is dishonest, the authority alone says.
    let mine = ListKind::ALL.iter().filter(|kind| of_authority || **kind != ListKind::Dishonesty);
    kinds.extend(mine.map(|kind| Choice::new(kind.as_str(), kind.label(lang))));
    let scopes = vec![
        Choice::new(Scope::Complete.as_str(), Scope::Complete.label(lang))
            .hint(lang.pick("截止日有效的全部企业；没有列出的视为退出", "All that holds on its day; whoever is missing is listed no more")),
        Choice::new(Scope::Batch.as_str(), Scope::Batch.label(lang))
            .hint(lang.pick("一年中的某一批；只增加和更新", "One of several of a year; it adds and changes only")),
        Choice::new(Scope::Withdrawal.as_str(), Scope::Withdrawal.label(lang))
            .hint(lang.pick("只列被取消的企业；自取消生效日起失效", "Only cancelled ones; they end on the day of cancellation")),
    ];
    vec![
        FieldView::new(lang, FieldKind::Select, "kind", lang.pick("名单类型", "What is listed"))
            .value(attempt.typed("kind", ""))
            .choices(kinds),
        FieldView::new(lang, FieldKind::Radios, "scope", lang.pick("名单范围", "What the list holds"))
            .value(attempt.typed("scope", ""))
            .choices(scopes),
        FieldView::new(lang, FieldKind::Date, "as_of", lang.pick("名单截止日", "Day of the list"))
            .hint(lang.pick("名单上写明的截止或发布日期", "The day on which it holds, as the list says"))
            .value(attempt.typed("as_of", ""))
            .short(),
    ]
}

fn list_row(lang: Lang, list: &List) -> ListRow {
    let state = if list.state == "imported" {
        Tag::new(Tone::Ok, lang.pick("已导入", "Imported"))
    } else {
        Tag::new(Tone::Warn, lang.pick("待导入", "Not imported yet"))
    };
    ListRow {
        href: format!("/desk/registry/{}", list.id),
        kind: list.kind.label(lang),
        scope: list.scope.label(lang),
        name: list.file_name.clone(),
        as_of: full_date(list.as_of, lang),
        when: date_time(list.imported_at.unwrap_or(list.checked_at).and_utc(), lang),
        state,
        rows: list.row_count,
        new: list.new_count,
        changed: list.changed_count,
        gone: list.gone_count,
        unreadable: list.unreadable_count,
    }
}

fn tasks(lang: Lang, found: &Shelf, attempt: &Attempt) -> Vec<Task> {
    let wrong = |id: i64| attempt.refusals().iter().find(|refusal| refusal.field.as_deref() == Some(&format!("note_{id}")));
    let one = |review: &crate::reports::registry::ToReview| {
        let task = &review.task;
        let link = |number: &String| format!("/desk/applications/{number}");
        Task {
            id: task.id,
            enterprise: review.enterprise.clone(),
            uscc: review.uscc.clone(),
            kind: task.kind.label(lang),
            number: task.number.clone(),
            effect: full_date(task.effect_on, lang),
            evidence: format!("/desk/registry/rows/{}", task.row_id),
            applications: review
                .applications
                .iter()
                .map(|(number, state)| (link(number), number.clone(), state.staff_label(lang)))
                .collect(),
            sent_back: wrong(task.id).map(|refusal| (attempt.typed("note", ""), refusal.text.get(lang).to_owned())),
        }
    };
    found.to_review.iter().map(one).collect()
}

fn names(lang: Lang, found: &Shelf) -> Vec<Name> {
    let one = |same: &crate::reports::registry::SameName| Name {
        row: same.row.id,
        evidence: format!("/desk/registry/rows/{}", same.row.id),
        enterprise: same.enterprise.to_string(),
        listed: same.row.name.clone(),
        name: same.name.clone(),
        uscc: same.uscc.clone(),
        kind: same.row.kind.label(lang),
        number: same.row.number.clone(),
    };
    found.same_names.iter().map(one).collect()
}
