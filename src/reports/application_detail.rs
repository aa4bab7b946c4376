//! One application with everything that hangs on it: what the enterprise's page, the review, the
//! finance pages and the receipt show.

use std::collections::BTreeMap;

use super::{Db, readings};
use crate::acts::assessment::Assessment;
use crate::acts::case_checks::paid_to;
use crate::acts::case_facts::Dossier;
use crate::acts::{ActError, House, Outcome};
use crate::ids::{AccountId, MaterialId, ProviderId};
use crate::paper::Reading;
use crate::party::Actor;
use crate::policy::evaluate;
use crate::policy::reading::Document;
use crate::store;
pub use crate::store::application::{Allocation, Application, Item, Material};
pub use crate::store::audit::Entry;
pub use crate::store::bank::BankAccount;
pub use crate::store::coaching::Coaching;
pub use crate::store::credit::CreditCheck;
pub use crate::store::letter::Letter;
pub use crate::store::purchase::Purchase;
pub use crate::store::qualification::Qualification;
pub use crate::store::subsidy::{KeptEvaluation, Subsidy};
pub use crate::store::voucher::Voucher;

/// An application in full.
#[derive(Clone, Debug)]
pub struct ApplicationDetail {
    pub dossier: Dossier,
    /// Names of the providers of the items.
    pub providers: BTreeMap<ProviderId, String>,
    pub subsidies: Vec<Subsidy>,
    /// The newest evaluation that counted, as kept.
    pub kept: Option<KeptEvaluation>,
    /// The same evaluation computed again from what was kept; `None` before the first submission.
    pub assessment: Option<Assessment>,
    /// Computing again gave exactly what was kept.
    pub reproduces: bool,
    pub trail: Vec<Entry>,
    pub credit_checks: Vec<CreditCheck>,
    pub coaching: Vec<Coaching>,
    pub letters: Vec<Letter>,
    /// The account named in the application, else the enterprise's active one.
    pub bank: Option<BankAccount>,
    pub voucher: Option<Voucher>,
    /// Who has touched the case, on which side.
    pub sides: Vec<(AccountId, String)>,
    /// Size in bytes and media type of the papers' files.
    pub files: BTreeMap<MaterialId, (i64, String)>,
    /// What was read from the papers' files.
    pub readings: BTreeMap<MaterialId, Reading>,
    /// Names of the people in `sides`, of the assignee and of whoever asked for coaching.
    pub people: BTreeMap<AccountId, String>,
}

/// An application by number, as far as the actor may know of it.
///
/// # Errors
/// `NotFound` for an unknown number and for what belongs to others; faults of the database.
pub fn load(db: &mut Db, house: &House, actor: &Actor, number: &str) -> Outcome<ApplicationDetail> {
    let application = store::known::application(db, actor, number)?.ok_or(ActError::NotFound)?;
    let id = application.id;
    let dossier = Dossier::load(db, application)?;
    let application = &dossier.application;
    let kept = store::subsidy::latest_evaluation(db, id)?;
    let assessment = kept.as_ref().and_then(|kept| computed_again(house, kept));
    let reproduces = kept.as_ref().zip(assessment.as_ref()).is_some_and(|(kept, again)| {
        serde_json::to_string(&again.evaluation).is_ok_and(|text| text == kept.result_json) && again.pack.sha256 == kept.pack_sha256
    });
    let bank = paid_to(db, application)?;
    let voucher = match application.voucher_id {
        Some(voucher) => store::voucher::find(db, voucher)?,
        None => None,
    };
    let sides = store::application::sides(db, id)?;
    let coaching = store::coaching::of_application(db, id)?;
    let mut detail = ApplicationDetail {
        providers: BTreeMap::new(),
        subsidies: store::subsidy::of_application(db, id)?,
        kept,
        assessment,
        reproduces,
        trail: store::audit::of_application(db, id)?,
        credit_checks: store::credit::checks_of(db, id)?,
        coaching,
        letters: store::letter::of_application(db, id)?,
        bank,
        voucher,
        sides,
        files: BTreeMap::new(),
        readings: readings::of_papers(db, &dossier.materials)?,
        people: BTreeMap::new(),
        dossier,
    };
    detail.name_people(db)?;
    for material in &detail.dossier.materials {
        if let Some(file) = store::application::file(db, material.file_id)? {
            detail.files.insert(material.id, (file.size_bytes, file.media_type));
        }
    }
    Ok(detail)
}

/// Computes a kept evaluation again, from the case and the pack that were kept with it.
fn computed_again(house: &House, kept: &KeptEvaluation) -> Option<Assessment> {
    let pack = house.packs.get(&kept.pack_id)?;
    let case = Document::parse(kept.case_json.as_bytes()).ok()?.read(Some(pack)).ok()?;
    let evaluation = evaluate(pack, &case);
    Some(Assessment { pack: pack.clone(), case, evaluation })
}

impl ApplicationDetail {
    fn name_people(&mut self, db: &mut Db) -> Outcome<()> {
        for (_, purchase) in &self.dossier.items {
            if let Some(provider) = store::purchase::provider(db, purchase.provider_id)? {
                self.providers.insert(provider.id, provider.name);
            }
        }
        let mut wanted: Vec<AccountId> = self.sides.iter().map(|(who, _)| *who).collect();
        wanted.extend(self.dossier.application.assigned_to);
        wanted.extend(self.coaching.iter().flat_map(|one| std::iter::once(one.asked_by).chain(one.answered_by)));
        for who in wanted {
            if let Some(account) = store::account::find(db, who)? {
                self.people.insert(who, account.name);
            }
        }
        Ok(())
    }

    #[must_use]
    pub fn application(&self) -> &Application {
        &self.dossier.application
    }

    /// The papers with a remark that waits for the enterprise.
    pub fn open_remarks(&self) -> impl Iterator<Item = &Material> {
        self.dossier.materials.iter().filter(|material| material.remark_open)
    }

    #[must_use]
    pub fn provider_name(&self, id: ProviderId) -> &str {
        self.providers.get(&id).map_or("", String::as_str)
    }
}
