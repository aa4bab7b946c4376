//! Recording a written objection and deciding it. Who objects is shown to the competent authority
//! and to the auditor, and to nobody else.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::case_view::state_tag;
use super::frame;
use super::notices::objection_tag;
use crate::acts::Refusal;
use crate::acts::decide_objection::decide_objection;
use crate::acts::record_objection::record_objection;
use crate::application::letters::Letter;
use crate::calendar::{date_time, day_with_weekday, full_date};
use crate::ids::ObjectionId;
use crate::lang::{Lang, Text};
use crate::notice::objection::{ObjectorKind, Verdict, Written};
use crate::party::Role;
use crate::reports::notice_desk::{self, ObjectionDetail};
use crate::reports::{Db, desk_queue};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, Fact, FieldKind, FieldView, Link, MailPreview, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/objection_new.html")]
struct NewPage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    version: i64,
    enterprise: String,
    state: Tag,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    mail: Option<MailPreview>,
}

#[derive(Debug, Template)]
#[template(path = "desk/objection.html")]
struct ObjectionPage {
    cx: PageCx,
    crumbs: Crumbs,
    id: String,
    application: String,
    version: i64,
    enterprise: String,
    status: Tag,
    state: Tag,
    may_decide: bool,
    objector: Vec<Fact>,
    facts: String,
    answer: String,
    decided: String,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    mails: Vec<MailPreview>,
}

/// The form for an objection to a case in a notice.
///
/// # Errors
/// A case in no notice; a fault of the database.
pub async fn new(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    page(&new_page(&visitor, &site, number.into_inner(), &Form::default(), &[]).await?)
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn record(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let mut faults = Faults::default();
    let kind = ObjectorKind::parse(form.raw("kind"));
    if kind.is_none() {
        faults.add("kind", "请选择异议人是单位还是个人。", "Choose whether an organisation or a person objects.");
    }
    let received_on = form.date("received_on", &mut faults);
    let (Some(kind), Some(received_on), true) = (kind, received_on, faults.is_empty()) else {
        return page_with_faults(&new_page(&visitor, &site, number, &form, &faults.0).await?);
    };
    let written = Written { kind, name: form.text("name"), contact: form.text("contact"), facts: form.paragraph("facts"), received_on };
    let (version, case) = (form.number("version"), number.clone());
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            record_objection(act, &case, version, &written).map(|id| format!("/desk/objections/{id}"))
        })
        .await?;
    match answer {
        Ok(place) => {
            let said = Text::new(
                "异议已登记。该项申请暂缓，其他项目不受影响。",
                "The objection is recorded. This case is held; the others go on.",
            );
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => page_with_faults(&new_page(&visitor, &site, number, &form, &refusals).await?),
    }
}

async fn new_page(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: String,
    form: &Form,
    refusals: &[Refusal],
) -> Result<NewPage, Problem> {
    let (house, actor, own, lang) = (site.house.clone(), visitor.actor()?, number.clone(), visitor.lang);
    let ask = move |db: &mut Db| Ok((desk_queue::rail(db, actor.account)?, notice_desk::objected(db, &house, &actor, &own, lang)?));
    let (rail, found) = site.read(ask).await?;
    let (case, letter) = found.ok_or_else(Problem::not_found)?;
    Ok(NewPage {
        cx: frame(visitor, &rail, None),
        crumbs: crumbs(lang, lang.pick("登记异议", "Record an objection")),
        version: case.version,
        enterprise: case.enterprise,
        state: state_tag(lang, case.state),
        errors: error_summary(lang, refusals),
        fields: with_errors(lang, new_fields(visitor, form), refusals),
        mail: letter.map(|(to, letter)| mail(lang, &to, &letter, false)),
        number,
    })
}

