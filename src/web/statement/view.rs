//! A statement as a sheet: its lines, what they come to, what met it, and what proves it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Area;
use crate::calendar::date_time;
use crate::lang::Lang;
use crate::metering::rating::{LineKind, RatedLine};
use crate::metering::statement::{LineClass, PurchaseState, StatementState};
use crate::metering::tariff::Price;
use crate::money::Fen;
use crate::reports::statement::{Drawn, Line, Preview, StatementDetail};
use crate::secret::signing::verify;
use crate::web::parts::{Fact, Link, Tag, Tone};
use crate::web::usage::{price, quantity};

/// One line.
#[derive(Debug)]
pub struct LineRow {
    pub place: i64,
    pub month: String,
    pub what: String,
    /// Partition and quality of service, price tier, version of the tariff.
    pub detail: String,
    /// Which line it is about; empty in a month's own lines.
    pub corrects: String,
    pub quantity: String,
    pub price: String,
    pub amount: String,
    /// The events behind it; empty in a preview.
    pub events_href: String,
}

/// Lines of one class with their sum.
#[derive(Debug)]
pub struct Group {
    pub title: String,
    pub rows: Vec<LineRow>,
    pub sum: String,
}

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "statement/sheet.html")]
pub struct StatementView {
    pub lang: Lang,
    pub facts: Vec<Fact>,
    pub groups: Vec<Group>,
    /// From the total down to what is to be paid.
    pub sums: Vec<Fact>,
    pub payable: String,
    pub words: String,
    /// Digest, signature and root of the events; empty in a preview.
    pub seals: Vec<Fact>,
    pub verdict: Option<Tag>,
    /// All events of the month.
    pub events: Option<Link>,
}

impl HtmlSafe for StatementView {}

/// An issued statement.
#[must_use]
pub fn issued(lang: Lang, area: Area, detail: &StatementDetail) -> StatementView {
    let statement = &detail.statement;
    let href = area.href(&statement.number);
    let mut facts = parties(lang, &detail.provider, &detail.contract.enterprise_name, &detail.contract.enterprise_uscc);
    facts.push(Fact::new(lang.pick("合同", "Contract"), detail.contract.number.clone()));
    facts.push(Fact::new(lang.pick("账期", "Month"), statement.period.clone()));
    facts.push(Fact::new(lang.pick("出具时间", "Issued"), date_time(statement.issued_at.and_utc(), lang)));
    if let Some(number) = &detail.reverses {
        facts.push(Fact::new(lang.pick("冲销的对账单", "Takes back"), number.clone()));
    }
    if let Some(number) = &detail.reversed_by {
        facts.push(Fact::new(lang.pick("被冲销于", "Taken back by"), number.clone()));
    }
    let money = Money {
        usage: statement.usage_fen,
        adjustment: statement.adjustment_fen,
        total: statement.total_fen,
        credit_brought: statement.credit_brought_fen,
        credit_left: statement.credit_left_fen,
        draws: &detail.draws,
    };
    StatementView {
        lang,
        facts,
        groups: groups(lang, &detail.lines, &href),
        sums: sums(lang, &money),
        payable: statement.payable_fen.display(),
        words: statement.payable_fen.in_words(),
        seals: seals(lang, detail),
        verdict: Some(verdict(lang, detail)),
        events: Some(Link::new(format!("{href}/events"), lang.pick("本月全部用量事件", "All usage events of the month"))),
    }
}

/// A month as it would be issued now.
#[must_use]
pub fn draft(lang: Lang, preview: &Preview) -> StatementView {
    let mut facts = parties(lang, &preview.provider, &preview.contract.enterprise_name, &preview.contract.enterprise_uscc);
    facts.push(Fact::new(lang.pick("合同", "Contract"), preview.contract.number.clone()));
    facts.push(Fact::new(lang.pick("账期", "Month"), preview.month.to_string()));
    let of = |regular: bool| -> Fen {
        let lines = preview.lines.iter().filter(|line| (line.line.class == LineClass::Regular) == regular);
        lines.map(|line| line.line.line.amount).sum()
    };
    let money = Money {
        usage: of(true),
        adjustment: of(false),
        total: preview.total,
        credit_brought: preview.credit_brought,
        credit_left: preview.settlement.credit,
        draws: &preview.draws,
    };
    StatementView {
        lang,
        facts,
        groups: groups(lang, &preview.lines, ""),
        sums: sums(lang, &money),
        payable: preview.settlement.payable.display(),
        words: preview.settlement.payable.in_words(),
        seals: Vec::new(),
        verdict: None,
        events: None,
    }
}

