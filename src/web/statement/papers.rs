//! The centre records invoices, red letters, payments and refunds from a statement's page, and lets
//! them stand for its purchases.

use actix_web::{HttpResponse, web};

use super::answer::run;
use super::money::Centre;
use super::show::render;
use crate::acts::record_papers::{InvoiceEntry, ReceiptEntry, allocate_paper, record_receipt, record_tax_invoice};
use crate::acts::{Act, Outcome, Refusal};
use crate::ids::{ProviderId, PurchaseId, Uscc};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::reports::statement::{OpenPaper, Paper, StatementDetail, statement_detail};
use crate::web::answer::with_errors;
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::parts::{Choice, ConfirmView, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The forms, each under a name that begins the names of its fields: a page has a name once.
const FORMS: [&str; 5] = ["invoice", "payment", "allocation", "red_letter", "refund"];

/// The panels that the page shows.
#[must_use]
pub fn panels(centre: &Centre<'_>, detail: &StatementDetail, open: &[OpenPaper]) -> Vec<ConfirmView> {
    let lang = centre.cx.lang;
    let shown = |form: &&str| match *form {
        "allocation" => !open.is_empty() && !detail.purchases.is_empty(),
        "invoice" | "payment" => !detail.purchases.is_empty(),
        _ => true,
    };
    let panel = |form: &str| {
        let (label, button) = words(lang, form);
        let refusals = centre.attempt.refusals();
        let is_mine = |refusal: &Refusal| refusal.field.as_deref().is_some_and(|field| field.starts_with(&format!("{form}-")));
        ConfirmView {
            fields: with_errors(lang, fields(centre, detail, open, form), refusals),
            hidden: vec![("form".into(), form.to_owned())],
            open: refusals.iter().any(is_mine),
            ..ConfirmView::new(centre.cx, format!("/provider/statements/{}/papers", centre.number), label, button)
        }
    };
    FORMS.into_iter().filter(shown).map(panel).collect()
}

fn words(lang: Lang, form: &str) -> (&'static str, &'static str) {
    match form {
        "invoice" => lang.pick(("登记发票…", "登记发票"), ("Invoice…", "Record the invoice")),
        "payment" => lang.pick(("登记付款…", "登记付款"), ("Payment…", "Record the payment")),
        "allocation" => lang.pick(("使用已登记单据…", "分配到账单"), ("Use a paper on record…", "Let it stand for the purchase")),
        "red_letter" => lang.pick(("登记红字发票…", "登记红字发票"), ("Red letter…", "Record the red letter")),
        _ => lang.pick(("登记退款…", "登记退款"), ("Refund…", "Record the refund")),
    }
}

fn fields(centre: &Centre<'_>, detail: &StatementDetail, open: &[OpenPaper], form: &str) -> Vec<FieldView> {
    let lang = centre.cx.lang;
    let field = |kind: FieldKind, name: &str, zh: &str, en: &str| {
        let name = format!("{form}-{name}");
        let typed = centre.attempt.typed(&name, "");
        FieldView::new(lang, kind, name, lang.pick(zh, en)).value(typed)
    };
    let payer = || {
        let name = format!("{form}-payer_name");
        let value = centre.attempt.typed(&name, detail.contract.enterprise_name.clone());
        FieldView::text(lang, name, lang.pick("付款方户名", "Payer")).value(value).max_length(100)
    };
    let part = || {
        let hint = lang.pick("留空为单据总额，至多账单金额", "Empty: all of the paper, at most the purchase");
        field(FieldKind::Money, "part", "用于本账单的金额", "Part that stands for the purchase").hint(hint).optional().short()
    };
    let invoice = || {
        vec![
            field(FieldKind::Text, "code", "发票代码", "Code").hint(lang.pick("数电票没有代码", "Digital invoices have none")).optional(),
            field(FieldKind::Text, "number", "发票号码", "Number"),
            field(FieldKind::Date, "issued_on", "开票日期", "Issued on").short(),
            field(FieldKind::Money, "total", "价税合计", "Total with tax").short(),
            field(FieldKind::Money, "tax", "其中税额", "Tax in it").short(),
        ]
    };
    let receipt = || {
        vec![
            field(FieldKind::Text, "bank_reference", "银行流水号", "Bank reference"),
            payer(),
            field(FieldKind::Date, "paid_on", "日期", "Date").short(),
            field(FieldKind::Money, "amount", "金额", "Amount").short(),
        ]
    };
    let mut fields = match form {
        "invoice" => invoice(),
        "payment" => receipt(),
        "allocation" => {
            vec![field(FieldKind::Select, "paper", "单据", "Paper").choices(open.iter().map(|one| choice(lang, one)).collect())]
        }
        "red_letter" => {
            let original = field(FieldKind::Text, "red_of", "被冲红的发票号码", "Number of the invoice taken back");
            let code = field(FieldKind::Text, "red_of_code", "被冲红的发票代码", "Its code").optional();
            [vec![code, original], invoice()].concat()
        }
        _ => [vec![field(FieldKind::Text, "refund_of", "原收款的银行流水号", "Bank reference of the receipt")], receipt()].concat(),
    };
    if matches!(form, "invoice" | "payment" | "allocation") {
        let choices = detail.purchases.iter().map(|one| Choice::new(one.purchase.id.to_string(), one.purchase.order_no.clone()));
        fields.push(field(FieldKind::Select, "purchase", "用于账单", "Stands for").choices(choices.collect()));
        fields.push(part());
    }
    fields
}

fn choice(lang: Lang, one: &OpenPaper) -> Choice {
    let (value, kind) = match one.paper {
        Paper::Invoice(id) => (format!("invoice-{id}"), lang.pick("发票", "Invoice")),
        Paper::Receipt(id) => (format!("receipt-{id}"), lang.pick("付款", "Payment")),
    };
    let left = one.left.display();
    Choice::new(value, lang.pick(format!("{kind} {}（余 {left}）", one.number), format!("{kind} {} ({left} left)", one.number)))
}

/// What a form asks for, read and ready to be done.
enum Asked {
    Invoice(InvoiceEntry, Option<Share>),
    Receipt(ReceiptEntry, Option<Share>),
    Allocation(Paper, Share),
}

/// Which purchase gets how much of a paper.
struct Share {
    purchase: PurchaseId,
    amount: Fen,
}

/// # Errors
/// Another centre's statement; a fault of the database.
pub async fn record(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let actor = visitor.actor()?;
    let provider = actor.provider().ok_or_else(Problem::not_allowed)?;
    let wanted = number.to_string();
    let (detail, open) = site
        .read(move |db| {
            let detail = statement_detail(db, &actor, &wanted)?;
            let open = crate::reports::statement::open_papers(db, provider, &detail.contract.enterprise_uscc)?;
            Ok((detail, open))
        })
        .await?;
    let Some(name) = FORMS.into_iter().find(|known| form.raw("form") == *known) else { return Err(Problem::not_found()) };
    let mut faults = Faults::default();
    let asked = Reading { form: &form, name, detail: &detail, open: &open }.read(&mut faults);
    let Some(asked) = asked.filter(|_| faults.is_empty()) else {
        return render(&visitor, &site, &number, &Attempt::refused(faults.0, form)).await;
    };
    let text = Text::new("单据已登记，账单已重新核对。", "The paper is on record and the purchase was worked out anew.");
    run(&visitor, &site, &number, form, (&text, ""), move |act| at_form(name, done(act, provider, &asked))).await
}

fn done(act: &mut Act<'_>, provider: ProviderId, asked: &Asked) -> Outcome<()> {
    let (paper, share) = match asked {
        Asked::Invoice(entry, share) => (Paper::Invoice(record_tax_invoice(act, provider, entry)?), share.as_ref()),
        Asked::Receipt(entry, share) => (Paper::Receipt(record_receipt(act, provider, entry)?), share.as_ref()),
        Asked::Allocation(paper, share) => (*paper, Some(share)),
    };
    match share {
        Some(share) => allocate_paper(act, provider, share.purchase, paper, share.amount),
        None => Ok(()),
    }
}

/// Leads refusals to the fields of the form that was sent; what is wrong with a share stands at the
/// part.
fn at_form(form: &str, outcome: Outcome<()>) -> Outcome<()> {
    let shares = matches!(form, "invoice" | "allocation");
    outcome.map_err(|error| match error {
        crate::acts::ActError::Refused(refusals) => crate::acts::ActError::Refused(
            refusals
                .into_iter()
                .map(|refusal| {
                    let field = match refusal.field.as_deref() {
                        Some("amount") if shares => Some(format!("{form}-part")),
                        Some("paper") if form != "allocation" => Some(format!("{form}-part")),
                        Some(field) => Some(format!("{form}-{field}")),
                        None => None,
                    };
                    Refusal { field, ..refusal }
                })
                .collect(),
        ),
        other => other,
    })
}

/// A form as it is read.
struct Reading<'a> {
    form: &'a Form,
    name: &'static str,
    detail: &'a StatementDetail,
    open: &'a [OpenPaper],
}

