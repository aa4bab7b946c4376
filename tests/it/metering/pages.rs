//! Statements over HTTP: the centre issues, the enterprise disputes and confirms, the desk reads
//! down to the events, files say what the page says, and nobody else sees a byte.

use reqwest::{Client, StatusCode, redirect};
use serde_json::{Value, json};
use suanquan::acts::accept_invitation::accept_invitation;
use suanquan::acts::add_contract::{ContractEntry, add_contract};
use suanquan::acts::assign_subject::assign_subject;
use suanquan::acts::confirm_email::confirm_email;
use suanquan::acts::create_staff::{House, NewStaff, create_staff};
use suanquan::acts::record_tariff::record_tariff;
use suanquan::acts::record_usage::EventStatus;
use suanquan::ids::{ContractId, Uscc};
use suanquan::lang::Lang;
use suanquan::party::Duty;
use suanquan::secret::{hash_password, token_hash};

use super::centre::{Centre, day, statuses, usage, void};
use crate::accounts::house::PASSWORD;
use crate::accounts::staff::administrator;
use crate::export::pdf_text::Rendered;
use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::server::Server;

pub const BUYER: &str = "9144030071526726XG";
pub const ACCOUNT: &str = "wh-buyer";
pub const FIRM: &str = "buyer@firm.example";
const STRANGER: &str = "stranger@firm.example";
pub const CLERK: &str = "clerk@centre.example";
pub const COLLEAGUE: &str = "colleague@centre.example";
pub const AUDITOR: &str = "auditor@city.example";

/// A centre with a month of usage at ¥2.00 a card-hour, its people, and a server on its database.
pub struct Town {
    pub server: Server,
    pub centre: Centre,
    pub contract: ContractId,
    _folder: Folder,
}

pub fn town(url: &str) -> Town {
    let centre = Centre::new(url);
    let (house, provider) = (&centre.house, centre.provider);
    let uscc = Uscc::parse(BUYER).unwrap();
    let tariff = json!({
        "code": "flat", "version": 1, "valid_from": "2026-01-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "rates": [{"resource": "ascend-910b", "unit": "card", "model": "flat", "price": "2.00"}]
    });
    let contract = house
        .act(|act| {
            record_tariff(act, provider, &tariff.to_string(), "2026 年目录价")?;
            let entry = ContractEntry {
                number: "HT-2026-077".into(),
                uscc: uscc.clone(),
                enterprise_name: "武汉东湖示例大模型有限公司".into(),
                signed_on: day("2025-12-20"),
                valid_from: day("2026-02-01"),
                valid_to: day("2026-12-31"),
                cap: None,
                tariff_code: "flat".into(),
            };
            let contract = add_contract(act, provider, &entry)?;
            assign_subject(act, provider, ACCOUNT, &uscc)?;
            Ok(contract)
        })
        .unwrap();
    let mut taken_out = void("v-twice", "e-twice");
    taken_out["time"] = json!("2026-02-12T12:00:00Z");
    let events = [
        of_buyer(usage("e-day", "2026-02-10T02:00:00Z", 60, 8), "大模型训练"),
        // Over midnight in Beijing: half on the 11th, half on the 12th.
        of_buyer(usage("e-night", "2026-02-11T15:30:00Z", 60, 4), "推理服务"),
        of_buyer(usage("e-twice", "2026-02-12T02:00:00Z", 60, 4), "推理服务"),
        taken_out,
    ];
    assert_eq!(statuses(&centre.send(&events)), [EventStatus::Accepted; 4]);
    house.registered(STRANGER);
    house.register_as(BUYER, FIRM).unwrap();
    let token = house.token_of(FIRM, "/confirm/");
    house.act(|act| confirm_email(act, &token)).unwrap();
    let admin = administrator(house);
    let hash = hash_password(PASSWORD).unwrap();
    for (email, at) in [
        (CLERK, House::Provider(provider)),
        (COLLEAGUE, House::Provider(provider)),
        (AUDITOR, House::Staff([Duty::Auditor].into_iter().collect())),
    ] {
        let new = NewStaff { email: email.into(), name: "张".into(), lang: Lang::Zh, house: at };
        house.act_as(&admin, |act| create_staff(act, &new)).unwrap();
        let token = house.token_of(email, "/invite/");
        house.act(|act| accept_invitation(act, &token, "张", &hash, Lang::Zh)).unwrap();
    }
    let folder = Folder::new("statements");
    let files = folder.file("files");
    let environment = [
        ("SUANQUAN_DATABASE", url),
        ("SUANQUAN_BIND", "127.0.0.1:0"),
        ("SUANQUAN_STAFF_SECOND_FACTOR", "optional"),
        ("SUANQUAN_SECRET", "0123456789abcdef0123456789abcdef0123456789abcdef"),
        ("SUANQUAN_BASE_URL", "http://127.0.0.1"),
        ("SUANQUAN_SECURE_COOKIES", "false"),
        ("SUANQUAN_FILES", files.as_str()),
        ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
        ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
    ];
    Town { server: Server::start(&["serve"], &environment), centre, contract, _folder: folder }
}

