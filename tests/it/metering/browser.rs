//! From a meter to a claim in a real browser: a month is billed, paid and claimed, a file of usage is
//! repaired and imported, an event comes late, the next statement corrects the first one, is disputed
//! and reversed.

use chrono::{TimeZone, Utc};
use serde_json::{Value, json};
use suanquan::acts::accept_invitation::accept_invitation;
use suanquan::acts::add_contract::{ContractEntry, add_contract};
use suanquan::acts::add_resource::add_resource;
use suanquan::acts::assign_subject::assign_subject;
use suanquan::acts::create_staff::{House, NewStaff, create_staff};
use suanquan::acts::record_tariff::record_tariff;
use suanquan::acts::record_usage::{EventStatus, Meter, record_usage};
use suanquan::acts::service_tokens::{MeterRights, issue_service_token};
use suanquan::ids::{ProviderId, Uscc};
use suanquan::lang::Lang;
use suanquan::metering::moment::Moment;
use suanquan::metering::quantity::Unit;
use suanquan::party::Actor;
use suanquan::policy::case::ItemKind;
use suanquan::secret::hash_password;
use suanquan::store;
use suanquan::store::metering::Resource;
use thirtyfour::prelude::*;

use super::centre::{SOURCE, day, incoming, statuses, usage};
use super::over_http::TOKEN;
use crate::accounts::house::{PASSWORD, TestHouse};
use crate::harness::browser::in_browser;
use crate::harness::folder::Folder;
use crate::harness::server::Server;
use crate::walk::browser::{CENTRE, FIRMS, apply_for, appropriate, register};
use crate::walk::person::Walk;

const CLERK: &str = "waicc@demo.suanquan.example";
const COLLEAGUE: &str = "waicc-2@centre.test";
const ACCOUNT: &str = "walk-firm";

/// Usage of the walk's first firm.
fn of_firm(mut event: Value) -> Value {
    event["subject"] = json!(ACCOUNT);
    event
}

/// The centre of the demo gets a colleague, prices, a contract with the walk's first firm, a token,
/// and a January of 50,000 card-hours at ¥2.00.
fn open_the_meter(house: &TestHouse) {
    let provider = house.store.read(|db| store::purchase::provider_by_uscc(db, CENTRE)).unwrap().unwrap().id;
    let administrator = house.actor("security@demo.suanquan.example");
    let new = NewStaff { email: COLLEAGUE.into(), name: "许蕾".into(), lang: Lang::Zh, house: House::Provider(provider) };
    house.act_as(&administrator, |act| create_staff(act, &new)).unwrap();
    let (invitation, hash) = (house.token_of(COLLEAGUE, "/invite/"), hash_password(PASSWORD).unwrap());
    house.act(|act| accept_invitation(act, &invitation, "许蕾", &hash, Lang::Zh)).unwrap();
    let rights = MeterRights { sources: vec![SOURCE.into()], may_backfill: false };
    house.act_as(&administrator, |act| issue_service_token(act, provider, "计量程序", TOKEN, &rights)).unwrap();
    sign_the_contract(house, &house.actor(CLERK), provider);
    let january = of_firm(usage("jan", "2026-01-10T00:00:00Z", 6_000, 500));
    let meter = Meter { provider, sources: [SOURCE.to_owned()].into(), backfill: Some("接入前的用量".into()), may_backfill: true };
    let told = vec![incoming(&january, Moment::at(house.now()))];
    assert_eq!(statuses(&house.act(|act| record_usage(act, &meter, 0, told, false)).unwrap()), [EventStatus::Accepted]);
}

fn sign_the_contract(house: &TestHouse, clerk: &Actor, provider: ProviderId) {
    let tariff = json!({
        "code": "standard", "version": 1, "valid_from": "2026-01-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "rates": [{"resource": "ascend-910b", "unit": "card", "model": "flat", "price": "2.00"}]
    });
    let resource = Resource {
        provider_id: provider,
        code: "ascend-910b".into(),
        version: 0,
        name_zh: "昇腾910B".into(),
        name_en: "Ascend 910B".into(),
        kind: ItemKind::Compute,
        unit: Unit::Card,
        vendor: "华为".into(),
        model: String::new(),
        gflops: Some(312_500),
        precision_name: "FP16".into(),
        valid_from: day("2026-01-01"),
    };
    let contract = ContractEntry {
        number: "HT-2026-W1".into(),
        uscc: Uscc::parse(FIRMS[0].uscc).unwrap(),
        enterprise_name: FIRMS[0].name.into(),
        signed_on: day("2025-12-20"),
        valid_from: day("2026-01-01"),
        valid_to: day("2026-12-31"),
        cap: None,
        tariff_code: "standard".into(),
    };
    let signed = house.act_as(clerk, |act| {
        add_resource(act, resource)?;
        record_tariff(act, provider, &tariff.to_string(), "2026 年目录价")?;
        add_contract(act, provider, &contract)?;
        assign_subject(act, provider, ACCOUNT, &contract.uscc)
    });
    signed.unwrap();
}

