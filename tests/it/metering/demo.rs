//! The demo's two centres: what the story tells is there on both databases, and its money adds up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use suanquan::acts::start_application::start_application;
use suanquan::acts::{Store, perform};
use suanquan::application::State;
use suanquan::clock::Clock;
use suanquan::config::Config;
use suanquan::demo;
use suanquan::demo::cast::{ENTERPRISES, firm};
use suanquan::demo::firms::person;
use suanquan::files::Files;
use suanquan::ids::ProviderId;
use suanquan::metering::statement::PurchaseState;
use suanquan::money::Fen;
use suanquan::reading::Reader;
use suanquan::reports::usage_check::check;
use suanquan::reports::{ledger, provider_desk};
use suanquan::startup::house;
use suanquan::store;
use suanquan::store::migrations;
use suanquan::store::purchase::Purchase;
use suanquan::store::statement::{Standing, Statement};
use suanquan::store::voucher::Voucher;
use suanquan::voucher::VoucherState;
use suanquan::web::doorkeeper::Doorkeeper;
use suanquan::web::site::Site;

use crate::harness::db::{on_both, on_both_databases};
use crate::harness::folder::Folder;

pub fn filled(url: &str, folder: &Folder) -> Site {
    let store = Store::create(url).unwrap();
    migrations::run(&store).unwrap();
    let config = Config::default();
    let site = Site {
        house: Arc::new(house(&config, "http://demo.test")),
        clock: Clock::settable(demo::start_of_story()),
        files: Files::new(folder.file("files").into()),
        doorkeeper: Arc::new(Doorkeeper::new(config.tries_per_minute)),
        config: Arc::new(config),
        demo: true,
        ingest: Site::turns(),
        turn: Arc::default(),
        reader: Reader::new(env!("CARGO_BIN_EXE_suanquan").into()),
        scanner: None,
        openid: None,
        authority: None,
        store,
    };
    demo::fill(&site, true).unwrap();
    site.clock.set(demo::opening());
    site
}

fn centres(site: &Site) -> [ProviderId; 2] {
    ["waicc@demo.suanquan.example", "whsc@demo.suanquan.example"].map(|email| person(site, email).unwrap().provider().unwrap())
}

fn statements(site: &Site) -> Vec<(Statement, Standing)> {
    site.store
        .read(|db| {
            let mut all = Vec::new();
            for centre in centres(site) {
                for contract in store::metering::contracts_of_provider(db, centre)? {
                    all.extend(store::statement::of_contract(db, contract.id)?);
                }
            }
            Ok::<_, store::Fault>(all)
        })
        .unwrap()
}

/// What every firm of the cast bought.
fn purchases(site: &Site) -> Vec<Purchase> {
    let of = |index: usize| site.store.read(|db| store::purchase::of_enterprise(db, &firm(index).uscc)).unwrap();
    (0..ENTERPRISES).flat_map(of).collect()
}

#[test]
fn every_purchase_of_the_demo_but_one_comes_from_a_statement_of_one_of_both_centres() {
    on_both(|url| {
        let folder = Folder::new("metered-demo");
        let site = filled(url, &folder);
        let bought = purchases(&site);
        let without: Vec<&str> =
            bought.iter().filter(|purchase| !purchase.is_metered()).map(|purchase| purchase.order_no.as_str()).collect();
        assert_eq!(without, ["DH-2026-0001"], "what the centre without a meter reported");
        let mut in_all = 0;
        for centre in centres(&site) {
            let (rows, total) = site.store.read(|db| provider_desk::purchases(db, centre, 0, 1_000)).unwrap();
            assert!(total >= 20 && rows.iter().all(|(purchase, buyer)| purchase.is_metered() && buyer.is_some()), "{total}");
            in_all += rows.len();
        }
        assert_eq!(in_all + without.len(), bought.len(), "nobody outside the cast bought anything");

        let applications = site.store.read(|db| store::application::in_states(db, State::ALL)).unwrap();
        assert_eq!(applications.len(), 36);
        let mut states = BTreeSet::new();
        for application in &applications {
            states.insert(application.state);
            let items = site.store.read(|db| store::application::items(db, application.id)).unwrap();
            assert!(!items.is_empty(), "{}", application.number);
            for item in items {
                let purchase = bought.iter().find(|purchase| purchase.id == item.purchase_id).unwrap();
                assert_eq!(purchase.state, PurchaseState::Claimable, "{} of {}", purchase.order_no, application.number);
            }
        }
        // What rests on confirmed statements waits for nobody; the centre without a meter has to confirm.
        let missing: Vec<State> = State::ALL.iter().copied().filter(|state| !states.contains(state)).collect();
        assert_eq!(missing, Vec::<State>::new());
        let by_hand = person(&site, "dhzs@demo.suanquan.example").unwrap().provider().unwrap();
        let waiting = site.store.read(|db| provider_desk::to_confirm(db, by_hand)).unwrap();
        assert_eq!(waiting.len(), 1);
        let checked = check(&site.store).unwrap();
        assert!(checked.events >= 5_000, "{}", checked.events);
    });
}

