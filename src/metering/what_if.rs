//! What a month would have cost under another version of its tariff.

use super::moment::Month;
use super::tariff::Tariff;

/// The versions that a month is rated with when `candidate` takes the place of whatever priced it:
/// earlier months keep their versions, so that what accumulated before stays what it was.
#[must_use]
pub fn in_place(versions: &[Tariff], candidate: &Tariff, month: Month) -> Vec<Tariff> {
    let first = month.first_day();
    let mut tariffs: Vec<Tariff> = versions.iter().filter(|version| version.valid_from < first).cloned().collect();
    // Versions follow one another; the number says nothing in a trial.
    let version = tariffs.last().map_or(candidate.version, |last| candidate.version.max(last.version + 1));
    tariffs.push(Tariff { version, valid_from: first, ..candidate.clone() });
    tariffs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::metering::tariff::read_tariff;

    fn version(number: i64, from: &str) -> Tariff {
        let rates = json!([{"resource": "card", "unit": "card", "model": "flat", "price": "1.00"}]);
        let body = json!({
            "code": "standard", "version": number, "valid_from": from, "currency": "CNY", "accumulate": "month", "rounding": "half_up",
            "rates": rates
        });
        read_tariff(&body).unwrap()
    }

    #[test]
    fn the_candidate_prices_the_month_alone_and_earlier_months_keep_their_versions() {
        let known = [version(1, "2026-01-01"), version(2, "2026-03-01"), version(3, "2026-03-16")];
        let used = in_place(&known, &version(4, "2026-12-01"), Month::parse("2026-03").unwrap());
        let told: Vec<(i64, String)> = used.iter().map(|tariff| (tariff.version, tariff.valid_from.to_string())).collect();
        assert_eq!(told, [(1, "2026-01-01".to_owned()), (4, "2026-03-01".to_owned())]);
        let again = in_place(&known, &known[0], Month::parse("2026-03").unwrap());
        assert_eq!(again.iter().map(|tariff| tariff.version).collect::<Vec<_>>(), [1, 2], "an old version can be tried on a later month");
    }
}
