//! `/audit/applications/{number}/clawback`: demanding paid money back, with what the rules would
//! take back for a later credit note.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::acts::Refusal;
use crate::acts::open_clawback::{NewClawback, open_clawback};
use crate::code::Tier;
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::party::Role;
use crate::payout::Cause;
use crate::reports::clawbacks::{ClawbackCase, clawback_case};
use crate::reports::credit_note::{Note, Suggestion, suggest};
use crate::reports::recoveries::proposal;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, FieldKind, FieldView, Link, MailPreview};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// A credit note to compute with, from the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    item: String,
    on: String,
    red_letter: String,
    refunded: String,
    /// `all`: the red letters to the application's invoices that are on record.
    letters: String,
}

/// What the rules take back, in words.
#[derive(Debug)]
struct Advice {
    back: Vec<String>,
    together: usize,
    before: Vec<String>,
    after: Vec<String>,
}

#[derive(Debug, Template)]
#[template(path = "audit/clawback.html")]
struct ClawbackPage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    enterprise: String,
    version: i64,
    open: bool,
    note_fields: Vec<FieldView>,
    advice: Option<Advice>,
    errors: ErrorSummary,
    fields: Vec<FieldView>,
    mail: Option<MailPreview>,
}

/// # Errors
/// An application that is unknown; a fault of the database.
pub async fn show(
    visitor: Visitor,
    site: web::Data<Site>,
    number: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    page(&view(&visitor, &site, &number, &Form::default(), &[], &asked).await?)
}

