//! Eligibility as a tree: the same rendering for the enterprise and for the desk.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::calendar::full_date;
use crate::lang::{Lang, Text};
use crate::party::EntryKind;
use crate::policy::eligibility::tree::{Branch, Tree};
use crate::policy::eligibility::{Answer, Cause, Finding};
use crate::policy::obtaining::way;
use crate::policy::pack::Status;
use crate::reports::eligibility::Eligibility;
use crate::web::answer::{error_summary, with_errors};
use crate::web::enterprise::data::{facts, state_tag};
use crate::web::form::{Faults, Form};
use crate::web::parts::{ErrorSummary, FieldKind, FieldView, Link, Tag, Tone};
use crate::web::public::tier_words::{place, source};
use crate::web::visitor::Visitor;

/// Which day: `2026-03-02`; left out it is today.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    on: String,
}

/// The day that was asked for, its field, and what is wrong with it.
#[derive(Debug)]
pub struct DayChoice {
    pub day: NaiveDate,
    pub field: FieldView,
    pub errors: ErrorSummary,
    pub is_wrong: bool,
}

/// A condition with its answer, the fact that decided and what stands behind it.
#[derive(Debug)]
pub struct Leaf {
    pub status: Tag,
    pub title: String,
    /// Empty where the entry says it.
    pub why: String,
    /// The entry, with a link to its file where there is one.
    pub entry: String,
    pub entry_state: Option<Tag>,
    pub proof: Option<Link>,
    /// The row of the registry's list that the entry was made of; for the desk.
    pub listed: Option<Link>,
    pub source: String,
    pub assumed: bool,
}

/// Conditions that are taken together.
#[derive(Debug)]
pub struct BranchView {
    pub title: &'static str,
    pub status: Tag,
    pub leaves: Vec<Leaf>,
}

/// A level with its branches.
#[derive(Debug)]
pub struct TierView {
    pub id: &'static str,
    pub name: String,
    pub status: Tag,
    pub branches: Vec<BranchView>,
}

/// One thing that is missing, and the way to it.
#[derive(Debug)]
pub struct Missing {
    pub title: String,
    pub why: String,
    /// The levels that ask for it.
    pub tiers: String,
    pub text: String,
    pub source: String,
    pub assumed: bool,
    /// Where the enterprise enters it.
    pub link: Option<Link>,
}

/// The answer for a day.
#[derive(Debug)]
pub struct Body {
    pub headline: String,
    pub pack: String,
    pub tiers: Vec<TierView>,
    pub missing: Vec<Missing>,
}

/// Reads the day from the address.
#[must_use]
pub fn day(visitor: &Visitor, asked: &Asked) -> DayChoice {
    let (lang, mut faults) = (visitor.lang, Faults::default());
    let form = Form::of_fields(vec![("on".to_owned(), asked.on.clone())]);
    let day = if asked.on.is_empty() { Some(visitor.today) } else { form.date("on", &mut faults) };
    let field = FieldView::new(lang, FieldKind::Date, "on", lang.pick("看哪一天", "On which day")).short();
    let value = day.map_or_else(|| asked.on.clone(), |day| day.to_string());
    let field = with_errors(lang, vec![field.value(value)], &faults.0);
    DayChoice {
        day: day.unwrap_or(visitor.today),
        field: field.into_iter().next().unwrap_or_else(|| FieldView::text(lang, "on", "")),
        errors: error_summary(lang, &faults.0),
        is_wrong: !faults.is_empty(),
    }
}

