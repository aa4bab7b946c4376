//! Who the applicant is, and whom it is tied to.

use chrono::NaiveDate;

use super::{Check, CheckKind, Verdict};
use crate::acts::Outcome;
use crate::acts::case_facts::Dossier;
use crate::calendar::full_date;
use crate::lang::{Lang, Text};
use crate::store::{self, Db};

pub(super) fn buyer(dossier: &Dossier) -> Check {
    let uscc = &dossier.enterprise.uscc;
    let other = dossier.items.iter().find(|(_, purchase)| purchase.enterprise_uscc != *uscc);
    match other {
        None => Check::new(
            CheckKind::BuyerIsApplicant,
            Verdict::Passed,
            Text::new("账单的购买方与申请企业一致", "The buyer of every purchase is the applicant"),
            Text::same(uscc.clone()),
        ),
        Some((_, purchase)) => Check::new(
            CheckKind::BuyerIsApplicant,
            Verdict::Explain,
            Text::new(
                format!("账单 {} 的购买方不是申请企业", purchase.order_no),
                format!("The buyer of purchase {} is not the applicant", purchase.order_no),
            ),
            Text::same(format!("{} ≠ {uscc}", purchase.enterprise_uscc)),
        ),
    }
}

pub(super) fn register(db: &mut Db, dossier: &Dossier, today: NaiveDate) -> Outcome<Check> {
    let records = store::qualification::dishonesty_of(db, &dossier.enterprise.uscc)?;
    let listed = records.iter().find(|record| record.from_day <= today && record.to_day.is_none_or(|to| today <= to));
    Ok(match (listed, records.last()) {
        (Some(record), _) => Check::new(
            CheckKind::DishonestyRegister,
            Verdict::Explain,
            Text::new("在失信登记簿中，今天有效", "On the register of dishonest subjects today"),
            Text::same(record.source.clone()),
        ),
        (None, Some(record)) => Check::new(
            CheckKind::DishonestyRegister,
            Verdict::Note,
            Text::new("曾在失信登记簿中，今天已不在", "Was on the register of dishonest subjects, not today"),
            Text::new(
                format!("自 {} 起，{}", full_date(record.from_day, Lang::Zh), record.source),
                format!("from {}, {}", full_date(record.from_day, Lang::En), record.source),
            ),
        ),
        (None, None) => Check::new(
            CheckKind::DishonestyRegister,
            Verdict::Passed,
            Text::new("失信登记簿中没有记录", "Not on the register of dishonest subjects"),
            Text::default(),
        ),
    })
}

/// Other enterprises with the same legal representative: worth knowing, by itself no fault.
pub(super) fn representative(db: &mut Db, dossier: &Dossier) -> Outcome<Check> {
    let name = &dossier.enterprise.legal_representative;
    let others = store::account::others_with_representative(db, &dossier.enterprise)?;
    let (verdict, text) = if name.is_empty() {
        (Verdict::Note, Text::new("企业没有填写法定代表人", "The enterprise did not enter its legal representative"))
    } else if others.is_empty() {
        (Verdict::Passed, Text::new("法定代表人没有登记在其他企业名下", "No other enterprise has the legal representative"))
    } else {
        let names = others.join("、");
        (Verdict::Note, Text::new(format!("与 {names} 的法定代表人相同"), format!("Has the same legal representative as {names}")))
    };
    Ok(Check::new(CheckKind::RepresentativeShared, verdict, text, Text::same(name.clone())))
}
