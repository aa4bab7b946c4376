//! The key fields of a paper by its kind: how they are asked, and how they are read.

use std::collections::BTreeMap;

use crate::acts::describe_material::{CODE_MOST, FIELD_MOST, NUMBER_MOST, PaperFacts};
use crate::acts::file_material::REQUIRED;
use crate::ids::ItemId;
use crate::lang::Lang;
use crate::money::Fen;
use crate::paper::{PaidBy, PaperField, PaperKind, Source};
use crate::reports::application_detail::{ApplicationDetail, Material};
use crate::web::form::{Faults, Form};
use crate::web::parts::{Choice, FieldKind, FieldView};

/// What stands in the fields: as typed, or as kept.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    code: String,
    number: String,
    amount: String,
    tax: String,
    minus: String,
    dated_on: String,
    covers: Vec<ItemId>,
    more: BTreeMap<PaperField, String>,
}

impl Typed {
    /// What is kept; a paper that stands for nothing yet is proposed for every purchase.
    #[must_use]
    pub fn kept(detail: &ApplicationDetail, paper: &Material) -> Typed {
        let money = |fen: Fen| if fen.is_zero() { String::new() } else { fen.plain() };
        let covered: Vec<ItemId> = detail.dossier.parts_of(paper).iter().map(|(item, _)| *item).collect();
        let all = || detail.dossier.items.iter().map(|(item, _)| item.id).collect();
        Typed {
            code: paper.code.clone(),
            number: paper.number.clone(),
            amount: money(paper.amount_fen),
            tax: money(paper.tax_fen),
            minus: money(paper.minus_fen),
            dated_on: paper.dated_on.map(|day| day.to_string()).unwrap_or_default(),
            covers: if covered.is_empty() { all() } else { covered },
            more: detail
                .dossier
                .facts
                .iter()
                .filter(|fact| fact.material_id == paper.id)
                .map(|fact| (fact.field, fact.value.clone()))
                .collect(),
        }
    }

    #[must_use]
    pub fn of(form: &Form) -> Typed {
        let raw = |name: &str| form.raw(name).to_owned();
        Typed {
            code: raw("code"),
            number: raw("number"),
            amount: raw("amount"),
            tax: raw("tax"),
            minus: raw("minus"),
            dated_on: raw("dated_on"),
            covers: covers(form),
            more: PaperField::ALL.iter().map(|field| (*field, raw(field.as_str()))).collect(),
        }
    }
}

fn covers(form: &Form) -> Vec<ItemId> {
    form.all("covers").filter_map(|id| id.parse().ok()).collect()
}

/// Reads the fields of a kind; what cannot be read is a fault beside its field.
pub fn read(form: &Form, kind: &str, faults: &mut Faults) -> PaperFacts {
    let needed = REQUIRED.contains(&kind);
    let number = if kind == "invoice" { form.code("number") } else { form.text("number") };
    for (field, text, most) in [("number", &number, NUMBER_MOST), ("code", &form.code("code"), CODE_MOST)] {
        let length = text.chars().count();
        if length > most {
            faults.add(field, format!("最多 {most} 个字，现在有 {length} 个。"), format!("At most {most} characters; there are {length}."));
        }
    }
    let dated = needed || !form.code("dated_on").is_empty();
    PaperFacts {
        code: form.code("code"),
        number,
        amount: if needed { form.money("amount", faults) } else { Fen::ZERO },
        tax: form.optional_money("tax", faults).unwrap_or(Fen::ZERO),
        minus: form.optional_money("minus", faults).unwrap_or(Fen::ZERO),
        dated_on: if dated { form.date("dated_on", faults) } else { None },
        covers: covers(form),
        more: more(form, kind, faults),
    }
}

