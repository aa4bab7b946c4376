//! `/finance/applications`: the cases that finance may see, and the calculation of each.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::application::State;
use crate::calendar::date_time;
use crate::reports::application_detail;
use crate::reports::passed_cases::passed_cases;
use crate::web::answer::page;
use crate::web::calculation::{GrantSteps, sheet_views, step_views};
use crate::web::finance::batches::state_tag;
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, Fact, FieldKind, FieldView, FilterBar, Link, SheetView, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The filter of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    state: String,
}

#[derive(Debug)]
struct Row {
    number: String,
    enterprise: String,
    status: Tag,
    since: String,
    total: String,
}

#[derive(Debug, Template)]
#[template(path = "finance/cases.html")]
struct CasesPage {
    cx: PageCx,
    filters: FilterBar,
    rows: Vec<Row>,
}

/// # Errors
/// A fault of the database.
pub async fn list(visitor: Visitor, site: web::Data<Site>, filter: web::Query<Filter>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let only = State::parse(&filter.state).filter(|state| state.has_passed_notice());
    let cases = site.read(move |db| passed_cases(db, only)).await?;
    let mut choices = vec![Choice::new("", lang.pick("全部状态", "Every status")).on(only.is_none())];
    choices.extend(
        State::ALL.iter().filter(|state| state.has_passed_notice()).map(|state| Choice::new(state.as_str(), state.staff_label(lang))),
    );
    let field = FieldView::new(lang, FieldKind::Select, "state", lang.pick("状态", "Status"));
    page(&CasesPage {
        filters: FilterBar {
            lang,
            action: "/finance/applications".into(),
            fields: vec![field.value(only.map_or("", State::as_str)).choices(choices)],
            hidden: Vec::new(),
            chips: Vec::new(),
            clear_href: "/finance/applications".into(),
        },
        rows: cases
            .into_iter()
            .map(|case| Row {
                status: state_tag(lang, case.state),
                since: date_time(case.since.and_utc(), lang),
                total: case.total.display(),
                number: case.number,
                enterprise: case.enterprise,
            })
            .collect(),
        cx: visitor.page(),
    })
}

/// One case, read only: the amounts and why they are what they are.
#[derive(Debug, Template)]
#[template(path = "finance/case.html")]
struct CasePage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    status: Tag,
    facts: Vec<Fact>,
    total: String,
    words: String,
    reproduces: bool,
    sheets: Vec<SheetView>,
    steps: Vec<GrantSteps>,
}

/// # Errors
/// An application that is unknown or whose notice has not passed; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let (actor, house) = (visitor.actor()?, site.house.clone());
    let detail = site.read(move |db| application_detail::load(db, &house, &actor, &number)).await?;
    let case = detail.application();
    let assessment = detail.assessment.as_ref();
    let grants = detail.subsidies.iter().filter(|row| row.amount_fen.is_positive());
    let grants: Vec<String> =
        grants.map(|row| format!("{} {} {}", row.tier.title().get(lang), row.year, row.amount_fen.display())).collect();
    let account = detail.bank.as_ref().map(|bank| format!("{} · {} · {}", bank.account_name, bank.bank_name, bank.account_no));
    page(&CasePage {
        crumbs: Crumbs::new(
            lang,
            vec![Link::new("/finance/applications", lang.pick("公示后的申请", "Applications after the notice"))],
            &case.number,
        ),
        number: case.number.clone(),
        status: state_tag(lang, case.state),
        facts: vec![
            Fact::new(lang.pick("企业", "Enterprise"), format!("{} · {}", detail.dossier.enterprise.name, detail.dossier.enterprise.uscc)),
            Fact::new(lang.pick("补贴", "Grants"), grants.join(lang.pick("；", "; "))),
            Fact::new(lang.pick("收款账户", "Account"), account.unwrap_or_else(|| lang.pick("尚无", "none yet").to_owned())),
            Fact::new(
                lang.pick("政策包", "Policy pack"),
                detail.kept.as_ref().map(|kept| format!("{} {}", kept.pack_id, kept.pack_version)).unwrap_or_default(),
            ),
        ],
        total: case.total_fen.display(),
        words: case.total_fen.in_words(),
        reproduces: detail.reproduces,
        sheets: assessment.map(|one| sheet_views(lang, one, &detail.dossier)).unwrap_or_default(),
        steps: assessment.map(|one| step_views(lang, one, &detail.dossier)).unwrap_or_default(),
        cx: visitor.page(),
    })
}
