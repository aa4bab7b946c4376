//! Seven people carry applications from the import of a purchase to `paid`, on both databases, and
//! check the amount at each step; the program is restarted in the middle.

use std::time::Duration;

use thirtyfour::prelude::*;

use super::person::Walk;
use crate::harness::browser::in_browser;
use crate::harness::db::{TestDb, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};

const HEADER: &str =
    "provider_uscc,enterprise_uscc,order_no,resource,unit,quantity,unit_price,amount,service_from,service_to,accepted_amount";
pub const CENTRE: &str = "91420100MA4PRW01XR";

/// An enterprise of the walk.
pub struct Firm {
    pub name: &'static str,
    pub uscc: &'static str,
    pub email: &'static str,
    place: &'static str,
    /// Kind, number, first and last day, sales of the year before.
    qualifications: &'static [(&'static str, &'static str, &'static str, &'static str, &'static str)],
}

pub const FIRMS: [Firm; 3] = [
    Firm {
        name: "武汉省级示例科技有限公司",
        uscc: "91420100MA4TE5T139",
        email: "province@firm.test",
        place: "wuhan",
        qualifications: &[("tech_sme", "2026420111A8000123", "2026-01-01", "2026-12-31", "")],
    },
    Firm {
        name: "武汉市级示例智能有限公司",
        uscc: "914403001922038216",
        email: "city@firm.test",
        place: "wuhan",
        qualifications: &[("tech_sme", "2026420111A8000124", "2026-01-01", "2026-12-31", "")],
    },
    Firm {
        name: "武汉东湖示例大模型有限公司",
        uscc: "9144030071526726XG",
        email: "district@firm.test",
        place: "east_lake",
        qualifications: &[
            ("hightech", "GR202442000001", "2024-11-27", "2027-11-26", "640000000"),
            ("above_designated_size", "", "2026-01-01", "2026-12-31", ""),
        ],
    },
];

/// Order, firm, amount in yuan.
const ORDERS: [(&str, usize, i64); 6] =
    [("W-1", 0, 100_000), ("W-2", 0, 300_000), ("W-3", 0, 200_000), ("W-4", 0, 150_000), ("W-5", 1, 100_000), ("W-6", 2, 1_000_000)];

#[test]
fn a_purchase_becomes_a_paid_subsidy() {
    on_both_databases(|db| {
        let folder = Folder::new("walk");
        let home = folder.file("demo");
        let mut server =
            Server::start(&["demo", "--bind", "127.0.0.1:0", "--data", "people", "--folder", &home, "--database", db.url()], &[]);
        import(db, &folder);
        let paper = folder.file("paper.pdf");
        let mut numbers = Vec::new();
        in_browser("walk-applications", async |browser| {
            let walk = Walk::new(browser, &server);
            walk.read_chinese().await;
            appropriate(&walk).await;
            for firm in &FIRMS {
                register(&walk, firm, &paper).await;
            }
            for (order, tier, amount) in [
                ("W-1", "province", "¥30,000.00"),
                ("W-2", "province", "¥90,000.00"),
                ("W-3", "province", "¥60,000.00"),
                // 45,000.00 by the rate; the yearly cap of 200,000.00 leaves 20,000.00.
                ("W-4", "province", "¥20,000.00"),
                ("W-5", "city", "¥50,000.00"),
                ("W-6", "best", "¥500,000.00"),
            ] {
                numbers.push((apply(&walk, order, tier, amount, &paper).await, amount));
            }
            walk.must_have_sent_again(20);
        });
        let paid: Vec<(String, &str)> = [0, 4, 5].into_iter().filter_map(|at| numbers.get(at).cloned()).collect();
        in_browser("walk-review", async |browser| {
            let walk = Walk::new(browser, &server);
            walk.read_chinese().await;
            for (number, amount) in &paid {
                review_first(&walk, number, amount).await;
            }
            walk.must_have_sent_again(6);
        });
        server.restart();
        in_browser("walk-payment", async |browser| {
            let walk = Walk::new(browser, &server);
            walk.read_chinese().await;
            for (number, amount) in &paid {
                review_last(&walk, number, amount).await;
            }
            notice(&walk, &paid).await;
            pay(&walk, &paid).await;
            for ((number, amount), firm) in paid.iter().zip(&FIRMS) {
                walk.enter_as(firm.email).await;
                walk.open(&format!("/my/applications/{number}")).await;
                walk.must_say("已到账").await;
                walk.must_say(amount).await;
            }
            walk.must_have_sent_again(8);
        });
        server.stop();
        let check = run(&["ledger", "check", "--database", db.url()], &[]);
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    });
}

