//! The kinds of papers, the fields they have, and the places that a field can come from.

use crate::codes::codes;
use crate::lang::Text;

codes! {
    /// What a paper is. The first three are required for every purchase.
    PaperKind { Contract = "contract", Invoice = "invoice", Payment = "payment", Delivery = "delivery", Other = "other" }
}

codes! {
    /// One thing that a paper says. The first seven also stand as columns of the paper itself.
    PaperField {
        Kind = "kind",
        /// Of an older invoice.
        Code = "code",
        Number = "number",
        Amount = "amount",
        Tax = "tax",
        /// Red letters of an invoice, refunds of a payment.
        Minus = "minus",
        DatedOn = "dated_on",
        BuyerName = "buyer_name",
        BuyerId = "buyer_id",
        SellerName = "seller_name",
        SellerId = "seller_id",
        /// The invoice that a red letter takes back.
        RedOf = "red_of",
        PayerName = "payer_name",
        PayerAccount = "payer_account",
        PayeeName = "payee_name",
        PayeeAccount = "payee_account",
        /// 交易流水号 of the bank.
        BankSerial = "bank_serial",
        /// A code of [`PaidBy`].
        PaidBy = "paid_by",
        PartyAName = "party_a_name",
        PartyAId = "party_a_id",
        PartyBName = "party_b_name",
        PartyBId = "party_b_id",
        ContractFrom = "contract_from",
        ContractTo = "contract_to",
        /// What was bought, in the words of the paper.
        Service = "service",
    }
}

codes! {
    /// How money moved.
    PaidBy { BankTransfer = "bank_transfer", Cash = "cash", Other = "other" }
}

codes! {
    /// Where a field came from, the most trusted first.
    Source {
        /// A person typed it.
        Typed = "typed",
        Xml = "xml",
        Attachment = "attachment",
        Xbrl = "xbrl",
        CustomData = "custom_data",
        Tags = "tags",
        Text = "text",
        Qr = "qr",
        /// Nothing says it; it stands as a proposal of the program.
        Unknown = "unknown",
    }
}

impl PaperKind {
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            PaperKind::Contract => Text::new("合同", "Contract"),
            PaperKind::Invoice => Text::new("发票", "Invoice"),
            PaperKind::Payment => Text::new("付款凭证", "Payment proof"),
            PaperKind::Delivery => Text::new("交付凭证", "Delivery proof"),
            PaperKind::Other => Text::new("其他材料", "Other paper"),
        }
    }

    /// The fields that a person confirms beside number, amount and day.
    #[must_use]
    pub const fn own_fields(self) -> &'static [PaperField] {
        match self {
            PaperKind::Contract => &[
                PaperField::PartyAName,
                PaperField::PartyAId,
                PaperField::PartyBName,
                PaperField::PartyBId,
                PaperField::ContractFrom,
                PaperField::ContractTo,
                PaperField::Service,
            ],
            PaperKind::Invoice => {
                &[PaperField::BuyerName, PaperField::BuyerId, PaperField::SellerName, PaperField::SellerId, PaperField::Service]
            }
            PaperKind::Payment => &[
                PaperField::PaidBy,
                PaperField::PayerName,
                PaperField::PayerAccount,
                PaperField::PayeeName,
                PaperField::PayeeAccount,
                PaperField::BankSerial,
            ],
            PaperKind::Delivery | PaperKind::Other => &[],
        }
    }
}

impl PaperField {
    /// As it is asked on the page of the paper.
    #[must_use]
    pub fn title(self) -> Text {
        let (zh, en) = match self {
            PaperField::Kind => ("材料种类", "Kind of paper"),
            PaperField::Code => ("发票代码", "Invoice code"),
            PaperField::Number => ("编号", "Number"),
            PaperField::Amount => ("金额", "Amount"),
            PaperField::Tax => ("税额", "Tax"),
            PaperField::Minus => ("红字或退款", "Red letters or refunds"),
            PaperField::DatedOn => ("日期", "Date"),
            PaperField::BuyerName => ("购买方名称", "Buyer's name"),
            PaperField::BuyerId => ("购买方识别号", "Buyer's tax number"),
            PaperField::SellerName => ("销售方名称", "Seller's name"),
            PaperField::SellerId => ("销售方识别号", "Seller's tax number"),
            PaperField::RedOf => ("被红冲的发票", "Invoice that is taken back"),
            PaperField::PayerName => ("付款人", "Payer"),
            PaperField::PayerAccount => ("付款账号", "Payer's account"),
            PaperField::PayeeName => ("收款人", "Payee"),
            PaperField::PayeeAccount => ("收款账号", "Payee's account"),
            PaperField::BankSerial => ("银行流水号", "Bank's serial number"),
            PaperField::PaidBy => ("付款方式", "Paid by"),
            PaperField::PartyAName => ("甲方（购买方）", "Party A (buyer)"),
            PaperField::PartyAId => ("甲方统一社会信用代码", "Party A's credit code"),
            PaperField::PartyBName => ("乙方（服务机构）", "Party B (provider)"),
            PaperField::PartyBId => ("乙方统一社会信用代码", "Party B's credit code"),
            PaperField::ContractFrom => ("合同期限自", "Contract runs from"),
            PaperField::ContractTo => ("合同期限至", "Contract runs to"),
            PaperField::Service => ("服务内容", "Service"),
        };
        Text::new(zh, en)
    }
}

impl PaidBy {
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            PaidBy::BankTransfer => Text::new("银行转账", "Bank transfer"),
            PaidBy::Cash => Text::new("现金", "Cash"),
            PaidBy::Other => Text::new("其他方式", "Another way"),
        }
    }
}

impl Source {
    /// Where it was read, in words for people.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Source::Typed => Text::new("人工填写", "typed"),
            Source::Xml => Text::new("XML", "the XML"),
            Source::Attachment => Text::new("文件内的 XML", "the XML within the file"),
            Source::Xbrl => Text::new("XBRL", "the XBRL"),
            Source::CustomData => Text::new("OFD 属性", "the OFD's properties"),
            Source::Tags => Text::new("OFD 标引", "the OFD's tags"),
            Source::Text => Text::new("文件文字", "the text of the file"),
            Source::Qr => Text::new("二维码", "the QR code"),
            Source::Unknown => Text::new("未识别", "not recognised"),
        }
    }
}
