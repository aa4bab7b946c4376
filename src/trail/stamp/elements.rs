//! Walks through DER, element by element.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber};

use super::NoStamp;

/// `[n]` around other elements.
pub(super) const fn tagged(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

/// One element: with its head, and what stands in it.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub tag: Tag,
    pub whole: &'a [u8],
    pub value: &'a [u8],
}

impl<'a> Element<'a> {
    pub(super) fn within(self) -> Result<Elements<'a>, NoStamp> {
        Elements::of(self.value)
    }

    pub(super) fn oid(self) -> Result<ObjectIdentifier, NoStamp> {
        ObjectIdentifier::from_bytes_sized(self.value).map_err(|_| NoStamp::Form("an object identifier is none"))
    }
}

/// Elements that follow one another.
pub(super) struct Elements<'a>(SliceReader<'a>);

impl<'a> Elements<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Elements<'a>, NoStamp> {
        SliceReader::new(bytes).map(Elements).map_err(|_| NoStamp::Form("it is too long"))
    }

    /// The next one, whatever it is; `None` at the end.
    pub(super) fn any(&mut self) -> Result<Option<Element<'a>>, NoStamp> {
        let broken = |_| NoStamp::Form("it is not DER, or it breaks off");
        if self.0.is_finished() {
            return Ok(None);
        }
        let whole = self.0.tlv_bytes().map_err(broken)?;
        let any = AnyRef::from_der(whole).map_err(broken)?;
        Ok(Some(Element { tag: any.header().tag(), whole, value: any.value() }))
    }

    pub(super) fn next(&mut self, tag: Tag, missing: &'static str) -> Result<Element<'a>, NoStamp> {
        self.any()?.filter(|found| found.tag == tag).ok_or(NoStamp::Form(missing))
    }

    /// The next one if it has this tag.
    pub(super) fn perhaps(&mut self, tag: Tag) -> Result<Option<Element<'a>>, NoStamp> {
        let is_next = !self.0.is_finished() && Tag::peek(&self.0).is_ok_and(|found| found == tag);
        if is_next { self.any() } else { Ok(None) }
    }

    pub(super) fn must_end(&self) -> Result<(), NoStamp> {
        if self.0.is_finished() { Ok(()) } else { Err(NoStamp::Form("something follows its end")) }
    }
}
