//! What is read of an authority's certificate beside its chain: what it is for, and the name in it.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::NoStamp;
use super::elements::{Elements, tagged};

/// id-kp-timeStamping, 1.3.6.1.5.5.7.3.8.
pub(super) const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");

/// Is it for time stamping and nothing else, and says so critically (RFC 3161 §2.3)?
pub(super) fn is_for_time_stamping(certificate: &[u8]) -> Result<bool, NoStamp> {
    let mut outer = Elements::of(certificate)?.next(Tag::Sequence, "the certificate is empty")?.within()?;
    let mut parts = outer.next(Tag::Sequence, "the certificate is empty")?.within()?;
    while let Some(part) = parts.any()? {
        if part.tag != tagged(3) {
            continue;
        }
        let mut extensions = part.within()?.next(Tag::Sequence, "the certificate has no extensions")?.within()?;
        while let Some(extension) = extensions.any()? {
            let mut extension = extension.within()?;
            if extension.next(Tag::ObjectIdentifier, "an extension has no type")?.oid()? != EXTENDED_KEY_USAGE {
                continue;
            }
            let is_critical = extension.perhaps(Tag::Boolean)?.is_some_and(|critical| critical.value == [0xff]);
            let value = extension.next(Tag::OctetString, "an extension has no value")?;
            let mut usages = value.within()?.next(Tag::Sequence, "an extension has no value")?.within()?;
            let first = usages.next(Tag::ObjectIdentifier, "an extension has no value")?.value;
            return Ok(is_critical && first == TIME_STAMPING && usages.must_end().is_ok());
        }
    }
    Ok(false)
}

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// The common name of a distinguished name, or its organisation; empty where there is neither.
pub(super) fn name_of(subject: &[u8]) -> String {
    [COMMON_NAME, ORGANISATION].into_iter().find_map(|wanted| part_of(subject, wanted).ok().flatten()).unwrap_or_default()
}

fn part_of(subject: &[u8], wanted: ObjectIdentifier) -> Result<Option<String>, NoStamp> {
    let mut found = None;
    let mut sets = Elements::of(subject)?;
    while let Some(set) = sets.any()? {
        let mut parts = set.within()?;
        while let Some(part) = parts.any()? {
            let mut part = part.within()?;
            let kind = part.next(Tag::ObjectIdentifier, "a name has no kind")?.oid()?;
            let value = part.any()?.filter(|value| matches!(value.tag, Tag::Utf8String | Tag::PrintableString | Tag::Ia5String));
            if let Some(value) = value.filter(|_| kind == wanted) {
                found = Some(String::from_utf8_lossy(value.value).into_owned());
            }
        }
    }
    Ok(found)
}
