//! From rows to the facts that the rules are applied to: one application as a [`Case`].

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::waiting_line::SpokenFor;
use super::{ActError, Outcome};
use crate::application::TierChoice;
use crate::code::Tier;
use crate::ids::{ItemId, MaterialId, Uscc};
use crate::money::Fen;
use crate::paper::{PaperField, Reading, Source};
use crate::party::qualification::Qualification as Held;
use crate::party::{EntryKind, Place};
use crate::policy::case::{
    AlreadyGranted, Application as CaseApplication, Case, Dishonesty, Enterprise as CaseEnterprise, Item as CaseItem, ItemFlag,
};
use crate::store::application::{Allocation, Application, Item, Material};
use crate::store::paper::{PaperFact, PaperForm};
use crate::store::purchase::Purchase;
use crate::store::qualification::Qualification;
use crate::store::{self, Db, Fault};

/// Which qualifications count: before the precheck what the enterprise entered, afterwards only
/// what was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    EnteredOrAccepted,
    AcceptedOnly,
}

/// An application with everything that hangs on it.
#[derive(Clone, Debug)]
pub struct Dossier {
    pub application: Application,
    pub enterprise: store::account::Enterprise,
    pub qualifications: Vec<Qualification>,
    pub items: Vec<(Item, Purchase)>,
    pub materials: Vec<Material>,
    pub allocations: Vec<Allocation>,
    /// What the papers say, field by field.
    pub facts: Vec<PaperFact>,
    /// Further files of the same papers.
    pub forms: Vec<PaperForm>,
}

impl Dossier {
    /// # Errors
    /// A fault of the database; `NotFound` when the enterprise is gone.
    pub fn load(db: &mut Db, application: Application) -> Outcome<Dossier> {
        let enterprise = store::account::enterprise(db, application.enterprise_id)?.ok_or(ActError::NotFound)?;
        let qualifications = store::qualification::of_enterprise(db, application.enterprise_id)?;
        let mut items = Vec::new();
        for item in store::application::items(db, application.id)? {
            let purchase = store::purchase::find(db, item.purchase_id)?.ok_or(ActError::NotFound)?;
            items.push((item, purchase));
        }
        let materials = store::application::materials(db, application.id)?;
        let ids: Vec<_> = materials.iter().map(|material| material.id).collect();
        let allocations = store::application::allocations(db, &ids)?;
        let facts = store::paper::facts_of(db, &ids)?;
        let forms = store::paper::forms_of(db, &ids)?;
        Ok(Dossier { application, enterprise, qualifications, items, materials, allocations, facts, forms })
    }

    /// What a paper says of a field, and where that was read.
    #[must_use]
    pub fn fact(&self, paper: MaterialId, field: PaperField) -> Option<&PaperFact> {
        self.facts.iter().find(|fact| fact.material_id == paper && fact.field == field)
    }

    /// What was read from a paper and nobody confirmed yet.
    pub fn unconfirmed(&self, paper: MaterialId) -> impl Iterator<Item = &PaperFact> {
        let read = |fact: &&PaperFact| !matches!(fact.source, Source::Typed | Source::Unknown) && fact.confirmed_by.is_none();
        self.facts.iter().filter(move |fact| fact.material_id == paper).filter(read)
    }

    /// What the papers of one kind stand for in an item; `None` when there is none.
    #[must_use]
    pub fn allocated(&self, kind: &str, item: ItemId) -> Option<Fen> {
        let mut found = None;
        for material in self.materials.iter().filter(|material| material.kind == kind) {
            for part in self.allocations.iter().filter(|part| part.material_id == material.id && part.item_id == item) {
                *found.get_or_insert(Fen::ZERO) += part.amount_fen;
            }
        }
        found
    }

    /// The papers of one kind that stand for an item.
    pub fn papers<'a>(&'a self, kind: &'a str, item: ItemId) -> impl Iterator<Item = &'a Material> {
        self.materials.iter().filter(move |material| {
            material.kind == kind && self.allocations.iter().any(|part| part.material_id == material.id && part.item_id == item)
        })
    }

