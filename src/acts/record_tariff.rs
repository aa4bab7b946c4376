//! A centre records a version of a tariff. A version never changes and takes effect on a day that
//! no statement covers yet.

use super::centre::must_run;
use super::{Act, ActError, Line, Outcome, Refusal, refuse_field};
use crate::ids::{ProviderId, TariffVersionId};
use crate::lang::Text;
use crate::metering::moment::Month;
use crate::metering::tariff::{Tariff, TariffFault, read_tariff};
use crate::store;
use crate::store::metering::NewTariff;

/// Records the version that a JSON text describes.
///
/// # Errors
/// Refusals: every fault of the text by its path; a version or first day out of order; a first day
/// in a month that is billed.
pub fn record_tariff(act: &mut Act<'_>, provider: ProviderId, body: &str, reason: &str) -> Outcome<TariffVersionId> {
    must_run(act, provider)?;
    let tariff = read_body(body)?;
    check_order(act, provider, &tariff)?;
    let new = NewTariff {
        provider_id: provider,
        code: tariff.code.clone(),
        version: tariff.version,
        valid_from: tariff.valid_from,
        body: tariff.canonical(),
        digest: hex::encode(tariff.digest()),
        reason: reason.trim().to_owned(),
        recorded_by: act.actor.account,
        recorded_at: act.stamp(),
    };
    let id = store::metering::insert_tariff(act.db, &new)?;
    let detail = format!("version {} from {}", tariff.version, tariff.valid_from);
    act.write_line(&Line { act: "record_tariff", subject: &tariff.code, reason, detail: &detail, ..Line::default() })?;
    Ok(id)
}

/// The version that a JSON text describes.
///
/// # Errors
/// Refusals: no JSON; every fault of the text by its path.
pub fn read_body(body: &str) -> Outcome<Tariff> {
    let json: serde_json::Value = match serde_json::from_str(body) {
        Ok(json) => json,
        Err(why) => return refuse_field("not_json", "body", format!("不是 JSON：{why}。"), format!("This is no JSON: {why}.")),
    };
    read_tariff(&json).map_err(|faults| {
        let refusal = |fault: TariffFault| {
            let text = Text::new(format!("{}：{}。", fault.path, fault.text.zh), format!("{}: {}.", fault.path, fault.text.en));
            Refusal { code: "bad_tariff", field: Some("body".to_owned()), text }
        };
        ActError::Refused(faults.into_iter().map(refusal).collect())
    })
}

/// Versions follow one another; what was billed is never priced anew by a new version.
fn check_order(act: &mut Act<'_>, provider: ProviderId, tariff: &Tariff) -> Outcome<()> {
    let known = store::metering::tariff(act.db, provider, &tariff.code)?;
    if let Some(last) = known.last() {
        if tariff.version <= last.version {
            let next = last.version + 1;
            return refuse_field(
                "version_taken",
                "body",
                format!("version：已有第 {} 版，请写 {next}。", last.version),
                format!("version: version {} exists; write {next}.", last.version),
            );
        }
        if tariff.valid_from <= last.valid_from {
            return refuse_field(
                "starts_too_early",
                "body",
                format!("valid_from：须晚于上一版的 {}。", last.valid_from),
                format!("valid_from: must be after {}, the first day of the version before.", last.valid_from),
            );
        }
    }
    for contract in store::metering::contracts_of_provider(act.db, provider)? {
        if contract.tariff_code != tariff.code {
            continue;
        }
        let billed = store::usage::billed_months(act.db, &[contract.id])?;
        let last = billed.iter().filter_map(|(_, period)| Month::parse(period)).max();
        if let Some(last) = last.filter(|last| tariff.valid_from <= last.last_day()) {
            return refuse_field(
                "month_billed",
                "body",
                format!("valid_from：{last} 已出具对账单（合同 {}），新版最早从 {} 起。", contract.number, last.next().first_day()),
                format!(
                    "valid_from: {last} is billed (contract {}); a new version takes effect from {} on at the earliest.",
                    contract.number,
                    last.next().first_day()
                ),
            );
        }
    }
    Ok(())
}
