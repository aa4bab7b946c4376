//! The centre's metering desk over real HTTP: tariffs, quarantine, contracts, by the centre's own
//! people only.

use reqwest::{Client, redirect};
use serde_json::{Value, json};
use suanquan::acts::accept_invitation::accept_invitation;
use suanquan::acts::create_staff::{House, NewStaff, create_staff};
use suanquan::acts::record_usage::EventStatus;
use suanquan::ids::ProviderId;
use suanquan::lang::Lang;
use suanquan::secret::hash_password;
use suanquan::store;

use super::centre::{SOURCE, statuses, usage};
use super::over_http::{Site, runtime, site};
use crate::accounts::house::{NAME, PASSWORD, USCC};
use crate::harness::db::on_both;

const OPERATOR: &str = "operator@centre.test";

/// Somebody of a provider who chose the password.
fn operator(site: &Site, email: &str, provider: ProviderId) {
    let house = &site.centre.house;
    let new = NewStaff { email: email.into(), name: "钱计量".into(), lang: Lang::Zh, house: House::Provider(provider) };
    house.act_as(&house.actor("admin@city.example"), |act| create_staff(act, &new)).unwrap();
    let token = house.token_of(email, "/invite/");
    let hash = hash_password(PASSWORD).unwrap();
    house.act(|act| accept_invitation(act, &token, "钱计量", &hash, Lang::Zh)).unwrap();
}

/// A person with a browser's cookies, but without a browser.
struct Person<'a> {
    site: &'a Site,
    client: Client,
}

impl Person<'_> {
    async fn enter<'a>(site: &'a Site, email: &str) -> Person<'a> {
        let client = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).build().unwrap();
        let person = Person { site, client };
        let page = person.read("/login").await;
        let form = [("csrf", hidden(&page, "csrf")), ("email", email.into()), ("password", PASSWORD.into()), ("next", String::new())];
        let answer = person.client.post(site.server.url("/login")).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{email} signs in");
        person
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.client.get(self.site.server.url(path)).header("accept-language", "zh-CN").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn read(&self, path: &str) -> String {
        let (status, text) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {text}");
        text
    }

    /// Sends the form of a page; the answer is the status, where to go on, and the page if it stays.
    async fn send(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let page = self.read(page).await;
        let mut form = vec![("csrf", hidden(&page, "csrf")), ("request_key", hidden(&page, "request_key"))];
        form.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let request = self.client.post(self.site.server.url(action)).header("accept-language", "zh-CN").form(&form);
        let answer = request.send().await.unwrap();
        let place = answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status().as_u16(), place, answer.text().await.unwrap())
    }
}

fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// Where the row of a quarantined event leads.
fn link_of(page: &str, event: &str) -> String {
    let before = page.split(&format!("\">{event}</a>")).next().unwrap();
    before.rsplit("href=\"").next().unwrap().to_owned()
}

fn tariff(version: i64, from: &str, second_tier: i64, price: &str) -> String {
    json!({
        "code": "standard", "version": version, "valid_from": from, "currency": "CNY", "accumulate": "month", "rounding": "half_up",
        "rates": [{"resource": "kunpeng-920", "unit": "core", "model": "graduated", "tiers": [
            {"from": 0, "to": 100_000, "price": "0.12"}, {"from": second_tier, "to": null, "price": price},
        ]}],
    })
    .to_string()
}

#[test]
fn a_tariff_with_a_gap_is_refused_by_its_path_and_two_versions_can_be_compared() {
    on_both(|url| {
        let site = site(url);
        operator(&site, OPERATOR, site.centre.provider);
        runtime().block_on(async {
            let person = Person::enter(&site, OPERATOR).await;
            let form = "/provider/tariffs/new?code=standard";
            assert!(person.read(form).await.contains("&#34;version&#34;: 2"), "the form starts from the newest version");
            let gap = tariff(2, "2026-12-01", 100_001, "0.10");
            let fields = [("code", "standard"), ("body", gap.as_str()), ("reason", "武算〔2026〕9号")];
            let (status, _, page) = person.send(form, "/provider/tariffs", &fields).await;
            assert_eq!(status, 422);
            assert!(page.contains("rates[0].tiers[1].from") && page.contains("100000") && page.contains("100001"), "{page}");
            assert!(page.contains("kunpeng-920") && page.contains("武算〔2026〕9号"), "what was typed is there");
            let mut places = Vec::new();
            for (version, from, price) in [(2, "2026-12-01", "0.10"), (3, "2027-01-01", "0.09")] {
                let body = tariff(version, from, 100_000, price);
                let fields = [("code", "standard"), ("body", body.as_str()), ("reason", "武算〔2026〕9号")];
                let (status, place, page) = person.send(form, "/provider/tariffs", &fields).await;
                assert_eq!(status, 303, "{page}");
                places.push(place);
            }
            let page = person.read(&places[1]).await;
            assert!(page.contains("100,000 核时以上") && page.contains("¥0.09 / 核时"), "{page}");
            assert!(page.contains("第 2 档单价") && page.contains("¥0.10"), "the change is shown: {page}");
            let list = person.read("/provider/tariffs").await;
            assert!(list.contains("第 3 版") && list.contains("阶梯累进") && list.contains("武算〔2026〕9号"), "{list}");
        });
    });
}

