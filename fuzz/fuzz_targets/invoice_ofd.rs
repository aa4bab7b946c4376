//! Whatever stands in the package of an OFD, an answer comes back. Bytes after a W are the entries of a package
//! that is made here, with a zero between two of them: a checksum would keep a fuzzer out of its documents.
#![no_main]

use std::io::{Cursor, Write as _};

use libfuzzer_sys::fuzz_target;
use suanquan::invoice;
use zip::write::{SimpleFileOptions, ZipWriter};

fn package(entries: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (place, entry) in entries.split(|byte| *byte == 0).enumerate() {
        zip.start_file(format!("{place}.xml"), SimpleFileOptions::default()).ok()?;
        zip.write_all(entry).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let package = match bytes.split_first() {
        Some((b'W', entries)) => package(entries),
        _ => Some([b"PK\x03\x04".as_slice(), bytes].concat()),
    };
    let Some(package) = package else { return };
    let read = invoice::read(&package);
    assert!(read.number.is_some() || !read.warnings.is_empty());
});
