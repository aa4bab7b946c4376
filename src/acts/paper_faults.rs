//! What is wrong with a paper as it stands: asked when it is saved, by the task list, and once more
//! at submission.

use chrono::NaiveDate;

use super::case_facts::{Dossier, invoice_key};
use super::file_material::REQUIRED;
use super::{Outcome, Refusal};
use crate::ids::{Uscc, is_invoice_key, last_four};
use crate::lang::Text;
use crate::money::Fen;
use crate::paper::{PaperField, Reading, Source};
use crate::store::application::Material;
use crate::store::{self, Db};

/// Every fault of one paper, each beside its field.
///
/// # Errors
/// Faults of the database.
pub fn paper_faults(db: &mut Db, today: NaiveDate, dossier: &Dossier, material: &Material) -> Outcome<Vec<Refusal>> {
    if let Some(infected) = infected(db, material)? {
        return Ok(vec![infected]);
    }
    if !REQUIRED.contains(&material.kind.as_str()) {
        return Ok(future(today, material).into_iter().collect());
    }
    let mut faults = Vec::new();
    if material.kind == "invoice" {
        let readings = dossier.readings(db, material)?;
        // Nothing else about it matters then.
        if let Some(red) = red_letter(dossier, material, &readings) {
            return Ok(vec![red]);
        }
        faults.extend(foreign_buyer(dossier, material, &readings));
    }
    if material.kind == "payment" {
        faults.extend(slip_twice(dossier, material));
    }
    faults.extend(own_faults(today, dossier, material));
    if material.kind == "invoice" && faults.is_empty() {
        faults.extend(invoice_faults(db, dossier, material)?);
    }
    if material.kind == "payment" && faults.is_empty() {
        faults.extend(slip_used(db, dossier, material)?);
    }
    Ok(faults)
}

fn fault(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal { code: "paper", field: Some(field.to_owned()), text: Text::new(zh, en) }
}

/// A virus that was found after the upload, because the scanner was down then.
fn infected(db: &mut Db, material: &Material) -> Outcome<Option<Refusal>> {
    let scan = store::file_scan::of_file(db, material.file_id)?.filter(|scan| scan.state == "infected");
    Ok(scan.map(|scan| {
        let found = scan.found;
        let (zh, en) = (
            format!("查毒程序在这份文件中发现「{found}」。请移除后上传干净的文件。"),
            format!("The virus scanner found \"{found}\" in this file. Remove it and upload a clean one."),
        );
        fault("file", zh, en)
    }))
}

fn future(today: NaiveDate, material: &Material) -> Option<Refusal> {
    let late = material.dated_on.is_some_and(|day| day > today);
    late.then(|| fault("dated_on", "日期不能晚于今天，请核对。", "The date cannot be in the future; please check."))
}

fn own_faults(today: NaiveDate, dossier: &Dossier, material: &Material) -> Vec<Refusal> {
    let mut faults = Vec::new();
    match material.kind.as_str() {
        "contract" if material.number.is_empty() => {
            faults.push(fault("number", "请填写合同编号；没有编号的写「无」。", "Enter the contract's number, or \"none\"."));
        }
        "invoice" => faults.extend(shape(material)),
        _ => {}
    }
    if !material.amount_fen.is_positive() {
        faults.push(fault("amount", "请填写大于零的金额。", "Enter an amount above zero."));
    }
    if material.tax_fen > material.amount_fen {
        faults.push(fault("tax", "税额不能大于价税合计。", "The tax cannot be more than the total."));
    }
    if material.minus_fen > material.amount_fen {
        let (zh, en) = if material.kind == "payment" {
            ("退款不能大于付款金额。", "The refund cannot be more than the payment.")
        } else {
            ("红字金额不能大于价税合计。", "The credit notes cannot come to more than the total.")
        };
        faults.push(fault("minus", zh, en));
    }
    match material.dated_on {
        None => faults.push(fault("dated_on", "请填写日期，例如 2026-03-02。", "Enter the date, such as 2026-03-02.")),
        Some(_) => faults.extend(future(today, material)),
    }
    if dossier.places_covered(material).is_empty() {
        faults.push(fault("covers", "请勾选这份材料对应的账单。", "Tick the purchases that this paper stands for."));
    }
    faults
}