/// Usage of the enterprise whose statements these are.
pub fn of_buyer(mut event: Value, project: &str) -> Value {
    event["subject"] = json!(ACCOUNT);
    event["data"]["project"] = json!(project);
    event
}

/// Somebody with a browser that shows nothing.
pub struct Person<'a> {
    server: &'a Server,
    client: Client,
    csrf: String,
}

fn csrf_of(page: &str) -> String {
    page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

impl Person<'_> {
    pub async fn sign_in<'a>(server: &'a Server, email: &str) -> Person<'a> {
        let client = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).build().unwrap();
        let login = client.get(server.url("/login")).send().await.unwrap().text().await.unwrap();
        let form = [("csrf", csrf_of(&login).as_str()), ("email", email), ("password", PASSWORD), ("next", "")]
            .map(|(name, value)| (name, value.to_owned()));
        assert_eq!(client.post(server.url("/login")).form(&form).send().await.unwrap().status(), StatusCode::SEE_OTHER, "{email}");
        let account = client.get(server.url("/account")).send().await.unwrap().text().await.unwrap();
        Person { server, csrf: csrf_of(&account), client }
    }

    pub async fn ask(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let answer = self.client.get(self.server.url(path)).send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap().to_vec())
    }

    #[track_caller]
    fn text((status, bytes): (StatusCode, Vec<u8>)) -> String {
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(status, StatusCode::OK, "{text}");
        text
    }

    pub async fn page(&self, path: &str) -> String {
        Self::text(self.ask(path).await)
    }

    /// Sends a form; where it leads, or the page that says what is wrong.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Result<String, String> {
        let mut form: Vec<(&str, String)> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        form.push(("csrf", self.csrf.clone()));
        form.push(("request_key", token_hash(&format!("{path} {fields:?}"))));
        let answer = self.client.post(self.server.url(path)).form(&form).send().await.unwrap();
        match answer.status() {
            StatusCode::SEE_OTHER => Ok(answer.headers()["location"].to_str().unwrap().to_owned()),
            _ => Err(answer.text().await.unwrap()),
        }
    }
}

pub fn version_of(page: &str) -> String {
    page.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("0").to_owned()
}

pub fn run(test: impl AsyncFnOnce()) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test());
}

/// Issues a month; the number of the statement.
pub async fn issued(clerk: &Person<'_>, contract: ContractId, month: &str) -> String {
    let place = clerk.send("/provider/statements", &[("contract", &contract.to_string()), ("month", month)]).await.unwrap();
    place.strip_prefix("/provider/statements/").unwrap().to_owned()
}

