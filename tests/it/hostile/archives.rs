//! Packages: bombs, entries that leave their folder, entries over one another, lies of every field.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::Hostile;
use crate::harness::noise::Noise;
use crate::invoice::generator::Paper;
use crate::invoice::packages::{Ofd, package};

/// An entry of a package, each field as it is to be written.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub name: Vec<u8>,
    /// What stands in the file.
    pub packed: Vec<u8>,
    pub deflated: bool,
    pub sum: u32,
    pub packed_size: u32,
    pub size: u32,
    pub flags: u16,
    /// Unix mode and kind, as the directory says.
    pub mode: u32,
    /// Where the directory says the entry begins, instead of where it does.
    pub offset: Option<u32>,
}

impl Entry {
    pub fn stored(name: impl Into<Vec<u8>>, content: &[u8]) -> Entry {
        let size = u32::try_from(content.len()).unwrap();
        let mut sum = flate2::Crc::new();
        sum.update(content);
        let (packed, sum) = (content.to_vec(), sum.sum());
        Entry { name: name.into(), packed, deflated: false, sum, packed_size: size, size, flags: 0, mode: 0o100_644, offset: None }
    }

    pub fn deflated(name: impl Into<Vec<u8>>, content: &[u8]) -> Entry {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let packed_size = u32::try_from(packed.len()).unwrap();
        Entry { packed, packed_size, deflated: true, ..Entry::stored(name, content) }
    }
}

/// A package of such entries.
pub(super) fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let begins = entry.offset.unwrap_or_else(|| u32::try_from(bytes.len()).unwrap());
        let name_length = u16::try_from(entry.name.len()).unwrap();
        let mut shared = Vec::new();
        shared.extend(20_u16.to_le_bytes());
        shared.extend(entry.flags.to_le_bytes());
        shared.extend((if entry.deflated { 8_u16 } else { 0 }).to_le_bytes());
        shared.extend([0; 4]);
        for field in [entry.sum, entry.packed_size, entry.size] {
            shared.extend(field.to_le_bytes());
        }
        shared.extend(name_length.to_le_bytes());
        shared.extend([0; 2]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&shared);
        bytes.extend(&entry.name);
        bytes.extend(&entry.packed);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&shared);
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(begins.to_le_bytes());
        directory.extend(&entry.name);
    }
    let (at, size) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

fn ofd_root() -> Entry {
    Entry::stored("OFD.xml", b"<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>")
}

pub(super) fn all() -> Vec<Hostile> {
    [bombs(), slips(), lies(), overlaps(), damaged()].concat()
}

fn bombs() -> Vec<Hostile> {
    let mut files = Vec::new();
    for megabytes in [1, 15, 16, 17, 40, 65] {
        let entry = Entry::deflated("Doc_0/Attachs/original_invoice.xml", &vec![b' '; megabytes << 20]);
        files.push(Hostile::new(format!("bomb-{megabytes}.ofd"), archive(&[ofd_root(), entry.clone()])));
        files.push(Hostile::new(format!("bomb-{megabytes}.xlsx"), archive(&[Entry { name: b"xl/workbook.xml".to_vec(), ..entry }])));
    }
    for count in [499, 500, 501, 5_000, 65_535] {
        let entries: Vec<Entry> = (0..count).map(|at| Entry::stored(format!("Doc_0/Pages/{at}.xml"), b"<Page/>")).collect();
        files.push(Hostile::new(format!("entries-{count}.ofd"), archive(&[vec![ofd_root()], entries].concat())));
    }
    // The same megabytes in every entry: small packed, large in sum.
    let entry = Entry::deflated("Doc_0/Res/1.xml", &vec![b'a'; 4 << 20]);
    let entries: Vec<Entry> = (0..60).map(|at| Entry { name: format!("Doc_0/Res/{at}.xml").into_bytes(), ..entry.clone() }).collect();
    files.push(Hostile::new("sum.ofd", archive(&[vec![ofd_root()], entries].concat())));
    let mut inner = archive(&[Entry::deflated("OFD.xml", &vec![b' '; 8 << 20])]);
    for level in 1..=8 {
        inner = archive(&[ofd_root(), Entry::deflated("Doc_0/inner.ofd", &inner)]);
        files.push(Hostile::new(format!("nested-{level}.ofd"), inner.clone()));
    }
    files
}

