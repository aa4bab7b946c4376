//! The invented files: every kind, every place and every trap, each with what must be read from it.

use serde_json::{Value, json};

use super::documents::{add_code, attach, bureau, bytes, code_png, letter, locked, older, scan};
use super::generator::{BUYER_ID, Paper, PaperLine, SELLER_ID, yuan};
use super::packages::{Ofd, bomb, package};

#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// The keys that are compared.
    pub expected: Value,
    /// A part of the warning that must be there; without one there may be none.
    pub reason: Option<&'static str>,
}

impl Fixture {
    pub fn new(name: &'static str, bytes: impl Into<Vec<u8>>, expected: Value) -> Fixture {
        Fixture { name, bytes: bytes.into(), expected, reason: None }
    }

    pub fn with_reason(self, reason: &'static str) -> Fixture {
        Fixture { reason: Some(reason), ..self }
    }

    /// The same with other values under some keys.
    pub fn but(mut self, changed: Value) -> Fixture {
        for (key, value) in changed.as_object().unwrap() {
            self.expected[key] = value.clone();
        }
        self
    }
}

/// What must be read of a paper.
pub(crate) fn facts(paper: &Paper) -> Value {
    json!({
        "kind": if paper.code.is_some() { "electronic" } else { "digital" },
        "special": paper.special,
        "red": paper.red_of.is_some(),
        "code": paper.code,
        "number": paper.number,
        "date": paper.iso_date(),
        "buyer": paper.buyer,
        "buyer_id": paper.buyer_id,
        "seller": paper.seller,
        "seller_id": paper.seller_id,
        "net": yuan(paper.net()),
        "tax": if paper.no_tax { Value::Null } else { yuan(paper.tax()).into() },
        "total": yuan(paper.total()),
        "red_of": paper.red_of,
    })
}

fn of(name: &'static str, paper: &Paper, bytes: impl Into<Vec<u8>>) -> Fixture {
    Fixture::new(name, bytes, facts(paper))
}

fn refused(name: &'static str, bytes: impl Into<Vec<u8>>, kind: &str, reason: &'static str) -> Fixture {
    let nothing = json!({"kind": kind, "number": null, "date": null, "buyer": null, "net": null, "total": null, "lines": [], "source": {}});
    Fixture::new(name, bytes, nothing).with_reason(reason)
}

pub(crate) fn all() -> Vec<Fixture> {
    [digital(), encodings(), other_dialects(), packages(), red_letters(), without_tax(), contradictions(), gaps(), documents(), hostile()]
        .concat()
}