impl Reading<'_> {
    fn at(&self, field: &str) -> String {
        format!("{}-{field}", self.name)
    }

    fn read(&self, faults: &mut Faults) -> Option<Asked> {
        match self.name {
            "invoice" => {
                let entry = self.invoice(faults, None)?;
                let share = self.share(faults, entry.total)?;
                Some(Asked::Invoice(entry, Some(share)))
            }
            "payment" => {
                let entry = self.receipt(faults, None)?;
                let share = self.share(faults, entry.amount)?;
                Some(Asked::Receipt(entry, Some(share)))
            }
            "red_letter" => {
                let original = (self.form.code(&self.at("red_of_code")), self.form.code(&self.at("red_of")));
                Some(Asked::Invoice(self.invoice(faults, Some(original))?, None))
            }
            "refund" => {
                let original = self.form.text(&self.at("refund_of"));
                Some(Asked::Receipt(self.receipt(faults, Some(original))?, None))
            }
            _ => {
                let chosen = self.form.raw(&self.at("paper"));
                let paper = self.open.iter().find(|one| choice(Lang::En, one).value == chosen);
                let Some(paper) = paper else {
                    faults.add(&self.at("paper"), "请选择单据。", "Choose the paper.");
                    return None;
                };
                Some(Asked::Allocation(paper.paper, self.share(faults, paper.left)?))
            }
        }
    }

    fn buyer(&self) -> Option<Uscc> {
        Uscc::parse(&self.detail.contract.enterprise_uscc).ok()
    }

    fn invoice(&self, faults: &mut Faults, red_of: Option<(String, String)>) -> Option<InvoiceEntry> {
        let issued_on = self.form.date(&self.at("issued_on"), faults);
        let total = self.form.money(&self.at("total"), faults);
        let tax = self.form.money(&self.at("tax"), faults);
        let (code, number) = (self.form.code(&self.at("code")), self.form.code(&self.at("number")));
        Some(InvoiceEntry { code, number, buyer: self.buyer()?, total, tax, issued_on: issued_on?, red_of })
    }

    fn receipt(&self, faults: &mut Faults, refund_of: Option<String>) -> Option<ReceiptEntry> {
        let bank_reference = self.form.required(&self.at("bank_reference"), 60, faults);
        let payer_name = self.form.required(&self.at("payer_name"), 100, faults);
        let paid_on = self.form.date(&self.at("paid_on"), faults);
        let amount = self.form.money(&self.at("amount"), faults);
        let (enterprise, payer_account) = (self.buyer()?, String::new());
        Some(ReceiptEntry { bank_reference, payer_name, payer_account, enterprise, amount, paid_on: paid_on?, refund_of })
    }

    /// The part that was typed, else all of the paper as far as the purchase goes.
    fn share(&self, faults: &mut Faults, all: Fen) -> Option<Share> {
        let chosen = self.form.raw(&self.at("purchase"));
        let found = self.detail.purchases.iter().map(|one| &one.purchase).find(|one| one.id.to_string() == chosen);
        let Some(purchase) = found else {
            faults.add(&self.at("purchase"), "请选择账单。", "Choose the purchase.");
            return None;
        };
        let amount = self.form.optional_money(&self.at("part"), faults).unwrap_or_else(|| all.min(purchase.amount_fen));
        Some(Share { purchase: purchase.id, amount })
    }
}