fn parties(lang: Lang, provider: &str, enterprise: &str, uscc: &str) -> Vec<Fact> {
    vec![
        Fact::new(lang.pick("服务机构", "Provider"), provider),
        Fact::new(lang.pick("采购企业", "Enterprise"), lang.pick(format!("{enterprise}（{uscc}）"), format!("{enterprise} ({uscc})"))),
    ]
}

/// What stands between the lines and the amount to be paid.
struct Money<'a> {
    usage: Fen,
    adjustment: Fen,
    total: Fen,
    credit_brought: Fen,
    credit_left: Fen,
    draws: &'a [Drawn],
}

fn sums(lang: Lang, money: &Money<'_>) -> Vec<Fact> {
    let mut sums = Vec::new();
    let mut add = |zh: &str, en: &str, amount: Fen| sums.push(Fact::new(lang.pick(zh, en), amount.display()));
    if !money.adjustment.is_zero() {
        add("本月用量", "This month's usage", money.usage);
        add("以前月份更正", "Corrections of earlier months", money.adjustment);
    }
    add("合计", "Total", money.total);
    if !money.credit_brought.is_zero() {
        add("抵用上期余额", "Credit brought forward", money.credit_brought);
    }
    for draw in money.draws {
        let title = draw.kind.title();
        let (zh, en) = (format!("预付款（{}）{}", title.zh, draw.reference), format!("Prepaid ({}) {}", title.en, draw.reference));
        sums.push(Fact::new(lang.pick(zh, en), draw.amount.display()));
    }
    if !money.credit_left.is_zero() {
        sums.push(Fact::new(lang.pick("结转下期的余额", "Credit left for the next"), money.credit_left.display()));
    }
    sums
}

fn groups(lang: Lang, lines: &[Line], href: &str) -> Vec<Group> {
    let of = |title: &str, wanted: &dyn Fn(&Line) -> bool| {
        let mine: Vec<&Line> = lines.iter().filter(|line| wanted(line)).collect();
        let sum: Fen = mine.iter().map(|line| line.line.line.amount).sum();
        let rows: Vec<LineRow> = mine.into_iter().map(|line| row(lang, line, href)).collect();
        (!rows.is_empty()).then(|| Group { title: title.to_owned(), rows, sum: sum.display() })
    };
    let own = of(lang.pick("本月用量", "This month's usage"), &|line| line.line.class == LineClass::Regular);
    let earlier = of(lang.pick("以前月份的更正", "Corrections of earlier months"), &|line| line.line.class != LineClass::Regular);
    own.into_iter().chain(earlier).collect()
}

fn row(lang: Lang, line: &Line, href: &str) -> LineRow {
    let rated = &line.line.line;
    LineRow {
        place: line.place,
        month: line.line.month.to_string(),
        what: what(lang, line),
        detail: detail_of(lang, rated),
        corrects: corrects(lang, line),
        quantity: amount_used(lang, line),
        price: if rated.kind == LineKind::Usage { price(&Price::from_micro(rated.price_micro).to_string()) } else { String::new() },
        amount: rated.amount.display(),
        events_href: if href.is_empty() { String::new() } else { format!("{href}/events?line={}", line.place) },
    }
}

/// What a line charges for, in words.
#[must_use]
pub fn what(lang: Lang, line: &Line) -> String {
    match (line.line.line.kind, &line.resource) {
        (LineKind::Minimum, _) => lang.pick("补足月最低消费", "Up to the month's minimum").to_owned(),
        (LineKind::Cap, _) => lang.pick("超出月封顶部分", "Above the month's cap").to_owned(),
        (LineKind::Usage, Some(resource)) => lang.pick(&resource.name_zh, &resource.name_en).clone(),
        (LineKind::Usage, None) => line.line.line.resource.clone(),
    }
}

