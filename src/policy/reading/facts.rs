//! The objects of a case, field by field, and what must agree between them.

mod expense_agreement;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{fields, repeated::join};
use crate::code::Tier;
use crate::ids::Uscc;
use crate::money::Fen;
use crate::party::entry::{CarrierKind, CarrierLevel};
use crate::party::qualification::{Qualification, QualificationKind};
use crate::policy::case::{
    AlreadyGranted, Application, BEST_ITEMS_MAX, Case, Correction, Dishonesty, Enterprise, Item, ItemFlag, ItemKind, ONLY_LINE, TierChoice,
};
use crate::policy::faults::{Fault, quoted};
use crate::policy::pack::Pack;
use expense_agreement::Expenses;

/// All amounts of a case together stay below this, so that no sum overflows.
const SUM_MAX: i128 = 1_000_000_000_000_000_000;

/// Reads a case and collects faults on the way.
pub(super) struct Reader<'p> {
    pub faults: Vec<Fault>,
    pack: Option<&'p Pack>,
    expenses: Expenses,
    /// Items by application, for the corrections.
    items: BTreeMap<String, BTreeSet<String>>,
    sum: i128,
}

/// An object with its path.
struct Fields<'v> {
    map: &'v Map<String, Value>,
    path: String,
}

impl Fields<'_> {
    fn at(&self, name: &str) -> String {
        join(&self.path, name)
    }
}

