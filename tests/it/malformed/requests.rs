//! What is sent.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use suanquan::party::Actor;
use suanquan::web::routes::{Route, tables};

use super::wire::Connection;
use crate::doors::hidden;
use crate::harness::noise::Noise;

/// Bytes for a socket.
pub struct Request {
    pub bytes: Vec<u8>,
    /// Only a head comes back.
    pub head: bool,
    /// Nothing can follow it on its connection: it lies about its length, or is no HTTP.
    pub breaks_connection: bool,
}

/// A request without a body.
pub fn plain(method: &str, target: &str) -> Request {
    compose(method, target, "", b"")
}

fn compose(method: &str, target: &str, headers: &str, body: &[u8]) -> Request {
    let length = if method == "GET" && body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{length}\r\n");
    Request { bytes: [head.as_bytes(), body].concat(), head: method == "HEAD", breaks_connection: false }
}

/// Who sends.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub cookies: String,
    pub csrf: String,
    pub actor: Option<Actor>,
    pub token: Option<String>,
}

impl Caller {
    pub fn signed_in(address: &str, email: &str, actor: Actor) -> Caller {
        let mut connection = Connection::new(address);
        let mut cookies = String::new();
        let page = ask(&mut connection, &plain("GET", "/login"), &mut cookies);
        let form = form(&[("csrf", &hidden(&page, "csrf")), ("email", email), ("password", "suanquan-demo"), ("next", "")]);
        let headers = format!("Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
        ask(&mut connection, &compose("POST", "/login", &headers, form.as_bytes()), &mut cookies);
        let page = ask(&mut connection, &compose("GET", "/account", &format!("Cookie: {cookies}\r\n"), b""), &mut cookies);
        let csrf = hidden(&page, "csrf");
        assert!(!csrf.is_empty(), "{email} is signed in: {page}");
        Caller { cookies, csrf, actor: Some(actor), token: None }
    }

    /// A token of the first centre, made on the page of the administrator.
    pub fn issue_token(&self, address: &str) -> String {
        let form =
            form(&[("csrf", &self.csrf), ("request_key", "made-for-a-test"), ("provider", "1"), ("name", "x"), ("sources", "slurm://x")]);
        let headers = format!("Cookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n", self.cookies);
        let page = ask(&mut Connection::new(address), &compose("POST", "/admin/tokens", &headers, form.as_bytes()), &mut String::new());
        let token = page.split("sq_").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_else(|| panic!("no token on {page}"));
        format!("sq_{token}")
    }
}

/// Sends and keeps the cookies of the answer.
fn ask(connection: &mut Connection, request: &Request, cookies: &mut String) -> String {
    let (_, bytes) = connection.exchange(request).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for line in text.lines().take_while(|line| !line.is_empty()) {
        if let Some(cookie) = line.strip_prefix("set-cookie: ").and_then(|rest| rest.split(';').next()) {
            let name = cookie.split('=').next().unwrap();
            let kept = cookies.split("; ").filter(|known| !known.is_empty() && !known.starts_with(&format!("{name}=")));
            *cookies = kept.chain([cookie]).collect::<Vec<_>>().join("; ");
        }
    }
    text
}

fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

/// Texts that have hurt somebody somewhere.
const ODD: [&str; 40] = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999999999",
    "1e400",
    "NaN",
    "Infinity",
    "1.0",
    "0x10",
    "１２３",
    "1,000.00",
    "0.001",
    "12345678901234.56",
    "true",
    "null",
    "[]",
    "{}",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "-2026-01-01",
    "2026-03-02T25:00:00Z",
    "A-2026-0001",
    "A-2026-0035",
    "A-9999-9999",
    "../../etc/passwd",
    "' OR '1'='1",
    "\"><script>",
    "{{7*7}}",
    "\u{202e}rtl",
    "\u{0}",
    "\r\nX-Odd: 1",
    "91420100MA4TE5T139",
    "\u{10ffff}",
];

pub struct Generator<'a> {
    noise: Noise,
    callers: &'a [Caller],
    routes: Vec<Route>,
    fields: Vec<String>,
}

