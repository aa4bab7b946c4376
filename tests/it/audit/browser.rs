//! A receipt in a real browser: downloaded by the enterprise, checked offline, and worth nothing once a
//! single byte of it was changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use suanquan::acts::keep_stamp::keep_stamp;
use suanquan::clock::Clock;
use suanquan::reports::stamps::unstamped;
use suanquan::store::Store;
use thirtyfour::By;

use super::stamps::Stamper;
use crate::harness::browser::in_browser;
use crate::harness::folder::Folder;
use crate::harness::server::Server;
use crate::walk::person::Walk;

/// Fetches a file as the visitor of the page does.
const FETCH: &str = "const done = arguments[1]; fetch(arguments[0]).then(r => r.text()).then(done);";
/// Puts a text into the field and presses the button that checks here.
const CHECK: &str = "document.getElementsByName('receipt')[0].value = arguments[0]; document.getElementById('here').click();";

/// The script works a moment on a receipt; the server too.
async fn tells(walk: &Walk<'_>, words: &str) {
    for _ in 0..100 {
        if walk.text().await.contains(words) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    walk.must_say(words).await;
}

/// Has the newest checkpoint of a demo stamped, as its operator would by the settings; answers a stamp of
/// something else.
fn stamped_by(stamper: &Stamper, folder: &str) -> Vec<u8> {
    let (store, authority) = (Store::open(&format!("sqlite://{folder}/suanquan.db")).unwrap(), stamper.authority("/good"));
    let waits = store.read(unstamped).unwrap().unwrap();
    let answered = authority.stamp(&waits.note).unwrap();
    assert!(keep_stamp(&store, waits.size, answered.answer, Clock::Machine.now()).unwrap());
    authority.stamp("another note").unwrap().answer
}

#[test]
fn a_receipt_is_checked_in_the_browser_and_one_changed_byte_fails() {
    let home = Folder::new("receipt");
    let folder = home.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &folder], &[]);
    let stamper = Stamper::start();
    in_browser("receipt", async |browser| {
        let walk = Walk::new(browser, &server);
        walk.read_chinese().await;
        walk.enter_as("firm36@demo.suanquan.example").await;
        walk.open("/my/applications").await;
        let link = browser.driver.find(By::Css("main a[href*=\"/my/applications/A-\"]")).await.unwrap();
        let application = link.attr("href").await.unwrap().unwrap();
        let application = application.split('?').next().unwrap().to_owned();
        walk.open(&format!("{application}/proofs")).await;
        walk.must_say("新建申请").await;
        browser.assert_accessible().await;
        browser.screenshot("receipts").await;
        let other = stamped_by(&stamper, &folder);
        let links = browser.driver.find_all(By::Css("main td a[download]")).await.unwrap();
        let href = links.last().unwrap().attr("href").await.unwrap().unwrap();
        let fetched = browser.driver.execute_async(FETCH, vec![href.clone().into()]).await.unwrap();
        let text = fetched.json().as_str().unwrap().to_owned();
        let receipt: Value = serde_json::from_str(&text).unwrap();
        assert!(text.len() < 8_000, "a receipt is small: {}", text.len());

        walk.open("/verify").await;
        browser.assert_accessible().await;
        let calls = "return performance.getEntriesByType('resource').length;";
        let before = browser.driver.execute(calls, vec![]).await.unwrap().json().clone();
        browser.driver.execute(CHECK, vec![text.clone().into()]).await.unwrap();
        tells(&walk, "凭证有效").await;
        tells(&walk, "没有联网").await;
        tells(&walk, "机构的签名未在本机核对").await;
        assert_eq!(browser.driver.execute(calls, vec![]).await.unwrap().json(), &before, "no call to the server");
        browser.assert_accessible().await;
        browser.screenshot("verify").await;

        let changed = |field: &str, at: usize| {
            let mut other = receipt.clone();
            let value = other[field].as_str().unwrap();
            let new = if &value[at..=at] == "A" { "B" } else { "A" };
            other[field] = format!("{}{new}{}", &value[..at], &value[at + 1..]).into();
            other.to_string()
        };
        let signature = receipt["checkpoint"].as_str().unwrap().rfind(' ').unwrap() + 12;
        let size = receipt["checkpoint"].as_str().unwrap().find('\n').unwrap() + 1;
        let mut other_size = receipt.clone();
        other_size["checkpoint"] =
            format!("{}9{}", &receipt["checkpoint"].as_str().unwrap()[..size], &receipt["checkpoint"].as_str().unwrap()[size..]).into();
        let mut foreign_stamp = receipt.clone();
        foreign_stamp["stamp"] = STANDARD.encode(&other).into();
        for (bad, told) in [
            (changed("line", 80), "凭证无效"),
            (changed("checkpoint", signature), "签名不对"),
            (other_size.to_string(), "签名不对"),
            ("{}".to_owned(), "这不是算券的留痕凭证"),
            (foreign_stamp.to_string(), "时间戳不是这个校验点的"),
        ] {
            browser.driver.execute(CHECK, vec![bad.into()]).await.unwrap();
            tells(&walk, told).await;
        }
        browser.screenshot("verify-bad").await;

        // What the page says stands without its script too.
        let script = "document.getElementsByName('receipt')[0].value = arguments[0]; document.getElementById('there').click();";
        browser.driver.execute(script, vec![text.clone().into()]).await.unwrap();
        tells(&walk, "签名是本系统的密钥").await;
        walk.must_say("没有设置这家机构的根证书").await;
        browser.driver.execute(script, vec![foreign_stamp.to_string().into()]).await.unwrap();
        tells(&walk, "凭证不完整").await;
        walk.open("/verify/checkpoints").await;
        walk.must_say("测试时间戳机构").await;
        browser.assert_accessible().await;
        browser.screenshot("checkpoints").await;
        walk.open("/view?lang=en&back=/verify").await;
        browser.driver.execute(script, vec![changed("line", 80).into()]).await.unwrap();
        tells(&walk, "The receipt proves nothing").await;
        browser.assert_accessible().await;
        walk.open("/verify/checkpoint.txt").await;
        walk.must_say("/audit").await;

        // Another enterprise gets nothing.
        walk.enter_as("firm08@demo.suanquan.example").await;
        let foreign = browser.driver.execute_async(FETCH, vec![href.into()]).await.unwrap();
        assert!(!foreign.json().as_str().unwrap().contains("suanquan receipt"), "{foreign:?}");
    });
}
