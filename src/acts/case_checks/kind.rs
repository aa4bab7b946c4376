//! The checks by name, each with the rule that it stands on.

use crate::codes::codes;
use crate::lang::Text;

codes! {
    /// One kind of check; `docs/concepts/evidence.md` explains each.
    CheckKind {
        BuyerIsApplicant = "buyer_is_applicant",
        SellerIsProvider = "seller_is_provider",
        PapersComplete = "papers_complete",
        StatementsSettled = "statements_settled",
        BaseBoundBy = "base_bound_by",
        AmountsAgree = "amounts_agree",
        ServiceCounts = "service_counts",
        InvoiceUnused = "invoice_unused",
        PaymentUnused = "payment_unused",
        RedLetterKnown = "red_letter_known",
        InvoiceSplit = "invoice_split",
        ContractRoom = "contract_room",
        ContractDates = "contract_dates",
        PaperDates = "paper_dates",
        ServiceInYear = "service_in_year",
        PaidByTransfer = "paid_by_transfer",
        QualificationHolds = "qualification_holds",
        BankAccountOwn = "bank_account_own",
        RepresentativeShared = "representative_shared",
        RelatedParty = "related_party",
        DishonestyRegister = "dishonesty_register",
        RegisterAnswer = "register_answer",
        ListingEnded = "listing_ended",
        StatedAsRead = "stated_as_read",
    }
}

impl CheckKind {
    /// What the check goes by.
    #[must_use]
    pub fn source(self) -> Text {
        let (zh, en) = match self {
            CheckKind::BuyerIsApplicant | CheckKind::SellerIsProvider => (
                "武科规〔2020〕2号：服务合同、发票、付款凭证须为申请企业与服务机构之间",
                "武科规〔2020〕2号 – contract, invoice and payment are between applicant and provider",
            ),
            CheckKind::PapersComplete => ("武科规〔2020〕2号 材料清单", "list of documents in 武科规〔2020〕2号"),
            CheckKind::StatementsSettled => {
                ("系统规则：对账单须已确认、付清并核对一致", "rule of the system: statements are confirmed, paid and reconciled")
            }
            CheckKind::BaseBoundBy => (
                "鄂科技规〔2022〕3号、武科规〔2020〕2号：实际发生、实际支付金额，孰低",
                "鄂科技规〔2022〕3号 and 武科规〔2020〕2号 – what arose and what was paid, the least of them",
            ),
            CheckKind::AmountsAgree => ("系统规则：容差见 data/evidence.toml", "rule of the system: tolerance in data/evidence.toml"),
            CheckKind::ServiceCounts => (
                "鄂科技规〔2022〕3号：研发服务含计算服务；词语见 data/evidence.toml",
                "鄂科技规〔2022〕3号 – R&D services include computing; words in data/evidence.toml",
            ),
            CheckKind::InvoiceUnused | CheckKind::PaymentUnused => {
                ("鄂科技规〔2022〕3号：不重复补贴；同一票据只用一次", "鄂科技规〔2022〕3号 – no second subsidy; a paper counts once")
            }
            CheckKind::RedLetterKnown => {
                ("国家税务总局公告2024年第11号：红字数电票", "State Taxation Administration announcement 11 of 2024: red letters")
            }
            CheckKind::InvoiceSplit => ("系统规则：门槛见 data/evidence.toml", "rule of the system: thresholds in data/evidence.toml"),
            CheckKind::ContractRoom => {
                ("系统规则：同一合同各申请合计不超过合同金额", "rule of the system: all applications of a contract stay within its amount")
            }
            CheckKind::ContractDates => ("武科规〔2020〕2号：服务须在合同期内", "武科规〔2020〕2号 – the service lies within the contract"),
            CheckKind::PaperDates | CheckKind::ServiceInYear => (
                "鄂科技规〔2022〕3号：当年有效；武科规〔2020〕2号：年度使用",
                "鄂科技规〔2022〕3号 – valid in its year; 武科规〔2020〕2号 – used within the year",
            ),
            CheckKind::PaidByTransfer => {
                ("武科规〔2020〕2号：付款凭证；对公转账参照各地办法", "武科规〔2020〕2号 – proof of payment; by bank transfer as elsewhere")
            }
            CheckKind::QualificationHolds => ("政策包：各级申请条件", "the pack: conditions of each level"),
            CheckKind::BankAccountOwn => {
                ("系统规则：补贴只付到本企业的对公账户", "rule of the system: paid to the enterprise's own account only")
            }
            CheckKind::RepresentativeShared | CheckKind::RelatedParty => {
                ("沪科〔2015〕105号及各地办法：不得有关联关系", "沪科〔2015〕105号 and others: no ties between the parties")
            }
            CheckKind::StatedAsRead => ("系统规则：填写须与材料内容一致", "rule of the system: what is entered is what the paper says"),
            CheckKind::RegisterAnswer => ("登记机构的名单或在线查询", "the registry's list or its online answer"),
            CheckKind::ListingEnded => (
                "鄂科技规〔2022〕3号：资格须在有效期内；撤销后已核定的须复核",
                "鄂科技规〔2022〕3号 – the listing must hold; what was granted on one that ended is reviewed",
            ),
            CheckKind::DishonestyRegister => {
                ("武汉市算力服务券资金管理办法（试行）2025-08", "Wuhan's measures for compute voucher funds (trial), 2025-08")
            }
        };
        Text::new(zh, en)
    }
}
