//! The XML dialects of invoices (formats.md §2.3 to §2.5): the tax bureau's `EInvoice`, the
//! `eInvoice` within an OFD, the accounting instances in XBRL, and flat files with Chinese or
//! pinyin names. The first two are read by exact path: a plate number stands before the number in
//! some, and every tag of a seller contains "seller".

use super::element::Element;
use super::field::{Field, Place, RawLine, Sheet, searchable};
use super::kind::Kind;

/// What the document says of an invoice; `None` when it is something else.
pub(super) fn sheet(root: &Element, place: Place) -> Option<Sheet> {
    let bureau = together(named(root, "EInvoice").map(|invoice| bureau(invoice, place)));
    if let Some(sheet) = bureau.or_else(|| together(named(root, "eInvoice").filter_map(|invoice| classic(invoice, place)))) {
        return Some(sheet);
    }
    if root.name == "xbrl" {
        return accounting(root, if place == Place::Xml { Place::Xml } else { Place::Xbrl });
    }
    flat(root, place)
}

fn named<'a>(root: &'a Element, name: &'a str) -> impl Iterator<Item = &'a Element> {
    root.all().into_iter().filter(move |element| element.name == name)
}

/// A file of several invoices is none of them: their fields stand against one another.
fn together(mut sheets: impl Iterator<Item = Sheet>) -> Option<Sheet> {
    let mut first = sheets.next()?;
    for other in sheets {
        first.values.extend(other.values);
        first.lines.clear();
    }
    Some(first)
}

/// 数电票 as the tax bureau issues it.
fn bureau(invoice: &Element, place: Place) -> Sheet {
    let mut sheet = Sheet { kind: Some(Kind::Digital), ..Sheet::new(place) };
    let data = |path: &[&str]| invoice.at(&["EInvoiceData"]).map_or("", |data| data.text_at(path));
    sheet.say(Field::Number, invoice.text_at(&["Header", "EIid"]));
    sheet.say(Field::Number, invoice.text_at(&["TaxSupervisionInfo", "InvoiceNumber"]));
    // The day of the request is only an answer where the bureau's own is missing.
    sheet.say(Field::Date, invoice.text_at(&["TaxSupervisionInfo", "IssueTime"]));
    if !sheet.says(Field::Date) {
        sheet.say(Field::Date, data(&["BasicInformation", "RequestTime"]));
    }
    sheet.say(Field::Buyer, data(&["BuyerInformation", "BuyerName"]));
    sheet.say(Field::BuyerId, data(&["BuyerInformation", "BuyerIdNum"]));
    sheet.say(Field::Seller, data(&["SellerInformation", "SellerName"]));
    sheet.say(Field::SellerId, data(&["SellerInformation", "SellerIdNum"]));
    sheet.say(Field::Net, data(&["BasicInformation", "TotalAmWithoutTax"]));
    sheet.say(Field::Tax, data(&["BasicInformation", "TotalTaxAm"]));
    sheet.say(Field::Total, data(&["BasicInformation", "TotalTax-includedAmount"]));
    sheet.in_words = some(data(&["BasicInformation", "TotalTax-includedAmountInChinese"]));
    let label = |name: &str| invoice.text_at(&["Header", "InherentLabel", name, "LabelCode"]);
    sheet.special = match label("GeneralOrSpecialVAT") {
        "01" => Some(true),
        "02" => Some(false),
        _ => None,
    };
    let red = invoice.at(&["EInvoiceData", "SpecificInformation", "RedEInvoice"]);
    sheet.red = label("InIssuType") == "N" || red.is_some();
    sheet.red_of = red.and_then(|red| some(red.text_at(&["OriginalInvoiceCode"])));
    if sheet.red && sheet.red_of.is_none() {
        sheet.red_of = red_of_remark(data(&["AdditionalInformation", "Remark"]));
    }
    let lines = invoice.child("EInvoiceData").into_iter().flat_map(|data| &data.children);
    for line in lines.filter(|child| child.name == "IssuItemInformation") {
        sheet.lines.push(raw_line(line, ["ItemName", "Quantity", "MeaUnits", "Amount", "TaxRate", "ComTaxAm"]));
    }
    sheet
}

