//! The looks that cost more: books, chains, letters, files, leases, and the log.

use std::collections::BTreeSet;

use chrono::{NaiveDateTime, TimeDelta};
use sha2::{Digest, Sha256};

use super::lab::Lab;
use crate::harness::server::run;

impl Lab {
    /// B to I; the server is running.
    pub fn look_at_everything(&mut self) {
        self.stored_was_meant();
        self.commands();
        self.letters();
        self.files();
        self.leases();
        self.log();
    }

    /// B: every key that was stored was meant, and C: no key stands twice.
    fn stored_was_meant(&mut self) {
        let meant = self.journal.borrow().keys();
        let stored = self.ask.rows(
            "SELECT request_key AS a, CAST(COUNT(*) AS TEXT) AS b, '' AS c FROM idempotency WHERE request_key LIKE 'cl-%' GROUP BY request_key",
        );
        for row in stored {
            // Each file of an upload has a key of its own.
            let key = row.a.split(' ').next().unwrap();
            if !meant.contains(key) {
                self.broken.push(format!("B: nobody meant {}", row.a));
            }
            if row.b != "1" {
                self.broken.push(format!("C: {} stands {} times", row.a, row.b));
            }
        }
    }

    /// D and E: the books balance, the chains of usage verify and their sums are those of a recount, the trail is
    /// unchanged.
    fn commands(&mut self) {
        let url = self.ask.url.clone();
        self.commands_on(&url, &[("D", ["ledger", "check"]), ("D/E", ["usage", "verify"]), ("E", ["audit", "verify"])]);
    }

    /// The last look: every decision gives the same fen once more.
    pub fn decide_again(&mut self) {
        let url = self.ask.url.clone();
        self.commands_on(&url, &[("D", ["audit", "replay"])]);
    }

    /// Runs checks on a database; what they find breaks a promise.
    pub fn commands_on(&mut self, url: &str, commands: &[(&str, [&str; 2])]) {
        for (letter, command) in commands {
            let output = run(&[command[0], command[1], "--database", url], &[]);
            if !output.status.success() {
                let told = [output.stdout, output.stderr].map(|stream| String::from_utf8_lossy(&stream).into_owned()).concat();
                self.broken.push(format!("{letter}: suanquan {} {}: {told}", command[0], command[1]));
            }
        }
    }

    /// F: every letter is sent or has a next try; what counts as sent has arrived, under the name that follows from
    /// its id.
    fn letters(&mut self) {
        let lost = self.ask.count("letter WHERE state NOT IN ('queued', 'sending', 'sent', 'dead')");
        if lost > 0 {
            self.broken.push(format!("F: {lost} letters are neither sent nor waiting"));
        }
        let arrived: BTreeSet<String> = self.mailbox.message_ids().into_iter().collect();
        for row in self.ask.rows("SELECT CAST(id AS TEXT) AS a, '' AS b, '' AS c FROM letter WHERE state = 'sent'") {
            if !arrived.contains(&format!("<letter-{}@suanquan>", row.a)) {
                self.broken.push(format!("F: letter {} counts as sent and never arrived", row.a));
            }
        }
        let dead = self.ask.rows("SELECT to_email AS a, last_error AS b, '' AS c FROM letter WHERE state = 'dead'");
        for row in dead {
            self.broken.push(format!("F: a letter to {} was given up: {}", row.a, row.b));
        }
    }

    /// H: every file of the database is on disk, whole.
    fn files(&mut self) {
        let shelves = self.home.join("files");
        for row in self.ask.rows("SELECT sha256 AS a, CAST(size_bytes AS TEXT) AS b, '' AS c FROM stored_file") {
            let bytes = std::fs::read(shelves.join(&row.a[..2]).join(&row.a));
            match bytes {
                Ok(bytes) if bytes.len().to_string() == row.b && hex::encode(Sha256::digest(&bytes)) == row.a => {}
                Ok(bytes) => self.broken.push(format!("H: the file {} has {} bytes of {}", row.a, bytes.len(), row.b)),
                Err(why) => self.broken.push(format!("H: the file {}: {why}", row.a)),
            }
        }
    }

    /// I: no lease is held for longer than its term, and no letter rests under way for longer than its lease.
    fn leases(&mut self) {
        let leases = self.ask.rows("SELECT kind AS a, CAST(held_until AS TEXT) AS b, CAST(epoch AS TEXT) AS c FROM job_lease");
        let moment = |text: &str| NaiveDateTime::parse_from_str(&text.replace('T', " "), "%Y-%m-%d %H:%M:%S%.f").unwrap();
        let newest = leases.iter().map(|row| moment(&row.b)).max();
        for row in &leases {
            if newest.is_some_and(|newest| newest - moment(&row.b) > TimeDelta::minutes(2)) {
                self.broken.push(format!("I: the lease of {} was not renewed since {}", row.a, row.b));
            }
        }
    }

    /// G: nothing panicked.
    fn log(&mut self) {
        let printed = self.server.printed();
        for line in printed.lines().filter(|line| line.contains("panicked")) {
            self.broken.push(format!("G: {line}"));
        }
    }
}