/// Previews a month and issues it; the number of the statement.
async fn issue(walk: &Walk<'_>, month: &str, total: &str) -> String {
    walk.enter_as(CLERK).await;
    walk.open("/provider/statements").await;
    let preview = walk.browser.driver.find(By::XPath(format!("//tr[contains(., '{month}')]//a"))).await.unwrap();
    walk.open(&preview.attr("href").await.unwrap().unwrap()).await;
    walk.must_say(total).await;
    walk.send("/provider/statements", &[]).await;
    walk.must_say("待企业确认").await;
    walk.last_of_address().await
}

async fn confirm_and_pay(walk: &Walk<'_>, number: &str) {
    walk.enter_as(FIRMS[0].email).await;
    walk.open("/my/purchases").await;
    walk.must_say("尚未收到付款").await;
    walk.open(&format!("/my/statements/{number}")).await;
    walk.send(&format!("/{number}/confirm"), &[]).await;
    walk.must_say("已确认").await;
    walk.enter_as(CLERK).await;
    for (form, fields) in [
        ("invoice", [("number", "26422000000000012345"), ("issued_on", "2026-02-05"), ("total", "100000"), ("tax", "5660.38")]),
        ("payment", [("bank_reference", "ICBC-1"), ("payer_name", FIRMS[0].name), ("paid_on", "2026-02-10"), ("amount", "100000")]),
    ] {
        walk.open(&format!("/provider/statements/{number}")).await;
        let fields = fields.map(|(name, value)| (format!("{form}-{name}"), value));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        walk.send_form(&format!("form:has([name=form][value={form}])"), &fields, "button:not([type=button])").await;
    }
    walk.must_say("可申领").await;
}

/// Two rows are wrong and one account is unknown; the file is mended and imported.
async fn import(walk: &Walk<'_>, folder: &Folder) {
    let head = "id,subject,resource,units,start,end";
    let good = format!("f1,{ACCOUNT},ascend-910b,8,2026-02-10T08:00:00+08:00,2026-02-10T18:00:00+08:00");
    let bad = [
        format!("f2,{ACCOUNT},ascend-910b,4,2026-02-11T18:00:00+08:00,2026-02-11T08:00:00+08:00"),
        format!("f3,{ACCOUNT},ascend-910b,1e9,2026-02-12T08:00:00+08:00,2026-02-12T18:00:00+08:00"),
        "f4,walk-frim,ascend-910b,2,2026-02-13T08:00:00+08:00,2026-02-13T18:00:00+08:00".to_owned(),
    ];
    let mended = [
        bad[0].replace("T18:00:00+08:00,2026-02-11T08", "T08:00:00+08:00,2026-02-11T18"),
        bad[1].replace("1e9", "1"),
        bad[2].replace("walk-frim", ACCOUNT),
    ];
    let write = |name: &str, rows: &[String]| {
        let path = folder.file(name);
        std::fs::write(&path, format!("{head}\n{good}\n{}\n", rows.join("\n"))).unwrap();
        path
    };
    walk.enter_as(CLERK).await;
    walk.open("/provider/usage-import").await;
    let path = write("usage.csv", &bad);
    the_bar_tells_how_far_it_is(walk, &path).await;
    // Sent by the page's script; the answer takes the place of the page.
    walk.send_until("/provider/usage-import", &[("format", "csv"), ("file", &path)], "检查结果").await;
    for (row, told) in [("f1", "已接收"), ("f2", "拒收"), ("f3", "拒收"), ("f4", "待处理")] {
        let row = walk.browser.driver.find(By::XPath(format!("//tr[td[normalize-space()='{row}']]"))).await.unwrap();
        assert!(row.text().await.unwrap().contains(told), "{row:?} is not {told}");
    }
    walk.must_say("walk-frim").await;
    walk.browser.assert_accessible().await;
    walk.browser.screenshot("usage-checked").await;
    let path = write("usage-mended.csv", &mended);
    walk.send_until("/provider/usage-import", &[("format", "csv"), ("file", &path)], "usage-mended.csv").await;
    assert!(!walk.text().await.contains("walk-frim"));
    walk.send("/provider/usage-import/record", &[]).await;
    walk.must_say("文件已导入").await;
    let tallies = walk.browser.driver.find_all(By::Css(".tallies > div")).await.unwrap();
    let mut counts = Vec::new();
    for tally in &tallies {
        counts.push(tally.find(By::Css("dd")).await.unwrap().text().await.unwrap());
    }
    assert_eq!(counts, ["4", "0", "0", "0", "0", "0"], "every row has one outcome");
    walk.browser.assert_accessible().await;
    walk.browser.screenshot("usage-report").await;
    let script = "const done = arguments[0]; fetch(document.querySelector('a[href$=\"rows.csv\"]').href).then(r => r.text()).then(done);";
    let report = walk.browser.driver.execute_async(script, vec![]).await.unwrap();
    let report = report.json().as_str().unwrap().to_owned();
    assert_eq!(report.lines().count(), 5, "{report}");
    assert!(report.lines().skip(1).all(|line| line.contains("accepted")), "{report}");
}

