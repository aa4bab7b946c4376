//! The doors under bad input and retries, over real HTTP: what people and programs send, and what
//! they are told. Nothing is a 500, and nothing typed is lost.

mod eligible;
mod odd_input;
mod offers;
mod structure;
mod uploads;
mod viruses;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response, redirect};
use serde_json::json;

use crate::harness::folder::Folder;
use crate::harness::mailbox::Mailbox;
use crate::harness::server::Server;

/// Somebody with a browser's cookies, but without a browser.
pub(crate) struct Caller<'a> {
    pub server: &'a Server,
    pub client: Client,
}

impl Caller<'_> {
    pub fn new(server: &Server) -> Caller<'_> {
        Caller { server, client: Client::builder().redirect(redirect::Policy::none()).cookie_store(true).build().unwrap() }
    }

    pub async fn enter(server: &Server, email: &str) -> reqwest::Result<Client> {
        let caller = Caller::new(server);
        let page = caller.read("/login").await;
        let form =
            [("csrf", hidden(&page, "csrf")), ("email", email.into()), ("password", "suanquan-demo".into()), ("next", String::new())];
        let answer = caller.client.post(server.url("/login")).form(&form).send().await?;
        assert_eq!(answer.status(), 303, "{email} signs in");
        Ok(caller.client)
    }

    pub async fn read(&self, path: &str) -> String {
        self.client.get(self.server.url(path)).send().await.unwrap().text().await.unwrap()
    }

    /// Sends a form. What was done is sent once more, as by somebody whose answer was lost: it must be told the same,
    /// unless its session has changed with the answer.
    pub async fn send(&self, path: &str, fields: &[(&str, String)]) -> Response {
        let post = || self.client.post(self.server.url(path)).form(fields).send();
        let first = post().await.unwrap();
        let has_key = fields.iter().any(|(name, value)| *name == "request_key" && !value.is_empty());
        let session_stays = first.cookies().all(|cookie| !cookie.name().ends_with("sq_session"));
        if first.status() == 303 && has_key && session_stays {
            let second = post().await.unwrap();
            let (before, now) = (place(&first), place(&second));
            assert_eq!((second.status().as_u16(), &now), (303, &before), "{path} sent again: {}", second.text().await.unwrap());
        }
        first
    }
}

fn place(answer: &Response) -> String {
    answer.headers().get("location").and_then(|place| place.to_str().ok()).unwrap_or_default().to_owned()
}

pub(crate) fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn bad_input_is_told_beside_its_field_and_nothing_is_lost() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let caller = Caller { server: &server, client: Caller::enter(&server, "firm36@demo.suanquan.example").await.unwrap() };
        papers_that_cannot_be_taken(&caller).await;
        for foreign in
            ["/my/applications/A-2026-0001", "/my/applications/A-2026-0001/receipt.pdf", "/files/material/1", "/my/applications/zzz"]
        {
            assert_eq!(caller.client.get(server.url(foreign)).send().await.unwrap().status(), 404, "{foreign}");
        }
        a_session_that_ended_keeps_what_was_typed(&server, &caller).await;
        a_double_click_makes_one_application(&caller).await;
        let stranger = Caller::new(&server);
        let page = stranger.read("/register").await;
        let typed = [
            ("csrf", hidden(&page, "csrf")),
            ("request_key", hidden(&page, "request_key")),
            ("uscc", "914403001922038217".to_owned()),
            ("enterprise", "名".repeat(300)),
        ];
        let answer = stranger.send("/register", &typed).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status == 422 && text.contains("校验码") && text.contains("914403001922038217"), "{status} {text}");
    });
}

async fn papers_that_cannot_be_taken(caller: &Caller<'_>) {
    let place = "/my/applications/A-2026-0035/materials";
    let big = [b"%PDF-".to_vec(), vec![b'0'; 50_000_000]].concat();
    for (name, bytes, told) in [("x.exe", b"MZ0000".to_vec(), "只收 PDF"), ("big.pdf", big, "太大")] {
        let page = caller.read(place).await;
        let form = Form::new()
            .text("csrf", hidden(&page, "csrf"))
            .text("request_key", hidden(&page, "request_key"))
            .part("invoice", Part::bytes(bytes).file_name(name));
        let answer = caller.client.post(caller.server.url(place)).multipart(form).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status == 422 && text.contains(told) && text.contains(name), "{name}: {status}");
    }
}

