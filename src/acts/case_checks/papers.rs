//! The papers of a case: that they are there, that no other application uses them, and what is left of
//! the contract.

use super::{Check, CheckKind, Verdict};
use crate::acts::Outcome;
use crate::acts::case_facts::{Dossier, invoice_key};
use crate::acts::choose_purchases::not_claimable;
use crate::ids::tail;
use crate::lang::Text;
use crate::money::Fen;
use crate::paper::PaperField;
use crate::store::application::{Application, Material};
use crate::store::purchase::Purchase;
use crate::store::{self, Db};

/// Every purchase needs a contract, an invoice and a payment (policy.md §3, material list).
pub(super) fn papers(dossier: &Dossier) -> Vec<Check> {
    let kinds = [("contract", "合同", "a contract"), ("invoice", "发票", "an invoice"), ("payment", "付款凭证", "a proof of payment")];
    let mut missing = Vec::new();
    for (item, purchase) in &dossier.items {
        for (kind, zh, en) in kinds {
            if dossier.papers(kind, item.id).next().is_none() {
                missing.push(Check::new(
                    CheckKind::PapersComplete,
                    Verdict::Explain,
                    Text::new(format!("账单 {} 没有对应的{zh}", purchase.order_no), format!("Purchase {} lacks {en}", purchase.order_no)),
                    Text::default(),
                ));
            }
        }
    }
    if missing.is_empty() {
        missing.push(Check::new(
            CheckKind::PapersComplete,
            Verdict::Passed,
            Text::new("每条账单都有合同、发票和付款凭证", "Every purchase has a contract, an invoice and a proof of payment"),
            Text::default(),
        ));
    }
    missing
}

/// A metered purchase stays claimable: a red letter, a refund or a reversal after submission is seen
/// by the reviewer before anything is granted.
pub(super) fn statements(dossier: &Dossier) -> Vec<Check> {
    let metered: Vec<&Purchase> = dossier.items.iter().map(|(_, purchase)| purchase).filter(|purchase| purchase.is_metered()).collect();
    let spoilt: Vec<Check> = metered
        .iter()
        .filter_map(|purchase| not_claimable(purchase))
        .map(|why| {
            let text = Text::new("计量账单现在不可申请", "A metered purchase is not claimable now");
            Check::new(CheckKind::StatementsSettled, Verdict::Explain, text, why)
        })
        .collect();
    if metered.is_empty() || !spoilt.is_empty() {
        return spoilt;
    }
    vec![Check::new(
        CheckKind::StatementsSettled,
        Verdict::Passed,
        Text::new("计量账单的对账单均已确认、付清并核对一致", "The statements of all metered purchases are confirmed, paid and reconciled"),
        Text::same(metered.iter().map(|purchase| purchase.order_no.as_str()).collect::<Vec<_>>().join("、")),
    )]
}

/// Living applications that use the same paper: number, whether another enterprise's, its part.
fn also_in(db: &mut Db, own: &Application, paper: &Material) -> Outcome<Vec<(String, bool, Fen)>> {
    let mut others = Vec::new();
    for (number, house, state, id) in store::material::same_paper_elsewhere(db, paper)? {
        if state.holds_purchases() {
            let part = store::application::allocations(db, &[id])?.iter().map(|part| part.amount_fen).sum();
            others.push((number, house != own.enterprise_id, part));
        }
    }
    Ok(others)
}

pub(super) fn invoices(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let mut found = Vec::new();
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "invoice") {
        let key = tail(&invoice_key(&paper.code, &paper.number));
        let others = also_in(db, &dossier.application, paper)?;
        let Some((number, foreign, _)) = others.first().cloned() else {
            found.push(Check::new(
                CheckKind::InvoiceUnused,
                Verdict::Passed,
                Text::new(format!("发票 {key} 未在其他申请中使用"), format!("Invoice {key} stands in no other application")),
                Text::same(paper.amount_fen.display()),
            ));
            continue;
        };
        let mine: Fen = dossier.parts_of(paper).into_iter().map(|(_, part)| part).sum();
        let used: Fen = mine + others.iter().map(|(_, _, part)| *part).sum::<Fen>();
        let bad = foreign || used > paper.amount_fen;
        let mut check = Check::new(
            CheckKind::InvoiceUnused,
            if bad { Verdict::Explain } else { Verdict::Note },
            Text::new(
                format!("发票 {key} 也用于申请 {number}{}", if foreign { "（另一家企业）" } else { "" }),
                format!("Invoice {key} also stands in {number}{}", if foreign { " of another enterprise" } else { "" }),
            ),
            Text::new(
                format!("票面 {}，共使用 {}", paper.amount_fen.display(), used.display()),
                format!("invoice {}, used {} in all", paper.amount_fen.display(), used.display()),
            ),
        );
        check.other = Some(number);
        found.push(check);
    }
    Ok(found)
}

