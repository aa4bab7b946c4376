//! `/admin/tokens`: tokens for the providers' programs. A token is shown once, on the answer to
//! the form that made it, and is stored nowhere.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::service_tokens::{MeterRights, issue_service_token, revoke_service_token};
use crate::acts::{Act, Refusal};
use crate::calendar::date_time;
use crate::lang::{Lang, Text};
use crate::reports::administration::{self, Provider, TokenRow};
use crate::secret::{Token, random_token, token_hash};
use crate::web::answer::{error_summary, page, page_with_faults, settle, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ConfirmView, ErrorSummary, FieldKind, FieldView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// One token.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub provider: String,
    pub made: String,
    pub used: String,
    pub state: Tag,
    pub revoke: Option<ConfirmView>,
}

/// What became of the token that was just asked for.
#[derive(Debug)]
pub enum Issued {
    Nothing,
    /// Shown this once.
    Token(Token),
    /// The form was sent twice; the first answer had the token.
    Before,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "admin/tokens.html")]
pub struct TokensView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    pub issued: Issued,
    pub rows: Vec<Row>,
    pub fields: Vec<FieldView>,
}

fn row(cx: &PageCx, token: &TokenRow) -> Row {
    let lang = cx.lang;
    let revoke = token.revoked_at.is_none().then(|| {
        let action = format!("/admin/tokens/{}/revoke", token.id);
        let mut view = ConfirmView::new(cx, action, lang.pick("作废…", "Revoke…"), lang.pick("确认作废", "Revoke"));
        view.look = "bad";
        view.effect = lang.pick("使用它的程序立即不能再报送。", "Programs that use it can send nothing from now on.").to_owned();
        view.fields = vec![FieldView::text(lang, "reason", lang.pick("理由", "Reason"))];
        view
    });
    let made = date_time(token.created_at.and_utc(), lang);
    Row {
        name: token.name.clone(),
        provider: token.provider.clone(),
        made: lang.pick(format!("{made}，{}", token.created_by), format!("{made}, {}", token.created_by)),
        used: token.last_used_at.map_or_else(|| lang.pick("从未使用", "never").to_owned(), |at| date_time(at.and_utc(), lang)),
        state: match token.revoked_at {
            Some(at) => {
                let when = date_time(at.and_utc(), lang);
                Tag::new(Tone::Plain, lang.pick(format!("已作废 {when}"), format!("Revoked {when}")))
            }
            None => Tag::new(Tone::Ok, lang.pick("有效", "Works")),
        },
        revoke,
    }
}

fn fields(lang: Lang, providers: &[Provider], form: &Form) -> Vec<FieldView> {
    let mut choices = vec![Choice::new("", lang.pick("请选择", "Please choose"))];
    choices.extend(providers.iter().map(|known| Choice::new(known.id.to_string(), known.name.clone())));
    vec![
        FieldView::new(lang, FieldKind::Select, "provider", lang.pick("服务机构", "Provider")).value(form.raw("provider")).choices(choices),
        FieldView::text(lang, "name", lang.pick("用途", "What for"))
            .hint(lang.pick("例如“计费系统每日报送”", "Such as: daily report of the billing system"))
            .value(form.raw("name"))
            .max_length(80),
        FieldView::new(lang, FieldKind::Area, "sources", lang.pick("计量来源（可空）", "Sources of usage (may be empty)"))
            .hint(lang.pick(
                "每行一个 URI，例如 slurm://dongji/dbd；令牌只能写入这些来源",
                "One URI a line, such as slurm://dongji/dbd; the token may write these only",
            ))
            .value(form.raw("sources")),
        FieldView::new(lang, FieldKind::Checks, "backfill", lang.pick("历史用量", "History"))
            .choices(vec![Choice::new("yes", lang.pick("可以补报 35 天以前的用量", "May report usage of more than 35 days ago"))]),
    ]
}

async fn shown(
    visitor: &Visitor,
    site: &web::Data<Site>,
    form: &Form,
    refusals: &[Refusal],
    issued: Issued,
) -> Result<TokensView, Problem> {
    let (tokens, providers) = site.read(|db| Ok((administration::tokens(db)?, administration::providers(db)?))).await?;
    let (lang, cx) = (visitor.lang, visitor.page());
    Ok(TokensView {
        errors: error_summary(lang, refusals),
        issued,
        rows: tokens.iter().map(|token| row(&cx, token)).collect(),
        fields: with_errors(lang, fields(lang, &providers, form), refusals),
        cx,
    })
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, &site, &Form::default(), &[], Issued::Nothing).await?)
}

/// # Errors
/// A fault of the database.
pub async fn issue(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let name = form.required("name", 80, &mut faults);
    let provider = form.raw("provider").parse();
    if provider.is_err() {
        faults.add("provider", "请选择服务机构。", "Choose the provider.");
    }
    if let (Ok(provider), true) = (provider, faults.is_empty()) {
        let token = Token::new(format!("sq_{}", random_token().expose()));
        let made = token.clone();
        let meter = MeterRights {
            sources: form.raw("sources").split_whitespace().map(ToOwned::to_owned).collect(),
            may_backfill: !form.raw("backfill").is_empty(),
        };
        let done = move |act: &mut Act<'_>| issue_service_token(act, provider, &name, made.expose(), &meter);
        match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
            Ok(hash) => {
                let issued = if hash == token_hash(token.expose()) { Issued::Token(token) } else { Issued::Before };
                return page(&shown(&visitor, &site, &Form::default(), &[], issued).await?);
            }
            Err(refusals) => faults = Faults(refusals),
        }
    }
    page_with_faults(&shown(&visitor, &site, &form, &faults.0, Issued::Nothing).await?)
}

/// # Errors
/// The page that says why not.
pub async fn revoke(visitor: Visitor, site: web::Data<Site>, id: web::Path<i64>, form: Form) -> Result<HttpResponse, Problem> {
    let (id, reason) = (id.into_inner(), form.text("reason"));
    let answer = ("/admin/tokens".to_owned(), Text::new("令牌已作废。", "The token is revoked."));
    settle(&visitor, &site, &form, answer, move |act| revoke_service_token(act, id, &reason)).await
}
