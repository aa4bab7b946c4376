//! `/desk/registry/{id}`: what a list changes, row by row; its import, its report, and one row as
//! evidence.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame;
use super::registry::render as shelf_page;
use crate::acts::Refusal;
use crate::acts::enter_qualification::validity;
use crate::acts::import_registry_list::{ends_many, import_registry_list};
use crate::acts::listings::match_listing;
use crate::acts::settle_withdrawal::settle_withdrawal;
use crate::calendar::full_date;
use crate::export::csv::{guarded, rows as csv_rows};
use crate::ids::EnterpriseId;
use crate::lang::{Lang, Text};
use crate::party::Role;
use crate::registry::{ListKind, RowFault, RowOutcome};
use crate::reports::desk_queue;
use crate::reports::registry::{List, ListPage, RegistryRow, each_row, list_page, row_of};
use crate::web::answer::{error_summary, file, go_and_say, page, page_with_faults};
use crate::web::attempt::Attempt;
use crate::web::finance::sheets::{CSV, unwritten};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, Fact};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/registry_list.html")]
struct DiffPage {
    cx: PageCx,
    errors: ErrorSummary,
    id: i64,
    title: String,
    imported: bool,
    /// The list may be imported by whoever looks, and this many of its rows say something.
    may_import: bool,
    ends_many: bool,
    gone: i64,
    facts: Vec<Fact>,
    tallies: Vec<(&'static str, i64)>,
    sections: Vec<Section>,
}

/// Rows that came to the same.
#[derive(Debug)]
struct Section {
    title: &'static str,
    rows: Vec<Shown>,
    /// How many are not shown.
    more: i64,
}

#[derive(Debug)]
struct Shown {
    href: String,
    row: String,
    name: String,
    uscc: String,
    number: String,
    what: String,
}

#[derive(Debug, Template)]
#[template(path = "desk/registry_row.html")]
struct RowPage {
    cx: PageCx,
    title: String,
    back: String,
    facts: Vec<Fact>,
}

/// # Errors
/// The page for a list that is not there.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, *id, &[]).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn import(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, many_may_go) = (*id, form.is_ticked("many_may_go"));
    let place = format!("/desk/registry/{id}");
    let key = form.request_key(&visitor);
    let answer = site.act(visitor.actor()?, key, move |act| import_registry_list(act, id, many_may_go).map(|()| place)).await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("名单已导入。", "The list is imported."))),
        Err(refusals) => render(&visitor, &site, id, &refusals).await,
    }
}

/// Every row with its outcome as CSV.
///
/// # Errors
/// The page for a list that is not there.
pub async fn report(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let (id, lang) = (*id, visitor.lang);
    let (records, list) = site
        .read(move |db| {
            let titles = match lang {
                Lang::Zh => ["行", "结果", "名称", "统一社会信用代码", "编号", "起始日", "截止日", "载体", "说明"],
                Lang::En => ["row", "outcome", "name", "uscc", "number", "from", "to", "carrier", "why"],
            };
            let mut records = vec![titles.map(str::to_owned)];
            let list = each_row(db, id, |row| records.push(record(lang, row)))?;
            Ok((records, list))
        })
        .await?;
    let rows = csv_rows(records.into_iter()).map_err(|why| unwritten(&why))?;
    // Excel takes a file without the mark for the system's old code page.
    let bytes = [b"\xef\xbb\xbf".as_slice(), &rows].concat();
    Ok(file(bytes, CSV, &format!("{}-{}.csv", list.kind, list.as_of), true))
}

/// One row with the list it stands in.
///
/// # Errors
/// The page for a row that is not there.
pub async fn evidence(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>) -> Result<HttpResponse, Problem> {
    let (id, who, lang) = (*id, visitor.actor()?.account, visitor.lang);
    let (rail, (row, list)) = site.read(move |db| Ok((desk_queue::rail(db, who)?, row_of(db, id)?))).await?;
    let mut facts = vec![
        Fact::new(lang.pick("名称", "Name"), row.name.clone()),
        Fact::new(lang.pick("统一社会信用代码", "Credit code"), row.uscc.clone()),
        Fact::new(lang.pick("编号", "Number"), row.number.clone()),
        Fact::new(lang.pick("有效期", "Valid"), term(lang, &row)),
        Fact::new(lang.pick("载体", "Carrier"), carrier(lang, &row)),
        Fact::new(lang.pick("行号", "Row in the file"), row.row_number.to_string()),
        Fact::new(lang.pick("结果", "Outcome"), what(lang, &row)),
    ];
    facts.extend(facts_of(lang, &list));
    facts.push(Fact::new(lang.pick("行内容校验值", "Digest of the row"), row.digest.clone()));
    facts.retain(|fact| !fact.text.is_empty());
    page(&RowPage {
        title: list.kind.label(lang).to_owned(),
        back: format!("/desk/registry/{}", list.id),
        facts,
        cx: frame(&visitor, &rail, None),
    })
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn settle(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, note) = (*id, form.text("note"));
    let key = form.request_key(&visitor);
    let answer =
        site.act(visitor.actor()?, key, move |act| settle_withdrawal(act, id, &note).map(|()| "/desk/registry".to_owned())).await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("已登记复核结论。", "The review is recorded."))),
        Err(mut refusals) => {
            for refusal in &mut refusals {
                refusal.field = refusal.field.take().map(|field| format!("{field}_{id}"));
            }
            shelf_page(&visitor, &site, &Attempt::refused(refusals, form)).await
        }
    }
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn take_name(visitor: Visitor, site: web::Data<Site>, row: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (row, enterprise) = (*row, EnterpriseId::new(form.number("enterprise")));
    let key = form.request_key(&visitor);
    let answer =
        site.act(visitor.actor()?, key, move |act| match_listing(act, row, enterprise).map(|()| "/desk/registry".to_owned())).await?;
    match answer {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("已采用名单中的这一行。", "The row of the list is used."))),
        Err(refusals) => shelf_page(&visitor, &site, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, id: i64, refusals: &[Refusal]) -> Result<HttpResponse, Problem> {
    let who = visitor.actor()?.account;
    let (rail, found) = site.read(move |db| Ok((desk_queue::rail(db, who)?, list_page(db, id)?))).await?;
    let lang = visitor.lang;
    let list = &found.list;
    let imported = list.state == "imported";
    let mut facts = facts_of(lang, list);
    let before = found.before.as_ref().map(|before| format!("{} · {}", before.file_name, full_date(before.as_of, lang)));
    facts.push(Fact::new(
        lang.pick("比较对象", "Compared with"),
        before.unwrap_or_else(|| lang.pick("没有更早的同类名单", "no earlier list of this kind").to_owned()),
    ));
    let view = DiffPage {
        cx: frame(visitor, &rail, None),
        errors: error_summary(lang, refusals),
        id,
        title: list.kind.label(lang).to_owned(),
        imported,
        may_import: !imported
            && (visitor.holds(Role::CompetentAuthority) || visitor.holds(Role::TaskForce) && list.kind != ListKind::Dishonesty)
            && list.new_count + list.changed_count + list.same_count + list.gone_count > 0,
        ends_many: ends_many(list),
        gone: list.gone_count,
        facts,
        tallies: vec![
            (lang.pick("行数", "Rows"), list.row_count),
            (RowOutcome::New.label(lang), list.new_count),
            (RowOutcome::Changed.label(lang), list.changed_count),
            (RowOutcome::Same.label(lang), list.same_count),
            (RowOutcome::Gone.label(lang), list.gone_count),
            (RowOutcome::Unreadable.label(lang), list.unreadable_count),
        ],
        sections: sections(lang, &found),
    };
    if refusals.is_empty() { page(&view) } else { page_with_faults(&view) }
}