#[test]
fn the_demo_has_statements_in_every_state_and_purchases_that_can_be_claimed() {
    on_both(|url| {
        let folder = Folder::new("metered-demo");
        let site = filled(url, &folder);
        let statements = statements(&site);
        let states: BTreeSet<&str> = statements.iter().map(|(_, standing)| standing.state.as_str()).collect();
        assert_eq!(states, BTreeSet::from(["confirmed", "credit", "disputed", "issued", "reversed"]));
        let adjusted = statements.iter().filter(|(statement, _)| !statement.adjustment_fen.is_zero() && statement.kind == "usage");
        assert_eq!(adjusted.count(), 1, "the late job of January is an adjustment of February");
        for (statement, _) in statements.iter().filter(|(statement, _)| statement.total_fen.is_positive()) {
            let made = site.store.read(|db| store::purchase::of_statement(db, statement.id)).unwrap();
            assert_eq!(made.iter().map(|purchase| purchase.amount_fen).sum::<Fen>(), statement.total_fen, "{}", statement.number);
        }

        let metered = purchases(&site);
        let mut by_state: BTreeMap<PurchaseState, usize> = BTreeMap::new();
        for purchase in &metered {
            *by_state.entry(purchase.state).or_default() += 1;
        }
        let count = |state| by_state.get(&state).copied().unwrap_or_default();
        assert!(count(PurchaseState::Claimable) >= 4, "{by_state:?}");
        for state in [PurchaseState::Issued, PurchaseState::PartiallyPaid, PurchaseState::Blocked, PurchaseState::Reversed] {
            assert!(count(state) >= 1, "{state}: {by_state:?}");
        }
        let bonus = metered.iter().find(|purchase| purchase.non_cash_fen.is_positive()).unwrap();
        assert_eq!((bonus.state, bonus.claimable_fen), (PurchaseState::Claimable, bonus.amount_fen - bonus.non_cash_fen));

        let [ai, hpc] = centres(&site);
        let waiting = |centre| site.store.read(|db| store::quarantine::count_open(db, centre)).unwrap();
        assert_eq!((waiting(ai), waiting(hpc)), (2, 0));
        assert_eq!(site.store.read(ledger::check).unwrap(), []);
    });
}

#[test]
fn a_metered_purchase_of_the_demo_can_be_claimed() {
    let folder = Folder::new("metered-demo");
    let site = filled(&format!("sqlite://{}", folder.file("demo.db")), &folder);
    let who = person(&site, "firm08@demo.suanquan.example").unwrap();
    let own: Vec<Purchase> = purchases(&site).into_iter().filter(|purchase| purchase.enterprise_uscc == firm(7).uscc).collect();
    let ready: Vec<_> = own.iter().filter(|purchase| purchase.state == PurchaseState::Claimable).map(|purchase| purchase.id).collect();
    assert_eq!(ready.len(), 3, "compute and storage of one centre, compute of the other");
    let unpaid = own.iter().find(|purchase| purchase.state == PurchaseState::Issued).unwrap().id;
    let claim = |chosen: &[_]| perform(&site.store, &site.house, &who, demo::opening(), |act| start_application(act, chosen));
    assert!(claim(&[unpaid]).is_err());
    assert!(claim(&ready).is_ok());
}

#[test]
fn the_demos_vouchers_stand_where_their_applications_are_and_the_migration_would_find_the_same() {
    on_both_databases(|db| {
        let folder = Folder::new("demo");
        let site = filled(db.url(), &folder);
        let states = || -> BTreeMap<String, VoucherState> {
            let all = |db: &mut store::Db| -> Result<Vec<Voucher>, store::Fault> {
                let mut found = Vec::new();
                for firm in (0..ENTERPRISES).map(firm) {
                    if let Some(enterprise) = store::account::enterprise_by_uscc(db, &firm.uscc)? {
                        found.extend(store::voucher::of_enterprise(db, enterprise.id)?);
                    }
                }
                Ok(found)
            };
            site.store.read(all).unwrap().into_iter().map(|voucher| (voucher.number, voucher.state)).collect()
        };
        let kept = states();
        for state in [VoucherState::Claimed, VoucherState::InUse, VoucherState::Redeeming, VoucherState::PartlyRedeemed] {
            assert!(kept.values().any(|known| *known == state), "no voucher is {state}: {kept:?}");
        }
        db.run_sql("DELETE FROM voucher_quota; UPDATE voucher SET state = 'revoked'");
        let migration = include_str!("../../../migrations/sqlite/2026-03-03-000003_voucher_life/up.sql");
        let (_, fill) = migration.split_once("INSERT INTO").unwrap();
        db.run_sql(&format!("INSERT INTO{fill}"));
        assert_eq!(states(), kept);
    });
}
