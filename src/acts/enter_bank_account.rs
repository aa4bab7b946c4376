//! The account subsidies are paid to. The first one holds at once; a change waits until somebody
//! of the enterprise confirms it by the link in a letter, within a day.

use super::account_letters::{BankNews, bank_change_asked, bank_entered};
use super::links::Purpose;
use super::{Act, ActError, Line, Outcome, Refusal, refuse};
use crate::hidden::Personal;
use crate::ids::{folded_name, is_cnaps, is_company_account, tail};
use crate::lang::{Lang, Text};
use crate::store;
use crate::store::bank::{BankAccount, NewBankAccount};

/// An account as typed, in its normal form.
#[derive(Clone, Debug)]
pub struct BankEntry {
    pub account_name: String,
    pub bank_name: String,
    pub account_no: Personal<String>,
    /// 12 digits, or empty.
    pub cnaps: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// The first account: active at once.
    Active,
    /// Waits for confirmation.
    Pending,
}

/// What is wrong with an account of an enterprise, each beside its field.
#[must_use]
pub fn faults_of(entry: &BankEntry, enterprise: &str) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut no = |field: &str, zh: String, en: String| {
        found.push(Refusal { code: "bad_field", field: Some(field.to_owned()), text: Text::new(zh, en) });
    };
    if folded_name(&entry.account_name) != folded_name(enterprise) {
        no(
            "account_name",
            format!("户名须与企业名称一致：「{enterprise}」。补贴只拨付到企业自己的对公账户。"),
            format!("The name must be the enterprise's own: \"{enterprise}\". Subsidies are paid to the enterprise's own account only."),
        );
    }
    if !is_company_account(&entry.account_no) {
        no(
            "account_no",
            "对公账号为 9 到 32 位数字，请核对。".into(),
            "A company's account number has 9 to 32 digits; please check.".into(),
        );
    }
    if !entry.cnaps.is_empty() && !is_cnaps(&entry.cnaps) {
        no(
            "cnaps",
            "联行号为 12 位数字，且末位校验码要对得上；不确定可以留空。".into(),
            "The CNAPS code has 12 digits and its check digit must match; leave it empty if unsure.".into(),
        );
    }
    found
}

/// Bank and last digits: what a letter may show.
pub(super) fn short(account: &BankAccount) -> String {
    format!("{} {}", account.bank_name, tail(&account.account_no))
}

/// # Errors
/// Refusals beside their fields; one when it is the account in use.
pub fn enter_bank_account(act: &mut Act<'_>, entry: &BankEntry) -> Outcome<Entered> {
    let (id, by) = (act.own_enterprise()?, act.account()?);
    let enterprise = store::account::enterprise(act.db, id)?.ok_or(ActError::NotFound)?;
    let faults = faults_of(entry, &enterprise.name);
    if !faults.is_empty() {
        return Err(ActError::Refused(faults));
    }
    let active = store::bank::active(act.db, id)?;
    let same =
        |known: &BankAccount| (&known.account_no, &known.bank_name, &known.cnaps) == (&*entry.account_no, &entry.bank_name, &entry.cnaps);
    if active.as_ref().is_some_and(same) {
        return refuse("same_account", "这就是正在使用的收款账户，不用变更。", "This is the account in use; nothing to change.");
    }
    let now = act.stamp();
    for waiting in store::bank::of_enterprise(act.db, id)?.into_iter().filter(|known| known.state == "pending") {
        store::bank::set_state(act.db, waiting.id, "refused", None)?;
    }
    let new = NewBankAccount {
        enterprise_id: id,
        account_name: &entry.account_name,
        bank_name: &entry.bank_name,
        account_no: &entry.account_no,
        cnaps: &entry.cnaps,
        state: if active.is_some() { "pending" } else { "active" },
        created_by: by,
        created_at: now,
        confirmed_at: active.is_none().then_some(now),
    };
    let entered = store::bank::insert(act.db, &new)?;
    let entered = store::bank::find(act.db, entered)?.ok_or(ActError::NotFound)?;
    act.write_line(&Line {
        act: if active.is_some() { "ask_bank_change" } else { "enter_bank_account" },
        enterprise: Some(id),
        subject: &enterprise.uscc,
        detail: &format!("{} → {}", active.as_ref().map(short).unwrap_or_default(), short(&entered)),
        ..Line::default()
    })?;
    tell(act, &enterprise.name, active.as_ref(), &entered)?;
    Ok(if active.is_some() { Entered::Pending } else { Entered::Active })
}

/// Writes to everybody of the enterprise; with an old account each gets a link of their own.
fn tell(act: &mut Act<'_>, enterprise: &str, old: Option<&BankAccount>, new: &BankAccount) -> Outcome<()> {
    let who = act.actor.name.clone();
    let (old_short, new_short) = (old.map(short).unwrap_or_default(), short(new));
    for person in store::account::of_enterprise(act.db, new.enterprise_id)? {
        let lang = Lang::parse(&person.language).unwrap_or_default();
        let mut news = BankNews { enterprise, who: &who, old: &old_short, new: &new_short, link: "" };
        if old.is_some() {
            store::mail_token::close_all(act.db, person.id, Purpose::BankChange, act.now.naive_utc())?;
            let token = act.issue_link(Purpose::BankChange, Some(person.id), &new.id.to_string())?;
            let link = format!("{}/bank-change/{}", act.house.base_url, token.expose());
            news.link = &link;
            act.send("bank_change_asked", &person, &bank_change_asked(&person.name, &news, lang), None)?;
        } else {
            let link = format!("{}/my/bank", act.house.base_url);
            news.link = &link;
            act.send("bank_entered", &person, &bank_entered(&person.name, &news, lang), None)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
