//! Random tampering by somebody who owns the database but not the key: triggers are off, references are
//! not checked, and everything is rolled back afterwards. Every change is found, and the first entry that
//! is named is the right one. `scripts/bench audit` does the same ten thousand times; the seed is printed.

use std::collections::BTreeMap;
use std::time::Instant;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use suanquan::merkle::{Frontier, GENESIS, Hash, chained};
use suanquan::reports::trail_check::{Anchor, Checked, Finding, Given, check_within};
use suanquan::secret::signing::Signer;
use suanquan::store::audit_seal::{self, KeptCheckpoint, sealed_after};
use suanquan::store::{self, Db, Fault};
use suanquan::web::site::Site;

use super::{checkpoints, found, head, seal_now, sealed};
use crate::harness::db::TestDb;
use crate::harness::folder::Folder;
use crate::metering::dice::Dice;

const TABLES: [&str; 5] = ["audit_entry", "audit_seal", "audit_checkpoint", "audit_head", "audit_unsealed"];

/// What the verifier is to say: a place within these, both included.
#[derive(Clone, Copy, Debug)]
struct Expected {
    first: i64,
    last: i64,
    /// Is the very line known, or only between which lines it happened?
    exact: bool,
}

fn at(seq: i64) -> Expected {
    Expected { first: seq, last: seq, exact: true }
}

fn within(seq: i64) -> Expected {
    Expected { first: seq, last: seq, exact: false }
}

/// The town that is tampered with.
struct Victim<'a> {
    site: &'a Site,
    is_sqlite: bool,
    size: i64,
    kept: Vec<KeptCheckpoint>,
    given: Given,
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    word: String,
}

fn sql(db: &mut Db, text: &str) {
    for one in text.split(';').filter(|one| !one.trim().is_empty()) {
        diesel::sql_query(one).execute(db).unwrap_or_else(|why| panic!("{one}: {why}"));
    }
}

fn rows(db: &mut Db, text: &str) -> Vec<Told> {
    diesel::sql_query(text).load(db).unwrap_or_else(|why| panic!("{text}: {why}"))
}

