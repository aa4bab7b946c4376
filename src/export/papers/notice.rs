//! The public notice of intended subsidies (拟补贴名单公示). What it holds follows the notices of
//! Hubei and Wuhan: basis, procedure, period, contacts, how to object, and the list as an annex.
//! Never on it: bank accounts, personal telephone numbers, pictures of invoices.

use chrono::NaiveDate;

use super::made_by;
use crate::calendar::{date_range, day_with_weekday, full_date};
use crate::export::document::{Block, Column, Document, Row, Sides, Table, Tone};
use crate::lang::Lang;
use crate::money::Fen;

/// What a notice shows. Words are in the language of the paper.
#[derive(Clone, Debug)]
pub struct NoticePaper {
    /// The competent authority.
    pub issuer: String,
    /// The notice's document number.
    pub number: String,
    pub title: String,
    /// Legal basis and procedure passed, as one paragraph.
    pub opening: String,
    pub published_on: NaiveDate,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// The length in words: 5个工作日.
    pub length: String,
    pub contacts: Vec<NoticeContact>,
    pub tiers: Vec<NoticeTier>,
    /// Hex SHA-256 of the file for machines that says the same; `None`: of the paper itself.
    pub digest: Option<String>,
}

/// Where objections are received.
#[derive(Clone, Debug)]
pub struct NoticeContact {
    pub office: String,
    pub telephone: String,
    pub address: String,
    /// May be empty.
    pub email: String,
}

#[derive(Clone, Debug)]
pub struct NoticeTier {
    /// The voucher: 省级科技创新券.
    pub name: String,
    pub rows: Vec<NoticeRow>,
}

#[derive(Clone, Debug)]
pub struct NoticeRow {
    pub enterprise: String,
    pub provider: String,
    pub service: String,
    pub contract: Fen,
    /// What the review accepted as the base.
    pub accepted: Fen,
    pub subsidy: Fen,
}

#[must_use]
pub fn notice(paper: &NoticePaper, lang: Lang) -> Document {
    let mut document = Document::new(lang, &paper.issuer, &paper.title);
    document.tone = Tone::Official;
    document.number.clone_from(&paper.number);
    document.digest.clone_from(&paper.digest);
    document.footer = if paper.digest.is_some() { made_from_file(lang) } else { made_by(lang) };
    document.blocks.push(paragraph(lang, &paper.opening));
    document.blocks.push(Block::Heading(lang.pick("一、公示期", "1. Period").into()));
    document.blocks.push(paragraph(lang, &period(paper, lang)));
    document.blocks.push(Block::Heading(lang.pick("二、异议提出方式", "2. How to object").into()));
    document.blocks.push(paragraph(
        lang,
        lang.pick(
            "任何单位和个人对公示内容有异议的，请在公示期内以书面形式提出，写明事实和理由，并附必要的证明材料。以单位名义提出的，须加盖单位公章；以个人名义提出的，须署真实姓名并留联系方式。我们对异议人的身份予以保密。匿名或者没有事实依据的异议不予受理。异议办理期间，不影响名单中其他项目。",
            "Anyone who disagrees with this notice may object in writing within the period, stating facts and reasons with the necessary evidence. An organisation affixes its seal; a person signs with the real name and a way to be reached. The identity of whoever objects is kept confidential. Anonymous objections and those without a factual basis are not accepted. An objection does not hold up the other entries of the list.",
        ),
    ));
    document.blocks.push(Block::Heading(lang.pick("三、受理单位与联系方式", "3. Where to turn").into()));
    document.blocks.push(Block::KeyValues(contacts(paper, lang)));
    document.blocks.push(paragraph(lang, &annex_line(paper, lang)));
    document.blocks.push(Block::Closing(vec![paper.issuer.clone(), full_date(paper.published_on, lang)]));
    document.blocks.push(Block::Turn(Sides::Landscape));
    document.blocks.push(Block::Heading(lang.pick("附件：拟补贴名单", "Annex: list of intended subsidies").into()));
    document.blocks.push(Block::Small(lang.pick("金额单位：元（人民币）", "Amounts in yuan (CNY)").into()));
    document.blocks.push(Block::Table(summary(paper, lang)));
    document.blocks.extend(paper.tiers.iter().map(|tier| Block::Table(tier_table(tier, lang))));
    document
}

/// Chinese paragraphs of an official paper begin two characters further in.
fn paragraph(lang: Lang, text: &str) -> Block {
    Block::Paragraph(lang.pick(format!("\u{3000}\u{3000}{text}"), text.to_owned()))
}

