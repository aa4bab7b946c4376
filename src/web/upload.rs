//! One uploaded file, kept on disk before the act that names it.

use actix_web::web;

use crate::files::{FileFault, Kept};
use crate::ids::normal_text;
use crate::web::form::{Faults, Form};
use crate::web::problem::Problem;
use crate::web::site::Site;

/// The `accept` attribute of inputs for proofs.
pub const ACCEPT: &str = ".pdf,.ofd,.png,.jpg,.jpeg,.xml";
/// Longest file name kept, in characters.
const NAME: usize = 120;

/// Keeps the first file of a field and gives its name; what is wrong with it is a fault beside the
/// field.
///
/// # Errors
/// The page for a disk that does not take the file.
pub async fn keep(site: &web::Data<Site>, form: &Form, field: &str, faults: &mut Faults) -> Result<Option<(Kept, String)>, Problem> {
    if let Some((_, name)) = form.too_large.iter().find(|(known, _)| known == field) {
        let most = site.config.upload_mib;
        faults.add(
            field,
            format!("「{name}」超过 {most} MB，请压缩或拆分后再上传。"),
            format!("\"{name}\" is larger than {most} MB; compress or split it."),
        );
        return Ok(None);
    }
    let Some(upload) = form.files(field).next() else {
        faults.add(field, "请选择文件（PDF、OFD、PNG、JPG 或 XML）。", "Choose a file (PDF, OFD, PNG, JPG or XML).");
        return Ok(None);
    };
    let (scanner, to_scan) = (site.clone(), upload.bytes.clone());
    let (desk, bytes) = (site.clone(), upload.bytes.clone());
    if let Err(found) = web::block(move || scanner.scan(&to_scan)).await? {
        faults.add(
            field,
            format!("「{}」含有病毒（{found}），没有保存。请换一个干净的文件。", upload.name),
            format!("\"{}\" holds a virus ({found}) and was not kept. Choose a clean file.", upload.name),
        );
        return Ok(None);
    }
    match web::block(move || desk.files.keep(&bytes)).await? {
        Ok(kept) => Ok(Some((kept, short_name(&upload.name)))),
        Err(FileFault::WrongType) => {
            faults.add(
                field,
                format!("「{}」不是 PDF、OFD、PNG、JPG 或 XML 文件，请换一种格式。", upload.name),
                format!("\"{}\" is no PDF, OFD, PNG, JPG or XML file; use one of these.", upload.name),
            );
            Ok(None)
        }
        Err(FileFault::Disk(error)) => {
            tracing::error!(%error, "a file cannot be written");
            Err(Problem::file_not_kept())
        }
    }
}

/// The name without folders, not longer than what a page shows; the ending stays.
fn short_name(name: &str) -> String {
    let name = normal_text(name.rsplit(['/', '\\']).next().unwrap_or(name));
    let length = name.chars().count();
    if length <= NAME { name } else { name.chars().skip(length - NAME).collect() }
}
