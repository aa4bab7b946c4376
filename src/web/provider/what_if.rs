//! What another version of a tariff would have made of a month: shown under a version and under a
//! draft of one, before anybody is bound by it.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::lang::Lang;
use crate::metering::moment::Month;
use crate::money::Fen;
use crate::reports::what_if::{Priced, WhatIf, WhatIfRow};
use crate::web::parts::{Choice, FieldKind, FieldView};

/// The table of contracts with both amounts.
#[derive(Debug, Template)]
#[template(path = "provider/what_if.html")]
pub(super) struct WhatIfView {
    lang: Lang,
    month: String,
    rows: Vec<Row>,
    total: Row,
}

impl HtmlSafe for WhatIfView {}

#[derive(Debug)]
struct Row {
    contract: String,
    enterprise: String,
    now: String,
    then: String,
    /// With its sign.
    change: String,
}

impl WhatIfView {
    pub(super) fn new(lang: Lang, found: &WhatIf) -> WhatIfView {
        let (now, then) = found.totals();
        WhatIfView {
            lang,
            month: found.month.to_string(),
            rows: found.rows.iter().map(|row| Row::of(lang, row)).collect(),
            total: Row {
                contract: lang.pick("合计", "Total").to_owned(),
                enterprise: String::new(),
                now: now.display(),
                then: then.display(),
                change: change(now, then),
            },
        }
    }
}

impl Row {
    fn of(lang: Lang, row: &WhatIfRow) -> Row {
        let said = |priced: &Priced| priced.as_ref().map_or_else(|why| why.get(lang).to_owned(), |amount| amount.display());
        let change = match (&row.now, &row.then) {
            (Ok(now), Ok(then)) => change(*now, *then),
            _ => "—".to_owned(),
        };
        Row {
            contract: row.contract.number.clone(),
            enterprise: row.contract.enterprise_name.clone(),
            now: said(&row.now),
            then: said(&row.then),
            change,
        }
    }
}

fn change(now: Fen, then: Fen) -> String {
    let difference = then - now;
    if difference.is_positive() { format!("+{}", difference.display()) } else { difference.display() }
}

/// The month to try on: what was asked for, else the last one that is over.
pub(super) fn month_field(lang: Lang, name: &str, months: &[Month], asked: &str) -> FieldView {
    let usual = || months.get(1).or(months.first()).map(Month::to_string).unwrap_or_default();
    let asked = if asked.is_empty() { usual() } else { asked.to_owned() };
    let choices = months.iter().map(|month| Choice::new(month.to_string(), month.to_string())).collect();
    FieldView::new(lang, FieldKind::Select, name, lang.pick("试算月份", "Month to try on")).value(asked).choices(choices).optional().short()
}