    /// What the files of a paper say, whatever was typed over it.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn readings(&self, db: &mut Db, material: &Material) -> Result<Vec<Reading>, Fault> {
        let forms = self.forms.iter().filter(|form| form.material_id == material.id).map(|form| form.file_id);
        let files: Vec<_> = std::iter::once(material.file_id).chain(forms).collect();
        Ok(store::paper::readings_of_files(db, &files)?.into_iter().map(|(_, reading)| reading).collect())
    }

    /// The items that a paper stands for, with the part that falls on each.
    #[must_use]
    pub fn parts_of(&self, material: &Material) -> Vec<(ItemId, Fen)> {
        let mine = self.allocations.iter().filter(|part| part.material_id == material.id);
        mine.map(|part| (part.item_id, part.amount_fen)).collect()
    }

    /// The usage that the provider accepted: its word on the item, else what it reported.
    #[must_use]
    pub fn accepted_usage(item: &Item, purchase: &Purchase) -> Fen {
        item.provider_accepted_fen.unwrap_or(purchase.accepted_fen)
    }

    /// The place of registration on a day, as far as it is trusted.
    #[must_use]
    pub fn place_on(&self, day: NaiveDate, trust: Trust) -> Place {
        place_on(self.trusted(trust), day)
    }

    fn trusted(&self, trust: Trust) -> impl Iterator<Item = &Qualification> {
        self.qualifications.iter().filter(move |q| match trust {
            Trust::EnteredOrAccepted => q.state == "entered" || q.state == "accepted",
            Trust::AcceptedOnly => q.state == "accepted",
        })
    }

    /// The facts as a case for the rules. `held` is what this application itself holds already:
    /// it is taken out of what others use. `spoken_for` is what those before it in the waiting list
    /// will get. `submitted_at` and `claimed_on` are those of the submission, or of now for a preview.
    ///
    /// # Errors
    /// A fault of the database or of a stored code.
    pub fn case(&self, db: &mut Db, facts: &CaseFacts, spoken_for: &SpokenFor) -> Outcome<Case> {
        let related = store::qualification::related_usccs(db, self.application.enterprise_id)?;
        let dishonesty = store::qualification::dishonesty_of(db, &self.enterprise.uscc)?;
        let (already_granted, budget_left) = self.rooms(db, facts, spoken_for)?;
        Ok(Case {
            enterprise: CaseEnterprise {
                uscc: stored_uscc("enterprise", &self.enterprise.uscc)?,
                registered_in: self.place_on(facts.claimed_on, facts.trust).registered_in().iter().map(|&code| code.to_owned()).collect(),
                qualifications: self.trusted(facts.trust).filter_map(held_qualification).collect(),
                dishonesty: dishonesty.iter().map(|record| Dishonesty { from: record.from_day, to: record.to_day }).collect(),
                related_parties: related.iter().map(|code| stored_uscc("provider", code)).collect::<Outcome<_>>()?,
            },
            budget_left,
            already_granted,
            applications: vec![CaseApplication {
                id: self.application.number.clone(),
                submitted_at: facts.submitted_at,
                voucher_claimed_on: Some(facts.claimed_on),
                tier: self.tier_choice(),
                items: self.items.iter().map(|(item, purchase)| self.case_item(db, item, purchase)).collect::<Outcome<_>>()?,
            }],
            corrections: Vec::new(),
        })
    }

    fn tier_choice(&self) -> crate::policy::TierChoice {
        match self.application.tier_choice {
            TierChoice::Best => crate::policy::TierChoice::Best,
            TierChoice::All => crate::policy::TierChoice::All,
            TierChoice::Province => crate::policy::TierChoice::Named(Tier::Province),
            TierChoice::City => crate::policy::TierChoice::Named(Tier::City),
            TierChoice::District => crate::policy::TierChoice::Named(Tier::District),
        }
    }

    /// What others hold under the caps, and what is left in the budgets for this application.
    fn rooms(&self, db: &mut Db, facts: &CaseFacts, spoken_for: &SpokenFor) -> Outcome<(Vec<AlreadyGranted>, BTreeMap<Tier, Fen>)> {
        let own = store::subsidy::of_application(db, self.application.id)?;
        let own_of = |tier: Tier, year: i64| -> Fen { own.iter().filter(|s| s.tier == tier && s.year == year).map(|s| s.held_fen).sum() };
        let mut granted = Vec::new();
        for cap in store::budget::caps_of(db, self.application.enterprise_id)? {
            let older = spoken_for.of_cap(self.application.enterprise_id, cap.tier, cap.year);
            let others = cap.used_fen - own_of(cap.tier, cap.year) + older;
            if others.is_positive() {
                let year = i32::try_from(cap.year).unwrap_or(i32::MAX);
                granted.push(AlreadyGranted { tier: cap.tier, year, amount: others, invoice: None, line: None });
            }
        }
        let mut left = BTreeMap::new();
        for tier in Tier::ALL {
            let available = store::budget::find(db, tier, facts.budget_year)?.map_or(Fen::ZERO, |budget| budget.available());
            let free = (available - spoken_for.of_budget(tier, facts.budget_year)).or_zero();
            left.insert(tier, free + own_of(tier, facts.budget_year));
        }
        Ok((granted, left))
    }

    fn case_item(&self, db: &mut Db, item: &Item, purchase: &Purchase) -> Outcome<CaseItem> {
        let provider = store::purchase::provider(db, purchase.provider_id)?.ok_or(ActError::NotFound)?;
        let invoices: Vec<&Material> = self.papers("invoice", item.id).collect();
        let red_letter: Fen = invoices.iter().map(|invoice| share_of(invoice, invoice.minus_fen, self, item)).sum();
        let tax: Fen = invoices.iter().map(|invoice| share_of(invoice, invoice.tax_fen, self, item)).sum();
        let refunded: Fen = self.papers("payment", item.id).map(|slip| share_of(slip, slip.minus_fen, self, item)).sum();
        let invoiced = self.allocated("invoice", item.id).unwrap_or(Fen::ZERO);
        let mut flags = Vec::new();
        if item.statutory_test {
            flags.push(ItemFlag::StatutoryTest);
        }
        if item.provincial_project {
            flags.push(ItemFlag::ProvincialProjectLastYear);
        }
        Ok(CaseItem {
            // Zero-padded, so that the rules' order of items is the order of their ids.
            id: format!("{:08}", item.id.get()),
            provider: stored_uscc("provider", &provider.uscc)?,
            kind: purchase.kind,
            invoice: invoices
                .first()
                .map_or_else(|| format!("order-{}", purchase.order_no), |invoice| invoice_key(&invoice.code, &invoice.number)),
            // A purchase is claimed once, so its order is the line of the expense.
            line: format!("{}-{}", purchase.provider_id, purchase.order_no),
            service_from: purchase.service_from,
            service_to: purchase.service_to,
            invoiced,
            red_letter,
            tax,
            paid: self.allocated("payment", item.id).unwrap_or(Fen::ZERO),
            refunded,
            asked: item.asked_fen,
            contract_left: self.allocated("contract", item.id),
            accepted_usage: Some(Dossier::accepted_usage(item, purchase)),
            flags,
        })
    }
}

