//! `/desk/credit`: the competent authority's credit checks.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::case_view::state_tag;
use super::frame;
use crate::acts::Refusal;
use crate::acts::check_credit::{Finding, check_credit};
use crate::acts::letters::{Tell, case_letter};
use crate::application::{ActKind, State};
use crate::calendar::{beijing_date, date_range, full_date};
use crate::lang::{Lang, Text};
use crate::reports::credit_desk::{self, ToCheck};
use crate::reports::desk_queue;
use crate::web::answer::{error_summary, go_and_say, page, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, Fact, FieldKind, FieldView, Link, MailPreview, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/credit_list.html")]
struct ListPage {
    cx: PageCx,
    rows: Vec<Row>,
}

/// One case that waits.
#[derive(Debug)]
struct Row {
    number: String,
    enterprise: String,
    uscc: String,
    amount: String,
    state: Tag,
    since: String,
    register: Tag,
}

#[derive(Debug, Template)]
#[template(path = "desk/credit.html")]
struct CheckPage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    version: i64,
    enterprise: String,
    state: Tag,
    facts: Vec<Fact>,
    register: Tag,
    records: Vec<Fact>,
    checks: Vec<Fact>,
    objection_open: bool,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    mails: Vec<MailPreview>,
}

/// # Errors
/// A fault of the database.
pub async fn list(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (who, today) = (visitor.actor()?.account, visitor.today);
    let (rail, found) = site.read(move |db| Ok((desk_queue::rail(db, who)?, credit_desk::to_check(db, today)?))).await?;
    let lang = visitor.lang;
    let row = |one: &ToCheck| Row {
        number: one.application.number.clone(),
        enterprise: one.enterprise.clone(),
        uscc: one.uscc.clone(),
        amount: one.application.total_fen.display(),
        state: state_tag(lang, one.application.state),
        since: full_date(beijing_date(one.application.state_since.and_utc()), lang),
        register: register_tag(lang, one),
    };
    page(&ListPage { cx: frame(&visitor, &rail, None), rows: found.iter().map(row).collect() })
}

/// # Errors
/// A case that waits for no check; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, number.into_inner(), &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let clean = match form.raw("result") {
        "clean" => true,
        "dishonest" => false,
        _ => {
            let text = Text::new("请选择核查结果。", "Choose the result.");
            let refusal = Refusal { code: "result_missing", field: Some("result".to_owned()), text };
            return render(&visitor, &site, number, &Attempt::refused(vec![refusal], form)).await;
        }
    };
    let finding = Finding { source: form.text("source"), clean, note: form.paragraph("note") };
    let (version, case) = (form.number("version"), number.clone());
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            check_credit(act, &case, version, &finding).map(|()| "/desk/credit".to_owned())
        })
        .await?;
    match answer {
        Ok(place) => {
            let said = if clean {
                Text::new(format!("{number} 信用核查通过。"), format!("{number} passed the credit check."))
            } else {
                Text::new(format!("{number} 信用核查未通过，已不予兑付。"), format!("{number} failed the credit check and is rejected."))
            };
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, number, &Attempt::refused(refusals, form)).await,
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, number: String, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let (who, today) = (visitor.actor()?.account, visitor.today);
    let (rail, found) = site.read(move |db| Ok((desk_queue::rail(db, who)?, credit_desk::to_check(db, today)?))).await?;
    let one = found.into_iter().find(|one| one.application.number == number).ok_or_else(Problem::not_found)?;
    let lang = visitor.lang;
    let view = CheckPage {
        cx: frame(visitor, &rail, None),
        crumbs: Crumbs::new(lang, vec![Link::new("/desk/credit", lang.pick("信用核查", "Credit checks"))], number.clone()),
        version: one.application.version,
        enterprise: one.enterprise.clone(),
        state: state_tag(lang, one.application.state),
        facts: vec![
            Fact::new(lang.pick("统一社会信用代码", "Credit code"), one.uscc.clone()),
            Fact::new(lang.pick("拟兑付", "Proposed"), one.application.total_fen.display()),
        ],
        register: register_tag(lang, &one),
        records: records(lang, &one),
        checks: checks(lang, &one),
        objection_open: one.objection_open,
        errors: error_summary(lang, attempt.refusals()),
        fields: with_errors(lang, fields(lang, attempt), attempt.refusals()),
        mails: [ActKind::PassCredit, ActKind::FailCredit].into_iter().filter_map(|act| mail(lang, site, &one, act)).collect(),
        number,
    };
    attempt.page(&view)
}