/// What the centre reports, by the command line.
fn import(db: &TestDb, folder: &Folder) {
    let mut file = format!("{HEADER}\n");
    for (order, firm, yuan) in ORDERS {
        let hours = yuan / 10;
        file.push_str(&format!(
            "{CENTRE},{},{order},昇腾910B,card_hour,{hours},10,{yuan}.00,2026-01-05,2026-02-20,{yuan}.00\n",
            FIRMS[firm].uscc
        ));
    }
    let path = folder.file("purchases.csv");
    std::fs::write(&path, file).unwrap();
    std::fs::write(folder.file("paper.pdf"), b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n").unwrap();
    let output = run(&["import", "purchases", &path, "--database", db.url()], &[]);
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && report.contains("\"accepted\": 6"), "{report}{}", String::from_utf8_lossy(&output.stderr));
}

pub async fn appropriate(walk: &Walk<'_>) {
    walk.enter_as("finance1@demo.suanquan.example").await;
    for (tier, amount) in [("province", "5000000"), ("city", "5000000"), ("district", "5000000")] {
        walk.open("/finance").await;
        let document = format!("财教〔2026〕{tier}");
        walk.send("/finance/appropriations", &[("tier", tier), ("year", "2026"), ("amount", amount), ("document_no", &document)]).await;
        walk.must_say(&document).await;
    }
}

/// Registers, confirms the address from the letter, enters qualifications and the bank account.
pub async fn register(walk: &Walk<'_>, firm: &Firm, paper: &str) {
    walk.browser.driver.delete_all_cookies().await.unwrap();
    walk.read_chinese().await;
    walk.open("/register").await;
    let typed = [
        ("uscc", firm.uscc),
        ("enterprise", firm.name),
        ("name", "王经办"),
        ("phone", "027-87000000"),
        ("email", firm.email),
        ("password", "a-long-password"),
    ];
    walk.send("/register", &typed).await;
    let link = link_in_letter(walk, firm.email).await;
    walk.open(&link).await;
    walk.send(&link, &[]).await;
    walk.enter_as(firm.email).await;
    walk.open("/my/enterprise/add/registration_place").await;
    walk.send("/registration_place", &[("place", firm.place), ("valid_from", "2019-05-20"), ("proof", paper)]).await;
    for (kind, number, from, to, sales) in firm.qualifications {
        walk.open(&format!("/my/enterprise/add/{kind}")).await;
        let mut fields = vec![("valid_from", *from), ("valid_to", *to), ("proof", paper)];
        if !number.is_empty() {
            fields.push(("number", number));
        }
        if !sales.is_empty() {
            fields.push(("prior_year_sales", sales));
        }
        walk.send(&format!("/{kind}"), &fields).await;
    }
    walk.open("/my/bank").await;
    let bank = [
        ("account_name", firm.name),
        ("bank_name", "中国建设银行武汉光谷支行"),
        ("account_no", "42050100123400000001"),
        ("cnaps", "105100000017"),
    ];
    walk.send("/my/bank", &bank).await;
    walk.open("/my/bank").await;
    walk.must_say("光谷支行").await;
}