fn digital() -> Vec<Fixture> {
    let paper = Paper::digital();
    let ordinary = Paper { special: false, ..paper.clone() };
    let one_fen = Paper { lines: vec![PaperLine::new("*信息技术服务*试用", "1", "次", 1, 0)], ..paper.clone() };
    let large = Paper { lines: vec![PaperLine::new("*信息技术服务*算力", "1", "项", 999_999_999_999, 13)], ..paper.clone() };
    let named = Paper { buyer: "A&B <武汉>（集团）有限公司".into(), ..paper.clone() };
    let lines = json!({"lines": [
        {"name": "*信息技术服务*算力服务费", "quantity": "1000", "unit": "卡时", "amount": "12500.00", "tax_rate": "6%", "tax": "750.00"},
        {"name": "*信息技术服务*算力服务费", "quantity": null, "unit": null, "amount": "-500.00", "tax_rate": "6%", "tax": "-30.00"},
    ]});
    let toll = "<SpecificInformation><Toll><PlateNumber>鄂A12345</PlateNumber><VehicleType>客车</VehicleType></Toll></SpecificInformation>";
    vec![
        of("digital-special.xml", &paper, paper.xml()).but(lines.clone()).but(json!({"source": {
            "number": "xml", "date": "xml", "buyer": "xml", "buyer_id": "xml", "seller": "xml", "seller_id": "xml",
            "net": "xml", "tax": "xml", "total": "xml"
        }})),
        of("digital-special.ofd", &paper, Ofd::with_attachment(&paper).bytes()).but(lines),
        of("digital-ordinary.xml", &ordinary, ordinary.xml()),
        of("one-fen.xml", &one_fen, one_fen.xml()),
        of("large.xml", &large, large.xml()),
        of("escaped-name.xml", &named, named.xml()),
        of("toll.xml", &paper, paper.xml().replace("<SpecificInformation></SpecificInformation>", toll)),
        // A plate number in front of the number, as ride services write it.
        of(
            "taxi.xml",
            &paper,
            paper.xml().replacen("<EInvoice>", "<EInvoice><PassengerTransport><Number>鄂A00001</Number></PassengerTransport>", 1),
        ),
        of("self-closing.xml", &paper, paper.xml().replace("<SpecificInformation></SpecificInformation>", "<SpecificInformation />")),
        of("date-only.xml", &paper, paper.xml().replace(" 10:08:05", "")),
        of("requested-the-day-before.xml", &paper, paper.xml().replace("2026-03-09 09:00:00", "2026-03-08 23:59:00")),
        of("within-an-envelope.xml", &paper, paper.xml().replacen("<EInvoice>", "<Batch><EInvoice>", 1) + "</Batch>"),
        of("with-words.xml", &paper, with_words(&paper, "壹万贰仟柒佰贰拾圆整")),
        of("rate-in-percent.xml", &paper, paper.xml().replace("0.060000", "6%")),
        of("line-tax-with-six-decimals.xml", &paper, paper.xml().replace(">750.00<", ">750.000000<")),
    ]
}

fn with_words(paper: &Paper, words: &str) -> String {
    let tag = "TotalTax-includedAmountInChinese";
    paper.xml().replace("<Drawer>", &format!("<{tag}>{words}</{tag}><Drawer>"))
}