#[test]
fn a_version_and_a_draft_of_one_are_tried_on_a_month_that_is_over() {
    on_both(|url| {
        let site = site(url);
        operator(&site, OPERATOR, site.centre.provider);
        site.centre.send(&[usage("feb", "2026-02-10T00:00:00Z", 60, 8)]);
        runtime().block_on(async {
            let person = Person::enter(&site, OPERATOR).await;
            let list = person.read("/provider/tariffs").await;
            let version = list.split("href=\"/provider/tariffs/").map(|rest| rest.split('"').next().unwrap()).find(|id| id.parse::<i64>().is_ok());
            let page = person.read(&format!("/provider/tariffs/{}?month=2026-02", version.unwrap())).await;
            assert!(page.contains("HT-2026-001") && page.contains("¥100.00") && page.contains("¥0.00"), "{page}");

            let form = "/provider/tariffs/new?code=standard";
            let flat = json!({
                "code": "standard", "version": 2, "valid_from": "2026-12-01", "currency": "CNY", "accumulate": "month", "rounding": "half_up",
                "rates": [{"resource": "ascend-910b", "unit": "card", "model": "flat", "price": "10"}]
            })
            .to_string();
            let fields = [("code", "standard"), ("body", flat.as_str()), ("month", "2026-02"), ("reason", "")];
            let (status, _, page) = person.send(form, "/provider/tariffs/try", &fields).await;
            assert_eq!(status, 200, "{page}");
            for told in ["¥100.00", "¥80.00", "−¥20.00", "试算结果", "2026-12-01"] {
                assert!(page.contains(told), "{told} in {page}");
            }
            let fields = [("code", "standard"), ("body", "{}"), ("month", "2026-02"), ("reason", "")];
            let (status, _, page) = person.send(form, "/provider/tariffs/try", &fields).await;
            assert!(status == 422 && page.contains("rates"), "{page}");
            let fields = [("code", "standard"), ("body", flat.as_str()), ("month", ""), ("reason", "")];
            let (status, _, page) = person.send(form, "/provider/tariffs/try", &fields).await;
            assert!(status == 422 && page.contains("请选择试算月份"), "{page}");
            assert!(!person.read("/provider/tariffs").await.contains("第 2 版"), "nothing was stored");
        });
    });
}

fn for_account(id: &str, account: &str) -> Value {
    let mut event = usage(id, "2026-03-01T02:00:00Z", 60, 8);
    event["subject"] = json!(account);
    event
}

#[test]
fn a_quarantined_event_is_assigned_replayed_or_left_out_from_its_page() {
    on_both(|url| {
        let site = site(url);
        let centre = &site.centre;
        operator(&site, OPERATOR, centre.provider);
        let mut other = usage("k1", "2026-03-01T04:00:00Z", 60, 8);
        assert_eq!(
            statuses(&centre.send(&[for_account("q1", "wh-new"), other.clone()])),
            [EventStatus::Quarantined, EventStatus::Accepted]
        );
        other["data"]["units"] = json!(16);
        let mut strange = usage("q2", "2026-03-01T06:00:00Z", 60, 4);
        strange["data"]["resource"] = json!("h100");
        assert_eq!(statuses(&centre.send(&[other, strange])), [EventStatus::Conflict, EventStatus::Quarantined]);
        runtime().block_on(async {
            let person = Person::enter(&site, OPERATOR).await;
            let list = person.read("/provider/quarantine").await;
            let waiting = link_of(&list, "q1");
            let page = person.read(&waiting).await;
            assert!(page.contains("wh-new（尚未对应企业）") && page.contains("2026-03-01 10:00:00") && page.contains("8 卡时"), "{page}");
            let assign = format!("{waiting}/assign");
            let (status, _, page) = person.send(&waiting, &assign, &[("uscc", "914403001922038217")]).await;
            assert!(status == 422 && page.contains("校验码") && page.contains("914403001922038217"), "{page}");
            let (status, place, _) = person.send(&waiting, &assign, &[("uscc", USCC)]).await;
            assert_eq!((status, place.as_str()), (303, "/provider/quarantine"));
            let list = person.read(&place).await;
            assert!(!list.contains(">q1</a>") && list.contains("1 个事件已入账"), "{list}");
            let conflict = link_of(&list, "k1");
            assert!(person.read(&conflict).await.contains("已入账的同名事件"));
            let (status, _, _) = person.send(&conflict, &format!("{conflict}/dismiss"), &[("reason", "")]).await;
            assert_eq!(status, 422);
            let (status, _, _) = person.send(&conflict, &format!("{conflict}/dismiss"), &[("reason", "计量程序重启后误报")]).await;
            assert_eq!(status, 303);
            assert!(person.read(&conflict).await.contains("计量程序重启后误报"), "the reason stays");
            let strange = link_of(&list, "q2");
            let (status, _, page) = person.send(&strange, &format!("{strange}/replay"), &[]).await;
            assert!(status == 422 && page.contains("仍不能入账：资源「h100」不在目录中"), "{page}");
            let fields = [
                ("code", "h100"),
                ("name_zh", "加速卡"),
                ("name_en", "Accelerator"),
                ("kind", "compute"),
                ("unit", "card"),
                ("gflops", "989000"),
                ("precision", "FP16"),
                ("valid_from", "2026-01-01"),
            ];
            let (status, _, page) = person.send("/provider/metering", "/provider/metering/resources", &fields).await;
            assert_eq!(status, 303, "{page}");
            let (status, _, page) = person.send(&strange, &format!("{strange}/replay"), &[]).await;
            assert_eq!(status, 303, "{page}");
            let page = person.read("/provider/metering").await;
            assert!(page.contains(SOURCE) && page.contains("0.989 PFLOPS FP16") && page.contains("wh-new"), "{page}");
        });
        let mut stored: Vec<String> = centre.stored().into_iter().map(|(id, ..)| id).collect();
        stored.sort();
        assert_eq!(stored, ["k1", "q1", "q2"]);
    });
}

