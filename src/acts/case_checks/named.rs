//! Who and what the papers name: buyer, seller, payer, service. What a paper does not say is pointed
//! out once, for a person to look at.

use std::collections::BTreeMap;

use super::{Check, CheckKind, Verdict};
use crate::acts::Outcome;
use crate::acts::case_facts::Dossier;
use crate::ids::{ProviderId, folded_name, normal_code, tail};
use crate::lang::{Lang, Text};
use crate::paper::{PaidBy, PaperField};
use crate::policy::evidence::{Named, rules};
use crate::store::application::Material;
use crate::store::{self, Db};

/// A house by code and name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct House {
    uscc: String,
    name: String,
}

/// A side of the deal and where the kinds of papers name it.
struct Side {
    kind: CheckKind,
    what: Text,
    fields: [(&'static str, PaperField, PaperField); 2],
}

/// Buyer and seller on invoices and contracts.
pub(super) fn sides(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let buyer = Side {
        kind: CheckKind::BuyerIsApplicant,
        what: Text::new("购买方", "buyer"),
        fields: [("invoice", PaperField::BuyerName, PaperField::BuyerId), ("contract", PaperField::PartyAName, PaperField::PartyAId)],
    };
    let seller = Side {
        kind: CheckKind::SellerIsProvider,
        what: Text::new("销售方", "seller"),
        fields: [("invoice", PaperField::SellerName, PaperField::SellerId), ("contract", PaperField::PartyBName, PaperField::PartyBId)],
    };
    let providers = providers(db, dossier)?;
    let applicant = [House { uscc: dossier.enterprise.uscc.clone(), name: dossier.enterprise.name.clone() }];
    let mut found = of_side(dossier, &buyer, |_| applicant.to_vec());
    found.extend(of_side(dossier, &seller, |paper| sellers(dossier, &providers, paper)));
    Ok(found)
}

fn providers(db: &mut Db, dossier: &Dossier) -> Outcome<BTreeMap<ProviderId, House>> {
    let mut houses = BTreeMap::new();
    for (_, purchase) in &dossier.items {
        if let Some(provider) = store::purchase::provider(db, purchase.provider_id)? {
            houses.insert(provider.id, House { uscc: provider.uscc, name: provider.name });
        }
    }
    Ok(houses)
}

/// The providers of the purchases that a paper stands for; of all when it stands for none.
fn sellers(dossier: &Dossier, providers: &BTreeMap<ProviderId, House>, paper: &Material) -> Vec<House> {
    let covered: Vec<_> = dossier.parts_of(paper).into_iter().map(|(item, _)| item).collect();
    let of = |any: bool| {
        let items = dossier.items.iter().filter(|(item, _)| any || covered.contains(&item.id));
        items.filter_map(|(_, purchase)| providers.get(&purchase.provider_id).cloned()).collect::<Vec<_>>()
    };
    if covered.is_empty() { of(true) } else { of(false) }
}

fn of_side(dossier: &Dossier, side: &Side, expected: impl Fn(&Material) -> Vec<House>) -> Vec<Check> {
    let (mut found, mut silent, mut right) = (Vec::new(), 0_usize, 0_usize);
    for (kind, name, id) in side.fields {
        for paper in dossier.materials.iter().filter(|paper| paper.kind == kind) {
            let (name, id) = (said(dossier, paper, name), said(dossier, paper, id));
            if name.is_empty() && id.is_empty() {
                silent += 1;
            } else if expected(paper).iter().any(|house| is_same(house, &name, &id)) {
                right += 1;
            } else {
                let (zh, en) = (&side.what.zh, &side.what.en);
                let text = Text::new(
                    format!("{} 上的{zh}不是{}", paper.file_name, wanted(side.kind, Lang::Zh)),
                    format!("The {en} on {} is not {}", paper.file_name, wanted(side.kind, Lang::En)),
                );
                let houses = expected(paper).into_iter().map(|house| format!("{} {}", house.name, house.uscc)).collect::<Vec<_>>();
                found.push(Check::new(side.kind, Verdict::Explain, text, Text::same(format!("{name} {id} ≠ {}", houses.join("、")))));
            }
        }
    }
    found.extend(rest(side.kind, &side.what, right, silent));
    found
}

const fn wanted(kind: CheckKind, lang: Lang) -> &'static str {
    let (zh, en) = match kind {
        CheckKind::BuyerIsApplicant => ("申请企业", "the applicant"),
        _ => ("服务机构", "the provider"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// One row for the papers that are right, one for those that say nothing.
fn rest(kind: CheckKind, what: &Text, right: usize, silent: usize) -> Vec<Check> {
    let mut found = Vec::new();
    if right > 0 {
        let text = Text::new(format!("{right} 份材料的{}相符", what.zh), format!("The {} is right on {right} papers", what.en));
        found.push(Check::new(kind, Verdict::Passed, text, Text::default()));
    }
    if silent > 0 {
        let text = Text::new(format!("{silent} 份材料没有填写{}", what.zh), format!("{silent} papers do not state the {}", what.en));
        found.push(Check::new(kind, Verdict::Note, text, Text::new("请对照原件", "Compare with the originals")));
    }
    found
}

fn said(dossier: &Dossier, paper: &Material, field: PaperField) -> String {
    dossier.fact(paper.id, field).map(|fact| fact.value.trim().to_owned()).unwrap_or_default()
}

/// The code decides where there is one; else the name, by its folded form.
fn is_same(house: &House, name: &str, id: &str) -> bool {
    if id.is_empty() { folded_name(name) == folded_name(&house.name) } else { normal_code(id).to_uppercase() == house.uscc }
}

/// Paid by bank transfer, by the enterprise, to the provider.
pub(super) fn payments(db: &mut Db, dossier: &Dossier) -> Outcome<Vec<Check>> {
    let providers = providers(db, dossier)?;
    let accounts = store::bank::of_enterprise(db, dossier.enterprise.id)?;
    let (mut found, mut silent, mut right) = (Vec::new(), 0_usize, 0_usize);
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "payment") {
        let (way, payer, account) = (
            said(dossier, paper, PaperField::PaidBy),
            said(dossier, paper, PaperField::PayerName),
            said(dossier, paper, PaperField::PayerAccount),
        );
        let payee = said(dossier, paper, PaperField::PayeeName);
        let own = accounts.iter().any(|known| known.state != "refused" && known.account_no == normal_code(&account));
        let by_us = folded_name(&payer) == folded_name(&dossier.enterprise.name);
        let to_them = sellers(dossier, &providers, paper).iter().any(|house| folded_name(&house.name) == folded_name(&payee));
        let wrong = if PaidBy::parse(&way).is_some_and(|way| way != PaidBy::BankTransfer) {
            Some((Verdict::Explain, Text::new("不是银行转账", "was not paid by bank transfer"), way.clone()))
        } else if !payer.is_empty() && !by_us {
            Some((Verdict::Explain, Text::new("付款人不是申请企业", "was not paid by the applicant"), payer.clone()))
        } else if !payee.is_empty() && !to_them {
            Some((Verdict::Explain, Text::new("收款人不是服务机构", "was not paid to the provider"), payee.clone()))
        } else if payer.is_empty() && !account.is_empty() && !own {
            let text = Text::new("付款账号没有在本系统登记", "was paid from an account that is not registered here");
            Some((Verdict::Note, text, tail(&account)))
        } else {
            None
        };
        match wrong {
            Some((verdict, why, evidence)) => {
                let text = Text::new(format!("{}：{}", paper.file_name, why.zh), format!("{} {}", paper.file_name, why.en));
                found.push(Check::new(CheckKind::PaidByTransfer, verdict, text, Text::same(evidence)));
            }
            None if way.is_empty() || (payer.is_empty() && account.is_empty()) => silent += 1,
            None => right += 1,
        }
    }
    found.extend(rest(CheckKind::PaidByTransfer, &Text::new("付款方式与付款人", "way of payment and payer"), right, silent));
    Ok(found)
}

/// The service in the words of invoices and contracts.
pub(super) fn services(dossier: &Dossier) -> Vec<Check> {
    let (mut found, mut silent, mut right) = (Vec::new(), 0_usize, 0_usize);
    for paper in dossier.materials.iter().filter(|paper| paper.kind == "invoice" || paper.kind == "contract") {
        let service = said(dossier, paper, PaperField::Service);
        let row = |verdict, zh: &str, en: &str| {
            let text = Text::new(format!("{}{zh}", paper.file_name), format!("{} {en}", paper.file_name));
            Check::new(CheckKind::ServiceCounts, verdict, text, Text::same(service.clone()))
        };
        match rules().named(&service) {
            _ if service.is_empty() => silent += 1,
            Named::Counts => right += 1,
            Named::CountsNot => found.push(row(Verdict::Explain, "写的服务不在支持范围", "names a service that does not count")),
            Named::Unclear => found.push(row(Verdict::Note, "写的服务须由人判断", "names a service that a person has to judge")),
        }
    }
    found.extend(rest(CheckKind::ServiceCounts, &Text::new("服务内容", "service"), right, silent));
    found
}
