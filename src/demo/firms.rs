//! Enterprises register, confirm their address from the letter, enter what they are, and name the
//! account that the money goes to — all by the acts that the pages call.

use chrono::{DateTime, NaiveDate, Utc};

use super::cast::{ENTERPRISES, Firm, Kind, firm};
use super::papers::Papers;
use super::{PASSWORD, at, told};
use crate::acts::confirm_email::confirm_email;
use crate::acts::enter_bank_account::{BankEntry, enter_bank_account};
use crate::acts::enter_qualification::{QualificationEntry, enter_qualification};
use crate::acts::register_enterprise::{Registration, register_enterprise};
use crate::acts::{Act, Outcome, perform};
use crate::ids::Uscc;
use crate::lang::Lang;
use crate::money::Fen;
use crate::party::{Actor, CarrierKind, CarrierLevel, EntryKind, Place};
use crate::secret::{hash_password, tokens_in};
use crate::store;
use crate::web::site::Site;

/// Registers everybody between 6 and 9 January.
///
/// # Errors
/// An act that was refused.
pub fn register(site: &Site, papers: &Papers) -> anyhow::Result<()> {
    let hash = hash_password(PASSWORD).map_err(|why| anyhow::anyhow!("the password could not be hashed: {why}"))?;
    for index in 0..ENTERPRISES {
        let firm = firm(index);
        let day = at(2026, 1, 6 + u32::try_from(index % 4)?, 10 + i64::try_from(index % 6)?);
        let typed = Registration {
            uscc: Uscc::parse(&firm.uscc)?,
            enterprise: firm.name.clone(),
            name: firm.person.clone(),
            phone: format!("027-8700{index:04}").into(),
            email: firm.email.clone().into(),
            password_hash: hash.clone().into(),
            lang: Lang::Zh,
        };
        act(site, &Actor::system(), day, &firm.name, |act| register_enterprise(act, &typed))?;
        let token = link_token(site, &firm.email)?;
        act(site, &Actor::system(), day, &firm.name, |act| confirm_email(act, &token))?;
        let person = person(site, &firm.email)?;
        for entry in entries(&firm) {
            let (kept, name) = papers.proof(site, &firm, entry.kind)?;
            let full = QualificationEntry { file: Some(kept), file_name: name, ..entry.into_entry() };
            act(site, &person, day, &firm.name, |act| enter_qualification(act, &full))?;
        }
        let bank = BankEntry {
            account_name: firm.name.clone(),
            bank_name: "中国建设银行武汉光谷支行".into(),
            account_no: firm.account_no.clone().into(),
            cnaps: "105100000017".into(),
        };
        act(site, &person, day, &firm.name, |act| enter_bank_account(act, &bank).map(drop))?;
    }
    Ok(())
}

/// One act of the story at its time.
///
/// # Errors
/// The refusal with who and what.
pub fn act<T>(
    site: &Site,
    who: &Actor,
    when: DateTime<Utc>,
    what: &str,
    run: impl FnOnce(&mut Act<'_>) -> Outcome<T>,
) -> anyhow::Result<T> {
    told(perform(&site.store, &site.house, who, when, run), what)
}

/// The person behind an address, as an actor.
///
/// # Errors
/// Nobody has the address.
pub fn person(site: &Site, email: &str) -> anyhow::Result<Actor> {
    let actor = site.store.read(|db| -> Result<Option<Actor>, store::Fault> {
        let Some(account) = store::account::find_by_email(db, email)? else { return Ok(None) };
        store::account::actor(db, &account).map(Some)
    })?;
    actor.ok_or_else(|| anyhow::anyhow!("nobody has the address {email}"))
}

/// The token in the newest letter to an address: what the person would click.
pub(super) fn link_token(site: &Site, email: &str) -> anyhow::Result<String> {
    let letters = site.store.read(|db| store::letter::newest(db, None, 20))?;
    let letter = letters.into_iter().find(|letter| letter.to_email == email).ok_or_else(|| anyhow::anyhow!("no letter to {email}"))?;
    let token = tokens_in(&letter.body).first().map(|token| (*token).to_owned());
    token.ok_or_else(|| anyhow::anyhow!("no link in the letter to {email}"))
}

/// An entry without its paper.
struct Bare {
    kind: EntryKind,
    number: String,
    place: Option<Place>,
    carrier: Option<(CarrierKind, CarrierLevel)>,
    sales: Option<Fen>,
    from: (i32, u32, u32),
    to: (i32, u32, u32),
}

impl Bare {
    fn into_entry(self) -> QualificationEntry {
        let day = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        QualificationEntry {
            kind: self.kind,
            number: self.number,
            place: self.place,
            carrier_kind: self.carrier.map(|(kind, _)| kind),
            carrier_level: self.carrier.map(|(_, level)| level),
            prior_year_sales: self.sales,
            valid_from: day(self.from),
            valid_to: day(self.to),
            file: None,
            file_name: String::new(),
        }
    }
}

fn entries(firm: &Firm) -> Vec<Bare> {
    let tail: String = firm.uscc.chars().skip(13).take(4).collect();
    let year = ((2026, 1, 1), (2026, 12, 31));
    let bare = |kind, number: String, (from, to)| Bare { kind, number, place: None, carrier: None, sales: None, from, to };
    let mut all =
        vec![Bare { place: Some(firm.place), ..bare(EntryKind::RegistrationPlace, String::new(), ((2019, 5, 20), (2099, 12, 31))) }];
    let sme = || bare(EntryKind::TechSme, format!("2026420111A800{tail}"), year);
    let hightech =
        |sales| Bare { sales: Some(sales), ..bare(EntryKind::Hightech, format!("GR20244200{tail}"), ((2024, 11, 27), (2027, 11, 26))) };
    match firm.kind {
        Kind::Sme => all.push(sme()),
        Kind::SmeHightech => all.extend([sme(), hightech(Fen::yuan(86_000_000))]),
        Kind::Large => all.extend([hightech(Fen::yuan(640_000_000)), bare(EntryKind::AboveDesignatedSize, String::new(), year)]),
        Kind::Incubatee => all.push(Bare {
            carrier: Some((CarrierKind::Incubator, CarrierLevel::Province)),
            ..bare(EntryKind::Incubatee, String::new(), ((2024, 6, 1), (2027, 5, 31)))
        }),
        Kind::Plain => {}
    }
    all
}