#[test]
fn contracts_and_prepaid_money_are_recorded_and_nobody_else_gets_in() {
    on_both(|url| {
        let site = site(url);
        operator(&site, OPERATOR, site.centre.provider);
        let rival =
            site.centre.house.store.write(|db| store::purchase::insert_provider(db, "91420100MA4KX2H53U", "武汉超算中心", "50P")).unwrap();
        operator(&site, "rival@centre.test", rival);
        assert_eq!(statuses(&site.centre.send(&[for_account("q1", "wh-new")])), [EventStatus::Quarantined]);
        runtime().block_on(async {
            let person = Person::enter(&site, OPERATOR).await;
            let list = "/provider/contracts";
            let mut fields = [
                ("number", "HT-2027-002"),
                ("uscc", USCC),
                ("enterprise_name", NAME),
                ("signed_on", "2026-02-20"),
                ("valid_from", "2026-12-01"),
                ("valid_to", "2027-12-31"),
                ("cap", ""),
                ("tariff_code", "standard"),
            ];
            let (status, _, page) = person.send(list, list, &fields).await;
            assert!(status == 422 && page.contains("HT-2026-001") && page.contains("HT-2027-002"), "an overlap is named: {page}");
            fields[4].1 = "2027-01-01";
            fields[6].1 = "0";
            let (status, _, page) = person.send(list, list, &fields).await;
            assert!(status == 422 && page.contains("上限须大于零"), "{page}");
            fields[6].1 = "500000";
            let (status, contract, page) = person.send(list, list, &fields).await;
            assert_eq!(status, 303, "{page}");
            let pools = format!("{contract}/pools");
            let cash = [("kind", "cash"), ("amount", "1200.50"), ("expires", ""), ("reference", "")];
            let (status, _, page) = person.send(&contract, &pools, &cash).await;
            assert!(status == 422 && page.contains("银行流水号"), "{page}");
            let bonus = [("kind", "bonus"), ("amount", "1200.50"), ("expires", ""), ("reference", "")];
            assert_eq!(person.send(&contract, &pools, &bonus).await.0, 303);
            assert!(person.read(list).await.contains("赠送金 ¥1,200.50"));
            let waiting = link_of(&person.read("/provider/quarantine").await, "q1");
            let tariff = link_of(&person.read("/provider/tariffs").await, "第 1 版<span class=\"visually-hidden\"> standard</span>");
            let stranger = Person::enter(&site, "rival@centre.test").await;
            for path in [&contract, &waiting, &tariff] {
                assert_eq!(person.get(path).await.0, 200, "{path}");
                assert_eq!(stranger.get(path).await.0, 404, "{path} is another centre's");
            }
            let replay = stranger.send("/account", &format!("{waiting}/replay"), &[]).await;
            assert_eq!(replay.0, 404);
            assert_eq!(stranger.send("/account", &pools, &bonus).await.0, 404);
            let administrator = Person::enter(&site, "admin@city.example").await;
            for path in ["/provider/metering", "/provider/quarantine", "/provider/tariffs", list] {
                assert_eq!(administrator.get(path).await.0, 403, "{path}");
            }
        });
    });
}