#[test]
fn a_statement_is_issued_disputed_answered_and_confirmed() {
    on_both(|url| {
        let town = town(url);
        run(async || {
            let (clerk, firm) = (Person::sign_in(&town.server, CLERK).await, Person::sign_in(&town.server, FIRM).await);
            let list = clerk.page("/provider/statements").await;
            assert!(list.contains(&format!("preview?contract={}&#38;month=2026-02", town.contract)), "{list}");
            let preview = clerk.page(&format!("/provider/statements/preview?contract={}&month=2026-02", town.contract)).await;
            assert!(preview.contains("¥24.00") && preview.contains("12 卡时") && preview.contains("出具对账单"), "{preview}");
            assert!(firm.send("/provider/statements", &[]).await.unwrap_err().contains("您没有这项权限"));
            let number = issued(&clerk, town.contract, "2026-02").await;
            let again = clerk.send("/provider/statements", &[("contract", &town.contract.to_string()), ("month", "2026-02")]).await;
            // The same form is the same act.
            assert_eq!(again.as_deref(), Ok(format!("/provider/statements/{number}").as_str()));
            let billed = clerk.page(&format!("/provider/statements/preview?contract={}&month=2026-02", town.contract)).await;
            assert!(billed.contains("2026-02 已出具对账单") && !billed.contains(">出具对账单<"), "{billed}");

            assert!(firm.page("/my/statements").await.contains(&number));
            let mine = format!("/my/statements/{number}");
            let page = firm.page(&mine).await;
            assert!(page.contains("待企业确认") && page.contains("签名有效") && page.contains("¥24.00"), "{page}");
            assert!(!page.contains("/reverse") && !page.contains("登记发票"), "the centre's forms are the centre's");
            let version = version_of(&page);
            let silent = firm.send(&format!("{mine}/dispute"), &[("version", &version), ("dispute_reason", " ")]).await.unwrap_err();
            assert!(silent.contains("请填写理由") && silent.contains("href=\"#dispute_reason\""), "{silent}");
            firm.send(&format!("{mine}/dispute"), &[("version", &version), ("dispute_reason", "11 日的作业没有运行")]).await.unwrap();
            let stale = firm.send(&format!("{mine}/confirm"), &[("version", &version)]).await.unwrap_err();
            assert!(stale.contains("异议处理中"), "{stale}");

            let own = format!("/provider/statements/{number}");
            let page = clerk.page(&own).await;
            assert!(
                page.contains("11 日的作业没有运行") && page.contains("冲销须由其他同事办理") && !page.contains("/reverse\""),
                "{page}"
            );
            let answer = [("version", version_of(&page)), ("answer_reason", "日志显示作业在运行".to_owned())];
            let answer = answer.each_ref().map(|(name, value)| (*name, value.as_str()));
            clerk.send(&format!("{own}/resolve"), &answer).await.unwrap();
            let page = firm.page(&mine).await;
            assert!(page.contains("日志显示作业在运行"));
            firm.send(&format!("{mine}/confirm"), &[("version", &version_of(&page))]).await.unwrap();
            let page = firm.page(&mine).await;
            assert!(page.contains("已确认") && !page.contains("/dispute"), "{page}");
            for told in ["出具对账单", "企业提出异议", "答复异议，维持对账单", "企业确认"] {
                assert!(page.contains(told), "{told} in {page}");
            }
        });
    });
}

#[test]
fn from_a_line_the_desk_reads_its_events_and_a_stranger_reads_nothing() {
    on_both(|url| {
        let town = town(url);
        run(async || {
            let clerk = Person::sign_in(&town.server, CLERK).await;
            let number = issued(&clerk, town.contract, "2026-02").await;
            let stranger = Person::sign_in(&town.server, STRANGER).await;
            for path in ["", ".csv", ".focus.csv", ".json", ".pdf", "/events", "/events?line=1"] {
                let (status, _) = stranger.ask(&format!("/my/statements/{number}{path}")).await;
                assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
                assert_eq!(stranger.ask(&format!("/desk/statements/{number}{path}")).await.0, StatusCode::FORBIDDEN, "{path}");
            }
            assert!(!stranger.page("/my/statements").await.contains(&number));
            let taken = stranger.send(&format!("/my/statements/{number}/confirm"), &[("version", "1")]).await.unwrap_err();
            assert!(taken.contains("没有找到这个页面"));

            let auditor = Person::sign_in(&town.server, AUDITOR).await;
            let page = auditor.page(&format!("/desk/statements/{number}")).await;
            assert!(
                page.contains(&format!("/desk/statements/{number}/events?line=1")) && !page.contains("method=\"post\" action=\"/desk"),
                "{page}"
            );
            let events = auditor.page(&format!("/desk/statements/{number}/events?line=1")).await;
            for told in ["e-day", "e-night", "e-twice", "已作废", "v-twice", "大模型训练", "2026-02-11 23:30:00"] {
                assert!(events.contains(told), "{told} in {events}");
            }
            // The void itself is a leaf of the statement's tree, and no usage of the line.
            assert!(auditor.page(&format!("/desk/statements/{number}/events")).await.contains(">v-twice</span><span class=\"sub"));
            assert!(!events.contains(">v-twice</span><span class=\"sub"), "{events}");
            for path in ["/events?line=9", "/events?line=x", ".xlsx", ".focus.json"] {
                assert_eq!(auditor.ask(&format!("/desk/statements/{number}{path}")).await.0, StatusCode::NOT_FOUND, "{path}");
            }
            let firm = Person::sign_in(&town.server, FIRM).await;
            let usage = firm.page("/my/usage?month=2026-02").await;
            // 12 cards × hours of 312,500 GFLOPS.
            for told in ["大模型训练", "推理服务", "12 卡时", "3.75", "chart-bar"] {
                assert!(usage.contains(told), "{told} in {usage}");
            }
        });
    });
}

