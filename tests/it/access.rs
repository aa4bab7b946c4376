//! Who gets in, how far, and for how long: the second factor, fresh proofs, sessions, the three
//! administrators, and every route as everybody.

mod canaries;
mod headers;
mod log_lines;
mod matrix;
mod openid;
mod passwords;
mod proofs;
mod second_factor;
mod sessions;
mod three;
mod tries;

use reqwest::{Client, Response, redirect};

use crate::harness::folder::Folder;
use crate::harness::server::Server;

const PASSWORD: &str = "suanquan-demo";

/// Somebody with a browser's cookies, but without a browser.
struct Person<'a> {
    server: &'a Server,
    client: Client,
}

/// What came back.
struct Answer {
    status: u16,
    /// Where to go on; empty for a page.
    place: String,
    /// The new session, if there is one.
    session: Option<String>,
    text: String,
}

impl Answer {
    async fn of(response: Response) -> Answer {
        let told = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        for (name, part) in [("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"), ("x-frame-options", "SAMEORIGIN")] {
            assert!(told(name).contains(part), "{} {}: {name}", response.url(), response.status());
        }
        // An uploaded file may run nothing at all; the browser's own viewer styles it.
        let policy = told("content-security-policy");
        let page = policy.contains("default-src 'self'") && policy.contains("object-src 'none'") && !policy.contains("unsafe-");
        let file = policy.contains("default-src 'none'") && !policy.contains("script-src");
        assert!((page || file) && !policy.contains('*'), "{}: {policy}", response.url());
        let session = response.cookies().find(|cookie| cookie.name() == "sq_session").map(|cookie| cookie.value().to_owned());
        Answer { status: response.status().as_u16(), place: told("location"), session, text: response.text().await.unwrap() }
    }

    fn hidden(&self, name: &str) -> String {
        hidden(&self.text, name)
    }
}

fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let value = page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    value.replace("&#38;", "&").replace("&amp;", "&").replace("&#43;", "+")
}

impl<'a> Person<'a> {
    fn new(server: &'a Server) -> Person<'a> {
        // A connection that stood still may be closed by the server at the moment it is used again.
        let client = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).pool_max_idle_per_host(0);
        Person { server, client: client.build().unwrap() }
    }

    /// Signs in with the password and stops there.
    async fn knock(server: &'a Server, email: &str, password: &str) -> (Person<'a>, Answer) {
        let person = Person::new(server);
        let page = person.get("/login").await;
        let form = [("csrf", page.hidden("csrf").as_str()), ("email", email), ("password", password), ("next", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = person.post("/login", &form).await;
        (person, answer)
    }

    /// Signs in as somebody whose password is enough.
    async fn enter(server: &'a Server, email: &str) -> Person<'a> {
        let (person, answer) = Person::knock(server, email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{email} signs in");
        person
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.client.get(self.server.url(path)).header("accept-language", "zh-CN").send().await.unwrap()).await
    }

    async fn post(&self, path: &str, fields: &[(String, String)]) -> Answer {
        Answer::of(self.client.post(self.server.url(path)).header("accept-language", "zh-CN").form(fields).send().await.unwrap()).await
    }

    /// Sends a form of a page with what was typed.
    async fn send(&self, page: &Answer, action: &str, typed: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(String, String)> = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for name in ["csrf", "request_key", "next", "carried", "sealed", "version"] {
            let value = page.hidden(name);
            if !value.is_empty() {
                fields.push((name.to_owned(), value));
            }
        }
        self.post(action, &fields).await
    }

    /// Is there somebody at this session?
    async fn is_in(&self) -> bool {
        self.get("/account").await.status == 200
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A demo on a database of the test's own.
fn demo(url: &str, folder: &Folder, data: &str) -> Server {
    let home = folder.file("demo");
    Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--database", url, "--data", data], &[])
}
