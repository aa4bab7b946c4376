//! Real Chromium, driven through chromedriver.
//!
//! ```text
//! in_browser("a_reviewer_returns_an_application", async |browser| {
//!     browser.goto(&server.url("/login")).await;
//!     browser.driver.find(By::Id("email")).await.unwrap().send_keys("…").await.unwrap();
//!     browser.assert_accessible().await;
//!     browser.screenshot("review-page").await;
//! });
//! ```

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use futures_util::FutureExt;
use serde_json::{Value, json};
use thirtyfour::ChromeCapabilities;
use thirtyfour::prelude::*;

use super::child::Program;
use super::folder::{Folder, kept};
use super::setting;

/// The widths at which pages are looked at, in CSS pixels.
pub const WIDTHS: [u32; 2] = [390, 1440];

/// One session of Chromium with an empty profile.
pub struct Browser {
    pub driver: WebDriver,
    axe: std::cell::OnceCell<String>,
}

/// A finding of axe-core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    pub help: String,
    /// The elements, as selectors with axe's words on what is wrong.
    pub elements: Vec<String>,
}

/// Runs a test in a browser of its own. When the test fails, a picture of the last page is kept as
/// `var/test/failures/NAME.png`.
pub fn in_browser(name: &str, test: impl AsyncFnOnce(&Browser)) {
    let profile = Folder::new("profile");
    let mut chromedriver =
        Program::start("chromedriver", Command::new(path_of("SUANQUAN_TEST_CHROMEDRIVER", "/usr/bin/chromedriver")).arg("--port=0"));
    let port: u16 = chromedriver.wait_for("its port", Duration::from_secs(30), |line| {
        line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities(&profile)).await.unwrap();
        let browser = Browser { driver, axe: std::cell::OnceCell::new() };
        let outcome = AssertUnwindSafe(test(&browser)).catch_unwind().await;
        if outcome.is_err() {
            browser.keep_failure(name).await;
        }
        let _ = browser.driver.quit().await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}

fn path_of(name: &str, usual: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| usual.to_owned())
}

fn capabilities(profile: &Folder) -> ChromeCapabilities {
    let mut chrome = DesiredCapabilities::chrome();
    chrome.set_binary(&path_of("SUANQUAN_TEST_CHROMIUM", "/usr/bin/chromium")).unwrap();
    let profile = format!("--user-data-dir={}", profile.path().display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--force-prefers-reduced-motion",
        "--lang=zh-CN",
        &profile,
    ];
    for argument in arguments {
        chrome.add_arg(argument).unwrap();
    }
    chrome
}

impl Browser {
    pub async fn goto(&self, url: &str) {
        self.driver.goto(url).await.unwrap_or_else(|why| panic!("{url} does not open: {why}"));
    }

    /// The text a person sees on the page.
    pub async fn text(&self) -> String {
        self.driver.find(By::Tag("body")).await.unwrap().text().await.unwrap()
    }

    /// Lays the page out at a width in CSS pixels, as a phone or a desk screen would.
    pub async fn set_width(&self, width: u32) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Shows the page as a reader with a preference for `light` or `dark` sees it.
    pub async fn set_color_scheme(&self, scheme: &str) {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Keeps pictures of the whole page at 390 and 1440 pixels as `var/test/screenshots/NAME-WIDTH.png`.
    /// Fails when the page is wider than the screen.
    pub async fn screenshot(&self, name: &str) {
        for width in WIDTHS {
            self.set_width(width).await;
            let inside = self.driver.execute("return document.documentElement.scrollWidth", vec![]).await.unwrap();
            let inside = inside.json().as_f64().unwrap();
            self.picture(&kept("screenshots").join(format!("{name}-{width}.png"))).await;
            assert!(inside <= f64::from(width), "{name} is {inside} pixels wide on a screen of {width}: it scrolls sideways");
        }
    }

    async fn picture(&self, path: &PathBuf) {
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let clip =
            json!({"x": 0, "y": 0, "width": size["cssContentSize"]["width"], "height": size["cssContentSize"]["height"], "scale": 1});
        let whole = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let picture = self.devtools("Page.captureScreenshot", whole).await;
        std::fs::write(path, from_base64(picture["data"].as_str().unwrap())).unwrap();
    }

    /// All that axe-core finds on the page, WCAG 2.2 A and AA rules and best practice.
    pub async fn findings(&self) -> Vec<Finding> {
        let source = self.axe.get_or_init(|| std::fs::read_to_string(setting("SUANQUAN_TEST_AXE")).unwrap());
        self.driver.execute(source.as_str(), vec![]).await.unwrap();
        let script = "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations), e => done(String(e)));";
        let violations = self.driver.execute_async(script, vec![]).await.unwrap();
        let violations = violations.json().as_array().unwrap_or_else(|| panic!("axe-core failed: {}", violations.json())).clone();
        violations.iter().map(finding).collect()
    }

    /// Fails when axe-core finds something serious or critical (contrast is serious).
    pub async fn assert_accessible(&self) {
        let grave: Vec<Finding> = self.findings().await.into_iter().filter(Finding::is_grave).collect();
        assert!(grave.is_empty(), "{} has findings: {grave:#?}", self.driver.current_url().await.unwrap());
    }

    async fn keep_failure(&self, name: &str) {
        let path = kept("failures").join(format!("{}.png", name.replace([':', '/', ' '], "-")));
        if let (Ok(url), Ok(png)) = (self.driver.current_url().await, self.driver.screenshot_as_png().await) {
            std::fs::write(&path, png).unwrap();
            eprintln!("--- the browser was at {url}; picture: {}", path.display());
        }
    }

    /// Speaks to Chromium past WebDriver, in the DevTools protocol.
    async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(method, parameters).await.unwrap_or_else(|why| panic!("{method}: {why}"))
    }
}

impl Finding {
    pub fn is_grave(&self) -> bool {
        matches!(self.impact.as_str(), "serious" | "critical")
    }
}

fn finding(violation: &Value) -> Finding {
    let text = |key: &str| violation[key].as_str().unwrap_or_default().to_owned();
    let element = |node: &Value| format!("{} — {}", node["target"], node["failureSummary"].as_str().unwrap_or_default().replace('\n', " "));
    let elements = violation["nodes"].as_array().into_iter().flatten().map(element).collect();
    Finding { rule: text("id"), impact: text("impact"), help: text("help"), elements }
}

fn from_base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = group.iter().fold(0_u32, |bits, c| bits << 6 | u32::from(digit(*c))) << (6 * (4 - group.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}
