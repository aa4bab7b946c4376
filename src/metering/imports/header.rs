//! The header of a table: which column of the file holds which of our names.

use std::collections::BTreeMap;

use super::FileFault;
use crate::ids::folded_name;

/// Our names with their places in the file.
pub(super) struct Header {
    /// Name, column as written in the file, place.
    places: Vec<(&'static str, String, usize)>,
    /// Cells that every row must have.
    pub(super) width: usize,
}

impl Header {
    /// Finds the columns. Without `columns` of a map the header must hold no other names.
    pub(super) fn read(
        cells: &[String],
        names: &[&'static str],
        required: &[&str],
        columns: Option<&BTreeMap<String, String>>,
    ) -> Result<Header, FileFault> {
        let named = columns.filter(|columns| !columns.is_empty());
        let strange: Vec<String> =
            named.into_iter().flat_map(BTreeMap::keys).filter(|name| !names.contains(&name.as_str())).cloned().collect();
        if !strange.is_empty() {
            return Err(FileFault::UnknownNames(strange));
        }
        let folded: Vec<String> = cells.iter().map(|cell| folded_name(cell)).collect();
        let mut header = Header { places: Vec::new(), width: cells.len() };
        let mut missing = Vec::new();
        for name in names {
            let column = named.and_then(|columns| columns.get(*name)).map_or(*name, String::as_str);
            let wanted = folded_name(column);
            let mut found = folded.iter().enumerate().filter(|(_, cell)| **cell == wanted);
            match (found.next(), found.next()) {
                (Some(_), Some(_)) => return Err(FileFault::ColumnTwice(column.to_owned())),
                (Some((place, _)), None) => header.places.push((name, column.to_owned(), place)),
                (None, _) if required.contains(name) => missing.push(column.to_owned()),
                (None, _) => {}
            }
        }
        if !missing.is_empty() {
            return Err(FileFault::MissingColumns(missing));
        }
        if columns.is_some() && named.is_none() {
            let known = |at: usize| header.places.iter().any(|(_, _, place)| *place == at);
            let unknown: Vec<String> =
                cells.iter().enumerate().filter(|(at, _)| !known(*at)).map(|(_, cell)| cell.trim().to_owned()).collect();
            if !unknown.is_empty() {
                return Err(FileFault::UnknownColumns(unknown));
            }
        }
        Ok(header)
    }

    /// The cell of a name; empty where the file has no such column.
    pub(super) fn cell<'a>(&self, row: &'a [String], name: &str) -> &'a str {
        let place = self.places.iter().find(|(known, _, _)| *known == name);
        place.and_then(|(_, _, place)| row.get(*place)).map_or("", String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.places.iter().any(|(known, _, _)| *known == name)
    }
}
