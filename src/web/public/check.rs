//! `GET /check`: the self-check. Five questions, the answer at once; nothing is stored, so it is a GET form.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::home::apply_href;
use super::{check_answer, tier_words};
use crate::lang::Lang;
use crate::money::Fen;
use crate::party::{CarrierLevel, Place, QualificationKind};
use crate::reports::public_home;
use crate::web::answer::{error_summary, page, page_with_faults, with_errors};
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, ErrorSummary, FieldKind, FieldView, Tag};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// What the answers mean for one level.
#[derive(Clone, Debug)]
pub struct CheckOutcome {
    pub tier: String,
    /// 可以申请, 不能申请, 还差条件.
    pub status: Tag,
    /// The rule that decides, as a sentence.
    pub why: String,
    /// About how much for the spend given; `None` when not eligible or no spend was given.
    pub amount: Option<Fen>,
}

/// The answer to the five questions.
#[derive(Clone, Debug)]
pub struct CheckResult {
    pub headline: String,
    pub eligible: bool,
    pub outcomes: Vec<CheckOutcome>,
    /// What to prepare next.
    pub next: Vec<String>,
}

/// Questions and, once answered, the result above them.
#[derive(Debug, Template)]
#[template(path = "public/check.html")]
pub struct CheckView {
    pub cx: PageCx,
    pub errors: ErrorSummary,
    /// The five questions.
    pub fields: Vec<FieldView>,
    pub result: Option<CheckResult>,
    pub apply_href: String,
}

/// The five answers.
#[derive(Clone, Debug)]
pub struct Answers {
    pub place: Place,
    pub held: Vec<QualificationKind>,
    pub carrier_level: Option<CarrierLevel>,
    /// Which of the kinds the asker does not know about.
    pub unsure: bool,
    pub sales: Option<Fen>,
    pub spend: Option<Fen>,
    pub related: bool,
    pub dishonest: bool,
    pub today: NaiveDate,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Vec<(String, String)>>) -> Result<HttpResponse, Problem> {
    let (house, lang) = (site.house.clone(), visitor.lang);
    let form = Form::of_fields(asked.into_inner());
    let found = site.read(move |db| public_home::pack(db, &house, None)).await?;
    let (pack, _) = found.ok_or_else(Problem::not_found)?;
    let mut faults = Faults::default();
    let answers = form.is_ticked("asked").then(|| answers(&form, visitor.today, &mut faults)).flatten();
    let view = CheckView {
        errors: error_summary(lang, &faults.0),
        fields: with_errors(lang, fields(lang, &form), &faults.0),
        result: answers.filter(|_| faults.is_empty()).and_then(|answers| check_answer::result(lang, &pack, &answers)),
        apply_href: apply_href(&visitor).to_owned(),
        cx: visitor.page(),
    };
    if faults.is_empty() { page(&view) } else { page_with_faults(&view) }
}

fn answers(form: &Form, today: NaiveDate, faults: &mut Faults) -> Option<Answers> {
    let place = Place::parse(form.raw("place"));
    if place.is_none() {
        faults.add("place", "请选择企业注册在哪里。", "Choose where the enterprise is registered.");
    }
    let level_of = |answer: &str| match answer {
        "incubatee_province" => Some(CarrierLevel::Province),
        "incubatee_district" => Some(CarrierLevel::District),
        _ => None,
    };
    let mut held: Vec<QualificationKind> = form.all("held").filter_map(QualificationKind::parse).collect();
    let carrier_level = form.all("held").filter_map(level_of).max_by_key(|level| *level == CarrierLevel::Province);
    held.extend(carrier_level.map(|_| QualificationKind::Incubatee));
    Some(Answers {
        place: place.unwrap_or(Place::Elsewhere),
        held,
        carrier_level,
        unsure: form.all("held").any(|answer| answer == "unsure"),
        sales: form.optional_money("sales", faults),
        spend: form.optional_money("spend", faults),
        related: form.all("bars").any(|answer| answer == "related"),
        dishonest: form.all("bars").any(|answer| answer == "dishonest"),
        today,
    })
}

fn fields(lang: Lang, form: &Form) -> Vec<FieldView> {
    let place = |place: Place| Choice::new(place.as_str(), place.label(lang));
    let ticked =
        |field: &'static str, value: &str, label: String| Choice::new(value, label).on(form.all(field).any(|answer| answer == value));
    let kinds = QualificationKind::ALL.iter().filter(|kind| **kind != QualificationKind::Incubatee);
    let mut held: Vec<Choice> = kinds.map(|kind| ticked("held", kind.as_str(), kind.title().get(lang).to_owned())).collect();
    for (value, zh, en) in [
        ("incubatee_province", "省级及以上孵化载体的在孵企业", "Incubatee of a provincial or national carrier"),
        ("incubatee_district", "市级、区级孵化载体的在孵企业", "Incubatee of a city or district carrier"),
        ("unsure", "不确定", "I am not sure"),
    ] {
        held.push(ticked("held", value, lang.pick(zh, en).to_owned()));
    }
    vec![
        FieldView::new(lang, FieldKind::Radios, "place", lang.pick("1. 企业注册在哪里？", "1. Where is the enterprise registered?"))
            .value(form.raw("place"))
            .choices(vec![place(Place::EastLake), place(Place::Wuhan), place(Place::Hubei), place(Place::Elsewhere)]),
        FieldView::new(
            lang,
            FieldKind::Checks,
            "held",
            lang.pick("2. 今天有哪些资质在有效期内？", "2. Which of these does it hold today?"),
        )
        .hint(lang.pick("可以多选；都没有就不选", "Tick all that hold; none if none"))
        .choices(held),
        FieldView::new(lang, FieldKind::Money, "sales", lang.pick("3. 上一年度销售收入是多少？", "3. What were last year's sales?"))
            .value(form.raw("sales"))
            .hint(lang.pick("高新技术企业申请部分级别时有上限", "Some levels have a limit for high-tech enterprises"))
            .optional(),
        FieldView::new(
            lang,
            FieldKind::Money,
            "spend",
            lang.pick("4. 今年为算力付了多少钱？", "4. How much was paid for compute this year?"),
        )
        .value(form.raw("spend"))
        .hint(lang.pick("填了就能看到大约补多少", "With it you see about how much comes back"))
        .optional(),
        FieldView::new(lang, FieldKind::Checks, "bars", lang.pick("5. 有下列情况吗？", "5. Does one of these apply?"))
            .hint(lang.pick("没有就不选", "None if none"))
            .choices(vec![
                ticked(
                    "bars",
                    "related",
                    lang.pick("与算力服务机构有投资、隶属等关联关系", "Tied to the provider by ownership or control").to_owned(),
                ),
                ticked("bars", "dishonest", lang.pick("在严重失信主体名单内", "On the list of seriously dishonest subjects").to_owned()),
            ]),
    ]
}

/// The name of a level and the year of the question.
pub(super) fn tier_name(lang: Lang, tier: crate::code::Tier, today: NaiveDate) -> String {
    format!("{} · {}", tier_words::place(lang, tier), today.year())
}