/// The digest is that of the file for machines, so that anyone can compute it again.
fn made_from_file(lang: Lang) -> String {
    lang.pick(
        "由算券系统生成。下方校验码是本公示数据文件（网址以 .json 结尾）的 SHA-256，可自行核对。",
        "Made by Suanquan. The digest below is the SHA-256 of this notice's data file (its address ends in .json); compute it yourself.",
    )
    .into()
}

fn period(paper: &NoticePaper, lang: Lang) -> String {
    let range = date_range(paper.first_day, paper.last_day, lang);
    let end = day_with_weekday(paper.last_day, lang);
    let length = &paper.length;
    match lang {
        Lang::Zh => format!("公示期为{range}（{length}），至{end}24:00止。公示期满次日起方可拨付。"),
        Lang::En => format!("{range} ({length}), until {end}, 24:00 Beijing time. No payment is made before the day after."),
    }
}

fn contacts(paper: &NoticePaper, lang: Lang) -> Vec<(String, String)> {
    let line = |contact: &NoticeContact| {
        let parts = [
            (lang.pick("电话", "Telephone"), &contact.telephone),
            (lang.pick("邮箱", "E-mail"), &contact.email),
            (lang.pick("地址", "Address"), &contact.address),
        ];
        let named = parts.iter().filter(|(_, value)| !value.is_empty()).map(|(label, value)| match lang {
            Lang::Zh => format!("{label}：{value}"),
            Lang::En => format!("{label}: {value}"),
        });
        named.collect::<Vec<_>>().join("\n")
    };
    paper.contacts.iter().map(|contact| (contact.office.clone(), line(contact))).collect()
}

fn annex_line(paper: &NoticePaper, lang: Lang) -> String {
    let rows: usize = paper.tiers.iter().map(|tier| tier.rows.len()).sum();
    let total = total(paper.tiers.iter().flat_map(|tier| &tier.rows), |row| row.subsidy).display();
    match lang {
        Lang::Zh => format!("附件：拟补贴名单（共{rows}项，拟补贴合计{total}）"),
        Lang::En => format!("Annex: list of intended subsidies ({rows} entries, {total} in total)"),
    }
}

fn total<'r>(rows: impl Iterator<Item = &'r NoticeRow>, amount: impl Fn(&NoticeRow) -> Fen) -> Fen {
    rows.map(amount).sum()
}

fn tier_table(tier: &NoticeTier, lang: Lang) -> Table {
    let mut rows: Vec<Row> = tier
        .rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let NoticeRow { enterprise, provider, service, contract, accepted, subsidy } = row;
            let amounts = [contract, accepted, subsidy].map(|amount| amount.grouped_abs());
            let mut cells = vec![(index + 1).to_string(), enterprise.clone(), provider.clone(), service.clone()];
            cells.extend(amounts);
            Row::plain(cells)
        })
        .collect();
    let label = match lang {
        Lang::Zh => format!("合计 {} 项", tier.rows.len()),
        Lang::En => format!("Total, {} entries", tier.rows.len()),
    };
    let mut sums = vec![String::new(), label, String::new(), String::new()];
    let amounts: [fn(&NoticeRow) -> Fen; 3] = [|row| row.contract, |row| row.accepted, |row| row.subsidy];
    sums.extend(amounts.map(|amount| total(tier.rows.iter(), amount).grouped_abs()));
    rows.push(Row::total(sums));
    Table {
        caption: tier.name.clone(),
        columns: vec![
            Column::index(lang.pick("序号", "No.")),
            Column::text(lang.pick("企业名称", "Enterprise"), 11),
            Column::text(lang.pick("服务机构", "Provider"), 10),
            Column::text(lang.pick("服务项目", "Service"), 9),
            Column::number(lang.pick("合同金额", "Contract")),
            Column::number(lang.pick("核定金额", "Accepted")),
            Column::number(lang.pick("拟补贴金额", "Subsidy")),
        ],
        rows,
    }
}

fn summary(paper: &NoticePaper, lang: Lang) -> Table {
    let mut rows: Vec<Row> = paper
        .tiers
        .iter()
        .map(|tier| {
            Row::plain(vec![tier.name.clone(), tier.rows.len().to_string(), total(tier.rows.iter(), |row| row.subsidy).grouped_abs()])
        })
        .collect();
    let all = || paper.tiers.iter().flat_map(|tier| &tier.rows);
    let sum = total(all(), |row| row.subsidy);
    rows.push(Row::total(vec![lang.pick("总计", "Grand total").into(), all().count().to_string(), sum.grouped_abs()]));
    Table {
        caption: lang.pick("汇总", "Summary").into(),
        columns: vec![
            Column::text(lang.pick("券种", "Voucher"), 1),
            Column::number(lang.pick("项数", "Entries")),
            Column::number(lang.pick("拟补贴金额", "Subsidy")),
        ],
        rows,
    }
}
