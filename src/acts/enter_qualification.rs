//! An enterprise enters its place of registration or a qualification, with dates and proof. It
//! counts for previews at once and for decisions when the precheck has accepted it.

use chrono::{Months, NaiveDate};

use super::{Act, ActError, Line, Outcome, Refusal};
use crate::calendar::{date_range, full_date};
use crate::files::Kept;
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::party::{CarrierKind, CarrierLevel, EntryKind, Place};
use crate::store;
use crate::store::qualification::NewQualification;

/// The last day of a registration that nobody has ended.
pub const OPEN_END: NaiveDate = match NaiveDate::from_ymd_opt(2099, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};
/// From when to when an entry holds: `2019年5月20日起` where nobody has ended it.
#[must_use]
pub fn validity(from: NaiveDate, to: NaiveDate, lang: Lang) -> String {
    if to == OPEN_END {
        let from = full_date(from, lang);
        lang.pick(format!("{from}起"), format!("since {from}"))
    } else {
        date_range(from, to, lang)
    }
}

/// No enterprise of today is older.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1949, 10, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// A recognition longer than this is a slip of the keyboard.
const LONGEST: Months = Months::new(12 * 20);

/// One entry as typed, with the file already kept.
#[derive(Clone, Debug)]
pub struct QualificationEntry {
    pub kind: EntryKind,
    pub number: String,
    pub place: Option<Place>,
    pub carrier_kind: Option<CarrierKind>,
    pub carrier_level: Option<CarrierLevel>,
    pub prior_year_sales: Option<Fen>,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub file: Option<Kept>,
    pub file_name: String,
}

/// What is wrong with an entry on a day, each beside its field.
#[must_use]
pub fn faults_of(entry: &QualificationEntry, today: NaiveDate) -> Vec<Refusal> {
    let mut found = dates_of(entry, today);
    let mut no = |field: &str, zh: &str, en: &str| found.push(fault(field, zh, en));
    if entry.file.is_none() {
        no("proof", "请上传证明材料。", "Upload the proof.");
    }
    match entry.kind {
        EntryKind::RegistrationPlace if entry.place.is_none() => no("place", "请选择注册地。", "Choose the place of registration."),
        EntryKind::Incubatee => {
            if entry.carrier_kind.is_none() {
                no("carrier_kind", "请选择载体类型。", "Choose the kind of carrier.");
            }
            if entry.carrier_level.is_none() {
                no("carrier_level", "请选择载体级别。", "Choose the level of the carrier.");
            }
        }
        EntryKind::Hightech => {
            if entry.prior_year_sales.is_none() {
                no("prior_year_sales", "请填写上年销售收入。", "Enter the sales of the year before.");
            }
            if !is_hightech_number(&entry.number) {
                no(
                    "number",
                    "证书编号是 GR（或 GF）加 12 位数字，例如 GR202342001234。",
                    "The number is GR (or GF) and 12 digits, such as GR202342001234.",
                );
            }
        }
        EntryKind::TechSme if !is_sme_number(&entry.number) => no(
            "number",
            "入库登记编号共 18 位，以年份开头，例如 2026420111A8000123。",
            "The registry number has 18 characters and begins with the year, such as 2026420111A8000123.",
        ),
        _ => {}
    }
    found
}

fn fault(field: &str, zh: &str, en: &str) -> Refusal {
    Refusal { code: "bad_field", field: Some(field.to_owned()), text: Text::new(zh, en) }
}

fn dates_of(entry: &QualificationEntry, today: NaiveDate) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut no = |field: &str, zh: &str, en: &str| found.push(fault(field, zh, en));
    if entry.valid_from > today {
        no("valid_from", "起始日期不能晚于今天；生效以后再录入。", "The first day cannot lie in the future; enter it once it holds.");
    } else if entry.valid_from < FIRST_DAY {
        no("valid_from", "起始日期过早，请核对年份。", "The first day is too long ago; check the year.");
    }
    if entry.valid_to < entry.valid_from {
        no("valid_to", "截止日期不能早于起始日期。", "The last day cannot lie before the first.");
    } else if entry.kind != EntryKind::RegistrationPlace
        && entry.valid_from.checked_add_months(LONGEST).is_some_and(|latest| entry.valid_to > latest)
    {
        no("valid_to", "有效期超过 20 年，请核对年份。", "This is longer than 20 years; check the year.");
    }
    found
}

/// `GR202342001234` (formats.md §4): year, province, serial.
fn is_hightech_number(number: &str) -> bool {
    let digits = number.strip_prefix("GR").or_else(|| number.strip_prefix("GF"));
    digits.is_some_and(|digits| digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `2026420111A8000123`: the official coding rule is not public, so only the outline is asked for.
fn is_sme_number(number: &str) -> bool {
    number.len() == 18 && number.starts_with("20") && number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// # Errors
/// Refusals beside their fields; one when the same entry stands already.
pub fn enter_qualification(act: &mut Act<'_>, entry: &QualificationEntry) -> Outcome<()> {
    let (enterprise, by) = (act.own_enterprise()?, act.account()?);
    let mut faults = faults_of(entry, act.today());
    let standing = store::qualification::of_enterprise(act.db, enterprise)?;
    let same = standing.iter().any(|known| {
        known.state != "refused"
            && (known.kind, &known.number, known.place) == (entry.kind, &entry.number, entry.place)
            && (known.valid_from, known.valid_to) == (entry.valid_from, entry.valid_to)
    });
    if same {
        faults.push(fault("valid_from", "同样的一条已经录入，见企业资料。", "The same entry stands already; see the enterprise's data."));
    }
    let (Some(file), true) = (&entry.file, faults.is_empty()) else {
        return Err(ActError::Refused(faults));
    };
    let now = act.stamp();
    let sha256 = &file.sha256;
    let file = store::application::record_file(act.db, sha256, file.size_bytes, file.media_type, now)?;
    let new = NewQualification {
        enterprise_id: enterprise,
        kind: entry.kind,
        number: entry.number.clone(),
        place: entry.place,
        carrier_kind: entry.carrier_kind,
        carrier_level: entry.carrier_level,
        prior_year_sales_fen: entry.prior_year_sales,
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        file_id: Some(file),
        file_name: entry.file_name.clone(),
        entered_by: by,
        entered_at: now,
    };
    store::qualification::insert(act.db, &new)?;
    let detail = format!("{} {} {}–{} sha256 {}", entry.kind, entry.number, entry.valid_from, entry.valid_to, sha256);
    act.write_line(&Line {
        act: "enter_qualification",
        enterprise: Some(enterprise),
        subject: entry.kind.as_str(),
        detail: &detail,
        ..Line::default()
    })
}

#[cfg(test)]
mod tests;