fn facts_of(lang: Lang, list: &List) -> Vec<Fact> {
    vec![
        Fact::new(lang.pick("文件", "File"), list.file_name.clone()),
        Fact::new(lang.pick("名单范围", "What the list holds"), list.scope.label(lang)),
        Fact::new(lang.pick("名单截止日", "Day of the list"), full_date(list.as_of, lang)),
        Fact::new(lang.pick("文件校验值（SHA-256）", "SHA-256 of the file"), list.file_sha256.clone()),
    ]
}

fn sections(lang: Lang, found: &ListPage) -> Vec<Section> {
    let count = |outcome: RowOutcome| match outcome {
        RowOutcome::New => found.list.new_count,
        RowOutcome::Changed => found.list.changed_count,
        RowOutcome::Same => found.list.same_count,
        RowOutcome::Gone => found.list.gone_count,
        RowOutcome::Unreadable => found.list.unreadable_count,
    };
    let section = |(outcome, rows): &(RowOutcome, Vec<RegistryRow>)| Section {
        title: outcome.label(lang),
        more: count(*outcome) - i64::try_from(rows.len()).unwrap_or(0),
        rows: rows.iter().map(|row| shown(lang, row)).collect(),
    };
    found.rows.iter().filter(|(_, rows)| !rows.is_empty()).map(section).collect()
}

fn shown(lang: Lang, row: &RegistryRow) -> Shown {
    Shown {
        href: format!("/desk/registry/rows/{}", row.id),
        row: if row.row_number == 0 { "—".to_owned() } else { row.row_number.to_string() },
        name: row.name.clone(),
        uscc: row.uscc.clone(),
        number: row.number.clone(),
        what: what(lang, row),
    }
}

/// What is wrong with a row, from when on it is gone, or how long it holds.
fn what(lang: Lang, row: &RegistryRow) -> String {
    match row.outcome {
        RowOutcome::Unreadable => {
            serde_json::from_str::<RowFault>(&row.fault).map(|fault| fault.text().get(lang).to_owned()).unwrap_or_default()
        }
        RowOutcome::Gone => {
            let from = row.valid_from.map(|day| full_date(day, lang)).unwrap_or_default();
            lang.pick(format!("自{from}起不在名单中"), format!("not listed from {from} on"))
        }
        RowOutcome::New | RowOutcome::Changed | RowOutcome::Same => {
            [row.outcome.label(lang).to_owned(), term(lang, row), carrier(lang, row)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        }
    }
}

fn term(lang: Lang, row: &RegistryRow) -> String {
    match (row.outcome, row.valid_from, row.valid_to) {
        (RowOutcome::Gone, _, _) | (_, None, _) => String::new(),
        (_, Some(from), Some(to)) => validity(from, to, lang),
        (_, Some(from), None) => validity(from, crate::acts::enter_qualification::OPEN_END, lang),
    }
}

fn carrier(lang: Lang, row: &RegistryRow) -> String {
    let name = if row.kind == ListKind::Carrier { "" } else { row.carrier.as_str() };
    let level = row.carrier_level.map_or("", |level| level.label(lang));
    let kind = row.carrier_kind.map_or("", |kind| kind.label(lang));
    [name, level, kind].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn record(lang: Lang, row: &RegistryRow) -> [String; 9] {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let why = match row.outcome {
        RowOutcome::Unreadable | RowOutcome::Gone => what(lang, row),
        RowOutcome::New | RowOutcome::Changed | RowOutcome::Same => String::new(),
    };
    [
        row.row_number.to_string(),
        row.outcome.label(lang).to_owned(),
        guarded(&row.name),
        row.uscc.clone(),
        guarded(&row.number),
        day(row.valid_from),
        day(row.valid_to),
        guarded(&row.carrier),
        guarded(&why),
    ]
}
