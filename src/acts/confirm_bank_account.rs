//! The change of a bank account is confirmed or refused by the link sent to those who were there
//! before it, or taken back by the enterprise.

use super::account_letters::{BankNews, bank_change_refused, bank_changed};
use super::enter_bank_account::short;
use super::links::Purpose;
use super::{Act, ActError, Line, Outcome, refuse};
use crate::ids::BankAccountId;
use crate::lang::Lang;
use crate::store;
use crate::store::bank::BankAccount;

/// What the person with the link decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Confirm,
    Refuse,
}

/// # Errors
/// A refusal for a link that no longer works or a change that was settled otherwise.
pub fn answer_bank_change(act: &mut Act<'_>, token: &str, answer: Answer) -> Outcome<()> {
    let link = act.use_link(token, Purpose::BankChange)?;
    let person = store::account::find(act.db, link.account_id.ok_or(ActError::NotFound)?)?.ok_or(ActError::NotFound)?;
    let pending: BankAccountId = link.payload.parse().map_err(|_| ActError::NotFound)?;
    let pending = store::bank::find(act.db, pending)?.filter(|known| Some(known.enterprise_id) == person.enterprise_id);
    let pending = pending.ok_or(ActError::NotFound)?;
    if pending.state != "pending" || person.disabled_at.is_some() {
        return refuse(
            "bank_change_settled",
            "这次变更已经有了结果，或已被新的变更取代。",
            "This change was settled already, or a newer one took its place.",
        );
    }
    act.in_name_of(&person, |act| settle(act, &pending, answer))
}

/// Takes the waiting change back, by anybody of the enterprise.
///
/// # Errors
/// `NotFound` when none waits.
pub fn take_back_bank_change(act: &mut Act<'_>, id: BankAccountId) -> Outcome<()> {
    let enterprise = act.own_enterprise()?;
    let pending = store::bank::find(act.db, id)?.filter(|known| known.enterprise_id == enterprise && known.state == "pending");
    settle(act, &pending.ok_or(ActError::NotFound)?, Answer::Refuse)
}

fn settle(act: &mut Act<'_>, pending: &BankAccount, answer: Answer) -> Outcome<()> {
    let (id, now) = (pending.enterprise_id, act.stamp());
    let enterprise = store::account::enterprise(act.db, id)?.ok_or(ActError::NotFound)?;
    let old = store::bank::active(act.db, id)?;
    if answer == Answer::Confirm {
        if let Some(old) = &old {
            store::bank::set_state(act.db, old.id, "replaced", old.confirmed_at)?;
        }
        store::bank::set_state(act.db, pending.id, "active", Some(now))?;
    } else {
        store::bank::set_state(act.db, pending.id, "refused", None)?;
    }
    let (old, new) = (old.as_ref().map(short).unwrap_or_default(), short(pending));
    act.write_line(&Line {
        act: if answer == Answer::Confirm { "confirm_bank_change" } else { "refuse_bank_change" },
        enterprise: Some(id),
        subject: &enterprise.uscc,
        detail: &format!("{old} → {new}"),
        ..Line::default()
    })?;
    let (who, page) = (act.actor.name.clone(), format!("{}/my/bank", act.house.base_url));
    let news = BankNews { enterprise: &enterprise.name, who: &who, old: &old, new: &new, link: &page };
    for person in store::account::of_enterprise(act.db, id)? {
        store::mail_token::close_all(act.db, person.id, Purpose::BankChange, now)?;
        let lang = Lang::parse(&person.language).unwrap_or_default();
        let (kind, letter) = match answer {
            Answer::Confirm => ("bank_changed", bank_changed(&person.name, &news, lang)),
            Answer::Refuse => ("bank_change_refused", bank_change_refused(&person.name, &news, lang)),
        };
        act.send(kind, &person, &letter, None)?;
    }
    Ok(())
}
