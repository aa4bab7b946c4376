//! One paper: what it says, beside the paper itself. Saved while typing.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Timelike;
use serde_json::json;

use super::draft::{Draft, Head, href, load_open, no_errors, summary};
use super::materials::{kind_choices, read_from};
use super::paper_fields::{Typed, fields, more_fields, read, read_what_fits};
use crate::acts::completeness::kind_name;
use crate::acts::describe_material::{describe_material, keep_typed};
use crate::acts::{Act, Refusal};
use crate::application::State;
use crate::calendar::beijing_time;
use crate::ids::MaterialId;
use crate::lang::Text;
use crate::reports::application_detail::Material;
use crate::web::answer::{go, go_and_say, page, page_with_faults, with_errors};
use crate::web::download::picture_of;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "application/paper.html")]
struct PaperPage {
    cx: PageCx,
    head: Head,
    errors: ErrorSummary,
    kind: String,
    file_name: String,
    file_href: String,
    /// Where its picture is.
    picture: Option<String>,
    /// What the review asks to change; empty for nothing.
    remark: String,
    fields: Vec<FieldView>,
    /// The typed fields of the kind, folded until one is filled in.
    more: Vec<FieldView>,
    more_open: bool,
    /// Where it was read; empty when it is confirmed.
    source: String,
    /// What the reader asks a person to look at.
    notes: Vec<String>,
    kinds: Vec<Choice>,
    kind_action: String,
    /// Address and name of further files of the same paper.
    forms: Vec<(String, String)>,
    paper: MaterialId,
    action: String,
    autosave: String,
    back: String,
}

/// # Errors
/// Not found for a paper of others; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (number, id) = path.into_inner();
    let id = paper_id(&id)?;
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
    let paper = find(&draft, id)?;
    let typed = Typed::kept(&draft.detail, paper);
    page(&build(&visitor, &draft, paper, &typed, &[]))
}

/// # Errors
/// Not found for a paper of others; a fault of the database.
pub async fn submit(
    visitor: Visitor,
    site: web::Data<Site>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (number, id) = path.into_inner();
    let id = paper_id(&id)?;
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Ok(go(&href(&number, ""))) };
    let paper = find(&draft, id)?;
    let mut faults = Faults::default();
    let facts = read(&form, &paper.kind, &mut faults);
    let mut refusals = faults.0;
    if refusals.is_empty() {
        let (act_number, list) = (number.clone(), draft.href("/materials"));
        let describe = move |act: &mut Act<'_>| describe_material(act, &act_number, id, &facts).map(|()| list);
        match site.act(visitor.actor()?, form.request_key(&visitor), describe).await? {
            Ok(_) => return next(&visitor, &site, &number).await,
            Err(more) => refusals = more,
        }
    }
    page_with_faults(&build(&visitor, &draft, paper, &Typed::of(&form), &refusals))
}

/// Goes to the next paper that is not filled in, or back to the list.
async fn next(visitor: &Visitor, site: &web::Data<Site>, number: &str) -> Result<HttpResponse, Problem> {
    let Some(draft) = load_open(visitor, site, number).await? else { return Ok(go(&href(number, ""))) };
    let open = |paper: &&Material| draft.gaps.papers.contains(&paper.id) || draft.detail.dossier.unconfirmed(paper.id).next().is_some();
    let place = match draft.detail.dossier.materials.iter().find(open) {
        Some(paper) => draft.href(&format!("/materials/{}", paper.id)),
        None => draft.href("/materials"),
    };
    Ok(go_and_say(visitor, &place, "ok", &Text::new("已保存。", "Saved.")))
}

/// Keeps what is typed, without judging it. Answers the time and the new version.
///
/// # Errors
/// Not found for a paper of others; a fault of the database.
pub async fn autosave(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (id, version) = (paper_id(&form.code("paper"))?, form.number("version"));
    let Some(draft) = load_open(&visitor, &site, &number).await? else { return Err(Problem::not_found()) };
    let facts = read_what_fits(&form, find(&draft, id)?);
    let done = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            let at = beijing_time(act.now);
            let version = keep_typed(act, &number, version, id, &facts)?;
            Ok(json!({"saved": format!("{:02}:{:02}", at.hour(), at.minute()), "version": version}).to_string())
        })
        .await?;
    match done {
        Ok(answer) => Ok(HttpResponse::Ok().content_type("application/json").body(answer)),
        Err(refusals) => Err(Problem::refused(&refusals)),
    }
}

/// The id of a paper in an address.
///
/// # Errors
/// Not found for what is no id.
pub fn paper_id(text: &str) -> Result<MaterialId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

fn find(draft: &Draft, id: MaterialId) -> Result<&Material, Problem> {
    draft.detail.dossier.materials.iter().find(|paper| paper.id == id).ok_or_else(Problem::not_found)
}

fn build(visitor: &Visitor, draft: &Draft, paper: &Material, typed: &Typed, refusals: &[Refusal]) -> PaperPage {
    let lang = visitor.lang;
    let fields = with_errors(lang, fields(lang, &draft.detail, paper, typed), refusals);
    let more = with_errors(lang, more_fields(lang, &draft.detail, paper, typed), refusals);
    let source = read_from(lang, draft, paper);
    let reading = draft.detail.readings.get(&paper.id).filter(|_| !source.is_empty() || draft.gaps.papers.contains(&paper.id));
    let all: Vec<FieldView> = fields.iter().chain(&more).cloned().collect();
    let forms = draft.detail.dossier.forms.iter().filter(|form| form.material_id == paper.id);
    let name = kind_name(&paper.kind);
    let media = draft.detail.files.get(&paper.id).map_or("", |(_, media)| media.as_str());
    PaperPage {
        head: draft.head(lang, name.get(lang)),
        errors: if refusals.is_empty() { no_errors(lang) } else { summary(lang, refusals, &all) },
        kind: name.get(lang).to_owned(),
        file_name: paper.file_name.clone(),
        file_href: format!("/files/material/{}", paper.id),
        picture: picture_of(media, &format!("/files/material/{}", paper.id)),
        remark: if paper.remark_open && draft.application().state == State::Returned { paper.remark.clone() } else { String::new() },
        fields,
        more_open: more.iter().any(|field| !field.value.is_empty() || !field.error.is_empty()),
        more,
        source,
        notes: reading.iter().flat_map(|reading| &reading.warnings).map(|note| note.get(lang).to_owned()).collect(),
        kinds: kind_choices(lang, paper),
        kind_action: draft.href(&format!("/materials/{}/kind", paper.id)),
        forms: forms.map(|form| (format!("/files/material/{}/{}", paper.id, form.file_id), form.file_name.clone())).collect(),
        paper: paper.id,
        action: draft.href(&format!("/materials/{}", paper.id)),
        autosave: draft.href("/autosave"),
        back: draft.href("/materials"),
        cx: visitor.page(),
    }
}
