//! `/provider/metering`: how the sources are doing, the catalogue of resources, the account codes.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::{own, query};
use crate::acts::add_resource::add_resource;
use crate::acts::assign_subject::assign_subject;
use crate::acts::{Act, Outcome, Refusal};
use crate::calendar::{date_time, full_date};
use crate::ids::{ProviderId, Uscc};
use crate::lang::{Lang, Text};
use crate::metering::moment::Moment;
use crate::metering::quantity::{Unit, UnitMillis};
use crate::policy::case::ItemKind;
use crate::reports::metering_desk::{self, Ingest, Resource, Subject};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// A source with no event for so long is worth a look.
const SILENT_MS: i64 = 24 * 3_600_000;
/// What the database knows, in the order of a list.
const PRECISIONS: [&str; 5] = ["FP16", "BF16", "FP32", "FP64", "INT8"];

#[derive(Debug, Template)]
#[template(path = "provider/metering.html")]
struct MeteringPage {
    cx: PageCx,
    errors: ErrorSummary,
    sources: Vec<SourceRow>,
    waiting: i64,
    resources: Vec<ResourceRow>,
    accounts: Vec<AccountRow>,
    resource_fields: Vec<FieldView>,
    account_fields: Vec<FieldView>,
    resource_open: bool,
    account_open: bool,
}

/// How a source is doing.
#[derive(Debug)]
struct SourceRow {
    uri: String,
    accepted: i64,
    duplicate: i64,
    refused: i64,
    last_event: String,
    lag: Tag,
    last_received: String,
}

/// A resource in its newest version.
#[derive(Debug)]
struct ResourceRow {
    code: String,
    name: String,
    made_by: String,
    kind: String,
    unit: String,
    compute: String,
    version: String,
    href: String,
}

/// An account code and the enterprise behind it.
#[derive(Debug)]
struct AccountRow {
    code: String,
    enterprise: String,
    uscc: String,
    assigned: String,
}

/// Which resource gets a new version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    resource: String,
}

/// Which of the page's forms was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Neither,
    Resource,
    Account,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &asked.resource, Sent::Neither, &Attempt::default()).await
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn record_resource(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let provider = own(&visitor)?;
    match read_resource(provider, &form) {
        Ok(resource) => {
            let said = Text::new(format!("资源 {} 已登记。", resource.code), format!("The resource {} is recorded.", resource.code));
            save(&visitor, &site, (Sent::Resource, form), said, move |act| add_resource(act, resource)).await
        }
        Err(faults) => render(&visitor, &site, "", Sent::Resource, &Attempt::refused(faults.0, form)).await,
    }
}

fn read_resource(provider: ProviderId, form: &Form) -> Result<Resource, Faults> {
    let mut faults = Faults::default();
    let code = form.required("code", 80, &mut faults);
    let name_zh = form.required("name_zh", 80, &mut faults);
    let name_en = form.required("name_en", 80, &mut faults);
    let kind = ItemKind::parse(form.raw("kind"));
    if kind.is_none() {
        faults.add("kind", "请选择类别。", "Choose the kind.");
    }
    let unit = Unit::parse(form.raw("unit"));
    if unit.is_none() {
        faults.add("unit", "请选择计量单位。", "Choose the unit.");
    }
    let gflops = form.code("gflops");
    let gflops = if gflops.is_empty() { None } else { Some(gflops.parse::<i64>()) };
    if matches!(gflops, Some(Err(_))) {
        faults.add("gflops", "须为整数，例如 312500；存储等留空。", "Must be a whole number such as 312500; leave it empty for storage.");
    }
    let precision = form.raw("precision");
    if !precision.is_empty() && !PRECISIONS.contains(&precision) {
        faults.add("precision", "请从列表中选择精度。", "Choose the precision from the list.");
    }
    let limited = |name: &str| -> String { form.text(name).chars().take(80).collect() };
    let valid_from = form.date("valid_from", &mut faults);
    match (kind, unit, valid_from) {
        (Some(kind), Some(unit), Some(valid_from)) if faults.is_empty() => Ok(Resource {
            provider_id: provider,
            code,
            version: 0,
            name_zh,
            name_en,
            kind,
            unit,
            vendor: limited("vendor"),
            model: limited("model"),
            gflops: gflops.and_then(Result::ok),
            precision_name: precision.to_owned(),
            valid_from,
        }),
        _ => Err(faults),
    }
}

