//! The centre's papers: a tax invoice it issued or a red letter to one, money it received or gave
//! back, and which part of them stands for which purchase.

use chrono::NaiveDate;

use super::centre::must_run;
use super::reconcile_purchase::reconcile_purchase;
use super::red_letter::{RedLetter, red_letter_arrives};
use super::tell_of_correction::{CameBack, tell_of_correction};
use super::{Act, ActError, Line, Outcome, refuse_field};
use crate::ids::{ProviderId, PurchaseId, Uscc, is_invoice_key, tail};
use crate::money::Fen;
use crate::payout::recovery::Bringer;
use crate::store;
use crate::store::paper_trail::{NewBankReceipt, NewTaxInvoice, Paper};

/// An invoice as entered. Amounts are positive in a red letter too.
#[derive(Clone, Debug)]
pub struct InvoiceEntry {
    pub code: String,
    pub number: String,
    pub buyer: Uscc,
    pub total: Fen,
    pub tax: Fen,
    pub issued_on: NaiveDate,
    /// Code and number of the invoice that this red letter takes back.
    pub red_of: Option<(String, String)>,
}

/// Records an invoice or a red letter; purchases that rest on the invoice are worked out anew.
///
/// # Errors
/// Refusals beside their fields: no invoice number, known already, a day in the future, a red letter
/// to an unknown invoice or above it.
pub fn record_tax_invoice(act: &mut Act<'_>, provider: ProviderId, entry: &InvoiceEntry) -> Outcome<i64> {
    must_run(act, provider)?;
    if !is_invoice_key(&entry.code, &entry.number) {
        return refuse_field(
            "bad_number",
            "number",
            "发票号码须为 20 位数字（数电票），或 10/12 位代码加 8 位号码。",
            "A digital invoice has 20 digits; an older one a code of 10 or 12 digits and a number of 8.",
        );
    }
    if entry.issued_on > act.today() {
        return refuse_field("future_day", "issued_on", "开票日期在今天之后。", "The day of issue is after today.");
    }
    if !entry.total.is_positive() || entry.tax > entry.total {
        return refuse_field(
            "bad_amount",
            "total",
            "价税合计须大于零且不小于税额。",
            "The total must be above zero and not below the tax.",
        );
    }
    let red_of = red_of(act, provider, entry)?;
    let new = NewTaxInvoice {
        provider_id: provider,
        code: entry.code.clone(),
        number: entry.number.clone(),
        buyer_uscc: entry.buyer.as_str().to_owned(),
        total_fen: entry.total,
        tax_fen: entry.tax,
        issued_on: entry.issued_on,
        red_of,
        recorded_by: act.actor.account,
        recorded_at: act.stamp(),
    };
    let id = match store::paper_trail::insert_invoice(act.db, &new) {
        Err(fault) if fault.is_unique_violation() => {
            let end = tail(&entry.number);
            return refuse_field(
                "invoice_known",
                "number",
                format!("发票（尾号 {end}）已登记。"),
                format!("The invoice ending {end} is on record already."),
            );
        }
        done => done?,
    };
    let detail = format!("{} {}", entry.buyer, entry.total.display());
    act.write_line(&Line { act: "record_tax_invoice", subject: &entry.number, detail: &detail, ..Line::default() })?;
    if let Some(original) = red_of {
        let back = CameBack { on: entry.issued_on, red_letter: entry.total, refunded: Fen::ZERO };
        for purchase in store::paper_trail::purchases_of(act.db, Paper::Invoice(original))? {
            reconcile_purchase(act, purchase)?;
            tell_of_correction(act, purchase, back)?;
        }
    }
    if let Some((code, number)) = &entry.red_of {
        let letter = RedLetter {
            code: entry.code.clone(),
            number: entry.number.clone(),
            amount: entry.total,
            dated_on: entry.issued_on,
            source: Bringer::Centre,
            file: None,
        };
        red_letter_arrives(act, &format!("{code}{number}"), &letter)?;
    }
    Ok(id)
}

fn red_of(act: &mut Act<'_>, provider: ProviderId, entry: &InvoiceEntry) -> Outcome<Option<i64>> {
    let Some((code, number)) = &entry.red_of else { return Ok(None) };
    let original = store::paper_trail::invoice_by_number(act.db, code, number)?.filter(|found| found.provider_id == provider);
    let Some(original) = original else {
        return refuse_field("no_original", "red_of", "没有登记被冲红的原发票。", "The invoice that it takes back is not on record.");
    };
    store::paper_trail::lock(act.db, Paper::Invoice(original.id))?;
    let before: Fen = store::paper_trail::red_letters_of(act.db, original.id)?.iter().map(|letter| letter.total_fen).sum();
    if before + entry.total > original.total_fen {
        let left = (original.total_fen - before).display();
        return refuse_field(
            "red_above_original",
            "total",
            format!("红字合计不能超过原发票，最多还可冲红 {left}。"),
            format!("Red letters together may not exceed the invoice; at most {left} is left."),
        );
    }
    Ok(Some(original.id))
}

/// Money received or given back, as entered.
#[derive(Clone, Debug)]
pub struct ReceiptEntry {
    pub bank_reference: String,
    pub payer_name: String,
    pub payer_account: String,
    pub enterprise: Uscc,
    pub amount: Fen,
    pub paid_on: NaiveDate,
    /// The bank's reference of the receipt that is given back.
    pub refund_of: Option<String>,
}

