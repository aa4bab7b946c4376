//! An enterprise drops twelve files of mixed kinds, confirms what was read and submits without typing
//! an amount; a second enterprise with one of the same invoices is stopped with a reason.

use std::time::Duration;

use thirtyfour::prelude::*;

use crate::harness::browser::in_browser;
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};
use crate::invoice::documents::{add_code, bureau, bytes, locked, page_of};
use crate::invoice::generator::{Paper, PaperLine, yuan};
use crate::invoice::packages::Ofd;
use crate::walk::browser::{CENTRE, FIRMS, appropriate, register};
use crate::walk::person::Walk;

const HEADER: &str =
    "provider_uscc,enterprise_uscc,order_no,resource,unit,quantity,unit_price,amount,service_from,service_to,accepted_amount";
/// Order, firm, total with tax and net amount in fen.
const ORDERS: [(&str, usize, i64, i64); 4] =
    [("E-1", 0, 10_000_000, 9_433_962), ("E-2", 0, 6_000_000, 5_660_377), ("E-3", 0, 4_000_000, 3_773_585), ("E-4", 1, 10_000_000, 0)];

fn invoice(order: usize) -> Paper {
    let (_, firm, total, net) = ORDERS[order];
    let paper = Paper {
        number: format!("2642200000012345678{order}"),
        date: (2026, 2, 25),
        buyer: FIRMS[firm].name.into(),
        lines: vec![PaperLine::new("*信息技术服务*算力服务费", "1000", "卡时", net, 6)],
        ..Paper::digital()
    };
    assert_eq!(paper.total(), total, "the invoice is that of the purchase");
    paper
}

fn slip(order: usize) -> Vec<u8> {
    let (name, _, total, _) = ORDERS[order];
    let amount = suanquan::money::Fen::new(total);
    let lines = [
        "某银行网上银行电子回单".to_owned(),
        format!("付款人户名：{}", FIRMS[0].name),
        "付款人账号：42050100123400000001".into(),
        "收款人户名：湖北示例算力服务有限公司".into(),
        "收款人账号：42001868608050000002".into(),
        format!("金额：￥{}元", yuan(total)),
        format!("金额（大写）：人民币{}", amount.in_words()),
        format!("交易流水号：2026022600{name}"),
        "交易日期：2026年02月26日".into(),
    ];
    bytes(page_of(&lines))
}

fn contract() -> Vec<u8> {
    let lines = [
        "算力服务合同".to_owned(),
        "合同编号：WH-SL-2025-018".into(),
        "签订日期：2025年11月18日".into(),
        format!("甲方（购买方）：{}", FIRMS[0].name),
        format!("统一社会信用代码：{}", FIRMS[0].uscc),
        "乙方（服务机构）：湖北示例算力服务有限公司".into(),
        format!("统一社会信用代码：{CENTRE}"),
        "乙方应开具增值税电子发票（专用发票）。".into(),
        "合同总金额：人民币伍拾万元整（¥500,000.00）".into(),
        "本合同自2025年11月20日起至2026年11月19日止。".into(),
    ];
    bytes(page_of(&lines))
}

/// Writes the twelve files and answers their paths.
fn files(folder: &Folder) -> Vec<String> {
    let [first, second, third] = [0, 1, 2].map(invoice);
    let with_code = |paper: &Paper| {
        let mut document = bureau(paper);
        add_code(&mut document, &paper.qr());
        bytes(document)
    };
    let photo = crate::invoice::documents::code_png("a photo");
    let all: [(&str, Vec<u8>); 12] = [
        ("发票1.xml", first.xml().into_bytes()),
        ("发票1.ofd", Ofd::with_attachment(&first).bytes()),
        ("发票1.pdf", with_code(&first)),
        ("发票2.ofd", Ofd::with_attachment(&second).bytes()),
        ("发票3.pdf", with_code(&third)),
        ("回单1.pdf", slip(0)),
        ("回单2.pdf", slip(1)),
        ("回单3.pdf", slip(2)),
        ("合同.pdf", contract()),
        ("现场照片.pdf", photo),
        ("有密码.pdf", locked(page_of(&["算力服务合同".to_owned()]))),
        ("空.pdf", Vec::new()),
    ];
    for (name, content) in &all {
        std::fs::write(folder.file(name), content).unwrap();
    }
    all.iter().map(|(name, _)| folder.file(name)).collect()
}

