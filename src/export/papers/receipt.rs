//! The receipt of an application (受理回执): number, what was applied for, how the preview came
//! about, and what happens next.

use chrono::{DateTime, Utc};

use super::made_by;
use crate::calendar::date_time;
use crate::export::document::{Block, Column, Document, Note, NoteWeight, Row, Sheet, Step, Table};
use crate::lang::Lang;
use crate::money::Fen;

/// What a receipt shows. Words are in the language of the paper.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The authority or task force that received the application.
    pub issuer: String,
    /// The application's document number.
    pub number: String,
    pub submitted_at: DateTime<Utc>,
    pub enterprise: String,
    pub uscc: String,
    /// The tier applied for, and the policy with its number.
    pub tier: String,
    pub policy: String,
    pub contact: String,
    pub items: Vec<ReceiptItem>,
    /// The calculation at submission; `None` while nothing can be computed.
    pub sheet: Option<Sheet>,
    /// What happens next, with dates; empty for the usual four steps.
    pub next_steps: Vec<Step>,
    /// Where to ask.
    pub help: String,
}

/// One purchase in an application.
#[derive(Clone, Debug)]
pub struct ReceiptItem {
    pub provider: String,
    /// What was bought, with quantity: 昇腾910B 1,200 卡时.
    pub service: String,
    /// When the service was rendered.
    pub period: String,
    pub amount: Fen,
}

#[must_use]
pub fn receipt(paper: &Receipt, lang: Lang) -> Document {
    let mut document = Document::new(lang, &paper.issuer, lang.pick("申请受理回执", "Receipt of application"));
    document.number.clone_from(&paper.number);
    document.subtitle = lang
        .pick(
            "请保存本回执。凭申请编号可随时查询进度。",
            "Please keep this receipt. The application number shows you the progress at any time.",
        )
        .into();
    document.meta = facts(paper, lang);
    document.footer = made_by(lang);
    document.blocks.push(Block::Heading(lang.pick("申请的算力服务", "Compute services applied for").into()));
    document.blocks.push(Block::Table(items(paper, lang)));
    document.blocks.push(Block::Heading(lang.pick("接下来", "What happens next").into()));
    document.blocks.push(Block::Steps(if paper.next_steps.is_empty() { usual_steps(lang) } else { paper.next_steps.clone() }));
    if !paper.help.is_empty() {
        document.blocks.push(Block::Note(Note {
            weight: NoteWeight::Info,
            title: lang.pick("需要帮助？", "Need help?").into(),
            text: paper.help.clone(),
        }));
    }
    if let Some(sheet) = &paper.sheet {
        document.blocks.push(Block::Heading(lang.pick("补贴测算", "How the subsidy is worked out").into()));
        document.blocks.push(Block::Paragraph(
            lang.pick(
                "以下为提交时的测算。审核中如有调整，系统会通知您并列明原因；以公示金额为准。",
                "This is the calculation at submission. Should review change it, you will be told why; the published amount is the one that holds.",
            )
            .into(),
        ));
        document.blocks.push(Block::Sheet(sheet.clone()));
    }
    document
}

fn facts(paper: &Receipt, lang: Lang) -> Vec<(String, String)> {
    let facts = [
        (lang.pick("申请编号", "Application number"), paper.number.clone()),
        (lang.pick("提交时间（北京时间）", "Submitted (Beijing time)"), date_time(paper.submitted_at, lang)),
        (lang.pick("申请企业", "Enterprise"), paper.enterprise.clone()),
        (lang.pick("统一社会信用代码", "Unified social credit code"), paper.uscc.clone()),
        (lang.pick("申请券种", "Voucher"), paper.tier.clone()),
        (lang.pick("政策依据", "Policy"), paper.policy.clone()),
        (lang.pick("联系电话", "Telephone"), paper.contact.clone()),
        (lang.pick("申请项数", "Purchases"), paper.items.len().to_string()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(label, value)| (label.to_owned(), value)).collect()
}

fn items(paper: &Receipt, lang: Lang) -> Table {
    let mut rows: Vec<Row> = paper
        .items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let ReceiptItem { provider, service, period, amount } = item;
            Row::plain(vec![(index + 1).to_string(), provider.clone(), service.clone(), period.clone(), amount.display()])
        })
        .collect();
    let total: Fen = paper.items.iter().map(|item| item.amount).sum();
    rows.push(Row::total(vec![String::new(), lang.pick("合计", "Total").into(), String::new(), String::new(), total.display()]));
    Table {
        caption: String::new(),
        columns: vec![
            Column::index(lang.pick("序号", "No.")),
            Column::text(lang.pick("服务机构", "Provider"), 10),
            Column::text(lang.pick("服务内容", "Service"), 10),
            Column::text(lang.pick("服务期间", "Period"), 8),
            Column::number(lang.pick("验收金额", "Accepted amount")),
        ],
        rows,
    }
}

fn usual_steps(lang: Lang) -> Vec<Step> {
    let step = |zh: (&str, &str), en: (&str, &str)| {
        let (title, text) = lang.pick(zh, en);
        Step { title: title.into(), text: text.into() }
    };
    vec![
        step(
            ("材料预审", "核对合同、发票、付款凭证与资质。如需补正，您会收到邮件，补正期为5个工作日（退回当日不计）。"),
            (
                "Check of documents",
                "Contract, invoices, proof of payment and qualifications are checked. If something is missing you get a mail and five working days, not counting the day of return.",
            ),
        ),
        step(
            ("初审与复审", "由两名不同的专班成员先后审核。"),
            ("Preliminary and final review", "Two different members of the task force decide one after the other."),
        ),
        step(
            ("公示", "拟补贴名单公示5个工作日。"),
            ("Public notice", "The list of intended subsidies is published for five working days."),
        ),
        step(
            ("拨付", "公示无异议的，自公示期满次日起按批次拨付至您登记的对公账户。"),
            (
                "Payment",
                "Without an objection, the subsidy is paid in batches to your registered company account from the day after the notice ends.",
            ),
        ),
    ]
}
