//! Lengths on paper, in thousandths of a point, as integers: the same input gives the same
//! layout on every machine. Floats appear only where a length is handed to the PDF writer.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use printpdf::Pt;

/// A length in thousandths of a PostScript point (1/72 inch).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Len(i64);

impl Len {
    pub(crate) const ZERO: Len = Len(0);

    pub(crate) const fn pt(points: i64) -> Len {
        Len(points * 1000)
    }

    /// Tenths of a point: `Len::deci(105)` is 10.5 pt, 五号.
    pub(crate) const fn deci(tenths: i64) -> Len {
        Len(tenths * 100)
    }

    /// Millimetres, to the nearest thousandth of a point below.
    pub(crate) const fn mm(millimetres: i64) -> Len {
        Len(millimetres * 2_834_646 / 1000)
    }

    /// What a share of `part` of `whole` takes of this length.
    pub(crate) fn share(self, part: i64, whole: i64) -> Len {
        if whole <= 0 { Len::ZERO } else { Len(self.0 * part / whole) }
    }

    /// The advance of `units` of a font with `per_em` units at this size.
    pub(crate) fn advance(self, units: u16, per_em: u16) -> Len {
        self.share(i64::from(units), i64::from(per_em))
    }

    /// How often `other` goes into this length.
    pub(crate) fn times(self, other: Len) -> usize {
        if other.0 <= 0 { 0 } else { usize::try_from(self.0 / other.0).unwrap_or(0) }
    }

    /// For the PDF writer. Pages are far below the 32,767 points that fit.
    #[expect(clippy::float_arithmetic, reason = "the PDF writer takes floats; this is the one place where a length becomes one")]
    pub(crate) fn to_pt(self) -> Pt {
        let whole = i16::try_from(self.0.div_euclid(1000)).unwrap_or(i16::MAX);
        let rest = i16::try_from(self.0.rem_euclid(1000)).unwrap_or(0);
        Pt(f32::from(whole) + f32::from(rest) / 1000.0)
    }
}

impl Add for Len {
    type Output = Len;
    fn add(self, other: Len) -> Len {
        Len(self.0 + other.0)
    }
}

impl Sub for Len {
    type Output = Len;
    fn sub(self, other: Len) -> Len {
        Len(self.0 - other.0)
    }
}

impl Neg for Len {
    type Output = Len;
    fn neg(self) -> Len {
        Len(-self.0)
    }
}

impl AddAssign for Len {
    fn add_assign(&mut self, other: Len) {
        *self = *self + other;
    }
}

impl SubAssign for Len {
    fn sub_assign(&mut self, other: Len) {
        *self = *self - other;
    }
}

impl Mul<i64> for Len {
    type Output = Len;
    fn mul(self, factor: i64) -> Len {
        Len(self.0 * factor)
    }
}

impl Mul<usize> for Len {
    type Output = Len;
    fn mul(self, factor: usize) -> Len {
        self * i64::try_from(factor).unwrap_or(i64::MAX)
    }
}

impl Div<i64> for Len {
    type Output = Len;
    fn div(self, divisor: i64) -> Len {
        Len(self.0 / divisor.max(1))
    }
}

impl std::iter::Sum for Len {
    fn sum<I: Iterator<Item = Len>>(iter: I) -> Len {
        iter.fold(Len::ZERO, Add::add)
    }
}
