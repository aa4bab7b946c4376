//! Somebody at the browser: signs in, fills forms as people do, and reads amounts.

use std::cell::Cell;
use std::path::Path;

use thirtyfour::prelude::*;

use crate::harness::browser::Browser;
use crate::harness::server::Server;

/// Where the walk happens.
pub struct Walk<'a> {
    pub browser: &'a Browser,
    pub server: &'a Server,
    /// Forms that were sent once more after they were done.
    sent_again: Cell<u32>,
}

/// A form as its button would send it, to be sent once more: address, kind and fields. Nothing for a form with files,
/// which no other page can send, and for one without a key.
const COPY: &str = "
    const button = arguments[0], form = button.form, fields = [...new FormData(form, button)];
    const words = fields.map(([name, value]) => [name, value instanceof File ? null : value]);
    if (fields.some(([, value]) => value instanceof File && value.size) || !fields.some(([name]) => name === 'request_key')) return null;
    return {action: form.action, parts: form.enctype.startsWith('multipart'), words, csrf: form.elements.csrf.value};";

/// Sends a copy and gives where it led; nothing when the session has changed meanwhile.
const SEND_COPY: &str = "
    const copy = arguments[0], done = arguments[1];
    if (document.querySelector('meta[name=csrf]').content !== copy.csrf) return done(null);
    const body = copy.parts ? new FormData() : new URLSearchParams();
    for (const [name, value] of copy.words) body.append(name, value === null ? new File([], '') : value);
    fetch(copy.action, {method: 'POST', body}).then(answer => done([answer.status + ' ' + answer.url, '200 ' + location.href]));";

/// The form that is sent to an address with this end.
fn to(action: &str) -> String {
    format!("form[method=post][action$=\"{action}\"]")
}

