//! Sessions: fresh at every proof, ended at once, listed, and over in time.

use reqwest::{Client, redirect};
use suanquan::secret::token_hash;

use super::{Person, demo, runtime};
use crate::harness::db::on_both_databases;
use crate::harness::folder::Folder;
use crate::harness::server::Server;

/// Is somebody let in who holds this cookie?
async fn opens(server: &Server, session: &str) -> bool {
    let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    let asked = client.get(server.url("/account")).header("cookie", format!("sq_session={session}"));
    asked.send().await.unwrap().status().as_u16() == 200
}

#[test]
fn a_session_is_fresh_at_the_sign_in_and_dead_after_the_sign_out() {
    on_both_databases(|db| {
        let folder = Folder::new("sessions");
        let server = demo(db.url(), &folder, "people");
        runtime().block_on(async {
            let person = Person::new(&server);
            let page = person.get("/login").await;
            let planted = page.session.clone().unwrap();
            let typed = [("email", "tf1@demo.suanquan.example"), ("password", super::PASSWORD)];
            let entered = person.send(&page, "/login", &typed).await.session.unwrap();
            assert!(entered != planted && entered.len() == 64, "an id that somebody planted before is not the one after");
            assert!(opens(&server, &entered).await && !opens(&server, &planted).await && !opens(&server, &token_hash(&entered)).await);
            let page = person.get("/account").await;
            let form = [("csrf", page.hidden("csrf"))];
            let left = person.client.post(server.url("/logout")).form(&form).send().await.unwrap();
            assert_eq!(left.status().as_u16(), 303);
            assert_eq!(left.headers().get("clear-site-data").unwrap(), "\"cache\", \"storage\"");
            assert!(!opens(&server, &entered).await, "a cookie that was kept opens nothing");
        });
    });
}

#[test]
fn a_disabled_account_and_one_with_other_rights_are_out_at_the_next_request() {
    on_both_databases(|db| {
        let folder = Folder::new("sessions");
        let server = demo(db.url(), &folder, "people");
        runtime().block_on(async {
            let security = Person::enter(&server, "security@demo.suanquan.example").await;
            let list = security.get("/admin").await.text;
            let id_of = |email: &str| {
                let before = list.split(email).next().unwrap();
                before.rsplit("/admin/people/").next().unwrap().split('"').next().unwrap().to_owned()
            };
            let victim = Person::enter(&server, "tf3@demo.suanquan.example").await;
            let promoted = Person::enter(&server, "tf4@demo.suanquan.example").await;
            assert!(victim.is_in().await && promoted.is_in().await);
            let place = format!("/admin/people/{}", id_of("tf3@demo.suanquan.example"));
            let page = security.get(&place).await;
            assert_eq!(security.send(&page, &format!("{place}/close"), &[("reason", "离岗")]).await.status, 303);
            let place = format!("/admin/people/{}", id_of("tf4@demo.suanquan.example"));
            let page = security.get(&place).await;
            let rights = [("duties", "finance"), ("reason", "调岗")];
            assert_eq!(security.send(&page, &format!("{place}/rights"), &rights).await.status, 303);
            assert!(!victim.is_in().await && !promoted.is_in().await);
            let (_, again) = Person::knock(&server, "tf3@demo.suanquan.example", super::PASSWORD).await;
            assert_eq!(again.status, 422);
        });
    });
}

#[test]
fn people_see_where_they_are_signed_in_and_end_what_they_do_not_know() {
    on_both_databases(|db| {
        let folder = Folder::new("sessions");
        let server = demo(db.url(), &folder, "people");
        runtime().block_on(async {
            let email = "tf1@demo.suanquan.example";
            let (here, one, two) =
                (Person::enter(&server, email).await, Person::enter(&server, email).await, Person::enter(&server, email).await);
            let stranger = Person::enter(&server, "tf2@demo.suanquan.example").await;
            let page = here.get("/account").await;
            let ends: Vec<&str> =
                page.text.split("action=\"/account/sessions/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert_eq!((ends.len(), *ends.last().unwrap()), (3, "end-others"), "{}", page.text);
            let theirs = stranger.get("/account").await;
            assert_eq!(stranger.send(&theirs, &format!("/account/sessions/{}", ends[0]), &[]).await.status, 404, "somebody else's");
            assert_eq!(here.send(&page, &format!("/account/sessions/{}", ends[0]), &[]).await.status, 303);
            assert_eq!([one.is_in().await, two.is_in().await].iter().filter(|is_in| **is_in).count(), 1);
            let page = here.get("/account").await;
            assert_eq!(here.send(&page, "/account/sessions/end-others", &[]).await.status, 303);
            assert!(here.is_in().await && !one.is_in().await && !two.is_in().await && stranger.is_in().await);
        });
    });
}

#[test]
fn a_session_ends_when_it_stands_still_and_when_its_time_is_over() {
    on_both_databases(|db| {
        let folder = Folder::new("sessions");
        let server = demo(db.url(), &folder, "people");
        runtime().block_on(async {
            for too_old in ["seen_at = '2020-01-01 00:00:00'", "expires_at = '2020-01-01 00:00:00'"] {
                let person = Person::enter(&server, "tf1@demo.suanquan.example").await;
                assert!(person.is_in().await);
                db.run_sql(&format!("UPDATE session SET {too_old}"));
                assert!(!person.is_in().await, "{too_old}");
            }
        });
    });
}
