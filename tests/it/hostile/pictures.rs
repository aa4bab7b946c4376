//! Pictures that are none, and files that are two things at once.

use super::Hostile;
use crate::harness::noise::Noise;
use crate::invoice::documents::{bytes, code_png, letter};
use crate::invoice::packages::package;

/// The harmless file that every virus scanner must find.
fn test_signature() -> String {
    // In two halves, so that this source is not found itself.
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}

pub(super) fn all() -> Vec<Hostile> {
    [sizes(), disguises(), signatures(), damaged()].concat()
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(content);
    [&u32::try_from(content.len()).unwrap().to_be_bytes(), kind.as_slice(), content, &sum.sum().to_be_bytes()].concat()
}

fn png(width: u32, height: u32, depth: u8, colour: u8) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colour, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", b"\x78\x9c\x63\0\0\0\x01\0\x01"), chunk(b"IEND", b"")].concat()
}

fn sizes() -> Vec<Hostile> {
    let sizes = [(1, 1), (65_535, 65_535), (u32::MAX, u32::MAX), (0, 0), (1, u32::MAX), (0x7fff_ffff, 1)];
    let mut files: Vec<Hostile> =
        sizes.into_iter().map(|(width, height)| Hostile::new(format!("size-{width}-{height}.png"), png(width, height, 8, 2))).collect();
    for (depth, colour) in [(0, 0), (3, 3), (16, 6), (255, 255), (1, 3)] {
        files.push(Hostile::new(format!("depth-{depth}-{colour}.png"), png(9, 9, depth, colour)));
    }
    let whole = code_png("01,31,,1,2,3");
    let text = chunk(b"zTXt", &[b"a\0\0".as_slice(), &vec![0x78; 100_000]].concat());
    files.push(Hostile::new("text.png", [&whole[..33], &text, &whole[33..]].concat()));
    for (width, height) in [(65_535_u16, 65_535_u16), (0, 0), (1, 65_535)] {
        let frame = [
            b"\xff\xd8\xff\xc0\0\x11\x08".as_slice(),
            &height.to_be_bytes(),
            &width.to_be_bytes(),
            b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9",
        ]
        .concat();
        files.push(Hostile::new(format!("size-{width}-{height}.jpg"), frame));
    }
    files.push(Hostile::new("segment.jpg", b"\xff\xd8\xff\xe1\xff\xff".to_vec()));
    files.push(Hostile::new("marker.jpg", b"\xff".repeat(1 << 20)));
    files
}

fn disguises() -> Vec<Hostile> {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script><foreignObject/></svg>";
    let html = "<!doctype html><script>fetch('/account')</script>";
    let pdf = bytes(letter());
    let zip = package(&[("OFD.xml", b"<OFD/>".to_vec())]);
    let kinds: [(&str, Vec<u8>); 16] = [
        ("svg", svg.into()),
        ("svg-packed", [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), svg.as_bytes()].concat()),
        ("html", html.into()),
        ("html-after-png", [b"\x89PNG\r\n\x1a\n".as_slice(), html.as_bytes()].concat()),
        ("html-after-gif", [b"GIF89a/*".as_slice(), html.as_bytes()].concat()),
        ("pdf-then-zip", [pdf.as_slice(), &zip].concat()),
        ("zip-then-pdf", [zip.as_slice(), &pdf].concat()),
        ("html-then-pdf", [html.as_bytes(), &pdf].concat()),
        ("pdf-late", [vec![b' '; 1_020], pdf.clone()].concat()),
        ("program", [b"MZ\x90\0".as_slice(), &[0; 600]].concat()),
        ("elf", [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 600]].concat()),
        ("script", b"#!/bin/sh\ntouch /tmp/x\n".to_vec()),
        ("class", b"\xca\xfe\xba\xbe\0\0\0\x34".to_vec()),
        ("rar", b"Rar!\x1a\x07\x01\0".to_vec()),
        ("postscript", b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n".to_vec()),
        ("tiff", b"II*\0\xff\xff\xff\xff".to_vec()),
    ];
    let mut files = Vec::new();
    for (name, content) in kinds {
        for ending in ["pdf", "ofd", "xml", "png", "jpg"] {
            files.push(Hostile::new(format!("{name}.{ending}"), content.clone()));
        }
    }
    files
}

fn signatures() -> Vec<Hostile> {
    let found = test_signature();
    let mut files: Vec<Hostile> =
        ["pdf", "xml", "ofd", "jpg", "png"].iter().map(|ending| Hostile::new(format!("signature.{ending}"), found.clone())).collect();
    files.push(Hostile::new("signature-within.ofd", package(&[("OFD.xml", b"<OFD/>".to_vec()), ("Doc_0/x.txt", found.into_bytes())])));
    let names = [
        "../../x.pdf",
        "a\u{0}.pdf",
        "\u{202e}fdp.exe",
        "CON.pdf",
        ".htaccess",
        "x.pdf;rm -rf",
        "\"><script>.pdf",
        "x\r\nSet-Cookie: a=b.pdf",
    ];
    files.extend(names.into_iter().map(|name| Hostile::new(name, bytes(letter()))));
    files.push(Hostile::new(format!("{}.pdf", "长".repeat(300)), bytes(letter())));
    files
}

fn damaged() -> Vec<Hostile> {
    let mut noise = Noise::new(20_260_305);
    let whole = code_png("01,31,,26422000000123456789,12720.00,20260309,,DDB1,");
    (0..30).map(|at| Hostile::new(format!("noise-{at}.png"), noise.damage(&whole))).collect()
}
