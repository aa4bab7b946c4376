//! A statement in FOCUS 1.0, the FinOps Open Cost and Usage Specification: one row per line, for
//! the cost tools of an enterprise that buys from several providers.
//!
//! Σ `BilledCost` of an `InvoiceId` is the total of the statement with that number (I30).
//! Corrections of earlier months stand as rows of their own with the charge class Correction, in
//! the month that they charge for. No byte order mark: this file is read by programs.

use super::csv::{CsvFault, guarded, rows};
use crate::metering::moment::Month;
use crate::metering::quantity::Unit;
use crate::metering::rating::LineKind;
use crate::metering::statement::LineClass;
use crate::metering::tariff::Price;
use crate::money::Fen;
use crate::policy::case::ItemKind;
use crate::reports::statement::{Line, StatementDetail, clock};

/// The columns of FOCUS 1.0 in the order of their names, `InvoiceId` of FOCUS 1.2 among them, then
/// our own, which the specification wants marked by `x_`.
pub const COLUMNS: [&str; 48] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
    "x_EnterpriseUscc",
    "x_LineNumber",
    "x_CorrectsLine",
    "x_QuantityUnitMs",
    "x_TariffVersion",
];

/// The statement; `describe` says in words what a line charges for.
///
/// # Errors
/// Never for rows of one length, which these are.
pub fn focus_csv(detail: &StatementDetail, describe: impl Fn(&Line) -> String) -> Result<Vec<u8>, CsvFault> {
    let lines = detail.lines.iter().map(|line| {
        let row = Row { detail, line, said: describe(line) };
        COLUMNS.map(|column| row.cell(column))
    });
    rows(std::iter::once(COLUMNS.map(ToOwned::to_owned)).chain(lines))
}

struct Row<'a> {
    detail: &'a StatementDetail,
    line: &'a Line,
    said: String,
}

/// What a line is priced by.
struct Pricing {
    quantity: String,
    unit: &'static str,
    price: String,
}

impl Row<'_> {
    /// A column that is not named is empty: the specification's null.
    fn cell(&self, column: &str) -> String {
        let (contract, statement, rated) = (&self.detail.contract, &self.detail.statement, &self.line.line.line);
        let is_usage = rated.kind == LineKind::Usage;
        match column {
            // What a centre's own list says is not known here: the tariff of the contract is the price.
            "BilledCost" | "ContractedCost" | "EffectiveCost" | "ListCost" => rated.amount.plain(),
            "BillingAccountId" => guarded(&contract.number),
            "BillingAccountName" => guarded(&contract.enterprise_name),
            "BillingCurrency" => "CNY".to_owned(),
            "BillingPeriodStart" => Month::parse(&statement.period).map(|month| self.start(month)).unwrap_or_default(),
            "BillingPeriodEnd" => Month::parse(&statement.period).map(|month| self.start(month.next())).unwrap_or_default(),
            "ChargePeriodStart" => self.start(self.line.line.month),
            "ChargePeriodEnd" => self.start(self.line.line.month.next()),
            // Minimum and cap bring the sum of a month to what was agreed.
            "ChargeCategory" => if is_usage { "Usage" } else { "Adjustment" }.to_owned(),
            "ChargeClass" => if self.line.line.class == LineClass::Regular { "" } else { "Correction" }.to_owned(),
            "ChargeDescription" => guarded(&self.said),
            "ChargeFrequency" => if is_usage { "Usage-Based" } else { "Recurring" }.to_owned(),
            "ConsumedQuantity" if is_usage => decimal(rated.quantity.in_hours()),
            "ConsumedUnit" if is_usage => self.unit().to_owned(),
            "ContractedUnitPrice" | "ListUnitPrice" => self.pricing().map(|pricing| pricing.price).unwrap_or_default(),
            "PricingQuantity" => self.pricing().map(|pricing| pricing.quantity).unwrap_or_default(),
            "PricingUnit" => self.pricing().map(|pricing| pricing.unit.to_owned()).unwrap_or_default(),
            "PricingCategory" if is_usage => "Standard".to_owned(),
            "InvoiceId" => statement.number.clone(),
            "InvoiceIssuerName" | "ProviderName" | "PublisherName" => guarded(&self.detail.provider),
            "ServiceCategory" => self.service_category().to_owned(),
            "ServiceName" => self.line.resource.as_ref().map_or_else(|| self.service_category().to_owned(), |one| guarded(&one.name_en)),
            "SkuId" => guarded(&rated.resource),
            "SkuPriceId" if is_usage => guarded(&self.sku_price()),
            "Tags" => self.tags(),
            "x_EnterpriseUscc" => contract.enterprise_uscc.clone(),
            "x_LineNumber" => self.line.place.to_string(),
            "x_CorrectsLine" => self.line.line.corrects.as_ref().map(ToString::to_string).unwrap_or_default(),
            "x_QuantityUnitMs" => rated.quantity.get().to_string(),
            "x_TariffVersion" => rated.tariff_version.to_string(),
            _ => String::new(),
        }
    }

    /// The first instant of a month on the contract's clock, in UTC.
    fn start(&self, month: Month) -> String {
        month.span(clock(&self.detail.contract)).start.to_string()
    }

    /// The unit with its hour, as the specification writes units.
    fn unit(&self) -> &'static str {
        match self.line.resource.as_ref().map(|resource| resource.unit) {
            Some(Unit::Card) => "Card-Hours",
            Some(Unit::Core) => "Core-Hours",
            Some(Unit::Node) => "Node-Hours",
            Some(Unit::Gib) => "GiB-Hours",
            None => "Hours",
        }
    }

    /// Quantity × price is the exact amount, or the line is one piece: flat sums and whole packages
    /// have no price per hour. Nothing in lines for the whole month.
    fn pricing(&self) -> Option<Pricing> {
        let rated = &self.line.line.line;
        if rated.kind != LineKind::Usage {
            return None;
        }
        if rated.amount_num == i128::from(rated.quantity.get()) * i128::from(rated.price_micro) {
            let price = Price::from_micro(rated.price_micro).to_string();
            return Some(Pricing { quantity: decimal(rated.quantity.in_hours()), unit: self.unit(), price });
        }
        let (quantity, price) = if rated.amount < Fen::ZERO { ("-1.0", Fen::ZERO - rated.amount) } else { ("1.0", rated.amount) };
        Some(Pricing { quantity: quantity.to_owned(), unit: "Units", price: price.plain() })
    }

    fn service_category(&self) -> &'static str {
        match self.line.resource.as_ref().map(|resource| resource.kind) {
            Some(ItemKind::Storage) => "Storage",
            Some(ItemKind::Network) => "Networking",
            Some(ItemKind::Training | ItemKind::Other) => "Other",
            Some(ItemKind::Compute) | None => "Compute",
        }
    }

    /// One name for one price: resource, partition, quality of service, version and tier.
    fn sku_price(&self) -> String {
        let rated = &self.line.line.line;
        let place = [&rated.resource, &rated.partition, &rated.qos].map(String::as_str).join("/");
        format!("{place}/v{}/{}", rated.tariff_version, rated.tier)
    }

    fn tags(&self) -> String {
        let rated = &self.line.line.line;
        let mut tags = serde_json::Map::new();
        for (name, value) in [("partition", &rated.partition), ("qos", &rated.qos)] {
            if !value.is_empty() {
                tags.insert(name.to_owned(), value.as_str().into());
            }
        }
        serde_json::Value::Object(tags).to_string()
    }
}

/// A whole number with a decimal, too: readers that guess types by the text take all for decimals.
fn decimal(number: String) -> String {
    if number.contains('.') { number } else { format!("{number}.0") }
}
