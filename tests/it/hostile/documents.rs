//! PDFs: loops, depths, bombs of filters, scripts, and pages larger than the world.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::Hostile;
use crate::harness::noise::Noise;
use crate::invoice::documents::{add_code, attach, bureau, bytes, letter, locked};
use crate::invoice::generator::Paper;

/// A PDF of these objects, numbered from 1; the first is the catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes());
    bytes
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    [format!("<< {dictionary} /Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat()
}

/// One page with a content stream and more objects after it, from number 5 on.
fn page(media: &str, resources: &str, content: Vec<u8>, more: Vec<Vec<u8>>) -> Vec<u8> {
    let objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [{media}] /Resources << {resources} >> /Contents 4 0 R >>").into_bytes(),
        content,
    ];
    pdf(&[objects, more].concat())
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn all() -> Vec<Hostile> {
    [loops(), depths(), bombs(), images(), odd_pages(), actions(), damaged()].concat()
}

fn loops() -> Vec<Hostile> {
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let kinds: [&[&str]; 9] = [
        &["<< /Type /Pages /Kids [2 0 R] /Count 1 >>"],
        &["<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"],
        &["<< /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count 99999999 >>", "<< /Type /Page /Parent 3 0 R >>"],
        &["<< /Type /Pages /Kids [3 0 R] /Count -1 >>", "<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>"],
        &["<< /Type /Pages /Kids 2 0 R /Count 2 0 R >>"],
        &["2 0 R"],
        &["3 0 R", "2 0 R"],
        &["<< /Type /Pages /Kids [99 0 R] /Count 1 >>"],
        &[
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /Resources 3 0 R /MediaBox 3 0 R /Contents [3 0 R 3 0 R] >>",
        ],
    ];
    let mut files: Vec<Hostile> = (0..)
        .zip(kinds)
        .map(|(at, kind): (usize, _)| {
            let objects: Vec<Vec<u8>> = kind.iter().map(|object| object.as_bytes().to_vec()).collect();
            Hostile::new(format!("loop-{at}.pdf"), pdf(&[vec![catalog.clone()], objects].concat()))
        })
        .collect();
    let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>", b"/F Do /F Do");
    files.push(Hostile::new("form-in-itself.pdf", page("0 0 9 9", "/XObject << /F 5 0 R >>", stream("", b"/F Do"), vec![form])));
    let tile = stream(
        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 /Resources << /Pattern << /P 5 0 R >> >>",
        b"/Pattern cs /P scn 0 0 9 9 re f",
    );
    files.push(Hostile::new(
        "pattern-in-itself.pdf",
        page("0 0 900 900", "/Pattern << /P 5 0 R >>", stream("", b"/Pattern cs /P scn 0 0 900 900 re f"), vec![tile]),
    ));
    let glyph = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1] /Resources << /Font << /T 5 0 R >> >> >>".to_vec();
    let drawn = stream("", b"BT /T 1 Tf (aaaa) Tj ET");
    files.push(Hostile::new(
        "glyph-in-itself.pdf",
        page("0 0 9 9", "/Font << /T 5 0 R >>", stream("", b"BT /T 1 Tf (a) Tj ET"), vec![glyph, drawn]),
    ));
    for (at, place) in ["0", "99999999999", "-5", "9"].iter().enumerate() {
        let whole = page("0 0 9 9", "", stream("", b""), Vec::new());
        let text = String::from_utf8(whole).unwrap();
        let start = text.rfind("startxref").unwrap();
        files.push(Hostile::new(format!("table-{at}.pdf"), format!("{}startxref\n{place}\n%%EOF\n", &text[..start])));
        files.push(Hostile::new(format!("table-before-{at}.pdf"), text.replace("/Root 1 0 R", &format!("/Root 1 0 R /Prev {place}"))));
    }
    files
}

fn depths() -> Vec<Hostile> {
    let mut files = Vec::new();
    for depth in [100, 10_000, 100_000] {
        for (name, open, close) in [("arrays", "[", "]"), ("dictionaries", "<< /A ", " >>"), ("strings", "(", ")")] {
            let nested = open.repeat(depth) + close.repeat(depth).as_str();
            files.push(Hostile::new(
                format!("{name}-{depth}.pdf"),
                pdf(&[
                    format!("<< /Type /Catalog /Pages 2 0 R /X {nested} >>").into_bytes(),
                    b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
                ]),
            ));
        }
        files.push(Hostile::new(format!("saves-{depth}.pdf"), page("0 0 9 9", "", stream("", "q ".repeat(depth).as_bytes()), Vec::new())));
        files.push(Hostile::new(
            format!("clips-{depth}.pdf"),
            page("0 0 99 99", "", stream("", "0 0 9 9 re W n ".repeat(depth / 10).as_bytes()), Vec::new()),
        ));
        files.push(Hostile::new(
            format!("operands-{depth}.pdf"),
            page("0 0 9 9", "", stream("", "1 ".repeat(depth).as_bytes()), Vec::new()),
        ));
        let tree: Vec<Vec<u8>> =
            (0..depth.min(20_000)).map(|at| format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", at + 3).into_bytes()).collect();
        files.push(Hostile::new(format!("tree-{depth}.pdf"), pdf(&[vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()], tree].concat())));
    }
    files
}

