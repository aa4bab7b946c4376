//! A time on the list of 严重失信主体, as the competent authority found it.

use chrono::NaiveDate;

use super::{Act, Line, Outcome, no_longer_than, refuse_field};
use crate::ids::Uscc;
use crate::party::Role;
use crate::store;

/// A record of the register; without `to` it lasts.
#[derive(Clone, Debug)]
pub struct Record {
    pub uscc: String,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub source: String,
}

/// Adds a record. The enterprise need not be registered here.
///
/// # Errors
/// Refusals: a wrong code, an end before the beginning, no source.
pub fn record_dishonesty(act: &mut Act<'_>, record: &Record) -> Outcome<()> {
    act.must_hold(Role::CompetentAuthority)?;
    let Ok(uscc) = Uscc::parse(&record.uscc) else {
        return refuse_field(
            "bad_uscc",
            "uscc",
            "统一社会信用代码不对，请核对 18 位代码。",
            "The unified social credit code is wrong; check its 18 characters.",
        );
    };
    if record.to.is_some_and(|to| to < record.from) {
        return refuse_field("ends_early", "to", "结束日期不能早于开始日期。", "The end cannot be before the beginning.");
    }
    let source = record.source.trim();
    if source.is_empty() {
        return refuse_field(
            "source_missing",
            "source",
            "请写明来源，例如文号或网址。",
            "Give the source, such as a document number or address.",
        );
    }
    no_longer_than(200, "source", source)?;
    let (by, at) = (act.account()?, act.stamp());
    store::qualification::record_dishonesty(act.db, uscc.as_str(), (record.from, record.to), source, by, at)?;
    let enterprise = store::account::enterprise_by_uscc(act.db, uscc.as_str())?.map(|enterprise| enterprise.id);
    let until = record.to.map(|to| to.to_string()).unwrap_or_default();
    act.write_line(&Line {
        act: "record_dishonesty",
        enterprise,
        subject: uscc.as_str(),
        reason: source,
        detail: &format!("{}–{until}", record.from),
        ..Line::default()
    })
}