/// Records a payment or a refund; purchases that rest on it are worked out anew.
///
/// # Errors
/// Refusals beside their fields: no reference, known already, a day in the future, a refund of an
/// unknown receipt or above it.
pub fn record_receipt(act: &mut Act<'_>, provider: ProviderId, entry: &ReceiptEntry) -> Outcome<i64> {
    must_run(act, provider)?;
    if entry.bank_reference.trim().is_empty() {
        return refuse_field("no_reference", "bank_reference", "请填写银行流水号。", "Enter the bank's reference.");
    }
    if entry.payer_name.trim().is_empty() {
        return refuse_field("no_payer", "payer_name", "请填写付款方户名。", "Enter the name of the payer.");
    }
    if entry.paid_on > act.today() {
        return refuse_field("future_day", "paid_on", "付款日期在今天之后。", "The day of payment is after today.");
    }
    if !entry.amount.is_positive() {
        return refuse_field("bad_amount", "amount", "金额须大于零。", "The amount must be above zero.");
    }
    let refund_of = refund_of(act, provider, entry)?;
    let new = NewBankReceipt {
        provider_id: provider,
        bank_reference: entry.bank_reference.trim().to_owned(),
        payer_name: entry.payer_name.trim().to_owned(),
        payer_account: entry.payer_account.trim().to_owned(),
        enterprise_uscc: entry.enterprise.as_str().to_owned(),
        amount_fen: entry.amount,
        paid_on: entry.paid_on,
        refund_of,
        recorded_by: act.actor.account,
        recorded_at: act.stamp(),
    };
    let id = match store::paper_trail::insert_receipt(act.db, &new) {
        Err(fault) if fault.is_unique_violation() => {
            return refuse_field("receipt_known", "bank_reference", "这笔流水已登记。", "This reference is on record already.");
        }
        done => done?,
    };
    let detail = format!("{} {}", entry.enterprise, entry.amount.display());
    act.write_line(&Line { act: "record_receipt", subject: &entry.bank_reference, detail: &detail, ..Line::default() })?;
    if let Some(original) = refund_of {
        let back = CameBack { on: entry.paid_on, red_letter: Fen::ZERO, refunded: entry.amount };
        for purchase in store::paper_trail::purchases_of(act.db, Paper::Receipt(original))? {
            reconcile_purchase(act, purchase)?;
            tell_of_correction(act, purchase, back)?;
        }
    }
    Ok(id)
}

fn refund_of(act: &mut Act<'_>, provider: ProviderId, entry: &ReceiptEntry) -> Outcome<Option<i64>> {
    let Some(reference) = &entry.refund_of else { return Ok(None) };
    let all = store::paper_trail::receipts_of(act.db, provider)?;
    let Some(original) = all.iter().find(|receipt| receipt.bank_reference == *reference && receipt.refund_of.is_none()) else {
        return refuse_field("no_original", "refund_of", "没有登记被退回的原收款。", "The receipt that is given back is not on record.");
    };
    store::paper_trail::lock(act.db, Paper::Receipt(original.id))?;
    let before: Fen = store::paper_trail::refunds_of(act.db, original.id)?.iter().map(|refund| refund.amount_fen).sum();
    if before + entry.amount > original.amount_fen {
        let left = (original.amount_fen - before).display();
        return refuse_field(
            "refund_above_original",
            "amount",
            format!("退款合计不能超过原收款，最多还可退 {left}。"),
            format!("Refunds together may not exceed the receipt; at most {left} is left."),
        );
    }
    Ok(Some(original.id))
}

/// Lets a part of an invoice or a receipt stand for a metered purchase.
///
/// # Errors
/// Refusals: more than the paper has left, more than the purchase, a paper of another enterprise, a
/// red letter or refund, a part that is allocated already.
pub fn allocate_paper(act: &mut Act<'_>, provider: ProviderId, purchase: PurchaseId, paper: Paper, amount: Fen) -> Outcome<()> {
    must_run(act, provider)?;
    let purchase =
        store::known::purchase(act.db, act.actor, purchase)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
    let (owner, turns_back, number) = match paper {
        Paper::Invoice(id) => {
            let found = store::paper_trail::invoice(act.db, id)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
            (found.buyer_uscc, found.red_of.is_some(), found.number)
        }
        Paper::Receipt(id) => {
            let found = store::paper_trail::receipt(act.db, id)?.filter(|found| found.provider_id == provider).ok_or(ActError::NotFound)?;
            (found.enterprise_uscc, found.refund_of.is_some(), found.bank_reference)
        }
    };
    if !purchase.is_metered() || owner != purchase.enterprise_uscc || turns_back {
        return refuse_field(
            "other_owner",
            "paper",
            "这张单据不属于该企业，或是红字、退款，不能分配。",
            "This paper belongs to another enterprise, or is a red letter or refund; it cannot be allocated.",
        );
    }
    if !amount.is_positive() || amount > purchase.amount_fen {
        let most = purchase.amount_fen.display();
        return refuse_field("above_purchase", "amount", format!("须大于零且不超过 {most}。"), format!("Above zero and at most {most}."));
    }
    let at = act.stamp();
    match store::paper_trail::allocate(act.db, purchase.id, paper, amount, at) {
        Ok(true) => {}
        Err(fault) if !fault.is_unique_violation() => return Err(fault.into()),
        Ok(false) | Err(_) => {
            return refuse_field(
                "paper_used_up",
                "amount",
                "这张单据的余额不足，或已分配给这笔账单。",
                "The paper has not that much left, or stands for this purchase already.",
            );
        }
    }
    reconcile_purchase(act, purchase.id)?;
    let detail = format!("{} {}", purchase.order_no, amount.display());
    act.write_line(&Line { act: "allocate_paper", subject: &number, detail: &detail, ..Line::default() })
}
