//! `/my/enterprise/add/{kind}`: one dated entry with its proof; each kind asks only for its own.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::enter_qualification::{OPEN_END, QualificationEntry, enter_qualification};
use crate::acts::{Act, Refusal};
use crate::ids::normal_code;
use crate::lang::{Lang, Text};
use crate::party::{CarrierKind, CarrierLevel, EntryKind, Place};
use crate::web::answer::{error_summary, go_and_say, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, FieldKind, FieldView, FileDropView, Link};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::upload::{self, ACCEPT};
use crate::web::visitor::Visitor;

/// The form of one kind.
#[derive(Debug, Template)]
#[template(path = "enterprise/entry.html")]
pub struct EntryView {
    pub cx: PageCx,
    pub crumbs: Crumbs,
    pub title: &'static str,
    pub errors: ErrorSummary,
    pub action: String,
    pub fields: Vec<FieldView>,
    pub proof: FileDropView,
}

fn select(lang: Lang, name: &str, label: &str, value: &str, choices: Vec<Choice>) -> FieldView {
    let mut all = vec![Choice::new("", lang.pick("请选择", "Please choose"))];
    all.extend(choices);
    FieldView::new(lang, FieldKind::Select, name, label).value(value).choices(all)
}

fn number_field(kind: EntryKind, lang: Lang) -> Option<FieldView> {
    let (label, hint) = match kind {
        EntryKind::RegistrationPlace | EntryKind::AboveDesignatedSize => return None,
        EntryKind::TechSme => (
            lang.pick("入库登记编号", "Registry number"),
            lang.pick("18 位，以年份开头，例如 2026420111A8000123", "18 characters beginning with the year, such as 2026420111A8000123"),
        ),
        EntryKind::Hightech => (
            lang.pick("证书编号", "Number of the certificate"),
            lang.pick("GR 加 12 位数字，例如 GR202342001234", "GR and 12 digits, such as GR202342001234"),
        ),
        EntryKind::Incubatee => (lang.pick("载体名称或协议编号", "Name of the carrier or number of the agreement"), ""),
        EntryKind::AdvancedServiceEnterprise => (lang.pick("认定编号", "Number of the recognition"), ""),
    };
    Some(FieldView::text(lang, "number", label).hint(hint).max_length(60))
}

fn date_fields(kind: EntryKind, lang: Lang) -> [FieldView; 2] {
    let place = kind == EntryKind::RegistrationPlace;
    let date = |name: &str, label: &str| FieldView::new(lang, FieldKind::Date, name, label).short();
    let from = date("valid_from", if place { lang.pick("登记日期", "Date of registration") } else { lang.pick("有效期起", "First day") });
    let to = date("valid_to", if place { lang.pick("迁出日期", "Moved away on") } else { lang.pick("有效期止", "Last day") });
    if place {
        let hint = lang.pick("成立或迁入的日期，见营业执照", "Founded or moved here, as on the business licence");
        [from.hint(hint), to.hint(lang.pick("仍在这里就留空", "Leave empty while it is still here")).optional()]
    } else {
        [from, to]
    }
}

/// The fields of a kind, filled with what was typed.
fn fields(kind: EntryKind, lang: Lang, form: &Form) -> Vec<FieldView> {
    let mut all = Vec::new();
    if kind == EntryKind::RegistrationPlace {
        let places = Place::ALL.iter().map(|place| Choice::new(place.as_str(), place.label(lang))).collect();
        all.push(select(lang, "place", lang.pick("注册地", "Place of registration"), form.raw("place"), places));
    }
    if kind == EntryKind::Incubatee {
        let kinds = CarrierKind::ALL.iter().map(|carrier| Choice::new(carrier.as_str(), carrier.label(lang))).collect();
        all.push(select(lang, "carrier_kind", lang.pick("载体类型", "Kind of carrier"), form.raw("carrier_kind"), kinds));
        let levels = CarrierLevel::ALL.iter().map(|level| Choice::new(level.as_str(), level.label(lang))).collect();
        let label = lang.pick("载体级别（备案或认定部门）", "Level of the carrier (who registered it)");
        all.push(select(lang, "carrier_level", label, form.raw("carrier_level"), levels));
    }
    let keep = |field: FieldView| {
        let value = form.raw(&field.name).to_owned();
        field.value(value)
    };
    all.extend(number_field(kind, lang).map(keep));
    if kind == EntryKind::Hightech {
        let sales = FieldView::new(lang, FieldKind::Money, "prior_year_sales", lang.pick("上年销售收入", "Sales of the year before"));
        all.push(keep(sales.hint(lang.pick("单位：元，见上年审计报告", "In yuan, as in last year's audit report"))));
    }
    all.extend(date_fields(kind, lang).map(keep));
    all
}

