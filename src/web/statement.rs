//! Statements: the same rendering for the centre that issued one, the enterprise, and the desk.

pub mod answer;
pub mod events;
pub mod files;
pub mod issue;
pub mod list;
pub mod money;
pub mod papers;
pub mod show;
pub mod view;

use crate::lang::Lang;
use crate::web::parts::{Crumbs, Link};

/// Whose pages these are; follows from the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    Centre,
    Enterprise,
    Desk,
}

impl Area {
    #[must_use]
    pub fn of(path: &str) -> Area {
        match path.split('/').nth(1) {
            Some("provider") => Area::Centre,
            Some("my") => Area::Enterprise,
            _ => Area::Desk,
        }
    }

    /// The list of statements, without a slash at the end.
    #[must_use]
    pub const fn base(self) -> &'static str {
        match self {
            Area::Centre => "/provider/statements",
            Area::Enterprise => "/my/statements",
            Area::Desk => "/desk/statements",
        }
    }

    /// The page of a statement.
    #[must_use]
    pub fn href(self, number: &str) -> String {
        format!("{}/{number}", self.base())
    }

    /// The way back; the desk comes from an application and has no list.
    fn crumbs(self, lang: Lang, above: Vec<Link>, here: &str) -> Crumbs {
        let first = match self {
            Area::Centre | Area::Enterprise => Link::new(self.base(), lang.pick("对账单", "Statements")),
            Area::Desk => Link::new("/desk", lang.pick("审核队列", "Review queue")),
        };
        Crumbs::new(lang, std::iter::once(first).chain(above).collect(), here)
    }
}