fn bombs() -> Vec<Hostile> {
    let mut files = Vec::new();
    for megabytes in [1, 30, 65] {
        let packed = deflated(&vec![b' '; megabytes << 20]);
        files.push(Hostile::new(
            format!("filter-{megabytes}.pdf"),
            page("0 0 9 9", "", stream("/Filter /FlateDecode", &packed), Vec::new()),
        ));
        let twice = deflated(&packed);
        files.push(Hostile::new(
            format!("filters-{megabytes}.pdf"),
            page("0 0 9 9", "", stream("/Filter [/FlateDecode /FlateDecode]", &twice), Vec::new()),
        ));
    }
    let chain = format!("/Filter [{}]", "/ASCIIHexDecode ".repeat(500));
    files.push(Hostile::new("filter-chain.pdf", page("0 0 9 9", "", stream(&chain, &b"30".repeat(10_000)), Vec::new())));
    for filter in
        ["LZWDecode", "RunLengthDecode", "ASCII85Decode", "CCITTFaxDecode", "JBIG2Decode", "JPXDecode", "DCTDecode", "Crypt", "Unknown"]
    {
        let mut noise = Noise::new(7);
        let content: Vec<u8> = (0..20_000).map(|_| noise.byte()).collect();
        files.push(Hostile::new(
            format!("filter-{filter}.pdf"),
            page("0 0 9 9", "", stream(&format!("/Filter /{filter}"), &content), Vec::new()),
        ));
    }
    for predictor in [
        "/Predictor 15 /Columns 2147483647",
        "/Predictor 2 /Colors 99999 /BitsPerComponent 99",
        "/Predictor 12 /Columns 0",
        "/Predictor -1",
    ] {
        let head = format!("/Filter /FlateDecode /DecodeParms << {predictor} >>");
        files.push(Hostile::new(
            format!("predictor-{}.pdf", predictor.len()),
            page("0 0 9 9", "", stream(&head, &deflated(&[1; 5_000])), Vec::new()),
        ));
    }
    files.push(Hostile::new("length.pdf", page("0 0 9 9", "", b"<< /Length 99999999999999 >>\nstream\nq\nendstream".to_vec(), Vec::new())));
    files.push(Hostile::new("length-negative.pdf", page("0 0 9 9", "", b"<< /Length -1 >>\nstream\nq\nendstream".to_vec(), Vec::new())));
    files
        .push(Hostile::new("length-of-itself.pdf", page("0 0 9 9", "", b"<< /Length 4 0 R >>\nstream\nq\nendstream".to_vec(), Vec::new())));
    files
}

fn images() -> Vec<Hostile> {
    let sizes = [(65_535, 65_535), (2_147_483_647, 2_147_483_647), (0, 0), (-1, 5), (1, 99_999_999), (20_000, 20_000)];
    let mut files = Vec::new();
    for (width, height) in sizes {
        let head = format!(
            "/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode"
        );
        let image = stream(&head, &deflated(&[255; 3_000]));
        files.push(Hostile::new(
            format!("image-{width}-{height}.pdf"),
            page("0 0 99 99", "/XObject << /I 5 0 R >>", stream("", b"99 0 0 99 0 0 cm /I Do"), vec![image]),
        ));
    }
    for (at, space) in
        ["[/Indexed /DeviceRGB 99999 (x)]", "[/Separation /X 5 0 R 5 0 R]", "[/ICCBased 5 0 R]", "5 0 R", "[/DeviceN [/A] 5 0 R << >>]"]
            .iter()
            .enumerate()
    {
        let image =
            stream(&format!("/Type /XObject /Subtype /Image /Width 9 /Height 9 /ColorSpace {space} /BitsPerComponent 8"), &[9; 300]);
        files.push(Hostile::new(
            format!("colours-{at}.pdf"),
            page("0 0 99 99", "/XObject << /I 5 0 R >>", stream("", b"/I Do"), vec![image]),
        ));
    }
    files
}

