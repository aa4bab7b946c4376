//! Whatever the XML, an answer comes back: fields or a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use suanquan::invoice;

fuzz_target!(|bytes: &[u8]| {
    let document = [b"<?xml version=\"1.0\"?>".as_slice(), bytes].concat();
    let read = invoice::read(&document);
    assert!(read.number.is_some() || !read.warnings.is_empty());
});