impl Victim<'_> {
    fn unlock(&self, db: &mut Db) {
        if self.is_sqlite {
            sql(db, "PRAGMA defer_foreign_keys = ON");
            for table in TABLES {
                sql(db, &format!("DROP TRIGGER IF EXISTS {table}_is_never_changed; DROP TRIGGER IF EXISTS {table}_is_never_deleted"));
            }
            sql(db, "DROP TRIGGER audit_entry_waits_for_its_seal");
        } else {
            sql(db, "SET LOCAL session_replication_role = replica");
        }
    }

    fn entry(&self, db: &mut Db, seq: i64) -> i64 {
        rows(db, &format!("SELECT seq, entry_id AS id, '' AS word FROM audit_seal WHERE seq = {seq}"))[0].id
    }

    fn line(&self, dice: &mut Dice) -> i64 {
        1 + dice.below(self.size)
    }

    /// One of the kinds of tampering.
    fn tamper(&self, db: &mut Db, kind: i64, dice: &mut Dice) -> Expected {
        match kind {
            0 => self.change_a_column(db, dice),
            1 => self.change_a_seal(db, dice),
            2 => self.take_lines_out(db, dice),
            3 => self.cut_the_end_off(db, dice),
            4 => self.exchange(db, dice),
            5 => self.add_a_line(db, dice),
            6 => self.write_the_chain_anew(db, dice, None),
            7 => self.write_the_chain_anew(db, dice, Some(&Signer::of_secret("somebody else"))),
            8 => self.go_back_to_an_older_state(db, dice),
            9 => self.change_the_history(db, dice),
            10 => self.change_a_checkpoint(db, dice),
            11 => self.change_the_head(db, dice),
            12 => self.change_a_paper(db, dice),
            _ => self.let_a_sealed_line_wait(db, dice),
        }
    }

    fn change_a_column(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let seq = self.line(dice);
        let id = self.entry(db, seq);
        let other = |column: &str| format!("{column} = CASE WHEN {column} IS NULL THEN 1 WHEN {column} = 1 THEN 2 ELSE NULL END");
        let text = ["actor_name", "actor_role", "act", "subject", "from_state", "to_state", "reason", "detail"];
        let set = match dice.below(14) {
            0 => other("actor_id"),
            1 => other("enterprise_id"),
            2 => other("application_id"),
            3 if self.is_sqlite => "at = strftime('%Y-%m-%d %H:%M:%f', at, '+1 second')".to_owned(),
            3 => "at = at + interval '1 microsecond'".to_owned(),
            4 => "reason = detail || ' ' , detail = reason".to_owned(),
            5 => "subject = substr(subject, 2) || 'x'".to_owned(),
            number => {
                let column = text[usize::try_from(number - 6).unwrap()];
                format!("{column} = {column} || '{}'", ["x", " ", "。", "\u{200b}"][usize::try_from(dice.below(4)).unwrap()])
            }
        };
        sql(db, &format!("UPDATE audit_entry SET {set} WHERE id = {id}"));
        at(seq)
    }

    fn change_a_seal(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let seq = self.line(dice);
        let zeros = if self.is_sqlite { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
        let shorter = |column: &str| format!("{column} = substr({column}, 1, 15)");
        let set = match dice.below(7) {
            6 => shorter("salt"),
            0 => format!("leaf = {zeros}"),
            1 => format!("chain = {zeros}"),
            2 => shorter("leaf"),
            3 => shorter("chain"),
            4 if self.is_sqlite => "sealed_at = strftime('%Y-%m-%d %H:%M:%f', sealed_at, '+1 second')".to_owned(),
            4 => "sealed_at = sealed_at + interval '1 microsecond'".to_owned(),
            _ => "leaf = chain, chain = leaf".to_owned(),
        };
        sql(db, &format!("UPDATE audit_seal SET {set} WHERE seq = {seq}"));
        at(seq)
    }

    fn take_lines_out(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let from = self.line(dice);
        let to = if dice.below(2) == 0 { from } else { (from + dice.below(50)).min(self.size) };
        let entries = format!("DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE seq BETWEEN {from} AND {to})");
        let seals = format!("DELETE FROM audit_seal WHERE seq BETWEEN {from} AND {to}");
        match dice.below(3) {
            0 => sql(db, &entries),
            1 => sql(db, &seals),
            _ => sql(db, &format!("{entries}; {seals}")),
        }
        at(from)
    }

    fn cut_the_end_off(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let from = self.line(dice).max(2);
        sql(
            db,
            &format!(
                "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE seq >= {from}); \
                 DELETE FROM audit_seal WHERE seq >= {from}"
            ),
        );
        let way = dice.below(3);
        if way == 0 {
            return at(from);
        }
        // The head is made to fit, but for the signature.
        if way == 2 {
            sql(db, &format!("DELETE FROM audit_checkpoint WHERE size >= {from}"));
        }
        self.fit_the_head(db);
        within(from)
    }

    /// Works the end out from the rows as they are now; the signature stays what it was.
    fn fit_the_head(&self, db: &mut Db) {
        let mut end = head(db);
        let (mut frontier, mut chain) = (Frontier::default(), GENESIS);
        for (seal, _) in sealed_after(db, 0, i64::MAX).unwrap().lines() {
            let leaf: Hash = seal.leaf.clone().try_into().unwrap();
            chain = chained(&chain, &leaf);
            frontier.push(leaf);
        }
        end.size = i64::try_from(frontier.size()).unwrap();
        end.root = hex::encode(frontier.root());
        end.after_size = audit_seal::newest_checkpoint(db).unwrap().map_or(0, |last| last.size);
        (end.chain, end.peaks) = (chain.to_vec(), frontier.peaks().concat());
        audit_seal::set_head(db, &end).unwrap();
    }

    fn exchange(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let one = self.line(dice);
        let other = if one == self.size { 1 } else { one + 1 + dice.below(self.size - one) };
        let (a, b) = (self.entry(db, one), self.entry(db, other));
        if dice.below(2) == 0 {
            sql(
                db,
                &format!(
                    "UPDATE audit_entry SET id = -1 WHERE id = {a}; UPDATE audit_entry SET id = {a} WHERE id = {b}; \
                     UPDATE audit_entry SET id = {b} WHERE id = -1"
                ),
            );
        } else {
            sql(
                db,
                &format!(
                    "UPDATE audit_seal SET entry_id = -1 WHERE seq = {one}; UPDATE audit_seal SET entry_id = {a} WHERE seq = {other}; \
                     UPDATE audit_seal SET entry_id = {b} WHERE seq = {one}"
                ),
            );
        }
        at(one.min(other))
    }

    fn add_a_line(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let columns =
            "at, actor_id, actor_name, actor_role, act, enterprise_id, application_id, subject, from_state, to_state, reason, detail";
        let seq = self.line(dice);
        let id = self.entry(db, seq);
        sql(db, &format!("INSERT INTO audit_entry ({columns}) SELECT {columns} FROM audit_entry WHERE id = {id}"));
        if dice.below(2) == 0 {
            // With a seal that fits, as the sealer would have made it.
            let new = rows(db, "SELECT MAX(id) AS seq, MAX(id) AS id, '' AS word FROM audit_entry")[0].id;
            let copied = format!("{} AS seq, {new} AS entry_id, leaf, chain, salt, sealed_at", self.size + 1);
            sql(
                db,
                &format!(
                    "INSERT INTO audit_seal (seq, entry_id, leaf, chain, salt, sealed_at) SELECT {copied} FROM audit_seal WHERE seq = {seq}"
                ),
            );
            self.work_out_from(db, self.size + 1);
            if dice.below(2) == 0 {
                self.fit_the_head(db);
                return within(self.size + 1);
            }
        }
        at(self.size + 1)
    }

    /// Leaves and chains as they follow from the rows.
    fn work_out_from(&self, db: &mut Db, from: i64) {
        let mut buffer = Vec::new();
        let mut chain = GENESIS;
        for (seal, entry) in sealed_after(db, 0, i64::MAX).unwrap().lines() {
            let leaf = match entry {
                Some(entry) if seal.seq >= from => entry.at_place(seal.seq, seal.sealed_at, &seal.salt).leaf(&mut buffer),
                _ => seal.leaf.clone().try_into().unwrap(),
            };
            chain = chained(&chain, &leaf);
            if seal.seq >= from {
                let (leaf, chain) = (hex::encode(leaf), hex::encode(chain));
                let bytes = |hex: &str| if self.is_sqlite { format!("X'{hex}'") } else { format!("decode('{hex}', 'hex')") };
                let (leaf, chain) = (bytes(&leaf), bytes(&chain));
                sql(db, &format!("UPDATE audit_seal SET leaf = {leaf}, chain = {chain} WHERE seq = {}", seal.seq));
            }
        }
    }

    /// A line is changed and everything after it worked out again; `signer` signs it all anew.
    fn write_the_chain_anew(&self, db: &mut Db, dice: &mut Dice, signer: Option<&Signer>) -> Expected {
        // Near the end, so that the test stays quick.
        let seq = self.size - dice.below(self.size.min(120));
        let id = self.entry(db, seq);
        sql(db, &format!("UPDATE audit_entry SET detail = detail || ' (as agreed)' WHERE id = {id}"));
        self.work_out_from(db, seq);
        self.fit_the_head(db);
        let leaves = audit_seal::leaves(db, self.size).unwrap();
        for one in self.kept.iter().filter(|one| one.size >= seq) {
            let size = usize::try_from(one.size).unwrap();
            let mut frontier = Frontier::default();
            leaves[..size].iter().for_each(|leaf| frontier.push(*leaf));
            let mut new = KeptCheckpoint { root: hex::encode(frontier.root()), ..one.clone() };
            if let Some(signer) = signer {
                new.key_id = signer.key_id();
                new.signature = signer.sign(new.said().unwrap().text().as_bytes());
                store::statement::keep_key(db, &new.key_id, &signer.public_key(), new.signed_at).unwrap();
            }
            let set = format!("root = '{}', key_id = '{}', signature = '{}'", new.root, new.key_id, new.signature);
            sql(db, &format!("UPDATE audit_checkpoint SET {set} WHERE size = {}", new.size));
        }
        if let Some(signer) = signer {
            let mut end = head(db);
            end.key_id = signer.key_id();
            end.signature = signer.sign(end.as_checkpoint().said().unwrap().text().as_bytes());
            audit_seal::set_head(db, &end).unwrap();
        }
        within(seq)
    }

    /// Yesterday's database: all of it fits and is signed. Only a checkpoint from outside tells.
    fn go_back_to_an_older_state(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let newest = self.kept.last().unwrap().size;
        let from = newest - dice.below(newest.min(200) - 1);
        sql(
            db,
            &format!(
                "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE seq >= {from}); \
                 DELETE FROM audit_seal WHERE seq >= {from}; DELETE FROM audit_checkpoint WHERE size >= {from}"
            ),
        );
        self.fit_the_head(db);
        let mut end = head(db);
        end.signature = self.site.house.signer.sign(end.as_checkpoint().said().unwrap().text().as_bytes());
        audit_seal::set_head(db, &end).unwrap();
        at(from)
    }

    fn change_the_history(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let last = rows(
            db,
            "SELECT MAX(s.seq) AS seq, e.application_id AS id, MAX(a.state) AS word FROM audit_entry e JOIN audit_seal s ON s.entry_id = e.id \
             JOIN application a ON a.id = e.application_id WHERE e.to_state <> '' GROUP BY e.application_id ORDER BY e.application_id",
        );
        let Told { seq, id, word } = &last[usize::try_from(dice.below(i64::try_from(last.len()).unwrap())).unwrap()];
        let to = if word == "paid" { "rejected" } else { "paid" };
        if dice.below(3) == 0 {
            let later = if self.is_sqlite { "datetime(state_since, '+1 day')" } else { "state_since + interval '1 day'" };
            sql(db, &format!("UPDATE application SET state_since = {later} WHERE id = {id}"));
        } else {
            sql(db, &format!("UPDATE application SET state = '{to}' WHERE id = {id}"));
        }
        within(*seq)
    }

    fn change_a_checkpoint(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let one = &self.kept[usize::try_from(dice.below(i64::try_from(self.kept.len()).unwrap())).unwrap()];
        let size = one.size;
        let earlier = if self.is_sqlite { "datetime(signed_at, '-1 hour')" } else { "signed_at - interval '1 hour'" };
        let set = match dice.below(6) {
            0 => "root = substr(root, 3) || '00'".to_owned(),
            1 => format!("signed_at = {earlier}"),
            2 => "origin = origin || 'x'".to_owned(),
            3 => "signature = substr(signature, 3) || '00'".to_owned(),
            4 => "after_size = after_size + 1".to_owned(),
            _ => {
                sql(db, &format!("DELETE FROM audit_checkpoint WHERE size = {size}"));
                return within(size);
            }
        };
        sql(db, &format!("UPDATE audit_checkpoint SET {set} WHERE size = {size}"));
        within(size)
    }

    fn change_the_head(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let zeros = if self.is_sqlite { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
        let set = match dice.below(7) {
            0 => "root = substr(root, 3) || '00'".to_owned(),
            1 => "signature = substr(signature, 3) || '00'".to_owned(),
            2 => "origin = 'elsewhere.example/audit'".to_owned(),
            3 => format!("chain = {zeros}"),
            4 => format!("peaks = {zeros}"),
            5 => "key_id = 'nobody'".to_owned(),
            _ => "after_size = after_size - 1".to_owned(),
        };
        sql(db, &format!("UPDATE audit_head SET {set}"));
        within(self.size)
    }

    fn change_a_paper(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let act = if dice.below(2) == 0 { "publish_notice" } else { "approve_batch" };
        let lines = rows(
            db,
            &format!(
                "SELECT s.seq, e.id, e.subject AS word FROM audit_entry e JOIN audit_seal s ON s.entry_id = e.id WHERE e.act = '{act}' ORDER BY s.seq"
            ),
        );
        let Told { seq, word, .. } = &lines[usize::try_from(dice.below(i64::try_from(lines.len()).unwrap())).unwrap()];
        if act == "publish_notice" {
            sql(db, &format!("UPDATE notice SET content_json = content_json || ' ' WHERE number = '{word}'"));
        } else {
            let set = [
                "amount_fen = amount_fen + 1",
                "account_no = account_no || '0'",
                "account_name = 'x'",
                "cnaps = cnaps || '1'",
                "year = year + 1",
            ];
            let set = set[usize::try_from(dice.below(5)).unwrap()];
            sql(db, &format!("UPDATE disbursement SET {set} WHERE batch_id = (SELECT id FROM payout_batch WHERE number = '{word}')"));
        }
        at(*seq)
    }

    fn let_a_sealed_line_wait(&self, db: &mut Db, dice: &mut Dice) -> Expected {
        let seq = self.line(dice);
        let id = self.entry(db, seq);
        sql(db, &format!("INSERT INTO audit_unsealed (entry_id) VALUES ({id})"));
        at(seq)
    }
}

const KINDS: i64 = 14;

/// Carries what was found out of a transaction that is rolled back.
enum RolledBack {
    Told(Result<Checked, Finding>, Expected),
    Fault(Fault),
}

impl From<Fault> for RolledBack {
    fn from(fault: Fault) -> RolledBack {
        RolledBack::Fault(fault)
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text:?} is no number")))
}

fn tamper(db: &TestDb, times: u64) {
    let folder = Folder::new("tampering");
    let site = sealed(db.url(), &folder);
    let kept = checkpoints(&site.store);
    let anchors = kept.iter().map(|one| Anchor { size: one.size, root: one.said().unwrap().root.to_vec() }).collect();
    let given = Given { anchors, keys: vec![site.house.signer.public_key()], ..Given::default() };
    let size = found(site.store.read(|db| check_within(db, &given))).unwrap().lines;
    let victim = Victim { site: &site, is_sqlite: db.is_sqlite(), size, kept, given };
    let seed = number("SUANQUAN_TEST_SEED", 20_261_126);
    let kind = if victim.is_sqlite { "SQLite" } else { "PostgreSQL" };
    println!("{times} tamperings of {size} lines on {kind}, SUANQUAN_TEST_SEED={seed}");
    let begun = Instant::now();
    let mut dice = Dice::new(seed);
    let mut by_kind: BTreeMap<i64, u64> = BTreeMap::new();
    for round in 0..times {
        let kind = if round < u64::try_from(KINDS).unwrap() { i64::try_from(round).unwrap() } else { dice.below(KINDS) };
        *by_kind.entry(kind).or_default() += 1;
        let outcome = site.store.write(|db| -> Result<(), RolledBack> {
            victim.unlock(db);
            let expected = victim.tamper(db, kind, &mut dice);
            // Whoever rewrites has to fit what others kept; the older state is told by nothing else.
            let given = if kind == 8 || kind == 7 { victim.given.clone() } else { Given::default() };
            Err(RolledBack::Told(found(check_within(db, &given)), expected))
        });
        match outcome {
            Err(RolledBack::Told(Err(finding), expected)) => {
                let covers = finding.first_seq <= expected.first && expected.last <= finding.last_seq;
                let exact = !expected.exact || finding.first_seq == finding.last_seq;
                assert!(covers && exact, "tampering {round} of kind {kind}: expected {expected:?}, told {finding}");
            }
            Err(RolledBack::Told(Ok(_), expected)) => panic!("tampering {round} of kind {kind} was not found: {expected:?}"),
            Err(RolledBack::Fault(fault)) => panic!("tampering {round} of kind {kind}: {fault:?}"),
            Ok(()) => unreachable!(),
        }
    }
    println!("all found in {:?}: {by_kind:?}", begun.elapsed());
    assert_eq!(found(site.store.read(|db| check_within(db, &victim.given))).unwrap().lines, size, "all is as it was");
    site.store
        .write(|db| -> Result<(), Fault> {
            seal_now(db, &site);
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_tampering_of_the_trail_is_found_with_the_right_first_entry() {
    let times = number("SUANQUAN_TEST_TAMPERINGS", 500);
    tamper(&TestDb::sqlite(), times);
}

#[test]
fn every_tampering_of_the_trail_on_postgresql_is_found_with_the_right_first_entry() {
    tamper(&TestDb::postgres(), number("SUANQUAN_TEST_TAMPERINGS", 500) / 10);
}