/// Partition and quality of service, tier and version.
#[must_use]
pub fn detail_of(lang: Lang, rated: &RatedLine) -> String {
    let place = [rated.partition.as_str(), rated.qos.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ");
    let tier = if rated.tier > 0 { lang.pick(format!("第 {} 档", rated.tier), format!("tier {}", rated.tier)) } else { String::new() };
    let version = lang.pick(format!("资费版本 {}", rated.tariff_version), format!("tariff version {}", rated.tariff_version));
    [place, tier, version].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Which line a correction is about.
#[must_use]
pub fn corrects(lang: Lang, line: &Line) -> String {
    let name = line.line.corrects.as_ref().map(ToString::to_string);
    match (line.line.class, name) {
        (LineClass::Regular, _) => String::new(),
        (LineClass::Reversal, Some(name)) => lang.pick(format!("冲回 {name}"), format!("takes back {name}")),
        (LineClass::Corrected, Some(name)) => lang.pick(format!("更正 {name}"), format!("in place of {name}")),
        (LineClass::Reversal | LineClass::Corrected, None) => lang.pick("补记遗漏", "left out before").to_owned(),
    }
}

/// The quantity with its unit; nothing in lines for the whole month.
fn amount_used(lang: Lang, line: &Line) -> String {
    let rated = &line.line.line;
    if rated.kind != LineKind::Usage {
        return String::new();
    }
    let hours = rated.quantity.in_hours();
    let unit = line.resource.as_ref().map(|resource| format!("{}_hour", resource.unit)).unwrap_or_default();
    match hours.strip_prefix('-') {
        Some(less) => format!("−{}", quantity(lang, less, &unit)),
        None => quantity(lang, &hours, &unit),
    }
}

fn seals(lang: Lang, detail: &StatementDetail) -> Vec<Fact> {
    let statement = &detail.statement;
    vec![
        Fact::new(lang.pick("事件根", "Root of the events"), statement.event_root.clone()),
        Fact::new(lang.pick("摘要", "Digest"), statement.digest.clone()),
        Fact::new(lang.pick("签名", "Signature"), statement.signature.clone()),
        Fact::new(lang.pick("密钥编号", "Key"), statement.key_id.clone()),
        Fact::new(lang.pick("公钥", "Public key"), detail.public_key.clone()),
    ]
}

/// Do digest and signature still fit what the statement says?
#[must_use]
pub fn is_genuine(detail: &StatementDetail) -> bool {
    let statement = &detail.statement;
    detail.lines_hold && hex::encode(detail.said) == statement.digest && verify(&detail.public_key, &detail.said, &statement.signature)
}

fn verdict(lang: Lang, detail: &StatementDetail) -> Tag {
    if is_genuine(detail) {
        Tag::new(Tone::Ok, lang.pick("签名有效，内容未变", "Signature holds, nothing was changed"))
    } else {
        Tag::new(Tone::Bad, lang.pick("签名与内容不符，请联系系统管理员", "Signature does not fit; tell the administrator"))
    }
}

/// Where a statement stands.
#[must_use]
pub fn state_tag(lang: Lang, state: &str) -> Tag {
    let Some(state) = StatementState::parse(state) else {
        return Tag::new(Tone::Plain, lang.pick("冲销凭单", "credit statement"));
    };
    let tone = match state {
        StatementState::Open => Tone::Plain,
        StatementState::Issued => Tone::Info,
        StatementState::Disputed => Tone::Warn,
        StatementState::Confirmed => Tone::Ok,
        StatementState::Reversed => Tone::Bad,
    };
    Tag::new(tone, state.label(lang))
}

/// Where a metered purchase stands.
#[must_use]
pub fn purchase_tag(lang: Lang, state: PurchaseState) -> Tag {
    let (tone, zh, en) = match state {
        PurchaseState::Issued => (Tone::Info, "待付款", "To be paid"),
        PurchaseState::PartiallyPaid => (Tone::Info, "部分付款", "Paid in part"),
        PurchaseState::Paid => (Tone::Info, "已付款", "Paid"),
        PurchaseState::Blocked => (Tone::Warn, "核对有差异", "Difference open"),
        PurchaseState::Claimable => (Tone::Ok, "可申领", "Claimable"),
        PurchaseState::Reversed => (Tone::Bad, "已冲销", "Reversed"),
    };
    Tag::new(tone, lang.pick(zh, en))
}
