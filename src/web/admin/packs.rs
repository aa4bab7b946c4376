//! `/admin/packs`: the policy packs of this program, which one is in force, and since when.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::activate_pack::activate_pack;
use crate::calendar::{date_time, full_date};
use crate::lang::Text;
use crate::policy::Pack;
use crate::reports::administration;
use crate::web::answer::{page, settle};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One pack.
#[derive(Debug)]
pub struct PackCard {
    pub id: String,
    pub title: String,
    pub note: String,
    pub effective: String,
    pub version: String,
    /// First digits of the file's hash.
    pub digest: String,
    pub in_force: bool,
    /// Its rules on the public page.
    pub href: String,
    /// Nothing for the one in force.
    pub activate: Option<ConfirmView>,
}

/// One change of the pack in force.
#[derive(Debug)]
pub struct ChangeRow {
    pub when: String,
    pub pack: String,
    pub who: String,
    pub reason: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "admin/packs.html")]
pub struct PacksView {
    pub cx: PageCx,
    pub packs: Vec<PackCard>,
    pub changes: Vec<ChangeRow>,
}

fn card(cx: &PageCx, pack: &Pack, in_force: &str) -> PackCard {
    let lang = cx.lang;
    let from = full_date(pack.effective_from, lang);
    let effective = match pack.effective_to {
        Some(to) => lang.pick(format!("{from}至{}", full_date(to, lang)), format!("{from} – {}", full_date(to, lang))),
        None => lang.pick(format!("{from}起"), format!("since {from}")),
    };
    let activate = (pack.id != in_force).then(|| {
        let action = format!("/admin/packs/{}/activate", pack.id);
        let mut view = ConfirmView::new(cx, action, lang.pick("施行这个政策包…", "Put in force…"), lang.pick("确认施行", "Put in force"));
        view.effect = lang
            .pick(
                "此后新建的申请按它计算；已开始的申请按原政策包办完。公开的「问政策」随之改变。",
                "Applications begun from now on follow it; those under way keep their pack. The public rules change with it.",
            )
            .to_owned();
        view.fields = vec![FieldView::new(lang, FieldKind::Area, "reason", lang.pick("理由或文号", "Reason or document number"))];
        view
    });
    PackCard {
        id: pack.id.clone(),
        title: pack.title.get(lang).to_owned(),
        note: pack.note.get(lang).to_owned(),
        effective,
        version: pack.version.clone(),
        digest: pack.sha256.chars().take(12).collect(),
        in_force: pack.id == in_force,
        href: format!("/policy?pack={}", pack.id),
        activate,
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let house = site.house.clone();
    let history = site.read(move |db| administration::packs(db, &house)).await?;
    let (lang, cx) = (visitor.lang, visitor.page());
    let changes = history.changes.into_iter().map(|change| ChangeRow {
        when: date_time(change.at.and_utc(), lang),
        pack: change.pack,
        who: if change.who.is_empty() { lang.pick("系统", "the system").to_owned() } else { change.who },
        reason: change.reason,
    });
    page(&PacksView {
        packs: site.house.packs.values().map(|pack| card(&cx, pack, &history.in_force)).collect(),
        changes: changes.collect(),
        cx,
    })
}

/// # Errors
/// The page that says why not.
pub async fn activate(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, reason) = (id.into_inner(), form.paragraph("reason"));
    let text = Text::new(format!("政策包 {id} 已施行。"), format!("The pack {id} is in force."));
    settle(&visitor, &site, &form, ("/admin/packs".to_owned(), text), move |act| activate_pack(act, &id, &reason)).await
}
