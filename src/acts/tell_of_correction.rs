//! Money of a purchase that was granted already came back, by a red letter or a refund: whoever may
//! demand the subsidy back learns it at once, with a link that computes how much (metering.md §5.6:
//! "if claimed → clawback"). Before the final review nobody has to be told: the reviewer sees it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Act, Line, Outcome};
use crate::application::letters::Letter;
use crate::ids::PurchaseId;
use crate::lang::Lang;
use crate::money::Fen;
use crate::party::{Actor, Duty};
use crate::store;
use crate::store::account::Account;

/// What came back of a purchase. One of the two amounts is zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct CameBack {
    pub on: NaiveDate,
    pub red_letter: Fen,
    pub refunded: Fen,
}

/// What the letter says.
struct News<'a> {
    application: &'a str,
    order: &'a str,
    back: CameBack,
    link: &'a str,
}

/// Tells the competent authority and the auditors, and writes it into the trail of the application
/// that the purchase was granted in; does nothing when there is none.
///
/// # Errors
/// A fault of the database.
pub(super) fn tell_of_correction(act: &mut Act<'_>, purchase: PurchaseId, back: CameBack) -> Outcome<()> {
    for (_, number) in store::purchase::holders(act.db, &[purchase])? {
        let Some(application) = store::known::application(act.db, &Actor::system(), &number)?.filter(|one| one.state.has_passed_final())
        else {
            continue;
        };
        let items = store::application::items(act.db, application.id)?;
        let Some(item) = items.iter().find(|item| item.purchase_id == purchase) else { continue };
        let order = store::purchase::find(act.db, purchase)?.map(|known| known.order_no).unwrap_or_default();
        let link = format!(
            "{}/audit/applications/{number}/clawback?item={:08}&on={}&red_letter={}&refunded={}",
            act.house.base_url,
            item.id.get(),
            back.on,
            back.red_letter.plain(),
            back.refunded.plain()
        );
        let news = News { application: &number, order: &order, back, link: &link };
        for person in claimants(act)? {
            let letter = letter(&news, Lang::parse(&person.language).unwrap_or_default());
            act.send("purchase_corrected", &person, &letter, Some(application.id))?;
        }
        let detail = format!("{order} · {}", (back.red_letter + back.refunded).display());
        act.write_line(&Line {
            act: "purchase_corrected",
            enterprise: Some(application.enterprise_id),
            application: Some(application.id),
            detail: &detail,
            ..Line::default()
        })?;
    }
    Ok(())
}

/// Everybody who may demand money back, once.
fn claimants(act: &mut Act<'_>) -> Outcome<Vec<Account>> {
    let mut people = BTreeMap::new();
    for duty in [Duty::CompetentAuthority, Duty::Auditor] {
        for person in store::account::with_duty(act.db, duty)? {
            people.insert(person.id, person);
        }
    }
    Ok(people.into_values().collect())
}

fn letter(news: &News<'_>, lang: Lang) -> Letter {
    let News { application, order, back, link } = news;
    let amount = (back.red_letter + back.refunded).display();
    let is_red = back.red_letter.is_positive();
    match lang {
        Lang::Zh => {
            let what = if is_red { "发票被冲红" } else { "收款被退回" };
            Letter {
                subject: format!("[算券] {application} 的账单{what}，请核算应追回的补贴"),
                body: format!(
                    "账单 {order} 已用于申请 {application} 并通过复审，现在{what} {amount}。\n\n\
                     请打开下面的页面：规则会算出应追回多少，由您决定是否发起追回；尚未拨付的，请先暂停拨付。\n\n{link}\n"
                ),
            }
        }
        Lang::En => {
            let what = if is_red { "the invoice was taken back by a red letter" } else { "the payment was refunded" };
            Letter {
                subject: format!("[Suanquan] {application}: {what}; look at what has to come back"),
                body: format!(
                    "Purchase {order} passed the final review in application {application}; now {what}: {amount}.\n\n\
                     The page below computes by the rules what would have to come back; demanding it is your decision. \
                     What is not paid yet should wait.\n\n{link}\n"
                ),
            }
        }
    }
}