/// The answer in one language; `own` for the enterprise itself, which may enter what is missing.
#[must_use]
pub fn body(lang: Lang, found: &Eligibility, own: bool) -> Body {
    let open: Vec<&str> = found.trees.iter().filter(|tree| tree.answer == Answer::Yes).map(|tree| place(lang, tree.tier)).collect();
    let unclear = found.trees.iter().any(|tree| tree.answer == Answer::Unknown);
    let on = full_date(found.day, lang);
    let headline = match (open.is_empty(), unclear) {
        (false, _) => {
            let places = open.join(lang.pick("、", ", "));
            lang.pick(format!("{on}符合条件的级别：{places}"), format!("Open on {on}: {places}"))
        }
        (true, true) => lang.pick(format!("{on}还不能确定"), format!("Not certain for {on} yet")),
        (true, false) => lang.pick(format!("{on}没有符合条件的级别"), format!("No level is open on {on}")),
    };
    Body {
        headline,
        pack: found.pack_title.get(lang).to_owned(),
        tiers: found.trees.iter().map(|tree| tier(lang, found, tree, own)).collect(),
        missing: missing(lang, found, own),
    }
}

fn tier(lang: Lang, found: &Eligibility, tree: &Tree, own: bool) -> TierView {
    let named = [
        (&tree.all_of, lang.pick("须全部满足", "All of these")),
        (&tree.any_of, lang.pick("满足其一即可", "One of these")),
        (&tree.none_of, lang.pick("没有排除情形", "No exclusion")),
    ];
    let branch = |(branch, title): (&Branch, &'static str)| BranchView {
        title,
        status: status(lang, branch.answer),
        leaves: branch.leaves.iter().map(|finding| leaf(lang, found, finding, own)).collect(),
    };
    TierView {
        id: tree.tier.code(),
        name: tree.title.get(lang).to_owned(),
        status: status(lang, tree.answer),
        branches: named.into_iter().filter(|(branch, _)| !branch.leaves.is_empty()).map(branch).collect(),
    }
}

fn leaf(lang: Lang, found: &Eligibility, finding: &Finding, own: bool) -> Leaf {
    let entry = found.facts.behind(finding);
    Leaf {
        status: status(lang, finding.answer),
        title: finding.title.get(lang).to_owned(),
        // The entry below names the place in words, and its tag whether it was checked.
        why: if entry.is_some_and(|entry| entry.place.is_some()) { String::new() } else { finding.why.get(lang).to_owned() },
        entry: entry.map(|entry| format!("{} {}", entry.kind.label(lang), facts(entry, lang)).trim().to_owned()).unwrap_or_default(),
        entry_state: entry.map(|entry| state_tag(&entry.state, lang)),
        proof: entry
            .filter(|entry| entry.file_id.is_some())
            .map(|entry| Link::new(format!("/files/qualification/{}", entry.id), entry.file_name.clone())),
        listed: entry
            .and_then(|entry| entry.registry_row_id)
            .filter(|_| !own)
            .map(|row| Link::new(format!("/desk/registry/rows/{row}"), lang.pick("名单中的这一行", "Row of the list"))),
        source: source(lang, &finding.source),
        assumed: finding.status == Status::Assumed,
    }
}

fn status(lang: Lang, answer: Answer) -> Tag {
    match answer {
        Answer::Yes => Tag::new(Tone::Ok, lang.pick("符合", "Yes")),
        Answer::Unknown => Tag::new(Tone::Warn, lang.pick("待定", "Unknown")),
        Answer::No => Tag::new(Tone::Plain, lang.pick("不符合", "No")),
    }
}

