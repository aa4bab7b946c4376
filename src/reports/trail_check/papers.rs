//! What was published and what was approved for payment still says the same: the line of the act holds
//! a digest of the content.

use super::Finding;
use crate::reports::Db;
use crate::store::audit::Entry;
use crate::store::{self, Fault};
use crate::trail::{digest_in, digest_of};

/// A line that holds a digest.
pub(super) struct Paper {
    seq: i64,
    kind: Kind,
    number: String,
    sha256: String,
}

#[derive(Clone, Copy)]
enum Kind {
    Notice,
    Batch,
}

impl Paper {
    pub(super) fn of(seq: i64, entry: &Entry) -> Option<Paper> {
        let kind = match entry.act.as_str() {
            "publish_notice" => Kind::Notice,
            "approve_batch" => Kind::Batch,
            _ => return None,
        };
        let sha256 = digest_in(&entry.detail)?.to_owned();
        Some(Paper { seq, kind, number: entry.subject.clone(), sha256 })
    }
}

/// The first paper whose content is not that of its line.
pub(super) fn check(db: &mut Db, papers: &[Paper]) -> Result<Option<Finding>, Fault> {
    for paper in papers {
        let (place, now) = match paper.kind {
            Kind::Notice => {
                let notice = store::notice::find_by_number(db, &paper.number)?;
                let content = notice.map(|notice| notice.content_json);
                (format!("notice {}", paper.number), content.map(|content| digest_of(content.as_bytes())))
            }
            Kind::Batch => (format!("payout_batch {}", paper.number), batch_digest(db, &paper.number)?),
        };
        if now.as_ref() != Some(&paper.sha256) {
            let what =
                if now.is_some() { "its content is not that of the line in the trail" } else { "the trail tells of it, and it is gone" };
            return Ok(Some(Finding::at(paper.seq, place, what)));
        }
    }
    Ok(None)
}

fn batch_digest(db: &mut Db, number: &str) -> Result<Option<String>, Fault> {
    let Some(batch) = store::payout::find_by_number(db, number)? else { return Ok(None) };
    let lines = store::payout::lines(db, batch.id)?;
    Ok(Some(store::payout::content_digest(&batch, &lines)))
}