/// A red letter takes money back; it proves no spending.
fn red_letter(dossier: &Dossier, material: &Material, readings: &[Reading]) -> Option<Refusal> {
    let read = readings.iter().find(|reading| reading.red).map(|reading| reading.value(PaperField::RedOf));
    let blue = dossier.fact(material.id, PaperField::RedOf).map(|fact| fact.value.as_str()).or(read)?;
    let end = last_four(blue);
    Some(fault(
        "amount",
        format!("这是红字发票（冲红尾号 {end} 的发票），不能证明支出。请移除它，并在被冲红的发票上填写已冲红金额。"),
        format!(
            "This is a red letter (it takes back the invoice ending {end}) and proves no spending. Remove it and enter its amount on that invoice."
        ),
    ))
}

/// The invoice was issued to somebody else.
fn foreign_buyer(dossier: &Dossier, material: &Material, readings: &[Reading]) -> Option<Refusal> {
    // The text of a page may be misread; the structured forms of an invoice are not.
    let structured = readings.iter().filter_map(|reading| reading.get(PaperField::BuyerId));
    let structured = structured.filter(|read| !matches!(read.source, Source::Text | Source::Unknown)).map(|read| read.value.as_str());
    let stated = dossier.fact(material.id, PaperField::BuyerId).map(|fact| fact.value.as_str());
    let not_us = |value: &&str| *value != dossier.enterprise.uscc && Uscc::parse(value).is_ok();
    let other = structured.chain(stated).find(not_us)?;
    let named =
        readings.iter().find(|reading| reading.value(PaperField::BuyerId) == other).map(|reading| reading.value(PaperField::BuyerName));
    let stated_name = || dossier.fact(material.id, PaperField::BuyerName).map(|fact| fact.value.as_str());
    let name = named.or_else(stated_name).filter(|name| !name.is_empty()).unwrap_or(other);
    Some(fault(
        "buyer_id",
        format!("这张发票的购买方是「{name}」，不是本单位，不能用于本申请。请核对识别号，或换成开给本单位的发票。"),
        format!(
            "This invoice was issued to \"{name}\", not to you, and cannot be used here. Check the tax number, or use an invoice issued to you."
        ),
    ))
}

/// One payment proves one spending, however many pictures of its slip there are.
fn slip_twice(dossier: &Dossier, material: &Material) -> Option<Refusal> {
    let serial = |paper: &Material| dossier.fact(paper.id, PaperField::BankSerial).map(|fact| fact.value.as_str());
    let mine = serial(material).filter(|serial| !serial.is_empty())?;
    let same = |other: &&Material| other.kind == "payment" && other.id < material.id && serial(other) == Some(mine);
    let first = dossier.materials.iter().find(same)?;
    Some(fault(
        "bank_serial",
        format!("这份回单与「{}」的银行流水号相同，是同一笔付款，只能计一次。请移除其中一份。", first.file_name),
        format!(
            "This slip has the bank's serial number of {}: it is the same payment and counts once. Remove one of them.",
            first.file_name
        ),
    ))
}

/// The payment stands in other applications already, for more than is left of it. Whose they are is
/// said to nobody here.
fn slip_used(db: &mut Db, dossier: &Dossier, material: &Material) -> Outcome<Option<Refusal>> {
    let serial = dossier.fact(material.id, PaperField::BankSerial).map_or("", |fact| fact.value.as_str());
    let (mut foreign, mut used) = (false, Fen::ZERO);
    for (_, house, state, id) in store::material::same_payment_elsewhere(db, material, serial)? {
        if state.holds_purchases() && !state.is_editable() {
            foreign |= house != dossier.application.enterprise_id;
            used += store::application::allocations(db, &[id])?.iter().map(|part| part.amount_fen).sum();
        }
    }
    let part: Fen = dossier.parts_of(material).into_iter().map(|(_, part)| part).sum();
    let left = (material.amount_fen - used).or_zero();
    Ok(if foreign {
        Some(fault(
            "bank_serial",
            "这笔付款已在其他申请中使用，不能再次使用。请核对流水号，如有疑问请联系专班。",
            "This payment was used in another application and cannot be used again. Check the serial number, or call the task force.",
        ))
    } else if used.is_positive() && part > left {
        let (left, part) = (left.display(), part.display());
        Some(fault(
            "bank_serial",
            format!("这笔付款已在您的其他申请中使用，剩余 {left}，不足本次的 {part}。请换成另一笔付款的回单。"),
            format!(
                "This payment is used in another application of yours; {left} is left, which does not cover {part}. File the slip of another payment."
            ),
        ))
    } else {
        None
    })
}

