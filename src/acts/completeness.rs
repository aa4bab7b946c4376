//! What is still missing before an application can be submitted, task by task.

use chrono::NaiveDate;

use super::Outcome;
use super::case_facts::Dossier;
use super::choose_purchases::not_claimable;
use super::file_material::REQUIRED;
use super::paper_faults::paper_faults;
use crate::application::State;
use crate::lang::Text;
use crate::money::Fen;
use crate::store::{self, Db};

/// The gaps of each task; a task without gaps is done.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    pub purchases: Vec<Text>,
    pub materials: Vec<Text>,
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
    gaps.materials = material_gaps(db, today, dossier)?;
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

fn material_gaps(db: &mut Db, today: NaiveDate, dossier: &Dossier) -> Outcome<Vec<Text>> {
    let mut found = Vec::new();
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
    for material in &dossier.materials {
        let faults = paper_faults(db, today, dossier, material)?;
        if let Some(first) = faults.first() {
            found.push(Text::new(
                format!("{}：{}", material.file_name, first.text.zh),
                format!("{}: {}", material.file_name, first.text.en),
            ));
        } else if material.remark_open && dossier.application.state == State::Returned {
            found.push(Text::new(
                format!("{}：审核意见还没有处理。", material.file_name),
                format!("{}: the remark is not dealt with yet.", material.file_name),
            ));
        }
    }
    Ok(found)
}

/// A kind of paper in words.
#[must_use]
pub fn kind_name(kind: &str) -> Text {
    match kind {
        "contract" => Text::new("合同", "Contract"),
        "invoice" => Text::new("发票", "Invoice"),
        "payment" => Text::new("付款凭证", "Payment proof"),
        "delivery" => Text::new("交付凭证", "Delivery proof"),
        _ => Text::new("其他材料", "Other paper"),
    }
}
