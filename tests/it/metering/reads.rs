//! A centre's programs read back what is stored, over real HTTP; nobody reads another centre's.

use reqwest::Client;
use serde_json::{Value, json};
use suanquan::acts::issue_statement::issue_statement;
use suanquan::acts::service_tokens::{MeterRights, issue_service_token};
use suanquan::metering::moment::Month;
use suanquan::store;

use super::centre::{usage, void};
use super::over_http::{Site, TOKEN, runtime, site};
use crate::harness::db::on_both;

const OTHER: &str = "sq_fedcba9876543210";

/// February and March of one enterprise, one event taken out; February is billed.
fn used(url: &str) -> Site {
    let site = site(url);
    let centre = &site.centre;
    let mut core = usage("core", "2026-02-11T00:00:00Z", 30, 64);
    core["data"]["resource"] = json!("kunpeng-920");
    core["data"]["project"] = json!("仿真");
    let events = [
        usage("one", "2026-02-10T00:00:00Z", 60, 8),
        // Over midnight in Beijing.
        usage("two", "2026-02-10T15:30:00Z", 60, 2),
        core,
        usage("gone", "2026-02-12T00:00:00Z", 60, 100),
        void("v", "gone"),
    ];
    centre.send(&events);
    let other = centre.house.store.write(|db| store::purchase::insert_provider(db, "91420100300251645H", "武汉超算中心", "50P")).unwrap();
    let admin = centre.house.actor("admin@city.example");
    centre.house.act_as(&admin, |act| issue_service_token(act, other, "x", OTHER, &MeterRights::default())).unwrap();
    site
}

async fn get(site: &Site, token: &str, path: &str) -> (u16, Value) {
    let answer = Client::new().get(site.server.url(path)).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[test]
fn events_and_sums_are_read_back_by_their_own_centre() {
    on_both(|url| {
        let site = used(url);
        runtime().block_on(async {
            let (status, page) = get(&site, TOKEN, "/api/v1/usage/events?from=2026-02-10T16:00:00Z&to=2026-02-12T00:00:00Z").await;
            let ids: Vec<&str> = page["events"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap()).collect();
            assert_eq!((status, ids), (200, vec!["two", "core"]), "{page}");
            assert!(page["next"].is_null());
            let (_, rest) = get(&site, TOKEN, "/api/v1/usage/events?cursor=0:3").await;
            assert_eq!(rest["events"].as_array().unwrap().len(), 2, "{rest}");
            for (path, field) in [("events?from=2026-02-10", "from"), ("events?cursor=x", "cursor"), ("summary?from=2026-02-01&to=x", "to")]
            {
                let (status, told) = get(&site, TOKEN, &format!("/api/v1/usage/{path}")).await;
                assert_eq!(status, 400);
                assert!(told["error"]["message"].as_str().unwrap().starts_with(&format!("{field}: ")), "{told}");
            }

            let (_, sums) = get(&site, TOKEN, "/api/v1/usage/summary?from=2026-02-01&to=2026-03-01&group_by=day,resource").await;
            let rows: Vec<(&str, &str, &str)> = sums["sums"]
                .as_array()
                .unwrap()
                .iter()
                .map(|sum| (sum["day"].as_str().unwrap(), sum["resource"].as_str().unwrap(), sum["quantity_hours"].as_str().unwrap()))
                .collect();
            let told = [("2026-02-10", "ascend-910b", "9"), ("2026-02-11", "ascend-910b", "1"), ("2026-02-11", "kunpeng-920", "32")];
            assert_eq!(rows, told, "what was taken out is not counted");
            let (_, all) = get(&site, TOKEN, "/api/v1/usage/summary?from=2026-02-01&to=2026-03-01").await;
            assert_eq!(all["sums"].as_array().unwrap().len(), 2, "cards and cores are never added: {all}");

            let (_, foreign) = get(&site, OTHER, "/api/v1/usage/events").await;
            assert_eq!(foreign["events"], json!([]));
            let (_, foreign) = get(&site, OTHER, "/api/v1/usage/summary?from=2026-02-01&to=2026-03-01&group_by=project").await;
            assert_eq!(foreign["sums"], json!([]));
            for path in ["usage/events", "usage/summary?from=2026-02-01&to=2026-03-01", "usage/checkpoints", "statements", "purchases"] {
                assert_eq!(get(&site, "sq_wrong", &format!("/api/v1/{path}")).await.0, 401, "{path}");
            }
        });
    });
}

#[test]
fn statements_purchases_and_prices_are_read_back_and_a_tariff_is_tried_on_a_month() {
    on_both(|url| {
        let site = used(url);
        let centre = &site.centre;
        // The card's price only; cores have none yet.
        centre.send(&[void("v2", "core")]);
        let clerk = centre.person("chen@centre.example");
        let month = Month::parse("2026-02").unwrap();
        let number = centre.house.act_as(&clerk, |act| issue_statement(act, centre.provider, centre.contract, month)).unwrap();
        runtime().block_on(async {
            let (_, list) = get(&site, TOKEN, "/api/v1/statements").await;
            assert_eq!((&list[0]["number"], &list[0]["total"], &list[0]["state"]), (&json!(number), &json!("125.00"), &json!("issued")));
            let (_, one) = get(&site, TOKEN, &format!("/api/v1/statements/{number}")).await;
            assert_eq!((&one["total"], one["lines"].as_array().unwrap().len()), (&json!("125.00"), 1), "{one}");
            assert_eq!(get(&site, OTHER, &format!("/api/v1/statements/{number}")).await.0, 404);
            let (_, bought) = get(&site, TOKEN, "/api/v1/purchases?state=issued").await;
            assert_eq!((&bought[0]["amount"], &bought[0]["claimable"]), (&json!("125.00"), &json!("0.00")), "{bought}");
            assert_eq!(get(&site, TOKEN, "/api/v1/purchases?state=claimable").await.1, json!([]));
            assert_eq!(get(&site, TOKEN, "/api/v1/purchases?state=x").await.0, 400);
            let (_, resources) = get(&site, TOKEN, "/api/v1/resources").await;
            assert_eq!(resources.as_array().unwrap().len(), 2);

            let (_, tariffs) = get(&site, TOKEN, "/api/v1/tariffs").await;
            let mut tariff = tariffs[0]["tariff"].clone();
            let simulate = async |token: &str, month: &str, body: &Value| {
                let url = site.server.url(&format!("/api/v1/tariffs/simulate?month={month}"));
                let answer = Client::new().post(url).bearer_auth(token).body(body.to_string()).send().await.unwrap();
                (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
            };
            tariff["rates"][0]["price"] = json!("10");
            let (_, tried) = simulate(TOKEN, "2026-02", &tariff).await;
            assert_eq!((&tried["now"], &tried["then"]), (&json!("125.00"), &json!("100.00")), "{tried}");
            assert_eq!(simulate(OTHER, "2026-02", &tariff).await.1["contracts"], json!([]));
            tariff["rates"][0]["resource"] = json!("other");
            let (_, tried) = simulate(TOKEN, "2026-02", &tariff).await;
            assert!(tried["contracts"][0]["then_refused"].as_str().unwrap().contains("ascend-910b"), "{tried}");
            tariff["rates"][0]["price"] = json!("-1");
            assert_eq!(simulate(TOKEN, "2026-02", &tariff).await.0, 422);
            assert_eq!(simulate(TOKEN, "2026-13", &tariff).await.0, 400);
            let (_, again) = get(&site, TOKEN, "/api/v1/tariffs").await;
            assert_eq!(again.as_array().unwrap().len(), 1, "nothing was stored");
        });
    });
}
