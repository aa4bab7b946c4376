//! What a person has to look at, in both languages. Every empty field has its reason here.

use serde::{Serialize, Serializer};

use super::{Field, Place};
use crate::ids::NotUscc;
use crate::lang::Text;
use crate::money::Fen;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    Empty,
    TooLarge,
    UnknownFormat,
    Image(&'static str),
    Encrypted,
    /// The file is damaged; what the parser said.
    Broken(String),
    /// It unpacks to more than an invoice can be, or nests too deep.
    Bomb,
    Doctype,
    OtherXml,
    OtherZip,
    OtherOfd,
    OtherPdf,
    /// A PDF of pictures.
    NoText,
    /// The text of a PDF, with neither XML nor QR code to compare it with.
    Unconfirmed,
    LinesNotRead,
    /// Nothing in the file says it.
    Missing(Field),
    Malformed(Field, String),
    /// Two places say different things.
    Conflict {
        field: Field,
        first: (Place, String),
        second: (Place, String),
    },
    SumDiffers {
        net: Fen,
        tax: Fen,
        total: Fen,
    },
    NoTaxShown,
    NoTaxButTotalDiffers {
        net: Fen,
        total: Fen,
    },
    WordsDiffer {
        words: String,
        total: Fen,
    },
    LinesDiffer {
        field: Field,
        lines: Fen,
        said: Fen,
    },
    /// The n-th line, counted from 1.
    LineAmount {
        line: usize,
    },
    TaxNumber(Field, NotUscc),
    /// A number of 20 characters is a citizen's with two digits behind it.
    CitizenNumber(Field),
    QrDiffers(Field, String),
    RedOfUnknown,
    /// The process that read the file ended without an answer.
    ReaderDied(String),
    ReaderTimedOut(u64),
    CannotOpen(String),
}

impl Warning {
    #[must_use]
    pub fn text(&self) -> Text {
        if let Some((zh, en)) = self.fixed() {
            return Text::new(zh, en);
        }
        match self {
            Warning::Image(format) => Text::new(
                format!("这是 {format} 图片，不是发票文件：请上传 OFD、XML 或 PDF 原件。"),
                format!("This is a {format} image, not an invoice file: upload the original OFD, XML or PDF."),
            ),
            Warning::Broken(why) => Text::new(
                format!("文件已损坏，无法读取（{why}）：请重新下载原件。"),
                format!("The file is damaged and cannot be read ({why}): download the original again."),
            ),
            Warning::ReaderDied(why) => Text::new(
                format!("读取程序中断（{why}）：文件超出限制或已损坏。"),
                format!("The reader ended without an answer ({why}): the file is damaged or beyond the limits."),
            ),
            Warning::ReaderTimedOut(seconds) => Text::new(
                format!("{seconds} 秒内未能读完：文件不像一张发票。"),
                format!("The file could not be read within {seconds} seconds: it does not look like an invoice."),
            ),
            Warning::CannotOpen(why) => Text::new(format!("无法打开文件（{why}）。"), format!("The file cannot be opened ({why}).")),
            _ => self.about_fields(),
        }
    }

