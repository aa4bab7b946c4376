//! Colours and type of the papers: the light tokens of the web pages, on paper.

use printpdf::{Color, Rgb};

use super::length::Len;

/// A colour of eight bits per channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(u8, u8, u8);

pub(crate) const TEXT: Colour = Colour(0x17, 0x21, 0x2b);
pub(crate) const MUTED: Colour = Colour(0x52, 0x60, 0x6d);
pub(crate) const LINE: Colour = Colour(0xd5, 0xdc, 0xe2);
pub(crate) const CONTROL: Colour = Colour(0x7c, 0x8a, 0x97);
pub(crate) const SURFACE: Colour = Colour(0xf5, 0xf7, 0xf8);
pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
pub(crate) const BRAND: Colour = Colour(0x0b, 0x5a, 0x73);
pub(crate) const BRAND_STRONG: Colour = Colour(0x08, 0x3f, 0x52);
pub(crate) const BRAND_SOFT: Colour = Colour(0xe4, 0xf0, 0xf4);
/// Vermilion, for official acts only.
pub(crate) const SEAL: Colour = Colour(0xa6, 0x3a, 0x24);
pub(crate) const OK_TEXT: Colour = Colour(0x14, 0x53, 0x2f);
pub(crate) const OK_GROUND: Colour = Colour(0xdd, 0xf2, 0xe5);
pub(crate) const WARN: Colour = Colour(0x7a, 0x4f, 0x00);
pub(crate) const WARN_GROUND: Colour = Colour(0xfc, 0xef, 0xd2);
pub(crate) const BAD: Colour = Colour(0xa1, 0x26, 0x1c);
pub(crate) const BAD_GROUND: Colour = Colour(0xfb, 0xe1, 0xde);

impl Colour {
    #[expect(clippy::float_arithmetic, reason = "the PDF writer takes channels from 0 to 1")]
    pub(crate) fn to_pdf(self) -> Color {
        let channel = |byte: u8| f32::from(byte) / 255.0;
        Color::Rgb(Rgb::new(channel(self.0), channel(self.1), channel(self.2), None))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// How a run of text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) size: Len,
    /// From one baseline to the next.
    pub(crate) leading: Len,
    pub(crate) weight: Weight,
    pub(crate) colour: Colour,
}

impl Style {
    /// `size` in tenths of a point, `leading` in percent of it.
    pub(crate) const fn new(size: i64, leading: i64, weight: Weight, colour: Colour) -> Style {
        Style { size: Len::deci(size), leading: Len::deci(size * leading / 100), weight, colour }
    }

    pub(crate) const fn in_colour(self, colour: Colour) -> Style {
        Style { colour, ..self }
    }

    pub(crate) const fn bold(self) -> Style {
        Style { weight: Weight::Bold, ..self }
    }

    /// From the top of a line of this style down to its baseline; the ideographic box reaches
    /// 0.88 em above the baseline and 0.12 em below.
    pub(crate) fn baseline(self) -> Len {
        (self.leading - self.size) / 2 + self.size.share(88, 100)
    }
}

pub(crate) const TITLE: Style = Style::new(200, 140, Weight::Bold, TEXT);
pub(crate) const SUBTITLE: Style = Style::new(110, 160, Weight::Regular, MUTED);
pub(crate) const HEADING: Style = Style::new(130, 150, Weight::Bold, BRAND_STRONG);
pub(crate) const SUBHEADING: Style = Style::new(110, 150, Weight::Bold, TEXT);
pub(crate) const BODY: Style = Style::new(105, 172, Weight::Regular, TEXT);
pub(crate) const PLAIN: Style = Style::new(100, 150, Weight::Regular, TEXT);
pub(crate) const CELL: Style = Style::new(88, 145, Weight::Regular, TEXT);
pub(crate) const HEAD_CELL: Style = Style::new(82, 145, Weight::Bold, MUTED);
pub(crate) const SMALL: Style = Style::new(82, 150, Weight::Regular, MUTED);
pub(crate) const FINE: Style = Style::new(72, 145, Weight::Regular, MUTED);
