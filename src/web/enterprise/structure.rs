//! `/my/enterprise/structure`: who stands behind the enterprise. The declaration is also shown to the
//! reviewers of its cases.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use askama::filters::HtmlSafe;

use crate::acts::declare_structure::{MOST, NewStructure, declare_structure};
use crate::acts::{Act, pack_in_force};
use crate::calendar::{date_time, full_date};
use crate::ids::Uscc;
use crate::lang::{Lang, Text};
use crate::money::RateBp;
use crate::party::structure::{Party, PartyRole, masked_name};
use crate::reports::own_enterprise::{self, Structure};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, FieldKind, FieldView, Link};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Rows of the form that are empty to begin with, beside what is declared.
const SPARE: usize = 3;

/// The fields of a row of which one is filled when it is used.
const FIELDS: [&str; 5] = ["role", "name", "uscc", "share", "since"];

/// What is declared, as it is read.
#[derive(Debug, Template)]
#[template(path = "enterprise/structure_view.html")]
pub struct StructureView {
    lang: Lang,
    /// Role, who, share and since when.
    parties: Vec<(&'static str, String, String)>,
    /// When and by whom; empty where nothing was declared.
    declared: String,
    /// When the earlier declarations were made, and of how many parties.
    earlier: Vec<String>,
}

impl HtmlSafe for StructureView {}

impl StructureView {
    /// Persons are named in full to those who must know them.
    #[must_use]
    pub fn new(lang: Lang, all: &[Structure], in_full: bool) -> StructureView {
        let when = |one: &Structure| date_time(one.declared_at.and_utc(), lang);
        let newest = all.first();
        let party = |party: &Party| {
            let name = if party.person && !in_full { masked_name(&party.name) } else { party.name.clone() };
            let who = if party.uscc.is_empty() { name } else { format!("{name} {}", party.uscc) };
            (party.role.label(lang), who, held(party, lang))
        };
        StructureView {
            lang,
            parties: newest.into_iter().flat_map(|one| &one.parties).map(party).collect(),
            declared: newest
                .map(|one| {
                    let (version, when, who) = (one.version, when(one), &one.declared_by);
                    lang.pick(format!("第 {version} 次申报，{when}，{who}"), format!("Declaration {version}, {when}, {who}"))
                })
                .unwrap_or_default(),
            earlier: all
                .iter()
                .skip(1)
                .map(|one| {
                    let (version, count) = (one.version, one.parties.len());
                    let when = when(one);
                    lang.pick(format!("第 {version} 次：{when}，{count} 项"), format!("Declaration {version}: {when}, {count} parties"))
                })
                .collect(),
        }
    }

