//! Forms as people send them: fields and files, the CSRF word checked, sizes bounded. What was typed
//! comes back to the page when something is wrong with it.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use chrono::NaiveDate;
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::acts::{Refusal, RequestKey};
use crate::ids::{normal_code, normal_text};
use crate::lang::Text;
use crate::money::{Fen, NotMoney};
use crate::web::problem::Problem;
use crate::web::visitor::{Visitor, site, visitor};

/// Longest urlencoded form.
const FORM_BYTES: usize = 512 * 1024;
/// Most fields and files of one form.
const PARTS: usize = 400;

/// Fields that prove who somebody is: kept nowhere, not even as a hash, and carried nowhere.
const PROOFS: [&str; 2] = ["password", "proof"];

/// Forms without a key: signing in and out leave what they leave however often they are sent, and the
/// demo's own buttons are no acts.
pub const WITHOUT_KEY: [&str; 4] = ["/login", "/logout", "/dev/people", "/dev/next-day"];
/// Shortest and longest key that a client may make.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 8..=200;

/// One uploaded file.
#[derive(Clone, Debug)]
pub struct Upload {
    pub field: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A form that came from one of our pages.
#[derive(Clone, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    files: Vec<Upload>,
    /// Files that were larger than allowed, by field and name; their bytes were dropped.
    pub too_large: Vec<(String, String)>,
    /// Under what the form is done once; none for a form that was not sent.
    key: Option<RequestKey>,
}

impl std::fmt::Debug for Form {
    /// Which fields, never what was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Form").field("fields", &names).field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// What is wrong with a form, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Refusal>);

impl Faults {
    pub fn add(&mut self, field: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.0.push(Refusal { code: "bad_field", field: Some(field.to_owned()), text: Text::new(zh, en) });
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentence for a field, if something is wrong with it.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Text> {
        self.0.iter().find(|fault| fault.field.as_deref() == Some(field)).map(|fault| &fault.text)
    }
}

impl Form {
    /// The first value of a field as sent, or nothing.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// All values of a field: ticked boxes, rows of a table.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// One line of text in its normal form.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        normal_text(self.raw(name))
    }

    /// Several lines of text, line ends made one kind, other control characters dropped.
    #[must_use]
    pub fn paragraph(&self, name: &str) -> String {
        let lines = self.raw(name).replace("\r\n", "\n").replace('\r', "\n");
        lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>().trim().to_owned()
    }

    /// A code or number in half-width without spaces.
    #[must_use]
    pub fn code(&self, name: &str) -> String {
        normal_code(self.raw(name))
    }

    #[must_use]
    pub fn is_ticked(&self, name: &str) -> bool {
        !self.raw(name).is_empty()
    }

    /// A whole number such as the version of a page; zero when it is none.
    #[must_use]
    pub fn number(&self, name: &str) -> i64 {
        self.code(name).parse().unwrap_or(0)
    }

    /// A text that must be there and not too long.
    pub fn required(&self, name: &str, most: usize, faults: &mut Faults) -> String {
        let text = self.text(name);
        let length = text.chars().count();
        if text.is_empty() {
            faults.add(name, "请填写这一项。", "Please fill this in.");
        } else if length > most {
            faults.add(name, format!("最多 {most} 个字，现在有 {length} 个。"), format!("At most {most} characters; there are {length}."));
        }
        text
    }

    /// An amount in yuan that must be there.
    pub fn money(&self, name: &str, faults: &mut Faults) -> Fen {
        match Fen::parse_yuan(self.raw(name)) {
            Ok(amount) => amount,
            Err(why) => {
                let (zh, en) = match why {
                    NotMoney::Empty => ("请填写金额，例如 1234.56。", "Enter an amount such as 1234.56."),
                    NotMoney::NotANumber => ("金额须为数字，例如 1234.56。", "The amount must be a number such as 1234.56."),
                    NotMoney::TooManyDecimals => ("金额最多两位小数（到分）。", "At most two decimals (fen)."),
                    NotMoney::Negative => ("金额不能为负数。", "The amount cannot be negative."),
                    NotMoney::TooLarge => ("金额过大，请核对。", "The amount is too large; please check."),
                };
                faults.add(name, zh, en);
                Fen::ZERO
            }
        }
    }

    /// An amount that may be left empty.
    pub fn optional_money(&self, name: &str, faults: &mut Faults) -> Option<Fen> {
        if self.code(name).is_empty() { None } else { Some(self.money(name, faults)) }
    }

    /// A date that must be there: `2026-03-02`, `2026/3/2`, `2026年3月2日`.
    pub fn date(&self, name: &str, faults: &mut Faults) -> Option<NaiveDate> {
        let text = self.code(name);
        if text.is_empty() {
            faults.add(name, "请填写日期，例如 2026-03-02。", "Enter a date such as 2026-03-02.");
            return None;
        }
        let plain = text.replace(['年', '月', '/', '.'], "-").replace('日', "");
        let date = NaiveDate::parse_from_str(&plain, "%Y-%m-%d").ok();
        if date.is_none() {
            faults.add(name, format!("「{text}」不是日期，请写成 2026-03-02。"), format!("\"{text}\" is no date; write 2026-03-02."));
        }
        date
    }

    /// The files of a field that hold something.
    pub fn files<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Upload> {
        self.files.iter().filter(move |file| file.field == field && !file.bytes.is_empty())
    }

    /// Field and name of files that were chosen and hold nothing.
    pub fn blank_files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter(|file| file.bytes.is_empty() && !file.name.is_empty())
            .map(|file| (file.field.as_str(), file.name.as_str()))
    }

