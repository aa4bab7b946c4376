//! Why usage cannot be priced. A month with such usage has no lines: a price is never guessed.

use chrono::NaiveDate;

use super::super::moment::Month;
use crate::lang::Text;

/// The first thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatingFault {
    #[error("tariff version {version} does not follow the one before it: its number and its first day must both be later")]
    VersionsOutOfOrder { version: i64 },
    #[error("tariff version {version} counts {resource} in another unit than an earlier version; give the resource a new code")]
    UnitChanged { resource: String, version: i64 },
    #[error("usage of {resource} on {day}: no version of the tariff is valid on that day; add one that begins on it or before")]
    NoVersion { day: NaiveDate, resource: String },
    #[error("usage of {resource} on {day}: tariff version {version} has no rate for it; add a version with one")]
    UnknownResource { day: NaiveDate, resource: String, version: i64 },
    #[error(
        "usage of {resource} in partition \"{partition}\" with QoS \"{qos}\": tariff version {version} has no cell for it; add one, or a cell with *"
    )]
    NoCell { resource: String, partition: String, qos: String, version: i64 },
    #[error(
        "usage of {resource} on {day} lies outside of the contract, which runs from {first} to {last}; void it or file it under another contract"
    )]
    OutsideContract { day: NaiveDate, resource: String, first: NaiveDate, last: NaiveDate },
    #[error("usage of {resource} on {day} is below zero; void the event instead")]
    NegativeQuantity { day: NaiveDate, resource: String },
    #[error("{month}: an amount or quantity is larger than can be billed; check the events and the prices of the month")]
    TooLarge { month: Month },
}

impl RatingFault {
    /// The sentence in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let zh = match self {
            RatingFault::VersionsOutOfOrder { version } => {
                format!("资费第 {version} 版未排在前一版之后：版本号与生效日期都须晚于前一版")
            }
            RatingFault::UnitChanged { resource, version } => {
                format!("资费第 {version} 版对「{resource}」使用了与此前不同的计量单位，请为该资源另设代码")
            }
            RatingFault::NoVersion { day, resource } => {
                format!("{day} 的「{resource}」用量：当日没有生效的资费版本，请补充不晚于该日生效的版本")
            }
            RatingFault::UnknownResource { day, resource, version } => {
                format!("{day} 的「{resource}」用量：资费第 {version} 版没有该资源的价格，请新增含该价格的版本")
            }
            RatingFault::NoCell { resource, partition, qos, version } => {
                format!("「{resource}」在分区「{partition}」、QoS「{qos}」的用量：资费第 {version} 版没有对应价目，请补充，或设置 * 通配")
            }
            RatingFault::OutsideContract { day, resource, first, last } => {
                format!("{day} 的「{resource}」用量不在合同期内（{first} 至 {last}），请作废该用量或归入其他合同")
            }
            RatingFault::NegativeQuantity { day, resource } => format!("{day} 的「{resource}」用量为负，请改为作废原事件"),
            RatingFault::TooLarge { month } => format!("{month}：金额或用量超出可出账范围，请核对当月事件与单价"),
        };
        Text::new(zh, self.to_string())
    }
}
