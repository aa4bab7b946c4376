//! Writes invented invoices: the same paper as XML of the tax bureau, as the attachment, the custom
//! data and the tags of an OFD, and as an accounting instance.

use std::fmt::Write as _;

/// What stands on a paper; amounts in fen.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    pub code: Option<String>,
    pub number: String,
    pub date: (i32, u32, u32),
    pub special: bool,
    pub buyer: String,
    pub buyer_id: String,
    pub seller: String,
    pub seller_id: String,
    pub lines: Vec<PaperLine>,
    /// The paper prints `***`.
    pub no_tax: bool,
    pub red_of: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct PaperLine {
    pub name: String,
    pub quantity: String,
    pub unit: String,
    pub amount: i64,
    pub rate: u32,
    pub tax: i64,
}

pub(crate) const BUYER_ID: &str = "91420100MA4TE5T139";
pub(crate) const SELLER_ID: &str = "91420100MA4PRW01XR";

impl Paper {
    /// A fully digital invoice of two lines, the second a discount.
    pub fn digital() -> Paper {
        Paper {
            code: None,
            number: "26422000000123456789".into(),
            date: (2026, 3, 9),
            special: true,
            buyer: "武汉示例智能科技有限公司".into(),
            buyer_id: BUYER_ID.into(),
            seller: "湖北示例算力服务有限公司".into(),
            seller_id: SELLER_ID.into(),
            lines: vec![
                PaperLine::new("*信息技术服务*算力服务费", "1000", "卡时", 1_250_000, 6),
                PaperLine::new("*信息技术服务*算力服务费", "", "", -50_000, 6),
            ],
            no_tax: false,
            red_of: None,
        }
    }

    /// An older electronic invoice with a code.
    pub fn electronic() -> Paper {
        Paper {
            code: Some("042002200111".into()),
            number: "08123456".into(),
            special: false,
            lines: vec![PaperLine::new("*信息系统服务*云计算服务", "1", "项", 30_000, 6)],
            ..Paper::digital()
        }
    }

    /// The red letter that takes this paper back.
    pub fn reversed(&self, number: &str) -> Paper {
        let mut red = self.clone();
        red.red_of = Some(format!("{}{}", self.code.as_deref().unwrap_or_default(), self.number));
        red.number = number.into();
        for line in &mut red.lines {
            line.amount = -line.amount;
            line.tax = -line.tax;
        }
        red
    }

    pub fn net(&self) -> i64 {
        self.lines.iter().map(|line| line.amount).sum()
    }

    pub fn tax(&self) -> i64 {
        if self.no_tax { 0 } else { self.lines.iter().map(|line| line.tax).sum() }
    }

    pub fn total(&self) -> i64 {
        self.net() + self.tax()
    }

    pub fn tax_text(&self) -> String {
        if self.no_tax { "***".into() } else { yuan(self.tax()) }
    }

    pub fn iso_date(&self) -> String {
        let (year, month, day) = self.date;
        format!("{year}-{month:02}-{day:02}")
    }

    pub fn chinese_date(&self) -> String {
        let (year, month, day) = self.date;
        format!("{year}年{month:02}月{day:02}日")
    }

    /// The text of its QR code: with tax on digital invoices, without on others.
    pub fn qr(&self) -> String {
        let (kind, amount) = match (&self.code, self.special) {
            (None, true) => ("31", self.total()),
            (None, false) => ("32", self.total()),
            (Some(_), true) => ("08", self.net()),
            (Some(_), false) => ("10", self.net()),
        };
        let check = if self.code.is_some() { "11241636206802490280" } else { "" };
        let day = self.iso_date().replace('-', "");
        format!("01,{kind},{},{},{},{day},{check},DDB1,", self.code.as_deref().unwrap_or_default(), self.number, yuan(amount))
    }

