//! Papers as PDF for the browser: the fonts are found and parsed once, and setting a paper happens
//! off the event loop.

use std::path::Path;
use std::sync::OnceLock;

use actix_web::http::StatusCode;
use actix_web::web;

use crate::config::Config;
use crate::export::document::Document;
use crate::export::pdf::{self, Fonts};
use crate::lang::{Lang, Text};
use crate::web::problem::Problem;
use crate::web::site::Site;

static FONTS: OnceLock<Fonts> = OnceLock::new();

/// Who issues the receipts and the papers of finance.
#[must_use]
pub fn issuer(lang: Lang) -> String {
    lang.pick("科技创新券（算力）工作专班", "Task force for compute vouchers").to_owned()
}

/// The fonts of this process. A machine without any is asked again next time, so that installing
/// them needs no restart.
///
/// # Errors
/// The page that says that PDF cannot be made here; the log says what to install.
pub fn fonts(site: &Site) -> Result<Fonts, Problem> {
    if let Some(known) = FONTS.get() {
        return Ok(known.clone());
    }
    let configured = configured_font(&site.config);
    let loaded = Fonts::load(configured.as_deref(), None).map_err(|why| unavailable(&why))?;
    Ok(FONTS.get_or_init(|| loaded).clone())
}

/// Sets a paper.
///
/// # Errors
/// No fonts, or a font that cannot be embedded.
pub async fn pdf(site: &web::Data<Site>, document: Document) -> Result<Vec<u8>, Problem> {
    let site = site.clone();
    web::block(move || pdf::render(&document, &fonts(&site)?).map_err(|why| unavailable(&why))).await?
}

/// The first configured font that stands on this machine (`path` or `path#face`); when none does,
/// the first one, so that the message names it. `None` looks in the usual places.
#[must_use]
pub fn configured_font(config: &Config) -> Option<String> {
    let named: Vec<String> = config.fonts.iter().map(|path| path.display().to_string()).collect();
    let is_there = |named: &&String| Path::new(named.rsplit_once('#').map_or(named.as_str(), |(path, _)| path)).is_file();
    named.iter().find(is_there).or(named.first()).cloned()
}

fn unavailable(why: &(dyn std::error::Error + 'static)) -> Problem {
    let incident = crate::secret::random_name(8);
    let cause = why.source().map(ToString::to_string).unwrap_or_default();
    tracing::error!(incident, %why, cause, "a paper could not be made");
    Problem {
        status: StatusCode::SERVICE_UNAVAILABLE,
        title: Text::new("现在无法生成 PDF", "No PDF can be made now"),
        text: Text::new(
            format!("网页上的内容与 PDF 相同，可先查看或打印网页。事件编号 {incident}。"),
            format!("The page says the same as the PDF; read or print the page for now. Incident {incident}."),
        ),
        incident: Some(incident),
    }
}