fn shown(visitor: &Visitor, kind: EntryKind, form: &Form, refusals: &[Refusal]) -> EntryView {
    let (lang, cx) = (visitor.lang, visitor.page());
    let error = refusals.iter().find(|refusal| refusal.field.as_deref() == Some("proof"));
    EntryView {
        crumbs: Crumbs::new(lang, vec![Link::new("/my/enterprise", lang.pick("企业资料", "Enterprise"))], kind.label(lang)),
        title: kind.label(lang),
        errors: error_summary(lang, refusals),
        action: format!("/my/enterprise/add/{kind}"),
        fields: with_errors(lang, fields(kind, lang, form), refusals),
        proof: FileDropView {
            lang,
            csrf: cx.csrf.clone(),
            name: "proof".into(),
            label: lang.pick(format!("证明材料：{}", kind.proof(lang)), format!("Proof: {}", kind.proof(lang))),
            hint: lang.pick("PDF、OFD、PNG、JPG 或 XML，一个文件", "PDF, OFD, PNG, JPG or XML, one file").into(),
            error: error.map(|refusal| refusal.text.get(lang).to_owned()).unwrap_or_default(),
            accept: ACCEPT,
            multiple: false,
            upload_action: String::new(),
            files: Vec::new(),
        },
        cx,
    }
}

fn kind_of(code: &str) -> Result<EntryKind, Problem> {
    EntryKind::parse(code).ok_or_else(Problem::not_found)
}

/// # Errors
/// The page for an unknown kind.
pub async fn show(visitor: Visitor, kind: web::Path<String>) -> Result<HttpResponse, Problem> {
    page(&shown(&visitor, kind_of(&kind)?, &Form::default(), &[]))
}

/// # Errors
/// A fault of the database or the disk.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, kind: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let kind = kind_of(&kind)?;
    let mut faults = Faults::default();
    let entry = read(&visitor, &site, kind, &form, &mut faults).await?;
    let (Some(entry), true) = (entry, faults.is_empty()) else {
        return page_with_faults(&shown(&visitor, kind, &form, &faults.0));
    };
    let done = move |act: &mut Act<'_>| enter_qualification(act, &entry).map(|()| "/my/enterprise".to_owned());
    match site.act(visitor.actor()?, form.request_key(&visitor), done).await? {
        Ok(place) => {
            let text = Text::new(
                "已录入。专班预审时核对，测算从现在起计入。",
                "Entered. Previews count it from now on; the task force checks it.",
            );
            Ok(go_and_say(&visitor, &place, "ok", &text))
        }
        Err(refusals) => page_with_faults(&shown(&visitor, kind, &form, &refusals)),
    }
}

/// Reads the entry; what is wrong with it by itself is found here and by the act's own check, so
/// that all faults stand on the page at once.
async fn read(
    visitor: &Visitor,
    site: &web::Data<Site>,
    kind: EntryKind,
    form: &Form,
    faults: &mut Faults,
) -> Result<Option<QualificationEntry>, Problem> {
    let number = match kind {
        EntryKind::RegistrationPlace | EntryKind::AboveDesignatedSize => String::new(),
        EntryKind::TechSme | EntryKind::Hightech => normal_code(form.raw("number")).to_uppercase(),
        EntryKind::Incubatee | EntryKind::AdvancedServiceEnterprise => form.required("number", 60, faults),
    };
    let prior_year_sales = (kind == EntryKind::Hightech).then(|| form.money("prior_year_sales", faults));
    let valid_from = form.date("valid_from", faults);
    let open_end = kind == EntryKind::RegistrationPlace && form.code("valid_to").is_empty();
    let valid_to = if open_end { Some(OPEN_END) } else { form.date("valid_to", faults) };
    let kept = upload::keep(site, form, "proof", faults).await?;
    let (Some(valid_from), Some(valid_to)) = (valid_from, valid_to) else { return Ok(None) };
    let (file, file_name) = kept.unzip();
    let entry = QualificationEntry {
        kind,
        number,
        place: (kind == EntryKind::RegistrationPlace).then(|| Place::parse(form.raw("place"))).flatten(),
        carrier_kind: (kind == EntryKind::Incubatee).then(|| CarrierKind::parse(form.raw("carrier_kind"))).flatten(),
        carrier_level: (kind == EntryKind::Incubatee).then(|| CarrierLevel::parse(form.raw("carrier_level"))).flatten(),
        prior_year_sales,
        valid_from,
        valid_to,
        file,
        file_name: file_name.unwrap_or_default(),
    };
    for fault in crate::acts::enter_qualification::faults_of(&entry, visitor.today) {
        if fault.field.as_deref().is_none_or(|field| faults.of(field).is_none()) {
            faults.0.push(fault);
        }
    }
    Ok(Some(entry))
}
