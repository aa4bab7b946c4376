//! The metered half of the story: both centres count cards, cores, nodes and storage, issue the
//! statements of January and February, and record what was invoiced and paid — by the same acts as
//! the pages and the meters' programs, between the steps of the other half, which claims what was
//! made here.

mod centres;
mod contracts;
mod papers;
mod statements;
mod usage;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use contracts::{CUSTOMERS, Round};

use super::at;
use crate::metering::statement::StatementAct;
use crate::web::site::Site;

/// One step of the story. Text names an account code, a number a month of 2026.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Catalogue, tariffs, a second person of each centre, contracts with their account codes.
    Open,
    /// The AI centre's prices from February on.
    NewPrices,
    /// Prepaid cash and what the centre gave on top of it.
    TopUp(&'static str),
    /// What both centres' meters counted since the batch before.
    Batch,
    /// A job had fewer cards than its meter said.
    Corrected(&'static str),
    /// Somebody reports by hand a job that the meter reports as well.
    Twice(&'static str),
    /// Takes the second report out.
    Voided(&'static str),
    /// A job of January that is told in February.
    Late(&'static str),
    /// Usage under an account code that no enterprise has.
    Stranger,
    /// A job that is told again with other figures.
    Conflict(&'static str),
    Issue(&'static str, u32),
    Answer(&'static str, u32, StatementAct, &'static str),
    /// A second person of the centre reverses the statement.
    Reverse(&'static str, u32, &'static str),
    /// And issues the month again.
    Reissue(&'static str, u32),
    Invoice(&'static str, u32),
    /// So many per cent of what is due, from the enterprise itself.
    Paid(&'static str, u32, i64),
    /// All of it, from an account of another firm.
    PaidByOther(&'static str, u32, &'static str),
    /// The same for every customer of a round.
    All(Deed, Round),
}

/// What a whole round of customers goes through.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Issue,
    Confirm,
    Invoice,
    Pay,
}

use Deed as D;
use Round as R;
use StatementAct as A;
use Step as S;

/// Month, day, hour and what happened then; in order.
#[rustfmt::skip]
const STORY: &[(u32, u32, i64, Step)] = &[
    (1, 9, 17, S::Open), (1, 9, 18, S::TopUp("qingchuan-mat")),
    (1, 12, 7, S::Batch), (1, 19, 7, S::Batch), (1, 20, 10, S::Corrected("liangzi-eco")),
    (1, 26, 7, S::Batch), (1, 26, 10, S::NewPrices), (1, 27, 9, S::Twice("guiyuan-med")),
    // January is billed at once for those who apply at once.
    (2, 1, 8, S::Batch), (2, 1, 9, S::All(D::Issue, R::First)), (2, 1, 11, S::All(D::Confirm, R::First)),
    (2, 1, 15, S::All(D::Invoice, R::First)), (2, 2, 8, S::All(D::Pay, R::First)),
    // And for the others: confirmed, disputed and answered, reversed and issued again.
    (2, 3, 9, S::Issue("nanhu-gene", 1)), (2, 3, 9, S::Issue("liangzi-eco", 1)), (2, 3, 9, S::Issue("shumai-data", 1)),
    (2, 3, 10, S::Issue("guiyuan-med", 1)), (2, 3, 10, S::Issue("moshan-chip", 1)), (2, 3, 10, S::Issue("yingding-edu", 1)),
    (2, 3, 14, S::Issue("nanhu-hpc", 1)), (2, 3, 14, S::Issue("shahu-weather", 1)), (2, 3, 15, S::Issue("qingchuan-mat", 1)),
    (2, 3, 15, S::Issue("moshui-energy", 1)), (2, 3, 16, S::All(D::Issue, R::Second)), (2, 4, 9, S::All(D::Confirm, R::Second)),
    (2, 4, 10, S::Answer("nanhu-gene", 1, A::Confirm, "")), (2, 4, 11, S::Answer("nanhu-hpc", 1, A::Confirm, "")),
    (2, 4, 15, S::Answer("shumai-data", 1, A::Dispute, "1月下旬我方集群停机检修两天，请核对这两天的卡时。")),
    (2, 5, 9, S::Reverse("guiyuan-med", 1, "1月27日手工补报的一条用量与作业记录重复，整单冲销后重新出具。")),
    (2, 5, 10, S::Voided("guiyuan-med")), (2, 5, 11, S::Reissue("guiyuan-med", 1)),
    (2, 5, 15, S::Answer("liangzi-eco", 1, A::Confirm, "")), (2, 5, 16, S::Answer("moshan-chip", 1, A::Confirm, "")),
    (2, 6, 9, S::Answer("shumai-data", 1, A::Resolve, "停机检修的是贵方开发环境，计费的作业均在生产队列，逐条清单已随附，维持原单。")),
    (2, 6, 10, S::Late("nanhu-gene")),
    (2, 6, 11, S::Answer("shahu-weather", 1, A::Confirm, "")), (2, 6, 15, S::Answer("qingchuan-mat", 1, A::Confirm, "")),
    (2, 6, 16, S::Answer("guiyuan-med", 1, A::Confirm, "")), (2, 6, 17, S::All(D::Invoice, R::Second)),
    (2, 9, 7, S::Batch), (2, 9, 9, S::Answer("shumai-data", 1, A::Confirm, "")),
    (2, 9, 10, S::Invoice("nanhu-gene", 1)), (2, 9, 10, S::Invoice("nanhu-hpc", 1)), (2, 9, 11, S::Invoice("liangzi-eco", 1)),
    (2, 9, 11, S::Invoice("shumai-data", 1)), (2, 9, 14, S::Invoice("guiyuan-med", 1)), (2, 9, 14, S::Invoice("moshan-chip", 1)),
    (2, 9, 15, S::Invoice("shahu-weather", 1)), (2, 9, 15, S::Invoice("qingchuan-mat", 1)),
    (2, 10, 10, S::All(D::Pay, R::Second)), (2, 11, 10, S::Paid("nanhu-gene", 1, 100)), (2, 11, 10, S::Paid("nanhu-hpc", 1, 100)),
    (2, 11, 11, S::Paid("liangzi-eco", 1, 100)),
    (2, 12, 10, S::Paid("shumai-data", 1, 60)), (2, 12, 10, S::Paid("guiyuan-med", 1, 100)), (2, 12, 14, S::Paid("qingchuan-mat", 1, 100)),
    (2, 13, 10, S::PaidByOther("moshan-chip", 1, "武汉磨山控股集团有限公司")),
    (2, 16, 7, S::Batch), (2, 20, 15, S::Stranger), (2, 23, 7, S::Batch), (2, 24, 11, S::Conflict("yingding-edu")),
    (2, 26, 10, S::Answer("yingding-edu", 1, A::Dispute, "合同约定测试作业不计费，请将 test 项目的作业剔除。")),
    // February is billed for some when the demo opens.
    (3, 1, 8, S::Batch),
    (3, 1, 9, S::Issue("nanhu-gene", 2)), (3, 1, 9, S::Issue("liangzi-eco", 2)), (3, 1, 10, S::Issue("nanhu-hpc", 2)),
    (3, 1, 10, S::Issue("qingchuan-mat", 2)), (3, 1, 11, S::All(D::Issue, R::February)),
    (3, 1, 14, S::All(D::Confirm, R::February)), (3, 1, 15, S::Answer("liangzi-eco", 2, A::Confirm, "")),
    (3, 1, 16, S::All(D::Invoice, R::February)), (3, 2, 7, S::Batch), (3, 2, 8, S::All(D::Pay, R::February)),
];

/// Where this half of the story stands.
pub(super) struct Meters<'a> {
    site: &'a Site,
    rest: &'static [(u32, u32, i64, Step)],
    /// Up to when the meters have told what they counted.
    told: DateTime<Utc>,
    /// The newest statement of an account code and month.
    statements: BTreeMap<(&'static str, u32), String>,
    /// How many invoices and bank slips there are.
    papers: i64,
}

impl<'a> Meters<'a> {
    pub fn new(site: &'a Site) -> Meters<'a> {
        Meters { site, rest: STORY, told: at(2026, 1, 1, 0), statements: BTreeMap::new(), papers: 0 }
    }

    /// Tells everything up to a moment that is not told yet.
    ///
    /// # Errors
    /// An act that was refused: the story has a mistake, and the message says where.
    pub fn until(&mut self, moment: DateTime<Utc>) -> anyhow::Result<()> {
        while let Some(((month, day, hour, step), rest)) = self.rest.split_first() {
            let when = at(2026, *month, *day, *hour);
            if when > moment {
                break;
            }
            self.rest = rest;
            self.site.clock.set(when);
            self.step(when, *step).map_err(|why| why.context(format!("2026-{month}-{day}: {step:?}")))?;
        }
        Ok(())
    }

    fn step(&mut self, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
        match step {
            S::Open => centres::open(self.site, when),
            S::NewPrices => centres::new_prices(self.site, when),
            S::TopUp(account) => centres::top_up(self.site, when, account),
            S::Batch => {
                usage::batch(self.site, when, self.told)?;
                self.told = when;
                Ok(())
            }
            S::Corrected(_) | S::Twice(_) | S::Voided(_) | S::Late(_) | S::Stranger | S::Conflict(_) => usage::odd(self.site, when, step),
            S::Issue(..) | S::Answer(..) | S::Reverse(..) | S::Reissue(..) => self.bill(when, step),
            S::Invoice(..) | S::Paid(..) | S::PaidByOther(..) => self.money(when, step),
            S::All(deed, round) => self.all(when, deed, round),
        }
    }

    fn all(&mut self, when: DateTime<Utc>, deed: Deed, round: Round) -> anyhow::Result<()> {
        for customer in CUSTOMERS.iter().filter(|customer| customer.is_of(round)) {
            let (account, month) = (customer.account, round.month());
            let step = match deed {
                Deed::Issue => S::Issue(account, month),
                Deed::Confirm => S::Answer(account, month, A::Confirm, ""),
                Deed::Invoice => S::Invoice(account, month),
                Deed::Pay => S::Paid(account, month, 100),
            };
            self.step(when, step).map_err(|why| why.context(format!("{step:?}")))?;
        }
        Ok(())
    }

    /// The number of the newest statement.
    fn number(&self, account: &'static str, month: u32) -> anyhow::Result<&str> {
        let known = self.statements.get(&(account, month)).map(String::as_str);
        known.ok_or_else(|| anyhow::anyhow!("{account} has no statement of month {month}"))
    }
}
