//! Clients of the real server: each person with a session of their own, and a meter with a token.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, redirect};
use suanquan::secret::csrf_word;

use super::steps::{Body, Step};
use crate::doors::hidden;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The connection broke: it may have been done.
    Nothing,
    /// Status, place to go to, and whether a 503 says when to come again.
    Said { status: u16, place: String, again: bool, text: String },
}

impl Answer {
    pub fn is_done(&self, step: &Step) -> bool {
        matches!(self, Answer::Said { status, place, .. } if *status < 400 && place.ends_with(step.leads_to))
    }

    /// Status and what it says of errors, for a report.
    pub fn in_short(&self) -> String {
        match self {
            Answer::Nothing => "no answer".to_owned(),
            Answer::Said { status, text, .. } => {
                let from = text.find("class=\"errors\"").unwrap_or_default();
                format!("{status} {}", text.get(from..).unwrap_or_default().chars().take(500).collect::<String>())
            }
        }
    }

    /// Nothing was stored, or it is not known: the same may be sent again. 408 tells of a connection on which nothing
    /// had come for a while, as after a server stood still.
    pub fn is_open(&self) -> bool {
        matches!(self, Answer::Nothing | Answer::Said { status: 408, .. } | Answer::Said { status: 429 | 503, again: true, .. })
    }
}

#[derive(Clone)]
pub struct Session {
    cookie: String,
    csrf: String,
}

/// All clients of a lab.
pub struct Clients {
    pub address: String,
    http: Client,
    sessions: RefCell<BTreeMap<String, Session>>,
    pub token: RefCell<String>,
    in_flight: Rc<Cell<usize>>,
}

/// Counts a request for as long as it is under way.
struct Flight(Rc<Cell<usize>>);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Clients {
    pub fn new(address: &str) -> Clients {
        let http = Client::builder().redirect(redirect::Policy::none()).timeout(Duration::from_mins(1)).build().unwrap();
        Clients { address: address.to_owned(), http, sessions: RefCell::default(), token: RefCell::default(), in_flight: Rc::default() }
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight.get()
    }

    /// Signs somebody in with the demo's button.
    pub async fn enter(&self, email: &str, account: &str) {
        if self.sessions.borrow().contains_key(email) {
            return;
        }
        let page = self.http.get(format!("{}/login", self.address)).send().await.unwrap();
        let visitor = cookie_of(&page);
        let form = [("csrf", hidden(&page.text().await.unwrap(), "csrf")), ("account", account.to_owned())];
        let asked = self.http.post(format!("{}/dev/people", self.address)).header("cookie", format!("sq_session={visitor}"));
        let answer = asked.form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{email} signs in");
        let token = cookie_of(&answer);
        self.sessions.borrow_mut().insert(email.to_owned(), Session { csrf: csrf_word(&token), cookie: token });
    }

    /// A token for the centre's meter, made by the administrator.
    pub async fn issue_token(&self, admin: &str, sources: &str) {
        let key = ("request_key", format!("{admin}-token-{sources}"));
        let fields =
            [("csrf", self.session(admin).csrf), key, ("provider", "1".into()), ("name", "计量".into()), ("sources", sources.into())];
        let asked = self.as_person(admin, self.http.post(format!("{}/admin/tokens", self.address)));
        let shown = asked.form(&fields).send().await.unwrap().text().await.unwrap();
        let token: String = shown.split("sq_").nth(1).unwrap_or_else(|| panic!("no token: {shown}")).chars().take(64).collect();
        *self.token.borrow_mut() = format!("sq_{token}");
    }

    /// For whoever speaks HTTP by hand.
    pub fn cookie_and_csrf(&self, email: &str) -> (String, String) {
        let session = self.session(email);
        (session.cookie, session.csrf)
    }

    fn session(&self, email: &str) -> Session {
        let email = if email.contains('@') { email.to_owned() } else { super::steps::email(email) };
        self.sessions.borrow().get(&email).unwrap_or_else(|| panic!("{email} has not signed in")).clone()
    }

    fn as_person(&self, email: &str, request: RequestBuilder) -> RequestBuilder {
        request.header("cookie", format!("sq_session={}", self.session(email).cookie))
    }

    /// Sends a step once.
    pub async fn send(&self, step: &Step) -> Answer {
        let request = self.http.post(format!("{}{}", self.address, step.path));
        let request = match &step.body {
            Body::Form(fields) => {
                let mut form = vec![("csrf".into(), self.session(step.person).csrf), ("request_key".into(), step.key.clone())];
                form.extend(fields.iter().cloned());
                self.as_person(step.person, request).form(&form)
            }
            Body::File { field, name, bytes } => {
                let form = Form::new()
                    .text("csrf", self.session(step.person).csrf)
                    .text("request_key", step.key.clone())
                    .part(*field, Part::bytes(bytes.clone()).file_name(name.clone()));
                self.as_person(step.person, request).multipart(form)
            }
            Body::Json(kind, text) => {
                let request = request.bearer_auth(&*self.token.borrow()).header("content-type", *kind);
                request.header("idempotency-key", &step.key).body(text.clone())
            }
        };
        self.in_flight.set(self.in_flight.get() + 1);
        let _flight = Flight(Rc::clone(&self.in_flight));
        let Ok(answer) = request.send().await else { return Answer::Nothing };
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (status, place, again) = (answer.status().as_u16(), header("location"), !header("retry-after").is_empty());
        match answer.text().await {
            Ok(text) => Answer::Said { status, place, again, text },
            Err(_) => Answer::Nothing,
        }
    }
}

fn cookie_of(answer: &reqwest::Response) -> String {
    let mut cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let found = cookies.find_map(|cookie| cookie.strip_prefix("sq_session=")?.split(';').next());
    found.unwrap_or_default().to_owned()
}
