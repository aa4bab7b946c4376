//! Ties of the applicant: to the providers of its purchases, by what was recorded and by what both
//! sides declare; and to other applicants of the year.

use chrono::NaiveDate;

use super::{Check, CheckKind, Looked, Verdict};
use crate::acts::Outcome;
use crate::acts::case_facts::Dossier;
use crate::calendar::beijing_date;
use crate::ids::EnterpriseId;
use crate::lang::Text;
use crate::money::RateBp;
use crate::party::structure::{House, Party, Tie, masked_name, ties};
use crate::store::structure::Declaration;
use crate::store::{self, Db};

/// One row per tie; one that says there is none.
pub(super) fn related(db: &mut Db, at: Looked<'_>, today: NaiveDate) -> Outcome<Vec<Check>> {
    let (dossier, share) = (at.dossier, at.related_share);
    let first_day = dossier.items.iter().map(|(_, purchase)| purchase.service_from).min().unwrap_or(today);
    let declared = store::structure::declarations(db, &[dossier.enterprise.id])?;
    let own = House {
        uscc: dossier.enterprise.uscc.clone(),
        name: dossier.enterprise.name.clone(),
        representative: dossier.enterprise.legal_representative.clone(),
        declared: counting(&declared, first_day),
    };
    let mut found = to_providers(db, dossier, &own, share)?;
    found.extend(to_applicants(db, dossier, &own, share, today)?);
    if found.is_empty() {
        let text = Text::new("与服务机构没有已知的关联关系", "No tie to the providers is known");
        found.push(if declared.is_empty() {
            let none = Text::new("企业没有申报实际控制人与持股", "The enterprise has not declared controllers and holdings");
            Check::new(CheckKind::RelatedParty, Verdict::Note, text, none)
        } else {
            Check::new(CheckKind::RelatedParty, Verdict::Passed, text, threshold(share))
        });
    }
    Ok(found)
}

/// The declarations that stood on the first day of the services or later: a holding that was given up
/// since then does not vanish from a case.
fn counting(declared: &[(Declaration, Vec<Party>)], first_day: NaiveDate) -> Vec<Vec<Party>> {
    let after = |place: usize| declared.get(place + 1).map(|(next, _)| beijing_date(next.declared_at.and_utc()));
    let stood = declared.iter().enumerate().filter(|(place, _)| after(*place).is_none_or(|replaced| replaced >= first_day));
    stood.map(|(_, (_, parties))| parties.clone()).collect()
}

fn to_providers(db: &mut Db, dossier: &Dossier, own: &House, share: Option<RateBp>) -> Outcome<Vec<Check>> {
    let recorded = store::qualification::related_usccs(db, dossier.application.enterprise_id)?;
    let (mut found, mut seen) = (Vec::new(), Vec::new());
    for (_, purchase) in &dossier.items {
        if seen.contains(&purchase.provider_id) {
            continue;
        }
        seen.push(purchase.provider_id);
        let Some(provider) = store::purchase::provider(db, purchase.provider_id)? else { continue };
        let name = provider.name.clone();
        if recorded.contains(&provider.uscc) {
            found.push(Check::new(
                CheckKind::RelatedParty,
                Verdict::Explain,
                Text::new(format!("与服务机构 {name} 有登记的关联关系"), format!("Tied to the provider {name} by a recorded relation")),
                Text::new(format!("账单 {} 不予补贴", purchase.order_no), format!("purchase {} is not subsidised", purchase.order_no)),
            ));
        }
        let known = store::account::enterprise_by_uscc(db, &provider.uscc)?;
        let declared = match &known {
            Some(known) => store::structure::declarations(db, &[known.id])?,
            None => Vec::new(),
        };
        let theirs = House {
            uscc: provider.uscc,
            name: provider.name,
            representative: known.map(|known| known.legal_representative).unwrap_or_default(),
            declared: counting(&declared, purchase.service_from),
        };
        let last_day =
            dossier.items.iter().filter(|(_, other)| other.provider_id == purchase.provider_id).map(|(_, other)| other.service_to);
        let day = last_day.max().unwrap_or(purchase.service_to);
        for tie in ties(own, &theirs, share, day) {
            let who = Text::new(format!("服务机构 {name}"), format!("the provider {name}"));
            found.push(row(&tie, &who, Verdict::Explain, share));
        }
    }
    Ok(found)
}