impl<'a> Walk<'a> {
    pub fn new(browser: &'a Browser, server: &'a Server) -> Walk<'a> {
        Walk { browser, server, sent_again: Cell::new(0) }
    }

    pub async fn open(&self, path: &str) {
        self.browser.goto(&self.server.url(path)).await;
    }

    pub async fn text(&self) -> String {
        self.browser.text().await
    }

    /// One click on the demo's page of people.
    pub async fn enter_as(&self, email: &str) {
        self.open("/dev/people").await;
        let button = self.browser.driver.find(By::Css(format!("button[data-email=\"{email}\"]"))).await;
        let button = button.unwrap_or_else(|_| panic!("nobody has the address {email}"));
        self.press_and_wait(&button).await;
    }

    /// Reads the pages in Chinese, whatever the browser asks for.
    pub async fn read_chinese(&self) {
        self.open("/view?lang=zh-CN&back=/").await;
    }

    /// Fills the form whose address ends with `action` and sends it. Files are given as paths.
    pub async fn send(&self, action: &str, fields: &[(&str, &str)]) {
        self.send_with(action, fields, "button:not([type=button])").await;
    }

    /// As [`Walk::send`], by a button of several.
    pub async fn send_with(&self, action: &str, fields: &[(&str, &str)], button: &str) {
        self.send_form(&to(action), fields, button).await;
    }

    /// As [`Walk::send_with`], by a form that its address alone does not tell from others.
    pub async fn send_form(&self, form: &str, fields: &[(&str, &str)], button: &str) {
        let button = self.filled(form, fields, button).await;
        let copy = self.browser.driver.execute(COPY, vec![button.to_json().unwrap()]).await.unwrap().json().clone();
        self.press_and_wait(&button).await;
        if let Ok(errors) = self.browser.driver.find(By::Css(".errors")).await {
            panic!("the form {form} was refused:\n{}", errors.text().await.unwrap());
        }
        self.send_again(form, copy).await;
    }

    /// What was done is sent once more, as by somebody whose answer was lost: it must lead to the same page.
    async fn send_again(&self, form: &str, copy: serde_json::Value) {
        if copy.is_null() {
            return;
        }
        let places = self.browser.driver.execute_async(SEND_COPY, vec![copy]).await.unwrap();
        if let [now, before] = places.json().as_array().map_or(&[][..], Vec::as_slice) {
            assert_eq!(now, before, "where the form {form} led when it was sent again");
            self.sent_again.set(self.sent_again.get() + 1);
        }
    }

    /// At least so many forms were done and sent again.
    pub fn must_have_sent_again(&self, least: u32) {
        let times = self.sent_again.get();
        assert!(times >= least, "only {times} forms were sent again");
    }

    /// Fills a form that the page's script sends, and waits until the page says something.
    pub async fn send_until(&self, action: &str, fields: &[(&str, &str)], words: &str) {
        let button = self.filled(&to(action), fields, "button:not([type=button])").await;
        self.press(&button).await;
        for _ in 0..200 {
            // The page may be going away at this very moment.
            let body = self.browser.driver.find(By::Tag("body")).await;
            if let Ok(body) = body
                && body.text().await.is_ok_and(|text| text.contains(words))
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the page does not say {words:?}:\n{}", self.text().await);
    }

    /// Fills a form and gives its button.
    async fn filled(&self, form: &str, fields: &[(&str, &str)], button: &str) -> WebElement {
        let found = self.form(form).await;
        for (name, value) in fields {
            self.fill(&found, name, value).await;
        }
        found.find(By::Css(button)).await.unwrap_or_else(|_| panic!("the form {form} has no button {button}"))
    }

    async fn form(&self, selector: &str) -> WebElement {
        let Ok(form) = self.browser.driver.find(By::Css(selector)).await else {
            let url = self.browser.driver.current_url().await.unwrap();
            panic!("{url} has no form {selector}:\n{}", self.text().await);
        };
        let opens = "for (let d = arguments[0].closest('details'); d; d = d.parentElement.closest('details')) d.open = true;";
        self.browser.driver.execute(opens, vec![form.to_json().unwrap()]).await.unwrap();
        form
    }

    async fn fill(&self, form: &WebElement, name: &str, value: &str) {
        let all = form.find_all(By::Css(format!("[name=\"{name}\"]"))).await.unwrap();
        assert!(!all.is_empty(), "the form has no field {name}");
        for field in &all {
            let kind = field.attr("type").await.unwrap().unwrap_or_default();
            match kind.as_str() {
                "checkbox" | "radio" => {
                    let mine = value == "*" || field.attr("value").await.unwrap().as_deref() == Some(value);
                    if mine && !field.is_selected().await.unwrap() {
                        self.press(field).await;
                    }
                }
                "hidden" => {}
                "file" => field.send_keys(Path::new(value).to_string_lossy()).await.unwrap(),
                "date" => self.set(field, value).await,
                _ if field.tag_name().await.unwrap() == "select" => self.set(field, value).await,
                _ => {
                    // On a busy machine the browser now and then loses what is typed; people see it and type again.
                    for _ in 0..3 {
                        field.clear().await.unwrap();
                        field.send_keys(value).await.unwrap();
                        if field.prop("value").await.unwrap().as_deref() == Some(value) {
                            break;
                        }
                    }
                    let shown = field.prop("value").await.unwrap().unwrap_or_default();
                    assert_eq!(shown, value, "what stands in the field {name} after typing");
                }
            }
        }
    }

    /// Dates and choices: what the browser's own widgets would set.
    async fn set(&self, field: &WebElement, value: &str) {
        let script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}));";
        self.browser.driver.execute(script, vec![field.to_json().unwrap(), value.into()]).await.unwrap();
    }

    /// A click in the middle of the window, where no bar covers the button.
    async fn press(&self, element: &WebElement) {
        let script = "arguments[0].scrollIntoView({block: 'center'});";
        self.browser.driver.execute(script, vec![element.to_json().unwrap()]).await.unwrap();
        element.click().await.unwrap();
    }

    /// Presses what leads to another page, and waits until that page is there.
    async fn press_and_wait(&self, element: &WebElement) {
        self.browser.driver.execute("window.stillHere = true;", vec![]).await.unwrap();
        self.press(element).await;
        for _ in 0..200 {
            let arrived = "return window.stillHere === undefined && document.readyState === 'complete';";
            let answer = self.browser.driver.execute(arrived, vec![]).await;
            if answer.is_ok_and(|answer| answer.json().as_bool() == Some(true)) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the page did not change:\n{}", self.text().await);
    }

    /// The page must say this; the message shows what it says instead.
    pub async fn must_say(&self, words: &str) {
        let text = self.text().await;
        let url = self.browser.driver.current_url().await.unwrap();
        assert!(text.contains(words), "{url} does not say {words:?}:\n{text}");
    }

    /// The last part of the current address.
    pub async fn last_of_address(&self) -> String {
        let url = self.browser.driver.current_url().await.unwrap();
        url.path().rsplit('/').next().unwrap_or_default().to_owned()
    }
}
