//! What the enterprise states of a paper against what its files say.

use super::{Check, CheckKind, Verdict};
use crate::acts::Outcome;
use crate::acts::case_facts::Dossier;
use crate::lang::{Lang, Text};
use crate::paper::{PaperField, Reading};
use crate::store::Db;
use crate::store::application::Material;

/// Fields that a person may type over and that money rests on.
const FIELDS: [PaperField; 7] = [
    PaperField::Code,
    PaperField::Number,
    PaperField::Amount,
    PaperField::DatedOn,
    PaperField::BuyerId,
    PaperField::SellerId,
    PaperField::BankSerial,
];

/// Every field that says something else than the file, and one row for the rest.
pub(super) fn as_read(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let (mut found, mut right) = (Vec::new(), 0_usize);
    for material in &dossier.materials {
        let differences = differences(db, dossier, material)?;
        right += usize::from(differences == Some(Vec::new()));
        for (field, read, stated) in differences.unwrap_or_default() {
            let title = |lang: Lang| field.title().get(lang).to_owned();
            let stated_or = |none: &str| if stated.is_empty() { none.to_owned() } else { stated.clone() };
            let text = Text::new(
                format!("「{}」的{}与文件内容不同", material.file_name, title(Lang::Zh)),
                format!("{}: {} differs from what the file says", material.file_name, title(Lang::En).to_lowercase()),
            );
            let evidence = Text::new(
                format!("文件：{read}，填写：{}", stated_or("（已清空）")),
                format!("file: {read}, entered: {}", stated_or("(cleared)")),
            );
            found.push(Check::new(CheckKind::StatedAsRead, Verdict::Explain, text, evidence));
        }
    }
    if right > 0 {
        found.push(Check::new(
            CheckKind::StatedAsRead,
            Verdict::Passed,
            Text::new(format!("{right} 份材料的填写与文件内容一致"), format!("{right} papers state what their files say")),
            Text::default(),
        ));
    }
    Ok(found)
}

/// Field, what was read, what is stated; `None` for a paper whose files say nothing of its kind.
fn differences(db: &mut Db, dossier: &Dossier, material: &Material) -> Outcome<Option<Vec<(PaperField, String, String)>>> {
    let readings = dossier.readings(db, material)?;
    let mut readings = readings.iter().filter(|reading| is_of(reading, material)).peekable();
    if readings.peek().is_none() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for reading in readings {
        for field in FIELDS {
            let read = reading.value(field);
            let stated = dossier.fact(material.id, field).map_or("", |fact| fact.value.as_str());
            let told = |(known, ..): &(PaperField, String, String)| *known == field;
            if !read.is_empty() && read != stated && !found.iter().any(told) {
                found.push((field, read.to_owned(), stated.to_owned()));
            }
        }
    }
    Ok(Some(found))
}

/// Something of this kind of paper was read.
fn is_of(reading: &Reading, material: &Material) -> bool {
    reading.kind.is_some_and(|kind| kind.as_str() == material.kind) && !reading.suggestions.is_empty()
}