#[test]
fn twelve_files_are_dropped_confirmed_and_submitted_without_typing_an_amount() {
    let folder = Folder::new("evidence");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--data", "people", "--folder", &home], &[]);
    import(&home, &folder);
    let files = files(&folder);
    let paper = folder.file("proof.pdf");
    std::fs::write(&paper, b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n").unwrap();
    in_browser("evidence", async |browser| {
        let walk = Walk::new(browser, &server);
        walk.read_chinese().await;
        appropriate(&walk).await;
        register(&walk, &FIRMS[0], &paper).await;
        let place = start(&walk, &["E-1", "E-2", "E-3"]).await;
        drop_files(&walk, &place, &files).await;
        walk.must_say("「有密码.pdf」：文件设有密码").await;
        walk.must_say("「空.pdf」是空文件").await;
        walk.must_say("发票1.ofd").await;
        browser.screenshot("papers-read").await;
        browser.assert_accessible().await;
        let filed = walk.browser.driver.find(By::Id("filed")).await.unwrap().text().await.unwrap();
        assert_eq!(filed.matches("¥100,000.00").count(), 2, "invoice and slip once each, in whatever forms they came:\n{filed}");
        walk.send("/confirm-papers", &[]).await;
        walk.must_say("材料齐了").await;
        submit(&walk, &place).await;

        register(&walk, &FIRMS[1], &paper).await;
        let place = start(&walk, &["E-4"]).await;
        drop_files(&walk, &place, &files[..1]).await;
        walk.must_say("不是本单位，不能用于本申请").await;
        let own = Paper { buyer: FIRMS[1].name.into(), buyer_id: FIRMS[1].uscc.into(), ..invoice(0) };
        let forged = folder.file("改过的发票.xml");
        std::fs::write(&forged, own.xml()).unwrap();
        let second = start_anew(&walk, &place, &forged).await;
        assert!(second.contains("已由其他单位申报") && !second.contains(FIRMS[0].name), "{second}");
    });
}

#[test]
fn a_red_letter_arrives_after_payment_and_a_recovery_task_appears() {
    let folder = Folder::new("evidence");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    let paid = "A-2026-0001";
    let blue = invoice_of(&home, paid);
    let red = folder.file("红字发票.xml");
    let paper =
        Paper {
            number: blue, lines: vec![PaperLine::new("*信息技术服务*算力服务费", "1", "次", 1_000_000, 6)], ..Paper::digital()
        };
    std::fs::write(&red, Paper { date: (2026, 3, 1), ..paper.reversed("26422000000099999901") }.xml()).unwrap();
    in_browser("red-letter", async |browser| {
        let walk = Walk::new(browser, &server);
        walk.read_chinese().await;
        walk.enter_as("firm01@demo.suanquan.example").await;
        walk.open(&format!("/my/applications/{paid}")).await;
        walk.must_say("登记红字发票").await;
        walk.open(&format!("/my/applications/{paid}/red-letter")).await;
        browser.screenshot("red-letter").await;
        browser.assert_accessible().await;
        walk.send("/red-letter", &[("file", &red)]).await;
        walk.must_say("红字发票已登记").await;

        walk.enter_as("tf3@demo.suanquan.example").await;
        walk.open("/desk/recoveries").await;
        for told in [paid, "…9901", "¥10,600.00", "按规则减少 ¥"] {
            walk.must_say(told).await;
        }
        browser.screenshot("recoveries").await;
        browser.assert_accessible().await;

        walk.enter_as("authority@demo.suanquan.example").await;
        walk.open("/desk/recoveries").await;
        let claim = walk.browser.driver.find(By::LinkText("发起追回…")).await;
        assert!(claim.is_ok() || walk.text().await.contains("发起追回"), "the authority may demand it");
        walk.open(&format!("/audit/applications/{paid}/clawback?letters=all")).await;
        walk.send("/clawback", &[("reason", "拨付后发票冲红，按规则追回。")]).await;
        walk.open("/desk/recoveries").await;
        walk.must_say("已发起追回").await;
        let settle = walk.browser.driver.find(By::Css("form[action^='/desk/recoveries/']")).await.unwrap();
        let action = settle.attr("action").await.unwrap().unwrap();
        let id = action.rsplit('/').next().unwrap().to_owned();
        let (outcome, note) = (format!("outcome_{id}"), format!("note_{id}"));
        walk.send(&action, &[(&outcome, "settled"), (&note, "已按规则发起追回")]).await;
        walk.must_say("已登记处理结论").await;
    });
}

/// The number of the first invoice of an application of the demo.
fn invoice_of(home: &str, number: &str) -> String {
    let store = suanquan::store::Store::open(&format!("sqlite://{home}/suanquan.db")).unwrap();
    let papers = store.read(|db| {
        let case = suanquan::store::known::application(db, &suanquan::party::Actor::system(), number)?.unwrap();
        suanquan::store::application::materials(db, case.id)
    });
    let papers: Vec<_> = papers.unwrap();
    papers.into_iter().find(|paper| paper.kind == "invoice").unwrap().number
}

/// Takes the first invoice out and drops another file; answers what the page says.
async fn start_anew(walk: &Walk<'_>, place: &str, file: &str) -> String {
    walk.open(&format!("{place}/materials")).await;
    let link = walk.browser.driver.find(By::Css("#filed .name a")).await.unwrap();
    let page = link.attr("href").await.unwrap().unwrap();
    walk.open(&page).await;
    // The question before a removal is the browser's own; its answer here is yes.
    walk.browser.driver.execute("window.confirm = () => true;", vec![]).await.unwrap();
    walk.send(&format!("{page}/remove"), &[]).await;
    drop_files(walk, place, &[file.to_owned()]).await;
    walk.text().await
}

fn import(home: &str, folder: &Folder) {
    let mut file = format!("{HEADER}\n");
    for (order, firm, total, _) in ORDERS {
        let (amount, hours) = (yuan(total), total / 1000);
        let uscc = FIRMS[firm].uscc;
        file.push_str(&format!("{CENTRE},{uscc},{order},昇腾910B,card_hour,{hours},10,{amount},2026-01-05,2026-02-20,{amount}\n"));
    }
    let path = folder.file("purchases.csv");
    std::fs::write(&path, file).unwrap();
    let database = format!("sqlite://{home}/suanquan.db");
    let output = run(&["import", "purchases", &path, "--database", &database], &[]);
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
}

/// Starts an application for these orders and answers its address.
async fn start(walk: &Walk<'_>, orders: &[&str]) -> String {
    walk.open("/my/purchases").await;
    let mut values = Vec::new();
    for order in orders {
        let row = format!("//tr[contains(., '{order}')]//input[@name='purchase']");
        let found = walk.browser.driver.find(By::XPath(row)).await.unwrap();
        values.push(found.attr("value").await.unwrap().unwrap());
    }
    let fields: Vec<(&str, &str)> = values.iter().map(|value| ("purchase", value.as_str())).collect();
    walk.send("/my/applications", &fields).await;
    let address = walk.browser.driver.current_url().await.unwrap();
    let number = address.path().split('/').find(|part| part.starts_with("A-")).unwrap().to_owned();
    format!("/my/applications/{number}")
}

/// Chooses the files all at once and waits until the page has an answer for each.
async fn drop_files(walk: &Walk<'_>, place: &str, files: &[String]) {
    walk.open(&format!("{place}/materials")).await;
    walk.browser.driver.execute("window.stillHere = true;", vec![]).await.unwrap();
    let input = walk.browser.driver.find(By::Css("input[type=file][name=papers]")).await.unwrap();
    input.send_keys(files.join("\n")).await.unwrap();
    // When all went well the page comes anew; else the files that were refused stay, and the list is renewed.
    let settled = "return document.readyState === 'complete' && document.querySelectorAll('#filed .files li').length > 0 \
                   && (window.stillHere === undefined || document.querySelector('.drop .why') !== null) \
                   && document.querySelector('.drop progress') === null;";
    for _ in 0..300 {
        let answer = walk.browser.driver.execute(settled, vec![]).await;
        if answer.is_ok_and(|answer| answer.json().as_bool() == Some(true)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the files did not arrive:\n{}", walk.text().await);
}

/// From the papers to the receipt, with no amount typed.
async fn submit(walk: &Walk<'_>, place: &str) {
    walk.open(&format!("{place}/preview")).await;
    walk.send(&format!("{place}/preview"), &[("tier", "best")]).await;
    walk.open(&format!("{place}/account")).await;
    walk.send(&format!("{place}/account"), &[("declared", "*")]).await;
    walk.open(&format!("{place}/check")).await;
    walk.send(&format!("{place}/submit"), &[]).await;
    walk.open(&format!("{place}/receipt")).await;
    walk.must_say(place.rsplit('/').next().unwrap()).await;
}