impl<'a> Generator<'a> {
    pub fn new(noise: Noise, callers: &'a [Caller]) -> Generator<'a> {
        // Who signs out sends nothing more; the demo's clock would run into years without a calendar.
        let left_out = ["/logout", "/dev", "/login"];
        let routes = tables(true).into_iter().flatten().filter(|route| !left_out.iter().any(|start| route.path.starts_with(start)));
        Generator { noise, callers, routes: routes.copied().collect(), fields: field_names() }
    }

    pub fn request(&mut self) -> Request {
        match self.noise.below(10) {
            0 => self.broken_on_the_wire(),
            1 | 2 => self.for_programs(),
            3 => self.parts(),
            4..=6 => self.page(),
            _ => self.form(),
        }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.noise.below(from.len())]
    }

    fn odd(&mut self) -> String {
        match self.noise.below(12) {
            0 => self.pick(&["长", "x", "9", "%", "\u{301}"]).repeat(self.noise.below(3_000)),
            1 => (0..self.noise.below(40)).filter_map(|_| char::from_u32(u32::try_from(self.noise.below(0x11_0000)).unwrap())).collect(),
            2..=4 => self.noise.below(300).to_string(),
            _ => self.pick(&ODD).to_owned(),
        }
    }

    /// A client's key: mostly a fresh one.
    fn key(&mut self) -> String {
        if self.noise.below(10) == 0 { self.odd() } else { format!("malformed-{:016x}", self.noise.next()) }
    }

