//! Which purchases a paper stands for, as far as the centre's records and the paper's own words tell.

use super::Outcome;
use crate::ids::{ApplicationId, ItemId, folded_name};
use crate::money::Fen;
use crate::paper::{PaperField, PaperKind, Reading};
use crate::store::paper_trail::Paper;
use crate::store::purchase::{Provider, Purchase};
use crate::store::{self, Db};

/// A purchase that the paper may stand for.
struct Candidate {
    item: ItemId,
    purchase: Purchase,
    provider: Option<Provider>,
}

/// What the centre recorded of this very paper decides; else the seller that it names, and among the
/// seller's purchases the one of its amount. A paper that says nothing is proposed for every purchase.
///
/// # Errors
/// Faults of the database.
pub(super) fn suggest_covers(db: &mut Db, application: ApplicationId, kind: PaperKind, reading: &Reading) -> Outcome<Vec<ItemId>> {
    let mut candidates = Vec::new();
    for item in store::application::items(db, application)? {
        if let Some(purchase) = store::purchase::find(db, item.purchase_id)? {
            let provider = store::purchase::provider(db, purchase.provider_id)?;
            candidates.push(Candidate { item: item.id, purchase, provider });
        }
    }
    let mut recorded = Vec::new();
    for candidate in &candidates {
        if centre_recorded(db, &candidate.purchase, kind, reading)? {
            recorded.push(candidate.item);
        }
    }
    if !recorded.is_empty() {
        return Ok(recorded);
    }
    let of_seller: Vec<&Candidate> = candidates.iter().filter(|candidate| names_seller(candidate, kind, reading)).collect();
    let pool = if of_seller.is_empty() { candidates.iter().collect() } else { of_seller };
    let amount = Fen::parse_yuan(reading.value(PaperField::Amount)).ok();
    let exact: Vec<ItemId> =
        pool.iter().filter(|candidate| Some(candidate.purchase.amount_fen) == amount).map(|candidate| candidate.item).collect();
    // A contract's price is that of a year, and says nothing of a single purchase.
    if kind != PaperKind::Contract && exact.len() == 1 {
        return Ok(exact);
    }
    Ok(pool.iter().map(|candidate| candidate.item).collect())
}

/// Did the centre put this invoice, this money or this contract beside the purchase?
fn centre_recorded(db: &mut Db, purchase: &Purchase, kind: PaperKind, reading: &Reading) -> Outcome<bool> {
    let number = reading.value(PaperField::Number);
    if kind == PaperKind::Contract {
        let Some(statement) = purchase.statement_id else { return Ok(false) };
        let Some(statement) = store::statement::find(db, statement)? else { return Ok(false) };
        let contract = store::metering::contract(db, statement.contract_id)?;
        return Ok(!number.is_empty() && contract.is_some_and(|contract| contract.number == number));
    }
    for (paper, _) in store::paper_trail::allocations_of(db, purchase.id)? {
        let same = match paper {
            Paper::Invoice(id) if kind == PaperKind::Invoice => store::paper_trail::invoice(db, id)?
                .is_some_and(|known| !number.is_empty() && known.number == number && known.code == reading.value(PaperField::Code)),
            Paper::Receipt(id) if kind == PaperKind::Payment => {
                let serials = [reading.value(PaperField::BankSerial), number];
                store::paper_trail::receipt(db, id)?
                    .is_some_and(|known| !known.bank_reference.is_empty() && serials.contains(&known.bank_reference.as_str()))
            }
            _ => false,
        };
        if same {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Does the paper name the purchase's provider as the one who sold or was paid?
fn names_seller(candidate: &Candidate, kind: PaperKind, reading: &Reading) -> bool {
    let Some(provider) = &candidate.provider else { return false };
    let (id, name) = match kind {
        PaperKind::Contract => (reading.value(PaperField::PartyBId), reading.value(PaperField::PartyBName)),
        PaperKind::Invoice => (reading.value(PaperField::SellerId), reading.value(PaperField::SellerName)),
        PaperKind::Payment => ("", reading.value(PaperField::PayeeName)),
        PaperKind::Delivery | PaperKind::Other => ("", ""),
    };
    id == provider.uscc || (!name.is_empty() && folded_name(name) == folded_name(&provider.name))
}
