//! The demo's pages by the people who see them, judged by axe-core in both languages and pictured
//! at 390 and 1440 pixels (`var/test/screenshots`).

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use thirtyfour::prelude::*;

use crate::harness::browser::{Browser, in_browser};
use crate::harness::folder::Folder;
use crate::harness::server::Server;

/// The name of the picture and the page; behind `->` the link that leads on from there.
const PUBLIC: &[(&str, &str)] = &[
    ("home", "/"),
    ("policy", "/policy"),
    ("check", "/check"),
    ("notices", "/notices"),
    ("notice", "/notices/GS-2026-0003"),
    ("progress", "/progress"),
    ("login", "/login"),
    ("register", "/register"),
    ("forgot", "/forgot"),
    ("not-found", "/nothing-here"),
    ("demo-people", "/dev/people"),
    ("demo-mail", "/dev/mail"),
    ("parts", "/dev/parts"),
];
const ENTERPRISE: &[(&str, &str)] = &[
    ("my", "/my"),
    ("my-purchases", "/my/purchases"),
    ("my-statements", "/my/statements"),
    ("my-usage", "/my/usage"),
    ("my-applications", "/my/applications"),
    ("my-quota", "/my/quota"),
    ("my-enterprise", "/my/enterprise"),
    ("my-entry", "/my/enterprise/add/hightech"),
    ("my-structure", "/my/enterprise/structure"),
    ("my-eligibility", "/my/eligibility"),
    ("my-bank", "/my/bank"),
    ("my-people", "/my/people"),
    ("account", "/account"),
    ("task-list", "/my/applications/A-2026-0035"),
    ("step-purchases", "/my/applications/A-2026-0035/purchases"),
    ("step-papers", "/my/applications/A-2026-0035/materials"),
    ("step-preview", "/my/applications/A-2026-0035/preview"),
    ("step-account", "/my/applications/A-2026-0035/account"),
    ("step-check", "/my/applications/A-2026-0035/check"),
];
const PAID: &[(&str, &str)] = &[("status-paid", "/my/applications/A-2026-0001"), ("receipt", "/my/applications/A-2026-0001/receipt")];
/// The centre without a meter confirms by hand.
const BY_HAND: &[(&str, &str)] = &[("provider-to-confirm", "/provider"), ("provider-confirm", "/provider -> tbody a")];
const METERED: &[(&str, &str)] = &[
    ("my-month", "/my/usage?month=2026-02"),
    ("my-statement-list", "/my/statements"),
    ("my-statement", "/my/statements -> tbody a"),
    ("my-statement-events", "/my/statements -> tbody a -> tbody a"),
];
const TASK_FORCE: &[(&str, &str)] = &[
    ("desk", "/desk?tab=all"),
    ("review", "/desk/applications/A-2026-0026"),
    ("review-precheck", "/desk/applications/A-2026-0024"),
    ("desk-qualifications", "/desk/qualifications"),
    ("desk-recoveries", "/desk/recoveries"),
    ("desk-red-letter", "/desk/applications/A-2026-0001/red-letter"),
    ("desk-eligibility", "/desk/eligibility?q=9142"),
    ("desk-eligibility-case", "/desk/eligibility?q=9142 -> .plain-links a"),
    ("desk-coaching", "/desk/coaching"),
];
const AUTHORITY: &[(&str, &str)] = &[
    ("credit", "/desk/credit"),
    ("credit-case", "/desk/credit/A-2026-0027"),
    ("dishonesty", "/desk/dishonesty"),
    ("desk-notices", "/desk/notices"),
    ("desk-notice", "/desk/notices/GS-2026-0003"),
    ("review-paid", "/desk/applications/A-2026-0001"),
    ("clawback", "/audit/applications/A-2026-0001/clawback"),
];
const PROVIDER: &[(&str, &str)] = &[
    ("provider", "/provider"),
    ("provider-purchases", "/provider/purchases"),
    ("provider-import", "/provider/import"),
    ("provider-statements", "/provider/statements"),
    ("provider-metering", "/provider/metering"),
    ("provider-quarantine", "/provider/quarantine"),
    ("provider-tariffs", "/provider/tariffs"),
    ("provider-new-tariff", "/provider/tariffs/new"),
    ("provider-contracts", "/provider/contracts"),
    ("provider-usage-import", "/provider/usage-import"),
    ("provider-statement", "/provider/statements -> [aria-labelledby=issued] tbody a"),
    ("provider-preview", "/provider/statements -> [aria-labelledby=waiting] tbody a"),
    ("provider-tariff", "/provider/tariffs -> tbody a"),
    ("provider-contract", "/provider/contracts -> tbody a"),
    ("provider-quarantined", "/provider/quarantine -> tbody a"),
];
const FINANCE: &[(&str, &str)] = &[
    ("finance", "/finance"),
    ("finance-cases", "/finance/applications"),
    ("finance-case", "/finance/applications/A-2026-0012"),
    ("batches", "/finance/batches"),
    ("batch", "/finance/batches/P-2026-0003"),
    ("clawbacks", "/finance/clawbacks"),
    ("report", "/finance/report"),
];
const AUDITOR: &[(&str, &str)] = &[
    ("audit", "/audit"),
    ("audit-case", "/audit/applications/A-2026-0001"),
    ("audit-sample", "/audit/sample"),
    ("audit-ledger", "/audit/ledger"),
    ("desk-statement", "/desk/statements/S-2026-0001"),
    ("desk-statement-events", "/desk/statements/S-2026-0001/events?line=1"),
];
const SECURITY: &[(&str, &str)] = &[
    ("admin", "/admin"),
    ("admin-person", "/admin -> tbody a"),
    ("admin-tokens", "/admin/tokens"),
    ("account", "/account"),
    ("second-factor", "/account/second-factor"),
];
const LOGS: &[(&str, &str)] = &[("audit-log", "/audit")];
const ADMINISTRATOR: &[(&str, &str)] =
    &[("admin-packs", "/admin/packs"), ("admin-providers", "/admin/providers"), ("admin-mail", "/admin/mail")];