    #[must_use]
    pub fn is_declared(&self) -> bool {
        !self.declared.is_empty()
    }
}

fn held(party: &Party, lang: Lang) -> String {
    let since = full_date(party.since, lang);
    let since = lang.pick(format!("自 {since}"), format!("since {since}"));
    match party.share {
        Some(share) => format!("{} · {since}", share.percent()),
        None => since,
    }
}

/// The fields of one party.
#[derive(Debug)]
struct Row {
    title: String,
    fields: Vec<FieldView>,
}

#[derive(Debug, Template)]
#[template(path = "enterprise/structure.html")]
struct StructurePage {
    cx: PageCx,
    crumbs: Crumbs,
    errors: ErrorSummary,
    version: i64,
    /// Which holdings are asked for.
    asked: String,
    no_controller: FieldView,
    rows: Vec<Row>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn declare(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let parties = (1..=MOST).filter_map(|row| Some((row, read(&form, row, &mut faults)?))).collect::<BTreeMap<_, _>>();
    if !faults.is_empty() {
        return render(&visitor, &site, &Attempt::refused(faults.0, form)).await;
    }
    let new = NewStructure { parties, no_controller: form.is_ticked("no_controller"), seen_version: form.number("version") };
    let done = move |act: &mut Act<'_>| declare_structure(act, &new).map(|()| "/my/enterprise#structure".to_owned());
    match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
        Ok(place) => Ok(go_and_say(&visitor, &place, "ok", &Text::new("股权与控制已申报。", "Ownership and control are declared."))),
        Err(refusals) => render(&visitor, &site, &Attempt::refused(refusals, form)).await,
    }
}

/// One row; `None` for one that was left empty, or with its faults.
fn read(form: &Form, row: usize, faults: &mut Faults) -> Option<Party> {
    let field = |name: &str| format!("{name}_{row}");
    if FIELDS.iter().all(|name| form.code(&field(name)).is_empty()) {
        return None;
    }
    let role = PartyRole::parse(form.raw(&field("role")));
    if role.is_none() {
        faults.add(&field("role"), "请选择关系。", "Choose what it is to the enterprise.");
    }
    let name = form.required(&field("name"), 100, faults);
    let typed = form.code(&field("share"));
    let share = RateBp::parse_percent(&typed);
    if share.is_none() && !typed.is_empty() {
        faults.add(
            &field("share"),
            "比例须为数字，最多两位小数，例如 30 或 25.5。",
            "The share is a number with two decimals at most, such as 30 or 25.5.",
        );
    }
    let since = form.date(&field("since"), faults);
    let uscc = form.code(&field("uscc"));
    // In its normal form where it is a code; what is wrong with it is said by the act.
    let uscc = Uscc::parse(&uscc).map_or(uscc, |code| code.to_string());
    Some(Party { role: role?, person: form.raw(&field("person")) == "person", name, uscc, share, since: since? })
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let (id, house) = (visitor.enterprise()?, site.house.clone());
    let (all, share) = site.read(move |db| Ok((own_enterprise::structures(db, id)?, pack_in_force(db, &house)?.related_share()))).await?;
    let lang = visitor.lang;
    let newest = all.first();
    let parties = newest.map(|one| one.parties.as_slice()).unwrap_or_default();
    let shown = (parties.len() + SPARE).min(MOST);
    let typed = (1..=MOST).rev().find(|row| FIELDS.iter().any(|name| !attempt.typed(&format!("{name}_{row}"), "").is_empty()));
    let rows = shown.max(typed.unwrap_or(0));
    let none = newest.is_some() && !parties.iter().any(|party| party.role == PartyRole::Controller);
    let wrong = attempt.refusals().iter().find(|refusal| refusal.field.as_deref() == Some("no_controller-1"));
    let no_controller = FieldView::new(lang, FieldKind::Checks, "no_controller", lang.pick("没有实际控制人的", "Where nobody controls it"))
        .choices(vec![Choice::new("yes", lang.pick("本企业没有实际控制人", "The enterprise has no actual controller")).on(attempt.ticked(
            "no_controller",
            "yes",
            none,
        ))])
        .error(wrong.map_or("", |refusal| refusal.text.get(lang)))
        .optional();
    let view = StructurePage {
        crumbs: Crumbs::new(
            lang,
            vec![Link::new("/my/enterprise", lang.pick("企业资料", "Enterprise"))],
            lang.pick("股权与控制", "Ownership and control"),
        ),
        errors: error_summary(lang, attempt.refusals()),
        version: attempt.typed("version", newest.map_or(0, |one| one.version).to_string()).parse().unwrap_or(0),
        no_controller,
        asked: asked(lang, share),
        rows: (1..=rows).map(|number| row(lang, number, parties.get(number - 1), attempt)).collect(),
        cx: visitor.page(),
    };
    attempt.page(&view)
}

/// Everything that the checks look at: holdings from the share on that the pack in force names.
fn asked(lang: Lang, share: Option<RateBp>) -> String {
    let Some(share) = share.map(RateBp::percent) else {
        return lang.pick("请申报实际控制人。", "Declare the actual controllers.").to_owned();
    };
    lang.pick(
        format!("请申报实际控制人、持股 {share} 及以上的股东，以及本企业持股 {share} 及以上的单位。"),
        format!("Declare the actual controllers, whoever holds {share} or more of the enterprise, and every organisation of which it holds {share} or more."),
    )
}

fn row(lang: Lang, number: usize, known: Option<&Party>, attempt: &Attempt) -> Row {
    let name = |field: &str| format!("{field}_{number}");
    let value = |field: &str, of: &dyn Fn(&Party) -> String| attempt.typed(&name(field), known.map(of).unwrap_or_default());
    let mut roles = vec![Choice::new("", lang.pick("请选择", "Please choose"))];
    roles.extend(PartyRole::ALL.iter().map(|role| Choice::new(role.as_str(), role.label(lang))));
    let person = |party: &Party| if party.person { "person" } else { "house" }.to_owned();
    let kinds = vec![Choice::new("house", lang.pick("单位", "Organisation")), Choice::new("person", lang.pick("个人", "Person"))];
    let fields = vec![
        FieldView::new(lang, FieldKind::Select, name("role"), lang.pick("关系", "What it is"))
            .value(value("role", &|party| party.role.as_str().to_owned()))
            .choices(roles),
        FieldView::new(lang, FieldKind::Select, name("person"), lang.pick("单位或个人", "Organisation or person"))
            .value(value("person", &person))
            .choices(kinds),
        FieldView::text(lang, name("name"), lang.pick("名称或姓名", "Name"))
            .value(value("name", &|party| party.name.clone()))
            .max_length(100),
        FieldView::text(lang, name("uscc"), lang.pick("统一社会信用代码（单位）", "Credit code (organisations)"))
            .value(value("uscc", &|party| party.uscc.clone()))
            .max_length(30)
            .optional(),
        FieldView::text(lang, name("share"), lang.pick("持股比例（%）", "Share (%)"))
            .value(value("share", &|party| party.share.map(|share| share.percent().trim_end_matches('%').to_owned()).unwrap_or_default()))
            .hint(lang.pick("实际控制人没有股份的可不填", "A controller without a share leaves it empty"))
            .max_length(10)
            .short(),
        FieldView::new(lang, FieldKind::Date, name("since"), lang.pick("起始日期", "Since"))
            .value(value("since", &|party| party.since.to_string()))
            .short(),
    ];
    Row { title: lang.pick(format!("第 {number} 项"), format!("Party {number}")), fields: with_errors(lang, fields, attempt.refusals()) }
}