    /// The tax bureau's own form.
    pub fn xml(&self) -> String {
        let mut lines = String::new();
        for line in &self.lines {
            let tax = if self.no_tax { "***".into() } else { yuan(line.tax) };
            let rate = if self.no_tax { "免税".into() } else { format!("0.{:02}0000", line.rate) };
            write!(
                lines,
                "<IssuItemInformation><ItemName>{}</ItemName><SpecMod></SpecMod><MeaUnits>{}</MeaUnits><Quantity>{}</Quantity>\
                 <Amount>{}</Amount><TaxRate>{rate}</TaxRate><ComTaxAm>{tax}</ComTaxAm></IssuItemInformation>",
                escaped(&line.name),
                line.unit,
                line.quantity,
                yuan(line.amount)
            )
            .unwrap();
        }
        let red = self.red_of.as_ref().map_or(String::new(), |blue| {
            format!("<RedEInvoice><OriginalInvoiceCode>{blue}</OriginalInvoiceCode><CreditNoteNumber>42010126031000000001</CreditNoteNumber></RedEInvoice>")
        });
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<EInvoice><Header><EIid>{number}</EIid><EInvoiceTag>SWEI4200</EInvoiceTag>\
             <Version>0.33</Version><InherentLabel><InIssuType><LabelCode>{blue}</LabelCode></InIssuType><EInvoiceType><LabelCode>01</LabelCode></EInvoiceType>\
             <GeneralOrSpecialVAT><LabelCode>{special}</LabelCode></GeneralOrSpecialVAT></InherentLabel></Header>\
             <EInvoiceData><SellerInformation><SellerIdNum>{seller_id}</SellerIdNum><SellerName>{seller}</SellerName>\
             <SellerBankAccNum>4200000000000000001</SellerBankAccNum></SellerInformation>\
             <BuyerInformation><BuyerIdNum>{buyer_id}</BuyerIdNum><BuyerName>{buyer}</BuyerName><BuyerAddr>\n</BuyerAddr></BuyerInformation>\
             <BasicInformation><TotalAmWithoutTax>{net}</TotalAmWithoutTax><TotalTaxAm>{tax}</TotalTaxAm>\
             <TotalTax-includedAmount>{total}</TotalTax-includedAmount><Drawer>示例</Drawer><RequestTime>{date} 09:00:00</RequestTime></BasicInformation>\
             {lines}<SpecificInformation>{red}</SpecificInformation><AdditionalInformation><Remark></Remark></AdditionalInformation></EInvoiceData>\
             <TaxSupervisionInfo><InvoiceNumber>{number}</InvoiceNumber><IssueTime>{date} 10:08:05</IssueTime></TaxSupervisionInfo></EInvoice>\n",
            number = self.number,
            blue = if self.red_of.is_some() { "N" } else { "Y" },
            special = if self.special { "01" } else { "02" },
            seller_id = self.seller_id,
            seller = escaped(&self.seller),
            buyer_id = self.buyer_id,
            buyer = escaped(&self.buyer),
            net = yuan(self.net()),
            tax = self.tax_text(),
            total = yuan(self.total()),
            date = self.iso_date(),
        )
    }

    /// `original_invoice.xml` of an OFD.
    pub fn attachment(&self) -> String {
        let mut lines = String::new();
        for line in &self.lines {
            let (rate, tax) = if self.no_tax { ("免税".into(), "***".into()) } else { (format!("{}%", line.rate), yuan(line.tax)) };
            write!(
                lines,
                "<fp:GoodsInfo><fp:Item>{}</fp:Item><fp:Specification>\n</fp:Specification><fp:MeasurementDimension>{}</fp:MeasurementDimension>\
                 <fp:Quantity>{}</fp:Quantity><fp:Amount>{}</fp:Amount><fp:TaxScheme>{rate}</fp:TaxScheme><fp:TaxAmount>{tax}</fp:TaxAmount></fp:GoodsInfo>",
                escaped(&line.name),
                line.unit,
                line.quantity,
                yuan(line.amount)
            )
            .unwrap();
        }
        let note = self.red_of.as_ref().map_or(String::new(), |blue| match blue.split_at_checked(12) {
            Some((code, number)) if self.code.is_some() => format!("对应正数发票代码:{code} 号码:{number}"),
            _ => format!("被红冲蓝字数电票号码：{blue} 红字发票信息确认单编号：42010126031000000001"),
        });
        format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<fp:eInvoice xmlns:fp=\"http://www.edrm.org.cn/schema/e-invoice/2019\" Version=\"1.0\">\
             <fp:InvoiceCode>{code}</fp:InvoiceCode><fp:InvoiceNo>{number}</fp:InvoiceNo><fp:IssueDate>{date}</fp:IssueDate>\
             <fp:Buyer><fp:BuyerName>{buyer}</fp:BuyerName><fp:BuyerTaxID>{buyer_id}</fp:BuyerTaxID></fp:Buyer>\
             <fp:Seller><fp:SellerName>{seller}</fp:SellerName><fp:SellerTaxID>{seller_id}</fp:SellerTaxID></fp:Seller>\
             <fp:TaxInclusiveTotalAmount>{total}</fp:TaxInclusiveTotalAmount><fp:Note>{note}</fp:Note><fp:TaxTotalAmount>{tax}</fp:TaxTotalAmount>\
             <fp:TaxExclusiveTotalAmount>{net}</fp:TaxExclusiveTotalAmount><fp:GraphCode>{qr}</fp:GraphCode><fp:GoodsInfos>{lines}</fp:GoodsInfos></fp:eInvoice>",
            code = self.code.as_deref().unwrap_or_default(),
            number = self.number,
            date = self.chinese_date(),
            buyer = escaped(&self.buyer),
            buyer_id = self.buyer_id,
            seller = escaped(&self.seller),
            seller_id = self.seller_id,
            total = yuan(self.total()),
            tax = self.tax_text(),
            net = yuan(self.net()),
            qr = self.qr(),
        )
    }

    /// An accounting instance, `inv` of 2021 for an invoice with a code and `einv` of 2023 without.
    pub fn xbrl(&self) -> String {
        let [total_name, tax_name, net_name, number_name, date_name] = match self.code {
            Some(_) => ["TaxIncludedAmountInFigures", "TotalTaxAmount", "TotalAmountExcludingTax", "NumberOfInvoice", "DateOfIssue"],
            None => ["TotalTax-includedAmount", "TotalTaxAm", "TotalAmWithoutTax", "InvoiceNumber", "RequestTime"],
        };
        let mut facts = String::new();
        let mut fact = |name: &str, text: &str| write!(facts, "<inv:{name} contextRef=\"c\"><![CDATA[{text}]]></inv:{name}>").unwrap();
        fact(number_name, &self.number);
        fact(date_name, &self.iso_date());
        fact(net_name, &yuan(self.net()));
        fact(tax_name, &self.tax_text());
        fact(total_name, &yuan(self.total()));
        match &self.code {
            Some(code) => {
                fact("CodeOfInvoice", code);
                fact("NameOfPurchaser", &self.buyer);
                fact("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser", &self.buyer_id);
                fact("NameOfSeller", &self.seller);
                fact("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller", &self.seller_id);
            }
            None => {
                fact("SellerName", &self.seller);
                fact("SellerIdNum", &self.seller_id);
                fact("WhetherEinvoiceIsRedEinvoice", if self.red_of.is_some() { "true" } else { "false" });
            }
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xbrli:xbrl xmlns:xbrli=\"http://www.xbrl.org/2003/instance\" \
             xmlns:inv=\"http://xbrl.mof.gov.cn/taxonomy/2021-09-30/inv\"><xbrli:context id=\"c\"/>{facts}</xbrli:xbrl>"
        )
    }
}

impl PaperLine {
    pub fn new(name: &str, quantity: &str, unit: &str, amount: i64, rate: u32) -> PaperLine {
        // Half-up, also below zero.
        let tax = (amount.abs() * i64::from(rate) + 50) / 100 * amount.signum();
        PaperLine { name: name.into(), quantity: quantity.into(), unit: unit.into(), amount, rate, tax }
    }
}

pub(crate) fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.abs() / 100, fen.abs() % 100)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