/// # Errors
/// As the act answers; a fault of the database.
pub async fn assign(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let provider = own(&visitor)?;
    let mut faults = Faults::default();
    let account = form.required("account", 300, &mut faults);
    let uscc = Uscc::parse(form.raw("uscc")).map_err(|why| {
        let text = why.text();
        faults.add("uscc", text.zh, text.en);
    });
    let Some(uscc) = uscc.ok().filter(|_| faults.is_empty()) else {
        return render(&visitor, &site, "", Sent::Account, &Attempt::refused(faults.0, form)).await;
    };
    let said = Text::new(
        format!("账户 {account} 已对应企业 {uscc}；等待它的事件已重新读入。"),
        format!("The account {account} belongs to {uscc}; the events that waited for it were read again."),
    );
    save(&visitor, &site, (Sent::Account, form), said, move |act| assign_subject(act, provider, &account, &uscc).map(drop)).await
}

async fn save(
    visitor: &Visitor,
    site: &web::Data<Site>,
    (sent, form): (Sent, Form),
    said: Text,
    act: impl FnOnce(&mut Act<'_>) -> Outcome<()> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let place = "/provider/metering".to_owned();
    match site.act(visitor.actor()?, form.request_key(visitor), move |under_way| act(under_way).map(|()| place)).await? {
        Ok(place) => Ok(go_and_say(visitor, &place, "ok", &said)),
        Err(refusals) => {
            let refusals = refusals.into_iter().map(|refusal| beside_its_field(refusal, sent)).collect();
            render(visitor, site, "", sent, &Attempt::refused(refusals, form)).await
        }
    }
}

/// The act calls an account code `code`, which is the resource's field on this page.
fn beside_its_field(refusal: Refusal, sent: Sent) -> Refusal {
    if sent == Sent::Account && refusal.field.as_deref() == Some("code") {
        Refusal { field: Some("account".to_owned()), ..refusal }
    } else {
        refusal
    }
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, resource: &str, sent: Sent, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let provider = own(visitor)?;
    let desk = site.read(move |db| metering_desk::desk(db, provider)).await?;
    let (lang, now) = (visitor.lang, Moment::at(site.clock.now()));
    let newest = desk.catalogue.iter().find(|known| known.code == resource);
    let view = MeteringPage {
        errors: error_summary(lang, attempt.refusals()),
        sources: desk.sources.iter().map(|source| source_row(lang, source, now)).collect(),
        waiting: desk.waiting,
        resources: desk.catalogue.iter().map(|resource| resource_row(lang, resource)).collect(),
        accounts: account_rows(lang, &desk.accounts),
        resource_fields: with_errors(lang, resource_fields(lang, newest, visitor.today, attempt), attempt.refusals()),
        account_fields: with_errors(lang, account_fields(lang, attempt), attempt.refusals()),
        resource_open: newest.is_some() || sent == Sent::Resource,
        account_open: sent == Sent::Account,
        cx: visitor.page(),
    };
    attempt.page(&view)
}

fn source_row(lang: Lang, source: &Ingest, now: Moment) -> SourceRow {
    let at = |millis: i64| if millis == 0 { "—".to_owned() } else { date_time(Moment::from_millis(millis).utc(), lang) };
    let lag = now.millis().saturating_sub(source.last_event_ms).max(0);
    let (tone, text) = match source.last_event_ms {
        0 => (Tone::Plain, lang.pick("还没有事件", "No event yet").to_owned()),
        _ if lag > SILENT_MS => {
            (Tone::Warn, lang.pick(format!("已 {}无事件", span(lang, lag)), format!("Nothing for {}", span(lang, lag))))
        }
        _ => (Tone::Ok, lang.pick(format!("滞后 {}", span(lang, lag)), format!("{} behind", span(lang, lag)))),
    };
    SourceRow {
        uri: source.source.clone(),
        accepted: source.accepted,
        duplicate: source.duplicate,
        refused: source.refused,
        last_event: at(source.last_event_ms),
        lag: Tag::new(tone, text),
        last_received: at(source.last_received_ms),
    }
}

/// Minutes, hours or days, whichever reads best.
fn span(lang: Lang, millis: i64) -> String {
    let minutes = millis / 60_000;
    match minutes {
        ..120 => lang.pick(format!("{minutes} 分钟"), format!("{minutes} min")),
        120..2880 => lang.pick(format!("{} 小时", minutes / 60), format!("{} hours", minutes / 60)),
        _ => lang.pick(format!("{} 天", minutes / 1440), format!("{} days", minutes / 1440)),
    }
}

fn resource_row(lang: Lang, resource: &Resource) -> ResourceRow {
    let hour = UnitMillis::hours(1);
    let compute = match resource.gflops {
        Some(gflops) => format!("{} PFLOPS {}", hour.in_pflops_hours(gflops), resource.precision_name).trim_end().to_owned(),
        None => "—".to_owned(),
    };
    let from = full_date(resource.valid_from, lang);
    let version = resource.version;
    ResourceRow {
        code: resource.code.clone(),
        name: lang.pick(&resource.name_zh, &resource.name_en).clone(),
        made_by: format!("{} {}", resource.vendor, resource.model).trim().to_owned(),
        kind: resource.kind.title().get(lang).to_owned(),
        unit: resource.unit.hour().get(lang).to_owned(),
        compute,
        version: lang.pick(format!("第 {version} 版，{from}起"), format!("Version {version}, from {from}")),
        href: format!("/provider/metering?{}#resource", query("resource", &resource.code)),
    }
}

fn account_rows(lang: Lang, accounts: &[(Subject, String)]) -> Vec<AccountRow> {
    let row = |(account, name): &(Subject, String)| AccountRow {
        code: account.code.clone(),
        enterprise: if name.is_empty() { lang.pick("尚无合同", "no contract yet").to_owned() } else { name.clone() },
        uscc: account.enterprise_uscc.clone(),
        assigned: date_time(account.assigned_at.and_utc(), lang),
    };
    accounts.iter().map(row).collect()
}

fn resource_fields(lang: Lang, newest: Option<&Resource>, today: NaiveDate, attempt: &Attempt) -> Vec<FieldView> {
    let known = |pick: fn(&Resource) -> String| newest.map(pick).unwrap_or_default();
    let text = |name: &str, zh: &'static str, en: &'static str, value: String| {
        FieldView::text(lang, name, lang.pick(zh, en)).value(attempt.typed(name, value)).max_length(80)
    };
    let kinds = ItemKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.title().get(lang)));
    let units = Unit::ALL.iter().map(|unit| Choice::new(unit.as_str(), unit.hour().get(lang)));
    let mut precisions = vec![Choice::new("", lang.pick("不适用", "None"))];
    precisions.extend(PRECISIONS.iter().map(|name| Choice::new(*name, *name)));
    let select = |name: &str, zh: &'static str, en: &'static str, value: String, choices: Vec<Choice>| {
        FieldView::new(lang, FieldKind::Select, name, lang.pick(zh, en)).value(attempt.typed(name, value)).choices(choices).short()
    };
    vec![
        text("code", "资源代码", "Code", known(|resource| resource.code.clone())).hint(
            lang.pick("事件和资费里的名称；已有的代码会得到新版本", "Its name in events and tariffs; a known code gets a new version"),
        ),
        text("name_zh", "中文名称", "Name in Chinese", known(|resource| resource.name_zh.clone())),
        text("name_en", "英文名称", "Name in English", known(|resource| resource.name_en.clone())),
        select("kind", "类别", "Kind", known(|resource| resource.kind.as_str().to_owned()), kinds.collect()),
        select("unit", "计量单位", "Unit", known(|resource| resource.unit.as_str().to_owned()), units.collect()),
        text("vendor", "厂商", "Maker", known(|resource| resource.vendor.clone())).optional(),
        text("model", "型号", "Model", known(|resource| resource.model.clone())).optional(),
        FieldView::new(lang, FieldKind::Number, "gflops", lang.pick("每单位算力（GFLOPS）", "GFLOPS per unit"))
            .hint(lang.pick("例如 320000 即 0.32 PFLOPS；存储等留空", "Such as 320000 for 0.32 PFLOPS; empty for storage"))
            .value(attempt.typed("gflops", newest.and_then(|resource| resource.gflops).map(|flops| flops.to_string()).unwrap_or_default()))
            .optional()
            .short(),
        select("precision", "精度", "Precision", known(|resource| resource.precision_name.clone()), precisions).optional(),
        FieldView::new(lang, FieldKind::Date, "valid_from", lang.pick("生效日期", "Valid from"))
            .value(attempt.typed("valid_from", today.to_string()))
            .short(),
    ]
}

fn account_fields(lang: Lang, attempt: &Attempt) -> Vec<FieldView> {
    vec![
        FieldView::text(lang, "account", lang.pick("账户代码", "Account code"))
            .hint(lang.pick("事件里的 subject，例如 Slurm 账户", "The subject of the events, such as a Slurm account"))
            .value(attempt.typed("account", ""))
            .max_length(300),
        FieldView::text(lang, "uscc", lang.pick("企业的统一社会信用代码", "Credit code of the enterprise"))
            .hint(lang.pick("账户对应后不能改属别的企业", "Once assigned, an account never moves to another enterprise"))
            .value(attempt.typed("uscc", ""))
            .max_length(30),
    ]
}
