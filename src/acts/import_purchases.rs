//! Purchases come in: from a file, from a page of the provider, from a program with a token. Every
//! row ends in exactly one of accepted, duplicate, conflict, refused; a bad row stops no other.

use serde::{Deserialize, Serialize};

use super::{Act, Line, Outcome};
use crate::lang::{Lang, Text};
use crate::metering::purchase_row::{PurchaseRow, RawRow, RowFault};
use crate::metering::statement::PurchaseState;
use crate::money::Fen;
use crate::party::Standing;
use crate::policy::case::ItemKind;
use crate::store;
use crate::store::purchase::{NewPurchase, Provider};

/// Where a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// Stored now.
    Accepted,
    /// Stored before with the same content; a success.
    Duplicate,
    /// The order is known with another content; nothing was changed.
    Conflict,
    /// The row is wrong; the messages say where.
    Refused,
}

/// What happened to one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowReport {
    /// 1 for the first row below the header.
    pub row: usize,
    pub order_no: String,
    pub outcome: RowOutcome,
    pub messages: Vec<Text>,
}

/// The report of a file or call; the counts add up to its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub rows: Vec<RowReport>,
}

#[derive(Deserialize)]
struct WrittenReport {
    rows: Vec<WrittenRow>,
}

#[derive(Deserialize)]
struct WrittenRow {
    row: usize,
    order_no: String,
    outcome: RowOutcome,
    messages: Vec<String>,
    messages_zh: Vec<String>,
}

impl RowOutcome {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            RowOutcome::Accepted => "accepted",
            RowOutcome::Duplicate => "duplicate",
            RowOutcome::Conflict => "conflict",
            RowOutcome::Refused => "refused",
        }
    }

    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            RowOutcome::Accepted => ("已接收", "Accepted"),
            RowOutcome::Duplicate => ("重复（已有）", "Duplicate"),
            RowOutcome::Conflict => ("冲突", "Conflict"),
            RowOutcome::Refused => ("拒收", "Refused"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl ImportReport {
    #[must_use]
    pub fn count(&self, outcome: RowOutcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }

    /// A report as [`ImportReport::to_json`] wrote it; `None` for any other text.
    #[must_use]
    pub fn of_json(text: &str) -> Option<ImportReport> {
        let whole: WrittenReport = serde_json::from_str(text).ok()?;
        let rows = whole.rows.into_iter().map(|row| RowReport {
            row: row.row,
            order_no: row.order_no,
            outcome: row.outcome,
            messages: row.messages_zh.into_iter().zip(row.messages).map(|(zh, en)| Text::new(zh, en)).collect(),
        });
        Some(ImportReport { rows: rows.collect() })
    }

    /// The report in the form of the API and of the command line.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let rows: Vec<serde_json::Value> = self
            .rows
            .iter()
            .map(|row| {
                let messages: Vec<&str> = row.messages.iter().map(|text| text.get(Lang::En)).collect();
                let zh: Vec<&str> = row.messages.iter().map(|text| text.get(Lang::Zh)).collect();
                serde_json::json!({"row": row.row, "order_no": row.order_no, "outcome": row.outcome, "messages": messages, "messages_zh": zh})
            })
            .collect();
        serde_json::json!({
            "accepted": self.count(RowOutcome::Accepted),
            "duplicate": self.count(RowOutcome::Duplicate),
            "conflict": self.count(RowOutcome::Conflict),
            "refused": self.count(RowOutcome::Refused),
            "rows": rows,
        })
    }
}

/// Imports rows. A provider's staff and programs may write their own provider's orders only; the
/// system (the command line) any known provider's.
///
/// # Errors
/// `NotAllowed` for anybody else; faults of the database.
pub fn import_purchases(act: &mut Act<'_>, rows: &[RawRow], source: &str) -> Outcome<ImportReport> {
    let own = match act.actor.standing {
        Standing::Provider(id) | Standing::Service(id) => Some(id),
        Standing::System => None,
        Standing::Enterprise(_) | Standing::Staff(_) => return Err(super::ActError::NotAllowed),
    };
    let providers = store::purchase::providers(act.db)?;
    let mut report = ImportReport::default();
    for (index, raw) in rows.iter().enumerate() {
        let (outcome, messages) = match raw.check(act.today()) {
            Err(faults) => (RowOutcome::Refused, faults.iter().map(fault_text).collect()),
            Ok(row) => match providers.iter().find(|known| known.uscc == row.provider.as_str()) {
                None => refused("provider_uscc", "系统里没有这家服务机构", "is no provider known here"),
                Some(provider) if own.is_some_and(|own| own != provider.id) => {
                    refused("provider_uscc", "不是本机构的代码", "is not your own provider")
                }
                Some(provider) => keep(act, provider, &row, source)?,
            },
        };
        report.rows.push(RowReport { row: index + 1, order_no: raw.get("order_no").to_owned(), outcome, messages });
    }
    let detail = report_counts(&report);
    act.write_line(&Line { act: "import_purchases", subject: source, detail: &detail, ..Line::default() })?;
    Ok(report)
}

fn refused(column: &str, zh: &str, en: &str) -> (RowOutcome, Vec<Text>) {
    (RowOutcome::Refused, vec![Text::new(format!("{column}：{zh}"), format!("{column}: {en}"))])
}

fn fault_text(fault: &RowFault) -> Text {
    Text::new(format!("{}：{}", fault.column, fault.text.zh), format!("{}: {}", fault.column, fault.text.en))
}

fn report_counts(report: &ImportReport) -> String {
    let counts = [RowOutcome::Accepted, RowOutcome::Duplicate, RowOutcome::Conflict, RowOutcome::Refused];
    counts.map(|outcome| format!("{} {}", report.count(outcome), outcome.code())).join(", ")
}

fn keep(act: &mut Act<'_>, provider: &Provider, row: &PurchaseRow, source: &str) -> Outcome<(RowOutcome, Vec<Text>)> {
    if let Some(known) = store::purchase::find_order(act.db, provider.id, &row.order_no)? {
        let same = known.enterprise_uscc == row.enterprise.as_str()
            && known.resource == row.resource
            && known.unit == row.unit
            && known.quantity == row.quantity
            && known.unit_price == row.unit_price
            && known.amount_fen == row.amount
            && known.accepted_fen == row.accepted
            && (known.service_from, known.service_to) == (row.service_from, row.service_to);
        return Ok(if same {
            (RowOutcome::Duplicate, Vec::new())
        } else {
            let told = Text::new(
                format!("order_no：订单 {} 已有不同内容的记录，未作改动", row.order_no),
                format!("order_no: order {} is known with other content; nothing was changed", row.order_no),
            );
            (RowOutcome::Conflict, vec![told])
        });
    }
    let new = NewPurchase {
        provider_id: provider.id,
        enterprise_uscc: row.enterprise.as_str().to_owned(),
        order_no: row.order_no.clone(),
        kind: ItemKind::Compute,
        resource: row.resource.clone(),
        unit: row.unit.clone(),
        quantity: row.quantity.clone(),
        unit_price: row.unit_price.clone(),
        amount_fen: row.amount,
        accepted_fen: row.accepted,
        service_from: row.service_from,
        service_to: row.service_to,
        recorded_at: act.stamp(),
        recorded_by: source.to_owned(),
        statement_id: None,
        state: PurchaseState::Claimable,
        prepaid_cash_fen: Fen::ZERO,
        non_cash_fen: Fen::ZERO,
        claimable_fen: row.accepted,
    };
    store::purchase::insert(act.db, &new)?;
    Ok((RowOutcome::Accepted, Vec::new()))
}
