//! `/desk/eligibility`: any enterprise by name or code, its eligibility on any day, its vouchers and
//! their revocation.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::frame;
use crate::acts::reject_application::REASON_MOST;
use crate::acts::voucher::revoke::revoke_voucher;
use crate::ids::Uscc;
use crate::lang::{Lang, Text};
use crate::party::Role;
use crate::reports::eligibility::{of_code, search};
use crate::reports::{desk_queue, my_overview};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::attempt::Attempt;
use crate::web::eligibility::{Asked, Body, DayChoice, body, day};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, ErrorSummary, FieldKind, FieldView, FilterBar, Link};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;
use crate::web::voucher::{VoucherCard, voucher_card};

/// What is searched for: a part of a name or code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sought {
    q: String,
}

#[derive(Debug, Template)]
#[template(path = "desk/find_enterprise.html")]
struct FindPage {
    cx: PageCx,
    filters: FilterBar,
    asked: bool,
    /// Page and name, with the code.
    found: Vec<(Link, String)>,
}

#[derive(Debug, Template)]
#[template(path = "desk/eligibility.html")]
struct EligibilityPage {
    cx: PageCx,
    name: String,
    uscc: String,
    errors: ErrorSummary,
    vouchers: Vec<VoucherCard>,
    revocations: Vec<ConfirmView>,
    action: String,
    choice: DayChoice,
    body: Body,
}

/// # Errors
/// A fault of the database.
pub async fn find(visitor: Visitor, site: web::Data<Site>, sought: web::Query<Sought>) -> Result<HttpResponse, Problem> {
    let (who, text) = (visitor.actor()?.account, sought.q.clone());
    let (rail, found) = site.read(move |db| Ok((desk_queue::rail(db, who)?, search(db, &text)?))).await?;
    let row = |(uscc, name): (String, String)| (Link::new(format!("/desk/eligibility/{uscc}"), name), uscc);
    page(&FindPage {
        cx: frame(&visitor, &rail, None),
        filters: filters(visitor.lang, &sought.q),
        asked: !sought.q.trim().is_empty(),
        found: found.into_iter().map(row).collect(),
    })
}

fn filters(lang: Lang, q: &str) -> FilterBar {
    let label = lang.pick("企业名称或信用代码", "Enterprise or credit code");
    FilterBar {
        lang,
        action: "/desk/eligibility".to_owned(),
        fields: vec![FieldView::new(lang, FieldKind::Search, "q", label).value(q).optional()],
        hidden: Vec::new(),
        chips: Vec::new(),
        clear_href: "/desk/eligibility".to_owned(),
    }
}

/// # Errors
/// A code that no enterprise has; a fault of the database.
pub async fn show(
    visitor: Visitor,
    site: web::Data<Site>,
    uscc: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, uscc.into_inner(), &asked, None).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn revoke(
    visitor: Visitor,
    site: web::Data<Site>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (uscc, number) = path.into_inner();
    let (place, reason, voucher) = (format!("/desk/eligibility/{uscc}"), form.paragraph("reason"), number.clone());
    let answer =
        site.act(visitor.actor()?, form.request_key(&visitor), move |act| revoke_voucher(act, &voucher, &reason).map(|()| place)).await?;
    match answer {
        Ok(place) => {
            let said =
                Text::new("创新券已收回，邮件已排队发给企业。", "The voucher is revoked; the letter to the enterprise is on its way.");
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, uscc, &Asked::default(), Some((number.as_str(), Attempt::refused(refusals, form)))).await,
    }
}

/// The page, after a refusal with the voucher it was about and what was typed.
async fn render(
    visitor: &Visitor,
    site: &web::Data<Site>,
    uscc: String,
    asked: &Asked,
    refused: Option<(&str, Attempt)>,
) -> Result<HttpResponse, Problem> {
    if Uscc::parse(&uscc).is_err() {
        return Err(Problem::not_found());
    }
    let (who, house, choice) = (visitor.actor()?.account, site.house.clone(), day(visitor, asked));
    let on = choice.day;
    let (rail, found, vouchers) = site
        .read(move |db| {
            let found = of_code(db, &house, &uscc, on)?;
            let vouchers = my_overview::vouchers(db, found.facts.enterprise.id)?;
            Ok((desk_queue::rail(db, who)?, found, vouchers))
        })
        .await?;
    let (lang, cx, wrong) = (visitor.lang, frame(visitor, &rail, None), choice.is_wrong);
    let attempt = |number: &str| refused.as_ref().filter(|(known, _)| *known == number).map(|(_, attempt)| attempt);
    let open = vouchers.iter().filter(|row| visitor.holds(Role::CompetentAuthority) && row.voucher.state.may_be_revoked());
    let enterprise = &found.facts.enterprise;
    let view = EligibilityPage {
        errors: error_summary(lang, refused.as_ref().map_or(&[][..], |(_, attempt)| attempt.refusals())),
        name: enterprise.name.clone(),
        uscc: enterprise.uscc.clone(),
        action: format!("/desk/eligibility/{}", enterprise.uscc),
        revocations: open.map(|row| revocation(&cx, &enterprise.uscc, &row.voucher.number, attempt(&row.voucher.number))).collect(),
        vouchers: vouchers.iter().map(|row| voucher_card(lang, row)).collect(),
        choice,
        body: body(lang, &found, false),
        cx,
    };
    if wrong || refused.is_some() { page_with_faults(&view) } else { page(&view) }
}

/// The panel that takes a voucher back.
fn revocation(cx: &PageCx, uscc: &str, number: &str, attempt: Option<&Attempt>) -> ConfirmView {
    let lang = cx.lang;
    let reason = FieldView::new(lang, FieldKind::Area, "reason", lang.pick("理由", "Reason"))
        .hint(lang.pick("企业会原样看到", "The enterprise reads it word for word"))
        .value(attempt.map(|attempt| attempt.typed("reason", "")).unwrap_or_default())
        .max_length(REASON_MOST);
    let mut panel = ConfirmView::new(
        cx,
        format!("/desk/eligibility/{uscc}/vouchers/{number}"),
        lang.pick(format!("收回 {number}…"), format!("Revoke {number}…")),
        lang.pick(format!("收回创新券 {number}"), format!("Revoke voucher {number}")),
    );
    panel.look = "bad";
    panel.effect = lang
        .pick(
            "收回后，这家企业本年度不能再提交申请，也不能再申领。已拨付的补贴不受影响。",
            "After this the enterprise submits no application and claims no voucher for the year. What was paid is not affected.",
        )
        .to_owned();
    panel.fields = with_errors(lang, vec![reason], attempt.map_or(&[][..], Attempt::refusals));
    panel.open = attempt.is_some();
    panel
}
