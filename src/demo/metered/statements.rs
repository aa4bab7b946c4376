//! The life of the story's statements: issued and reversed by the centre, confirmed or disputed by
//! the enterprise.

use chrono::{DateTime, Utc};

use super::super::cast::firm;
use super::super::firms::{act, person};
use super::centres::{Clerk, clerk, contract};
use super::contracts::customer;
use super::{Meters, Step};
use crate::acts::answer_statement::answer_statement;
use crate::acts::issue_statement::issue_statement;
use crate::acts::reverse_statement::reverse_statement;
use crate::metering::moment::Month;
use crate::metering::statement::StatementAct;
use crate::party::Actor;
use crate::store;

impl Meters<'_> {
    /// # Errors
    /// An act that was refused.
    pub(super) fn bill(&mut self, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
        match step {
            Step::Issue(account, month) => self.issue(when, (account, month), Clerk::First),
            Step::Reissue(account, month) => self.issue(when, (account, month), Clerk::Second),
            Step::Answer(account, month, kind, reason) => self.answer(when, (account, month), kind, reason),
            Step::Reverse(account, month, reason) => {
                let (_, customer) = customer(account)?;
                let (who, _) = clerk(self.site, customer.centre, Clerk::Second)?;
                let number = self.number(account, month)?;
                let version = self.version(number)?;
                act(self.site, &who, when, number, |act| reverse_statement(act, number, version, reason).map(drop))
            }
            _ => Ok(()),
        }
    }

    fn issue(&mut self, when: DateTime<Utc>, (account, month): (&'static str, u32), by: Clerk) -> anyhow::Result<()> {
        let (_, customer) = customer(account)?;
        let (who, provider) = clerk(self.site, customer.centre, by)?;
        let contract = contract(self.site, customer)?;
        let period = Month::parse(&format!("2026-{month:02}")).ok_or_else(|| anyhow::anyhow!("there is no month {month}"))?;
        let number = act(self.site, &who, when, account, |act| issue_statement(act, provider, contract, period))?;
        self.statements.insert((account, month), number);
        Ok(())
    }

    /// The centre answers a dispute; everything else is the enterprise's.
    fn answer(&self, when: DateTime<Utc>, (account, month): (&'static str, u32), kind: StatementAct, reason: &str) -> anyhow::Result<()> {
        let (_, customer) = customer(account)?;
        let who = match kind {
            StatementAct::Resolve => clerk(self.site, customer.centre, Clerk::First)?.0,
            _ => person(self.site, &firm(customer.firm).email)?,
        };
        let number = self.number(account, month)?;
        let version = self.version(number)?;
        act(self.site, &who, when, number, |act| answer_statement(act, number, version, kind, reason))
    }

    fn version(&self, number: &str) -> anyhow::Result<i64> {
        let standing = self.site.store.read(|db| -> Result<_, store::Fault> {
            let Some((statement, _)) = store::known::statement(db, &Actor::system(), number)? else { return Ok(None) };
            store::statement::standing(db, statement.id)
        })?;
        standing.map(|standing| standing.version).ok_or_else(|| anyhow::anyhow!("there is no statement {number}"))
    }
}
