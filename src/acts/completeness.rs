//! What is still missing before an application can be submitted, task by task.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Outcome;
use super::case_facts::Dossier;
use super::choose_purchases::not_claimable;
use super::file_material::REQUIRED;
use super::paper_faults::paper_faults;
use crate::application::State;
use crate::ids::MaterialId;
use crate::lang::Text;
use crate::money::Fen;
use crate::paper::PaperKind;
use crate::store::{self, Db};

/// The gaps of each task; a task without gaps is done.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    pub purchases: Vec<Text>,
    pub materials: Vec<Text>,
    /// The papers with something missing or wrong.
    pub papers: BTreeSet<MaterialId>,
    pub preview: Vec<Text>,
    pub account: Vec<Text>,
}

impl Gaps {
    /// All gaps in the order of the tasks.
    pub fn all(&self) -> impl Iterator<Item = &Text> {
        self.purchases.iter().chain(&self.materials).chain(&self.preview).chain(&self.account)
    }

    /// How many of the first four tasks are not done.
    #[must_use]
    pub fn open_tasks(&self) -> usize {
        [&self.purchases, &self.materials, &self.preview, &self.account].into_iter().filter(|gaps| !gaps.is_empty()).count()
    }
}

/// Looks at everything that was entered.
///
/// # Errors
/// Faults of the database.
pub fn gaps(db: &mut Db, today: NaiveDate, dossier: &Dossier) -> Outcome<Gaps> {
    let mut gaps = Gaps::default();
    if dossier.items.is_empty() {
        gaps.purchases.push(Text::new("请选择账单。", "Choose purchases."));
    }
    gaps.purchases.extend(dossier.items.iter().filter_map(|(_, purchase)| not_claimable(purchase)));
    material_gaps(db, today, dossier, &mut gaps)?;
    if dossier.application.previewed_at.is_none() {
        gaps.preview.push(Text::new("请查看补贴测算并确认申请哪一级。", "Look at the calculation and confirm the level."));
    }
    if store::bank::active(db, dossier.application.enterprise_id)?.is_none() {
        gaps.account.push(Text::new("请先登记收款账户。", "Register a bank account first."));
    }
    if dossier.application.declared_at.is_none() {
        gaps.account.push(Text::new("请阅读并勾选承诺。", "Read and tick the declaration."));
    }
    Ok(gaps)
}

fn material_gaps(db: &mut Db, today: NaiveDate, dossier: &Dossier, gaps: &mut Gaps) -> Outcome<()> {
    missing_kinds(dossier, &mut gaps.materials);
    let mut unconfirmed = 0_usize;
    for material in &dossier.materials {
        let name = &material.file_name;
        let faults = paper_faults(db, today, dossier, material)?;
        if let Some(first) = faults.first() {
            gaps.papers.insert(material.id);
            gaps.materials.push(Text::new(format!("{name}：{}", first.text.zh), format!("{name}: {}", first.text.en)));
        } else if material.remark_open && dossier.application.state == State::Returned {
            gaps.papers.insert(material.id);
            gaps.materials.push(Text::new(format!("{name}：审核意见还没有处理。"), format!("{name}: the remark is not dealt with yet.")));
        } else if dossier.unconfirmed(material.id).next().is_some() {
            unconfirmed += 1;
        }
    }
    if unconfirmed > 0 {
        gaps.materials.push(Text::new(
            format!("有 {unconfirmed} 份材料读出的内容还没有核对确认。"),
            format!("What was read from papers is not confirmed yet ({unconfirmed})."),
        ));
    }
    Ok(())
}

/// Purchases without a paper of a kind that each must have.
fn missing_kinds(dossier: &Dossier, found: &mut Vec<Text>) {
    for (place, (item, purchase)) in dossier.items.iter().enumerate() {
        for kind in REQUIRED {
            if dossier.papers(kind, item.id).next().is_none() {
                let name = kind_name(kind);
                found.push(Text::new(
                    format!("第 {} 项（{}）缺{}。", place + 1, purchase.order_no, name.zh),
                    format!("Item {} ({}) has no {}.", place + 1, purchase.order_no, name.en.to_lowercase()),
                ));
            } else if dossier.allocated(kind, item.id) == Some(Fen::ZERO)
                && dossier.papers(kind, item.id).all(|paper| paper.amount_fen.is_positive())
            {
                let name = kind_name(kind);
                found.push(Text::new(
                    format!("第 {} 项（{}）的{}金额已被前面的账单用完，请补充或调整勾选。", place + 1, purchase.order_no, name.zh),
                    format!(
                        "Nothing of any {} is left for item {} ({}); add one or change what is ticked.",
                        name.en.to_lowercase(),
                        place + 1,
                        purchase.order_no
                    ),
                ));
            }
        }
    }
}

/// A kind of paper in words.
#[must_use]
pub fn kind_name(kind: &str) -> Text {
    PaperKind::parse(kind).unwrap_or(PaperKind::Other).title()
}
