//! Who works in the demo: the six of the task force, the authority, finance, audit, the three
//! administrators, and the staff of the two centres.

use std::collections::BTreeSet;

use super::{PASSWORD, start_of_story};
use crate::ids::ProviderId;
use crate::party::{AccountKind, Duty};
use crate::secret::hash_password;
use crate::store;
use crate::store::account::NewAccount;
use crate::web::site::Site;

/// One of the two centres.
#[derive(Clone, Copy, Debug)]
pub struct Centre {
    /// The first 17 characters of its code.
    pub body: &'static str,
    pub name: &'static str,
    pub capacity: &'static str,
    pub person: (&'static str, &'static str),
}

/// Places of the two centres in the list.
pub const AI: usize = 0;
pub const HPC: usize = 1;

/// 200P and 50P, as the article on the centres says.
pub const CENTRES: [Centre; 2] = [
    Centre {
        body: "91420100MA4PRW01X", name: "武汉人工智能计算中心", capacity: "200P", person: ("林峰", "waicc@demo.suanquan.example")
    },
    Centre { body: "91420100MA49CC05C", name: "武汉超算中心", capacity: "50P", person: ("高洁", "whsc@demo.suanquan.example") },
];

/// Name, address, rights.
pub const STAFF: [(&str, &str, &[Duty]); 13] = [
    ("陈静", "tf1@demo.suanquan.example", &[Duty::TaskForce, Duty::FinalReviewer]),
    ("李明远", "tf2@demo.suanquan.example", &[Duty::TaskForce, Duty::FinalReviewer]),
    ("王晓岚", "tf3@demo.suanquan.example", &[Duty::TaskForce]),
    ("赵一鸣", "tf4@demo.suanquan.example", &[Duty::TaskForce]),
    ("周敏", "tf5@demo.suanquan.example", &[Duty::TaskForce]),
    ("吴昊", "tf6@demo.suanquan.example", &[Duty::TaskForce]),
    ("张立群", "authority@demo.suanquan.example", &[Duty::CompetentAuthority]),
    ("刘芳", "finance1@demo.suanquan.example", &[Duty::Finance]),
    ("何建国", "finance2@demo.suanquan.example", &[Duty::Finance]),
    ("孙正", "audit@demo.suanquan.example", &[Duty::Auditor]),
    ("郑涛", "admin@demo.suanquan.example", &[Duty::Administrator]),
    ("钱宁", "security@demo.suanquan.example", &[Duty::SecurityAdministrator]),
    ("秦岚", "logs@demo.suanquan.example", &[Duty::AuditAdministrator]),
];

/// Makes the people. They exist before anybody could act, so this is the one place of the demo
/// that writes rows instead of acting.
///
/// # Errors
/// A fault of the database.
pub fn fill(site: &Site) -> anyhow::Result<()> {
    let hash = password_hash()?;
    let at = start_of_story().naive_utc();
    site.store.write(|db| {
        for (name, email, duties) in STAFF {
            let id = store::account::insert(db, &account(name, email, &hash, AccountKind::Staff, None, at))?;
            store::account::set_duties(db, id, &duties.iter().copied().collect::<BTreeSet<_>>())?;
        }
        for centre in CENTRES {
            let uscc = crate::ids::Uscc::from_body(centre.body).map(|code| code.to_string()).unwrap_or_default();
            let id = store::purchase::insert_provider(db, &uscc, centre.name, centre.capacity)?;
            let (name, email) = centre.person;
            store::account::insert(db, &account(name, email, &hash, AccountKind::Provider, Some(id), at))?;
        }
        Ok::<(), store::Fault>(())
    })?;
    Ok(())
}

/// The hash of everybody's password.
///
/// # Errors
/// A password that cannot be hashed.
pub(super) fn password_hash() -> anyhow::Result<String> {
    hash_password(PASSWORD).map_err(|why| anyhow::anyhow!("the password could not be hashed: {why}"))
}

pub(super) fn account<'a>(
    name: &'a str,
    email: &'a str,
    hash: &'a str,
    kind: AccountKind,
    provider_id: Option<ProviderId>,
    at: chrono::NaiveDateTime,
) -> NewAccount<'a> {
    NewAccount {
        email,
        name,
        password_hash: Some(hash),
        kind,
        enterprise_id: None,
        provider_id,
        language: "zh-CN",
        created_at: at,
        confirmed_at: Some(at),
    }
}