/// Who: an address of the demo, or nobody.
const VISITS: &[(&str, &[(&str, &str)])] = &[
    ("", PUBLIC),
    ("firm36@demo.suanquan.example", ENTERPRISE),
    ("firm01@demo.suanquan.example", PAID),
    ("firm08@demo.suanquan.example", METERED),
    ("tf1@demo.suanquan.example", TASK_FORCE),
    ("authority@demo.suanquan.example", AUTHORITY),
    ("waicc@demo.suanquan.example", PROVIDER),
    ("dhzs@demo.suanquan.example", BY_HAND),
    ("finance1@demo.suanquan.example", FINANCE),
    ("audit@demo.suanquan.example", AUDITOR),
    ("admin@demo.suanquan.example", ADMINISTRATOR),
    ("security@demo.suanquan.example", SECURITY),
    ("logs@demo.suanquan.example", LOGS),
];

#[test]
fn every_page_is_accessible_in_both_languages() {
    let folder = Folder::new("pages");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    let mut wrong: Vec<String> = Vec::new();
    in_browser("pages", async |browser| {
        for (email, pages) in VISITS {
            enter(browser, &server, email).await;
            for lang in ["zh-CN", "en"] {
                browser.goto(&server.url(&format!("/view?lang={lang}&back=/"))).await;
                for (name, path) in *pages {
                    if AssertUnwindSafe(look(browser, &server, name, path, lang)).catch_unwind().await.is_err() {
                        wrong.push(format!("{path} in {lang} as {email:?}"));
                    }
                }
            }
        }
    });
    assert!(wrong.is_empty(), "see above for what is wrong with {wrong:#?}");
}

async fn look(browser: &Browser, server: &Server, name: &str, path: &str, lang: &str) {
    let mut steps = path.split(" -> ");
    browser.goto(&server.url(steps.next().unwrap())).await;
    for link in steps {
        let link = browser.driver.find(By::Css(link)).await.unwrap_or_else(|_| panic!("{path}: no link {link}"));
        browser.goto(&server.url(&link.attr("href").await.unwrap().unwrap())).await;
    }
    let text = browser.text().await;
    let lost = text.contains("没有找到这个页面") || text.contains("Page not found");
    assert!(lost == (name == "not-found"), "{path} is lost:\n{text}");
    browser.assert_accessible().await;
    browser.screenshot(&format!("{name}-{lang}")).await;
}

async fn enter(browser: &Browser, server: &Server, email: &str) {
    if email.is_empty() {
        return;
    }
    browser.goto(&server.url("/dev/people")).await;
    let button = browser.driver.find(By::Css(format!("button[data-email=\"{email}\"]"))).await.unwrap();
    browser.driver.execute("arguments[0].scrollIntoView({block: 'center'});", vec![button.to_json().unwrap()]).await.unwrap();
    button.click().await.unwrap();
    for _ in 0..100 {
        if !browser.driver.current_url().await.unwrap().path().starts_with("/dev") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{email} did not get in");
}
