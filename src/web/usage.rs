//! How much was bought and at what price, in words: no reader meets the code of a unit.

use crate::lang::Lang;
pub use crate::metering::quantity::grouped;

/// 昇腾910B · 1,200 卡时 × ¥12.50. A metered purchase may have its quantity and prices in the lines
/// of its statement only; what is not there is left out.
#[must_use]
pub fn bought(lang: Lang, resource: &str, number: &str, unit: &str, unit_price: &str) -> String {
    match (number, unit_price) {
        ("", _) => resource.to_owned(),
        (_, "") => format!("{resource} · {}", quantity(lang, number, unit)),
        _ => format!("{resource} · {} × {}", quantity(lang, number, unit), price(unit_price)),
    }
}

/// 1,200 卡时 / 1,200 card hours; nothing for no number.
#[must_use]
pub fn quantity(lang: Lang, number: &str, unit: &str) -> String {
    if number.is_empty() {
        return String::new();
    }
    let unit = match unit {
        "card_hour" => lang.pick("卡时", "card hours"),
        "gib_hour" => lang.pick("GiB·时", "GiB hours"),
        "core_hour" => lang.pick("核时", "core hours"),
        "node_hour" => lang.pick("节点时", "node hours"),
        "tb_month" => lang.pick("TB·月", "TB months"),
        other => other,
    };
    format!("{} {unit}", grouped(number))
}

/// ¥12.50: a unit price in yuan, with all of its decimals and at least two.
#[must_use]
pub fn price(yuan: &str) -> String {
    let decimals = yuan.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let more = match decimals {
        0 => ".00",
        1 => "0",
        _ => "",
    };
    format!("¥{}{more}", grouped(yuan))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_and_prices_read_as_on_a_bill() {
        assert_eq!(quantity(Lang::Zh, "109200", "card_hour"), "109,200 卡时");
        assert_eq!(quantity(Lang::En, "1200.25", "node_hour"), "1,200.25 node hours");
        assert_eq!(quantity(Lang::Zh, "80", "次"), "80 次");
        assert_eq!(bought(Lang::Zh, "昇腾910B", "1200", "card_hour", "12.5"), "昇腾910B · 1,200 卡时 × ¥12.50");
        assert_eq!(bought(Lang::Zh, "昇腾910B", "1200", "card_hour", ""), "昇腾910B · 1,200 卡时");
        assert_eq!(bought(Lang::Zh, "昇腾910B", "", "", ""), "昇腾910B");
        assert_eq!([price("24"), price("12.5"), price("1980.125")], ["¥24.00", "¥12.50", "¥1,980.125"]);
    }
}
