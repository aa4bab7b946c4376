//! `/verify`: checks a receipt of the trail. The page's script does it in the browser without a call to
//! the server; where there is no script, the form is checked here.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::calendar::date_time;
use crate::lang::Lang;
use crate::reports::trail::{NoProof, Proven, check_receipt, house_keys, newest_note};
use crate::timestamp::Authority;
use crate::trail::Field;
use crate::trail::stamp::Stamp;
use crate::web::answer::{page, page_with_faults};
use crate::web::audit::words::{act_words, all_act_words};
use crate::web::form::Form;
use crate::web::page::PageCx;
use crate::web::parts::{Fact, FieldKind, FieldView};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// A receipt has some two thousand characters.
const LONGEST: usize = 20_000;

/// What was found.
#[derive(Debug)]
struct Answer {
    is_good: bool,
    sentence: String,
    facts: Vec<Fact>,
}

#[derive(Debug, Template)]
#[template(path = "public/verify.html")]
struct VerifyPage {
    cx: PageCx,
    field: FieldView,
    answer: Option<Answer>,
    /// Public keys of this house, parted by spaces.
    keys: String,
    /// Acts in words as JSON, for the script.
    acts: String,
    shown_keys: Vec<String>,
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let keys = site.read(house_keys).await?;
    page(&build(&visitor, keys, "", None))
}

/// # Errors
/// A fault of the database.
pub async fn check(visitor: Visitor, site: web::Data<Site>, form: Form) -> Result<HttpResponse, Problem> {
    let keys = site.read(house_keys).await?;
    let text: String = form.raw("receipt").chars().take(LONGEST).collect();
    let found = check_receipt(text.trim(), site.authority.as_deref().map(Authority::trusted));
    let is_good = found.is_ok();
    let answer = answer(visitor.lang, found, &keys);
    let built = build(&visitor, keys, &text, Some(answer));
    if is_good { page(&built) } else { page_with_faults(&built) }
}

/// The newest checkpoint, for whoever wants to keep it.
///
/// # Errors
/// Not found before the first one; a fault of the database.
pub async fn checkpoint(site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let note = site.read(newest_note).await?.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(note))
}

fn build(visitor: &Visitor, keys: Vec<String>, text: &str, answer: Option<Answer>) -> VerifyPage {
    let lang = visitor.lang;
    let field = FieldView::new(lang, FieldKind::Area, "receipt", lang.pick("凭证内容", "Content of the receipt"))
        .hint(lang.pick("粘贴 receipt.json 的全部内容。", "Paste the whole of receipt.json."))
        .value(text);
    let acts = serde_json::to_string(&all_act_words(lang)).unwrap_or_default();
    VerifyPage { field, answer, keys: keys.join(" "), acts, shown_keys: keys, cx: visitor.page() }
}

fn answer(lang: Lang, found: Result<Proven, NoProof>, keys: &[String]) -> Answer {
    match found {
        Ok(proven) => {
            let is_ours = keys.contains(&proven.public_key);
            let sentence = if is_ours {
                lang.pick(
                    "凭证有效：这条记录在签名时已在审计链中，签名是本系统的密钥。",
                    "The receipt is good: the line stood in the audit trail when it was signed, by a key of this system.",
                )
            } else {
                lang.pick(
                    "凭证本身完整，但签名的密钥不是本系统的。",
                    "The receipt is whole in itself, but the key that signed it is none of this system.",
                )
            };
            Answer { is_good: is_ours, sentence: sentence.to_owned(), facts: facts(lang, &proven) }
        }
        Err(why) => Answer { is_good: false, sentence: no_proof(lang, why).to_owned(), facts: Vec::new() },
    }
}

fn facts(lang: Lang, proven: &Proven) -> Vec<Fact> {
    let text = |name: &str| match proven.fields.get(name) {
        Some(Field::Text(text)) => text.clone(),
        Some(Field::Number(number)) => number.to_string(),
        Some(Field::Moment(moment)) => date_time(moment.and_utc(), lang),
        Some(Field::Blinded(_) | Field::Nothing) | None => String::new(),
    };
    vec![
        Fact::new(lang.pick("事项", "Step"), act_words(&text("act"), lang)),
        Fact::new(lang.pick("对象", "Subject"), text("subject")),
        Fact::new(lang.pick("时间（北京）", "Time (Beijing)"), text("at")),
        Fact::new(lang.pick("序号", "Place"), text("seq")),
        Fact::new(lang.pick("封存时间", "Sealed"), text("sealed_at")),
        Fact::new(lang.pick("签名时间", "Signed"), date_time(proven.signed_at.and_utc(), lang)),
        Fact::new(lang.pick("审计链", "Trail"), &proven.origin),
        Fact::new(lang.pick("共", "Lines"), proven.size.to_string()),
        Fact::new(lang.pick("根", "Root"), &proven.short_root),
        Fact::new(lang.pick("公钥", "Public key"), &proven.public_key),
        Fact::new(lang.pick("时间戳", "Time stamp"), proven.stamp.as_ref().map(|stamp| stamp_words(lang, stamp)).unwrap_or_default()),
    ]
}

/// When the checkpoint was there by the clock of an authority, and whether we know its certificate.
fn stamp_words(lang: Lang, stamp: &Stamp) -> String {
    let at = date_time(stamp.at.and_utc(), lang);
    let authority = &stamp.authority;
    if stamp.is_trusted {
        lang.pick(format!("{at}，{authority}"), format!("{at}, {authority}"))
    } else {
        lang.pick(
            format!("{at}，{authority}（签名有效；本系统没有设置这家机构的根证书，请用 openssl 核对）"),
            format!(
                "{at}, {authority} (the signature holds; this system has no root certificate of the authority, so check that with openssl)"
            ),
        )
    }
}

fn no_proof(lang: Lang, why: NoProof) -> &'static str {
    let (zh, en) = match why {
        NoProof::NotAReceipt => ("这不是算券的留痕凭证，请核对文件。", "This is no receipt of Suanquan; look at the file again."),
        NoProof::Line => ("凭证无效：记录的内容无法读取。", "The receipt proves nothing: the bytes of its line cannot be read."),
        NoProof::Checkpoint => ("凭证无效：校验点无法读取。", "The receipt proves nothing: its checkpoint cannot be read."),
        NoProof::Path => (
            "凭证无效：记录与校验点的根不相符，内容被改动过。",
            "The receipt proves nothing: the line does not lead to the root, so something was changed.",
        ),
        NoProof::Signature => {
            ("凭证无效：校验点的签名不对。", "The receipt proves nothing: the checkpoint is not signed by the key of the receipt.")
        }
        NoProof::Stamp => (
            "凭证不完整：时间戳不是这个校验点的，或不是可信机构签发的。",
            "The receipt is not whole: its time stamp is not one of this checkpoint, or not by the trusted authority.",
        ),
    };
    lang.pick(zh, en)
}
