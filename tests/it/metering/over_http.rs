//! Usage over real HTTP: what is answered to whom, and that an answered event survives kill -9
//! (I4) and nothing is counted twice when everything is sent again.

use std::collections::BTreeSet;
use std::io::Write as _;

use chrono::{TimeDelta, Utc};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use suanquan::acts::service_tokens::{MeterRights, issue_service_token};
use suanquan::store;

use super::centre::{Centre, SOURCE, usage};
use crate::accounts::staff::administrator;
use crate::harness::db::{on_both, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::Server;

pub const TOKEN: &str = "sq_0123456789abcdef";
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

/// A centre with a token, and a server on its database.
pub struct Site {
    pub centre: Centre,
    pub server: Server,
    _folder: Folder,
}

pub fn site(url: &str) -> Site {
    let centre = Centre::new(url);
    let provider = centre.provider;
    let administrator = administrator(&centre.house);
    let rights = MeterRights { sources: vec![SOURCE.into()], may_backfill: false };
    centre.house.act_as(&administrator, |act| issue_service_token(act, provider, "计量程序", TOKEN, &rights)).unwrap();
    let folder = Folder::new("metering");
    let files = folder.file("files");
    let environment = [
        ("SUANQUAN_DATABASE", url),
        ("SUANQUAN_BIND", "127.0.0.1:0"),
        ("SUANQUAN_STAFF_SECOND_FACTOR", "optional"),
        ("SUANQUAN_SECRET", SECRET),
        ("SUANQUAN_BASE_URL", "http://127.0.0.1"),
        ("SUANQUAN_FILES", files.as_str()),
        ("SUANQUAN_MAIL", "smtp://127.0.0.1:9"),
        ("SUANQUAN_MAIL_FROM", "no-reply@suanquan.example"),
    ];
    let server = Server::start(&["serve"], &environment);
    Site { centre, server, _folder: folder }
}

/// A minute of one card, `minutes` ago by the machine's clock.
fn recent(id: &str, minutes: i64) -> Value {
    let start = Utc::now() - TimeDelta::minutes(minutes);
    usage(id, &start.format("%Y-%m-%dT%H:%M:00Z").to_string(), 1, 1)
}

async fn post(client: &Client, site: &Site, kind: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let url = site.server.url("/api/v1/usage/events");
    let answer = client.post(url).bearer_auth(TOKEN).header("content-type", kind).body(body).send().await.unwrap();
    let status = answer.status();
    (status, answer.json().await.unwrap())
}

const ONE: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";
const LINES: &str = "application/x-ndjson";

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap()
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn every_event_of_a_request_is_named_in_the_answer() {
    on_both(|url| {
        let site = site(url);
        runtime().block_on(async {
            let client = Client::new();
            let (status, told) = post(&client, &site, ONE, recent("one", 90).to_string().into_bytes()).await;
            assert_eq!((status, &told["accepted"], &told["results"][0]["seq"]), (StatusCode::OK, &json!(1), &json!(1)), "{told}");
            let mut unit = recent("bad", 80);
            unit["data"]["units"] = json!(1_000_000_000);
            let broken = format!("[{}, {}, {{\"id\": NaN}}, {}]", recent("one", 90), unit, recent("two", 70));
            let (status, told) = post(&client, &site, BATCH, broken.into_bytes()).await;
            assert_eq!(status, StatusCode::MULTI_STATUS);
            let statuses: Vec<&str> = told["results"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect();
            // The first was stored to the minute; a run over a minute's border makes it another fact.
            assert!(["duplicate", "conflict"].contains(&statuses[0]), "{told}");
            assert_eq!(statuses[1..], ["rejected", "rejected", "accepted"], "{told}");
            assert_eq!((&told["results"][1]["code"], &told["results"][1]["field"]), (&json!("units_range"), &json!("data.units")));
            assert_eq!(told["results"][2]["code"], "bad_envelope");
            let lines = format!("{}\n\n{}\nnonsense\n", recent("three", 60), recent("four", 50));
            let url = site.server.url("/api/v1/usage/events?results=errors");
            let request = client.post(url).bearer_auth(TOKEN).header("content-type", LINES).header("content-encoding", "gzip");
            let told: Value = request.body(zipped(lines.as_bytes())).send().await.unwrap().json().await.unwrap();
            assert_eq!((&told["accepted"], &told["rejected"]), (&json!(2), &json!(1)));
            assert_eq!(told["results"].as_array().unwrap().len(), 1, "only the error is told");
            let (status, _) = post(&client, &site, BATCH, b"[{}]".to_vec()).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            let (status, told) = post(&client, &site, BATCH, b"[]".to_vec()).await;
            assert_eq!((status, &told["accepted"]), (StatusCode::OK, &json!(0)));
        });
        assert_eq!(site.centre.house.store.read(store::usage::chain_ends).unwrap().iter().map(|end| end.last_seq).sum::<i64>(), 4);
    });
}

#[test]
fn what_cannot_be_taken_as_a_whole_is_told_and_nothing_is_stored() {
    on_both(|url| {
        let site = site(url);
        runtime().block_on(async {
            let client = Client::new();
            let many: Vec<Value> = (0..1001).map(|n| json!({"id": n})).collect();
            let bomb = zipped(&vec![b' '; 40 * 1024 * 1024]);
            assert!(bomb.len() < 1024 * 1024);
            for (kind, body, status, code) in [
                (BATCH, b"[1, 2".to_vec(), 400, "bad_body"),
                (BATCH, b"nonsense".to_vec(), 400, "bad_body"),
                (BATCH, vec![0xff, 0xfe], 400, "bad_body"),
                (BATCH, Value::from(many).to_string().into_bytes(), 413, "too_many"),
                (BATCH, vec![b' '; 3 * 1024 * 1024], 413, "too_long"),
                (LINES, vec![b'{'; 60 * 1024 * 1024], 413, "too_long"),
                ("text/csv", b"a,b".to_vec(), 415, "content_type"),
            ] {
                let (got, told) = post(&client, &site, kind, body).await;
                assert_eq!((got.as_u16(), told["error"]["code"].as_str().unwrap()), (status, code), "{told}");
                assert!(!told["error"]["message_zh"].as_str().unwrap().is_empty());
            }
            let url = site.server.url("/api/v1/usage/events");
            let unpacked = client.post(&url).bearer_auth(TOKEN).header("content-type", LINES).header("content-encoding", "gzip");
            assert_eq!(unpacked.body(bomb).send().await.unwrap().status(), 413);
            let stranger = client.post(&url).bearer_auth("sq_wrong").header("content-type", BATCH).body("[]");
            assert_eq!(stranger.send().await.unwrap().status(), 401);
        });
        assert!(site.centre.house.store.read(store::usage::chain_ends).unwrap().is_empty());
    });
}

#[test]
fn a_busy_server_and_a_busy_database_say_so_and_store_nothing() {
    on_both_databases(|db| {
        let site = site(db.url());
        runtime().block_on(async {
            let client = Client::new();
            // Bodies that never come take all turns, and what is too many is sent away.
            let address = site.server.url("").replace("http://", "");
            let slow = |_| {
                let mut line = std::net::TcpStream::connect(&address).unwrap();
                let head = format!(
                    "POST /api/v1/usage/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {LINES}\r\nContent-Length: 100\r\n\r\n"
                );
                line.write_all(head.as_bytes()).unwrap();
                line
            };
            let held: Vec<std::net::TcpStream> = (0..64).map(slow).collect();
            let (mut status, mut told) = (StatusCode::OK, Value::Null);
            for turn in 0..100 {
                (status, told) = post(&client, &site, ONE, recent(&format!("t{turn}"), 10).to_string().into_bytes()).await;
                if status == StatusCode::TOO_MANY_REQUESTS {
                    break;
                }
            }
            assert_eq!((status.as_u16(), told["error"]["code"].as_str()), (429, Some("busy")), "{told}");
            drop(held);

            let before = site.centre.house.store.read(store::usage::chain_ends).unwrap();
            let lock = db.hold("usage_shard");
            let mut answer = post(&client, &site, ONE, recent("locked", 10).to_string().into_bytes()).await;
            while answer.0 == StatusCode::TOO_MANY_REQUESTS {
                answer = post(&client, &site, ONE, recent("locked", 10).to_string().into_bytes()).await;
            }
            assert_eq!((answer.0.as_u16(), answer.1["error"]["code"].as_str()), (503, Some("busy")), "{}", answer.1);
            drop(lock);
            assert_eq!(site.centre.house.store.read(store::usage::chain_ends).unwrap(), before);
            let (status, _) = post(&client, &site, ONE, recent("locked", 10).to_string().into_bytes()).await;
            assert_eq!(status, StatusCode::OK, "the same again is taken");
        });
    });
}

#[test]
fn after_a_kill_and_sending_everything_again_stored_equals_truth() {
    on_both(|url| {
        let mut site = site(url);
        let batches: Vec<Vec<Value>> =
            (0..40).map(|batch| (0..50).map(|n| recent(&format!("k{batch}-{n}"), 10 + batch)).collect()).collect();
        let mut answered: BTreeSet<usize> = BTreeSet::new();
        for round in 0..3 {
            let address = site.server.url("/api/v1/usage/events");
            let (sender, heard) = std::sync::mpsc::channel();
            let todo: Vec<(usize, Vec<u8>)> =
                batches.iter().enumerate().map(|(at, batch)| (at, Value::from(batch.clone()).to_string().into_bytes())).collect();
            let client = std::thread::spawn(move || {
                runtime().block_on(async {
                    let client = Client::new();
                    for (at, body) in todo {
                        let sent = client.post(&address).bearer_auth(TOKEN).header("content-type", BATCH).body(body).send().await;
                        match sent {
                            Ok(answer) if answer.status() == 200 => sender.send(at).unwrap(),
                            // The server is gone: whether this batch was stored is unknown.
                            _ => break,
                        }
                    }
                });
            });
            // Let it get somewhere in the middle, another place each round, and pull the plug.
            for _ in 0..(7 + 8 * round) {
                if let Ok(at) = heard.recv_timeout(std::time::Duration::from_mins(1)) {
                    answered.insert(at);
                }
            }
            site.server.restart_after_power_cut();
            client.join().unwrap();
            answered.extend(heard.try_iter());
        }
        let stored = || -> BTreeSet<String> {
            let all = site.centre.house.store.read(|db| {
                let mut all = Vec::new();
                for shard in store::usage::chain_ends(db)? {
                    all.extend(store::usage::chain_after(db, shard.shard, 0, 100_000)?);
                }
                Ok::<_, store::Fault>(all)
            });
            all.unwrap().into_iter().map(|event| event.event_id).collect()
        };
        let before = stored();
        assert!(answered.len() >= 20, "{}", answered.len());
        for at in &answered {
            assert!(batches[*at].iter().all(|event| before.contains(event["id"].as_str().unwrap())), "batch {at} was answered and is lost");
        }
        runtime().block_on(async {
            let client = Client::new();
            for batch in &batches {
                let (status, told) = post(&client, &site, BATCH, Value::from(batch.clone()).to_string().into_bytes()).await;
                assert_eq!(status, 200, "{told}");
            }
        });
        let truth: BTreeSet<String> = batches.iter().flatten().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(stored(), truth);
    });
}

#[test]
fn writers_that_send_the_same_at_the_same_moment_store_it_once() {
    on_both(|url| {
        let site = site(url);
        let batch: Vec<Value> = (0..200).map(|n| recent(&format!("same-{n}"), 30)).collect();
        let body = Value::from(batch).to_string().into_bytes();
        let accepted = runtime().block_on(async {
            let client = Client::new();
            let calls = (0..8).map(|_| post(&client, &site, BATCH, body.clone()));
            let told = futures_util::future::join_all(calls).await;
            for (status, told) in &told {
                assert!(*status == 200 || *status == 503, "{status} {told}");
            }
            told.iter().map(|(_, told)| told["accepted"].as_u64().unwrap_or(0)).sum::<u64>()
        });
        assert_eq!(accepted, 200);
        let ends = site.centre.house.store.read(store::usage::chain_ends).unwrap();
        assert_eq!(ends.iter().map(|end| end.last_seq).sum::<i64>(), 200);
    });
}

#[test]
fn an_event_is_given_back_with_its_place_in_the_chain_and_to_its_provider_alone() {
    on_both(|url| {
        let site = site(url);
        runtime().block_on(async {
            let client = Client::new();
            post(&client, &site, ONE, recent("one", 10).to_string().into_bytes()).await;
            let get = async |token: &str, id: &str| {
                let place = format!("/api/v1/usage/event?source={}&id={id}", SOURCE.replace(':', "%3A").replace('/', "%2F"));
                let answer = client.get(site.server.url(&place)).bearer_auth(token).send().await.unwrap();
                (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
            };
            let (status, told) = get(TOKEN, "one").await;
            assert_eq!((status, &told["seq"], &told["data"]["units"]), (200, &json!(1), &json!(1)), "{told}");
            assert_eq!(told["previous_hash"], "0".repeat(64));
            assert!(told["proof"].is_null() && told["hash"].as_str().unwrap().len() == 64);
            assert_eq!(get(TOKEN, "two").await.0, 404);
            assert_eq!(get("sq_wrong", "one").await.0, 401);
            let house = &site.centre.house;
            let other = house.store.write(|db| store::purchase::insert_provider(db, "91420100300251645H", "武汉超算中心", "50P")).unwrap();
            let admin = house.actor("admin@city.example");
            house.act_as(&admin, |act| issue_service_token(act, other, "x", "sq_fedcba9876543210", &MeterRights::default())).unwrap();
            assert_eq!(get("sq_fedcba9876543210", "one").await.0, 404, "nobody learns of another provider's events");
        });
    });
}
