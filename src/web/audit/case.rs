//! `/audit/applications/{number}`: one case with its history and every evaluation that counted,
//! each computed again on demand.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::acts::ActError;
use crate::application::{ActKind, acts_open_to};
use crate::calendar::date_time;
use crate::lang::Lang;
use crate::reports::audit_trail::{AuditCase, audit_case};
use crate::reports::kept_evaluation::{EvaluationRow, Recomputed, find, recompute};
use crate::web::answer::{file, page};
use crate::web::audit::words::{act_words, sentence};
use crate::web::finance::batches::state_tag;
use crate::web::page::PageCx;
use crate::web::parts::{Crumbs, Fact, Link, Tag, TimelineView, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// Which evaluation to compute again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    recompute: Option<i64>,
}

#[derive(Debug)]
struct Row {
    id: i64,
    when: String,
    occasion: String,
    pack: String,
    sha256: String,
    answer: Option<Tag>,
}

#[derive(Debug, Template)]
#[template(path = "audit/case.html")]
struct CasePage {
    cx: PageCx,
    crumbs: Crumbs,
    number: String,
    status: Tag,
    facts: Vec<Fact>,
    may_claim: bool,
    evaluations: Vec<Row>,
    timeline: TimelineView,
}

/// # Errors
/// An unknown application, a fault of the database.
pub async fn show(
    visitor: Visitor,
    site: web::Data<Site>,
    number: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let lang = visitor.lang;
    let (actor, house, wanted) = (visitor.actor()?, site.house.clone(), asked.recompute);
    let roles = actor.roles();
    let (case, again) = site
        .read(move |db| {
            let case = audit_case(db, &actor, &number)?;
            let again = match wanted {
                Some(id) => Some((id, recompute(&house, &find(db, case.id, id)?))),
                None => None,
            };
            Ok((case, again))
        })
        .await?;
    page(&CasePage {
        crumbs: Crumbs::new(lang, vec![Link::new("/audit", lang.pick("审计轨迹", "Audit trail"))], &case.number),
        status: state_tag(lang, case.state),
        facts: facts(lang, &case),
        may_claim: acts_open_to(case.state, &roles).contains(&ActKind::OpenClawback),
        evaluations: case.evaluations.iter().map(|one| row(lang, one, again.as_ref())).collect(),
        timeline: TimelineView { items: case.trail.iter().map(|entry| sentence(entry, lang, false)).collect() },
        number: case.number,
        cx: visitor.page(),
    })
}

/// `case.json` or `result.json` of an evaluation, as they were kept.
///
/// # Errors
/// An unknown application, evaluation or file.
pub async fn download(visitor: Visitor, site: web::Data<Site>, path: web::Path<(String, i64, String)>) -> Result<HttpResponse, Problem> {
    let (number, id, wanted) = path.into_inner();
    let (actor, of) = (visitor.actor()?, number.clone());
    let kept = site
        .read(move |db| {
            let case = audit_case(db, &actor, &of)?;
            find(db, case.id, id)
        })
        .await?;
    let text = match wanted.as_str() {
        "case.json" => kept.case_json,
        "result.json" => kept.result_json,
        _ => return Err(ActError::NotFound.into()),
    };
    Ok(file(text.into_bytes(), "application/json", &format!("{number}-{id}-{wanted}"), true))
}

fn facts(lang: Lang, case: &AuditCase) -> Vec<Fact> {
    let grants = case.subsidies.iter().filter(|row| row.amount_fen.is_positive());
    let held: Vec<String> = grants
        .map(|row| {
            let title = row.tier.title();
            lang.pick(
                format!("{} {} 年 {}（账上 {}）", title.zh, row.year, row.amount_fen.display(), row.held_fen.display()),
                format!("{} {} {} (in the books {})", title.en, row.year, row.amount_fen.display(), row.held_fen.display()),
            )
        })
        .collect();
    vec![
        Fact::new(lang.pick("企业", "Enterprise"), &case.enterprise),
        Fact::new(lang.pick("补贴合计", "Subsidy"), case.total.display()),
        Fact::new(lang.pick("各级补贴", "Grants"), if held.is_empty() { "—".to_owned() } else { held.join(lang.pick("；", "; ")) }),
        Fact::new(lang.pick("当前状态自", "In this state since"), date_time(case.state_since.and_utc(), lang)),
    ]
}

fn row(lang: Lang, one: &EvaluationRow, again: Option<&(i64, Recomputed)>) -> Row {
    let answer = again.filter(|(id, _)| *id == one.id).map(|(_, answer)| match answer {
        Recomputed::Identical => Tag::new(Tone::Ok, lang.pick("重算一致", "Identical")),
        Recomputed::Different => Tag::new(Tone::Bad, lang.pick("重算不一致", "Different")),
        Recomputed::OtherPack => {
            Tag::new(Tone::Warn, lang.pick("本程序没有这一版政策包，无法重算", "This program does not hold that text of the pack"))
        }
        Recomputed::Unreadable(why) => {
            Tag::new(Tone::Bad, lang.pick(format!("所存案情无法读取：{why}"), format!("The kept case cannot be read: {why}")))
        }
    });
    Row {
        id: one.id,
        when: date_time(one.at.and_utc(), lang),
        occasion: act_words(&one.occasion, lang),
        pack: format!("{} {}", one.pack_id, one.pack_version),
        sha256: one.pack_sha256.clone(),
        answer,
    }
}
