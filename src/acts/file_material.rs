//! A paper is filed with an application; what it says is entered afterwards.

use super::describe_material::reallocate;
use super::{Act, Outcome, draft, refuse_field};
use crate::ids::MaterialId;
use crate::store;
use crate::store::application::Application;
use crate::store::material::NewMaterial;

/// The kinds of papers; the first three are required for every purchase.
pub const KINDS: [&str; 5] = ["contract", "invoice", "payment", "delivery", "other"];
/// Kinds without which no purchase is complete.
pub const REQUIRED: [&str; 3] = ["contract", "invoice", "payment"];
/// Most papers of one application.
const MOST: usize = 120;

/// A file that is already safely on disk.
#[derive(Clone, Debug)]
pub struct FiledFile {
    pub kind: String,
    pub name: String,
    pub sha256: String,
    pub size_bytes: i64,
    pub media_type: &'static str,
}

/// Files papers. The same file under the same kind is kept once, so that sending twice does no harm.
/// Each new paper covers all purchases until somebody says otherwise.
///
/// # Errors
/// Refusals: an unknown kind, too many papers; what the workflow says.
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
    if !KINDS.contains(&file.kind.as_str()) {
        return refuse_field("unknown_kind", "kind", "不认识这种材料。", "This kind of paper is not known.");
    }
    let (by, at) = (act.account()?, act.stamp());
    let file_id = store::application::record_file(act.db, &file.sha256, file.size_bytes, file.media_type, at)?;
    let known = store::application::materials(act.db, application.id)?;
    if let Some(same) = known.iter().find(|paper| paper.file_id == file_id && paper.kind == file.kind) {
        return Ok(same.id);
    }
    if known.len() >= MOST {
        return refuse_field(
            "too_many_papers",
            &file.kind,
            format!("一份申请最多 {MOST} 份材料。请合并扫描件后再上传。"),
            format!("At most {MOST} papers in one application; merge scans and upload again."),
        );
    }
    let name: String = file.name.chars().take(200).collect();
    let new = NewMaterial { application_id: application.id, kind: &file.kind, file_id, file_name: &name, added_by: by, added_at: at };
    let id = store::material::insert(act.db, &new)?;
    let items = store::application::items(act.db, application.id)?;
    let all: Vec<_> = items.iter().map(|item| (item.id, crate::money::Fen::ZERO)).collect();
    store::application::allocate(act.db, id, &all)?;
    Ok(id)
}