/// The typed fields of a kind that the form holds. What cannot be read is a fault and stays as it was.
fn more(form: &Form, kind: &str, faults: &mut Faults) -> BTreeMap<PaperField, String> {
    let own = PaperKind::parse(kind).map_or(&[][..], PaperKind::own_fields);
    let mut read = BTreeMap::new();
    for field in own.iter().copied().filter(|field| form.all(field.as_str()).next().is_some()) {
        let name = field.as_str();
        let value = match field {
            PaperField::ContractFrom | PaperField::ContractTo if form.code(name).is_empty() => String::new(),
            PaperField::ContractFrom | PaperField::ContractTo => match form.date(name, faults) {
                Some(day) => day.to_string(),
                None => continue,
            },
            PaperField::BuyerId | PaperField::SellerId | PaperField::PartyAId | PaperField::PartyBId => {
                form.code(name).to_ascii_uppercase()
            }
            PaperField::PayerAccount | PaperField::PayeeAccount | PaperField::BankSerial => form.code(name),
            PaperField::PaidBy => PaidBy::parse(form.raw(name)).map_or_else(String::new, |way| way.to_string()),
            _ => form.text(name),
        };
        let length = value.chars().count();
        if length > FIELD_MOST {
            let (zh, en) =
                (format!("最多 {FIELD_MOST} 个字，现在有 {length} 个。"), format!("At most {FIELD_MOST} characters; there are {length}."));
            faults.add(name, zh, en);
            continue;
        }
        read.insert(field, value);
    }
    read
}

/// Reads what can be read; the rest stays as it was kept.
#[must_use]
pub fn read_what_fits(form: &Form, paper: &Material) -> PaperFacts {
    let money =
        |name: &str, kept: Fen| if form.code(name).is_empty() { Fen::ZERO } else { Fen::parse_yuan(form.raw(name)).unwrap_or(kept) };
    let mut ignored = Faults::default();
    PaperFacts {
        code: form.code("code"),
        number: if paper.kind == "invoice" { form.code("number") } else { form.text("number") },
        amount: money("amount", paper.amount_fen),
        tax: money("tax", paper.tax_fen),
        minus: money("minus", paper.minus_fen),
        dated_on: if form.code("dated_on").is_empty() { None } else { form.date("dated_on", &mut ignored).or(paper.dated_on) },
        covers: covers(form),
        more: more(form, &paper.kind, &mut Faults::default()),
    }
}

/// The fields of a paper of this kind.
#[must_use]
pub fn fields(lang: Lang, detail: &ApplicationDetail, paper: &Material, typed: &Typed) -> Vec<FieldView> {
    let text =
        |name: &str, zh: &str, en: &str, value: &str| FieldView::text(lang, name, lang.pick(zh, en)).value(value).max_length(NUMBER_MOST);
    let money = |name: &str, zh: &str, en: &str, value: &str| FieldView::new(lang, FieldKind::Money, name, lang.pick(zh, en)).value(value);
    let day =
        |zh: &str, en: &str| FieldView::new(lang, FieldKind::Date, "dated_on", lang.pick(zh, en)).value(typed.dated_on.clone()).short();
    let mut fields = match paper.kind.as_str() {
        "contract" => vec![
            text("number", "合同编号", "Contract number", &typed.number),
            money("amount", "合同金额", "Contract amount", &typed.amount),
            day("签订日期", "Signed on"),
        ],
        "invoice" => vec![
            text("number", "发票号码", "Invoice number", &typed.number).hint(lang.pick(
                "数电票为 20 位数字；旧式发票为 8 位，须同时填写代码。",
                "20 digits on a digital invoice; 8 on an older one, with its code.",
            )),
            text("code", "发票代码", "Invoice code", &typed.code)
                .optional()
                .short()
                .hint(lang.pick("只有旧式发票才有：10 或 12 位数字。", "Only on older invoices: 10 or 12 digits.")),
            day("开票日期", "Issued on"),
            money("amount", "价税合计", "Total with tax", &typed.amount),
            money("tax", "税额", "Tax", &typed.tax).optional(),
            money("minus", "已冲红金额", "Red letters so far", &typed.minus)
                .optional()
                .hint(lang.pick("这张发票后来开过红字的，填写红字金额合计。", "The sum of credit notes issued on it later.")),
        ],
        "payment" => vec![
            money("amount", "付款金额", "Amount paid", &typed.amount),
            day("付款日期", "Paid on"),
            money("minus", "退款金额", "Refunded", &typed.minus)
                .optional()
                .hint(lang.pick("服务机构后来退回的款项。", "What the provider sent back later.")),
            text("number", "回单编号", "Slip number", &typed.number).optional(),
        ],
        _ => vec![text("number", "说明", "What it shows", &typed.number).optional(), day("日期", "Date").optional()],
    };
    fields = fields.into_iter().map(|field| marked(lang, detail, paper, field)).collect();
    fields.push(covers_field(lang, detail, &typed.covers));
    fields
}