fn slips() -> Vec<Hostile> {
    let names: [&[u8]; 20] = [
        b"../../etc/cron.d/x",
        b"..\\..\\windows\\x",
        b"/etc/passwd",
        b"C:\\x.xml",
        b"\\\\server\\share\\x.xml",
        b"Doc_0/../../../x.xml",
        b"./././OFD.xml",
        b"Doc_0//Document.xml",
        b"OFD.xml\0.png",
        b"",
        b"/",
        b"..",
        b"~/.ssh/authorized_keys",
        b"\xff\xfe\xfd.xml",
        "\u{202e}lmx.dfo".as_bytes(),
        "Doc_0/\u{feff}Document.xml".as_bytes(),
        b"con",
        b"$(touch x).xml",
        b"<script>alert(1)</script>.xml",
        b"line\r\nbreak.xml",
    ];
    let mut files: Vec<Hostile> = (0..)
        .zip(names)
        .map(|(at, name): (usize, _)| Hostile::new(format!("slip-{at}.ofd"), archive(&[ofd_root(), Entry::stored(name, b"<Document/>")])))
        .collect();
    files.push(Hostile::new("long-name.ofd", archive(&[ofd_root(), Entry::stored(vec![b'a'; 65_535], b"<x/>")])));
    let roots = ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/x", "Doc_0/Document.xml/..", ".."];
    for (at, root) in roots.iter().enumerate() {
        let text = format!("<OFD><DocBody><DocRoot>{root}</DocRoot></DocBody></OFD>");
        files.push(Hostile::new(format!("root-{at}.ofd"), archive(&[Entry::stored("OFD.xml", text.as_bytes())])));
    }
    for (at, mode) in [0o120_777, 0o020_666, 0o060_666, 0o010_666, 0o104_755].into_iter().enumerate() {
        let link = Entry { mode, ..Entry::stored("Doc_0/Document.xml", b"/etc/passwd") };
        files.push(Hostile::new(format!("special-{at}.ofd"), archive(&[ofd_root(), link])));
    }
    // Document and page that name one another.
    let document = b"<Document><CommonData><TemplatePage ID=\"1\" BaseLoc=\"Document.xml\"/></CommonData><Pages>\
        <Page ID=\"2\" BaseLoc=\"Document.xml\"/></Pages></Document>";
    files.push(Hostile::new("loop.ofd", archive(&[ofd_root(), Entry::stored("Doc_0/Document.xml", document)])));
    files
}

fn lies() -> Vec<Hostile> {
    let honest = Entry::deflated("Doc_0/Document.xml", &b"<Document>".repeat(500));
    let lies = [
        Entry { size: 0, ..honest.clone() },
        Entry { size: u32::MAX, ..honest.clone() },
        Entry { size: 1, ..honest.clone() },
        Entry { packed_size: 0, ..honest.clone() },
        Entry { packed_size: u32::MAX, ..honest.clone() },
        Entry { packed_size: honest.packed_size + 40, ..honest.clone() },
        Entry { sum: !honest.sum, ..honest.clone() },
        Entry { deflated: false, ..honest.clone() },
        Entry { deflated: true, ..Entry::stored("Doc_0/Document.xml", b"<Document/>") },
        Entry { flags: 1, ..honest.clone() },
        Entry { flags: 0x0008, sum: 0, size: 0, packed_size: 0, ..honest.clone() },
        Entry { flags: 0xffff, ..honest.clone() },
        Entry { offset: Some(u32::MAX), ..honest.clone() },
        Entry { offset: Some(1), ..honest },
    ];
    let mut files: Vec<Hostile> =
        lies.into_iter().enumerate().map(|(at, lie)| Hostile::new(format!("lie-{at}.ofd"), archive(&[ofd_root(), lie]))).collect();
    let whole = package(&[("OFD.xml", b"<OFD/>".to_vec())]);
    let end = whole.len();
    for (at, (from, field)) in
        [(end - 12, [0xff; 4]), (end - 6, [0xff; 4]), (end - 14, [0xff, 0xff, 0xff, 0xff]), (end - 6, [0; 4])].into_iter().enumerate()
    {
        let mut bytes = whole.clone();
        bytes[from..from + 4].copy_from_slice(&field);
        files.push(Hostile::new(format!("directory-{at}.ofd"), bytes));
    }
    files.push(Hostile::new("only-the-end.ofd", [b"PK\x03\x04".as_slice(), &whole[end - 22..]].concat()));
    files
}

fn overlaps() -> Vec<Hostile> {
    let content = Entry::deflated("Doc_0/Attachs/original_invoice.xml", &vec![b' '; 12 << 20]);
    (2..=12)
        .map(|count| {
            // Every name points at the one body.
            let names =
                (0..count * 20).map(|at| Entry { name: format!("Doc_0/{at}.xml").into_bytes(), offset: Some(0), ..content.clone() });
            let mut entries: Vec<Entry> = vec![content.clone()];
            entries.extend(names.map(|entry| Entry { packed: Vec::new(), ..entry }));
            Hostile::new(format!("overlap-{count}.ofd"), archive(&entries))
        })
        .collect()
}

fn damaged() -> Vec<Hostile> {
    let mut noise = Noise::new(20_260_301);
    let paper = Paper::digital();
    let whole = [Ofd::with_attachment(&paper).bytes(), Ofd::with_custom_data(&paper).bytes(), Ofd::with_tags(&paper).bytes()];
    let mut files: Vec<Hostile> =
        Noise::beginnings(&whole[0]).map(|(part, bytes)| Hostile::new(format!("cut-{part}.ofd"), bytes)).collect();
    for at in 0..45 {
        files.push(Hostile::new(format!("noise-{at}.ofd"), noise.damage(&whole[at % whole.len()])));
    }
    files
}
