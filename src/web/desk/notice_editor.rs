//! `/desk/notices/{number}`: the draft with its preview and its period, publishing it, and the
//! published notice with its lines.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame;
use super::notices::{CaseRow, ObjectionLine, case_row, objection_lines};
use crate::acts::edit_notice::{cancel_notice, edit_notice};
use crate::acts::publish_notice::publish_notice;
use crate::acts::{Act, Outcome, Refusal};
use crate::calendar::{date_range, day_with_weekday};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::notice::content::NoticeWords;
use crate::party::Role;
use crate::reports::notice::Standing;
use crate::reports::notice_desk::{self, NoticeDesk, PeriodPreview};
use crate::reports::{Db, desk_queue};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, Crumbs, ErrorSummary, FieldKind, FieldView, Link, MailPreview, Tag};
use crate::web::problem::Problem;
use crate::web::public::notice::{NoticeTable, tables};
use crate::web::public::notices::status;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

#[derive(Debug, Template)]
#[template(path = "desk/notice_editor.html")]
struct NoticePage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    version: i64,
    title: String,
    status: Tag,
    is_draft: bool,
    may_act: bool,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    cases: Vec<CaseRow>,
    /// First and last day in both languages; empty when it cannot be published.
    period: String,
    days: Vec<DayCell>,
    /// Why it cannot be published now, in both languages.
    no_period: String,
    /// What is still to be written.
    missing: Vec<String>,
    tables: Vec<NoticeTable>,
    total: Fen,
    mail: Option<MailPreview>,
    publish: Option<ConfirmView>,
    cancel: Option<ConfirmView>,
    objections: Vec<ObjectionLine>,
}

/// One day of the period.
#[derive(Debug)]
struct DayCell {
    date: String,
    counts: bool,
    /// 第 3 天, or why it does not count.
    note: String,
}

/// # Errors
/// An unknown number; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    page(&render(&visitor, &site, &number, None, &[]).await?)
}

/// Saves the draft.
///
/// # Errors
/// As the act answers; a fault of the database.
pub async fn save(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let words = words(&form);
    let chosen: Vec<String> = form.all("application").map(ToOwned::to_owned).collect();
    let (version, own) = (form.number("version"), number.clone());
    let said = Text::new("草稿已保存，预览已更新。", "The draft is saved and the preview is new.");
    let act = move |act: &mut Act<'_>| edit_notice(act, &own, version, &words, &chosen);
    finish(&visitor, &site, &number, form, act, format!("/desk/notices/{number}"), &said).await
}

/// Publishes the saved draft.
///
/// # Errors
/// As the act answers; a fault of the database.
pub async fn publish(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (version, own) = (form.number("version"), number.clone());
    let said = Text::new("已发布，并已邮件通知名单上的企业。", "Published; the enterprises on the list are told by mail.");
    let act = move |act: &mut Act<'_>| publish_notice(act, &own, version);
    finish(&visitor, &site, &number, form, act, format!("/desk/notices/{number}"), &said).await
}

/// Gives the draft up.
///
/// # Errors
/// As the act answers; a fault of the database.
pub async fn cancel(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let (version, own) = (form.number("version"), number.clone());
    let said = Text::new(
        format!("草稿 {number} 已删除，名单上的申请可以列入下一份公示。"),
        format!("Draft {number} is gone; its cases can go into the next notice."),
    );
    let act = move |act: &mut Act<'_>| cancel_notice(act, &own, version);
    finish(&visitor, &site, &number, form, act, "/desk/notices".to_owned(), &said).await
}

