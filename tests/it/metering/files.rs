//! Usage from files by the act, the command line and the page; the chains are signed, verified and
//! proven (I8, I27).

use std::sync::Barrier;

use chrono::TimeDelta;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, redirect};
use serde_json::Value;
use suanquan::acts::Outcome;
use suanquan::acts::checkpoint_usage::{checkpoint_usage, due};
use suanquan::acts::import_usage::{Counts, Desk, RowAnswer, UsageFile, import_file, rehearse_file};
use suanquan::acts::issue_statement::issue_statement;
use suanquan::acts::record_papers::{InvoiceEntry, ReceiptEntry, allocate_paper, record_receipt, record_tax_invoice};
use suanquan::acts::record_usage::EventStatus;
use suanquan::acts::sum_usage::sum_usage;
use suanquan::acts::top_up_pool::top_up_pool;
use suanquan::ids::Uscc;
use suanquan::metering::chain::{Hash, Sibling, root_of_proof};
use suanquan::metering::imports::{ImportFormat, ImportSettings, read_file};
use suanquan::metering::moment::{Moment, Month};
use suanquan::metering::statement::lines_digest;
use suanquan::metering::tariff::PoolKind;
use suanquan::money::Fen;
use suanquan::party::Actor;
use suanquan::reports::usage_check::{Broken, Checked, check};
use suanquan::reports::usage_imports;
use suanquan::secret::signing::verify;
use suanquan::store;
use suanquan::store::paper_trail::Paper;

use super::centre::{Centre, PROVIDER, SOURCE, day, statuses, usage, void};
use crate::accounts::house::{NAME, USCC};
use crate::harness::db::{TestDb, on_both, on_both_databases};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};

const MIXED: &str = "id,subject,resource,units,start,end\n\
    a,wh-zhixing,ascend-910b,8,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z\n\
    a,wh-zhixing,ascend-910b,8,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z\n\
    a,wh-zhixing,ascend-910b,9,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z\n\
    b,wh-neu,ascend-910b,8,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z\n\
    c,wh-zhixing,ascend-910b,NaN,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z\n\
    \n\
    d,wh-zhixing,ascend-910b,2,2026-03-01T02:00:00Z,2026-03-01T03:00:00Z\n\
    e,wh-zhixing,ascend-910b,2,2026-01-10T02:00:00Z,2026-01-10T03:00:00Z\n";

fn file(centre: &Centre, reason: &str) -> UsageFile {
    UsageFile {
        provider: centre.provider,
        format: ImportFormat::Csv,
        name: "march.csv".into(),
        sha256: "00".repeat(32),
        settings: ImportSettings::new(SOURCE),
        reason: reason.into(),
    }
}

/// Imports the mixed file, or rehearses it.
fn import(centre: &Centre, file: &UsageFile, dry_run: bool) -> (i64, Counts, Vec<RowAnswer>) {
    let now = centre.house.now();
    let rows = read_file(file.format, MIXED.as_bytes(), &file.settings, Moment::at(now)).unwrap().rows.into_iter();
    let system = Actor::system();
    let desk = Desk { store: &centre.house.store, house: centre.house.rules(), actor: &system, now, shard: 0, key: None };
    let mut answers = Vec::new();
    if dry_run {
        let counts = rehearse_file(&desk, file, rows, |told| answers.extend_from_slice(told)).unwrap();
        return (0, counts, answers);
    }
    let imported = import_file(&desk, file, rows, |told| answers.extend_from_slice(told)).unwrap();
    (imported.id, imported.counts, answers)
}

fn outcomes(answers: &[RowAnswer]) -> Vec<&'static str> {
    answers.iter().map(|answer| answer.outcome.as_str()).collect()
}

