//! The bytes of a sealed line: a name for the form, then every field in a fixed order, each led by its
//! length as four bytes. A number is eight bytes, a moment its seconds and nanoseconds since 1970, a
//! field without a value has no bytes.
//!
//! Who acted, why, and the details are not for everybody who holds a receipt: they stand in the bytes as
//! a hash with a salt, and whoever has the row can show that they belong to it.

use chrono::{DateTime, NaiveDateTime};
use sha2::{Digest, Sha256};

use crate::merkle::{Hash, leaf};

/// What the bytes of the first form begin with.
const FORM: &[u8] = b"suanquan audit line v1";

/// A line of the trail at its place.
#[derive(Clone, Copy, Debug)]
pub struct LineBytes<'a> {
    pub seq: i64,
    pub sealed_at: NaiveDateTime,
    pub salt: &'a [u8],
    /// The row's number.
    pub id: i64,
    pub at: NaiveDateTime,
    pub actor: Option<i64>,
    pub actor_name: &'a str,
    pub actor_role: &'a str,
    pub act: &'a str,
    pub enterprise: Option<i64>,
    pub application: Option<i64>,
    pub subject: &'a str,
    pub from_state: &'a str,
    pub to_state: &'a str,
    pub reason: &'a str,
    pub detail: &'a str,
}

/// A buffer that writes fields one after the other.
struct Writer<'b>(&'b mut Vec<u8>);

impl Writer<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    fn perhaps(&mut self, number: Option<i64>) {
        match number {
            Some(number) => self.number(number),
            None => self.bytes(&[]),
        }
    }

    fn moment(&mut self, moment: NaiveDateTime) {
        let moment = moment.and_utc();
        self.number(moment.timestamp());
        self.number(i64::from(moment.timestamp_subsec_nanos()));
    }
}

impl LineBytes<'_> {
    /// Puts the bytes into a buffer that many lines share.
    pub fn write(&self, buffer: &mut Vec<u8>) {
        buffer.clear();
        let mut out = Writer(buffer);
        // What is blinded is written first, hashed, and cleared away.
        out.bytes(self.salt);
        out.perhaps(self.actor);
        for text in [self.actor_name, self.reason, self.detail] {
            out.bytes(text.as_bytes());
        }
        let blinded = Sha256::digest(&*out.0);
        out.0.clear();
        out.bytes(FORM);
        out.number(self.seq);
        out.moment(self.sealed_at);
        out.number(self.id);
        out.moment(self.at);
        out.bytes(self.actor_role.as_bytes());
        out.bytes(self.act.as_bytes());
        out.perhaps(self.enterprise);
        out.perhaps(self.application);
        for text in [self.subject, self.from_state, self.to_state] {
            out.bytes(text.as_bytes());
        }
        out.bytes(&blinded);
    }

    /// The leaf of the Merkle tree: H(0x00 ‖ bytes).
    #[must_use]
    pub fn leaf(&self, buffer: &mut Vec<u8>) -> Hash {
        self.write(buffer);
        leaf(buffer)
    }
}

/// A field as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    Number(i64),
    Moment(NaiveDateTime),
    Text(String),
    /// The salted hash of what a receipt does not tell.
    Blinded(Hash),
    Nothing,
}

/// What a field of the first form holds.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Moment,
    Text,
    Blinded,
}

/// The fields in their order, with the names that a receipt shows.
const FIELDS: &[(&str, Kind)] = &[
    ("seq", Kind::Number),
    ("sealed_at", Kind::Moment),
    ("id", Kind::Number),
    ("at", Kind::Moment),
    ("actor_role", Kind::Text),
    ("act", Kind::Text),
    ("enterprise_id", Kind::Number),
    ("application_id", Kind::Number),
    ("subject", Kind::Text),
    ("from_state", Kind::Text),
    ("to_state", Kind::Text),
    ("blinded", Kind::Blinded),
];

/// Takes the next field off the bytes.
fn next<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (field, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(field)
}

fn number(bytes: &[u8]) -> Option<i64> {
    Some(i64::from_be_bytes(bytes.try_into().ok()?))
}

/// Reads the bytes of a line back; `None` when they are none.
#[must_use]
pub fn fields_of(mut bytes: &[u8]) -> Option<Vec<(&'static str, Field)>> {
    if next(&mut bytes)? != FORM {
        return None;
    }
    let mut fields = Vec::new();
    for (name, kind) in FIELDS {
        let field = next(&mut bytes)?;
        let read = match kind {
            Kind::Number if field.is_empty() => Field::Nothing,
            Kind::Number => Field::Number(number(field)?),
            Kind::Moment => {
                let nanos = u32::try_from(number(next(&mut bytes)?)?).ok()?;
                Field::Moment(DateTime::from_timestamp(number(field)?, nanos)?.naive_utc())
            }
            Kind::Text => Field::Text(String::from_utf8(field.to_vec()).ok()?),
            Kind::Blinded => Field::Blinded(field.try_into().ok()?),
        };
        fields.push((*name, read));
    }
    bytes.is_empty().then_some(fields)
}
