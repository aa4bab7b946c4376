//! `/account`: one's own name, the language of one's letters, the second factor and where one is
//! signed in, for everybody who is.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::typed;
use crate::acts::save_account::{OwnAccount, save_account};
use crate::acts::{Act, Refusal};
use crate::calendar::date_time;
use crate::hidden::tells;
use crate::lang::{Lang, Text};
use crate::reports::people::{Myself, OwnAccess, OwnSession, myself, own_access};
use crate::secret::token_hash;
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::nav::{home_of, role_label};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ConfirmView, ErrorSummary, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page.
#[derive(Template)]
#[template(path = "account/own.html")]
pub struct OwnView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    pub email: String,
    /// Role, or the enterprise or provider the person belongs to.
    pub capacity: String,
    pub version: i64,
    pub fields: Vec<FieldView>,
    /// Where the person's work is.
    pub back: &'static str,
    /// How the second factor stands, in words.
    pub factor: String,
    pub has_factor: bool,
    /// New recovery codes; switching the factor off.
    pub panels: Vec<ConfirmView>,
    pub sessions: Vec<SessionRow>,
}

tells! { OwnView { errors, capacity, version } }

/// One place where the person is signed in.
#[derive(Debug)]
pub struct SessionRow {
    pub handle: String,
    pub device: String,
    pub since: String,
    pub seen: String,
    pub here: bool,
}

fn factor_words(access: &OwnAccess, lang: Lang) -> String {
    let Some(since) = access.factor_since else {
        let words = "没有绑定。绑定后，只知道密码的人进不来。";
        return lang.pick(words, "Not set up. With one, a password alone lets nobody in.").to_owned();
    };
    let (since, left) = (date_time(since.and_utc(), lang), access.codes_left);
    lang.pick(format!("{since} 绑定，还有 {left} 个恢复码可用。"), format!("Set up on {since}; {left} recovery codes are left."))
}

fn panels(cx: &PageCx, access: &OwnAccess) -> Vec<ConfirmView> {
    if access.factor_since.is_none() {
        return Vec::new();
    }
    let lang = cx.lang;
    let label = lang.pick("更换恢复码", "Make new recovery codes");
    let mut codes = ConfirmView::new(cx, "/account/recovery-codes", label, label);
    codes.effect = lang.pick("现有的恢复码随即失效。", "The present ones stop working.").to_owned();
    let mut all = vec![codes];
    if !access.factor_required {
        let label = lang.pick("关闭动态口令", "Switch it off");
        let mut off = ConfirmView::new(cx, "/account/second-factor/remove", label, label);
        off.effect = lang.pick("以后只用密码登录。", "From then on the password alone signs you in.").to_owned();
        off.look = "bad";
        all.push(off);
    }
    all
}

fn session_row(session: &OwnSession, lang: Lang) -> SessionRow {
    let device = if session.device.is_empty() { lang.pick("未知设备", "Unknown device") } else { session.device.as_str() };
    SessionRow {
        handle: session.handle.clone(),
        device: if session.address.is_empty() { device.to_owned() } else { format!("{device} · {}", session.address) },
        since: date_time(session.since.and_utc(), lang),
        seen: date_time(session.seen_at.and_utc(), lang),
        here: session.here,
    }
}

async fn known(visitor: &Visitor, site: &web::Data<Site>) -> Result<(Myself, OwnAccess), Problem> {
    let (actor, desk, here, now) = (visitor.actor()?, site.clone(), token_hash(visitor.session.expose()), site.clock.now());
    site.read(move |db| Ok((myself(db, &actor)?, own_access(db, &desk.house, &actor, &here, now)?))).await
}

fn fields(lang: Lang, name: &str, letters: &str) -> Vec<FieldView> {
    let languages = Lang::ALL.iter().map(|known| Choice::new(known.code(), known.name())).collect();
    vec![
        FieldView::text(lang, "name", lang.pick("姓名", "Name")).value(name).max_length(typed::NAME).autocomplete("name"),
        FieldView::new(lang, FieldKind::Radios, "language", lang.pick("邮件语言", "Language of letters"))
            .hint(lang.pick(
                "系统发给您的邮件用这种语言；页面的语言在右上角切换",
                "The letters you get are in this language; that of the pages is switched at the top",
            ))
            .value(letters)
            .choices(languages)
            .inline(),
    ]
}

fn shown(visitor: &Visitor, (own, access): &(Myself, OwnAccess), typed: Option<(&Form, &[Refusal])>) -> Result<OwnView, Problem> {
    let lang = visitor.lang;
    let cx = visitor.page();
    let signed = visitor.signed.as_ref().ok_or_else(Problem::not_allowed)?;
    let (name, letters, version, refusals) = match typed {
        Some((form, refusals)) => (form.raw("name"), form.raw("language"), form.number("version"), refusals),
        None => (own.name.as_str(), own.language.as_str(), own.version, [].as_slice()),
    };
    Ok(OwnView {
        errors: error_summary(lang, refusals),
        email: own.email.as_str().to_owned(),
        capacity: role_label(signed, lang),
        version,
        fields: with_errors(lang, fields(lang, name, letters), refusals),
        back: home_of(signed),
        factor: factor_words(access, lang),
        has_factor: access.factor_since.is_some(),
        panels: panels(&cx, access),
        sessions: access.sessions.iter().map(|session| session_row(session, lang)).collect(),
        cx,
    })
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, &known(&visitor, &site).await?, None)?)
}

/// # Errors
/// A fault of the database.
pub async fn save(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let name = form.required("name", typed::NAME, &mut faults);
    let lang = Lang::parse(form.raw("language"));
    if lang.is_none() {
        faults.add("language", "请选择邮件语言。", "Choose the language of your letters.");
    }
    if let (Some(lang), true) = (lang, faults.is_empty()) {
        let own = OwnAccount { name, lang, version: form.number("version") };
        let done = move |act: &mut Act<'_>| save_account(act, &own).map(|()| "/account".to_owned());
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(place) => return Ok(go_and_say(&visitor, &place, "ok", &Text::new("您的账号已保存。", "Your account is saved."))),
            Err(refusals) => faults = Faults(refusals),
        }
    }
    page_with_faults(&shown(&visitor, &known(&visitor, &site).await?, Some((&form, &faults.0)))?)
}
