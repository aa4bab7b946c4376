//! `/dev/people`: sign in as anybody with one click; and the demo's clock. Only in the demo.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{Days, TimeDelta};

use crate::acts::sign_in::open_session;
use crate::calendar::{beijing_date, start_of_day};
use crate::ids::AccountId;
use crate::jobs;
use crate::reports::people::{DemoPerson, everybody};
use crate::web::account::sign_in::{Errand, go_on};
use crate::web::answer::{go, page};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::{Visitor, whence};

#[derive(Debug, Template)]
#[template(path = "dev/people.html")]
struct PeoplePage {
    cx: PageCx,
    groups: Vec<(String, Vec<DemoPerson>)>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let groups = site.read(move |db| everybody(db, lang)).await?;
    page(&PeoplePage { cx: visitor.page(), groups })
}

/// # Errors
/// An id of nobody.
pub async fn enter(request: HttpRequest, visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let id = AccountId::new(form.number("account"));
    let (desk, whence) = (site.clone(), whence(&request));
    let token = web::block(move || open_session(&desk.store, &desk.house, id, &whence, desk.clock.now())).await??;
    go_on(&visitor, &site, token, Errand { next: "/".to_owned(), carried: String::new() }).await
}

/// Moves the clock to the next morning, nine o'clock, and runs what is due.
///
/// # Errors
/// A fault of a job.
pub async fn next_day(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let back = crate::web::account::sign_in::own_path(form.raw("back")).to_owned();
    let desk = site.clone();
    web::block(move || {
        let tomorrow = beijing_date(desk.clock.now()).checked_add_days(Days::new(1)).unwrap_or(visitor.today);
        let morning = start_of_day(tomorrow) + TimeDelta::hours(9);
        desk.clock.set(morning);
        crate::acts::demo_clock::keep(&desk.store, morning)?;
        jobs::run_all(&desk);
        Ok::<(), crate::acts::Fault>(())
    })
    .await??;
    Ok(go(&back))
}
