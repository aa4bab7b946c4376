//! XML: entities, floods, depths and encodings that lie.

use std::fmt::Write as _;

use super::Hostile;
use crate::harness::noise::Noise;
use crate::invoice::generator::Paper;

pub(super) fn all() -> Vec<Hostile> {
    [entities(), floods(), encodings(), damaged()].concat()
}

fn entities() -> Vec<Hostile> {
    let mut files = Vec::new();
    for levels in [2, 5, 10, 30] {
        let mut types = String::from("<!ENTITY e0 \"ha\">");
        for level in 1..=levels {
            write!(types, "<!ENTITY e{level} \"{}\">", format!("&e{};", level - 1).repeat(10)).unwrap();
        }
        files.push(Hostile::new(
            format!("laughs-{levels}.xml"),
            format!("<?xml version=\"1.0\"?><!DOCTYPE x [{types}]><EInvoice>&e{levels};</EInvoice>"),
        ));
    }
    let outside = [
        "<!ENTITY x SYSTEM \"file:///etc/passwd\">",
        "<!ENTITY x SYSTEM \"http://127.0.0.1:9/\">",
        "<!ENTITY % x SYSTEM \"http://127.0.0.1:9/x.dtd\"> %x;",
        "<!ENTITY x PUBLIC \"-//W3C//DTD\" \"ftp://127.0.0.1/\">",
        "<!ENTITY x \"&x;\">",
        "<!ENTITY % a \"<!ENTITY x 'y'>\"> %a;",
        "<!ENTITY x SYSTEM \"php://filter/read=convert.base64-encode/resource=/etc/passwd\">",
        "<!ENTITY x SYSTEM \"file:///dev/zero\">",
        "<!NOTATION n SYSTEM \"/bin/sh\"><!ENTITY x SYSTEM \"a\" NDATA n>",
        "<!ATTLIST EInvoice a CDATA \"&x;\">",
    ];
    for (at, kind) in outside.iter().enumerate() {
        files.push(Hostile::new(format!("outside-{at}.xml"), format!("<!DOCTYPE EInvoice [{kind}]><EInvoice><EIid>&x;</EIid></EInvoice>")));
    }
    files.push(Hostile::new("outside-subset.xml", "<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\"><EInvoice/>"));
    files.push(Hostile::new(
        "include.xml",
        "<EInvoice xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"/etc/passwd\" parse=\"text\"/></EInvoice>",
    ));
    files.push(Hostile::new("stylesheet.xml", "<?xml-stylesheet href=\"http://127.0.0.1:9/x.xsl\"?><EInvoice/>"));
    for number in ["#0", "#xD800", "#x110000", "#99999999999999999999", "#x", "amp", "AMP", "#-1"] {
        let name = number.trim_start_matches('#');
        files.push(Hostile::new(format!("character-{name}.xml"), format!("<EInvoice><EIid>&{number};</EIid></EInvoice>")));
    }
    files
}

