//! `/my/applications/{number}/red-letter`, `/desk/applications/{number}/red-letter`: a red letter to an
//! invoice of an application that was granted. Its file fills in what was left empty.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::acts::case_facts::invoice_key;
use crate::acts::enter_red_letter::{EnteredLetter, enter_red_letter};
use crate::acts::{Act, Outcome};
use crate::files::Kept;
use crate::ids::{MaterialId, tail};
use crate::lang::{Lang, Text};
use crate::money::Fen;
use crate::paper::{PaperField, Reading};
use crate::payout::recovery::takes_back;
use crate::reports::application_detail::{self, Material};
use crate::reports::{desk_queue, readings};
use crate::web::answer::{error_summary, go_and_say, with_errors};
use crate::web::attempt::Attempt;
use crate::web::desk;
use crate::web::form::{Faults, Form};
use crate::web::page::PageCx;
use crate::web::parts::{Choice, Crumbs, ErrorSummary, FieldKind, FieldView, FileDropView, Link};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::upload::{self, ACCEPT};
use crate::web::visitor::Visitor;

/// The form, in the frame of the enterprise or of the desk.
#[derive(Debug)]
struct Letter {
    crumbs: Crumbs,
    errors: ErrorSummary,
    number: String,
    enterprise: String,
    action: String,
    back: String,
    fields: Vec<FieldView>,
    file: FileDropView,
}

#[derive(Debug, Template)]
#[template(path = "application/red_letter.html")]
struct MyPage {
    cx: PageCx,
    letter: Letter,
}

#[derive(Debug, Template)]
#[template(path = "desk/red_letter.html")]
struct DeskPage {
    cx: PageCx,
    letter: Letter,
}

/// An application as far as the form needs it.
struct Granted {
    enterprise: String,
    invoices: Vec<Material>,
}

/// # Errors
/// An application that the visitor may not know of; a fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>) -> Result<HttpResponse, Problem> {
    render(&visitor, &site, &number, &Attempt::default()).await
}

/// # Errors
/// A full disk; an application that the visitor may not know of; a fault of the database.
pub async fn submit(visitor: Visitor, site: web::Data<Site>, number: web::Path<String>, form: Form) -> Result<HttpResponse, Problem> {
    let number = number.into_inner();
    let granted = load(&visitor, &site, &number).await?;
    let mut faults = Faults::default();
    let by_enterprise = visitor.enterprise().is_ok();
    let sent = form.files("file").next().is_some() || form.too_large.iter().any(|(field, _)| field == "file");
    let file = if sent || by_enterprise { upload::keep(&site, &form, "file", &mut faults).await? } else { None };
    let reading = match &file {
        Some((kept, _)) => Some(said(&site, kept, &form).await?),
        None => None,
    };
    let entered = read(&form, &granted, file, &reading.unwrap_or_default(), &mut faults);
    let Some(entered) = entered.filter(|_| faults.is_empty()) else {
        return render(&visitor, &site, &number, &Attempt::refused(faults.0, form)).await;
    };
    let (wanted, place) = (number.clone(), place(&visitor, &number));
    let act = move |act: &mut Act<'_>| enter_red_letter(act, &wanted, &entered).map(|()| place);
    match site.act(visitor.actor()?, form.request_key(&visitor), act).await? {
        Ok(place) => {
            let said = Text::new("红字发票已登记，有关人员已收到邮件。", "The red letter is on record; everybody concerned has a letter.");
            Ok(go_and_say(&visitor, &place, "ok", &said))
        }
        Err(refusals) => render(&visitor, &site, &number, &Attempt::refused(refusals, form)).await,
    }
}

/// The page of the application that the visitor comes from.
fn place(visitor: &Visitor, number: &str) -> String {
    let area = if visitor.enterprise().is_ok() { "my" } else { "desk" };
    format!("/{area}/applications/{number}")
}

async fn load(visitor: &Visitor, site: &web::Data<Site>, number: &str) -> Result<Granted, Problem> {
    let (actor, house, number) = (visitor.actor()?, site.house.clone(), number.to_owned());
    site.read(move |db| -> Outcome<Granted> {
        let detail = application_detail::load(db, &house, &actor, &number)?;
        let invoices = detail.dossier.materials.into_iter().filter(|paper| paper.kind == "invoice").collect();
        Ok(Granted { enterprise: detail.dossier.enterprise.name, invoices })
    })
    .await
}

/// What the file says, read once for every content.
async fn said(site: &web::Data<Site>, kept: &Kept, form: &Form) -> Result<Reading, Problem> {
    let sha256 = kept.sha256.clone();
    if let Some(known) = site.read(move |db| readings::known(db, &sha256)).await? {
        return Ok(known);
    }
    let bytes = form.files("file").next().map(|upload| upload.bytes.clone()).unwrap_or_default();
    let _turn = site.reader.turn().await;
    let desk = site.clone();
    Ok(web::block(move || desk.reader.read(bytes)).await?)
}

