//! The provider's side of the books: what its bill says was charged, and with what it was paid.

use std::collections::BTreeMap;

use crate::codes::codes;
use crate::metering::moment::Month;
use crate::metering::quantity::UnitMillis;
use crate::money::Fen;

codes! {
    /// What a row of a bill does to the customer's account.
    BillKind {
        Charge = "charge",
        /// 退款: cancelled orders and corrections.
        Refund = "refund",
        /// 调账: a compensation (negative) or a deduction (positive).
        Adjustment = "adjustment",
        /// 抹零补扣: charges the parts of a fen that earlier rows left out.
        RoundingCharge = "rounding_charge",
    }
}

/// What an amount was paid with: its eight parts sum to it exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillParts {
    pub cash: Fen,
    /// 信用额度: billed at the end of the month, paid later.
    pub credit: Fen,
    /// 代金券
    pub coupon: Fen,
    /// 现金券
    pub flexi_coupon: Fen,
    /// 储值卡
    pub stored_card: Fen,
    /// 奖励金
    pub bonus: Fen,
    /// 欠费: not paid yet.
    pub debt: Fen,
    /// 欠费核销: arrears that were settled.
    pub adjustment: Fen,
}

impl BillParts {
    #[must_use]
    pub fn total(self) -> Fen {
        self.cash + self.credit + self.debt + self.adjustment + self.non_cash()
    }

    /// Coupons, cards and bonus: never the base of a claim.
    #[must_use]
    pub fn non_cash(self) -> Fen {
        self.coupon + self.flexi_coupon + self.stored_card + self.bonus
    }
}

/// One row of a provider's bill. Amounts are signed from the customer's side: a charge is
/// positive, a refund negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderBillRow {
    /// The row's id, the same in every export.
    pub id: String,
    /// The customer's account at the provider.
    pub account: String,
    /// The billing month on Beijing's clock.
    pub month: Month,
    pub kind: BillKind,
    pub bill_type: i64,
    pub service: String,
    /// `sku_code`, else the type of the resource.
    pub resource: String,
    /// What was to be paid.
    pub amount: Fen,
    pub parts: BillParts,
    /// List price less discount in 10⁻⁸ yuan, before the parts of a fen were left out; `None` where
    /// the row does not say.
    pub exact_e8: Option<i128>,
    /// Resource of our catalogue and card time, where the row tells of any: what the bill counts,
    /// for the comparison with the statement.
    pub metered: Option<(String, UnitMillis)>,
    /// The month was not closed yet when the bill was read: no statement may rest on it.
    pub provisional: bool,
}

/// A month of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillTotals {
    pub charged: Fen,
    /// Zero or negative.
    pub refunded: Fen,
    pub adjusted: Fen,
    /// 抹零补扣 of this and earlier months.
    pub rounding: Fen,
    /// The part of all these that was no cash.
    pub non_cash: Fen,
    /// What the charges left out below a fen (抹零), in 10⁻⁸ yuan. Over the months of an account,
    /// Σ `left_out_e8` less Σ `rounding` stays between zero and one fen.
    pub left_out_e8: i128,
    pub provisional: bool,
}

impl BillTotals {
    #[must_use]
    pub fn total(&self) -> Fen {
        self.charged + self.refunded + self.adjusted + self.rounding
    }
}

/// A fen in 10⁻⁸ yuan.
const FEN_E8: i128 = 1_000_000;

/// Sums bill rows per account and month.
pub fn bill_months<'a>(rows: impl IntoIterator<Item = &'a ProviderBillRow>) -> BTreeMap<(String, Month), BillTotals> {
    let mut months: BTreeMap<(String, Month), BillTotals> = BTreeMap::new();
    for row in rows {
        let totals = months.entry((row.account.clone(), row.month)).or_default();
        let sum = match row.kind {
            BillKind::Charge => &mut totals.charged,
            BillKind::Refund => &mut totals.refunded,
            BillKind::Adjustment => &mut totals.adjusted,
            BillKind::RoundingCharge => &mut totals.rounding,
        };
        *sum += row.amount;
        totals.non_cash += row.parts.non_cash();
        totals.provisional |= row.provisional;
        if row.kind == BillKind::Charge
            && let Some(exact) = row.exact_e8
        {
            totals.left_out_e8 += exact - i128::from(row.amount.get()) * FEN_E8;
        }
    }
    months
}
