//! The yearly voucher through its acts and jobs: claimed, used, warned of, lapsed, revoked. On both
//! databases.

use chrono::{DateTime, Utc};
use suanquan::acts::check_credit::{Finding, check_credit};
use suanquan::acts::pass_final::pass_final;
use suanquan::acts::return_for_correction::{Wanted, return_for_correction};
use suanquan::acts::submit_application::submit_application;
use suanquan::acts::voucher::claim::claim_voucher;
use suanquan::acts::voucher::expire::expire_voucher;
use suanquan::acts::voucher::revoke::revoke_voucher;
use suanquan::acts::voucher::warn::warn_of_voucher;
use suanquan::acts::withdraw_application::withdraw_application;
use suanquan::acts::{ActError, perform};
use suanquan::application::State;
use suanquan::code::Tier;
use suanquan::money::Fen;
use suanquan::party::Actor;
use suanquan::reports::vouchers::{Due, due};
use suanquan::store;
use suanquan::store::voucher::{Quota, Voucher};
use suanquan::voucher::VoucherState;

use super::{Scene, refused};
use crate::harness::db::{TestDb, on_both, on_both_databases};

/// What the migration does to vouchers that are there already.
const FILL: &str = include_str!("../../../migrations/sqlite/2026-03-03-000003_voucher_life/up.sql");

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

impl Scene {
    fn voucher(&self) -> Voucher {
        let enterprise = self.applicant.enterprise().unwrap();
        self.store.read(|db| store::voucher::of_enterprise(db, enterprise)).unwrap().remove(0)
    }

    fn claim(&mut self) -> Result<(), ActError> {
        let applicant = self.applicant.clone();
        self.act(&applicant, claim_voucher)
    }

    fn take_back(&mut self, number: &str) {
        let applicant = self.applicant.clone();
        self.step(&applicant, number, |act, case, version| withdraw_application(act, case, version, "合同有变")).unwrap();
    }

    fn revoke(&mut self, number: &str) -> Result<(), ActError> {
        let authority = self.authority.clone();
        self.act(&authority, |act| revoke_voucher(act, number, "经核实，企业以虚假材料申领本年度创新券"))
    }

    /// One round of the job at a moment: how many letters were due, how many vouchers lapsed.
    fn round(&self, now: DateTime<Utc>) -> (usize, usize) {
        let Due { to_warn, to_lapse } = self.store.read(|db| due(db, now)).unwrap();
        let system = Actor::system();
        let run = |id: i64, warn: bool| {
            let act = |act: &mut suanquan::acts::Act<'_>| if warn { warn_of_voucher(act, id) } else { expire_voucher(act, id) };
            perform(&self.store, &self.house, &system, now, act).unwrap()
        };
        let warned = to_warn.into_iter().filter(|id| run(*id, true)).count();
        (warned, to_lapse.into_iter().filter(|id| run(*id, false)).count())
    }

    fn letters(&self, kind: &str) -> Vec<String> {
        let all = self.store.read(|db| store::letter::newest(db, None, 100)).unwrap();
        all.into_iter().rev().filter(|letter| letter.kind == kind).map(|letter| format!("{}\n{}", letter.subject, letter.body)).collect()
    }
}

/// Forgets states and quotas and lets the migration find them again.
fn as_the_migration_fills(db: &TestDb, scene: &Scene) -> VoucherState {
    db.run_sql("DELETE FROM voucher_quota; UPDATE voucher SET state = 'revoked', pack_id = ''");
    let (_, fill) = FILL.split_once("INSERT INTO").unwrap();
    db.run_sql(&format!("INSERT INTO{fill}"));
    let found = scene.voucher();
    assert_eq!(found.pack_id, "wuhan-2022");
    found.state
}

#[test]
fn review_a_voucher_is_claimed_once_a_year_with_its_quotas() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        scene.claim().unwrap();
        let voucher = scene.voucher();
        assert_eq!((voucher.number.as_str(), voucher.state, voucher.year), ("V-2026-0001", VoucherState::Claimed, 2026));
        let quota = |tier, yuan| Quota { tier, quota_fen: Fen::yuan(yuan) };
        let expected = [quota(Tier::Province, 200_000), quota(Tier::City, 100_000), quota(Tier::District, 500_000)];
        assert_eq!(scene.store.read(|db| store::voucher::quotas(db, voucher.id)).unwrap(), expected);
        assert_eq!(refused(scene.claim()), "claimed_already");
        // The submission uses the voucher that is there.
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        assert_eq!(scene.case(&number).voucher_id, Some(voucher.id));
        // In the next year no qualification holds, so the day would be lost for every level.
        scene.now = moment("2027-02-01T09:00:00+08:00");
        assert_eq!(refused(scene.claim()), "not_eligible_today");
        assert!(matches!(scene.act(&scene.one.clone(), claim_voucher), Err(ActError::NotAllowed)));
    });
}

