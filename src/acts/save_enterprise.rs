//! What an enterprise says about itself beside its name and code: who represents it, where it is,
//! how to reach it.

use super::{Act, ActError, Line, Outcome, refuse};
use crate::hidden::Personal;
use crate::store;

/// The three fields, in their normal form.
#[derive(Clone, Debug)]
pub struct EnterpriseData {
    pub legal_representative: Personal<String>,
    pub address: String,
    pub phone: Personal<String>,
    /// The version the page showed.
    pub version: i64,
}

/// # Errors
/// A refusal when a colleague saved since the page was opened.
pub fn save_enterprise(act: &mut Act<'_>, data: &EnterpriseData) -> Outcome<()> {
    let id = act.own_enterprise()?;
    let mut enterprise = store::account::enterprise(act.db, id)?.ok_or(ActError::NotFound)?;
    let mut changed = Vec::new();
    for (what, old, new) in [
        ("legal_representative", &mut enterprise.legal_representative, &*data.legal_representative),
        ("address", &mut enterprise.address, &data.address),
        ("phone", &mut enterprise.phone, &*data.phone),
    ] {
        if old != new {
            changed.push(what);
            old.clone_from(new);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    enterprise.version = data.version;
    if !store::account_change::save_enterprise(act.db, &enterprise)? {
        return refuse(
            "enterprise_changed",
            "您打开页面之后，同事改过企业资料。请刷新页面，看过最新内容后再保存。",
            "A colleague changed these data after you opened the page. Reload it and look at them before saving.",
        );
    }
    act.write_line(&Line {
        act: "save_enterprise",
        enterprise: Some(id),
        subject: &enterprise.uscc,
        detail: &changed.join(", "),
        ..Line::default()
    })
}
