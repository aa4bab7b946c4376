//! `suanquan picture`, run as a process: what a person sees of a PDF or OFD.

use std::io::Cursor;

use super::packages::package;
use crate::harness::server::run_with_input;

/// A package of one page of 100 by 50 millimetres over a template.
fn page_over(template: &str, page: &str) -> Vec<u8> {
    const OPEN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    let of = |content: &str, more: &str| {
        format!("{OPEN}<ofd:Page xmlns:ofd=\"x\">{more}<ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>")
    };
    let entries = [
        (
            "OFD.xml",
            format!("{OPEN}<ofd:OFD xmlns:ofd=\"x\"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"),
        ),
        (
            "Doc_0/Document.xml",
            format!(
                "{OPEN}<ofd:Document xmlns:ofd=\"x\"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 100 50</ofd:PhysicalBox></ofd:PageArea>\
                 <ofd:TemplatePage ID=\"7\" BaseLoc=\"Tpls/Tpl_0/Content.xml\"/></ofd:CommonData>\
                 <ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>"
            ),
        ),
        ("Doc_0/Tpls/Tpl_0/Content.xml", of(template, "")),
        ("Doc_0/Pages/Page_0/Content.xml", of(page, "<ofd:Template TemplateID=\"7\"/>")),
    ];
    package(&entries.map(|(name, content)| (name, content.into_bytes())))
}

/// What was drawn: five points a millimetre.
struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    #[track_caller]
    fn of(paper: &[u8]) -> Picture {
        let output = run_with_input(&["picture"], paper);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut reader = png::Decoder::new(Cursor::new(output.stdout)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let shown = reader.next_frame(&mut pixels).unwrap();
        Picture { width: usize::try_from(shown.width).unwrap(), pixels }
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * 5 * self.width + x * 5) * 3;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]]
    }

    /// Dark points between two columns and two rows, in millimetres.
    fn ink(&self, from: (usize, usize), to: (usize, usize)) -> usize {
        let rows = (from.1 * 5)..(to.1 * 5);
        let dark = |row: usize| (from.0 * 5..to.0 * 5).filter(|x| self.pixels[(row * self.width + x) * 3] < 100).count();
        rows.map(dark).sum()
    }
}

#[test]
fn an_ofd_is_drawn_over_its_template_with_texts_at_their_places() {
    let template = r#"<ofd:PathObject Boundary="10 10 20 5" Fill="true" Stroke="false"><ofd:FillColor Value="255 0 0"/>
        <ofd:AbbreviatedData>M 0 0 L 20 0 L 20 5 L 0 5 C</ofd:AbbreviatedData></ofd:PathObject>"#;
    let page = r#"<ofd:TextObject Boundary="40 20 50 8" Size="6"><ofd:TextCode X="0" Y="6" DeltaX="g 2 6 12">武汉算券</ofd:TextCode></ofd:TextObject>
        <ofd:TextObject Boundary="oops"><ofd:TextCode X="0" Y="6">?</ofd:TextCode></ofd:TextObject>"#;
    let picture = Picture::of(&page_over(template, page));
    assert_eq!((picture.width, picture.pixels.len()), (500, 500 * 250 * 3));
    assert_eq!((picture.at(20, 12), picture.at(20, 17), picture.at(5, 12)), ([255, 0, 0], [255; 3], [255; 3]));
    for (from, to) in [(40, 46), (46, 52), (52, 58), (64, 70)] {
        assert!(picture.ink((from, 20), (to, 28)) > 30, "a character between {from} and {to}");
    }
    assert_eq!(picture.ink((58, 20), (64, 28)), 0, "the last step is a wide one");
    assert_eq!(picture.ink((40, 30), (90, 50)), 0);
}

#[test]
fn what_a_paper_does_not_bring_is_drawn_with_the_font_of_the_settings() {
    let page = r#"<ofd:TextObject Boundary="40 20 50 8" Size="6"><ofd:TextCode X="0" Y="6">武</ofd:TextCode></ofd:TextObject>"#;
    let paper = page_over("", page);
    let with = |arguments: &[&str]| {
        let output = run_with_input(arguments, &paper);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let (path, face) = suanquan::export::pdf::font_file().unwrap();
    let usual = with(&["picture"]);
    assert_eq!(with(&["picture", "--font", &format!("{path}#{face}")]), usual);
    assert_ne!(with(&["picture", "--font", "/nowhere.ttf"]), usual, "the named font is the one that counts");
}

#[test]
fn what_cannot_be_drawn_ends_with_a_reason_and_no_picture() {
    for (paper, reason) in [
        (&b""[..], "neither a PDF nor an OFD"),
        (b"\x89PNG\r\n\x1a\n", "neither a PDF nor an OFD"),
        (b"%PDF-1.7", "damaged"),
        (b"PK\x03\x04", "damaged"),
    ] {
        let output = run_with_input(&["picture"], paper);
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(String::from_utf8_lossy(&output.stderr).contains(reason), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