fn odd_pages() -> Vec<Hostile> {
    let media =
        ["0 0 0 0", "0 0 99999999 99999999", "0 0 -9 -9", "0 0 1e30 1e30", "9", "/A /B /C /D", "0 0 0.0001 0.0001", "nan nan nan nan"];
    let mut files: Vec<Hostile> = (0..)
        .zip(media)
        .map(|(at, media): (usize, _)| Hostile::new(format!("media-{at}.pdf"), page(media, "", stream("", b"0 0 5 5 re f"), Vec::new())))
        .collect();
    let contents: [&str; 10] = [
        "1e38 0 0 1e38 0 0 cm 0 0 1 1 re f",
        "0 0 0 0 0 0 cm 0 0 1 1 re f",
        "[1 0] 0 d 0 w 0 0 m 1e9 1e9 l S",
        "[0.00001] 0 d 9 w 0 0 m 999999 0 l S",
        "BT /F1 1e30 Tf (x) Tj ET",
        "BT ET BT BT Q Q Q Q",
        "BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID x EI",
        "0 0 m 1 1 l h h h h W* W n n",
        "/DoesNotExist gs /DoesNotExist Do /DoesNotExist sh",
        "1 0 0 RG (unclosed",
    ];
    for (at, content) in contents.iter().enumerate() {
        files.push(Hostile::new(format!("content-{at}.pdf"), page("0 0 99 99", "", stream("", content.as_bytes()), Vec::new())));
    }
    let many: Vec<Vec<u8>> = (0..5_000).map(|_| b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 5000 5000] >>".to_vec()).collect();
    let kids: String = (0..5_000).map(|at| format!("{} 0 R ", at + 3)).collect();
    let root = vec![b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), format!("<< /Type /Pages /Kids [{kids}] /Count 5000 >>").into_bytes()];
    files.push(Hostile::new("pages-5000.pdf", pdf(&[root, many].concat())));
    let curves = "0 0 m 1 2 3 4 5 6 c ".repeat(100_000) + "B*";
    files.push(Hostile::new("curves.pdf", page("0 0 2000 2000", "", stream("", curves.as_bytes()), Vec::new())));
    files
}

fn actions() -> Vec<Hostile> {
    let actions = [
        "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        "/OpenAction << /S /Launch /F (/bin/sh) >>",
        "/OpenAction << /S /URI /URI (http://127.0.0.1:9/) >>",
        "/AA << /WC << /S /SubmitForm /F (http://127.0.0.1:9/) >> >>",
        "/AcroForm << /XFA 2 0 R >>",
        "/Names << /EmbeddedFiles << /Names [(a.exe) 2 0 R] >> >>",
    ];
    let mut files: Vec<Hostile> = (0..)
        .zip(actions)
        .map(|(at, action): (usize, _)| {
            let objects =
                [format!("<< /Type /Catalog /Pages 2 0 R {action} >>").into_bytes(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()];
            Hostile::new(format!("action-{at}.pdf"), pdf(&objects))
        })
        .collect();
    files.push(Hostile::new("password.pdf", locked(letter())));
    let paper = Paper::digital();
    for (at, xml) in
        ["<!DOCTYPE x [<!ENTITY a SYSTEM \"/etc/passwd\">]><EInvoice>&a;</EInvoice>".to_owned(), "<a>".repeat(200_000)].iter().enumerate()
    {
        let mut document = bureau(&paper);
        attach(&mut document, xml);
        files.push(Hostile::new(format!("attached-{at}.pdf"), bytes(document)));
    }
    for (at, code) in
        ["01,31,,1,2,3", "javascript:alert(1)", ",,,,,,,,,,,,", "01,31,,99999999999999999999,1e400,20269999,,x,"].iter().enumerate()
    {
        let mut document = letter();
        add_code(&mut document, code);
        files.push(Hostile::new(format!("code-{at}.pdf"), bytes(document)));
    }
    files
}

fn damaged() -> Vec<Hostile> {
    let mut noise = Noise::new(20_260_304);
    let mut coded = bureau(&Paper::digital());
    add_code(&mut coded, &Paper::digital().qr());
    let whole = [bytes(coded), bytes(letter())];
    let mut files: Vec<Hostile> =
        Noise::beginnings(&whole[0]).map(|(part, bytes)| Hostile::new(format!("cut-{part}.pdf"), bytes)).collect();
    for at in 0..45 {
        files.push(Hostile::new(format!("noise-{at}.pdf"), noise.damage(&whole[at % whole.len()])));
    }
    files
}
