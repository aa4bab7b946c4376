//! PDFs of an invented invoice, in the ways in which the two families of issuers draw them.

use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::generator::{Paper, yuan};

/// A string at a place of the page.
type Drawn = (i32, i32, String);

/// The tax bureau's layout: all labels first, then the values; glyphs under codes of their own, that
/// a table in the file explains.
pub(crate) fn bureau(paper: &Paper) -> Document {
    let kind = if paper.special { "增值税专用发票" } else { "普通发票" };
    let mut drawn: Vec<Drawn> = vec![
        (200, 370, format!("电子发票（{kind}）")),
        (430, 360, "发票号码：".into()),
        (430, 340, "开票日期：".into()),
        (20, 300, "购买方信息".into()),
        (40, 310, "名称：".into()),
        (40, 290, "统一社会信用代码/纳税人识别号：".into()),
        (310, 300, "销售方信息".into()),
        (330, 310, "名称：".into()),
        (330, 290, "统一社会信用代码/纳税人识别号：".into()),
        (40, 120, "价税合计（大写）".into()),
        (400, 120, "（小写）".into()),
    ];
    let mut value = |x: i32, y: i32, text: String| drawn.push((x, y, text));
    value(490, 360, paper.number.clone());
    value(490, 340, paper.chinese_date());
    value(80, 310, paper.buyer.clone());
    value(200, 290, paper.buyer_id.clone());
    value(370, 310, paper.seller.clone());
    value(490, 290, paper.seller_id.clone());
    value(380, 140, format!("¥{}", yuan(paper.net())));
    value(520, 140, if paper.no_tax { "***".into() } else { format!("¥{}", yuan(paper.tax())) });
    value(150, 120, words(paper).replace('元', "圆"));
    value(450, 120, format!("¥{}", yuan(paper.total())));
    if let Some(blue) = &paper.red_of {
        value(40, 80, format!("被红冲蓝字数电票号码：{blue}"));
        value(40, 70, "红字发票信息确认单编号：42010126031000000001".into());
    }
    value(80, 20, "示例".into());
    document(&drawn, Glyphs::OwnCodes)
}

/// An older electronic invoice as iText draws it: code, number and day run together.
pub(crate) fn older(paper: &Paper) -> Document {
    let code = paper.code.clone().unwrap();
    let mut drawn: Vec<Drawn> = vec![(200, 370, "湖北增值税电子普通发票".into())];
    let mut value = |x: i32, y: i32, text: String| drawn.push((x, y, text));
    value(430, 360, "发票代码:发票号码:开票日期:".into());
    value(490, 360, format!("{code}{}{}", paper.number, paper.chinese_date()));
    value(20, 300, "购买方".into());
    value(40, 310, format!("名    称: {}", paper.buyer));
    value(40, 290, format!("纳税人识别号: {}", paper.buyer_id));
    value(380, 140, format!("¥{}", yuan(paper.net())));
    value(520, 140, if paper.no_tax { "***".into() } else { format!("¥{}", yuan(paper.tax())) });
    value(150, 120, words(paper));
    value(450, 120, format!("¥{}", yuan(paper.total())));
    value(20, 80, "销售方".into());
    value(40, 90, format!("名    称: {}", paper.seller));
    value(40, 70, format!("纳税人识别号: {}", paper.seller_id));
    document(&drawn, Glyphs::Utf16)
}

/// A page of other text.
pub(crate) fn letter() -> Document {
    document(&[(40, 300, "关于创新券的说明".into())], Glyphs::Utf16)
}

/// A page of lines, as banks and offices print them.
pub(crate) fn page_of(lines: &[String]) -> Document {
    let drawn: Vec<Drawn> = (0..).zip(lines).map(|(at, line)| (40, 380 - 18 * at, line.clone())).collect();
    document(&drawn, Glyphs::Utf16)
}

/// A page with nothing but a picture.
pub(crate) fn scan() -> Document {
    document(&[], Glyphs::Utf16)
}

fn words(paper: &Paper) -> String {
    suanquan::money::Fen::new(paper.total()).in_words()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Glyphs {
    OwnCodes,
    Utf16,
}

fn document(drawn: &[Drawn], glyphs: Glyphs) -> Document {
    let mut document = Document::with_version("1.7");
    let mut codes: Vec<char> = Vec::new();
    let mut content = String::new();
    for (x, y, text) in drawn {
        let mut string = String::new();
        for c in text.chars() {
            let code = if glyphs == Glyphs::Utf16 { c as usize } else { own_code(&mut codes, c) };
            string.push_str(&format!("{code:04x}"));
        }
        // A plane of its own for every string, as converters from OFD write it.
        content.push_str(&format!("q 0.1 0 0 0.1 {x} {y} cm BT /F1 90 Tf 0 0 Td <{string}> Tj ET Q\n"));
    }
    let mut font = dictionary! { "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "SimSun", "Encoding" => "UniGB-UCS2-H" };
    if glyphs == Glyphs::OwnCodes {
        font.set("Encoding", "Identity-H");
        let table = document.add_object(Stream::new(Dictionary::new(), to_unicode(&codes).into_bytes()));
        font.set("ToUnicode", table);
    }
    let font = document.add_object(font);
    let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 600.into(), 400.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    document
}

fn own_code(codes: &mut Vec<char>, c: char) -> usize {
    let known = codes.iter().position(|known| *known == c);
    known.unwrap_or_else(|| {
        codes.push(c);
        codes.len() - 1
    }) + 3
}

fn to_unicode(codes: &[char]) -> String {
    // Browsers name some characters by the radicals that look the same.
    let named = |c: char| {
        [('子', '⼦'), ('示', '⽰'), ('力', '⼒'), ('人', '⼈')]
            .into_iter()
            .find(|(plain, _)| *plain == c)
            .map_or(c, |(_, radical)| radical)
    };
    let pairs: String = codes.iter().enumerate().map(|(at, c)| format!("<{:04X}><{:04X}>\n", at + 3, named(*c) as u32)).collect();
    format!("1 begincodespacerange <0000><FFFF> endcodespacerange\n{} beginbfchar\n{pairs}endbfchar", codes.len())
}

/// Adds the picture of a code, a point a module, and answers where.
pub(crate) fn add_code(document: &mut Document, text: &str) -> ObjectId {
    let (width, points) = code_points(text);
    let size = i64::try_from(width).unwrap();
    document.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => size, "Height" => size, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8
        },
        points,
    ))
}

/// A code as grey points, white around it.
pub(crate) fn code_points(text: &str) -> (usize, Vec<u8>) {
    let code = qrcode::QrCode::new(text.as_bytes()).unwrap();
    let points = code.to_colors().into_iter().map(|color| color.select(0, 255)).collect();
    (code.width(), points)
}

/// A code as the PNG in an OFD.
pub(crate) fn code_png(text: &str) -> Vec<u8> {
    let (width, points) = code_points(text);
    let (mut bytes, side) = (Vec::new(), u32::try_from(width).unwrap());
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&points).unwrap();
    bytes
}

/// Attaches a file as platforms do.
pub(crate) fn attach(document: &mut Document, xml: &str) {
    let file = document.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, xml.as_bytes().to_vec()));
    document.add_object(dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal("invoice.xml"), "EF" => dictionary! { "F" => file }
    });
}

pub(crate) fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The document under a password.
pub(crate) fn locked(mut document: Document) -> Vec<u8> {
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "secret",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    bytes(document)
}