async fn a_session_that_ended_keeps_what_was_typed(server: &Server, caller: &Caller<'_>) {
    let page = caller.read("/my/enterprise").await;
    let typed =
        [("csrf", hidden(&page, "csrf")), ("request_key", hidden(&page, "request_key")), ("legal_representative", "张三丰".to_owned())];
    let late = Caller::new(server);
    let answer = late.send("/my/enterprise", &typed).await;
    assert_eq!(answer.status(), 401);
    let page = answer.text().await.unwrap();
    let form = [
        ("csrf", hidden(&page, "csrf")),
        ("next", hidden(&page, "next")),
        ("carried", hidden(&page, "carried").replace("&#38;", "&").replace("&amp;", "&")),
        ("email", "firm36@demo.suanquan.example".to_owned()),
        ("password", "suanquan-demo".to_owned()),
    ];
    let page = late.send("/login", &form).await.text().await.unwrap();
    assert!(page.contains("张三丰"), "{page}");
}

async fn a_double_click_makes_one_application(caller: &Caller<'_>) {
    let page = caller.read("/my/purchases").await;
    let row = page.split("name=\"purchase\"").nth(1).unwrap();
    let purchase = row.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let form = [("csrf", hidden(&page, "csrf")), ("request_key", hidden(&page, "request_key")), ("purchase", purchase.clone())];
    let (first, second) = (caller.send("/my/applications", &form).await, caller.send("/my/applications", &form).await);
    assert_eq!((first.status(), first.headers().get("location")), (second.status(), second.headers().get("location")));
    assert_eq!(first.status(), 303);
    let page = caller.read("/my/purchases").await;
    let again = [("csrf", hidden(&page, "csrf")), ("request_key", hidden(&page, "request_key")), ("purchase", purchase)];
    let answer = caller.send("/my/applications", &again).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("已用于申请 A-2026-"), "a purchase that is claimed names its application");
    let forged = caller.send("/my/applications", &[("csrf", "made-up".to_owned())]).await;
    assert_eq!(forged.status(), 403);
}

#[test]
fn a_program_reports_purchases_once_per_key() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    runtime().block_on(async {
        let admin = Caller { server: &server, client: Caller::enter(&server, "security@demo.suanquan.example").await.unwrap() };
        let page = admin.read("/admin/tokens").await;
        let form = [
            ("csrf", hidden(&page, "csrf")),
            ("request_key", hidden(&page, "request_key")),
            ("provider", "1".to_owned()),
            ("name", "计量".to_owned()),
        ];
        let shown = admin.send("/admin/tokens", &form).await.text().await.unwrap();
        let token: String = shown.split("sq_").nth(1).unwrap().chars().take(64).collect();
        let row = |order: &str, amount: &str| {
            json!({"provider_uscc": "91420100MA4PRW01XR", "enterprise_uscc": "91420100MA4TE5T139", "order_no": order, "resource": "昇腾910B",
                "unit": "card_hour", "quantity": "10", "unit_price": "12.5", "amount": amount, "service_from": "2026-01-01", "service_to": "2026-01-02"})
        };
        let call = async |key: &str, body: serde_json::Value, token: &str| {
            let asked = Client::new().post(server.url("/api/v1/purchases")).bearer_auth(format!("sq_{token}"));
            let answer = asked.header("Idempotency-Key", key).json(&body).send().await.unwrap();
            (answer.status().as_u16(), answer.json::<serde_json::Value>().await.unwrap())
        };
        let body = json!({"purchases": [row("API-1", "125.00"), row("API-2", "126.00")]});
        let (status, first) = call("key-000001", body.clone(), &token).await;
        assert_eq!((status, &first["accepted"], &first["refused"]), (200, &json!(1), &json!(1)), "{first}");
        assert!(first["rows"][1]["messages"][0].as_str().unwrap().contains("125.00"), "{first}");
        assert_eq!(call("key-000001", body, &token).await, (200, first));
        assert_eq!(call("key-000001", json!({"purchases": [row("API-3", "125.00")]}), &token).await.0, 422);
        let (_, same) = call("key-000002", json!({"purchases": [row("API-1", "125.00")]}), &token).await;
        assert_eq!(same["duplicate"], json!(1), "{same}");
        assert_eq!(call("key-000003", json!({"purchases": [{"order_no": 1.5}]}), &token).await.0, 400);
        assert_eq!(call("key-000004", json!({"purchases": []}), "nobody").await.0, 401);
    });
}

#[test]
fn letters_leave_by_a_real_mail_server() {
    let mailbox = Mailbox::start();
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let mail = format!("smtp://127.0.0.1:{}", mailbox.port());
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people", "--mail", &mail], &[]);
    runtime().block_on(async {
        let caller = Caller::new(&server);
        let page = caller.read("/forgot").await;
        let form = [
            ("csrf", hidden(&page, "csrf")),
            ("request_key", hidden(&page, "request_key")),
            ("email", "tf1@demo.suanquan.example".to_owned()),
        ];
        assert!(caller.send("/forgot", &form).await.status().as_u16() < 400);
    });
    let letter = mailbox.wait_for("tf1@demo.suanquan.example");
    assert!(letter.subject.contains("算券") && letter.text.contains("/reset/"), "{letter:?}");
}