/// A slip proves one payment, in however many applications it is filed: all of them together use no more
/// than its amount, and no other enterprise uses it.
pub(super) fn payments(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let (mut found, mut clean) = (Vec::new(), 0_usize);
    for slip in dossier.materials.iter().filter(|paper| paper.kind == "payment") {
        let serial = dossier.fact(slip.id, PaperField::BankSerial).map_or("", |fact| fact.value.as_str());
        let (mut number, mut foreign, mut used) = (None, false, Fen::ZERO);
        for (other, house, state, id) in store::material::same_payment_elsewhere(db, slip, serial)? {
            if state.holds_purchases() {
                used += store::application::allocations(db, &[id])?.iter().map(|part| part.amount_fen).sum();
                foreign |= house != dossier.application.enterprise_id;
                number.get_or_insert(other);
            }
        }
        let Some(number) = number else {
            clean += 1;
            continue;
        };
        used += dossier.parts_of(slip).into_iter().map(|(_, part)| part).sum();
        let bad = foreign || used > slip.amount_fen;
        let mut check = Check::new(
            CheckKind::PaymentUnused,
            if bad { Verdict::Explain } else { Verdict::Note },
            Text::new(
                format!("{} 也用于申请 {number}{}", slip.file_name, if foreign { "（另一家企业）" } else { "" }),
                format!("{} also stands in {number}{}", slip.file_name, if foreign { " of another enterprise" } else { "" }),
            ),
            Text::new(
                format!("付款 {}，共使用 {}", slip.amount_fen.display(), used.display()),
                format!("payment {}, used {} in all", slip.amount_fen.display(), used.display()),
            ),
        );
        check.other = Some(number);
        found.push(check);
    }
    if clean > 0 {
        let text =
            Text::new(format!("{clean} 份付款凭证未在其他申请中使用"), format!("{clean} payment slips stand in no other application"));
        found.push(Check::new(CheckKind::PaymentUnused, Verdict::Passed, text, Text::default()));
    }
    Ok(found)
}

/// Contract room: the parts of one contract in all applications stay within its amount.
pub(super) fn contract_room(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let mut found = Vec::new();
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "contract") {
        let mine: Fen = dossier.parts_of(paper).into_iter().map(|(_, part)| part).sum();
        let others: Fen = if paper.number.is_empty() {
            Fen::ZERO
        } else {
            also_in(db, &dossier.application, paper)?.into_iter().filter(|(_, foreign, _)| !foreign).map(|(_, _, part)| part).sum()
        };
        let left = paper.amount_fen - others;
        let evidence = Text::new(
            format!("合同 {}，其他申请已用 {}，本次 {}", paper.amount_fen.display(), others.display(), mine.display()),
            format!("contract {}, used elsewhere {}, here {}", paper.amount_fen.display(), others.display(), mine.display()),
        );
        let name = if paper.number.is_empty() { &paper.file_name } else { &paper.number };
        found.push(if mine <= left {
            Check::new(
                CheckKind::ContractRoom,
                Verdict::Passed,
                Text::new(format!("合同 {name} 余额足够"), format!("Contract {name} has room")),
                evidence,
            )
        } else {
            Check::new(
                CheckKind::ContractRoom,
                Verdict::Explain,
                Text::new(format!("合同 {name} 余额不足"), format!("Contract {name} has too little room")),
                evidence,
            )
        });
    }
    Ok(found)
}
