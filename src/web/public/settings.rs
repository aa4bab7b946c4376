//! How the reader wants the pages: language, size of the text, colours; and the files that make
//! them look so.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::lang::Lang;
use crate::web::answer::go;
use crate::web::assets;
use crate::web::page::Theme;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::{LANGUAGE, SIZE, THEME, cookie};

/// One setting to remember, and where to go back to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    lang: Option<String>,
    size: Option<String>,
    theme: Option<String>,
    back: String,
}

/// `GET /view?lang=en&back=/notices`
pub async fn view(site: web::Data<Site>, wish: web::Query<Wish>) -> HttpResponse {
    // Only a path of our own: `//host` would lead away.
    let back = if wish.back.starts_with('/') && !wish.back.starts_with("//") && !wish.back.contains('\\') { &wish.back } else { "/" };
    let mut answer = go(back);
    let wishes = [
        (LANGUAGE, wish.lang.as_deref().and_then(Lang::parse).map(Lang::code)),
        (SIZE, wish.size.as_deref().map(|size| if size == "large" { "large" } else { "normal" })),
        (THEME, wish.theme.as_deref().map(|theme| Theme::parse(theme).code())),
    ];
    for (name, value) in wishes {
        if let Some(value) = value {
            let mut remembered = cookie(name, value.to_owned(), site.config.secure_cookies);
            remembered.make_permanent();
            if answer.add_cookie(&remembered).is_err() {
                return HttpResponse::InternalServerError().finish();
            }
        }
    }
    answer
}

/// `GET /static/{name}`: addresses carry a digest, so a browser may keep them for ever.
///
/// # Errors
/// An unknown name.
pub async fn asset(name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let asset = assets::find(&name).ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.body))
}
