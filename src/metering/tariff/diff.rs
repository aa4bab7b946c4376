//! What changed between two versions, row by row, for a page.

use super::{Model, PriceTier, Rate, Tariff};
use crate::lang::Text;
use crate::metering::quantity::UnitMillis;

/// One field that differs. `None` where the version has no such field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: Text,
    pub before: Option<Text>,
    pub after: Option<Text>,
}

/// The fields that differ, in the order of the older version, then what is new. Rates are matched
/// by their resource, tiers by their place, cells by partition and QoS.
#[must_use]
pub fn diff(old: &Tariff, new: &Tariff) -> Vec<Change> {
    let (before, after) = (fields(old), fields(new));
    let find = |fields: &[(Text, Text)], field: &Text| fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone());
    let mut changes = Vec::new();
    for (field, value) in &before {
        let now = find(&after, field);
        if now.as_ref() != Some(value) {
            changes.push(Change { field: field.clone(), before: Some(value.clone()), after: now });
        }
    }
    for (field, value) in after {
        if find(&before, &field).is_none() {
            changes.push(Change { field, before: None, after: Some(value) });
        }
    }
    changes
}

/// Every field of a version with its value, as people read them.
fn fields(tariff: &Tariff) -> Vec<(Text, Text)> {
    let mut fields = vec![
        (Text::new("资费代码", "code"), Text::same(&tariff.code)),
        (Text::new("版本", "version"), Text::same(tariff.version.to_string())),
        (Text::new("生效日期", "valid from"), Text::same(tariff.valid_from.to_string())),
        (Text::new("累计方式", "accumulation"), tariff.accumulate.title()),
        (Text::new("取整方式", "rounding"), tariff.rounding.title()),
    ];
    fields.extend(tariff.min.map(|min| (Text::new("每月最低金额", "least per month"), Text::same(min.display()))));
    fields.extend(tariff.max.map(|max| (Text::new("每月封顶金额", "most per month"), Text::same(max.display()))));
    let order: Vec<Text> = tariff.prepaid_order.iter().map(|kind| kind.title()).collect();
    let join = |pick: fn(&Text) -> &str| order.iter().map(pick).collect::<Vec<_>>().join(" → ");
    fields.push((Text::new("预付款扣减顺序", "order of prepaid money"), Text::new(join(|text| &text.zh), join(|text| &text.en))));
    for rate in &tariff.rates {
        rate_fields(rate, &mut fields);
    }
    fields
}

fn rate_fields(rate: &Rate, fields: &mut Vec<(Text, Text)>) {
    let name = |zh: &str, en: &str| Text::new(format!("{} · {zh}", rate.resource), format!("{} · {en}", rate.resource));
    let price = |price: super::Price| Text::same(format!("¥{price}"));
    let hour = rate.unit.hour();
    let hours = |quantity: UnitMillis| Text::new(format!("{} {}", quantity.shown(), hour.zh), format!("{} {}", quantity.shown(), hour.en));
    fields.push((name("计量单位", "unit"), Text::new(&hour.zh, &hour.en)));
    fields.push((name("计价方式", "model"), rate.model.title()));
    match &rate.model {
        Model::Flat { price: flat } => fields.push((name("单价", "price"), price(*flat))),
        Model::Graduated { tiers } | Model::Volume { tiers } => {
            for (at, tier) in tiers.iter().enumerate() {
                tier_fields(tier, hours, fields, |zh, en| name(&format!("第 {} 档{zh}", at + 1), &format!("tier {} {en}", at + 1)));
            }
        }
        Model::Package { size, price: package } => {
            fields.push((name("每包数量", "package size"), hours(*size)));
            fields.push((name("每包价格", "price per package"), price(*package)));
        }
        Model::Matrix { cells } => {
            for cell in cells {
                let place = format!("{} × {}", cell.partition, cell.qos);
                fields.push((name(&format!("{place} 单价"), &format!("{place} price")), price(cell.price)));
            }
        }
        Model::Reserved { units, price_reserved, price_over } => {
            fields.push((name("预留数量", "reserved units"), Text::same(units.to_string())));
            fields.push((name("预留单价", "price of reserved units"), price(*price_reserved)));
            fields.push((name("超出单价", "price beyond"), price(*price_over)));
        }
    }
}

fn tier_fields(tier: &PriceTier, hours: impl Fn(UnitMillis) -> Text, fields: &mut Vec<(Text, Text)>, name: impl Fn(&str, &str) -> Text) {
    let (from, above) = (tier.from.shown(), hours(tier.from));
    let range = match tier.to.map(hours) {
        Some(to) => Text::new(format!("{from} 以上至 {}", to.zh), format!("above {from} up to {}", to.en)),
        None => Text::new(format!("{} 以上", above.zh), format!("above {}", above.en)),
    };
    fields.push((name("范围", "range"), range));
    fields.push((name("单价", "price"), Text::same(format!("¥{}", tier.price))));
    if !tier.flat.is_zero() {
        fields.push((name("固定费", "flat sum"), Text::same(tier.flat.display())));
    }
}
