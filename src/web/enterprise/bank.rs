//! `/my/bank`: the account subsidies are paid to, a change that waits, and what was before.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::tabs;
use crate::acts::confirm_bank_account::take_back_bank_change;
use crate::acts::enter_bank_account::{BankEntry, enter_bank_account};
use crate::acts::{Act, Refusal};
use crate::calendar::date_time;
use crate::ids::{BankAccountId, tail};
use crate::lang::{Lang, Text};
use crate::reports::own_enterprise::{self, BankAccount, OwnBank};
use crate::web::answer::{error_summary, go, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, ErrorSummary, Fact, FieldView, Link, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One earlier account.
#[derive(Debug)]
pub struct EarlierRow {
    pub account: String,
    pub entered: String,
    pub state: Tag,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "enterprise/bank.html")]
pub struct BankView {
    pub cx: PageCx,
    pub tabs: Vec<Link>,
    pub errors: ErrorSummary,
    pub active: Vec<Fact>,
    pub pending: Vec<Fact>,
    pub take_back: Option<ConfirmView>,
    pub earlier: Vec<EarlierRow>,
    /// The form is folded while an account is in use and nothing was refused.
    pub form_open: bool,
    pub fields: Vec<FieldView>,
}

/// `6222 0212 …`: in groups of four, as people read it aloud.
fn grouped(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn account_facts(account: &BankAccount, lang: Lang) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(lang.pick("户名", "Account name"), account.account_name.clone()),
        Fact::new(lang.pick("开户行", "Bank and branch"), account.bank_name.clone()),
        Fact::new(lang.pick("账号", "Account number"), grouped(&account.account_no)),
    ];
    if !account.cnaps.is_empty() {
        facts.push(Fact::new(lang.pick("联行号", "CNAPS code"), account.cnaps.clone()));
    }
    facts
}

fn fields(lang: Lang, enterprise: &str) -> Vec<FieldView> {
    vec![
        FieldView::text(lang, "account_name", lang.pick("户名", "Account name"))
            .hint(lang.pick("须与企业名称一致", "The enterprise's own name"))
            .value(enterprise)
            .max_length(100),
        FieldView::text(lang, "bank_name", lang.pick("开户行", "Bank and branch"))
            .hint(lang.pick("写到支行，例如“中国工商银行武汉光谷支行”", "Down to the branch"))
            .max_length(100),
        FieldView::text(lang, "account_no", lang.pick("对公账号", "Company account number"))
            .hint(lang.pick("9 到 32 位数字", "9 to 32 digits")),
        FieldView::text(lang, "cnaps", lang.pick("联行号", "CNAPS code"))
            .hint(lang.pick("12 位数字，不确定可以留空", "12 digits; leave empty if unsure"))
            .optional(),
    ]
}

fn shown(visitor: &Visitor, own: &OwnBank, typed: Option<(&Form, &[Refusal])>) -> BankView {
    let (lang, cx) = (visitor.lang, visitor.page());
    let refusals = typed.map(|(_, refusals)| refusals).unwrap_or_default();
    let mut fields = fields(lang, &own.enterprise);
    if let Some((form, _)) = typed {
        fields = fields.into_iter().map(|field| FieldView { value: form.raw(&field.name).to_owned(), ..field }).collect();
    }
    let take_back = own.pending.as_ref().map(|(pending, _)| {
        let action = format!("/my/bank/{}/take-back", pending.id);
        let mut view = ConfirmView::new(&cx, action, lang.pick("撤回变更", "Take the change back"), lang.pick("撤回", "Take back"));
        view.effect = lang.pick("补贴继续拨付到原账户。", "Subsidies go on to the old account.").to_owned();
        view
    });
    let pending = own.pending.as_ref().map(|(pending, who)| {
        let mut facts = account_facts(pending, lang);
        let when = date_time(pending.created_at.and_utc(), lang);
        facts.push(Fact::new(lang.pick("申请", "Asked"), lang.pick(format!("{who}，{when}"), format!("{who}, {when}"))));
        facts
    });
    let earlier = own.earlier.iter().map(|known| EarlierRow {
        account: format!("{} {}", known.bank_name, tail(&known.account_no)),
        entered: date_time(known.created_at.and_utc(), lang),
        state: match known.state.as_str() {
            "replaced" => Tag::new(Tone::Plain, lang.pick("已被替换", "Replaced")),
            _ => Tag::new(Tone::Warn, lang.pick("未生效", "Never in use")),
        },
    });
    BankView {
        tabs: tabs(lang),
        errors: error_summary(lang, refusals),
        active: own.active.as_ref().map(|active| account_facts(active, lang)).unwrap_or_default(),
        pending: pending.unwrap_or_default(),
        take_back,
        earlier: earlier.collect(),
        form_open: own.active.is_none() || typed.is_some(),
        fields: with_errors(lang, fields, refusals),
        cx,
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let id = visitor.enterprise()?;
    let own = site.read(move |db| own_enterprise::bank(db, id)).await?;
    page(&shown(&visitor, &own, None))
}

/// # Errors
/// A fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let entry = BankEntry {
        account_name: form.required("account_name", 100, &mut faults),
        bank_name: form.required("bank_name", 100, &mut faults),
        account_no: form.code("account_no").into(),
        cnaps: form.code("cnaps"),
    };
    let id = visitor.enterprise()?;
    let own = site.read(move |db| own_enterprise::bank(db, id)).await?;
    for fault in crate::acts::enter_bank_account::faults_of(&entry, &own.enterprise) {
        if fault.field.as_deref().is_none_or(|field| faults.of(field).is_none()) {
            faults.0.push(fault);
        }
    }
    if !faults.is_empty() {
        return page_with_faults(&shown(&visitor, &own, Some((&form, &faults.0))));
    }
    let done = move |act: &mut Act<'_>| enter_bank_account(act, &entry).map(|_| "/my/bank".to_owned());
    match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
        Ok(place) if own.active.is_some() => {
            let text = Text::new(
                "变更已提交，待确认：我们向贵单位每位同事发了邮件，任何一位在 24 小时内打开链接确认后生效。",
                "The change waits for confirmation: everybody of your enterprise got a letter; it holds once one of them confirms it within 24 hours.",
            );
            Ok(go_and_say(&visitor, &place, "warn", &text))
        }
        Ok(place) => {
            let text = Text::new("收款账户已登记，补贴将拨付到这个账户。", "The bank account is entered; subsidies are paid to it.");
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => page_with_faults(&shown(&visitor, &own, Some((&form, &refusals)))),
    }
}

/// # Errors
/// The page for a change that no longer waits.
pub async fn take_back(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let id: BankAccountId = id.parse().map_err(|_| Problem::not_found())?;
    let done = move |act: &mut Act<'_>| take_back_bank_change(act, id).map(|()| "/my/bank".to_owned());
    match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
        Ok(place) => Ok(go(&place)),
        Err(refusals) => Err(Problem::refused(&refusals)),
    }
}