/// When and how far a case is looked at.
#[derive(Clone, Copy, Debug)]
pub struct CaseFacts {
    pub submitted_at: DateTime<Utc>,
    pub claimed_on: NaiveDate,
    pub trust: Trust,
    /// The year whose budget pays.
    pub budget_year: i64,
}

/// The key an invoice is known by, everywhere: code and number of an old one, the 20 digits of a
/// digital one (formats.md §2.1).
#[must_use]
pub fn invoice_key(code: &str, number: &str) -> String {
    if code.is_empty() { number.to_owned() } else { format!("{code}-{number}") }
}

/// The innermost place of registration that entries name for a day.
pub fn place_on<'a>(entries: impl Iterator<Item = &'a Qualification>, day: NaiveDate) -> Place {
    let places = entries.filter(|q| q.kind == EntryKind::RegistrationPlace && q.valid_from <= day && day <= q.valid_to);
    places.filter_map(|q| q.place).min().unwrap_or(Place::Elsewhere)
}

/// A code that was checked when it was stored.
///
/// # Errors
/// A fault that names the row.
pub fn stored_uscc(table: &'static str, code: &str) -> Outcome<Uscc> {
    Uscc::parse(code).map_err(|why| ActError::Fault(Fault::BadRow { table, id: code.to_owned(), what: why.to_string() }))
}

/// The part of a paper's side amount (tax, red letter, refund) that falls on an item.
fn share_of(material: &Material, amount: Fen, dossier: &Dossier, item: &Item) -> Fen {
    let parts = dossier.allocations.iter().filter(|part| part.material_id == material.id);
    let mine: Fen = parts.filter(|part| part.item_id == item.id).map(|part| part.amount_fen).sum();
    amount.share(mine.get(), material.amount_fen.get())
}

/// The qualification that an entry records; none for the place of registration.
#[must_use]
pub fn held_qualification(entry: &Qualification) -> Option<Held> {
    use crate::party::qualification::QualificationKind as Kind;
    let kind = match entry.kind {
        EntryKind::RegistrationPlace => return None,
        EntryKind::TechSme => Kind::TechSme,
        EntryKind::Hightech => Kind::Hightech,
        EntryKind::Incubatee => Kind::Incubatee,
        EntryKind::AboveDesignatedSize => Kind::AboveDesignatedSize,
        EntryKind::AdvancedServiceEnterprise => Kind::AdvancedServiceEnterprise,
    };
    Some(Held {
        kind,
        number: (!entry.number.is_empty()).then(|| entry.number.clone()),
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        prior_year_sales: entry.prior_year_sales_fen,
        carrier_kind: entry.carrier_kind,
        carrier_level: entry.carrier_level,
    })
}
