//! OFD packages around an invented invoice.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::generator::{Paper, escaped, yuan};

/// Which of the four places hold the invoice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ofd {
    pub attachment: Option<String>,
    pub xbrl: Option<String>,
    pub custom_data: Vec<(&'static str, String)>,
    /// Name of the tag and the texts it points at.
    pub tags: Vec<(&'static str, Vec<String>)>,
    pub picture: Option<Vec<u8>>,
}

impl Ofd {
    pub fn with_attachment(paper: &Paper) -> Ofd {
        Ofd { attachment: Some(paper.attachment()), ..Ofd::default() }
    }

    pub fn with_xbrl(paper: &Paper) -> Ofd {
        Ofd { xbrl: Some(paper.xbrl()), ..Ofd::default() }
    }

    pub fn with_custom_data(paper: &Paper) -> Ofd {
        let mut custom_data = vec![
            ("发票号码", paper.number.clone()),
            ("开票日期", paper.chinese_date()),
            ("合计金额", yuan(paper.net())),
            ("合计税额", paper.tax_text()),
            ("价税合计", yuan(paper.total())),
            ("校验码", "14754 82292 98567 72523".into()),
            ("购买方名称", paper.buyer.clone()),
            ("购买方纳税人识别号", paper.buyer_id.clone()),
            ("销售方名称", paper.seller.clone()),
            ("销售方纳税人识别号", paper.seller_id.clone()),
        ];
        custom_data.extend(paper.code.clone().map(|code| ("发票代码", code)));
        Ofd { custom_data, ..Ofd::default() }
    }

    pub fn with_tags(paper: &Paper) -> Ofd {
        let mut tags = vec![
            ("InvoiceNo", vec![paper.number.clone()]),
            ("IssueDate", vec![paper.chinese_date()]),
            ("BuyerName", vec![paper.buyer.clone()]),
            ("BuyerTaxID", vec![paper.buyer_id.clone()]),
            ("SellerName", vec![paper.seller.clone()]),
            ("SellerTaxID", vec![paper.seller_id.clone()]),
            ("TaxExclusiveTotalAmount", vec!["¥".into(), yuan(paper.net())]),
            ("TaxTotalAmount", vec![paper.tax_text()]),
            ("TaxInclusiveTotalAmount", vec!["¥".into(), yuan(paper.total())]),
        ];
        tags.extend(paper.code.clone().map(|code| ("InvoiceCode", vec![code])));
        Ofd { tags, ..Ofd::default() }
    }

    /// The package with another text under one name of its custom data.
    pub fn bytes_with(mut self, name: &str, text: &str) -> Vec<u8> {
        for (_, value) in self.custom_data.iter_mut().filter(|(known, _)| *known == name) {
            *value = text.into();
        }
        self.bytes()
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut entries: Vec<(&str, Vec<u8>)> = Vec::new();
        let mut custom = String::new();
        for (name, value) in &self.custom_data {
            write!(custom, "<ofd:CustomData Name=\"{name}\">{}</ofd:CustomData>", escaped(value)).unwrap();
        }
        let ofd = format!(
            "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocInfo><ofd:CustomDatas>{custom}</ofd:CustomDatas></ofd:DocInfo>\
             <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        );
        entries.push(("OFD.xml", ofd.into_bytes()));
        entries.push(("Doc_0/Document.xml", b"\xef\xbb\xbf<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"/>".to_vec()));
        let (mut texts, mut references, mut id) = (String::new(), String::new(), 100);
        for (name, parts) in &self.tags {
            write!(references, "<{name}>").unwrap();
            for part in parts {
                id += 1;
                write!(texts, "<ofd:TextObject ID=\"{id}\"><ofd:TextCode X=\"0\">{}</ofd:TextCode></ofd:TextObject>", escaped(part))
                    .unwrap();
                write!(references, "<ofd:ObjectRef PageRef=\"1\">{id}</ofd:ObjectRef>").unwrap();
            }
            write!(references, "</{name}>").unwrap();
        }
        let page = format!("<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content>{texts}</ofd:Content></ofd:Page>");
        entries.push(("Doc_0/TPLS/Content_0.xml", page.into_bytes()));
        if !self.tags.is_empty() {
            let root = format!("<fp:eInvoice xmlns:fp=\"fp\" xmlns:ofd=\"ofd\">{references}</fp:eInvoice>");
            entries.push(("Doc_0/Tags/Tag_Invoice.xml", root.into_bytes()));
        }
        entries.extend(self.attachment.clone().map(|xml| ("Doc_0/Attachs/original_invoice.xml", xml.into_bytes())));
        entries.extend(self.xbrl.clone().map(|xml| ("Doc_0/Attachs/inv_ord_issuer_20260309_1.xml", xml.into_bytes())));
        entries.extend(self.picture.clone().map(|png| ("Doc_0/Res/qr.png", png)));
        package(&entries)
    }
}

/// A ZIP of these entries.
pub(crate) fn package(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// 40 MiB of blanks in one entry: some forty kilobytes packed.
pub(crate) fn bomb() -> Vec<u8> {
    package(&[("OFD.xml", b"<OFD/>".to_vec()), ("Doc_0/Attachs/original_invoice.xml", vec![b' '; 40 * 1024 * 1024])])
}