/// # Errors
/// An unknown objection; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    page(&detail_page(&visitor, &site, &id, &Form::default(), &[]).await?)
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn decide(visitor: Visitor, site: web::Data<Site>, id: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let objection = parse_id(&id)?;
    let Some(verdict) = Verdict::parse(form.raw("verdict")) else {
        let mut faults = Faults::default();
        faults.add("verdict", "请选择异议是否成立。", "Choose whether the objection is upheld.");
        return page_with_faults(&detail_page(&visitor, &site, &id, &form, &faults.0).await?);
    };
    let (version, words) = (form.number("version"), form.paragraph("answer"));
    let answer = site
        .act(visitor.actor()?, form.request_key(&visitor), move |act| {
            decide_objection(act, objection, version, verdict, &words).map(|()| format!("/desk/objections/{objection}"))
        })
        .await?;
    match answer {
        Ok(place) => {
            let said = match verdict {
                Verdict::Dismissed => Text::new("已记录：异议不成立，申请恢复办理。", "Recorded: dismissed, the case goes on."),
                Verdict::Upheld => Text::new(
                    "已记录：异议成立，不予兑付，预算和账单已释放。",
                    "Recorded: upheld, nothing is granted; budget and purchases are free.",
                ),
            };
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => page_with_faults(&detail_page(&visitor, &site, &id, &form, &refusals).await?),
    }
}

async fn detail_page(
    visitor: &Visitor,
    site: &web::Data<Site>,
    id: &str,
    form: &Form,
    refusals: &[Refusal],
) -> Result<ObjectionPage, Problem> {
    let objection = parse_id(id)?;
    let (house, who, today, lang) = (site.house.clone(), visitor.actor()?.account, visitor.today, visitor.lang);
    let ask = move |db: &mut Db| Ok((desk_queue::rail(db, who)?, notice_desk::objection(db, &house, objection, today, lang)?));
    let (rail, found) = site.read(ask).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let open = found.row.state == "open";
    Ok(ObjectionPage {
        cx: frame(visitor, &rail, None),
        crumbs: crumbs(lang, lang.pick("异议", "Objection")),
        id: id.to_owned(),
        version: found.application_version,
        enterprise: found.row.enterprise.clone(),
        status: objection_tag(lang, &found.row),
        state: state_tag(lang, found.application_state),
        may_decide: open && visitor.holds(Role::CompetentAuthority),
        objector: objector(lang, &found),
        decided: decided(lang, &found),
        errors: error_summary(lang, refusals),
        fields: with_errors(lang, decision_fields(lang, form), refusals),
        mails: found
            .letters
            .iter()
            .flat_map(|(to, dismissed, upheld)| [mail(lang, to, dismissed, false), mail(lang, to, upheld, false)])
            .collect(),
        application: found.row.application,
        facts: found.facts,
        answer: found.answer,
    })
}

fn parse_id(id: &str) -> Result<ObjectionId, Problem> {
    id.parse().map_err(|_| Problem::not_found())
}

fn crumbs(lang: Lang, here: &str) -> Crumbs {
    Crumbs::new(lang, vec![Link::new("/desk/notices", lang.pick("公示与异议", "Notices and objections"))], here)
}

fn mail(lang: Lang, to: &str, letter: &Letter, open: bool) -> MailPreview {
    MailPreview { lang, to: to.to_owned(), subject: letter.subject.clone(), body: letter.body.clone(), open }
}

fn objector(lang: Lang, found: &ObjectionDetail) -> Vec<Fact> {
    let kind = ObjectorKind::parse(&found.kind).map(|kind| kind.label(lang)).unwrap_or_default();
    vec![
        Fact::new(lang.pick("异议人", "Objector"), found.name.clone()),
        Fact::new(lang.pick("身份", "As"), kind),
        Fact::new(lang.pick("联系方式", "Contact"), found.contact.clone()),
        Fact::new(lang.pick("收到日期", "Received"), full_date(found.row.received_on, lang)),
        Fact::new(lang.pick("答复期限", "Answer due"), day_with_weekday(found.row.due, lang)),
        Fact::new(lang.pick("公示", "Notice"), found.row.notice.clone()),
        Fact::new(lang.pick("登记人", "Recorded by"), found.recorded_by.clone()),
    ]
}

fn decided(lang: Lang, found: &ObjectionDetail) -> String {
    found.decided_at.map(|at| format!("{} · {}", date_time(at, lang), found.decided_by)).unwrap_or_default()
}

fn new_fields(visitor: &Visitor, form: &Form) -> Vec<FieldView> {
    let lang = visitor.lang;
    let received = if form.raw("received_on").is_empty() { visitor.today.to_string() } else { form.raw("received_on").to_owned() };
    let kind = |kind: ObjectorKind| Choice::new(kind.as_str(), kind.label(lang));
    vec![
        FieldView::new(lang, FieldKind::Radios, "kind", lang.pick("谁提出异议", "Who objects"))
            .value(form.raw("kind"))
            .choices(vec![kind(ObjectorKind::Unit), kind(ObjectorKind::Person)]),
        FieldView::text(lang, "name", lang.pick("单位全称或真实姓名", "Organisation or real name"))
            .hint(
                lang.pick(
                    "只有主管部门和审计能看到；匿名不予受理",
                    "Seen by the authority and the auditor only; anonymous is not accepted",
                ),
            )
            .value(form.raw("name"))
            .max_length(100),
        FieldView::text(lang, "contact", lang.pick("联系方式", "How to reach them")).value(form.raw("contact")).max_length(200),
        FieldView::new(lang, FieldKind::Date, "received_on", lang.pick("收到书面异议的日期", "Day the letter was received"))
            .value(received)
            .short(),
        FieldView::new(lang, FieldKind::Area, "facts", lang.pick("事实和理由", "Facts and reasons"))
            .hint(lang.pick("至少 20 个字；写明哪一项不实、有何证据", "At least 20 characters: what is wrong, and what proves it"))
            .value(form.raw("facts"))
            .max_length(4000),
    ]
}

fn decision_fields(lang: Lang, form: &Form) -> Vec<FieldView> {
    let verdict = |verdict: Verdict, zh: &str, en: &str| Choice::new(verdict.as_str(), verdict.label(lang)).hint(lang.pick(zh, en));
    vec![
        FieldView::new(lang, FieldKind::Radios, "verdict", lang.pick("核查结论", "Finding")).value(form.raw("verdict")).choices(vec![
            verdict(Verdict::Dismissed, "申请恢复办理；公示期满后可以拨付", "the case goes on and is paid after the notice"),
            verdict(Verdict::Upheld, "不予兑付；预留的预算和账单释放", "nothing is granted; its budget and purchases become free"),
        ]),
        FieldView::new(lang, FieldKind::Area, "answer", lang.pick("答复", "Answer"))
            .hint(lang.pick(
                "写明结论和依据，企业会看到；不要写出异议人",
                "Finding and grounds; the enterprise reads it. Do not name the objector",
            ))
            .value(form.raw("answer"))
            .max_length(2000),
    ]
}
