//! A list in a real browser: chosen, its columns confirmed, compared, imported, and seen as evidence.

use suanquan::ids::Uscc;

use crate::harness::browser::{Browser, in_browser};
use crate::harness::folder::Folder;
use crate::harness::server::Server;
use crate::walk::person::Walk;

fn uscc(serial: usize) -> String {
    Uscc::from_body(&format!("91420100{serial:09}")).unwrap().as_str().to_owned()
}

async fn looks_right(browser: &Browser, name: &str) {
    browser.assert_accessible().await;
    browser.screenshot(name).await;
}

#[test]
fn a_list_is_confirmed_compared_and_imported_and_the_next_one_shows_what_changed() {
    let home = Folder::new("registry");
    let folder = home.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--data", "people", "--folder", &folder], &[]);
    let write = |name: &str, rows: &[(usize, &str, &str)]| {
        let path = home.file(name);
        let mut text = "2025年高新技术企业名单,,,\n企业名称,统一社会信用代码,证书编号,发证日期\n".to_owned();
        for (serial, number, issued) in rows {
            text.push_str(&format!("武汉第{serial}家科技有限公司,{},{number},{issued}\n", uscc(*serial)));
        }
        std::fs::write(&path, text).unwrap();
        path
    };
    let first =
        write("first.csv", &[(1, "GR202342001234", "2023-11-14"), (2, "GR202342001235", "2023-11-14"), (3, "GR2023", "2023-11-14")]);
    let second = write("second.csv", &[(1, "GR202342001234", "2023-12-01"), (4, "GR202342001236", "2023-11-14")]);
    in_browser("registry", async |browser| {
        let walk = Walk::new(browser, &server);
        walk.read_chinese().await;
        walk.enter_as("tf3@demo.suanquan.example").await;
        walk.open("/desk/registry").await;
        looks_right(browser, "registry").await;
        let said = |path| [("kind", "hightech"), ("scope", "complete"), ("as_of", "2026-02-28"), ("file", path)];
        walk.send_until("/desk/registry", &said(&first), "确认各列").await;
        walk.must_say("GR202342001234").await;
        looks_right(browser, "registry-columns").await;
        walk.send_until("/desk/registry/columns", &[], "尚未导入").await;
        for words in ["编号或文号", "GR2023", "不符合编号规则", "武汉第2家科技有限公司"] {
            walk.must_say(words).await;
        }
        looks_right(browser, "registry-list").await;
        walk.send_until("/import", &[], "名单已导入").await;
        // The same headings are not asked about again.
        walk.open("/desk/registry").await;
        walk.send_until("/desk/registry", &said(&second), "尚未导入").await;
        for words in ["变更", "退出", "新增", "自2026年2月28日起不在名单中"] {
            walk.must_say(words).await;
        }
        walk.send_until("/import", &[], "名单已导入").await;
        let script =
            "const done = arguments[0]; fetch(document.querySelector('a[href$=\"rows.csv\"]').href).then(r => r.text()).then(done);";
        let report = browser.driver.execute_async(script, vec![]).await.unwrap();
        assert_eq!(report.json().as_str().unwrap().lines().count(), 4, "two rows, one that is gone, and the header");
        let row = browser.driver.find(thirtyfour::By::Css("tbody th a")).await.unwrap();
        row.click().await.unwrap();
        walk.must_say("行内容校验值").await;
        looks_right(browser, "registry-row").await;
        walk.open("/desk/qualifications").await;
        browser.assert_accessible().await;
    });
}
