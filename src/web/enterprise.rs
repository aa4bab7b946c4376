//! `/my/enterprise`, `/my/eligibility`, `/my/bank`, `/my/people`: what an enterprise says about
//! itself, what that opens, where its money goes, and who acts for it; `/my/usage`, `/my/statements`: what it used and what that costs.

pub mod bank;
pub mod data;
pub mod eligibility;
pub mod entry;
pub mod people;
pub mod structure;
pub mod usage;

use crate::lang::Lang;
use crate::party::Role;
use crate::web::parts::Link;
use crate::web::routes::{Access, routes};
use crate::web::statement;

const US: &[Role] = &[Role::Enterprise];

routes! {
    GET "/my/enterprise" Access::Only(US) => data::show;
    POST "/my/enterprise" Access::Only(US) => data::save;
    GET "/my/enterprise/add/{kind}" Access::Only(US) => entry::show;
    POST "/my/enterprise/add/{kind}" Access::Only(US) => entry::submit;
    POST "/my/enterprise/entries/{id}/remove" Access::Only(US) => data::remove;
    GET "/my/enterprise/structure" Access::Only(US) => structure::show;
    POST "/my/enterprise/structure" Access::Only(US) => structure::declare;
    GET "/my/eligibility" Access::Only(US) => eligibility::show;
    GET "/my/bank" Access::Only(US) => bank::show;
    POST "/my/bank" Access::Only(US) => bank::submit;
    POST "/my/bank/{id}/take-back" Access::Only(US) => bank::take_back;
    GET "/my/people" Access::Only(US) => people::show;
    POST "/my/people" Access::Only(US) => people::invite;
    POST "/my/people/take-back" Access::Only(US) => people::take_back;
    POST "/my/people/{id}/close" Access::Only(US) => people::close;
    POST "/my/people/{id}/open" Access::Only(US) => people::open;
    GET "/my/statements" Access::Only(US) => statement::list::mine;
    GET "/my/statements/{number}.{ending}" Access::Only(US) => statement::files::download;
    GET "/my/statements/{number}" Access::Only(US) => statement::show::show;
    GET "/my/statements/{number}/events" Access::Only(US) => statement::events::show;
    POST "/my/statements/{number}/confirm" Access::Only(US) => statement::answer::confirm;
    POST "/my/statements/{number}/dispute" Access::Only(US) => statement::answer::dispute;
    GET "/my/usage" Access::Only(US) => usage::show;
}

/// The four pages as tabs; the template marks the one with this address.
fn tabs(lang: Lang) -> Vec<Link> {
    vec![
        Link::new("/my/enterprise", lang.pick("企业资料与资质", "Data and qualifications")),
        Link::new("/my/eligibility", lang.pick("资格", "Eligibility")),
        Link::new("/my/bank", lang.pick("收款账户", "Bank account")),
        Link::new("/my/people", lang.pick("同事与登录", "Colleagues and sign-ins")),
    ]
}
