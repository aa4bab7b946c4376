//! Statements as their sides read them: the centre that issued them, the enterprise, the desk.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Db;
pub use crate::acts::billing::clock;
use crate::acts::billing::drafted;
use crate::acts::issue_statement::{may_issue, settled};
use crate::acts::{ActError, Outcome, Refusal};
use crate::ids::{ContractId, EnterpriseId, ProviderId};
use crate::metering::moment::{Moment, Month};
use crate::metering::statement::{Settlement, StatementLine, lines_digest};
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::party::Actor;
pub use crate::store::audit::Entry;
pub use crate::store::known::STATEMENT_READERS as READERS;
pub use crate::store::metering::{Contract, Resource};
pub use crate::store::paper_trail::{BankReceipt, Case, Paper, TaxInvoice};
pub use crate::store::purchase::Purchase;
pub use crate::store::statement::{Standing, Statement};
use crate::store::used::Cutoff;
use crate::store::{self, Fault};

/// A line with its place from 1 and the resource it charges for.
#[derive(Clone, Debug)]
pub struct Line {
    pub place: i64,
    pub line: StatementLine,
    /// `None` in lines for the whole month.
    pub resource: Option<Resource>,
}

/// What a pool of prepaid money paid.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub kind: PoolKind,
    pub reference: String,
    pub amount: Fen,
}

/// A paper of the centre and the part of it that stands for a purchase.
#[derive(Clone, Debug)]
pub enum PaperPart {
    /// With what red letters took back.
    Invoice { paper: TaxInvoice, part: Fen, taken_back: Fen },
    /// With what was refunded.
    Receipt { paper: BankReceipt, part: Fen, taken_back: Fen },
}

/// A purchase that rests on the statement, with its papers and the differences found.
#[derive(Clone, Debug)]
pub struct PurchaseTrail {
    pub purchase: Purchase,
    pub papers: Vec<PaperPart>,
    pub cases: Vec<Case>,
}

/// A statement with everything that hangs on it.
#[derive(Clone, Debug)]
pub struct StatementDetail {
    pub statement: Statement,
    pub standing: Standing,
    pub contract: Contract,
    pub provider: String,
    pub lines: Vec<Line>,
    pub draws: Vec<Drawn>,
    /// The statement that this credit statement takes back.
    pub reverses: Option<String>,
    /// The credit statement that took this one back.
    pub reversed_by: Option<String>,
    pub trail: Vec<Entry>,
    pub purchases: Vec<PurchaseTrail>,
    /// SHA-256 over what it says, computed anew; and whether its lines still have the digest that
    /// it names.
    pub said: [u8; 32],
    pub lines_hold: bool,
    /// The public half of the key that signed, in hexadecimal.
    pub public_key: String,
}

/// A statement by its number, as far as the actor may know of it.
///
/// # Errors
/// `NotFound` for an unknown number and for what belongs to others; faults of the database.
pub fn statement_detail(db: &mut Db, actor: &Actor, number: &str) -> Outcome<StatementDetail> {
    let (statement, contract) = found(db, actor, number)?;
    let standing = store::statement::standing(db, statement.id)?.ok_or(ActError::NotFound)?;
    let stored = store::statement::lines(db, statement.id)?;
    let lines_hold = hex::encode(lines_digest(&statement.period, &stored)) == statement.lines_digest;
    let pools = store::statement::pools(db, contract.id)?;
    let draws = store::statement::moves(db, statement.id)?.into_iter().filter_map(|(id, amount)| {
        let pool = pools.iter().find(|pool| pool.id == id)?;
        Some(Drawn { kind: pool.kind, reference: pool.reference.clone(), amount })
    });
    let all = store::statement::of_contract(db, contract.id)?;
    let number_of =
        |wanted: &dyn Fn(&Statement) -> bool| all.iter().map(|(one, _)| one).find(|one| wanted(one)).map(|one| one.number.clone());
    let purchases = store::purchase::of_statement(db, statement.id)?;
    Ok(StatementDetail {
        draws: draws.collect(),
        reverses: number_of(&|one| Some(one.id) == statement.reverses_id),
        reversed_by: number_of(&|one| one.reverses_id == Some(statement.id)),
        provider: provider_name(db, contract.provider_id)?,
        lines: named(db, contract.provider_id, stored)?,
        trail: store::audit::of_subject(db, number)?,
        purchases: purchases.into_iter().map(|purchase| trail_of(db, purchase)).collect::<Outcome<_>>()?,
        said: statement.as_new().said(),
        lines_hold,
        public_key: store::statement::public_key(db, &statement.key_id)?.unwrap_or_default(),
        statement,
        standing,
        contract,
    })
}

/// The statement and its contract, if the actor may know of them.
pub(super) fn found(db: &mut Db, actor: &Actor, number: &str) -> Outcome<(Statement, Contract)> {
    store::known::statement(db, actor, number)?.ok_or(ActError::NotFound)
}

