//! `/admin`: everybody on staff and of the providers; new accounts by invitation.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::create_staff::{House, NewStaff, create_staff};
use crate::acts::{Act, Refusal};
use crate::hidden::tells;
use crate::lang::{Lang, Text};
use crate::party::Duty;
use crate::reports::administration::{self, Provider, StaffRow};
use crate::reports::trail::seal_state;
use crate::web::account::typed;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::audit::seal::{SealLine, seal_line};
use crate::web::enterprise::people::{last_sign_in, standing_tag, wrong_passwords};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, FieldKind, FieldView, Link, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One account.
pub struct Row {
    pub href: String,
    pub name: String,
    pub email: String,
    /// Rights, or the provider.
    pub capacity: String,
    pub last_sign_in: String,
    pub warning: String,
    pub state: Tag,
}

tells! { Row { href, capacity } }

/// The list.
#[derive(Debug, Template)]
#[template(path = "admin/staff.html")]
pub struct StaffView {
    pub cx: PageCx,
    pub rows: Vec<Row>,
    pub trail: SealLine,
}

/// The form of a new account.
#[derive(Debug, Template)]
#[template(path = "admin/new_person.html")]
pub struct NewPersonView {
    pub cx: PageCx,
    pub crumbs: Crumbs,
    pub errors: ErrorSummary,
    pub fields: Vec<FieldView>,
}

