//! A paper is filed with an application. What was read from it fills its fields until a person
//! confirms them; what was not read is entered afterwards.

use chrono::NaiveDate;

use super::describe_material::reallocate;
use super::red_letter::{RedLetter, red_letter_arrives};
use super::suggest_covers::suggest_covers;
use super::{Act, Outcome, draft, refuse_field};
use crate::ids::{MaterialId, StoredFileId, last_four};
use crate::money::Fen;
use crate::paper::{PaperField, PaperKind, Reading, Source};
use crate::payout::recovery::Bringer;
use crate::store;
use crate::store::application::{Application, Material};
use crate::store::material::NewMaterial;
use crate::store::paper::{PaperFact, PaperForm};

/// The kinds of papers; the first three are required for every purchase.
pub const KINDS: [&str; 5] = ["contract", "invoice", "payment", "delivery", "other"];
/// Kinds without which no purchase is complete.
pub const REQUIRED: [&str; 3] = ["contract", "invoice", "payment"];
/// Most papers of one application.
const MOST: usize = 120;

/// A file that is already safely on disk.
#[derive(Clone, Debug)]
pub struct FiledFile {
    /// Empty when the file itself is to tell.
    pub kind: String,
    pub name: String,
    pub sha256: String,
    pub size_bytes: i64,
    pub media_type: &'static str,
    /// What was read from it; `None` when nobody looked.
    pub reading: Option<Reading>,
    /// The virus scanner knows it to be clean.
    pub scanned: bool,
}

/// Files papers. The same file under the same kind is kept once, so that sending twice does no harm.
/// A further file of an invoice that is here already joins it and counts no second time.
///
/// # Errors
/// Refusals: an unknown kind, too many papers, two files of one invoice that differ; what the
/// workflow says.
pub fn file_material(act: &mut Act<'_>, number: &str, files: &[FiledFile]) -> Outcome<Vec<MaterialId>> {
    let mut application = draft::open(act, number, None)?;
    let mut filed = Vec::new();
    for file in files {
        filed.push(file_one(act, &application, file)?);
    }
    reallocate(act.db, &application)?;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    draft::save(act, &mut application, true, &format!("filed: {}", names.join(", ")))?;
    Ok(filed)
}

fn file_one(act: &mut Act<'_>, application: &Application, file: &FiledFile) -> Outcome<MaterialId> {
    let nothing = Reading::default();
    let reading = file.reading.as_ref().unwrap_or(&nothing);
    let chosen = PaperKind::parse(&file.kind);
    if chosen.is_none() && !file.kind.is_empty() {
        return refuse_field("unknown_kind", "kind", "不认识这种材料。", "This kind of paper is not known.");
    }
    let kind = chosen.or(reading.kind).unwrap_or(PaperKind::Other);
    // What was read as another kind says nothing of this one.
    let reading = if reading.kind == Some(kind) { reading } else { &nothing };
    let at = act.stamp();
    let file_id = store::application::record_file(act.db, &file.sha256, file.size_bytes, file.media_type, at)?;
    if file.scanned {
        store::file_scan::keep(act.db, file_id, "clean", "", at)?;
    }
    if let Some(read) = file.reading.as_ref().filter(|read| !read.passing) {
        store::paper::keep_reading(act.db, file_id, read, at)?;
    }
    tell_of_red_letter(act, file_id, &file.name, reading)?;
    let known = store::application::materials(act.db, application.id)?;
    let same = |paper: &&Material| paper.file_id == file_id && (chosen.is_none() || paper.kind == kind.as_str());
    if let Some(same) = known.iter().find(same) {
        // It may have been filed before it could be read.
        if same.kind == kind.as_str() {
            fill_in(act, same.id, reading)?;
        }
        return Ok(same.id);
    }
    let ids: Vec<MaterialId> = known.iter().map(|paper| paper.id).collect();
    if let Some(form) = store::paper::forms_of(act.db, &ids)?.into_iter().find(|form| form.file_id == file_id) {
        return Ok(form.material_id);
    }
    let name: String = file.name.chars().take(200).collect();
    if let Some(twin) = twin_of(&known, kind, reading) {
        return join(act, twin, file_id, &name, reading);
    }
    if known.len() >= MOST {
        return refuse_field(
            "too_many_papers",
            kind.as_str(),
            format!("一份申请最多 {MOST} 份材料。请合并扫描件后再上传。"),
            format!("At most {MOST} papers in one application; merge scans and upload again."),
        );
    }
    let by = act.account()?;
    let new = NewMaterial { application_id: application.id, kind: kind.as_str(), file_id, file_name: &name, added_by: by, added_at: at };
    let id = store::material::insert(act.db, &new)?;
    fill_in(act, id, reading)?;
    say_kind(act, id, kind, chosen, reading)?;
    let covers = suggest_covers(act.db, application.id, kind, reading)?;
    let covers: Vec<_> = covers.into_iter().map(|item| (item, Fen::ZERO)).collect();
    store::application::allocate(act.db, id, &covers)?;
    Ok(id)
}