fn shape(material: &Material) -> Option<Refusal> {
    if is_invoice_key(&material.code, &material.number) {
        return None;
    }
    let (field, zh, en) = match (material.code.is_empty(), material.number.is_empty()) {
        (_, true) => ("number", "请填写发票号码：数电票 20 位数字。", "Enter the invoice number: 20 digits on a digital invoice."),
        (true, false) => (
            "number",
            "发票号码不对：数电票是 20 位数字；旧式发票是 8 位数字，并须填写发票代码。",
            "The number does not fit: a digital invoice has 20 digits; an older one 8 digits and a code.",
        ),
        (false, false) => (
            "code",
            "发票代码与号码不配：旧式发票代码 10 或 12 位、号码 8 位；数电票没有代码。",
            "Code and number do not fit: an older invoice has a code of 10 or 12 digits and a number of 8; a digital one has no code.",
        ),
    };
    Some(fault(field, zh, en))
}

/// Is the invoice filed twice, by somebody else, or for more than it is worth?
fn invoice_faults(db: &mut Db, dossier: &Dossier, material: &Material) -> Outcome<Option<Refusal>> {
    let key = invoice_key(&material.code, &material.number);
    let end = last_four(&material.number);
    let same = |other: &&Material| other.kind == "invoice" && other.id != material.id && invoice_key(&other.code, &other.number) == key;
    if let Some(twin) = dossier.materials.iter().find(same) {
        return Ok(Some(fault(
            "number",
            format!("这张发票（尾号 {end}）已在本申请中：{}。请更换或移除其中一份。", twin.file_name),
            format!("This invoice (ending {end}) is in this application already: {}. Change or remove one of them.", twin.file_name),
        )));
    }
    let Some(known) = store::material::invoice_use(db, &key)? else { return Ok(None) };
    if known.enterprise_id != dossier.application.enterprise_id {
        return Ok(Some(fault(
            "number",
            format!("这张发票（尾号 {end}）已由其他单位申报，不能再次使用。请核对号码，如有疑问请联系专班。"),
            format!(
                "This invoice (ending {end}) was filed by another enterprise and cannot be used again. Check the number or call the task force."
            ),
        )));
    }
    let part: Fen = dossier.allocations.iter().filter(|part| part.material_id == material.id).map(|part| part.amount_fen).sum();
    let others = store::material::others_with_invoice(db, known.enterprise_id, dossier.application.id, &material.code, &material.number)?;
    let others = others.join("、");
    if known.total_fen != material.amount_fen {
        return Ok(Some(fault(
            "amount",
            format!("这张发票（尾号 {end}）在申请 {others} 中填写的价税合计是 {}，与这里不同。请核对。", known.total_fen.display()),
            format!(
                "In application {others} this invoice (ending {end}) has a total of {}; here it differs. Please check.",
                known.total_fen.display()
            ),
        )));
    }
    let left = known.total_fen - known.used_fen;
    Ok((part > left).then(|| {
        fault(
            "number",
            format!(
                "这张发票（尾号 {end}）已用于申请 {others}，剩余 {}，不足本次的 {}。请更换发票或联系专班。",
                left.display(),
                part.display()
            ),
            format!(
                "This invoice (ending {end}) is used in application {others}; {} is left, which does not cover {}. Use another invoice or call the task force.",
                left.display(),
                part.display()
            ),
        )
    }))
}