/// Rights or provider of an account, in words.
#[must_use]
pub fn capacity(row: &StaffRow, lang: Lang) -> String {
    if row.is_staff {
        row.duties.iter().map(|duty| duty.role().label(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "))
    } else {
        row.provider.clone()
    }
}

/// The rights as boxes, those held ticked.
#[must_use]
pub fn duty_field(lang: Lang, held: &BTreeSet<Duty>) -> FieldView {
    let choice = |duty: &Duty| {
        let hint = match duty {
            Duty::TaskForce => lang.pick("辅导、预审、初审", "Coaching, precheck, preliminary review"),
            Duty::FinalReviewer => {
                lang.pick("可复审自己没有经手的申请；须同时是专班", "Final review of cases not touched before; needs the task force")
            }
            Duty::CompetentAuthority => lang.pick("信用核查、公示、异议", "Credit checks, notices, objections"),
            Duty::Finance => lang.pick("预算与拨付；不得兼任其他", "Budgets and payment; alone"),
            Duty::Auditor => lang.pick("查看全部业务记录；不得兼任其他", "Reads all case records; alone"),
            Duty::Administrator => {
                lang.pick("政策包、服务机构、邮件；不授权，不看业务；不得兼任其他", "Packs, providers, mail; no rights, no cases; alone")
            }
            Duty::SecurityAdministrator => lang.pick("账号、权限、令牌；不得兼任其他", "Accounts, rights, tokens; alone"),
            Duty::AuditAdministrator => lang.pick("只看操作日志；不得兼任其他", "Reads the log of acts only; alone"),
        };
        Choice::new(duty.as_str(), duty.role().label(lang)).hint(hint).on(held.contains(duty))
    };
    FieldView::new(lang, FieldKind::Checks, "duties", lang.pick("权限", "Rights")).choices(Duty::ALL.iter().map(choice).collect())
}

/// The ticked rights.
#[must_use]
pub fn ticked(form: &Form) -> BTreeSet<Duty> {
    form.all("duties").filter_map(Duty::parse).collect()
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let now = site.clock.now();
    let (known, trail) = site.read(move |db| Ok((administration::staff(db, now)?, seal_state(db, now)?))).await?;
    let lang = visitor.lang;
    let row = |known: &StaffRow| Row {
        href: format!("/admin/people/{}", known.person.id),
        name: known.person.name.clone(),
        email: known.person.email.as_str().to_owned(),
        capacity: capacity(known, lang),
        last_sign_in: last_sign_in(&known.person, lang),
        warning: wrong_passwords(&known.person, lang),
        state: standing_tag(known.person.standing, lang),
    };
    page(&StaffView { rows: known.iter().map(row).collect(), trail: seal_line(&trail, lang), cx: visitor.page() })
}

fn new_fields(lang: Lang, providers: &[Provider], form: &Form) -> Vec<FieldView> {
    let keep = |field: FieldView| {
        let value = form.raw(&field.name).to_owned();
        field.value(value)
    };
    let house = if form.raw("house").is_empty() { "staff" } else { form.raw("house") };
    let houses = vec![
        Choice::new("staff", lang.pick("工作人员", "Staff")),
        Choice::new("provider", lang.pick("服务机构人员", "A provider's person"))
            .hint(lang.pick("只确认用量，不参与审核", "Confirms usage, never decides")),
    ];
    let mut choices = vec![Choice::new("", lang.pick("请选择", "Please choose"))];
    choices.extend(providers.iter().map(|known| Choice::new(known.id.to_string(), known.name.clone())));
    let languages = Lang::ALL.iter().map(|known| Choice::new(known.code(), known.name())).collect();
    let language = if form.raw("language").is_empty() { lang.code() } else { form.raw("language") };
    vec![
        keep(FieldView::text(lang, "name", lang.pick("姓名", "Name"))),
        keep(FieldView::new(lang, FieldKind::Email, "email", lang.pick("邮箱", "E-mail"))),
        FieldView::new(lang, FieldKind::Radios, "language", lang.pick("邮件语言", "Language of letters"))
            .value(language)
            .choices(languages)
            .inline(),
        FieldView::new(lang, FieldKind::Radios, "house", lang.pick("属于", "Belongs to")).value(house).choices(houses),
        FieldView::new(lang, FieldKind::Select, "provider", lang.pick("哪家服务机构", "Which provider"))
            .hint(lang.pick("工作人员不填", "Not for staff"))
            .value(form.raw("provider"))
            .choices(choices)
            .optional(),
        duty_field(lang, &ticked(form)).hint(lang.pick("服务机构人员不填", "Not for a provider's person")),
    ]
}

fn shown(visitor: &Visitor, providers: &[Provider], form: &Form, refusals: &[Refusal]) -> NewPersonView {
    let lang = visitor.lang;
    let links = vec![Link::new("/admin", lang.pick("人员与权限", "Accounts and rights"))];
    NewPersonView {
        crumbs: Crumbs::new(lang, links, lang.pick("新账号", "New account")),
        errors: error_summary(lang, refusals),
        fields: with_errors(lang, new_fields(lang, providers, form), refusals),
        cx: visitor.page(),
    }
}

/// # Errors
/// A fault of the database.
pub async fn show_new(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let providers = site.read(administration::providers).await?;
    page(&shown(&visitor, &providers, &Form::default(), &[]))
}

/// # Errors
/// A fault of the database.
pub async fn create(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let providers = site.read(administration::providers).await?;
    let mut faults = Faults::default();
    let name = form.required("name", typed::NAME, &mut faults);
    let email = typed::email(&form, &mut faults);
    let house = if form.raw("house") == "provider" {
        let chosen = providers.iter().find(|known| known.id.to_string() == form.raw("provider"));
        if chosen.is_none() {
            faults.add("provider", "请选择服务机构。", "Choose the provider.");
        }
        chosen.map(|known| House::Provider(known.id))
    } else {
        Some(House::Staff(ticked(&form)))
    };
    if let (Some(house), true) = (house, faults.is_empty()) {
        let new = NewStaff { email: email.into(), name, lang: Lang::parse(form.raw("language")).unwrap_or_default(), house };
        let done = move |act: &mut Act<'_>| create_staff(act, &new).map(|()| "/admin".to_owned());
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(place) => {
                let text = Text::new(
                    "账号已建立，邀请邮件已发出，7 天内有效。",
                    "The account is made and the invitation on its way; it works for 7 days.",
                );
                return Ok(go_and_say(&visitor, &place, "ok", &text));
            }
            Err(refusals) => faults = Faults(refusals),
        }
    }
    page_with_faults(&shown(&visitor, &providers, &form, &faults.0))
}