async fn link_in_letter(walk: &Walk<'_>, email: &str) -> String {
    for _ in 0..20 {
        walk.open("/dev/mail").await;
        let rows = walk.browser.driver.find_all(By::Css("tbody tr")).await.unwrap();
        for row in rows {
            if row.text().await.unwrap().contains(email) {
                row.find(By::Css("a")).await.unwrap().click().await.unwrap();
                let text = walk.text().await;
                let link = text.split_whitespace().find_map(|word| word.find("/confirm/").map(|at| word[at..].to_owned()));
                return link.unwrap_or_else(|| panic!("no link in the letter to {email}:\n{text}"));
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    panic!("no letter came to {email}");
}

/// Applies for one order of the file.
async fn apply(walk: &Walk<'_>, order: &str, tier: &str, amount: &str, paper: &str) -> String {
    let (_, firm, yuan) = ORDERS.into_iter().find(|(known, ..)| *known == order).unwrap();
    apply_for(walk, &FIRMS[firm], (order, yuan), tier, amount, paper).await
}

/// Fills an application for one order and submits it. The amount must stand on the preview, on the
/// page that checks the answers and on the receipt.
pub async fn apply_for(walk: &Walk<'_>, firm: &Firm, (order, yuan): (&str, i64), tier: &str, amount: &str, paper: &str) -> String {
    let total = yuan.to_string();
    walk.enter_as(firm.email).await;
    walk.open("/my/purchases").await;
    let row = format!("//tr[contains(., '{order}')]//input[@name='purchase']");
    let box_ = walk.browser.driver.find(By::XPath(row)).await.unwrap();
    let value = box_.attr("value").await.unwrap().unwrap();
    walk.send("/my/applications", &[("purchase", &value)]).await;
    let number = walk.browser.driver.current_url().await.unwrap().path().split('/').find(|part| part.starts_with("A-")).unwrap().to_owned();
    let place = format!("/my/applications/{number}");
    for (kind, fields) in [
        ("contract", vec![("number", "C-2025-001"), ("amount", total.as_str()), ("dated_on", "2025-11-18")]),
        ("invoice", vec![("amount", total.as_str()), ("dated_on", "2026-02-25")]),
        ("payment", vec![("amount", total.as_str()), ("dated_on", "2026-02-26")]),
    ] {
        let page = upload(walk, &place, kind, paper, order).await;
        walk.open(&page).await;
        walk.send("/kind", &[("kind", kind)]).await;
        let invoice = format!("264220000000{:08}", 45_000_000 + order.bytes().map(i64::from).sum::<i64>() * 100 + yuan % 97);
        let mut fields = fields;
        if kind == "invoice" {
            fields.push(("number", &invoice));
        }
        walk.open(&page).await;
        walk.send(&page, &fields).await;
    }
    walk.open(&format!("{place}/preview")).await;
    walk.send(&format!("{place}/preview"), &[("tier", tier)]).await;
    walk.open(&format!("{place}/preview")).await;
    walk.must_say(amount).await;
    walk.open(&format!("{place}/account")).await;
    walk.send(&format!("{place}/account"), &[("declared", "*")]).await;
    walk.open(&format!("{place}/check")).await;
    walk.must_say(amount).await;
    walk.send(&format!("{place}/submit"), &[]).await;
    walk.open(&format!("{place}/receipt")).await;
    walk.must_say(&number).await;
    walk.must_say(amount).await;
    number
}

/// Sends one paper; the page's script sends it as soon as it is chosen. Answers the paper's page.
async fn upload(walk: &Walk<'_>, place: &str, kind: &str, paper: &str, order: &str) -> String {
    let own = format!("{}-{order}-{kind}.pdf", paper.trim_end_matches(".pdf"));
    let mut bytes = std::fs::read(paper).unwrap();
    bytes.extend_from_slice(format!("% {order} {kind}\n").as_bytes());
    std::fs::write(&own, bytes).unwrap();
    walk.open(&format!("{place}/materials")).await;
    let input = walk.browser.driver.find(By::Css("input[type=file][name=papers]")).await.unwrap();
    input.send_keys(&own).await.unwrap();
    let name = own.rsplit('/').next().unwrap().to_owned();
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        walk.open(&format!("{place}/materials")).await;
        let link = format!("//a[contains(@href, '/materials/')][ancestor::*[contains(., '{name}')]]");
        for found in walk.browser.driver.find_all(By::XPath(link)).await.unwrap() {
            let text = found.find(By::XPath("ancestor::*[contains(., '.pdf')][1]")).await.unwrap().text().await.unwrap();
            let href = found.attr("href").await.unwrap().unwrap();
            if text.contains(&name) && text.matches(".pdf").count() == 1 {
                return href;
            }
        }
    }
    panic!("{name} did not arrive:\n{}", walk.text().await);
}

/// Provider, then precheck and preliminary review by one member of the task force.
async fn review_first(walk: &Walk<'_>, number: &str, amount: &str) {
    walk.enter_as("waicc@demo.suanquan.example").await;
    walk.open(&format!("/provider/applications/{number}")).await;
    walk.send(&format!("/provider/applications/{number}"), &[]).await;
    walk.enter_as("tf3@demo.suanquan.example").await;
    loop {
        walk.open("/desk/qualifications").await;
        let waiting = walk.browser.driver.find_all(By::Css("form[action^=\"/desk/qualifications/\"]")).await.unwrap();
        let Some(first) = waiting.first() else { break };
        let action = first.attr("action").await.unwrap().unwrap();
        walk.send(&action, &[]).await;
    }
    let desk = format!("/desk/applications/{number}");
    walk.open(&desk).await;
    walk.must_say(amount).await;
    walk.send(&format!("{desk}/precheck"), &[]).await;
    walk.open(&desk).await;
    walk.must_say(amount).await;
    walk.send(&format!("{desk}/preliminary"), &[]).await;
}

/// Final review by another member, then the credit check.
async fn review_last(walk: &Walk<'_>, number: &str, amount: &str) {
    let desk = format!("/desk/applications/{number}");
    walk.enter_as("tf1@demo.suanquan.example").await;
    walk.open(&desk).await;
    walk.must_say(amount).await;
    // The three firms of the walk share one account and one contract, which somebody has to explain.
    walk.send(&format!("{desk}/final"), &[("note", "演示企业共用账户与合同，已逐一核对原件")]).await;
    walk.enter_as("authority@demo.suanquan.example").await;
    walk.open(&format!("/desk/credit/{number}")).await;
    walk.must_say(amount).await;
    walk.send(&format!("/desk/credit/{number}"), &[("source", "信用中国"), ("result", "clean")]).await;
}

/// Puts the cases to public notice and walks over its five working days.
async fn notice(walk: &Walk<'_>, cases: &[(String, &str)]) {
    walk.enter_as("authority@demo.suanquan.example").await;
    walk.open("/desk/notices").await;
    walk.send("/desk/notices", &[("application", "*")]).await;
    let number = walk.last_of_address().await;
    let words = [
        ("issuer", "湖北省科技厅"),
        ("contact_phone", "027-87000001"),
        ("supervision_phone", "027-87000002"),
        ("address", "武汉市高新大道1号"),
    ];
    walk.send(&format!("/desk/notices/{number}"), &words).await;
    walk.open(&format!("/desk/notices/{number}")).await;
    walk.send(&format!("/desk/notices/{number}/publish"), &[]).await;
    walk.open(&format!("/notices/{number}")).await;
    for (_, amount) in cases {
        walk.must_say(amount.trim_start_matches('¥')).await;
    }
    walk.must_say("武汉东湖示例大模型有限公司").await;
    // 2 to 6 March are the five days; on the 9th at the latest money may move.
    for _ in 0..7 {
        walk.open("/").await;
        walk.send("/dev/next-day", &[]).await;
    }
}

/// Maker and approver, then the bank's answer.
async fn pay(walk: &Walk<'_>, cases: &[(String, &str)]) {
    walk.enter_as("finance1@demo.suanquan.example").await;
    walk.open("/finance/batches").await;
    walk.send("/finance/batches", &[("application", "*")]).await;
    let batch = walk.last_of_address().await;
    for (number, amount) in cases {
        walk.must_say(number).await;
        walk.must_say(amount).await;
    }
    walk.must_say("¥580,000.00").await;
    walk.enter_as("finance2@demo.suanquan.example").await;
    walk.open(&format!("/finance/batches/{batch}")).await;
    walk.send(&format!("/finance/batches/{batch}/approve"), &[]).await;
    walk.open(&format!("/finance/batches/{batch}")).await;
    walk.send_with(&format!("/finance/batches/{batch}/settle"), &[("line", "*"), ("on", "2026-03-09")], "button[value=paid]").await;
    walk.open("/finance/report").await;
    walk.must_say("¥580,000.00").await;
}
