//! A tariff 资费: what a unit-hour costs, as versioned data. A version never changes; it is valid
//! from the first instant of a day on the contract's clock until the next version begins
//! (metering.md §2, "Choices for us").
//!
//! All tiers are half-open `(from, to]` in exact unit-milliseconds, so that 99.5 card-hours fall
//! into one tier like any other quantity.

mod diff;
mod price;
mod read;
mod write;

pub use diff::{Change, diff};
pub use price::{NotAPrice, Price};
pub use read::{MODELS, read_tariff};

use chrono::NaiveDate;

use super::quantity::{Unit, UnitMillis};
use crate::codes::codes;
use crate::lang::Text;
use crate::money::Fen;

codes! {
    /// Over what the price tiers and packages count; they begin anew with the next window.
    Accumulate { Month = "month", Contract = "contract", Year = "year" }
}

codes! {
    /// How the exact amount of a line becomes whole fen.
    Rounding {
        /// Half a fen and more goes up, once per line.
        HalfUp = "half_up",
        /// 抹零: down to the fen; what was cut off is carried to the next line of the contract.
        FloorCarry = "floor_carry",
    }
}

codes! {
    /// Kinds of prepaid money, kept apart because only cash was really paid.
    PoolKind { Bonus = "bonus", Coupon = "coupon", Cash = "cash" }
}

impl Accumulate {
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Accumulate::Month => Text::new("按月累计", "per month"),
            Accumulate::Contract => Text::new("按合同累计", "per contract"),
            Accumulate::Year => Text::new("按自然年累计", "per calendar year"),
        }
    }
}

impl Rounding {
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Rounding::HalfUp => Text::new("四舍五入到分", "half-up to the fen"),
            Rounding::FloorCarry => Text::new("抹零并结转余数", "down to the fen, the rest carried"),
        }
    }
}

impl PoolKind {
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            PoolKind::Bonus => Text::new("赠送金", "bonus"),
            PoolKind::Coupon => Text::new("代金券", "coupon"),
            PoolKind::Cash => Text::new("现金", "cash"),
        }
    }
}

/// One version of a tariff. [`read_tariff`] makes only versions that hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    pub code: String,
    pub version: i64,
    /// First day on the contract's clock.
    pub valid_from: NaiveDate,
    pub accumulate: Accumulate,
    pub rounding: Rounding,
    /// Least amount of a month in which the contract runs, in whole or in part.
    pub min: Option<Fen>,
    /// Most that a month costs.
    pub max: Option<Fen>,
    /// In which order prepaid money is drawn; a kind that is not named is not drawn.
    pub prepaid_order: Vec<PoolKind>,
    /// One rate per resource.
    pub rates: Vec<Rate>,
}

/// What one resource costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    pub resource: String,
    pub unit: Unit,
    pub model: Model,
}

/// How a price is found. Prices are per unit-hour where nothing else is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Model {
    Flat {
        price: Price,
    },
    /// 阶梯累进: every part of the quantity at the price of the tier that it lies in.
    Graduated {
        tiers: Vec<PriceTier>,
    },
    /// 全量阶梯: the whole quantity of a month at the price of the tier that the accumulated
    /// quantity ends in. With a window longer than a month the tier is found by what accumulated
    /// up to the end of the month, and months before are not priced again.
    Volume {
        tiers: Vec<PriceTier>,
    },
    /// 套餐包: whole packages, rounded up over the window; the price is per package.
    Package {
        size: UnitMillis,
        price: Price,
    },
    /// A price per partition and quality of service.
    Matrix {
        cells: Vec<Cell>,
    },
    /// 预留: so many units held for the whole period cost their price, used or not; what a month
    /// used beyond units × period costs the other price.
    Reserved {
        units: i64,
        price_reserved: Price,
        price_over: Price,
    },
}

/// A price tier; not a tier of the voucher scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceTier {
    /// Exclusive; 0 in the first tier.
    pub from: UnitMillis,
    /// Inclusive; `None` in the last tier.
    pub to: Option<UnitMillis>,
    pub price: Price,
    /// Charged once per window, on entering the tier.
    pub flat: Fen,
}

/// A price for a partition and a quality of service; `*` stands for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub partition: String,
    pub qos: String,
    pub price: Price,
}

/// Any partition, any quality of service.
pub const ANY: &str = "*";

impl Tariff {
    #[must_use]
    pub fn rate(&self, resource: &str) -> Option<&Rate> {
        self.rates.iter().find(|rate| rate.resource == resource)
    }
}

impl Model {
    /// The model's name in files: `graduated`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Model::Flat { .. } => "flat",
            Model::Graduated { .. } => "graduated",
            Model::Volume { .. } => "volume",
            Model::Package { .. } => "package",
            Model::Matrix { .. } => "matrix",
            Model::Reserved { .. } => "reserved",
        }
    }

    #[must_use]
    pub fn title(&self) -> Text {
        match self {
            Model::Flat { .. } => Text::new("单一价", "flat price"),
            Model::Graduated { .. } => Text::new("阶梯累进", "graduated tiers"),
            Model::Volume { .. } => Text::new("全量阶梯", "volume tiers"),
            Model::Package { .. } => Text::new("套餐包", "packages"),
            Model::Matrix { .. } => Text::new("分区 × QoS 价目", "price per partition and QoS"),
            Model::Reserved { .. } => Text::new("预留", "reserved units"),
        }
    }
}

/// The price of a partition and quality of service: the exact cell first, then the partition with
/// any quality, then the quality in any partition, then any.
#[must_use]
pub fn cell_price(cells: &[Cell], partition: &str, qos: &str) -> Option<Price> {
    [(partition, qos), (partition, ANY), (ANY, qos), (ANY, ANY)]
        .into_iter()
        .find_map(|(partition, qos)| cells.iter().find(|cell| cell.partition == partition && cell.qos == qos))
        .map(|cell| cell.price)
}

/// What is wrong with a tariff: the field as a path such as `rates[1].tiers[2].to`; the sentence
/// says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TariffFault {
    pub path: String,
    pub text: Text,
}

/// For logs and command lines.
impl std::fmt::Display for TariffFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.text.en)
    }
}

#[cfg(test)]
mod tests;