    fn caller(&mut self) -> &'a Caller {
        &self.callers[self.noise.below(self.callers.len())]
    }

    /// The headers of somebody; now and then nonsense among them.
    fn headers(&mut self, caller: &Caller) -> String {
        let mut headers = String::new();
        if !caller.cookies.is_empty() {
            headers += &format!("Cookie: {}\r\n", caller.cookies);
        }
        if let Some(token) = &caller.token {
            headers += &format!("Authorization: Bearer {token}\r\n");
        }
        if self.noise.below(4) == 0 {
            let name = self.pick(&[
                "Accept",
                "Accept-Language",
                "Accept-Encoding",
                "If-None-Match",
                "If-Modified-Since",
                "Range",
                "Referer",
                "Origin",
                "Cookie",
                "Authorization",
                "X-Forwarded-For",
                "X-Request-Id",
                "Idempotency-Key",
                "Content-Encoding",
                "Expect",
            ]);
            let value: String = self.odd().chars().filter(|c| !c.is_control()).take(2_000).collect();
            headers += &format!("{name}: {value}\r\n");
        }
        headers
    }

    /// An address of one of our pages with odd texts in its places.
    fn target(&mut self, path: &str) -> String {
        let mut target = String::new();
        for (at, piece) in path.split('/').enumerate() {
            if at > 0 {
                target.push('/');
            }
            match piece.split_once('{') {
                Some((before, rest)) => {
                    let after = rest.split_once('}').map_or("", |(_, after)| after);
                    target += &format!("{before}{}{after}", escaped(&self.odd()));
                }
                None => target += piece,
            }
        }
        for at in 0..self.noise.below(4) {
            let name = self.pick(&[
                "q", "page", "on", "from", "to", "state", "year", "month", "lang", "back", "next", "number", "cursor", "limit", "uscc",
            ]);
            target += &format!("{}{name}={}", if at == 0 { '?' } else { '&' }, escaped(&self.odd()));
        }
        if self.noise.below(12) == 0 {
            target += self.pick(&["/", "//", "/..", "%2f..%2f", "?%", "?%zz=%ff", "#x", "%00", ";a=b", "%c0%ae", "?a[]=1&a[]=2"]);
        }
        target
    }

    /// A page of ours and somebody who mostly may use it.
    fn route(&mut self, method: &str) -> (&'a Caller, Route) {
        let of_method = self.routes.iter().filter(|route| route.method == method && !route.path.starts_with("/api/"));
        let of_method: Vec<Route> = of_method.copied().collect();
        let route = self.pick(&of_method);
        let admitted = self.callers.iter().filter(|caller| route.access.admits(caller.actor.as_ref()) && caller.token.is_none());
        let admitted: Vec<&Caller> = admitted.collect();
        (if self.noise.below(8) == 0 { self.caller() } else { self.pick(&admitted) }, route)
    }

    fn page(&mut self) -> Request {
        let (caller, route) = self.route("GET");
        let method =
            if self.noise.below(10) == 0 { self.pick(&["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "ODD"]) } else { "GET" };
        let (target, headers) = (self.target(route.path), self.headers(caller));
        compose(method, &target, &headers, b"")
    }

    /// A form of fields that some page has, with odd texts in them.
    fn form(&mut self) -> Request {
        let (caller, route) = self.route("POST");
        let mut fields = vec![("request_key".to_owned(), self.key()), ("version".to_owned(), self.noise.below(30).to_string())];
        // Most get past the door, to what is behind it.
        let word = if self.noise.below(10) == 0 { self.odd() } else { caller.csrf.clone() };
        fields.push(("csrf".to_owned(), word));
        for _ in 0..self.noise.below(14) {
            let name = self.fields[self.noise.below(self.fields.len())].clone();
            fields.push((name, self.odd()));
        }
        let mut body: Vec<u8> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect::<Vec<_>>().join("&").into();
        if self.noise.below(8) == 0 {
            body = self.noise.damage(&body);
        }
        let kind = if self.noise.below(12) == 0 {
            self.pick(&["text/plain", "application/json", "multipart/form-data", "", "application/x-www-form-urlencoded; charset=utf-16"])
        } else {
            "application/x-www-form-urlencoded"
        };
        let headers = format!("{}Content-Type: {kind}\r\n", self.headers(caller));
        let target = self.target(route.path);
        compose("POST", &target, &headers, &body)
    }

    /// A form with files, whole or broken at a boundary.
    fn parts(&mut self) -> Request {
        let (caller, route) = self.route("POST");
        let edge = "----edge";
        let mut body = String::new();
        for (name, value) in [("csrf", caller.csrf.clone()), ("request_key", self.key())] {
            body += &format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        for _ in 0..self.noise.below(4) {
            let name = self.fields[self.noise.below(self.fields.len())].clone();
            let (file, kind) = (self.odd().replace(['\r', '\n', '"'], "_"), self.pick(&["application/pdf", "text/csv", "x", ""]));
            let content = self.pick(&["%PDF-1.7 x", "PK\u{3}\u{4}", "<EInvoice/>", "a,b\n1,2\n", "{}", ""]);
            body += &format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: {kind}\r\n\r\n{content}\r\n"
            );
        }
        body += &format!("--{edge}--\r\n");
        let body = if self.noise.below(3) == 0 { self.noise.damage(body.as_bytes()) } else { body.into_bytes() };
        let named =
            self.pick(&["; boundary=----edge", "; boundary=----edge", "; boundary=", "", "; boundary=\"----edge", "; boundary=other"]);
        let headers = format!("{}Content-Type: multipart/form-data{named}\r\n", self.headers(caller));
        let target = self.target(route.path);
        compose("POST", &target, &headers, &body)
    }

    /// Events, purchases and questions of programs, damaged.
    fn for_programs(&mut self) -> Request {
        let program = self.callers.iter().rfind(|caller| caller.token.is_some()).unwrap();
        let caller = if self.noise.below(6) == 0 { self.caller() } else { program };
        let of_programs: Vec<Route> = self.routes.iter().filter(|route| route.path.starts_with("/api/")).copied().collect();
        let route = self.pick(&of_programs);
        let (value, kind) = self.document();
        let mut body = value.to_string().into_bytes();
        match self.noise.below(6) {
            0 => body = self.noise.damage(&body),
            1 => body = format!("{}{}", "[".repeat(self.noise.below(5_000)), "{\"a\":".repeat(self.noise.below(5_000))).into_bytes(),
            2 => body.truncate(self.noise.below(body.len())),
            _ => {}
        }
        let kind = if self.noise.below(8) == 0 {
            self.pick(&["text/xml", "", "application/json; charset=utf-16", "application/x-ndjson"])
        } else {
            kind
        };
        let headers = format!("{}Content-Type: {kind}\r\n", self.headers(caller));
        let target = self.target(route.path);
        compose(route.method, &target, &headers, &body)
    }

    /// A document with one or more of its values replaced by nonsense.
    fn document(&mut self) -> (Value, &'static str) {
        let event = json!({
            "specversion": "1.0", "id": self.odd(), "source": "slurm://x", "type": "cn.suanquan.compute.usage.v1", "time": "2026-03-01T00:00:00Z", "subject": "x",
            "data": {"resource": "ascend-910b", "start": "2026-03-01T00:00:00Z", "end": "2026-03-01T01:00:00Z", "units": 8, "instance": "j", "project": "p"}
        });
        let (mut value, kind) = match self.noise.below(4) {
            0 => (event, "application/cloudevents+json"),
            1 => (Value::Array(vec![event; self.noise.below(5)]), "application/cloudevents-batch+json"),
            2 => (
                json!({"purchases": [{"provider_uscc": "91420100MA4PRW01XR", "enterprise_uscc": "91420100MA4TE5T139", "order_no": "1", "resource": "x",
                "unit": "card_hour", "quantity": "10", "unit_price": "12.5", "amount": "125.00", "service_from": "2026-01-01", "service_to": "2026-01-02"}]}),
                "application/json",
            ),
            _ => (
                json!({"provider": 1, "tariff": {"lines": [{"resource": "x", "model": "flat", "price": "1.5"}]}, "month": "2026-02", "contract": 1}),
                "application/json",
            ),
        };
        for _ in 0..self.noise.below(4) {
            self.spoil(&mut value);
        }
        (value, kind)
    }

    /// Replaces something in it.
    fn spoil(&mut self, value: &mut Value) {
        let deeper = self.noise.below(4) > 0;
        match value {
            Value::Object(map) if deeper && !map.is_empty() => {
                let at = self.noise.below(map.len());
                if let Some(inner) = map.values_mut().nth(at) {
                    self.spoil(inner);
                }
            }
            Value::Array(items) if deeper && !items.is_empty() => {
                let at = self.noise.below(items.len());
                self.spoil(&mut items[at]);
            }
            _ => {
                *value = match self.noise.below(8) {
                    0 => Value::Null,
                    1 => json!(i64::MIN),
                    2 => json!(u64::MAX),
                    3 => json!(1e308),
                    4 => json!([]),
                    5 => json!({}),
                    6 => json!(true),
                    _ => Value::String(self.odd()),
                }
            }
        }
    }

    /// What is no HTTP, or HTTP that two readers could understand in two ways.
    fn broken_on_the_wire(&mut self) -> Request {
        let whole = self.form();
        let host = "Host: 127.0.0.1\r\n";
        let bytes = match self.noise.below(16) {
            0 => self.noise.damage(&whole.bytes),
            1 => whole.bytes[..self.noise.below(whole.bytes.len())].to_vec(),
            2 => (0..self.noise.below(400)).map(|_| self.noise.byte()).collect(),
            3 => format!("POST /login HTTP/1.1\r\n{host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").into(),
            4 => format!("POST /login HTTP/1.1\r\n{host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef").into(),
            5 => format!("POST /login HTTP/1.1\r\n{host}Content-Length: {}\r\n\r\nabc", self.odd().replace(['\r', '\n'], "")).into(),
            6 => format!(
                "POST /login HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n{}\r\nabc\r\n",
                self.pick(&["-1", "zz", "ffffffffffffffffff", "5;x=y", ""])
            )
            .into(),
            7 => format!("GET / HTTP/{}\r\n{host}\r\n", self.pick(&["9.9", "1.", "x", "0.9", "2.0", "1.1.1"])).into(),
            8 => format!("GET /{} HTTP/1.1\r\n{host}\r\n", "a".repeat(self.noise.below(200_000))).into(),
            9 => format!("GET / HTTP/1.1\r\n{host}{}\r\n", "X-A: b\r\n".repeat(self.noise.below(5_000))).into(),
            10 => format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "a".repeat(self.noise.below(300_000))).into(),
            11 => {
                format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", self.pick(&["", "evil.example", "a b", "[::1", "127.0.0.1:99999", "\u{e9}"]))
                    .into()
            }
            12 => "GET / HTTP/1.1\r\n\r\n".into(),
            13 => format!("GET http://evil.example/ HTTP/1.1\r\n{host}\r\n").into(),
            14 => format!("GET /\tx HTTP/1.1\r\n{host}X : y\r\n folded\r\n\r\n").into(),
            _ => format!("CONNECT 127.0.0.1:22 HTTP/1.1\r\n{host}\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").into(),
        };
        Request { bytes, head: false, breaks_connection: true }
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

/// The names of all fields of our own pages, as templates and their code write them.
fn field_names() -> Vec<String> {
    fn walk(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, names);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for start in ["name=\"", "raw(\"", "required(\"", "optional(\"", "text(lang, \""] {
                let found = text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
                names.extend(found.filter(|name| !name.contains('{') && name.len() < 40).map(str::to_owned));
            }
        }
    }
    let mut names = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    walk(&root.join("templates"), &mut names);
    walk(&root.join("src/web"), &mut names);
    names.into_iter().collect()
}