fn encodings() -> Vec<Fixture> {
    let paper = Paper::digital();
    let marked = [b"\xef\xbb\xbf".to_vec(), paper.xml().into_bytes()].concat();
    let declared = |label: &str| paper.xml().replace("encoding=\"utf-8\"", &format!("encoding=\"{label}\""));
    let gb = encoding_rs::GB18030.encode(&declared("GB18030")).0.into_owned();
    let gbk = encoding_rs::GBK.encode(&declared("gbk")).0.into_owned();
    let undeclared = encoding_rs::GB18030.encode(&paper.xml()).0.into_owned();
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(declared("utf-16").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let full_width = |text: &str| -> String { text.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect() };
    let wide = paper.xml().replace(&paper.number, &full_width(&paper.number)).replace(BUYER_ID, &full_width(BUYER_ID));
    vec![
        of("byte-order-mark.xml", &paper, marked),
        of("gb18030.xml", &paper, gb),
        of("gbk.xml", &paper, gbk),
        of("says-utf-8-and-is-gb18030.xml", &paper, undeclared),
        of("utf-16.xml", &paper, utf16),
        of("full-width-digits.xml", &paper, wide),
        of("an-xml-named.pdf", &paper, paper.xml()),
        of("a-package-named.xml", &paper, Ofd::with_attachment(&paper).bytes()),
        of("lower-case-number.xml", &paper, paper.xml().replace(SELLER_ID, &SELLER_ID.to_lowercase())),
        of("spaces-around.xml", &paper, paper.xml().replace(&paper.number, &format!("\n {} \n", paper.number))),
    ]
}

fn other_dialects() -> Vec<Fixture> {
    let (digital, old) = (Paper::digital(), Paper::electronic());
    let accounting = json!({"buyer": null, "buyer_id": null, "special": null});
    let flat = |names: [&str; 10]| {
        let values = [
            old.code.clone().unwrap(),
            old.number.clone(),
            old.iso_date(),
            old.buyer.clone(),
            old.buyer_id.clone(),
            old.seller.clone(),
            old.seller_id.clone(),
            yuan(old.net()),
            yuan(old.tax()),
            yuan(old.total()),
        ];
        let leaves: String = names.iter().zip(values).map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
        format!("<?xml version=\"1.0\"?><root>{leaves}</root>")
    };
    let pinyin = flat(["FPDM", "FPHM", "KPRQ", "GMFMC", "GMFNSRSBH", "XSFMC", "XSFNSRSBH", "HJJE", "HJSE", "JSHJXX"]);
    let chinese = flat([
        "发票代码",
        "发票号码",
        "开票日期",
        "购买方名称",
        "购买方纳税人识别号",
        "销售方名称",
        "销售方纳税人识别号",
        "合计金额",
        "合计税额",
        "价税合计",
    ]);
    let joined =
        old.attachment().replace("<fp:InvoiceCode>042002200111</fp:InvoiceCode>", "").replace(">08123456<", ">04200220011108123456<");
    let printed = Paper { code: Some("4200221130".into()), special: true, ..old.clone() };
    let roll = Paper { code: Some("042002200107".into()), ..old.clone() };
    let special = Paper { code: Some("042002200113".into()), special: true, ..old.clone() };
    let tolls = Paper { code: Some("042002200112".into()), ..old.clone() };
    let without_code_text = |paper: &Paper| paper.attachment().replace(&paper.qr(), "");
    vec![
        of("einv.xml", &digital, digital.xbrl()).but(accounting).with_reason("buyer's name is not in the file"),
        of("inv.xml", &old, old.xbrl()),
        of("attachment-alone.xml", &old, old.attachment()),
        of("pinyin.xml", &old, pinyin),
        of("chinese-names.xml", &old, chinese),
        of("code-and-number-in-one.xml", &old, joined),
        of("electronic-special.xml", &special, special.attachment()),
        of("electronic-toll.xml", &tolls, tolls.attachment()),
        of("paper-special.xml", &printed, without_code_text(&printed)).but(json!({"kind": "paper"})),
        of("paper-roll.xml", &roll, without_code_text(&roll)).but(json!({"kind": "paper"})),
    ]
}

fn packages() -> Vec<Fixture> {
    let (digital, old) = (Paper::digital(), Paper::electronic());
    let everywhere =
        Ofd { attachment: Some(old.attachment()), xbrl: Some(old.xbrl()), tags: Ofd::with_tags(&old).tags, ..Ofd::with_custom_data(&old) };
    let silent = json!({"special": null});
    let source = |place: &str| {
        json!({"source": {
            "code": place, "number": place, "date": place, "buyer": place, "buyer_id": place, "seller": place, "seller_id": place,
            "net": place, "tax": place, "total": place
        }})
    };
    vec![
        of("attachment.ofd", &old, Ofd::with_attachment(&old).bytes()).but(source("attachment")),
        of("xbrl.ofd", &old, Ofd::with_xbrl(&old).bytes()).but(source("xbrl")),
        of("custom-data.ofd", &old, Ofd::with_custom_data(&old).bytes()).but(source("custom_data")),
        of("tags.ofd", &old, Ofd::with_tags(&old).bytes()).but(source("tags")),
        of("all-four-places.ofd", &old, everywhere.bytes()).but(source("attachment")),
        of("digital-tags.ofd", &digital, Ofd::with_tags(&digital).bytes()).but(silent.clone()),
        of("digital-custom-data.ofd", &digital, Ofd::with_custom_data(&digital).bytes()).but(silent),
        of("digital-xml-attached.ofd", &digital, Ofd { attachment: Some(digital.xml()), ..Ofd::default() }.bytes()),
        of("a-damaged-signature.ofd", &old, Ofd { xbrl: Some("<Signature><Value>".into()), ..Ofd::with_attachment(&old) }.bytes()),
        refused(
            "a-damaged-attachment.ofd",
            Ofd { attachment: Some("<eInvoice><Invoice".into()), ..Ofd::default() }.bytes(),
            "unreadable",
            "damaged",
        ),
        refused("a-letter.ofd", Ofd::default().bytes(), "not_an_invoice", "holds no invoice"),
        refused("photos.zip", package(&[("one.txt", b"photo".to_vec())]), "not_an_invoice", "no OFD invoice"),
    ]
}

fn red_letters() -> Vec<Fixture> {
    let (digital, old) = (Paper::digital(), Paper::electronic());
    let red = digital.reversed("26422000000123456790");
    let partial = Paper { lines: vec![PaperLine::new("*信息技术服务*算力服务费", "-10", "卡时", -12_345, 6)], ..red.clone() };
    let old_red = old.reversed("08123457");
    let remark = "被红冲蓝字数电票号码：26422000000123456789 红字发票信息确认单编号：42010126031000000001";
    let in_remark = red.xml().replace("<OriginalInvoiceCode>26422000000123456789</OriginalInvoiceCode>", "");
    let in_remark = in_remark.replace("<Remark></Remark>", &format!("<Remark>{remark}</Remark>"));
    let unknown = red.xml().replace("<OriginalInvoiceCode>26422000000123456789</OriginalInvoiceCode>", "");
    vec![
        of("red.xml", &red, red.xml()),
        of("red-words.xml", &red, with_words(&red, "（负数）壹万贰仟柒佰贰拾圆整")),
        of("red-partial.xml", &partial, partial.xml()),
        of("red-by-remark.xml", &red, in_remark),
        of("red-of-unknown.xml", &red, unknown).but(json!({"red_of": null})).with_reason("does not say which invoice"),
        of("red.ofd", &red, Ofd::with_attachment(&red).bytes()),
        of("red-electronic.ofd", &old_red, Ofd::with_attachment(&old_red).bytes()),
    ]
}

fn without_tax() -> Vec<Fixture> {
    let exempt = Paper { no_tax: true, special: false, ..Paper::digital() };
    let old = Paper { no_tax: true, ..Paper::electronic() };
    let net_only = Ofd {
        custom_data: Ofd::with_custom_data(&old).custom_data.into_iter().filter(|(name, _)| *name != "价税合计").collect(),
        ..Ofd::default()
    };
    let differs = Ofd::with_custom_data(&old).bytes_with("价税合计", "301.00");
    let zero = Paper { lines: vec![PaperLine::new("*技术服务*技术开发", "1", "项", 800_000, 0)], ..Paper::digital() };
    vec![
        of("stars.xml", &exempt, exempt.xml()).with_reason("shows no tax"),
        of("stars.ofd", &old, Ofd::with_attachment(&old).bytes()).with_reason("shows no tax"),
        of("stars-and-net-only.ofd", &old, net_only.bytes()).with_reason("shows no tax"),
        of("stars-but-total-differs.ofd", &old, differs).but(json!({"net": null, "total": null})).with_reason("both are left out"),
        of("zero-rate.xml", &zero, zero.xml()).but(json!({"tax": "0.00"})),
    ]
}

fn contradictions() -> Vec<Fixture> {
    let (digital, old) = (Paper::digital(), Paper::electronic());
    let no_amounts = json!({"net": null, "tax": null, "total": null});
    let swapped = digital.xml().replace("<TotalAmWithoutTax>12000.00", "<TotalAmWithoutTax>12720.00");
    let swapped = swapped.replace("<TotalTax-includedAmount>12720.00", "<TotalTax-includedAmount>12000.00");
    let two_totals = Ofd { attachment: Some(old.attachment()), ..Ofd::with_custom_data(&old) }.bytes_with("价税合计", "31800.00");
    let two_numbers = digital.xml().replacen("<EIid>26422000000123456789", "<EIid>26422000000123456780", 1);
    let other_qr = old.attachment().replace(&old.qr(), &old.qr().replace(",08123456,", ",08123465,"));
    let other_sum = old.attachment().replace(&old.qr(), &old.qr().replace(",300.00,", ",3000.00,"));
    let line = digital.xml().replacen("<Amount>12500.00", "<Amount>12600.00", 1);
    let mistyped = Paper { buyer_id: "91420100MA4TE5T193".into(), ..digital.clone() };
    let citizen = Paper { seller_id: "42010119900101123401".into(), ..digital.clone() };
    let other = Paper { number: "26422000000123456798".into(), buyer: "武汉另一家有限公司".into(), ..digital.clone() };
    let body = |paper: &Paper| paper.xml().split_once("?>").unwrap().1.to_owned();
    let two = format!("<Batch>{}{}</Batch>", body(&digital), body(&other));
    vec![
        of("two-invoices.xml", &digital, two)
            .but(json!({"number": null, "buyer": null, "lines": []}))
            .with_reason("invoice number differs"),
        of("swapped-total.xml", &digital, swapped).but(no_amounts.clone()).with_reason("is not the total"),
        of("two-totals.ofd", &old, two_totals).but(json!({"total": null})).with_reason("total differs between two places"),
        of("two-numbers.xml", &digital, two_numbers).but(json!({"number": null})).with_reason("invoice number differs"),
        of("other-number-in-qr.xml", &old, other_qr).but(json!({"number": null})).with_reason("QR code"),
        of("other-amount-in-qr.xml", &old, other_sum).but(json!({"net": null})).with_reason("QR code"),
        of("other-words.xml", &digital, with_words(&digital, "壹万贰仟柒佰叁拾圆整")).but(json!({"total": null})).with_reason("in words"),
        of("lines-differ.xml", &digital, line).with_reason("lines add up"),
        of("wrong-check-digit.xml", &mistyped, mistyped.xml()).with_reason("check character"),
        of("a-citizen-sells.xml", &citizen, citizen.xml()).with_reason("citizen's number"),
    ]
}

fn gaps() -> Vec<Fixture> {
    let (digital, old) = (Paper::digital(), Paper::electronic());
    let without = |from: &str, to: &str| digital.xml().replace(from, to);
    let private = Paper { buyer: "个人".into(), buyer_id: String::new(), ..old.clone() };
    let untaxed = Ofd {
        custom_data: Ofd::with_custom_data(&old).custom_data.into_iter().filter(|(name, _)| *name != "合计税额").collect(),
        ..Ofd::default()
    };
    vec![
        of("private-buyer.ofd", &private, Ofd::with_attachment(&private).bytes()).but(json!({"buyer_id": null})),
        of("without-tax.ofd", &old, untaxed.bytes()).but(json!({"tax": null})).with_reason("tax is not in the file"),
        of("without-date.xml", &digital, without("2026-03-09", "")).but(json!({"date": null})).with_reason("date of issue"),
        of("impossible-date.xml", &digital, without("2026-03-09", "2026-02-30")).but(json!({"date": null})).with_reason("wrong form"),
        of("short-number.xml", &digital, without("26422000000123456789", "2642200000012345"))
            .but(json!({"number": null}))
            .with_reason("wrong form"),
        of("letters-in-total.xml", &digital, without(">12720.00<", ">1272O.00<")).but(json!({"total": null})).with_reason("wrong form"),
        of("third-decimal.xml", &digital, without(">12720.00<", ">12720.005<")).but(json!({"total": null})).with_reason("wrong form"),
    ]
}

fn documents() -> Vec<Fixture> {
    let (digital, old) = (Paper::digital(), Paper::electronic());
    let ordinary = Paper { special: false, ..digital.clone() };
    let exempt = Paper { no_tax: true, ..digital.clone() };
    let red = digital.reversed("26422000000123456790");
    let with_code = |mut document: lopdf::Document, text: &str| {
        add_code(&mut document, text);
        bytes(document)
    };
    let mut attached = bureau(&digital);
    attach(&mut attached, &digital.xml());
    let mut disagreeing = bureau(&digital);
    attach(&mut disagreeing, &digital.xml().replace("2026-03-09", "2026-03-10"));
    let shifted = [b"a line of its own\n".to_vec(), with_code(bureau(&digital), &digital.qr())].concat();
    let other = Paper { number: "26422000000123456798".into(), ..digital.clone() };
    let unread = "lines of a PDF are not read";
    let code_only = json!({"buyer": null, "buyer_id": null, "seller": null, "seller_id": null, "net": null, "tax": null});
    let pictured = Ofd { picture: Some(code_png(&old.qr())), ..Ofd::with_custom_data(&old) };
    let mispictured = Ofd { picture: Some(code_png(&old.qr().replace("08123456", "08123465"))), ..Ofd::with_custom_data(&old) };
    vec![
        of("bureau.pdf", &digital, with_code(bureau(&digital), &digital.qr())).with_reason(unread),
        of("bureau-ordinary.pdf", &ordinary, with_code(bureau(&ordinary), &ordinary.qr())).with_reason(unread),
        of("bureau-stars.pdf", &exempt, with_code(bureau(&exempt), &exempt.qr())).with_reason("shows no tax"),
        of("bureau-red.pdf", &red, with_code(bureau(&red), &red.qr())).with_reason(unread),
        of("bureau-without-code.pdf", &digital, bytes(bureau(&digital))).with_reason("without a QR code"),
        of("older.pdf", &old, with_code(older(&old), &old.qr())).with_reason(unread),
        of("older-without-code.pdf", &old, bytes(older(&old))).with_reason("without a QR code"),
        of("attached.pdf", &digital, bytes(attached)),
        of("attached-and-other-day.pdf", &digital, bytes(disagreeing)).but(json!({"date": null})).with_reason("date of issue differs"),
        of("a-line-before-the-header.pdf", &digital, shifted).with_reason(unread),
        of("code-of-another.pdf", &digital, with_code(bureau(&digital), &other.qr())).but(json!({"number": null})).with_reason("QR code"),
        of("scan-with-code.pdf", &digital, with_code(scan(), &digital.qr())).but(code_only).with_reason("is not in the file"),
        of("code-in-a-picture.ofd", &old, pictured.bytes()),
        of("code-of-another-in-a-picture.ofd", &old, mispictured.bytes()).but(json!({"number": null})).with_reason("QR code"),
        refused("scan.pdf", bytes(scan()), "not_an_invoice", "has no text"),
        refused("letter.pdf", bytes(letter()), "not_an_invoice", "holds no invoice"),
        refused("locked.pdf", locked(bureau(&digital)), "unreadable", "password"),
        refused("cut-off.pdf", &bytes(bureau(&digital))[..400], "unreadable", "damaged"),
    ]
}

fn hostile() -> Vec<Fixture> {
    let paper = Paper::digital();
    let lol = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><EInvoice>&b;</EInvoice>";
    let external = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><EInvoice><Header><EIid>&f;</EIid></Header></EInvoice>";
    let deep = "<a>".repeat(100_000);
    let whole = Ofd::with_attachment(&paper).bytes();
    let jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF\0".to_vec();
    vec![
        refused("entity-bomb.xml", lol, "unreadable", "DOCTYPE"),
        refused("external-entity.xml", external, "unreadable", "DOCTYPE"),
        refused("unknown-entity.xml", "<EInvoice>&secret;</EInvoice>", "unreadable", "entities"),
        refused("deep.xml", deep, "unreadable", "more bytes, entries or levels"),
        refused("cut-off.xml", &paper.xml().as_bytes()[..900], "unreadable", "damaged"),
        refused("cut-off.ofd", &whole[..whole.len() / 2], "unreadable", "damaged"),
        refused("bomb.ofd", bomb(), "unreadable", "more bytes, entries or levels"),
        refused("empty.ofd", "", "unreadable", "0 bytes"),
        refused("photo.pdf", jpeg, "not_an_invoice", "JPEG"),
        refused("photo.ofd", &b"\x89PNG\r\n\x1a\n"[..], "not_an_invoice", "PNG"),
        refused("page.xml", "<html><body>发票</body></html>", "not_an_invoice", "not an invoice"),
        refused("noise.pdf", &b"\0\x01\x02 no invoice"[..], "unreadable", "neither XML nor OFD nor PDF"),
    ]
}