/// # Errors
/// An application that is unknown; a fault of the database.
pub async fn open(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let Some(new) = read(&form, &mut faults) else {
        return page_with_faults(&view(&visitor, &site, &number, &form, &faults.0, &Asked::default()).await?);
    };
    let (wanted, version) = (number.to_string(), form.number("version"));
    let place = case_of(&visitor, &wanted);
    let act = move |act: &mut crate::acts::Act<'_>| open_clawback(act, &wanted, Some(version), &new).map(|_| place);
    match site.act(visitor.actor()?, form.request_key(&visitor), act).await? {
        Ok(place) => {
            let text = Text::new(
                "已发起追回，企业已收到邮件；到账后由财政登记。",
                "Demanded; the enterprise has a letter. Finance records the arrival.",
            );
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => page_with_faults(&view(&visitor, &site, &number, &form, &refusals, &Asked::default()).await?),
    }
}

/// A grant as it stands in the select: `province-2026`.
fn grant_of(code: &str) -> Option<(Tier, i64)> {
    let (tier, year) = code.split_once('-')?;
    Some((Tier::parse(tier)?, year.parse().ok()?))
}

fn read(form: &Form, faults: &mut Faults) -> Option<NewClawback> {
    let grant = grant_of(form.raw("grant"));
    if grant.is_none() {
        faults.add("grant", "请选择要追回的补贴。", "Choose the grant to take back from.");
    }
    let cause = Cause::parse(form.raw("cause"));
    if cause.is_none() {
        faults.add("cause", "请选择原因。", "Choose the cause.");
    }
    let amount = form.money("amount", faults);
    let (reason, fine_note) = (form.paragraph("reason"), form.paragraph("fine_note"));
    for (name, text) in [("reason", &reason), ("fine_note", &fine_note)] {
        if text.chars().count() > 1000 {
            faults.add(name, "最多 1000 个字。", "At most 1000 characters.");
        }
    }
    let (tier, year) = grant?;
    let new = NewClawback { tier, year, amount, cause: cause?, reason, fine_note };
    faults.is_empty().then_some(new)
}

async fn view(
    visitor: &Visitor,
    site: &web::Data<Site>,
    number: &str,
    form: &Form,
    refusals: &[Refusal],
    asked: &Asked,
) -> Result<ClawbackPage, Problem> {
    let lang = visitor.lang;
    let (note, wrong) = note_of(asked).map_or_else(|wrong| (None, wrong), |note| (note, Vec::new()));
    let (actor, house, wanted) = (visitor.actor()?, site.house.clone(), number.to_owned());
    let of_letters = asked.letters == "all";
    let (case, found) = site
        .read(move |db| {
            let case = clawback_case(db, &house, &actor, &wanted, lang)?;
            let found = match note {
                Some(note) => Some(suggest(db, &house, &actor, &wanted, &[note])?),
                None if of_letters => Some(proposal(db, &house, &actor, &wanted)?),
                None => None,
            };
            Ok((case, found))
        })
        .await?;
    Ok(ClawbackPage {
        crumbs: crumbs(lang, visitor, number),
        number: case.number.clone(),
        enterprise: case.enterprise.clone(),
        version: case.version,
        open: !case.grants.is_empty()
            && crate::application::acts_open_to(case.state, &visitor.actor()?.roles()).contains(&crate::application::ActKind::OpenClawback),
        note_fields: with_errors(lang, note_fields(lang, &case, asked, visitor), &wrong),
        fields: with_errors(lang, fields(lang, &case, form, found.as_ref()), refusals),
        advice: found.map(|found| advice(lang, found)),
        errors: error_summary(lang, refusals),
        mail: case.letter.map(|letter| MailPreview { lang, to: case.enterprise, subject: letter.subject, body: letter.body, open: false }),
        cx: visitor.page(),
    })
}

/// The page of the case that the claimant comes from: the auditor's, or the authority's at the desk.
fn case_of(visitor: &Visitor, number: &str) -> String {
    let area = if visitor.holds(Role::Auditor) { "audit" } else { "desk" };
    format!("/{area}/applications/{number}")
}

fn crumbs(lang: Lang, visitor: &Visitor, number: &str) -> Crumbs {
    let mut links = Vec::new();
    if visitor.holds(Role::Auditor) {
        links.push(Link::new("/audit", lang.pick("审计轨迹", "Audit trail")));
    } else {
        links.push(Link::new("/desk", lang.pick("审核队列", "Review queue")));
    }
    links.push(Link::new(case_of(visitor, number), number));
    Crumbs::new(lang, links, lang.pick("发起追回", "Demand money back"))
}

/// The note to compute with; `None` before anything was asked.
fn note_of(asked: &Asked) -> Result<Option<Note>, Vec<Refusal>> {
    if asked.item.is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::default();
    let mut amount = |field: &str, text: &str| match Fen::parse_yuan(text) {
        Ok(amount) => amount,
        Err(_) if text.trim().is_empty() => Fen::ZERO,
        Err(_) => {
            faults.add(field, "请填写金额，如 1200.00。", "Enter an amount such as 1200.00.");
            Fen::ZERO
        }
    };
    let (red_letter, refunded) = (amount("red_letter", &asked.red_letter), amount("refunded", &asked.refunded));
    let on = NaiveDate::parse_from_str(asked.on.trim(), "%Y-%m-%d");
    if on.is_err() {
        faults.add("on", "请填写日期，如 2026-03-02。", "Enter the day, such as 2026-03-02.");
    }
    if faults.is_empty() && !(red_letter + refunded).is_positive() {
        faults.add("red_letter", "红字与退款金额至少填写一项。", "Enter at least one of the two amounts.");
    }
    match on {
        Ok(on) if faults.is_empty() => Ok(Some(Note { item: asked.item.clone(), on, red_letter, refunded })),
        Ok(_) | Err(_) => Err(faults.0),
    }
}

fn note_fields(lang: Lang, case: &ClawbackCase, asked: &Asked, visitor: &Visitor) -> Vec<FieldView> {
    let items = case.items.iter().map(|item| Choice::new(&item.id, format!("{} · {}", item.order_no, item.provider))).collect();
    let on = if asked.on.is_empty() { visitor.today.to_string() } else { asked.on.clone() };
    let money = |name: &str, label: &str, value: &str| FieldView::new(lang, FieldKind::Money, name, label).value(value).short().optional();
    vec![
        FieldView::new(lang, FieldKind::Select, "item", lang.pick("账单", "Purchase")).value(&asked.item).choices(items),
        FieldView::new(lang, FieldKind::Date, "on", lang.pick("红字或退款日期", "Day of the credit note or refund")).value(on).short(),
        money("red_letter", lang.pick("红字金额（元）", "Credit note (yuan)"), &asked.red_letter),
        money("refunded", lang.pick("退款金额（元）", "Refund (yuan)"), &asked.refunded),
    ]
}

fn fields(lang: Lang, case: &ClawbackCase, form: &Form, found: Option<&Suggestion>) -> Vec<FieldView> {
    let first = found.and_then(|found| found.back.first());
    let typed = |name: &str, suggested: String| if form.raw(name).is_empty() { suggested } else { form.raw(name).to_owned() };
    let grants = case.grants.iter().map(|grant| {
        let title = grant.tier.title();
        let left = grant.left.display();
        let label = lang.pick(
            format!("{} {} 年（已拨付未追回 {left}）", title.zh, grant.year),
            format!("{} {} ({left} paid and not claimed back)", title.en, grant.year),
        );
        Choice::new(format!("{}-{}", grant.tier.code(), grant.year), label)
    });
    let causes = Cause::ALL.iter().map(|cause| Choice::new(cause.as_str(), cause.label(lang))).collect();
    let grant = typed("grant", first.map(|(tier, year, _)| format!("{}-{year}", tier.code())).unwrap_or_default());
    vec![
        FieldView::new(lang, FieldKind::Select, "grant", lang.pick("追回哪笔补贴", "From which grant")).value(grant).choices(grants.collect()),
        FieldView::new(lang, FieldKind::Money, "amount", lang.pick("追回金额（元）", "Amount (yuan)"))
            .value(typed("amount", first.map(|(_, _, amount)| amount.plain()).unwrap_or_default()))
            .short(),
        FieldView::new(lang, FieldKind::Select, "cause", lang.pick("原因", "Cause"))
            .value(typed("cause", first.map(|_| Cause::CreditNote.as_str().to_owned()).unwrap_or_default()))
            .choices(causes),
        FieldView::new(lang, FieldKind::Area, "reason", lang.pick("事实与依据", "Facts and grounds"))
            .hint(lang.pick("会写进给企业的邮件", "It goes into the letter to the enterprise"))
            .value(form.raw("reason"))
            .max_length(1000),
        FieldView::new(lang, FieldKind::Area, "fine_note", lang.pick("罚款决定（仅骗取补贴时记录）", "Fine decided (only under fraud, for the record)"))
            .hint(lang.pick(
                "《财政违法行为处罚处分条例》第十四条：可处被骗取金额 10% 以上 50% 以下的罚款。由有权机关决定，系统只记录，不计算。",
                "Regulations on fiscal offences, article 14: a fine of 10 % to 50 % of the sum may be imposed. The authority decides; the system records it and computes nothing.",
            ))
            .value(form.raw("fine_note"))
            .optional()
            .max_length(1000),
    ]
}

fn advice(lang: Lang, found: Suggestion) -> Advice {
    let back = found.back.iter().map(|(tier, year, amount)| {
        let title = tier.title();
        lang.pick(
            format!("{} {year} 年：追回 {}", title.zh, amount.display()),
            format!("{} {year}: {} comes back", title.en, amount.display()),
        )
    });
    let words = |steps: Vec<crate::policy::explain::Step>| steps.iter().map(|step| step.sentence(lang).to_owned()).collect();
    Advice { back: back.collect(), together: found.together, before: words(found.before), after: words(found.after) }
}