/// Worth knowing, by itself no fault: two enterprises of one controller may both apply. A common
/// legal representative has a check of its own.
fn to_applicants(db: &mut Db, dossier: &Dossier, own: &House, share: Option<RateBp>, today: NaiveDate) -> Outcome<Vec<Check>> {
    let year = match dossier.application.voucher_id {
        Some(voucher) => store::voucher::find(db, voucher)?.map(|voucher| voucher.year),
        None => None,
    };
    let Some(year) = year.filter(|_| own.declared.iter().any(|list| !list.is_empty())) else { return Ok(Vec::new()) };
    let others = store::structure::applicants_of_year(db, year, dossier.enterprise.id)?;
    let ids: Vec<EnterpriseId> = others.iter().map(|(id, ..)| *id).collect();
    let declared = store::structure::declarations(db, &ids)?;
    let mut found = Vec::new();
    for (id, uscc, name, _) in others {
        let theirs: Vec<_> = declared.iter().filter(|(one, _)| one.enterprise_id == id).cloned().collect();
        let who = Text::new(format!("同年申请的企业 {name}"), format!("{name}, which applied in the same year"));
        let house = House { uscc, name, representative: String::new(), declared: counting(&theirs, today) };
        found.extend(ties(own, &house, share, today).iter().map(|tie| row(tie, &who, Verdict::Note, share)));
    }
    Ok(found)
}

fn row(tie: &Tie, who: &Text, verdict: Verdict, least: Option<RateBp>) -> Check {
    let (text, evidence) = words(tie, who, least);
    Check::new(CheckKind::RelatedParty, verdict, text, evidence)
}

/// A tie in words, and what it stands on. Persons are masked: who must know them reads the declaration.
fn words(tie: &Tie, who: &Text, least: Option<RateBp>) -> (Text, Text) {
    let (zh, en) = (&who.zh, &who.en);
    let named = |name: &str, person: bool| if person { masked_name(name) } else { name.to_owned() };
    match tie {
        Tie::OneHouse => (Text::new(format!("{zh} 就是申请企业"), format!("{} is the applicant itself", capital(en))), Text::default()),
        Tie::SameRepresentative { name } => {
            (Text::new(format!("与{zh} 的法定代表人相同"), format!("Has the same legal representative as {en}")), Text::same(name.clone()))
        }
        Tie::Controls { first: true } => {
            (Text::new(format!("是{zh} 的实际控制人"), format!("Is the actual controller of {en}")), declared_words())
        }
        Tie::Controls { first: false } => (
            Text::new(format!("{zh} 是申请企业的实际控制人"), format!("{} is the applicant's actual controller", capital(en))),
            declared_words(),
        ),
        Tie::SameController { name, person } => (
            Text::new(format!("与{zh} 的实际控制人相同"), format!("Has the same actual controller as {en}")),
            Text::same(named(name, *person)),
        ),
        Tie::Holds { first, share } => {
            let share = share.percent();
            let text = if *first {
                Text::new(format!("持有{zh} {share} 的股份"), format!("Holds {share} of {en}"))
            } else {
                Text::new(format!("{zh} 持有申请企业 {share} 的股份"), format!("{} holds {share} of the applicant", capital(en)))
            };
            (text, threshold(least))
        }
        Tie::CommonHolder { name, person, shares: [ours, theirs] } => {
            let (holder, ours, theirs) = (named(name, *person), ours.percent(), theirs.percent());
            let text = Text::new(format!("与{zh} 有共同的股东"), format!("Has a shareholder in common with {en}"));
            (text, Text::new(format!("{holder}：{ours}、{theirs}"), format!("{holder}: {ours} and {theirs}")))
        }
    }
}

fn declared_words() -> Text {
    Text::new("依据申报的股权结构", "by the declared structure")
}

fn threshold(least: Option<RateBp>) -> Text {
    let Some(least) = least else { return Text::default() };
    let share = least.percent();
    Text::new(format!("持股达到 {share} 即为关联"), format!("a holding ties from {share} on"))
}

/// The first letter of an English sentence.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