#[test]
fn every_row_of_a_mixed_file_ends_once_and_a_second_import_adds_nothing() {
    on_both(|url| {
        let centre = Centre::new(url);
        let told = ["accepted", "duplicate", "conflict", "quarantined", "rejected", "skipped", "accepted", "rejected"];
        let (_, counts, answers) = import(&centre, &file(&centre, ""), true);
        assert_eq!(outcomes(&answers), told, "a check says what the import will say");
        assert_eq!((counts.rows, centre.stored().len()), (8, 0), "and stores nothing");
        assert_eq!(answers[7].code, "backfill_forbidden");

        let (id, counts, answers) = import(&centre, &file(&centre, ""), false);
        assert_eq!(outcomes(&answers), told);
        let sum = Counts { rows: 8, accepted: 2, duplicate: 1, conflict: 1, rejected: 2, quarantined: 1, skipped: 1 };
        assert_eq!(counts, sum);
        assert_eq!(answers[0].place, "0/1");
        assert_eq!((answers[4].field.as_str(), answers[4].code.as_str()), ("units", "units_range"));
        let (kept, rows) = centre.house.store.read(|db| usage_imports::one(db, centre.provider, id)).unwrap();
        assert_eq!((kept.row_count, kept.accepted, kept.file_name.as_str()), (8, 2, "march.csv"));
        assert_eq!(rows, answers, "the report that is kept is what was told");

        let (_, again, answers) = import(&centre, &file(&centre, ""), false);
        assert_eq!((again.accepted, again.duplicate, again.rows), (0, 3, 8), "{answers:?}");
        assert_eq!(answers[0].place, "0/1");
        assert_eq!(centre.stored(), [("a".into(), 8 * 3_600_000, false), ("d".into(), 2 * 3_600_000, false)]);
        let open = centre.house.store.read(|db| store::quarantine::count_open(db, centre.provider)).unwrap();
        assert_eq!(open, 2, "the conflict and the unknown account are kept once");

        let (_, counts, _) = import(&centre, &file(&centre, "一月漏报"), false);
        assert_eq!((counts.accepted, counts.rejected), (1, 1), "history comes in with a reason");
    });
}

#[test]
fn a_source_of_another_provider_is_refused_and_nothing_is_stored() {
    on_both(|url| {
        let centre = Centre::new(url);
        let other = centre.house.store.write(|db| store::purchase::insert_provider(db, USCC, "武汉超算中心", "50P")).unwrap();
        let now = centre.house.now();
        let asked = UsageFile { provider: other, ..file(&centre, "") };
        let rows = read_file(asked.format, MIXED.as_bytes(), &asked.settings, Moment::at(now)).unwrap().rows.into_iter();
        let system = Actor::system();
        let desk = Desk { store: &centre.house.store, house: centre.house.rules(), actor: &system, now, shard: 0, key: None };
        let refused: Outcome<_> = import_file(&desk, &asked, rows, |_| {});
        let refusal = crate::accounts::house::refusal(refused);
        assert_eq!((refusal.code, refusal.field.as_deref()), ("source_taken", Some("source")));
        assert!(centre.house.store.read(|db| usage_imports::imports(db, other)).unwrap().is_empty());
    });
}