/// A red letter may take back an invoice that an earlier application was granted on.
fn tell_of_red_letter(act: &mut Act<'_>, file: StoredFileId, name: &str, reading: &Reading) -> Outcome<()> {
    let day = reading.value(PaperField::DatedOn).parse::<NaiveDate>().ok();
    let (number, named) = (reading.value(PaperField::Number), reading.value(PaperField::RedOf));
    let (Some(amount), Some(dated_on), false) = (reading.red_total, day, number.is_empty()) else { return Ok(()) };
    let letter = RedLetter {
        code: reading.value(PaperField::Code).to_owned(),
        number: number.to_owned(),
        amount,
        dated_on,
        source: Bringer::Enterprise,
        file: Some((file, name.chars().take(200).collect())),
    };
    red_letter_arrives(act, named, &letter).map(drop)
}

/// The invoice of the application with the same code and number.
fn twin_of<'a>(known: &'a [Material], kind: PaperKind, reading: &Reading) -> Option<&'a Material> {
    let (code, number) = (reading.value(PaperField::Code), reading.value(PaperField::Number));
    let same = |paper: &&Material| paper.kind == "invoice" && paper.code == code && paper.number == number;
    known.iter().filter(|_| kind == PaperKind::Invoice && !number.is_empty()).find(same)
}

/// PDF, OFD and XML of one invoice are one invoice: the second file stands beside the first and fills
/// in what that did not say.
fn join(act: &mut Act<'_>, twin: &Material, file: StoredFileId, name: &str, reading: &Reading) -> Outcome<MaterialId> {
    let total = reading.value(PaperField::Amount);
    let differs = !total.is_empty() && twin.amount_fen.is_positive() && twin.amount_fen.plain() != total;
    if differs {
        let (end, first) = (last_four(&twin.number), &twin.file_name);
        return refuse_field(
            "invoice_differs",
            "papers",
            format!(
                "「{name}」与已上传的「{first}」是同一张发票（尾号 {end}），但价税合计不同：{total} 与 {}。请核对哪一份是原件。",
                twin.amount_fen.plain()
            ),
            format!(
                "\"{name}\" and \"{first}\" are the same invoice (ending {end}) with different totals, {total} and {}. Check which one is the original.",
                twin.amount_fen.plain()
            ),
        );
    }
    let (by, at) = (act.account()?, act.stamp());
    let form = PaperForm { material_id: twin.id, file_id: file, file_name: name.to_owned(), added_by: by, added_at: at };
    store::paper::add_form(act.db, &form)?;
    fill_in(act, twin.id, reading)?;
    Ok(twin.id)
}

/// Writes what was read into the fields that are still empty.
fn fill_in(act: &mut Act<'_>, paper: MaterialId, reading: &Reading) -> Outcome<()> {
    let Some(mut material) = store::application::material(act.db, paper)? else { return Ok(()) };
    let known = store::paper::facts_of(act.db, &[paper])?;
    for read in reading.suggestions.iter().filter(|read| known.iter().all(|fact| fact.field != read.field)) {
        let money = || Fen::parse_yuan(&read.value).ok();
        let taken = match read.field {
            PaperField::Code => set(&mut material.code, &read.value),
            PaperField::Number => set(&mut material.number, &read.value),
            PaperField::Amount => money().filter(|_| material.amount_fen.is_zero()).map(|amount| material.amount_fen = amount).is_some(),
            PaperField::Tax => money().filter(|_| material.tax_fen.is_zero()).map(|tax| material.tax_fen = tax).is_some(),
            PaperField::DatedOn => match (material.dated_on, read.value.parse()) {
                (None, Ok(day)) => {
                    material.dated_on = Some(day);
                    true
                }
                _ => false,
            },
            _ => true,
        };
        if taken {
            let (field, value, source) = (read.field, read.value.clone(), read.source);
            let fact = PaperFact { material_id: paper, field, value, source, confirmed_by: None, confirmed_at: None };
            store::paper::put_fact(act.db, &fact)?;
        }
    }
    Ok(store::material::save(act.db, &material)?)
}

fn set(field: &mut String, value: &str) -> bool {
    let empty = field.is_empty();
    if empty {
        value.clone_into(field);
    }
    empty
}

/// Where the kind comes from: the person who chose it, the file, or nobody.
fn say_kind(act: &mut Act<'_>, paper: MaterialId, kind: PaperKind, chosen: Option<PaperKind>, reading: &Reading) -> Outcome<()> {
    let source = match (chosen, reading.kind) {
        (Some(_), _) => Source::Typed,
        (None, Some(_)) => reading.suggestions.first().map_or(Source::Text, |read| read.source),
        (None, None) => Source::Unknown,
    };
    let (confirmed_by, confirmed_at) = if chosen.is_some() { (Some(act.account()?), Some(act.stamp())) } else { (None, None) };
    let fact = PaperFact { material_id: paper, field: PaperField::Kind, value: kind.to_string(), source, confirmed_by, confirmed_at };
    Ok(store::paper::put_fact(act.db, &fact)?)
}