    /// Sentences without a number in them.
    fn fixed(&self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Warning::Empty => ("文件为空（0 字节）：请重新下载原件。", "The file is empty (0 bytes): download the original again."),
            Warning::TooLarge => ("文件超过 32 MiB，不像一张发票。", "The file is larger than 32 MiB and does not look like an invoice."),
            Warning::UnknownFormat => (
                "既不是 XML、OFD，也不是 PDF：请上传发票原件。",
                "This is neither XML nor OFD nor PDF: upload the original of the invoice.",
            ),
            Warning::Encrypted => (
                "文件设有密码，无法读取：请上传未加密的原件。",
                "The file is protected by a password and cannot be read: upload the original without one.",
            ),
            Warning::Bomb => (
                "解压后的大小、条目数或嵌套层数超出一张发票的限度，已拒绝读取。",
                "It unpacks to more bytes, entries or levels than an invoice can have and was refused.",
            ),
            Warning::Doctype => (
                "XML 带有 DOCTYPE 或自定义实体；发票不用，已拒绝读取。",
                "The XML has a DOCTYPE or entities of its own, which no invoice has, and was refused.",
            ),
            Warning::OtherXml => ("这份 XML 不是发票。", "This XML is not an invoice."),
            Warning::OtherZip => ("压缩包里没有 OFD 发票。", "The archive holds no OFD invoice."),
            Warning::OtherOfd => ("这份 OFD 没有发票内容。", "This OFD holds no invoice."),
            Warning::OtherPdf => ("这份 PDF 没有发票内容。", "This PDF holds no invoice."),
            Warning::NoText => (
                "PDF 里没有文字，像是扫描件：请上传电子发票原件。",
                "The PDF has no text and looks like a scan: upload the original of the electronic invoice.",
            ),
            Warning::Unconfirmed => (
                "读自 PDF 文字，没有可核对的二维码：请对照票面。",
                "Read from the text of the PDF without a QR code to compare it with: compare with the paper.",
            ),
            Warning::LinesNotRead => ("PDF 的明细行未读取。", "The lines of a PDF are not read."),
            Warning::NoTaxShown => {
                ("票面未列税额（***），按不含税额等于价税合计处理。", "The paper shows no tax (***); the net amount is taken as the total.")
            }
            Warning::RedOfUnknown => {
                ("这是红字发票，但未写明对应的蓝字发票号码。", "This is a red letter, but it does not say which invoice it takes back.")
            }
            _ => return None,
        })
    }

    fn about_fields(&self) -> Text {
        match self {
            Warning::Missing(field) => said(*field, "文件中没有", "is not in the file"),
            Warning::Malformed(field, raw) => {
                said(*field, &format!("“{raw}”格式不对，未采用"), &format!("{raw:?} has a wrong form and is left out"))
            }
            Warning::Conflict { field, first, second } => said(
                *field,
                &format!("两处不一致（“{}”与“{}”），未采用", first.1, second.1),
                &format!("differs between two places ({:?} {:?}, {:?} {:?}) and is left out", first.0, first.1, second.0, second.1),
            ),
            Warning::SumDiffers { net, tax, total } => Text::new(
                format!("金额 {} 加税额 {} 不等于价税合计 {}，三项均未采用。", net.plain(), tax.plain(), total.plain()),
                format!("Net {} plus tax {} is not the total {}; all three are left out.", net.plain(), tax.plain(), total.plain()),
            ),
            Warning::NoTaxButTotalDiffers { net, total } => Text::new(
                format!("票面未列税额（***），但金额 {} 与价税合计 {} 不同，两项均未采用。", net.plain(), total.plain()),
                format!("The paper shows no tax (***), yet net {} and total {} differ; both are left out.", net.plain(), total.plain()),
            ),
            Warning::WordsDiffer { words, total } => Text::new(
                format!("大写金额“{words}”与小写 {} 不一致，价税合计未采用。", total.plain()),
                format!("The amount in words ({words}) is not {}; the total is left out.", total.plain()),
            ),
            Warning::LinesDiffer { field, lines, said: sum } => said(
                *field,
                &format!("为 {}，各行合计为 {}，请核对", sum.plain(), lines.plain()),
                &format!("is {}, but the lines add up to {}: compare with the paper", sum.plain(), lines.plain()),
            ),
            Warning::LineAmount { line } => {
                Text::new(format!("第 {line} 行的金额或税额无法读取。"), format!("The amount or tax of line {line} cannot be read."))
            }
            Warning::TaxNumber(field, why) => {
                said(*field, &format!("不合规则：{}", why.text().zh), &format!("is out of order: {}", why.text().en))
            }
            Warning::CitizenNumber(field) => {
                said(*field, "由公民身份号码组成，不得公开", "is made of a citizen's number and must not be published")
            }
            Warning::QrDiffers(field, code) => said(
                *field,
                &format!("与二维码中的“{code}”不一致，未采用"),
                &format!("is not what the QR code says ({code:?}) and is left out"),
            ),
            _ => Text::new("", ""),
        }
    }
}

/// A sentence about a field.
fn said(field: Field, zh: &str, en: &str) -> Text {
    let stop = |text: &str, mark: &str| if text.ends_with(mark) { String::new() } else { mark.to_owned() };
    let title = field.title();
    Text::new(format!("{}{zh}{}", title.zh, stop(zh, "。")), format!("The {} {en}{}", title.en, stop(en, ".")))
}

/// Both languages, one after the other.
impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text();
        serializer.serialize_str(&format!("{} {}", text.zh, text.en))
    }
}