fn read(form: &Form, granted: &Granted, file: Option<(Kept, String)>, reading: &Reading, faults: &mut Faults) -> Option<EnteredLetter> {
    if file.is_some() && reading.kind.is_some() && !reading.red {
        faults.add("file", "这份文件不是红字发票。请上传红字发票的原件。", "This file is no red letter; upload the red letter itself.");
    }
    let typed_or_read = |name: &str, field| {
        let typed = form.code(name);
        if typed.is_empty() { reading.value(field).to_owned() } else { typed }
    };
    let (code, number) = (typed_or_read("code", PaperField::Code), typed_or_read("number", PaperField::Number));
    let named = reading.value(PaperField::RedOf).to_owned();
    let amount = match (form.code("amount").is_empty(), reading.red_total) {
        (true, Some(total)) => total,
        _ => form.money("amount", faults),
    };
    let dated_on = match (form.code("dated_on").is_empty(), reading.value(PaperField::DatedOn).parse().ok()) {
        (true, Some(day)) => Some(day),
        _ => form.date("dated_on", faults),
    };
    let of_file = granted.invoices.iter().find(|invoice| takes_back(&named, &invoice.code, &invoice.number)).map(|invoice| invoice.id);
    let invoice = form.code("invoice").parse().ok().map(MaterialId::new).or(of_file);
    if invoice.is_none() {
        faults.add("invoice", "请选择被冲红的发票。", "Choose the invoice that it takes back.");
    }
    if number.is_empty() {
        faults.add("number", "请填写红字发票的号码。", "Enter the number of the red letter.");
    }
    Some(EnteredLetter { invoice: invoice?, code, number, amount, dated_on: dated_on?, file, named })
}

async fn render(visitor: &Visitor, site: &web::Data<Site>, number: &str, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let granted = load(visitor, site, number).await?;
    let lang = visitor.lang;
    let mine = visitor.enterprise().is_ok();
    let (above, words) = if mine {
        ("/my/applications", lang.pick("我的申请", "Applications"))
    } else {
        ("/desk", lang.pick("审核队列", "Review queue"))
    };
    let back = place(visitor, number);
    let title = lang.pick("登记红字发票", "Enter a red letter");
    let letter = Letter {
        crumbs: Crumbs::new(lang, vec![Link::new(above, words), Link::new(back.clone(), number)], title),
        errors: error_summary(lang, attempt.refusals()),
        number: number.to_owned(),
        enterprise: granted.enterprise,
        action: format!("{back}/red-letter"),
        back,
        fields: with_errors(lang, fields(lang, &granted.invoices, attempt), attempt.refusals()),
        file: file_drop(visitor, attempt, mine),
    };
    if mine {
        return attempt.page(&MyPage { cx: visitor.page(), letter });
    }
    let who = visitor.actor()?.account;
    let rail = site.read(move |db| desk_queue::rail(db, who)).await?;
    attempt.page(&DeskPage { cx: desk::frame(visitor, &rail, None), letter })
}

fn file_drop(visitor: &Visitor, attempt: &Attempt, required: bool) -> FileDropView {
    let lang = visitor.lang;
    let error = attempt.refusals().iter().find(|refusal| refusal.field.as_deref() == Some("file"));
    let label = if required {
        lang.pick("红字发票文件", "The red letter")
    } else {
        lang.pick("红字发票文件（选填）", "The red letter (optional)")
    };
    FileDropView {
        lang,
        csrf: visitor.csrf(),
        name: "file".to_owned(),
        label: label.to_owned(),
        hint: lang
            .pick("XML、OFD 或 PDF 原件，下面留空的各项从文件读取", "The XML, OFD or PDF; what is left empty below is read from it")
            .to_owned(),
        error: error.map(|refusal| refusal.text.get(lang).to_owned()).unwrap_or_default(),
        accept: ACCEPT,
        multiple: false,
        upload_action: String::new(),
        files: Vec::new(),
    }
}

fn fields(lang: Lang, invoices: &[Material], attempt: &Attempt) -> Vec<FieldView> {
    let mut choices = vec![Choice::new("", lang.pick("从文件读取", "As the file says"))];
    choices.extend(invoices.iter().map(|invoice| {
        let (key, total) = (tail(&invoice_key(&invoice.code, &invoice.number)), Fen::display(invoice.amount_fen));
        Choice::new(invoice.id.to_string(), format!("{key} · {total} · {}", invoice.file_name))
    }));
    vec![
        FieldView::new(lang, FieldKind::Select, "invoice", lang.pick("被冲红的发票", "The invoice that it takes back"))
            .value(attempt.typed("invoice", ""))
            .choices(choices),
        FieldView::text(lang, "code", lang.pick("红字发票代码", "Code of the red letter"))
            .hint(lang.pick("数电票没有代码", "A digital invoice has none"))
            .value(attempt.typed("code", ""))
            .max_length(20)
            .optional(),
        FieldView::text(lang, "number", lang.pick("红字发票号码", "Number of the red letter"))
            .value(attempt.typed("number", ""))
            .max_length(30)
            .optional(),
        FieldView::new(
            lang,
            FieldKind::Money,
            "amount",
            lang.pick("冲红金额（价税合计，正数）", "Amount taken back, with tax, as a positive number"),
        )
        .value(attempt.typed("amount", ""))
        .optional(),
        FieldView::new(lang, FieldKind::Date, "dated_on", lang.pick("开具日期", "Day of issue"))
            .value(attempt.typed("dated_on", ""))
            .short()
            .optional(),
    ]
}