/// The request is held back and told step by step how it goes.
async fn the_bar_tells_how_far_it_is(walk: &Walk<'_>, path: &str) {
    let run = async |script: &str| walk.browser.driver.execute(script, vec![]).await.unwrap();
    run("const p = XMLHttpRequest.prototype; const send = p.send; p.send = function () { window.held = this; p.send = send; };").await;
    walk.send_until("/provider/usage-import", &[("format", "csv"), ("file", path)], "正在上传…").await;
    run("held.upload.dispatchEvent(new ProgressEvent('progress', {lengthComputable: true, loaded: 2, total: 5}));").await;
    walk.must_say("40 %").await;
    let bar = walk.browser.driver.find(By::Css(".sending progress")).await.unwrap();
    assert_eq!(bar.attr("value").await.unwrap().as_deref(), Some("40"));
    run("held.upload.dispatchEvent(new ProgressEvent('load'));").await;
    walk.must_say("已上传，正在逐行检查…").await;
    walk.browser.assert_accessible().await;
    walk.browser.screenshot("usage-sending").await;
    run("held.dispatchEvent(new ProgressEvent('error'));").await;
    walk.must_say("连接中断").await;
    assert!(!bar.is_displayed().await.unwrap());
}

async fn tell_late(walk: &Walk<'_>) {
    let late = of_firm(usage("late", "2026-01-28T00:00:00Z", 600, 1));
    let client = reqwest::Client::new();
    let request = client.post(walk.server.url("/api/v1/usage/events")).bearer_auth(TOKEN);
    let answer = request.header("content-type", "application/cloudevents+json").body(late.to_string()).send().await.unwrap();
    let told: Value = answer.json().await.unwrap();
    assert_eq!((&told["accepted"], &told["results"][0]["late"]), (&json!(1), &json!(true)), "{told}");
}

/// The firm disputes, the clerk upholds the statement, a colleague reverses it all the same.
async fn dispute_and_reverse(walk: &Walk<'_>, number: &str) {
    walk.enter_as(FIRMS[0].email).await;
    walk.open(&format!("/my/statements/{number}")).await;
    walk.send(&format!("/{number}/dispute"), &[("dispute_reason", "12 日的作业没有运行")]).await;
    walk.must_say("异议处理中").await;
    walk.enter_as(CLERK).await;
    walk.open(&format!("/provider/statements/{number}")).await;
    walk.must_say("12 日的作业没有运行").await;
    walk.must_say("冲销须由其他同事办理").await;
    walk.send(&format!("/{number}/resolve"), &[("answer_reason", "正在复核日志")]).await;
    walk.enter_as(COLLEAGUE).await;
    walk.open(&format!("/provider/statements/{number}")).await;
    walk.send(&format!("/{number}/reverse"), &[("reverse_reason", "复核后发现 12 日的作业确未运行")]).await;
    walk.enter_as(FIRMS[0].email).await;
    walk.open(&format!("/my/statements/{number}")).await;
    for told in ["已冲销", "正在复核日志", "复核后发现 12 日的作业确未运行"] {
        walk.must_say(told).await;
    }
    walk.open("/my/statements").await;
    walk.must_say("冲销凭单").await;
}

#[test]
fn usage_is_imported_billed_paid_claimed_corrected_and_reversed() {
    let folder = Folder::new("metered-walk");
    let (home, url) = (folder.file("demo"), format!("sqlite://{}", folder.file("walk.db")));
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--data", "people", "--folder", &home, "--database", &url], &[]);
    let house = TestHouse::open(&url, Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap());
    open_the_meter(&house);
    let paper = folder.file("paper.pdf");
    std::fs::write(&paper, b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n").unwrap();
    in_browser("metered-walk", async |browser| {
        let walk = Walk::new(browser, &server);
        walk.read_chinese().await;
        appropriate(&walk).await;
        register(&walk, &FIRMS[0], &paper).await;
        let january = issue(&walk, "2026-01", "¥100,000.00").await;
        confirm_and_pay(&walk, &january).await;
        let application = apply_for(&walk, &FIRMS[0], (&january, 100_000), "province", "¥30,000.00", &paper).await;
        walk.open("/my/purchases").await;
        let claimed = browser.driver.find(By::XPath(format!("//tr[contains(., '{january}')]"))).await.unwrap();
        assert!(claimed.text().await.unwrap().contains(&application), "the purchase names the application that claims it");
        walk.open(&format!("/my/applications/{application}")).await;
        walk.must_say("均有已确认的对账单").await;
        import(&walk, &folder).await;
        tell_late(&walk).await;
        // February has 150 card-hours; January had ten more than was billed.
        let february = issue(&walk, "2026-02", "¥320.00").await;
        for told in ["以前月份的更正", &format!("冲回 {january}/1"), &format!("更正 {january}/1"), "−¥100,000.00", "¥100,020.00"]
        {
            walk.must_say(told).await;
        }
        browser.assert_accessible().await;
        browser.screenshot("statement-corrected").await;
        dispute_and_reverse(&walk, &february).await;
    });
}
