//! Every item that names an expense states the same amounts of it.

use std::collections::BTreeMap;

use crate::money::Fen;
use crate::policy::faults::{Fault, quoted};

/// An amount of an expense by field; `None` where it is wrong anyway.
type Amount = (&'static str, Option<Fen>);
type Amounts = [Amount; 4];

/// The expenses seen so far, with the path of the item that named them first.
#[derive(Default)]
pub(super) struct Expenses {
    first: BTreeMap<(String, String), (String, Amounts)>,
}

impl Expenses {
    /// The faults of an item whose amounts differ from those of the first item.
    pub(super) fn agree(&mut self, path: &str, (invoice, line): (&str, &str), amounts: Amounts) -> Vec<Fault> {
        let key = (invoice.to_owned(), line.to_owned());
        let Some((first_path, first)) = self.first.get(&key) else {
            self.first.insert(key, (path.to_owned(), amounts));
            return Vec::new();
        };
        let differs = |((name, here), (_, there)): (&Amount, &Amount)| {
            let (here, there) = ((*here)?, (*there)?);
            (here != there).then(|| {
                let what = format!(
                    "\"{}\" differs from \"{}\" in {first_path} for the same expense (invoice {}, line {}); write the same in both",
                    here.plain(),
                    there.plain(),
                    quoted(invoice),
                    quoted(line)
                );
                Fault::new(format!("{path}.{name}"), what)
            })
        };
        amounts.iter().zip(first).filter_map(differs).collect()
    }
}