/// The invoice within an OFD; a file of tags has the same root and no texts of its own.
fn classic(invoice: &Element, place: Place) -> Option<Sheet> {
    let mut sheet = Sheet::new(place);
    for (field, path) in CLASSIC {
        sheet.say(*field, invoice.text_at(path));
    }
    if sheet.values.is_empty() {
        return None;
    }
    sheet.split_key();
    sheet.in_words = some(invoice.text_at(&["TaxInclusiveTotalAmountWithWords"]));
    sheet.qr = some(invoice.text_at(&["GraphCode"]));
    sheet.red_of = red_of_remark(invoice.text_at(&["Note"]));
    for line in invoice.at(&["GoodsInfos"]).into_iter().flat_map(|goods| &goods.children).filter(|child| child.name == "GoodsInfo") {
        sheet.lines.push(raw_line(line, ["Item", "Quantity", "MeasurementDimension", "Amount", "TaxScheme", "TaxAmount"]));
    }
    Some(sheet)
}

const CLASSIC: &[(Field, &[&str])] = &[
    (Field::Code, &["InvoiceCode"]),
    (Field::Number, &["InvoiceNo"]),
    (Field::Date, &["IssueDate"]),
    (Field::Buyer, &["Buyer", "BuyerName"]),
    (Field::BuyerId, &["Buyer", "BuyerTaxID"]),
    (Field::Seller, &["Seller", "SellerName"]),
    (Field::SellerId, &["Seller", "SellerTaxID"]),
    (Field::Net, &["TaxExclusiveTotalAmount"]),
    (Field::Tax, &["TaxTotalAmount"]),
    (Field::Total, &["TaxInclusiveTotalAmount"]),
];

/// An accounting instance of the Ministry of Finance, 2021 (`inv`) or 2023 (`einv`). Facts may stand
/// within tuples; a name that occurs with two values is a conflict.
fn accounting(root: &Element, place: Place) -> Option<Sheet> {
    let mut sheet = Sheet::new(place);
    let facts = root.all();
    for (field, name) in FACTS {
        facts.iter().filter(|fact| fact.name == *name).for_each(|fact| sheet.say(*field, &fact.text));
    }
    if !sheet.says(Field::Date) {
        facts.iter().filter(|fact| fact.name == "RequestTime").for_each(|fact| sheet.say(Field::Date, &fact.text));
    }
    if !sheet.says(Field::Number) || !(sheet.says(Field::Total) || sheet.says(Field::Net)) {
        return None;
    }
    sheet.split_key();
    let text = |name: &str| facts.iter().find(|fact| fact.name == name).map_or("", |fact| fact.text.trim());
    sheet.red = text("WhetherEinvoiceIsRedEinvoice") == "true";
    sheet.red_of = some(text("OriginalInvoiceCode"));
    Some(sheet)
}

const FACTS: &[(Field, &str)] = &[
    (Field::Code, "CodeOfInvoice"),
    (Field::Number, "NumberOfInvoice"),
    (Field::Number, "InvoiceNumber"),
    (Field::Date, "DateOfIssue"),
    (Field::Date, "IssueTime"),
    (Field::Buyer, "NameOfPurchaser"),
    (Field::Buyer, "BuyerName"),
    (Field::BuyerId, "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser"),
    (Field::BuyerId, "BuyerIdNum"),
    (Field::Seller, "NameOfSeller"),
    (Field::Seller, "SellerName"),
    (Field::SellerId, "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller"),
    (Field::SellerId, "SellerIdNum"),
    (Field::Net, "TotalAmountExcludingTax"),
    (Field::Net, "TotalAmWithoutTax"),
    (Field::Tax, "TotalTaxAmount"),
    (Field::Tax, "TotalTaxAm"),
    (Field::Total, "TaxIncludedAmountInFigures"),
    (Field::Total, "TotalTax-includedAmount"),
];

