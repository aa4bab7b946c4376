//! A centre records a contract with an enterprise: its usage is billed under it. The enterprise
//! need not be registered here yet.

use chrono::NaiveDate;

use super::centre::must_run;
use super::{Act, ActError, Line, Outcome, Refusal, refuse_field};
use crate::ids::{ContractId, ProviderId, Uscc, folded_name};
use crate::lang::Text;
use crate::money::Fen;
use crate::store;
use crate::store::metering::NewContract;

/// What the centre enters.
#[derive(Clone, Debug)]
pub struct ContractEntry {
    pub number: String,
    pub uscc: Uscc,
    pub enterprise_name: String,
    pub signed_on: NaiveDate,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    /// Most that may be billed under it; `None` without a limit.
    pub cap: Option<Fen>,
    pub tariff_code: String,
}

/// # Errors
/// Refusals: a number that is used, days in the wrong order, an overlap with another contract of
/// the enterprise, an unknown tariff.
pub fn add_contract(act: &mut Act<'_>, provider: ProviderId, entry: &ContractEntry) -> Outcome<ContractId> {
    must_run(act, provider)?;
    check(act, provider, entry)?;
    let new = NewContract {
        provider_id: provider,
        enterprise_uscc: entry.uscc.as_str().to_owned(),
        enterprise_name: entry.enterprise_name.clone(),
        number: entry.number.clone(),
        signed_on: entry.signed_on,
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        utc_offset_minutes: crate::metering::moment::UtcOffset::BEIJING.minutes(),
        cap_fen: entry.cap,
        tariff_code: entry.tariff_code.clone(),
        recorded_by: act.actor.account,
        recorded_at: act.stamp(),
    };
    let id = match store::metering::insert_contract(act.db, &new) {
        Err(fault) if fault.is_unique_violation() => {
            return refuse_field(
                "contract_known",
                "number",
                format!("合同编号 {} 已登记。", entry.number),
                format!("Contract {} is recorded already.", entry.number),
            );
        }
        done => done?,
    };
    let detail = format!("{} {} – {}", entry.tariff_code, entry.valid_from, entry.valid_to);
    act.write_line(&Line { act: "add_contract", subject: &entry.number, reason: entry.uscc.as_str(), detail: &detail, ..Line::default() })?;
    Ok(id)
}

fn check(act: &mut Act<'_>, provider: ProviderId, entry: &ContractEntry) -> Outcome<()> {
    let mut refusals = Vec::new();
    let mut refuse = |code, field: &str, zh: String, en: String| {
        refusals.push(Refusal { code, field: Some(field.to_owned()), text: Text::new(zh, en) });
    };
    if entry.valid_to < entry.valid_from {
        refuse("ends_before_it_begins", "valid_to", "结束日早于开始日。".into(), "The last day is before the first.".into());
    }
    if entry.signed_on > act.today() {
        refuse("signed_in_future", "signed_on", "签订日期在今天之后。".into(), "The day of signature is after today.".into());
    }
    if entry.cap.is_some_and(|cap| !cap.is_positive()) {
        refuse("no_cap", "cap", "上限须大于零；没有上限请留空。".into(), "The limit must be above zero; leave it empty for none.".into());
    }
    if store::metering::tariff(act.db, provider, &entry.tariff_code)?.is_empty() {
        let (zh, en) = (format!("没有资费「{}」。", entry.tariff_code), format!("There is no tariff \"{}\".", entry.tariff_code));
        refuse("no_tariff", "tariff_code", zh, en);
    }
    for other in store::metering::contracts_with(act.db, provider, &[entry.uscc.as_str()])? {
        if other.valid_from <= entry.valid_to && entry.valid_from <= other.valid_to {
            let (zh, en) = (
                format!("与该企业的合同 {}（{} 至 {}）日期重叠。", other.number, other.valid_from, other.valid_to),
                format!("Overlaps contract {} with the same enterprise ({} to {}).", other.number, other.valid_from, other.valid_to),
            );
            refuse("contracts_overlap", "valid_from", zh, en);
        }
        if folded_name(&other.enterprise_name) != folded_name(&entry.enterprise_name) {
            let (zh, en) = (
                format!("该代码此前登记的名称是「{}」，请核对。", other.enterprise_name),
                format!("This code was recorded with the name {} before; check it.", other.enterprise_name),
            );
            refuse("other_name", "enterprise_name", zh, en);
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(ActError::Refused(refusals)) }
}