/// The typed fields that only this kind of paper has.
#[must_use]
pub fn more_fields(lang: Lang, detail: &ApplicationDetail, paper: &Material, typed: &Typed) -> Vec<FieldView> {
    let own = PaperKind::parse(&paper.kind).map_or(&[][..], PaperKind::own_fields);
    let field = |field: &PaperField| {
        let (title, value) = (field.title(), typed.more.get(field).cloned().unwrap_or_default());
        let kind = match field {
            PaperField::ContractFrom | PaperField::ContractTo => FieldKind::Date,
            PaperField::PaidBy => FieldKind::Select,
            _ => FieldKind::Text,
        };
        let view = FieldView::new(lang, kind, field.as_str(), title.get(lang)).value(value).optional();
        let view = match kind {
            FieldKind::Select => {
                let ways = PaidBy::ALL.iter().map(|way| Choice::new(way.as_str(), way.title().get(lang)));
                view.choices(std::iter::once(Choice::new("", lang.pick("请选择", "Choose"))).chain(ways).collect()).short()
            }
            FieldKind::Date => view.short(),
            _ => view.max_length(FIELD_MOST),
        };
        marked(lang, detail, paper, view)
    };
    own.iter().map(field).collect()
}

/// Says beside a field where its value was read, until somebody confirms it.
fn marked(lang: Lang, detail: &ApplicationDetail, paper: &Material, field: FieldView) -> FieldView {
    let fact = PaperField::parse(&field.name).and_then(|name| detail.dossier.fact(paper.id, name));
    let Some(fact) = fact.filter(|fact| fact.confirmed_by.is_none() && fact.source != Source::Typed) else { return field };
    let source = fact.source.title();
    let mark = lang.pick(format!("读取自：{}，请核对。", source.zh), format!("Read from {}: please check. ", source.en));
    let hint = format!("{mark}{}", field.hint);
    field.hint(hint.trim_end())
}

fn covers_field(lang: Lang, detail: &ApplicationDetail, ticked: &[ItemId]) -> FieldView {
    let choices = detail.dossier.items.iter().enumerate().map(|(place, (item, purchase))| {
        let label = lang.pick(
            format!("第 {} 项 {} · 订单 {}", place + 1, purchase.resource, purchase.order_no),
            format!("Item {}: {}, order {}", place + 1, purchase.resource, purchase.order_no),
        );
        let hint = lang.pick(format!("账单金额 {}", purchase.amount_fen.display()), format!("Purchase {}", purchase.amount_fen.display()));
        Choice::new(item.id.to_string(), label).hint(hint).on(ticked.contains(&item.id))
    });
    FieldView::new(lang, FieldKind::Checks, "covers", lang.pick("对应哪些账单", "Which purchases it stands for"))
        .hint(lang.pick(
            "勾选多笔时，金额按顺序分给各笔账单，每笔不超过账单金额。",
            "With several ticked, the amount goes to them in order, each up to the purchase's amount.",
        ))
        .choices(choices.collect())
}