/// What is missing at any level, each once, with the levels that ask for it.
fn missing(lang: Lang, found: &Eligibility, own: bool) -> Vec<Missing> {
    let mut wanted: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for tree in &found.trees {
        for finding in tree.missing() {
            let at = place(lang, tree.tier);
            let same = |known: &Finding| (known.asked, known.cause, &known.title) == (finding.asked, finding.cause, &finding.title);
            match wanted.iter_mut().find(|(known, _)| same(known)) {
                Some((_, tiers)) => tiers.push(at),
                None => wanted.push((finding, vec![at])),
            }
        }
    }
    let row = |(finding, tiers): (&Finding, Vec<&str>)| {
        let known = finding.asked.and_then(way);
        let told = known.is_some() && matches!(finding.cause, Cause::NotRecorded | Cause::Elsewhere | Cause::OtherDays);
        Missing {
            title: finding.title.get(lang).to_owned(),
            why: finding.why.get(lang).to_owned(),
            tiers: tiers.join(lang.pick("、", ", ")),
            text: what_to_do(finding, is_listed(found, finding)).get(lang).to_owned(),
            source: source(lang, known.filter(|_| told).map_or(finding.source.as_str(), |way| way.source.as_str())),
            assumed: known.filter(|_| told).map_or(finding.status, |way| way.status) == Status::Assumed,
            link: finding.asked.filter(|_| own).and_then(|kind| enter(lang, kind, finding.cause)),
        }
    };
    wanted.into_iter().map(row).collect()
}

/// Does the registry's list say it, so that the enterprise cannot take it out?
fn is_listed(found: &Eligibility, finding: &Finding) -> bool {
    found.facts.behind(finding).is_some_and(|entry| entry.registry_row_id.is_some())
}

/// The way out, by what stands in the way.
fn what_to_do(finding: &Finding, listed: bool) -> Text {
    let known = finding.asked.and_then(way);
    match finding.cause {
        Cause::NotRecorded | Cause::Elsewhere | Cause::Unsure => known.map(|way| way.get.clone()).unwrap_or_default(),
        Cause::OtherDays => known.map(|way| way.renew.clone()).unwrap_or_default(),
        Cause::SalesTooHigh => Text::new(
            "上一年度销售收入超过上限，这一途径当年走不通；请看其他途径。",
            "Sales of the year before are above the limit, so this way is closed for the year; see the others.",
        ),
        Cause::CarrierTooLow => Text::new(
            "孵化载体的级别不够，这一途径走不通；请看其他途径，或由更高级别的载体孵化。",
            "The carrier's level is too low for this way; see the others, or a carrier of a higher level.",
        ),
        Cause::Incomplete if listed => Text::new(
            "名单没有写上一年度销售收入或孵化载体的级别：请另外登记同一项资质，填写这一项并附证明，专班核对后计入；名单的这一条不用移除。",
            "The list does not state last year's sales or the level of the carrier: enter the same qualification yourself with it and the proof; it counts once the task force has checked it. The list's entry stays.",
        ),
        Cause::Incomplete => Text::new(
            "登记的内容不全：请移除这一条，连同上一年度销售收入或孵化载体的级别重新登记。",
            "The entry is incomplete: remove it and enter it again with last year's sales, or with the level of the carrier.",
        ),
        Cause::Unchecked => Text::new(
            "已经填报，等专班核对后计入；不用另外办理。",
            "It is entered and counts once the task force has checked it; nothing to do.",
        ),
        Cause::Listed => Text::new(
            "按信用修复的规定申请移出名单；移出后由主管部门更新登记簿。",
            "Apply for removal under the rules of credit repair; the competent authority then updates the register.",
        ),
        Cause::Tied => Text::new(
            "改向没有关联关系的服务机构购买；登记有误的，请联系主管部门更正。",
            "Buy from a provider without such a tie; if the record is wrong, ask the competent authority to correct it.",
        ),
        Cause::Holds => Text::default(),
    }
}

/// Where the enterprise enters what it has got; nowhere while it waits for the check or cannot help.
fn enter(lang: Lang, kind: EntryKind, cause: Cause) -> Option<Link> {
    let label = kind.label(lang);
    let add = || Link::new(format!("/my/enterprise/add/{kind}"), lang.pick(format!("登记{label}"), format!("Enter: {label}")));
    match cause {
        Cause::NotRecorded | Cause::OtherDays | Cause::Elsewhere | Cause::Incomplete => Some(add()),
        Cause::Holds | Cause::SalesTooHigh | Cause::CarrierTooLow | Cause::Unsure | Cause::Unchecked | Cause::Listed | Cause::Tied => None,
    }
}
