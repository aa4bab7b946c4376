//! What became of a statement in money: its purchases, the papers that stand for them, what may be
//! claimed and which figure decides, and the differences that the centre closes.

use super::view::purchase_tag;
use crate::acts::choose_purchases::not_claimable;
use crate::calendar::full_date;
use crate::lang::Lang;
use crate::metering::reconcile::DifferenceKind;
use crate::metering::statement::{Bound, ClaimFigures, claimable};
use crate::money::Fen;
use crate::reports::statement::{Case, PaperPart, Purchase, PurchaseTrail, StatementDetail};
use crate::web::answer::with_errors;
use crate::web::attempt::Attempt;
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, Fact, FieldKind, FieldView, Tag, Tone};

/// What the centre's own forms need.
#[derive(Clone, Copy, Debug)]
pub struct Centre<'a> {
    pub cx: &'a PageCx,
    pub number: &'a str,
    pub attempt: &'a Attempt,
}

/// A paper that stands for a purchase.
#[derive(Debug)]
pub struct PaperRow {
    pub kind: &'static str,
    pub number: String,
    pub date: String,
    pub total: String,
    pub part: String,
    pub taken_back: String,
}

/// A difference.
#[derive(Debug)]
pub struct CaseRow {
    pub title: String,
    pub about: String,
    pub expected: String,
    pub found: String,
    pub status: Tag,
    pub reason: String,
    pub close: Option<ConfirmView>,
}

/// A purchase.
#[derive(Debug)]
pub struct MoneyView {
    pub order_no: String,
    pub status: Tag,
    /// Why it cannot be claimed yet; empty when it can.
    pub why: String,
    pub facts: Vec<Fact>,
    pub papers: Vec<PaperRow>,
    pub cases: Vec<CaseRow>,
}

/// All purchases of a statement; with the centre's forms where it is the centre that looks.
#[must_use]
pub fn money_views(lang: Lang, detail: &StatementDetail, centre: Option<&Centre<'_>>) -> Vec<MoneyView> {
    detail.purchases.iter().map(|trail| money_view(lang, trail, centre)).collect()
}

fn money_view(lang: Lang, trail: &PurchaseTrail, centre: Option<&Centre<'_>>) -> MoneyView {
    let purchase = &trail.purchase;
    MoneyView {
        order_no: purchase.order_no.clone(),
        status: purchase_tag(lang, purchase.state),
        why: not_claimable(purchase).map(|why| why.get(lang).to_owned()).unwrap_or_default(),
        facts: facts(lang, purchase),
        papers: trail.papers.iter().map(|paper| paper_row(lang, paper)).collect(),
        cases: trail.cases.iter().map(|case| case_row(lang, case, centre)).collect(),
    }
}

/// The figures of a purchase as the rule for what is claimable takes them.
#[must_use]
pub fn figures(purchase: &Purchase) -> ClaimFigures {
    ClaimFigures {
        statement: purchase.amount_fen,
        non_cash: purchase.non_cash_fen,
        invoiced: purchase.invoiced_fen,
        red_letters: purchase.red_fen,
        paid: purchase.paid_fen,
        refunds: purchase.refunded_fen,
    }
}

fn facts(lang: Lang, purchase: &Purchase) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |zh: &str, en: &str, amount: Fen, always: bool| {
        if always || !amount.is_zero() {
            facts.push(Fact::new(lang.pick(zh, en), amount.display()));
        }
    };
    add("对账单金额", "Statement", purchase.amount_fen, true);
    add("赠送金与代金券", "Bonus and coupons", purchase.non_cash_fen, false);
    add("已开发票", "Invoiced", purchase.invoiced_fen, true);
    add("红字冲减", "Red letters", purchase.red_fen, false);
    add("已付现金", "Paid in cash", purchase.paid_fen, true);
    add("已退款", "Refunded", purchase.refunded_fen, false);
    let least = claimable(&figures(purchase));
    let bound = match least.bound {
        Bound::Statement => lang.pick("以对账单金额为限", "the statement decides"),
        Bound::Invoice => lang.pick("以发票金额为限", "the invoices decide"),
        Bound::Payment => lang.pick("以实付金额为限", "the payments decide"),
    };
    let amount = least.amount.display();
    facts.push(Fact::new(
        lang.pick("三者最低", "Least of the three"),
        lang.pick(format!("{amount}（{bound}）"), format!("{amount} ({bound})")),
    ));
    facts.push(Fact::new(lang.pick("现可申领", "Claimable now"), purchase.claimable_fen.display()));
    facts
}

fn paper_row(lang: Lang, paper: &PaperPart) -> PaperRow {
    match paper {
        PaperPart::Invoice { paper, part, taken_back } => PaperRow {
            kind: lang.pick("发票", "Invoice"),
            number: format!("{}{}", paper.code, paper.number),
            date: full_date(paper.issued_on, lang),
            total: paper.total_fen.display(),
            part: part.display(),
            taken_back: taken_back.display(),
        },
        PaperPart::Receipt { paper, part, taken_back } => PaperRow {
            kind: lang.pick("付款", "Payment"),
            number: paper.bank_reference.clone(),
            date: full_date(paper.paid_on, lang),
            total: paper.amount_fen.display(),
            part: part.display(),
            taken_back: taken_back.display(),
        },
    }
}

fn case_row(lang: Lang, case: &Case, centre: Option<&Centre<'_>>) -> CaseRow {
    let is_open = case.state == "open";
    let status = match case.state.as_str() {
        "open" => Tag::new(Tone::Warn, lang.pick("待处理", "Open")),
        "explained" => Tag::new(Tone::Ok, lang.pick("已说明", "Explained")),
        _ => Tag::new(Tone::Plain, lang.pick("已不存在", "Gone")),
    };
    CaseRow {
        title: DifferenceKind::parse(&case.kind).map_or_else(|| case.kind.clone(), |kind| kind.title().get(lang).to_owned()),
        about: case.about.clone(),
        expected: case.expected.clone(),
        found: case.found.clone(),
        status,
        reason: case.reason.clone(),
        close: centre.filter(|_| is_open).map(|centre| close_panel(centre, case)),
    }
}

fn close_panel(centre: &Centre<'_>, case: &Case) -> ConfirmView {
    let lang = centre.cx.lang;
    let name = format!("case_{}", case.id);
    let reason = FieldView::new(lang, FieldKind::Area, name.clone(), lang.pick("差异的原因", "Why the two differ"));
    let reason = reason.value(centre.attempt.typed(&name, "")).max_length(500);
    ConfirmView {
        effect: lang.pick("说明后差异不再阻止申领。", "Once explained, the difference no longer stops the claim.").to_owned(),
        fields: with_errors(lang, vec![reason], centre.attempt.refusals()),
        open: centre.attempt.refusals().iter().any(|refusal| refusal.field.as_deref() == Some(name.as_str())),
        ..ConfirmView::new(
            centre.cx,
            format!("/provider/statements/{}/cases/{}", centre.number, case.id),
            lang.pick("处理…", "Close…"),
            lang.pick("说明并关闭差异", "Explain and close"),
        )
    }
}
