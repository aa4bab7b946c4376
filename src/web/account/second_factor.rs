//! Setting up the second factor: `/login/enrol` for staff who sign in without one, and
//! `/account/second-factor` for everybody; taking it away, and new recovery codes.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::code::{clocks, code_field};
use super::sign_in::{Errand, Next, own_path, set_session};
use crate::acts::second_factor::{self, Enrolled, Offer, remove_second_factor};
use crate::acts::{ActError, Refusal, perform};
use crate::hidden::Secret;
use crate::ids::AccountId;
use crate::lang::Text;
use crate::reports::{HalfWay, Stage};
use crate::secret::{csrf_word, totp};
use crate::web::answer::{error_summary, go, page, page_with_faults, settle, with_errors};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorSummary, FieldView, QrView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The page with the secret, as a picture, a link and letters.
#[derive(Template)]
#[template(path = "account/second_factor.html")]
#[expect(missing_debug_implementations, reason = "holds a secret")]
pub struct EnrolView {
    cx: PageCx,
    errors: ErrorSummary,
    /// The person is not in yet: they have to set it up before anything else.
    first: bool,
    qr: Option<QrView>,
    /// `otpauth://…`, which opens the authenticator of a telephone.
    link: String,
    letters: String,
    sealed: String,
    action: &'static str,
    fields: Vec<FieldView>,
    errand: Errand,
}

/// The recovery codes, shown once.
#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct CodesPage {
    cx: PageCx,
    codes: Vec<Secret<String>>,
    next: String,
    fields: Vec<(String, String)>,
}

/// Who sets it up, and where the form goes.
struct Setter<'a> {
    account: AccountId,
    email: &'a str,
    first: bool,
}

fn view(cx: PageCx, setter: &Setter<'_>, offer: Offer, errand: &Errand, refusals: &[Refusal]) -> EnrolView {
    let lang = cx.lang;
    let link = totp::address(offer.seed.expose(), lang.pick("算券", "Suanquan"), setter.email);
    EnrolView {
        errors: error_summary(lang, refusals),
        first: setter.first,
        qr: QrView::new(&link, lang.pick("动态口令的二维码", "QR code of the second factor")),
        link,
        letters: totp::letters(offer.seed.expose()),
        sealed: offer.sealed,
        action: if setter.first { "/login/enrol" } else { "/account/second-factor" },
        fields: with_errors(
            lang,
            vec![code_field(lang).hint(lang.pick("扫码后身份验证器显示的 6 位数字", "The six digits that your authenticator shows now"))],
            refusals,
        ),
        errand: errand.clone(),
        cx,
    }
}

/// The page for somebody whose sign-in waits for it.
#[must_use]
pub fn first_view(cx: PageCx, site: &Site, half_way: &HalfWay, errand: &Errand) -> EnrolView {
    let setter = Setter { account: half_way.account, email: &half_way.email, first: true };
    let offer = second_factor::offer(&site.house.access.sealer, half_way.account);
    view(cx, &setter, offer, errand, &[])
}

fn waiting(visitor: &Visitor) -> Option<&HalfWay> {
    visitor.half_way.as_ref().filter(|half_way| half_way.stage == Stage::Enrol)
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show_first(visitor: Visitor, site: web::Data<Site>, next: web::Query<Next>) -> Result<HttpResponse, Problem> {
    let Some(half_way) = waiting(&visitor) else { return Ok(go("/login")) };
    let errand = Errand { next: own_path(&next.next).to_owned(), carried: String::new() };
    page(&first_view(visitor.page(), &site, half_way, &errand))
}

/// # Errors
/// A fault of the database.
pub async fn enrol_first(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let Some(half_way) = waiting(&visitor).cloned() else { return Ok(go("/login")) };
    let setter = Setter { account: half_way.account, email: &half_way.email, first: true };
    set_up(&visitor, &site, &form, &setter).await
}

fn own(visitor: &Visitor) -> Result<Setter<'_>, Problem> {
    let signed = visitor.signed.as_ref().ok_or_else(Problem::not_allowed)?;
    let account = signed.actor.account.ok_or_else(Problem::not_allowed)?;
    Ok(Setter { account, email: &signed.email, first: false })
}

/// # Errors
/// A template that cannot be rendered.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let setter = own(&visitor)?;
    let offer = second_factor::offer(&site.house.access.sealer, setter.account);
    page(&view(visitor.page(), &setter, offer, &Errand::default(), &[]))
}

/// # Errors
/// A fault of the database.
pub async fn enrol(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let setter = own(&visitor)?;
    set_up(&visitor, &site, &form, &setter).await
}

async fn set_up(visitor: &Visitor, site: &web::Data<Site>, form: &Form, setter: &Setter<'_>) -> Result<HttpResponse, Problem> {
    let sealer = &site.house.access.sealer;
    let errand = Errand::of(form);
    let Some(offer) = second_factor::offered(sealer, setter.account, form.raw("sealed")) else {
        return page(&view(visitor.page(), setter, second_factor::offer(sealer, setter.account), &errand, &[]));
    };
    let (desk, token, typed, given) = (site.clone(), visitor.session.clone(), form.raw("proof").to_owned(), offer.clone());
    match web::block(move || second_factor::enrol(&desk.store, &desk.house, &token, &given, &typed, clocks(&desk))).await? {
        Ok(Enrolled { token, codes }) => {
            let cx = PageCx { csrf: csrf_word(token.expose()), ..visitor.page() };
            let next = if setter.first { errand.next.clone() } else { "/account".to_owned() };
            let mut answer = page(&CodesPage { cx, codes, next, fields: errand.fields() })?;
            set_session(&mut answer, site, &token)?;
            Ok(answer)
        }
        Err(ActError::Refused(refusals)) => page_with_faults(&view(visitor.page(), setter, offer, &errand, &refusals)),
        Err(ActError::NotAllowed) => Ok(go("/login")),
        Err(other) => Err(other.into()),
    }
}

/// # Errors
/// The page that says why not.
pub async fn remove(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let text = Text::new("动态口令已关闭。", "The second factor is off.");
    settle(&visitor, &site, &form, ("/account".to_owned(), text), remove_second_factor).await
}

/// Shown once, so a second click makes other codes: no answer of the first is kept.
///
/// # Errors
/// `NotFound` without a second factor.
pub async fn renew_codes(visitor: Visitor, site: web::Data<Site>, _form: Form) -> Result<HttpResponse, Problem> {
    let (desk, actor) = (site.clone(), visitor.actor()?);
    let codes = web::block(move || perform(&desk.store, &desk.house, &actor, desk.clock.now(), second_factor::renew_codes)).await??;
    page(&CodesPage { cx: visitor.page(), codes, next: "/account".to_owned(), fields: Vec::new() })
}