fn floods() -> Vec<Hostile> {
    let attributes = |count: usize| (0..count).map(|at| format!(" a{at}=\"\"")).collect::<String>();
    let mut files = vec![
        Hostile::new("attributes-300.xml", format!("<EInvoice{}/>", attributes(300))),
        Hostile::new("attributes-80000.xml", format!("<EInvoice{}/>", attributes(80_000))),
        Hostile::new("one-attribute.xml", format!("<EInvoice a=\"{}\"/>", "x".repeat(8 << 20))),
        Hostile::new("same-attributes.xml", format!("<EInvoice{}/>", " a=\"1\"".repeat(50_000))),
        Hostile::new(
            "namespaces.xml",
            format!("<EInvoice{}/>", (0..50_000).map(|at| format!(" xmlns:n{at}=\"u{at}\"")).collect::<String>()),
        ),
        Hostile::new("long-name.xml", format!("<{}/>", "E".repeat(4 << 20))),
        Hostile::new("comment.xml", format!("<!--{}--><EInvoice/>", "-x".repeat(2 << 20))),
        Hostile::new("comments.xml", format!("{}<EInvoice/>", "<!---->".repeat(300_000))),
        Hostile::new("instructions.xml", format!("{}<EInvoice/>", "<?a b?>".repeat(200_000))),
        Hostile::new("literal.xml", format!("<EInvoice><![CDATA[{}]]></EInvoice>", "]]".repeat(2 << 20))),
        Hostile::new("siblings.xml", format!("<EInvoice>{}</EInvoice>", "<a/>".repeat(400_000))),
        Hostile::new("text.xml", format!("<EInvoice><EIid>{}</EIid></EInvoice>", "9".repeat(8 << 20))),
        Hostile::new("never-closed.xml", "<EInvoice><Header><EIid>1"),
        Hostile::new("closes-others.xml", "<EInvoice></Header></EInvoice></a>"),
        Hostile::new("two-roots.xml", "<EInvoice/><EInvoice/>".repeat(1_000)),
        Hostile::new("nothing-but-an-angle.xml", "<"),
        Hostile::new("angles.xml", "<".repeat(1 << 20)),
        Hostile::new("quotes.xml", format!("<EInvoice a='{}", "\"".repeat(1 << 20))),
    ];
    for depth in [64, 65, 1_000, 10_000, 1_000_000] {
        files.push(Hostile::new(format!("depth-{depth}.xml"), "<a>".repeat(depth)));
        files.push(Hostile::new(format!("depth-closed-{depth}.xml"), "<EInvoice>".repeat(depth) + "</EInvoice>".repeat(depth).as_str()));
    }
    let amounts = [
        "1e400",
        "-1e-400",
        "NaN",
        "Infinity",
        "99999999999999999999999999999999999.99",
        "0x10",
        "1,2,3",
        "１２．５０",
        "--1",
        "1e",
        "-0",
        "٣",
    ];
    for (at, amount) in amounts.iter().enumerate() {
        files.push(Hostile::new(format!("amount-{at}.xml"), Paper::digital().xml().replace("12720.00", amount)));
    }
    let dates = ["0000-00-00", "2026-02-30", "99999-12-31", "-2026-03-09", "2026-03-09T25:61:61Z", "二〇二六年", "+1"];
    for (at, date) in dates.iter().enumerate() {
        files.push(Hostile::new(format!("date-{at}.xml"), Paper::digital().xml().replace("2026-03-09", date)));
    }
    let names = [
        "<script>alert(1)</script>",
        "=HYPERLINK(\"http://x\")",
        "' OR 1=1 --",
        "\u{202e}司公限有",
        "a\u{0}b",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "\r\nBcc: x@x",
    ];
    for (at, name) in names.iter().enumerate() {
        let typed = name.replace('&', "&amp;").replace('<', "&lt;");
        files.push(Hostile::new(format!("name-{at}.xml"), Paper::digital().xml().replace("武汉示例智能科技有限公司", &typed)));
    }
    files
}

fn encodings() -> Vec<Hostile> {
    let text = Paper::digital().xml();
    let labels = ["utf-7", "ebcdic-cp-us", "iso-2022-jp", "utf-16le", "gb2312", "none", "UTF-8\u{0}", "x-user-defined", "big5", "utf-32"];
    let mut files: Vec<Hostile> = labels
        .iter()
        .enumerate()
        .map(|(at, label)| Hostile::new(format!("says-{at}.xml"), text.replace("encoding=\"utf-8\"", &format!("encoding=\"{label}\""))))
        .collect();
    let marks: [&[u8]; 5] = [b"\xfe\xff", b"\xff\xfe", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\x2b\x2f\x76\x38"];
    for (at, mark) in marks.into_iter().enumerate() {
        files.push(Hostile::new(format!("mark-{at}.xml"), [mark, text.as_bytes()].concat()));
    }
    files.push(Hostile::new("half-a-character.xml", [text.as_bytes(), b"\xe4\xb8"].concat()));
    files.push(Hostile::new("surrogates.xml", text.replace("武汉", "\u{10ffff}").into_bytes()));
    files.push(Hostile::new("long-zero.xml", [text.as_bytes(), b"\xc0\x80"].concat()));
    files
}

fn damaged() -> Vec<Hostile> {
    let mut noise = Noise::new(20_260_302);
    let whole = [Paper::digital().xml(), Paper::electronic().attachment(), Paper::electronic().xbrl()];
    let mut files: Vec<Hostile> =
        Noise::beginnings(whole[0].as_bytes()).map(|(part, bytes)| Hostile::new(format!("cut-{part}.xml"), bytes)).collect();
    for at in 0..45 {
        files.push(Hostile::new(format!("noise-{at}.xml"), noise.damage(whole[at % whole.len()].as_bytes())));
    }
    files
}