impl<'p> Reader<'p> {
    pub(super) fn new(pack: Option<&'p Pack>, faults: Vec<Fault>) -> Reader<'p> {
        Reader { faults, pack, expenses: Expenses::default(), items: BTreeMap::new(), sum: 0 }
    }

    fn fault(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.faults.push(Fault::new(path, what));
    }

    /// An object whose fields are all known.
    fn object<'v>(&mut self, path: &str, value: &'v Value, known: &[&str]) -> Option<Fields<'v>> {
        let Value::Object(map) = value else {
            let here = if path.is_empty() { "$" } else { path };
            self.fault(here, format!("{} is not an object; write {{\"{}\": …}}", fields::shown(value), known.first().unwrap_or(&"")));
            return None;
        };
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            self.fault(join(path, name), format!("is not a known field; known are {}", known.join(", ")));
        }
        Some(Fields { map, path: path.to_owned() })
    }

    fn optional<T>(&mut self, of: &Fields<'_>, name: &str, read: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        match read(of.map.get(name)?) {
            Ok(value) => Some(value),
            Err(what) => {
                self.fault(of.at(name), what);
                None
            }
        }
    }

    fn required<T>(&mut self, of: &Fields<'_>, name: &str, read: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        if !of.map.contains_key(name) {
            self.fault(of.at(name), "is missing");
            return None;
        }
        self.optional(of, name, read)
    }

    fn money(&mut self, of: &Fields<'_>, name: &str) -> Option<Fen> {
        let fen = self.optional(of, name, fields::money)?;
        self.sum += i128::from(fen.get());
        Some(fen)
    }

    fn required_money(&mut self, of: &Fields<'_>, name: &str) -> Option<Fen> {
        if !of.map.contains_key(name) {
            self.fault(of.at(name), "is missing; write yuan such as \"1234.50\"");
        }
        self.money(of, name)
    }

    /// Zero where it is left out; `None` where it is wrong.
    fn money_or(&mut self, of: &Fields<'_>, name: &str, default: Option<Fen>) -> Option<Fen> {
        if of.map.contains_key(name) { self.money(of, name) } else { default }
    }

    /// The entries of a list with their paths; empty where it is left out or wrong.
    fn list<'v>(&mut self, of: &Fields<'v>, name: &str, required: bool) -> Vec<(String, &'v Value)> {
        match of.map.get(name) {
            None if required => {
                self.fault(of.at(name), "is missing; write a list");
                Vec::new()
            }
            None => Vec::new(),
            Some(Value::Array(entries)) => {
                entries.iter().enumerate().map(|(index, entry)| (format!("{}[{index}]", of.at(name)), entry)).collect()
            }
            Some(other) => {
                self.fault(of.at(name), format!("{} is not a list; write [ … ]", fields::shown(other)));
                Vec::new()
            }
        }
    }

    fn entries<T>(&mut self, list: Vec<(String, &Value)>, read: impl Fn(&Value) -> Result<T, String>) -> Vec<T> {
        let mut entries = Vec::with_capacity(list.len());
        for (path, value) in list {
            match read(value) {
                Ok(entry) => entries.push(entry),
                Err(what) => self.fault(path, what),
            }
        }
        entries
    }

    /// The whole case; `None` where something that it cannot do without is wrong.
    pub(super) fn case(&mut self, value: &Value) -> Option<Case> {
        let known = ["pack", "enterprise", "budget_left", "already_granted", "applications", "corrections"];
        let top = self.object("", value, &known)?;
        let enterprise = match top.map.get("enterprise") {
            Some(value) => self.enterprise(value),
            None => {
                self.fault("enterprise", "is missing; write {\"uscc\": …, \"registered_in\": […], \"qualifications\": […]}");
                None
            }
        };
        let budget_left = top.map.get("budget_left").map(|value| self.budget_left(value)).unwrap_or_default();
        let already_granted =
            self.list(&top, "already_granted", false).into_iter().filter_map(|(path, value)| self.already_granted(&path, value)).collect();
        let applications = self.applications(&top);
        let corrections =
            self.list(&top, "corrections", false).into_iter().filter_map(|(path, value)| self.correction(&path, value)).collect();
        if self.sum > SUM_MAX {
            self.fault("$", "holds amounts that add up to more than 10,000,000,000,000,000.00 yuan; split the case");
        }
        Some(Case { enterprise: enterprise?, budget_left, already_granted, applications, corrections })
    }

    fn enterprise(&mut self, value: &Value) -> Option<Enterprise> {
        let known = ["uscc", "registered_in", "qualifications", "dishonesty", "related_parties"];
        let of = self.object("enterprise", value, &known)?;
        let uscc = self.required(&of, "uscc", fields::uscc);
        let places = self.list(&of, "registered_in", true);
        let registered_in = self.entries(places, fields::text);
        let qualifications =
            self.list(&of, "qualifications", true).into_iter().filter_map(|(path, value)| self.qualification(&path, value)).collect();
        let dishonesty =
            self.list(&of, "dishonesty", false).into_iter().filter_map(|(path, value)| self.dishonesty(&path, value)).collect();
        let parties = self.list(&of, "related_parties", false);
        let related_parties: Vec<Uscc> = self.entries(parties, fields::uscc);
        Some(Enterprise { uscc: uscc?, registered_in, qualifications, dishonesty, related_parties })
    }

    fn qualification(&mut self, path: &str, value: &Value) -> Option<Qualification> {
        let known = ["kind", "number", "valid_from", "valid_to", "prior_year_sales", "carrier_kind", "carrier_level"];
        let of = self.object(path, value, &known)?;
        let kinds = codes(QualificationKind::ALL.iter().map(|kind| kind.as_str()));
        let kind = self.required(&of, "kind", |value| fields::code(value, QualificationKind::parse, &kinds));
        let number = self.optional(&of, "number", fields::text);
        let valid_from = self.required(&of, "valid_from", fields::date);
        let valid_to = self.required(&of, "valid_to", fields::date);
        if let (Some(from), Some(to)) = (valid_from, valid_to)
            && to < from
        {
            self.fault(of.at("valid_to"), format!("{to} lies before valid_from ({from}); write the last day on which it holds"));
        }
        let prior_year_sales = self.money(&of, "prior_year_sales");
        let carriers = codes(CarrierKind::ALL.iter().map(|kind| kind.as_str()));
        let levels = codes(CarrierLevel::ALL.iter().map(|level| level.as_str()));
        let read_kind = |value: &Value| fields::code(value, CarrierKind::parse, &carriers);
        let read_level = |value: &Value| fields::code(value, CarrierLevel::parse, &levels);
        let (carrier_kind, carrier_level) = if kind == Some(QualificationKind::Incubatee) {
            (self.required(&of, "carrier_kind", read_kind), self.required(&of, "carrier_level", read_level))
        } else {
            (self.optional(&of, "carrier_kind", read_kind), self.optional(&of, "carrier_level", read_level))
        };
        Some(Qualification {
            kind: kind?,
            number,
            valid_from: valid_from?,
            valid_to: valid_to?,
            prior_year_sales,
            carrier_kind,
            carrier_level,
        })
    }

    fn dishonesty(&mut self, path: &str, value: &Value) -> Option<Dishonesty> {
        let of = self.object(path, value, &["from", "to"])?;
        let from = self.required(&of, "from", fields::date);
        let to = self.optional(&of, "to", fields::date);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            self.fault(of.at("to"), format!("{to} lies before from ({from}); write the last day, or leave it out"));
        }
        Some(Dishonesty { from: from?, to })
    }

    fn budget_left(&mut self, value: &Value) -> BTreeMap<Tier, Fen> {
        let known = Tier::ALL.map(Tier::code);
        let Some(of) = self.object("budget_left", value, &known) else { return BTreeMap::new() };
        Tier::ALL.into_iter().filter_map(|tier| Some((tier, self.money(&of, tier.code())?))).collect()
    }

    fn already_granted(&mut self, path: &str, value: &Value) -> Option<AlreadyGranted> {
        let of = self.object(path, value, &["tier", "year", "amount", "invoice", "line"])?;
        let tiers = codes(Tier::ALL.into_iter().map(Tier::code));
        let tier = self.required(&of, "tier", |value| fields::code(value, Tier::parse, &tiers));
        let year = self.required(&of, "year", fields::year);
        let amount = self.required_money(&of, "amount");
        let invoice = self.optional(&of, "invoice", fields::text);
        let line = self.optional(&of, "line", fields::text);
        if of.map.contains_key("line") && !of.map.contains_key("invoice") {
            self.fault(of.at("line"), "names a line without its invoice; write invoice too, or leave the line out");
        }
        Some(AlreadyGranted { tier: tier?, year: year?, amount: amount?, invoice, line })
    }

    fn applications(&mut self, top: &Fields<'_>) -> Vec<Application> {
        let mut applications = Vec::new();
        for (path, value) in self.list(top, "applications", true) {
            applications.extend(self.application(&path, value));
        }
        applications
    }

    fn application(&mut self, path: &str, value: &Value) -> Option<Application> {
        let of = self.object(path, value, &["id", "submitted_at", "voucher_claimed_on", "tier", "items"])?;
        let id = self.required(&of, "id", fields::text);
        if let Some(id) = &id
            && self.items.contains_key(id)
        {
            self.fault(of.at("id"), format!("{} is the id of an earlier application; every application has its own", quoted(id)));
        }
        let submitted_at = self.required(&of, "submitted_at", fields::instant);
        let voucher_claimed_on = self.optional(&of, "voucher_claimed_on", fields::date);
        let tier = self.required(&of, "tier", |value| fields::code(value, TierChoice::parse, "province, city, district, best, all"));
        let list = self.list(&of, "items", true);
        let count = list.len();
        if count == 0 && of.map.get("items").is_some_and(Value::is_array) {
            self.fault(of.at("items"), "is empty; an application has at least one item");
        }
        if let Some(tier) = tier {
            self.tier_choice(&of, tier, count);
        }
        let mut ids = BTreeSet::new();
        let mut items = Vec::with_capacity(count);
        for (item_path, value) in list {
            items.extend(self.item(&item_path, value, &mut ids));
        }
        if let Some(id) = &id {
            self.items.entry(id.clone()).or_default().extend(ids);
        }
        Some(Application { id: id?, submitted_at: submitted_at?, voucher_claimed_on, tier: tier?, items })
    }

    /// Does the pack know this tier, and can it be worked out for so many items?
    fn tier_choice(&mut self, of: &Fields<'_>, tier: TierChoice, items: usize) {
        if tier == TierChoice::Best && items > BEST_ITEMS_MAX {
            let what = format!("has {items} items; best tries at most {BEST_ITEMS_MAX}: split the application or name a tier");
            self.fault(of.at("items"), what);
        }
        let Some(pack) = self.pack else { return };
        let known = codes(pack.order.value.iter().map(|tier| tier.code()));
        match tier {
            TierChoice::Named(named) if pack.tier(named).is_none() => {
                self.fault(of.at("tier"), format!("\"{named}\" is not a tier of the pack {}; write one of {known}, best", pack.id));
            }
            TierChoice::All if !pack.stacks() => {
                let what = format!("\"all\" needs a pack whose tiers stack, and those of {} do not; write one of {known}, best", pack.id);
                self.fault(of.at("tier"), what);
            }
            _ => {}
        }
    }

    fn item(&mut self, path: &str, value: &Value, ids: &mut BTreeSet<String>) -> Option<Item> {
        let of = self.object(path, value, &ITEM_FIELDS)?;
        let id = self.required(&of, "id", fields::text);
        if let Some(id) = &id
            && !ids.insert(id.clone())
        {
            self.fault(of.at("id"), format!("{} is the id of an earlier item of this application; every item has its own", quoted(id)));
        }
        let provider = self.required(&of, "provider", fields::uscc);
        let kinds = codes(ItemKind::ALL.iter().map(|kind| kind.as_str()));
        let kind = self.required(&of, "kind", |value| fields::code(value, ItemKind::parse, &kinds));
        let invoice = self.required(&of, "invoice", fields::text);
        let line = if of.map.contains_key("line") { self.optional(&of, "line", fields::text) } else { Some(ONLY_LINE.to_owned()) };
        let service_from = self.required(&of, "service_from", fields::date);
        let service_to = self.required(&of, "service_to", fields::date);
        if let (Some(from), Some(to)) = (service_from, service_to)
            && to < from
        {
            self.fault(of.at("service_to"), format!("{to} lies before service_from ({from}); write the last day of the service"));
        }
        let invoiced = self.required_money(&of, "invoiced");
        let asked = self.money(&of, "asked");
        let tax = self.money_or(&of, "tax", Some(Fen::ZERO));
        let red_letter = self.money_or(&of, "red_letter", Some(Fen::ZERO));
        let paid = self.money_or(&of, "paid", invoiced);
        let refunded = self.money_or(&of, "refunded", Some(Fen::ZERO));
        let contract_left = self.money(&of, "contract_left");
        let accepted_usage = self.money(&of, "accepted_usage");
        let flags = self.list(&of, "flags", false);
        let known = codes(ItemFlag::ALL.iter().map(|flag| flag.as_str()));
        let flags = self.entries(flags, |value| fields::code(value, ItemFlag::parse, &known));
        if let (Some(invoice), Some(line)) = (&invoice, &line) {
            let amounts = [("invoiced", invoiced), ("red_letter", red_letter), ("paid", paid), ("refunded", refunded)];
            self.faults.extend(self.expenses.agree(&of.path, (invoice, line), amounts));
        }
        Some(Item {
            id: id?,
            provider: provider?,
            kind: kind?,
            invoice: invoice?,
            line: line?,
            service_from: service_from?,
            service_to: service_to?,
            invoiced: invoiced?,
            red_letter: red_letter?,
            tax: tax?,
            paid: paid?,
            refunded: refunded?,
            asked,
            contract_left,
            accepted_usage,
            flags,
        })
    }

    fn correction(&mut self, path: &str, value: &Value) -> Option<Correction> {
        let of = self.object(path, value, &["application", "item", "on", "red_letter", "refunded"])?;
        let application = self.required(&of, "application", fields::text);
        let item = self.required(&of, "item", fields::text);
        let on = self.required(&of, "on", fields::date);
        let red_letter = self.money_or(&of, "red_letter", Some(Fen::ZERO));
        let refunded = self.money_or(&of, "refunded", Some(Fen::ZERO));
        let (application, item) = (application?, item?);
        match self.items.get(&application).map(|items| items.contains(&item)) {
            None => {
                self.fault(of.at("application"), format!("{} is not the id of an application of this case", quoted(&application)));
            }
            Some(false) => {
                let what = format!("{} is not the id of an item of application {}", quoted(&item), quoted(&application));
                self.fault(of.at("item"), what);
            }
            Some(true) => {}
        }
        Some(Correction { application, item, on: on?, red_letter: red_letter?, refunded: refunded? })
    }
}

const ITEM_FIELDS: [&str; 16] = [
    "id",
    "provider",
    "kind",
    "invoice",
    "line",
    "service_from",
    "service_to",
    "invoiced",
    "asked",
    "tax",
    "red_letter",
    "paid",
    "refunded",
    "contract_left",
    "accepted_usage",
    "flags",
];

fn codes<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.collect::<Vec<_>>().join(", ")
}