/// Files of accounting programs. Some write an invoice flat under pinyin initials or the words of the
/// paper; without number and amount it is no invoice.
fn flat(root: &Element, place: Place) -> Option<Sheet> {
    let mut sheet = Sheet::new(place);
    let leaves: Vec<&Element> = root.all().into_iter().filter(|element| element.children.is_empty()).collect();
    for (field, names) in FLAT {
        leaves.iter().filter(|leaf| names.contains(&leaf.name.as_str())).for_each(|leaf| sheet.say(*field, &leaf.text));
    }
    let whole = sheet.says(Field::Number) && sheet.says(Field::Date) && (sheet.says(Field::Total) || sheet.says(Field::Net));
    sheet.split_key();
    whole.then_some(sheet)
}

const FLAT: &[(Field, &[&str])] = &[
    (Field::Code, &["FPDM", "发票代码"]),
    (Field::Number, &["FPHM", "发票号码"]),
    (Field::Date, &["KPRQ", "开票日期"]),
    (Field::Buyer, &["GMFMC", "GFMC", "购买方名称"]),
    (Field::BuyerId, &["GMFNSRSBH", "GMFSBH", "GFSBH", "购买方纳税人识别号", "购买方识别号", "购买方统一社会信用代码"]),
    (Field::Seller, &["XSFMC", "XFMC", "销售方名称"]),
    (Field::SellerId, &["XSFNSRSBH", "XSFSBH", "XFSBH", "销售方纳税人识别号", "销售方识别号", "销售方统一社会信用代码"]),
    (Field::Net, &["HJJE", "合计金额"]),
    (Field::Tax, &["HJSE", "合计税额"]),
    (Field::Total, &["JSHJ", "JSHJXX", "价税合计", "价税合计小写"]),
];

/// `OFD.xml` of a package: the issuer's own list of names and values.
pub(super) fn custom_data(root: &Element) -> Sheet {
    let mut sheet = Sheet::new(Place::CustomData);
    for data in root.all().into_iter().filter(|element| element.name == "CustomData") {
        let name = data.attribute("Name").unwrap_or_default();
        if let Some((field, _)) = FLAT.iter().find(|(_, names)| names.contains(&name)) {
            sheet.say(*field, &data.text);
        }
    }
    sheet.split_key();
    sheet
}

/// Tags of an OFD: elements named as in the attachment, each with references to texts of pages.
pub(super) fn tags(root: &Element, text_of: impl Fn(&str) -> Option<String>) -> Sheet {
    let mut sheet = Sheet::new(Place::Tags);
    for element in root.all() {
        let references: Vec<&Element> = element.children.iter().filter(|child| child.name == "ObjectRef").collect();
        let known = CLASSIC.iter().find(|(_, path)| path.last() == Some(&element.name.as_str()));
        let known =
            known.map(|(field, _)| *field).or_else(|| FACTS.iter().find(|(_, name)| *name == element.name).map(|(field, _)| *field));
        if let Some(field) = known.filter(|_| !references.is_empty()) {
            let text: Option<String> = references.iter().map(|reference| text_of(reference.text.trim())).collect();
            sheet.say(field, &text.unwrap_or_default());
        }
    }
    sheet.split_key();
    sheet
}

fn raw_line(line: &Element, [name, quantity, unit, amount, rate, tax]: [&str; 6]) -> RawLine {
    let text = |name: &str| line.text_at(&[name]).to_owned();
    RawLine { name: text(name), quantity: text(quantity), unit: text(unit), amount: text(amount), tax_rate: text(rate), tax: text(tax) }
}

/// The blue invoice that the remark of a red one names: `被红冲蓝字数电票号码：…`, on older ones
/// `对应正数发票代码:… 号码:…`.
pub(super) fn red_of_remark(remark: &str) -> Option<String> {
    let remark = searchable(remark);
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    if let Some((_, rest)) = remark.split_once("被红冲蓝字数电票号码：") {
        return some(&digits(rest)).filter(|number| number.len() == 20);
    }
    let (_, rest) = remark.split_once("对应正数发票代码：")?;
    let code = digits(rest);
    let number = digits(rest.split_once("号码：")?.1);
    crate::ids::is_invoice_key(&code, &number).then(|| format!("{code}{number}"))
}

fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
