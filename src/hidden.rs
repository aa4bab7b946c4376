//! What is printed nowhere, not even by accident: a log, a panic, `{:?}` and JSON show `***`, and for `{}` the
//! compiler asks what is meant.
//!
//! [`Secret`] is for what opens something: passwords, keys, tokens, what signs in to another service.
//! [`Personal`] is for what belongs to a person: e-mail address, telephone, ID number, bank account. A row
//! or a page that holds such a text as it is says by [`tells!`](crate::hidden::tells) which of its fields
//! `{:?}` shows; `tests/it/tidy/printing.rs` finds the ones that do neither.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};

/// What stands in the place of the value.
const COVER: &str = "***";

/// A value that opens something. Only [`Secret::expose`] gives it away, so every place that does can be found.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    pub const fn new(value: T) -> Secret<T> {
        Secret(value)
    }

    pub const fn expose(&self) -> &T {
        &self.0
    }
}

/// A value that belongs to a person. It is read like the value itself, and shows itself to nobody.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    pub const fn new(value: T) -> Personal<T> {
        Personal(value)
    }

    /// The value, for the page, letter or row that it is meant for.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Personal<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

macro_rules! covered {
    ($($name:ident)+) => {$(
        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(COVER) }
        }
        impl<T> Serialize for $name<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.serialize_str(COVER) }
        }
        impl<T> From<T> for $name<T> {
            fn from(value: T) -> Self { $name(value) }
        }
        impl From<&str> for $name<String> {
            fn from(value: &str) -> Self { $name(value.to_owned()) }
        }
    )+};
}

covered! { Secret Personal }

/// `Debug` for a row, a form or a page about people: it tells these fields and is silent about the rest.
/// `tells! { Account { id, kind } NewAccount<'_> { kind } }`
macro_rules! tells {
    ($($name:ident $(<$life:lifetime>)? { $($field:ident),* $(,)? })+) => {$(
        impl ::std::fmt::Debug for $name $(<$life>)? {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        }
    )+};
}

pub(crate) use tells;

/// A database's or mail server's address without the password in it: `postgres://suanquan:***@host/name`.
#[must_use]
pub fn without_password(address: &str) -> String {
    let covered = |scheme: &str, rest: &str| {
        let (who, place) = rest.rsplit_once('@')?;
        let (user, _) = who.split_once(':')?;
        Some(format!("{scheme}://{user}:{COVER}@{place}"))
    };
    address.split_once("://").and_then(|(scheme, rest)| covered(scheme, rest)).unwrap_or_else(|| address.to_owned())
}

/// An e-mail address by which its owner is not found: `z***@example.com`.
#[must_use]
pub fn masked_email(email: &str) -> String {
    let (name, domain) = email.split_once('@').unwrap_or((email, ""));
    format!("{}***@{domain}", name.chars().take(1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, Serialize, Deserialize)]
    struct Letter {
        to: Personal<String>,
        key: Secret<String>,
    }

    struct Row<'a> {
        id: i64,
        email: &'a str,
    }

    tells! { Row<'_> { id } }

    #[test]
    fn what_is_hidden_is_read_and_used_and_shows_itself_to_nobody() {
        let letter: Letter = serde_json::from_str(r#"{"to":"li@city.example","key":"k7q2-sings"}"#).unwrap();
        assert_eq!((letter.to.as_str(), letter.key.expose().as_str()), ("li@city.example", "k7q2-sings"));
        let shown = [
            format!("{letter:?} {letter:#?}"),
            serde_json::to_string(&letter).unwrap(),
            format!("{:?}", (Some(&letter.key), vec![letter.to.clone()])),
            format!("{:?}", Row { id: 7, email: "li@city.example" }),
        ];
        for text in shown {
            assert!(!text.contains("li@") && !text.contains("k7q2") && !text.contains("city"), "{text}");
        }
        assert_eq!(format!("{:?}", Row { id: 7, email: "x" }), "Row { id: 7, .. }");
        assert_eq!(Row { id: 7, email: "x" }.email, "x");
        let panic = std::panic::catch_unwind(|| assert_eq!(Secret::new("k7q2-sings"), Secret::new("another"))).unwrap_err();
        assert!(panic.downcast_ref::<String>().is_some_and(|told| told.contains("***") && !told.contains("k7q2")));
    }

    #[test]
    fn addresses_are_shown_without_what_they_hold() {
        for (address, shown) in [
            ("postgres://suanquan:p@ss:word@db.example/suanquan", "postgres://suanquan:***@db.example/suanquan"),
            ("smtps://post:word@mail.example:465", "smtps://post:***@mail.example:465"),
            ("postgres://suanquan@localhost/suanquan", "postgres://suanquan@localhost/suanquan"),
            ("sqlite:///var/lib/suanquan/suanquan.db", "sqlite:///var/lib/suanquan/suanquan.db"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(without_password(address), shown);
        }
        assert_eq!(masked_email("zhao@example.com"), "z***@example.com");
        assert_eq!(masked_email("no address"), "n***@");
    }
}
