//! What every page of filling in stands on: the application in full, what is missing, what it
//! would give, and the head of the page.

use actix_web::web;
use chrono::{NaiveDateTime, Timelike};

use crate::acts::assessment::{Assessment, preview};
use crate::acts::completeness::{Gaps, gaps};
use crate::acts::{Outcome, Refusal};
use crate::calendar::{beijing_date, beijing_time};
use crate::lang::Lang;
use crate::reports::application_detail::{self, Application, ApplicationDetail};
use crate::web::calculation::sheet_views;
use crate::web::parts::{Crumbs, ErrorItem, ErrorSummary, FieldView, Link, SheetView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// An application under way.
#[derive(Clone, Debug)]
pub struct Draft {
    pub detail: ApplicationDetail,
    pub gaps: Gaps,
    /// What it would give now; `None` without purchases.
    pub preview: Option<Assessment>,
}

/// The head of a page: where it stands, and that everything is saved.
#[derive(Clone, Debug)]
pub struct Head {
    pub crumbs: Crumbs,
    pub number: String,
    /// 已保存 10:42 · 第 7 版.
    pub saved: String,
    pub version: i64,
}

/// 您将得到: stays in view while the steps are done.
#[derive(Clone, Debug)]
pub struct Aside {
    pub title: &'static str,
    pub sheets: Vec<SheetView>,
    /// Why there is no sheet yet; empty when there is one.
    pub note: String,
    pub why_href: String,
}

/// Loads an application of the visitor's enterprise.
///
/// # Errors
/// Not found for others' applications; a fault of the database.
pub async fn load(visitor: &Visitor, site: &web::Data<Site>, number: &str) -> Result<Draft, Problem> {
    let (actor, number, now) = (visitor.actor()?, number.to_owned(), site.clock.now());
    let house = site.house.clone();
    site.read(move |db| -> Outcome<Draft> {
        let detail = application_detail::load(db, &house, &actor, &number)?;
        let gaps = gaps(db, beijing_date(now), &detail.dossier)?;
        let editable = detail.application().state.is_editable();
        let seen = if editable && !detail.dossier.items.is_empty() { Some(preview(db, &house, &detail.dossier, now)?) } else { None };
        Ok(Draft { detail, gaps, preview: seen })
    })
    .await
}

/// As [`load`]; `None` when the application is no longer open for changes.
///
/// # Errors
/// As [`load`].
pub async fn load_open(visitor: &Visitor, site: &web::Data<Site>, number: &str) -> Result<Option<Draft>, Problem> {
    let draft = load(visitor, site, number).await?;
    Ok(Some(draft).filter(|draft| draft.detail.application().state.is_editable()))
}

impl Draft {
    #[must_use]
    pub fn application(&self) -> &Application {
        self.detail.application()
    }

    /// Address of a page of this application; an empty step is its home.
    #[must_use]
    pub fn href(&self, step: &str) -> String {
        href(&self.application().number, step)
    }

    #[must_use]
    pub fn head(&self, lang: Lang, title: &str) -> Head {
        let application = self.application();
        Head {
            crumbs: Crumbs::new(
                lang,
                vec![
                    Link::new("/my/applications", lang.pick("我的申请", "Applications")),
                    Link::new(self.href(""), application.number.clone()),
                ],
                title,
            ),
            number: application.number.clone(),
            saved: saved_line(lang, application.saved_at, application.version),
            version: application.version,
        }
    }

    #[must_use]
    pub fn aside(&self, lang: Lang) -> Aside {
        let sheets = match &self.preview {
            Some(assessment) if self.has_amounts() => sheet_views(lang, assessment, &self.detail.dossier),
            _ => Vec::new(),
        };
        let accepted: crate::money::Fen = self.detail.dossier.items.iter().map(|(_, purchase)| purchase.accepted_fen).sum();
        let note = match (sheets.is_empty(), accepted.is_positive()) {
            (false, _) => String::new(),
            (true, true) => lang.pick(
                format!("已选账单的验收金额共 {}。填好发票与付款凭证的金额后，这里显示补贴测算。", accepted.display()),
                format!(
                    "The purchases come to {} accepted. Once invoices and payments are filled in, the calculation stands here.",
                    accepted.display()
                ),
            ),
            (true, false) => {
                lang.pick("选好账单、填好材料后，这里显示补贴测算。", "After purchases and papers the calculation stands here.").to_owned()
            }
        };
        Aside { title: lang.pick("您将得到", "What you will get"), sheets, note, why_href: self.href("/preview") }
    }

    /// Are there figures to calculate from?
    pub fn has_amounts(&self) -> bool {
        let has =
            |kind: &str| self.detail.dossier.materials.iter().any(|material| material.kind == kind && material.amount_fen.is_positive());
        has("invoice") && has("payment")
    }
}

/// Address of a page of an application.
#[must_use]
pub fn href(number: &str, step: &str) -> String {
    format!("/my/applications/{number}{step}")
}

/// 已保存 10:42 · 第 7 版.
#[must_use]
pub fn saved_line(lang: Lang, saved_at: NaiveDateTime, version: i64) -> String {
    let at = beijing_time(saved_at.and_utc());
    let (hour, minute) = (at.hour(), at.minute());
    lang.pick(format!("已保存 {hour:02}:{minute:02} · 第 {version} 版"), format!("Saved {hour:02}:{minute:02} · version {version}"))
}

/// The errors of a form: those of fields link to them, the others stand alone.
#[must_use]
pub fn summary(lang: Lang, refusals: &[Refusal], fields: &[FieldView]) -> ErrorSummary {
    let href_of =
        |name: &str| fields.iter().find(|field| field.name == name).map_or_else(String::new, |field| format!("#{}", field.target_id()));
    let items = refusals.iter().map(|refusal| ErrorItem {
        href: refusal.field.as_deref().map(href_of).unwrap_or_default(),
        text: refusal.text.get(lang).to_owned(),
    });
    ErrorSummary { lang, items: items.collect() }
}

/// No errors yet.
#[must_use]
pub fn no_errors(lang: Lang) -> ErrorSummary {
    ErrorSummary { lang, items: Vec::new() }
}