async fn finish(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    form: Form,
    act: impl FnOnce(&mut Act<'_>) -> Outcome<()> + Send + 'static,
    place: String,
    said: &Text,
) -> Result<HttpResponse, Problem> {
    let answer = site.act(visitor.actor()?, form.request_key(visitor), move |under_way| act(under_way).map(|()| place)).await?;
    match answer {
        Ok(place) => Ok(go_and_say(visitor, &place, "ok", said)),
        Err(refusals) => page_with_faults(&render(visitor, site, number, Some(&form), &refusals).await?),
    }
}

fn words(form: &Form) -> NoticeWords {
    NoticeWords {
        title: Text::new(form.text("title_zh"), form.text("title_en")),
        basis: Text::new(form.paragraph("basis_zh"), form.paragraph("basis_en")),
        issuer: form.text("issuer"),
        contact_phone: form.text("contact_phone"),
        supervision_phone: form.text("supervision_phone"),
        address: form.text("address"),
    }
}

async fn render(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    typed: Option<&Form>,
    refusals: &[Refusal],
) -> Result<NoticePage, Problem> {
    let (house, now, who, own, lang) = (site.house.clone(), site.clock.now(), visitor.actor()?.account, number.to_owned(), visitor.lang);
    let ask = move |db: &mut Db| Ok((desk_queue::rail(db, who)?, notice_desk::notice(db, &house, &own, now, lang)?));
    let (rail, found) = site.read(ask).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let cx = frame(visitor, &rail, None);
    let may_act = visitor.holds(Role::CompetentAuthority);
    let is_draft = found.standing == Standing::Draft;
    // Only the form of the draft carries words; publishing and cancelling carry none.
    let typed = typed.filter(|form| !form.raw("title_zh").is_empty() || !form.raw("title_en").is_empty());
    let words = typed.map_or_else(|| found.words.clone(), words);
    let cases = found.cases.iter().map(|case| {
        let row = case_row(lang, case);
        CaseRow { ticked: typed.map_or(row.ticked, |form| form.all("application").any(|ticked| ticked == row.number)), ..row }
    });
    Ok(NoticePage {
        crumbs: Crumbs::new(
            lang,
            vec![Link::new("/desk/notices", lang.pick("公示与异议", "Notices and objections"))],
            found.number.clone(),
        ),
        title: found.words.title.get(lang).to_owned(),
        status: status(lang, found.standing),
        errors: error_summary(lang, refusals),
        fields: with_errors(lang, fields(lang, &words), refusals),
        cases: cases.collect(),
        period: found.period.as_ref().map(|preview| period_text(lang, preview)).unwrap_or_default(),
        days: found.period.as_ref().map(|preview| days(lang, preview)).unwrap_or_default(),
        no_period: found.period.as_ref().err().map(|why| why.get(lang).to_owned()).unwrap_or_default(),
        missing: found.missing.iter().map(|(_, text)| text.get(lang).to_owned()).collect(),
        tables: found.content.as_ref().map(|content| tables(lang, content, &std::collections::BTreeMap::new())).unwrap_or_default(),
        total: found.content.as_ref().map(crate::notice::content::NoticeContent::total).unwrap_or_default(),
        mail: found.letter.as_ref().map(|(to, letter)| MailPreview {
            lang,
            to: to.clone(),
            subject: letter.subject.clone(),
            body: letter.body.clone(),
            open: false,
        }),
        publish: (may_act && is_draft && found.period.is_ok() && found.missing.is_empty()).then(|| publish_panel(&cx, &found)),
        cancel: (may_act && is_draft).then(|| cancel_panel(&cx, &found)),
        objections: objection_lines(lang, &found.objections),
        number: found.number,
        version: found.version,
        is_draft,
        may_act,
        cx,
    })
}

/// The period as the notice will say it.
fn period_text(lang: Lang, preview: &PeriodPreview) -> String {
    let period = &preview.period;
    let (range, days) = (date_range(period.first_day, period.last_day, lang), period.counted_days.len());
    let (end, pay) = (day_with_weekday(period.last_day, lang), day_with_weekday(period.earliest_payment(), lang));
    lang.pick(
        format!("{range}（{days} 个工作日），{end} 24:00 止；{pay}起方可拨付。"),
        format!("{range} ({days} working days), until {end}, 24:00; payment from {pay}."),
    )
}

fn days(lang: Lang, preview: &PeriodPreview) -> Vec<DayCell> {
    let note = |day: &crate::notice::period::Day| {
        let number = day.number.map(|number| lang.pick(format!("第 {number} 天"), format!("day {number}")));
        let why = Some(day.why.get(lang).to_owned()).filter(|why| !why.is_empty());
        [number, why].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let cell = |day: &crate::notice::period::Day| DayCell {
        date: day_with_weekday(day.date, lang),
        counts: day.number.is_some(),
        note: note(day),
    };
    preview.days.iter().map(cell).collect()
}

fn fields(lang: Lang, words: &NoticeWords) -> Vec<FieldView> {
    let text = |name: &str, zh: &str, en: &str, value: &str| FieldView::text(lang, name, lang.pick(zh, en)).value(value).max_length(200);
    let area = |name: &str, zh: &str, en: &str, value: &str| {
        FieldView::new(lang, FieldKind::Area, name, lang.pick(zh, en)).value(value).max_length(1000)
    };
    vec![
        text("title_zh", "标题（中文）", "Title (Chinese)", &words.title.zh),
        text("title_en", "标题（英文）", "Title (English)", &words.title.en),
        area("basis_zh", "依据与程序（中文）", "Basis and procedure (Chinese)", &words.basis.zh)
            .hint(lang.pick("已按现行政策包的文件号填好", "Filled in from the documents of the pack in force")),
        area("basis_en", "依据与程序（英文）", "Basis and procedure (English)", &words.basis.en),
        text("issuer", "发布单位", "Issuing authority", &words.issuer),
        text("contact_phone", "受理异议的电话", "Telephone for objections", &words.contact_phone),
        text("supervision_phone", "监督电话", "Telephone of supervision", &words.supervision_phone),
        text("address", "书面异议邮寄地址", "Address for written objections", &words.address),
    ]
}

fn publish_panel(cx: &PageCx, found: &NoticeDesk) -> ConfirmView {
    let lang = cx.lang;
    let count = found.cases.iter().filter(|case| case.in_this_notice).count();
    let effect = lang.pick(
        format!("按已保存的内容立即发布：{count} 项申请进入公示，各企业收到邮件；发布后内容不能再改。"),
        format!("Publishes what is saved, now: {count} applications go into public notice and the enterprises get a mail. The content cannot be changed afterwards."),
    );
    let (label, button) = (lang.pick("发布公示…", "Publish…"), lang.pick("确认发布", "Publish now"));
    ConfirmView {
        look: "",
        effect,
        hidden: vec![("version".to_owned(), found.version.to_string())],
        ..ConfirmView::new(cx, format!("/desk/notices/{}/publish", found.number), label, button)
    }
}

fn cancel_panel(cx: &PageCx, found: &NoticeDesk) -> ConfirmView {
    let lang = cx.lang;
    let (label, button) = (lang.pick("删除草稿…", "Delete the draft…"), lang.pick("确认删除", "Delete"));
    ConfirmView {
        look: "bad",
        effect: lang
            .pick("名单上的申请回到待公示；编号不再使用。", "Its cases wait for a notice again; the number is not used again.")
            .to_owned(),
        hidden: vec![("version".to_owned(), found.version.to_string())],
        ..ConfirmView::new(cx, format!("/desk/notices/{}/cancel", found.number), label, button)
    }
}
