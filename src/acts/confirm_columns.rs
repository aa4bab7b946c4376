//! Somebody says which column of a list is which; lists with the same headings follow.

use super::check_registry_list::{missing_columns, must_keep_lists};
use super::{Act, ActError, Line, Outcome};
use crate::registry::headings::Header;
use crate::registry::{ListKind, Mapping, Scope};
use crate::store;

/// # Errors
/// A refusal for each column that is missing.
pub fn confirm_columns(act: &mut Act<'_>, kind: ListKind, scope: Scope, header: &Header, mapping: &Mapping) -> Outcome<()> {
    must_keep_lists(act, kind)?;
    let lacking = missing_columns(kind, scope, mapping);
    if !lacking.is_empty() {
        return Err(ActError::Refused(lacking));
    }
    let (by, at) = (act.account()?, act.stamp());
    let json = serde_json::to_string(mapping).unwrap_or_default();
    store::registry::keep_mapping(act.db, kind, &header.signature(), &json, by, at)?;
    let heading = |place: &usize| header.headings.get(*place).map_or("", String::as_str);
    let said: Vec<String> = mapping.iter().map(|(column, place)| format!("{column} = {}", heading(place))).collect();
    act.write_line(&Line { act: "confirm_columns", subject: kind.as_str(), detail: &said.join(", "), ..Line::default() })
}