#[test]
fn the_files_of_a_statement_say_what_its_page_says() {
    on_both(|url| {
        let town = town(url);
        run(async || {
            let clerk = Person::sign_in(&town.server, CLERK).await;
            let number = issued(&clerk, town.contract, "2026-02").await;
            let firm = Person::sign_in(&town.server, FIRM).await;
            let (_, csv) = firm.ask(&format!("/my/statements/{number}.csv")).await;
            let mut reader = csv::Reader::from_reader(csv.strip_prefix(b"\xef\xbb\xbf").unwrap());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let amounts: Vec<&str> = rows.iter().map(|row| row.iter().next_back().unwrap()).collect();
            assert_eq!(amounts, ["24.00", "24.00"], "one line and the total");
            let told: Value = serde_json::from_slice(&firm.ask(&format!("/my/statements/{number}.json")).await.1).unwrap();
            assert_eq!(
                (&told["total"], &told["payable"], &told["lines"][0]["quantity_hours"]),
                (&json!("24.00"), &json!("24.00"), &json!("12"))
            );
            let (status, bytes) = firm.ask(&format!("/my/statements/{number}.pdf")).await;
            assert_eq!(status, StatusCode::OK);
            let folder = Folder::new("statement-pdf");
            let path = std::path::PathBuf::from(folder.file("statement.pdf"));
            std::fs::write(&path, &bytes).unwrap();
            let paper = Rendered { path, bytes }.running_text();
            assert!(paper.contains(&number) && paper.contains("¥24.00") && paper.contains("贰拾肆元整"), "{paper}");
        });
    });
}

#[test]
fn what_was_invoiced_and_paid_becomes_claimable_and_a_colleague_reverses() {
    on_both(|url| {
        let town = town(url);
        run(async || {
            let (clerk, firm) = (Person::sign_in(&town.server, CLERK).await, Person::sign_in(&town.server, FIRM).await);
            let number = issued(&clerk, town.contract, "2026-02").await;
            let (own, mine) = (format!("/provider/statements/{number}"), format!("/my/statements/{number}"));
            let version = version_of(&firm.page(&mine).await);
            firm.send(&format!("{mine}/confirm"), &[("version", &version)]).await.unwrap();
            assert!(firm.page("/my/purchases").await.contains("尚未收到付款"));
            let page = clerk.page(&own).await;
            let purchase = page
                .split("id=\"invoice-purchase\"")
                .nth(1)
                .and_then(|rest| rest.split("value=\"").nth(1))
                .and_then(|rest| rest.split('"').next());
            let purchase = purchase.unwrap_or_else(|| panic!("no purchase to choose in {page}")).to_owned();
            let invoice = |key: &'static str| {
                vec![
                    ("form", "invoice"),
                    ("invoice-number", key),
                    ("invoice-issued_on", "2026-03-01"),
                    ("invoice-total", "24.00"),
                    ("invoice-tax", "1.36"),
                    ("invoice-purchase", purchase.as_str()),
                ]
            };
            let papers = format!("{own}/papers");
            let wrong = clerk.send(&papers, &invoice("123")).await.unwrap_err();
            assert!(wrong.contains("发票号码须为 20 位数字") && wrong.contains("href=\"#invoice-number\""), "{wrong}");
            clerk.send(&papers, &invoice("26422000000000012345")).await.unwrap();
            let payment = [
                ("form", "payment"),
                ("payment-bank_reference", "B-20260302-1"),
                ("payment-payer_name", "武汉东湖示例大模型有限公司"),
                ("payment-paid_on", "2026-03-01"),
                ("payment-amount", "24.00"),
                ("payment-purchase", purchase.as_str()),
            ];
            clerk.send(&papers, &payment).await.unwrap();
            let page = clerk.page(&own).await;
            assert!(page.contains("26422000000000012345") && page.contains("B-20260302-1"), "{page}");
            assert!(page.contains("可申领") && page.contains("以对账单金额为限"), "{page}");
            assert!(!firm.page("/my/purchases").await.contains("尚未收到付款"));

            let colleague = Person::sign_in(&town.server, COLLEAGUE).await;
            let version = version_of(&colleague.page(&own).await);
            let own_act =
                clerk.send(&format!("{own}/reverse"), &[("version", &version), ("reverse_reason", "价格有误")]).await.unwrap_err();
            assert!(own_act.contains("请由其他同事办理"), "{own_act}");
            colleague.send(&format!("{own}/reverse"), &[("version", &version), ("reverse_reason", "价格有误")]).await.unwrap();
            assert!(firm.page(&mine).await.contains("已冲销"));
            assert!(firm.page("/my/statements/S-2026-0002").await.contains("负贰拾肆元整"), "the credit statement in words");
            let list = clerk.page("/provider/statements").await;
            assert!(list.contains("冲销凭单") && list.contains("−¥24.00") && list.contains("month=2026-02"), "{list}");
        });
    });
}