fn register_tag(lang: Lang, one: &ToCheck) -> Tag {
    if one.listed {
        Tag::new(Tone::Bad, lang.pick("登记簿：今天有效", "On the register today"))
    } else if one.records.is_empty() {
        Tag::new(Tone::Ok, lang.pick("登记簿：无记录", "Not on the register"))
    } else {
        Tag::new(Tone::Warn, lang.pick("登记簿：曾有记录", "Was on the register"))
    }
}

fn records(lang: Lang, one: &ToCheck) -> Vec<Fact> {
    let term = |from, to: Option<chrono::NaiveDate>| match to {
        Some(to) => date_range(from, to, lang),
        None => lang.pick(format!("{}起至今", full_date(from, lang)), format!("since {}", full_date(from, lang))),
    };
    one.records.iter().map(|record| Fact::new(term(record.from_day, record.to_day), record.source.clone())).collect()
}

fn checks(lang: Lang, one: &ToCheck) -> Vec<Fact> {
    one.checks
        .iter()
        .map(|check| {
            let occasion = match check.occasion.as_str() {
                "submitted" => lang.pick("提交时", "at submission"),
                "notice_end" => lang.pick("公示期满", "at the end of the notice"),
                _ => lang.pick("复审后", "after the review"),
            };
            let result = if check.clean { lang.pick("无失信记录", "clean") } else { lang.pick("有失信记录", "on record") };
            let said = [result, check.source.as_str(), check.note.as_str()];
            let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
            Fact::new(format!("{} {occasion}", full_date(check.checked_on, lang)), said.join(" · "))
        })
        .collect()
}

fn fields(lang: Lang, attempt: &Attempt) -> Vec<FieldView> {
    let typed = |name: &str| attempt.typed(name, "");
    vec![
        FieldView::text(lang, "source", lang.pick("查询的平台或文件", "Register or document looked at"))
            .hint(lang.pick("例如：信用中国、国家企业信用信息公示系统", "such as Credit China, the national enterprise credit system"))
            .value(typed("source"))
            .max_length(200),
        FieldView::new(lang, FieldKind::Radios, "result", lang.pick("核查结果", "Result")).value(typed("result")).choices(vec![
            Choice::new("clean", lang.pick("没有严重失信记录", "No record of serious dishonesty"))
                .hint(lang.pick("通过，进入下一步", "passes and goes on")),
            Choice::new("dishonest", lang.pick("列入严重失信主体", "On the list of serious dishonesty"))
                .hint(lang.pick("不予兑付，预算和账单释放", "rejected; budget and purchases become free")),
        ]),
        FieldView::new(lang, FieldKind::Area, "note", lang.pick("说明或依据", "Note or grounds"))
            .hint(lang.pick("不通过时必填，企业会看到。", "Needed for a failed check; the enterprise reads it."))
            .value(typed("note"))
            .max_length(500)
            .optional(),
    ]
}

fn mail(lang: Lang, site: &Site, one: &ToCheck, act: ActKind) -> Option<MailPreview> {
    // A case held at the end of its notice goes back into it; the letter is the same.
    let words = match act {
        ActKind::FailCredit => lang.pick("（您填写的依据会原样出现在这里）", "(the grounds you type stand here word for word)"),
        _ => "",
    };
    let letter = case_letter(&site.house, &one.application, &one.enterprise, act, &Tell { words, ..Tell::default() }, lang)?;
    let when = if one.application.state == State::ObjectionHold && act == ActKind::PassCredit {
        lang.pick("恢复公示程序时", "when the notice goes on")
    } else {
        act.label(lang)
    };
    Some(MailPreview { lang, to: format!("{} · {when}", one.enterprise), subject: letter.subject, body: letter.body, open: false })
}
