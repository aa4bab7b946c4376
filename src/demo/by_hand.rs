//! A centre without a meter: it reports what a firm used by hand, and has to confirm the usage of the
//! application that claims it.

use chrono::{DateTime, NaiveDate, Utc};

use super::cast::firm;
use super::filing::{Filing, choose, send};
use super::firms::{act, person};
use super::papers::Papers;
use super::people::{account, password_hash};
use crate::acts::add_provider::add_provider;
use crate::acts::declare::declare;
use crate::acts::describe_material::PaperFacts;
use crate::acts::import_purchases::{RowOutcome, import_purchases};
use crate::acts::start_application::start_application;
use crate::application::TierChoice;
use crate::ids::Uscc;
use crate::metering::purchase_row::RawRow;
use crate::money::Fen;
use crate::party::AccountKind;
use crate::store;
use crate::web::site::Site;

/// The first 17 characters of its code, its name, its person.
const CENTRE: (&str, &str, &str, &str) = ("91420100MA4DHG08C", "东湖智算服务站", "彭程", "dhzs@demo.suanquan.example");
/// Who buys there.
const FIRM: usize = 38;
const ORDER: &str = "DH-2026-0001";

/// The centre joins, reports an order, and the firm claims it: the application waits for the centre.
/// Answers its number.
///
/// # Errors
/// An act that was refused.
pub fn tell(site: &Site, papers: &Papers, when: DateTime<Utc>) -> anyhow::Result<String> {
    let (body, name, clerk, email) = CENTRE;
    let uscc = Uscc::from_body(body).ok_or_else(|| anyhow::anyhow!("{body} begins no code"))?;
    let code = uscc.to_string();
    let administrator = person(site, "admin@demo.suanquan.example")?;
    act(site, &administrator, when, name, |act| add_provider(act, &uscc, name, "10P"))?;
    let hash = password_hash()?;
    site.store.write(|db| -> Result<(), store::Fault> {
        let provider = store::purchase::provider_by_uscc(db, &code)?.map(|provider| provider.id);
        store::account::insert(db, &account(clerk, email, &hash, AccountKind::Provider, provider, when.naive_utc()))?;
        Ok(())
    })?;
    let firm = firm(FIRM);
    let mut row = RawRow::default();
    for (column, value) in [
        ("provider_uscc", code.as_str()),
        ("enterprise_uscc", firm.uscc.as_str()),
        ("order_no", ORDER),
        ("resource", "昇腾910B"),
        ("unit", "card_hour"),
        ("quantity", "1200"),
        ("unit_price", "10"),
        ("amount", "12000.00"),
        ("service_from", "2026-01-12"),
        ("service_to", "2026-02-11"),
        ("accepted_amount", "12000.00"),
    ] {
        row.set(column, value);
    }
    let centre = person(site, email)?;
    let report = act(site, &centre, when, ORDER, |act| import_purchases(act, &[row], "DH-2026-02.csv"))?;
    if report.count(RowOutcome::Accepted) != 1 {
        anyhow::bail!("{ORDER} was not taken: {:#}", report.to_json());
    }
    claim(site, papers, when)
}

fn claim(site: &Site, papers: &Papers, when: DateTime<Utc>) -> anyhow::Result<String> {
    let firm = firm(FIRM);
    let who = person(site, &firm.email)?;
    let bought = site.store.read(|db| store::purchase::of_enterprise(db, &firm.uscc))?;
    let purchase = bought.into_iter().find(|purchase| purchase.order_no == ORDER).ok_or_else(|| anyhow::anyhow!("there is no {ORDER}"))?;
    let number = act(site, &who, when, &firm.name, |act| start_application(act, &[purchase.id]))?;
    let filing = Filing { site, papers, firm: &firm, who: &who, number: &number, when };
    for (kind, name, paper_no) in
        [("contract", "算力服务合同.pdf", "DH-2026-C01"), ("invoice", "发票.pdf", "26422000000088800001"), ("payment", "银行回单.pdf", "")]
    {
        let item = filing.only_item()?;
        let facts = PaperFacts {
            number: paper_no.to_owned(),
            amount: Fen::yuan(12_000),
            dated_on: NaiveDate::from_ymd_opt(2026, 2, 13),
            covers: vec![item],
            ..PaperFacts::default()
        };
        filing.describe(kind, name, &facts)?;
    }
    choose(site, &who, when, &number, TierChoice::Best)?;
    let version = filing.version()?;
    act(site, &who, when, &number, |act| declare(act, &number, version, true))?;
    send(site, &who, when, &number)?;
    Ok(number)
}