fn provider_name(db: &mut Db, id: ProviderId) -> Outcome<String> {
    Ok(store::purchase::provider(db, id)?.map(|provider| provider.name).unwrap_or_default())
}

/// Lines with their places and resources.
pub(super) fn named(db: &mut Db, provider: ProviderId, lines: Vec<StatementLine>) -> Outcome<Vec<Line>> {
    let catalogue = store::metering::catalogue(db, provider)?;
    let resource = |line: &StatementLine| catalogue.iter().find(|one| one.code == line.line.resource).cloned();
    Ok((1_i64..).zip(lines).map(|(place, line)| Line { place, resource: resource(&line), line }).collect())
}

fn trail_of(db: &mut Db, purchase: Purchase) -> Outcome<PurchaseTrail> {
    let mut papers = Vec::new();
    for (paper, part) in store::paper_trail::allocations_of(db, purchase.id)? {
        match paper {
            Paper::Invoice(id) => {
                let taken_back = store::paper_trail::red_letters_of(db, id)?.iter().map(|letter| letter.total_fen).sum();
                papers.extend(store::paper_trail::invoice(db, id)?.map(|paper| PaperPart::Invoice { paper, part, taken_back }));
            }
            Paper::Receipt(id) => {
                let taken_back = store::paper_trail::refunds_of(db, id)?.iter().map(|refund| refund.amount_fen).sum();
                papers.extend(store::paper_trail::receipt(db, id)?.map(|paper| PaperPart::Receipt { paper, part, taken_back }));
            }
        }
    }
    let cases = store::paper_trail::cases_of_purchase(db, purchase.id)?;
    Ok(PurchaseTrail { purchase, papers, cases })
}

/// A paper of an enterprise that has something left to stand for a purchase.
#[derive(Clone, Debug)]
pub struct OpenPaper {
    pub paper: Paper,
    pub number: String,
    pub left: Fen,
}

/// A centre's papers of an enterprise that are not used up.
///
/// # Errors
/// A fault of the database.
pub fn open_papers(db: &mut Db, provider: ProviderId, uscc: &str) -> Outcome<Vec<OpenPaper>> {
    let invoices = store::paper_trail::invoices_of(db, provider)?;
    let receipts = store::paper_trail::receipts_of(db, provider)?;
    let invoices = invoices.into_iter().filter(|one| one.buyer_uscc == uscc && one.red_of.is_none()).map(|one| OpenPaper {
        paper: Paper::Invoice(one.id),
        number: format!("{}{}", one.code, one.number),
        left: one.total_fen - one.allocated_fen,
    });
    let receipts = receipts.into_iter().filter(|one| one.enterprise_uscc == uscc && one.refund_of.is_none()).map(|one| OpenPaper {
        paper: Paper::Receipt(one.id),
        number: one.bank_reference,
        left: one.amount_fen - one.allocated_fen,
    });
    Ok(invoices.chain(receipts).filter(|one| one.left.is_positive()).collect())
}

/// A statement in a list.
#[derive(Clone, Debug)]
pub struct ListRow {
    pub statement: Statement,
    pub standing: Standing,
    pub contract: String,
    /// The other side: enterprise or centre.
    pub other: String,
}

/// All statements of a centre, the newest first.
///
/// # Errors
/// A fault of the database.
pub fn of_provider(db: &mut Db, provider: ProviderId) -> Outcome<Vec<ListRow>> {
    let contracts = store::metering::contracts_of_provider(db, provider)?;
    let contracts = contracts.into_iter().map(|contract| (contract.enterprise_name.clone(), contract)).collect();
    rows(db, contracts)
}

/// All statements that an enterprise got, the newest first.
///
/// # Errors
/// A fault of the database.
pub fn of_enterprise(db: &mut Db, enterprise: EnterpriseId) -> Outcome<Vec<ListRow>> {
    let firm = store::account::enterprise(db, enterprise)?.ok_or(ActError::NotFound)?;
    let mut contracts = Vec::new();
    for contract in store::metering::contracts_of_enterprise(db, &firm.uscc)? {
        contracts.push((provider_name(db, contract.provider_id)?, contract));
    }
    rows(db, contracts)
}

/// All statements of an enterprise in the order of their issue, each with the number of its contract.
///
/// # Errors
/// A fault of the database.
pub fn of_buyer(db: &mut Db, uscc: &str) -> Result<Vec<(Statement, String)>, Fault> {
    let mut found = Vec::new();
    for contract in store::metering::contracts_of_enterprise(db, uscc)? {
        for (statement, _) in store::statement::of_contract(db, contract.id)? {
            found.push((statement, contract.number.clone()));
        }
    }
    found.sort_by_key(|(statement, _)| statement.id);
    Ok(found)
}

fn rows(db: &mut Db, contracts: Vec<(String, Contract)>) -> Outcome<Vec<ListRow>> {
    let mut rows = Vec::new();
    for (other, contract) in contracts {
        for (statement, standing) in store::statement::of_contract(db, contract.id)? {
            rows.push(ListRow { statement, standing, contract: contract.number.clone(), other: other.clone() });
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.statement.id));
    Ok(rows)
}