    /// The key under which this form is done once, whatever the number of clicks.
    #[must_use]
    pub fn request_key(&self, visitor: &Visitor) -> RequestKey {
        self.key.clone().unwrap_or_else(|| self.key_for(visitor))
    }

    fn key_for(&self, visitor: &Visitor) -> RequestKey {
        let owner = visitor.signed.as_ref().and_then(|signed| signed.actor.account).map_or_else(|| visitor.csrf(), |id| id.to_string());
        let mut body = String::new();
        // A password is left out: a fast hash of it, kept in the database, could be tried out.
        for (name, value) in self.fields.iter().filter(|(name, _)| name != "csrf" && !PROOFS.contains(&name.as_str())) {
            body.push_str(&format!("{name}={value}\n"));
        }
        for file in &self.files {
            body.push_str(&format!("{}={}:{}\n", file.field, file.name, hex::encode(Sha256::digest(&file.bytes))));
        }
        RequestKey::new(format!("{owner} {}", visitor.path), self.raw("request_key"), body.as_bytes())
    }

    /// The fields without csrf and key, to carry them through a sign-in.
    #[must_use]
    pub fn carried(&self) -> Vec<(String, String)> {
        self.fields
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "csrf" | "request_key") && !PROOFS.contains(&name.as_str()))
            .cloned()
            .collect()
    }

    /// Did one of our pages, shown to this very session, make the form?
    ///
    /// # Errors
    /// The page that asks to reload.
    pub fn must_be_ours(&self, visitor: &Visitor) -> Result<(), Problem> {
        let same = subtle::ConstantTimeEq::ct_eq(self.raw("csrf").as_bytes(), visitor.csrf().as_bytes());
        if bool::from(same) { Ok(()) } else { Err(expired()) }
    }

    /// A form made of fields, as they were sent or carried through a sign-in.
    #[must_use]
    pub fn of_fields(fields: Vec<(String, String)>) -> Form {
        Form { fields: fields.into_iter().map(|(name, value)| (without_nul(name), without_nul(value))).collect(), ..Form::default() }
    }
}

impl FromRequest for Form {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Form, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let payload = payload.take();
        Box::pin(async move {
            let mut form = read(&req, payload).await?;
            let visitor = visitor(&req).await?;
            form.must_be_ours(&visitor)?;
            if WITHOUT_KEY.contains(&req.path()) {
                return Ok(form);
            }
            if !KEY_LENGTH.contains(&form.raw("request_key").len()) {
                return Err(without_key());
            }
            let key = form.key_for(&visitor);
            // The frame looks under it when the handler refuses what this very form has done before.
            req.extensions_mut().insert(key.clone());
            form.key = Some(key);
            Ok(form)
        })
    }
}

/// Reads the body without looking at the CSRF word; for the frame that carries a form through a
/// sign-in.
///
/// # Errors
/// A body of another kind, too long, or broken.
pub async fn read(req: &HttpRequest, mut payload: Payload) -> Result<Form, Problem> {
    let multipart =
        req.headers().get("content-type").and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if multipart {
        return read_multipart(req, payload).await;
    }
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| broken())?;
        if bytes.len() + chunk.len() > FORM_BYTES {
            return Err(Problem {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..Problem::bad_request("表单内容过长。", "The form is too long.")
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    let fields = serde_urlencoded::from_bytes(&bytes).map_err(|_| broken())?;
    Ok(Form::of_fields(fields))
}

async fn read_multipart(req: &HttpRequest, payload: Payload) -> Result<Form, Problem> {
    let most = usize::try_from(site(req)?.config.upload_mib * 1024 * 1024).unwrap_or(usize::MAX);
    let mut parts = Multipart::new(req.headers(), payload);
    let mut form = Form::default();
    let mut kept = 0_usize;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| broken())?;
        if form.fields.len() + form.files.len() >= PARTS {
            return Err(Problem::bad_request("表单项目过多。", "The form has too many parts."));
        }
        let field = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|disposition| disposition.get_filename().map(ToOwned::to_owned));
        let limit = if file_name.is_some() { most } else { FORM_BYTES };
        let mut bytes = Vec::new();
        let mut fits = true;
        // A part that is too large is read to its end and dropped, so that the browser gets our answer.
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| broken())?;
            fits &= bytes.len() + chunk.len() <= limit && kept <= most * 4;
            if fits {
                kept += chunk.len();
                bytes.extend_from_slice(&chunk);
            } else {
                bytes.clear();
            }
        }
        match file_name {
            Some(name) if fits => form.files.push(Upload { field, name: without_nul(name), bytes }),
            Some(name) => form.too_large.push((field, without_nul(name))),
            None => form.fields.push((without_nul(field), without_nul(String::from_utf8_lossy(&bytes).into_owned()))),
        }
    }
    Ok(form)
}

/// No keyboard makes a null character, and PostgreSQL stores none.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

fn broken() -> Problem {
    Problem::bad_request("表单没有完整送达，请重试。", "The form did not arrive whole; please try again.")
}

/// Without a key nobody could tell a second click from a second wish.
fn without_key() -> Problem {
    Problem::bad_request(
        "表单缺少提交编号（request_key，8 至 200 个字符），没有办理。请返回并刷新页面后再提交。",
        "The form has no request_key (8 to 200 characters), so nothing was done. Go back, reload the page and submit again.",
    )
}

fn expired() -> Problem {
    Problem {
        status: StatusCode::FORBIDDEN,
        title: Text::new("页面已过期", "The page has expired"),
        text: Text::new(
            "这个页面打开得太久，或您在别处重新登录过。请返回上一页刷新后再提交；您填写的内容仍在上一页。",
            "The page was open too long, or you signed in elsewhere. Go back, reload and submit again; what you typed is still there.",
        ),
        incident: None,
    }
}