fn told(output: &std::process::Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.trim()).unwrap_or_else(|why| panic!("{why}: {text} {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_slurm_dump_comes_in_by_the_command_line_and_again_as_duplicates() {
    on_both(|url| {
        let centre = Centre::new(url);
        let folder = Folder::new("slurm");
        let dump = folder.file("sacct.txt");
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/metering");
        std::fs::copy(format!("{fixtures}/slurm.txt"), &dump).unwrap();
        let map = format!("{fixtures}/slurm-map.toml");
        let ask = |more: &[&str]| {
            let mut arguments = vec!["usage", "import", "--format", "slurm", "--provider", PROVIDER, "--map", &map, "--source", SOURCE];
            arguments.extend_from_slice(&["--database", url, "--reason", "首次导入"]);
            arguments.extend_from_slice(more);
            arguments.push(&dump);
            run(&arguments, &[])
        };
        let rehearsed = told(&ask(&["--dry-run"]));
        assert!(centre.stored().is_empty(), "a dry run stores nothing");
        let first = ask(&[]);
        assert_eq!(first.status.code(), Some(1), "two rows have to be mended");
        let first = told(&first);
        for outcome in ["accepted", "duplicate", "conflict", "rejected", "quarantined", "skipped"] {
            assert_eq!(first[outcome], rehearsed[outcome], "{outcome}");
        }
        let count = |told: &Value, outcome: &str| told[outcome].as_i64().unwrap();
        let sum: i64 =
            ["accepted", "duplicate", "conflict", "rejected", "quarantined", "skipped"].map(|one| count(&first, one)).iter().sum();
        assert_eq!((sum, count(&first, "rows"), count(&first, "rejected"), count(&first, "skipped")), (28, 28, 2, 8));
        assert!(count(&first, "accepted") >= 10, "{first}");
        let result = std::fs::read_to_string(format!("{dump}.result.csv")).unwrap();
        assert_eq!(result.lines().count(), 29, "a line per row below the header");
        assert!(result.contains("1001,accepted") && result.contains("1090,quarantined,unknown_subject,Account"), "{result}");
        let stored = centre.stored();
        let again = told(&ask(&[]));
        assert_eq!((count(&again, "accepted"), count(&again, "duplicate")), (0, count(&first, "accepted")));
        assert_eq!(centre.stored(), stored);

        let clean = folder.file("clean.csv");
        let (header, rest) = MIXED.split_once('\n').unwrap();
        std::fs::write(&clean, format!("{header}\n{}\n", rest.lines().next().unwrap())).unwrap();
        for expected in ["accepted", "duplicate"] {
            let arguments = ["usage", "import", "--format", "csv", "--provider", PROVIDER, "--database", url, "--reason", "x", &clean];
            let done = run(&arguments, &[]);
            assert!(done.status.success(), "{done:?}");
            assert_eq!(told(&done)[expected], 1);
        }
        let verified = run(&["usage", "verify", "--database", url], &[]);
        assert!(verified.status.success(), "{verified:?}");
        assert_eq!(told(&verified)["events"], i64::try_from(stored.len()).unwrap() + 1);
    });
}

/// Events, a void, a checkpoint, a statement with prepaid money, an invoice and a payment.
pub fn full(url: &str) -> Centre {
    let mut centre = Centre::new(url);
    let answers = centre.send(&[
        usage("a", "2026-02-10T00:00:00Z", 600, 10),
        usage("b", "2026-02-11T00:00:00Z", 60, 10),
        usage("c", "2026-02-12T00:00:00Z", 60, 10),
        void("v", "b"),
    ]);
    assert_eq!(statuses(&answers), [EventStatus::Accepted; 4], "{answers:?}");
    let (provider, contract) = (centre.provider, centre.contract);
    let cash = (PoolKind::Cash, Fen::yuan(100));
    centre.house.act(|act| top_up_pool(act, provider, contract, cash, None, "B-1")).unwrap();
    let month = Month::parse("2026-02").unwrap();
    let number = centre.house.act(|act| issue_statement(act, provider, contract, month)).unwrap();
    let (statement, _) = centre.house.store.read(|db| store::known::statement(db, &Actor::system(), &number)).unwrap().unwrap();
    let purchase = centre.house.store.read(|db| store::purchase::of_statement(db, statement.id)).unwrap().remove(0);
    let invoice = InvoiceEntry {
        code: String::new(),
        number: "26422000000000000017".into(),
        buyer: Uscc::parse(USCC).unwrap(),
        total: Fen::yuan(500),
        tax: Fen::ZERO,
        issued_on: day("2026-03-01"),
        red_of: None,
    };
    let receipt = ReceiptEntry {
        bank_reference: "B-2".into(),
        payer_name: NAME.into(),
        payer_account: "4200001".into(),
        enterprise: Uscc::parse(USCC).unwrap(),
        amount: Fen::yuan(500),
        paid_on: day("2026-03-01"),
        refund_of: None,
    };
    centre
        .house
        .act(|act| {
            let invoice = record_tax_invoice(act, provider, &invoice)?;
            let receipt = record_receipt(act, provider, &receipt)?;
            allocate_paper(act, provider, purchase.id, Paper::Invoice(invoice), Fen::yuan(500))?;
            allocate_paper(act, provider, purchase.id, Paper::Receipt(receipt), Fen::yuan(400))
        })
        .unwrap();
    centre.house.wait(TimeDelta::days(1));
    assert!(centre.house.act(|act| checkpoint_usage(act, 0)).unwrap());
    centre
}

/// Lets SQL change what is append-only.
pub fn unlock(db: &TestDb) {
    for table in [
        "usage_event",
        "usage_void",
        "usage_checkpoint",
        "tariff_version",
        "statement",
        "statement_line",
        "prepaid_move",
        "purchase_allocation",
    ] {
        if db.is_sqlite() {
            db.run_sql(&format!("DROP TRIGGER {table}_is_never_changed; DROP TRIGGER {table}_is_never_deleted"));
        } else {
            db.run_sql(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"));
        }
    }
}

fn verified(centre: &Centre) -> Result<Checked, String> {
    check(&centre.house.store).map_err(|why| match why {
        Broken::Place(place) => place,
        Broken::Fault(fault) => panic!("{fault:?}"),
    })
}

#[test]
fn whatever_is_rewritten_is_found_and_named() {
    on_both_databases(|db| {
        let centre = full(db.url());
        assert!(centre.house.act(|act| sum_usage(act, 0)).unwrap());
        let clean = verified(&centre).unwrap();
        assert_eq!((clean.events, clean.voids, clean.checkpoints, clean.tariffs), (4, 1, 1, 1));
        assert!(clean.day_sums > 0);
        assert_eq!((clean.statements, clean.prepaid_pools, clean.prepaid_moves, clean.allocations), (1, 1, 1, 2));
        unlock(db);
        for (change, undo, place) in [
            ("usage_event SET units = 11 WHERE seq = 2", "usage_event SET units = 10 WHERE seq = 2", "usage_event shard 0 seq 2: its hash"),
            ("usage_event SET data = data || ' '", "usage_event SET data = rtrim(data)", "usage_event shard 0 seq 1: its digest"),
            (
                "usage_event SET late = NOT late WHERE seq = 3",
                "usage_event SET late = NOT late WHERE seq = 3",
                "usage_event shard 0 seq 3: its hash",
            ),
            ("usage_void SET seq = 1", "usage_void SET seq = 2", "usage_void shard 0 seq 1: is not what event 0/4 takes out"),
            ("usage_void SET by_seq = 3", "usage_void SET by_seq = 4", "usage_event shard 0 seq 4: takes an event out"),
            (
                "usage_day_sum SET quantity_ms = quantity_ms + 1",
                "usage_day_sum SET quantity_ms = quantity_ms - 1",
                "usage_day_sum contract 1 2026-02-",
            ),
            ("usage_summed SET seq = 3", "usage_summed SET seq = 4", "usage_day_sum contract 1 2026-02-"),
            (
                "usage_checkpoint SET root = root || '0'",
                "usage_checkpoint SET root = substr(root, 1, 64)",
                "usage_checkpoint shard 0 seq 1-4: its root",
            ),
            (
                "usage_checkpoint SET signature = signature || '00'",
                "usage_checkpoint SET signature = substr(signature, 1, 128)",
                "usage_checkpoint shard 0 seq 1-4: the signature",
            ),
            ("usage_checkpoint SET from_seq = 2", "usage_checkpoint SET from_seq = 1", "usage_checkpoint shard 0 seq 2-4: begins at 2"),
            (
                "tariff_version SET body = replace(body, '12.5', '11.5')",
                "tariff_version SET body = replace(body, '11.5', '12.5')",
                "tariff_version 1 (standard version 1): its digest",
            ),
            ("statement SET cutoff = cutoff || ','", "statement SET cutoff = rtrim(cutoff, ',')", "statement S-2026-0001: its digest"),
            (
                "statement SET signature = signature || '00'",
                "statement SET signature = substr(signature, 1, 128)",
                "statement S-2026-0001: the signature",
            ),
            (
                "statement_line SET quantity_ms = quantity_ms + 1",
                "statement_line SET quantity_ms = quantity_ms - 1",
                "statement_line of S-2026-0001: the lines",
            ),
            ("prepaid_move SET amount_fen = amount_fen - 1", "prepaid_move SET amount_fen = amount_fen + 1", "prepaid_pool 1: drawn_fen"),
            (
                "purchase_allocation SET amount_fen = amount_fen - 1 WHERE id = 2",
                "purchase_allocation SET amount_fen = amount_fen + 1 WHERE id = 2",
                "purchase_allocation of bank_receipt 1: allocated_fen",
            ),
        ] {
            db.run_sql(&format!("UPDATE {change}"));
            let found = verified(&centre).unwrap_err();
            assert!(found.starts_with(place), "{change}: {found}");
            db.run_sql(&format!("UPDATE {undo}"));
            assert_eq!(verified(&centre), Ok(clean), "after {undo}");
        }
        db.run_sql("CREATE TABLE kept AS SELECT * FROM usage_checkpoint; DELETE FROM usage_checkpoint");
        let found = verified(&centre).unwrap_err();
        assert!(found.starts_with("usage_checkpoint shard 0 seq 1-4: is missing; audit_entry"), "{found}");
        db.run_sql("INSERT INTO usage_checkpoint SELECT * FROM kept");
        assert_eq!(verified(&centre), Ok(clean), "with the last checkpoint again");
        db.run_sql("DELETE FROM usage_event WHERE seq = 4");
        let ended = run(&["usage", "verify", "--database", db.url()], &[]);
        assert_eq!(ended.status.code(), Some(1));
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(said.contains("usage_event shard 0 seq 4: is missing"), "{said}");
    });
}

/// Whoever has the key can sign a statement that fits in itself, but not one that fits the events.
#[test]
fn a_statement_that_was_signed_anew_with_another_amount_does_not_fit_its_events() {
    on_both_databases(|db| {
        let centre = full(db.url());
        unlock(db);
        let (one, _) = centre.house.store.read(|db| store::known::statement(db, &Actor::system(), "S-2026-0001")).unwrap().unwrap();
        let mut lines = centre.house.store.read(|db| store::statement::lines(db, one.id)).unwrap();
        lines[0].line.amount += Fen::yuan(1);
        let mut forged = one.as_new();
        for amount in [&mut forged.usage_fen, &mut forged.total_fen, &mut forged.payable_fen] {
            *amount += Fen::yuan(1);
        }
        forged.lines_digest = hex::encode(lines_digest(&forged.period, &lines));
        forged.digest = hex::encode(forged.said());
        forged.signature = centre.house.rules().signer.sign(&forged.said());
        db.run_sql("UPDATE statement_line SET amount_fen = amount_fen + 100");
        db.run_sql(&format!(
            "UPDATE statement SET usage_fen = usage_fen + 100, total_fen = total_fen + 100, payable_fen = payable_fen + 100, \
             lines_digest = '{}', digest = '{}', signature = '{}'",
            forged.lines_digest, forged.digest, forged.signature
        ));
        let found = verified(&centre).unwrap_err();
        let (kept, again) = (lines[0].line.amount.display(), (lines[0].line.amount - Fen::yuan(1)).display());
        let place = "statement_line of S-2026-0001: line 1 is";
        assert_eq!(found, format!("{place} {kept}, and {again} when rated again from events and tariff"));
    });
}

#[test]
fn two_instances_sign_a_chain_once_and_only_when_it_is_due() {
    on_both(|url| {
        let mut centre = Centre::new(url);
        centre.send(&[usage("a", "2026-03-01T00:00:00Z", 60, 8)]);
        assert_eq!(due(&centre.house.store, centre.house.now()).unwrap(), Vec::<i64>::new());
        centre.house.wait(TimeDelta::days(1));
        assert_eq!(due(&centre.house.store, centre.house.now()).unwrap(), [0]);
        let start = Barrier::new(2);
        let signed = std::thread::scope(|scope| {
            let instance = || {
                scope.spawn(|| {
                    start.wait();
                    centre.house.act(|act| checkpoint_usage(act, 0)).unwrap()
                })
            };
            [instance(), instance()].map(|thread| usize::from(thread.join().unwrap())).iter().sum::<usize>()
        });
        assert_eq!(signed, 1);
        assert_eq!(centre.house.store.read(store::checkpoint::all).unwrap().len(), 1);
    });
}

fn hash(value: &Value) -> Hash {
    hex::decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

#[test]
fn an_exported_event_leads_to_the_root_that_was_signed() {
    on_both(|url| {
        let mut centre = Centre::new(url);
        let events: Vec<Value> = (0..5).map(|n| usage(&format!("e{n}"), "2026-02-28T00:00:00Z", 60 + n, 1)).collect();
        centre.send(&events);
        centre.house.wait(TimeDelta::days(1));
        centre.house.act(|act| checkpoint_usage(act, 0)).unwrap();
        centre.send(&[usage("later", "2026-03-02T00:00:00Z", 60, 1)]);
        let export = |more: &[&str]| {
            let mut arguments = vec!["usage", "export", "--database", url, "--contract", "HT-2026-001"];
            arguments.extend_from_slice(more);
            let done = run(&arguments, &[]);
            assert!(done.status.success(), "{done:?}");
            let text = String::from_utf8(done.stdout).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
        };
        let told = export(&[]);
        assert_eq!(told.len(), 6);
        let checkpoint = centre.house.store.read(|db| store::checkpoint::newest(db, 0)).unwrap().unwrap();
        let key = centre.house.store.read(|db| store::statement::public_key(db, &checkpoint.key_id)).unwrap().unwrap();
        assert!(verify(&key, &checkpoint.said(), &checkpoint.signature));
        for (at, event) in told[..5].iter().enumerate() {
            assert_eq!((event["id"].clone(), event["seq"].clone()), (Value::from(format!("e{at}")), Value::from(at + 1)));
            let step = |step: &Value| Sibling { hash: hash(&step["hash"]), left: step["side"] == "left" };
            let path: Vec<Sibling> = event["proof"]["path"].as_array().unwrap().iter().map(step).collect();
            assert_eq!(hex::encode(root_of_proof(&hash(&event["hash"]), &path)), checkpoint.root);
            assert_eq!(event["proof"]["signature"], checkpoint.signature.as_str());
            assert_eq!(told[at + 1]["previous_hash"], event["hash"]);
            assert_eq!(event["data"]["resource"], "ascend-910b");
        }
        assert!(told[5]["proof"].is_null(), "the next checkpoint will cover it");
        assert_eq!(export(&["--month", "2026-03"]).len(), 1);
        assert!(!run(&["usage", "export", "--database", url, "--contract", "HT-9"], &[]).status.success());
    });
}

fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[test]
fn a_file_is_checked_on_its_page_then_imported_and_its_report_is_kept() {
    let folder = Folder::new("usage-page");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let client = Client::builder().redirect(redirect::Policy::none()).cookie_store(true).build().unwrap();
        let read = async |path: &str| client.get(server.url(path)).send().await.unwrap().text().await.unwrap();
        let page = read("/login").await;
        let form = [("csrf", hidden(&page, "csrf")), ("email", "waicc@demo.suanquan.example".into()), ("password", "suanquan-demo".into())];
        assert_eq!(client.post(server.url("/login")).form(&form).send().await.unwrap().status(), 303);
        let check = async |body: &str| {
            let page = read("/provider/usage-import").await;
            let form = Form::new()
                .text("csrf", hidden(&page, "csrf"))
                .text("request_key", hidden(&page, "request_key"))
                .text("format", "csv")
                .text("source", "")
                .text("map", "")
                .text("reason", "首次导入")
                .part("file", Part::bytes(body.as_bytes().to_vec()).file_name("march.csv"));
            let answer = client.post(server.url("/provider/usage-import")).multipart(form).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, page) = check("colour,size\nred,2\n").await;
        assert!(status == 422 && page.contains("表头"), "{status} {page}");
        let (status, page) = check(MIXED).await;
        assert!(status == 200 && page.contains("导入这个文件") && page.contains("尚未对应企业"), "{status} {page}");
        let fields = ["csrf", "request_key", "sha256", "name", "format", "source", "map", "reason"];
        let form: Vec<(&str, String)> = fields.iter().map(|name| (*name, hidden(&page, name))).collect();
        let mut places = Vec::new();
        for _ in 0..2 {
            let answer = client.post(server.url("/provider/usage-import/record")).form(&form).send().await.unwrap();
            assert_eq!(answer.status(), 303);
            places.push(answer.headers()["location"].to_str().unwrap().to_owned());
        }
        assert_eq!(places[0], places[1], "a second click leaves one import");
        let report = read(&places[0]).await;
        assert!(report.contains("march.csv") && report.contains("首次导入"), "{report}");
        let rows = read(&format!("{}/rows.csv", places[0])).await;
        assert_eq!(rows.lines().count(), 9, "{rows}");
        assert!(rows.contains("b,quarantined,unknown_subject,subject"), "{rows}");
        assert!(read("/provider/usage-import").await.contains(&places[0]));
        assert!(read("/provider/usage-import/999999").await.contains("没有找到"));
    });
}