#[test]
fn review_a_voucher_follows_its_applications_as_the_migration_would_have_found() {
    on_both_databases(|db| {
        let mut scene = Scene::new(db.url());
        let purchases = scene.purchases;
        let other = scene.submitted(&[purchases[1]]);
        assert_eq!(scene.voucher().state, VoucherState::InUse);
        scene.take_back(&other);
        assert_eq!(scene.voucher().state, VoucherState::Claimed);
        let number = scene.up_to_final();
        assert_eq!(scene.voucher().state, VoucherState::InUse);
        assert_eq!(as_the_migration_fills(db, &scene), VoucherState::InUse);
        let two = scene.two.clone();
        scene.step(&two, &number, |act, case, version| pass_final(act, case, version, "")).unwrap();
        assert_eq!(scene.voucher().state, VoucherState::Redeeming);
        assert_eq!(as_the_migration_fills(db, &scene), VoucherState::Redeeming);
        let authority = scene.authority.clone();
        let listed = Finding { source: "信用中国".into(), clean: false, note: "在严重失信主体名单内".into() };
        scene.step(&authority, &number, |act, case, version| check_credit(act, case, version, &listed)).unwrap();
        assert_eq!((scene.case(&number).state, scene.voucher().state), (State::Rejected, VoucherState::Claimed));
        assert_eq!(as_the_migration_fills(db, &scene), VoucherState::Claimed);
    });
}

#[test]
fn review_the_authority_revokes_a_voucher_at_rest_and_nothing_is_submitted_on_it_afterwards() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let purchases = scene.purchases;
        let number = scene.submitted(&[purchases[0]]);
        let voucher = scene.voucher().number;
        match scene.revoke(&voucher) {
            Err(ActError::Refused(refusals)) => assert!(refusals[0].text.en.contains(&number), "{refusals:?}"),
            other => panic!("{other:?}"),
        }
        scene.take_back(&number);
        let (one, authority) = (scene.one.clone(), scene.authority.clone());
        assert!(matches!(scene.act(&one, |act| revoke_voucher(act, &voucher, "理由理由理由理由理由")), Err(ActError::NotAllowed)));
        assert_eq!(refused(scene.act(&authority, |act| revoke_voucher(act, &voucher, "不符"))), "reason_too_short");
        scene.revoke(&voucher).unwrap();
        assert_eq!(scene.voucher().state, VoucherState::Revoked);
        let letters = scene.letters("revoke_voucher");
        assert!(letters.len() == 1 && letters[0].contains("虚假材料") && letters[0].contains(&voucher), "{letters:?}");
        assert_eq!(refused(scene.revoke(&voucher)), "voucher_not_at_rest");
        assert_eq!(refused(scene.claim()), "claimed_already");
        let draft = scene.complete(&[purchases[1]]);
        let applicant = scene.applicant.clone();
        assert_eq!(refused(scene.step(&applicant, &draft, submit_application)), "voucher_gone");
    });
}

#[test]
fn review_letters_go_out_30_and_7_days_before_the_end_and_the_voucher_lapses_with_the_year() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        scene.claim().unwrap();
        for (now, expected) in [
            ("2026-11-30T23:59:59+08:00", (0, 0)),
            ("2026-12-01T00:00:00+08:00", (1, 0)),
            ("2026-12-02T00:00:00+08:00", (0, 0)),
            ("2026-12-24T08:00:00+08:00", (1, 0)),
            ("2026-12-31T23:59:59+08:00", (0, 0)),
            ("2027-01-01T00:00:00+08:00", (0, 1)),
            ("2027-01-01T00:01:00+08:00", (0, 0)),
        ] {
            assert_eq!(scene.round(moment(now)), expected, "{now}");
        }
        assert_eq!(scene.voucher().state, VoucherState::Expired);
        let letters = scene.letters("voucher_ends");
        assert_eq!(letters.len(), 2);
        assert!(letters[0].contains("2026年12月31日") && letters[0].contains("还有 30 天"), "{}", letters[0]);
        assert!(letters[1].contains("还有 7 天"), "{}", letters[1]);
    });
}

#[test]
fn review_what_was_submitted_in_time_keeps_the_voucher_alive_until_it_is_decided() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        scene.now = moment("2026-12-20T09:00:00+08:00");
        let purchase = scene.purchases[0];
        let number = scene.submitted(&[purchase]);
        let granted = scene.case(&number).total_fen;
        let one = scene.one.clone();
        let wanted = Wanted { papers: vec![(scene.paper(&number, "invoice"), "缺购买方税号".into())], other: String::new() };
        scene.step(&one, &number, |act, case, version| return_for_correction(act, case, version, &wanted)).unwrap();
        let new_year = moment("2027-01-05T09:00:00+08:00");
        assert_eq!(scene.round(new_year), (0, 0));
        assert_eq!(scene.voucher().state, VoucherState::InUse, "the correction is still due");
        scene.now = new_year;
        super::correct(&mut scene, &number);
        scene.submit(&number);
        assert_eq!((scene.case(&number).total_fen, scene.voucher().state), (granted, VoucherState::InUse));
        assert!(granted.is_positive());
        scene.take_back(&number);
        assert_eq!(scene.voucher().state, VoucherState::Expired);
    });
}