/// A month of a contract that is over and not billed.
#[derive(Clone, Debug)]
pub struct Unbilled {
    pub contract: Contract,
    pub month: Month,
    pub has_events: bool,
}

/// What a centre can bill now, the earliest month first.
///
/// # Errors
/// A fault of the database.
pub fn unbilled(db: &mut Db, provider: ProviderId, now: DateTime<Utc>) -> Outcome<Vec<Unbilled>> {
    let contracts = store::metering::contracts_of_provider(db, provider)?;
    let ids: Vec<ContractId> = contracts.iter().map(|contract| contract.id).collect();
    let billed = store::usage::billed_months(db, &ids)?;
    let mut found = Vec::new();
    for contract in contracts {
        let mut month = Month::of(contract.valid_from);
        while month.first_day() <= contract.valid_to && month.span(clock(&contract)).end <= Moment::at(now) {
            if !billed.iter().any(|(id, period)| *id == contract.id && *period == month.to_string()) {
                let span = month.span(clock(&contract));
                let has_events = store::used::has_events(db, contract.id, (span.start.millis(), span.end.millis()))?;
                found.push(Unbilled { contract: contract.clone(), month, has_events });
            }
            month = month.next();
        }
    }
    found.sort_by_key(|one| (!one.has_events, one.month, one.contract.id));
    Ok(found)
}

/// A month as it would be billed now.
#[derive(Clone, Debug)]
pub struct Preview {
    pub contract: Contract,
    pub provider: String,
    pub month: Month,
    pub lines: Vec<Line>,
    pub total: Fen,
    pub credit_brought: Fen,
    pub settlement: Settlement,
    pub draws: Vec<Drawn>,
    /// Why it cannot be issued now; empty when it can.
    pub obstacles: Vec<Refusal>,
}

/// The draft of a month and what stands in the way of issuing it. Nothing is locked: an event that
/// comes in meanwhile is counted when the statement is issued.
///
/// # Errors
/// `NotFound` for another centre's contract; faults of the database.
pub fn preview(
    db: &mut Db,
    provider: ProviderId,
    contract: ContractId,
    month: Month,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Outcome<Preview> {
    let contract = store::metering::contract(db, contract)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
    let mut preview = Preview {
        provider: provider_name(db, provider)?,
        month,
        lines: Vec::new(),
        total: Fen::ZERO,
        credit_brought: Fen::ZERO,
        settlement: Settlement { draws: Vec::new(), payable: Fen::ZERO, credit: Fen::ZERO },
        draws: Vec::new(),
        obstacles: refusals(may_issue(db, now, &contract, month))?.err().unwrap_or_default(),
        contract,
    };
    if preview.obstacles.iter().any(|why| matches!(why.code, "outside_contract" | "month_billed")) {
        return Ok(preview);
    }
    let cutoff = Cutoff::at(&store::usage::chain_ends(db)?);
    let draft = match refusals(drafted(db, &preview.contract, month, &cutoff, Moment::at(now)))? {
        Ok(draft) => draft,
        Err(why) => {
            preview.obstacles.extend(why);
            return Ok(preview);
        }
    };
    preview.total = draft.total();
    preview.settlement = settled(db, today, &preview.contract, &draft)?;
    let pools = store::statement::pools(db, preview.contract.id)?;
    let drawn = preview.settlement.draws.iter().map(|draw| Drawn {
        kind: draw.kind,
        reference: pools.iter().find(|pool| pool.id == draw.pool).map(|pool| pool.reference.clone()).unwrap_or_default(),
        amount: draw.amount,
    });
    preview.draws = drawn.collect();
    let met: Fen = preview.draws.iter().map(|draw| draw.amount).sum();
    preview.credit_brought = preview.total - met - preview.settlement.payable + preview.settlement.credit;
    preview.lines = named(db, provider, draft.lines)?;
    Ok(preview)
}

/// Sets refusals, which a page shows, apart from faults, which it does not.
pub(super) fn refusals<T>(outcome: Outcome<T>) -> Outcome<Result<T, Vec<Refusal>>> {
    match outcome {
        Ok(found) => Ok(Ok(found)),
        Err(ActError::Refused(why)) => Ok(Err(why)),
        Err(other) => Err(other),
    }
}

/// Months that a page lets choose from: from a first day to today, the newest first, three years at
/// most.
#[must_use]
pub fn months(first: NaiveDate, today: NaiveDate) -> Vec<Month> {
    const MOST: i32 = 3;
    let first =
        if today.year() - first.year() > MOST { NaiveDate::from_ymd_opt(today.year() - MOST, 1, 1).unwrap_or(first) } else { first };
    let mut months = Vec::new();
    let mut month = Month::of(first);
    while month.first_day() <= today {
        months.push(month);
        month = month.next();
    }
    months.reverse();
    months
}
