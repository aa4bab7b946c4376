//! Pages of a PDF as pixels.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::font::{FontData, FontQuery};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::{Font, MOST_PAGES, NoPicture};

/// Widest page, and how much larger it is drawn: an OFD's pages are measured in millimetres.
const SCALES: [(f32, f32); 5] = [(320.0, 5.0), (700.0, 1.8), (1_300.0, 1.0), (2_600.0, 0.5), (5_200.0, 0.25)];
/// A page that is longer than this many times its width is no paper.
const LONGEST: f32 = 14_400.0;
const MOST_PIXELS: usize = 24_000_000;

pub(super) fn draw(bytes: Vec<u8>, font: Option<&Font>) -> Result<Vec<u8>, NoPicture> {
    let pdf = Pdf::new(bytes).map_err(|why| match why {
        LoadPdfError::Decryption(_) => NoPicture::Locked,
        LoadPdfError::Invalid => NoPicture::Broken,
    })?;
    let settings = InterpreterSettings { font_resolver: resolver(font), ..InterpreterSettings::default() };
    let cache = RenderCache::new();
    let (mut sheets, mut pixels) = (Vec::new(), 0);
    for page in pdf.pages().iter().take(MOST_PAGES) {
        let (width, height) = page.render_dimensions();
        let scale = SCALES.iter().find(|(widest, _)| width <= *widest).map(|(_, scale)| *scale);
        let scale = scale.filter(|_| height <= LONGEST).ok_or(NoPicture::TooLarge)?;
        let sized = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let sheet = render(page, &cache, &settings, &RenderSettings::default(), &sized);
        let (width, height) = (usize::from(sheet.width()), usize::from(sheet.height()));
        pixels += width * height;
        if pixels > MOST_PIXELS {
            break;
        }
        sheets.push((width, height, sheet.data_as_u8_slice().to_vec()));
    }
    below_one_another(&sheets)
}

/// Fonts that are not in the file: its own for Latin, ours for Chinese.
fn resolver(font: Option<&Font>) -> hayro::hayro_interpret::FontResolverFn {
    let ours: Option<(FontData, u32)> = font.map(|font| {
        let bytes: FontData = font.bytes.clone();
        (bytes, font.face)
    });
    Arc::new(move |query| match query {
        FontQuery::Standard(standard) => Some(standard.get_font_data()),
        FontQuery::Fallback(fallback) if fallback.character_collection.is_some() => ours.clone(),
        FontQuery::Fallback(fallback) => Some(fallback.pick_standard_font().get_font_data()),
    })
}

/// One PNG of all sheets, each at the left on white.
fn below_one_another(sheets: &[(usize, usize, Vec<u8>)]) -> Result<Vec<u8>, NoPicture> {
    let width = sheets.iter().map(|(width, _, _)| *width).max().filter(|width| *width > 0).ok_or(NoPicture::Broken)?;
    let height: usize = sheets.iter().map(|(_, height, _)| *height).sum();
    let mut pixels = Vec::with_capacity(width * height * 3);
    for (own, _, sheet) in sheets {
        for row in sheet.chunks(own * 4) {
            // White shines through: the pixels are opaque already.
            pixels.extend(row.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3)));
            pixels.resize(pixels.len() + (width - own) * 3, u8::MAX);
        }
    }
    let (width, height) = (u32::try_from(width), u32::try_from(height));
    let (Ok(width), Ok(height)) = (width, height) else { return Err(NoPicture::TooLarge) };
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(|_| NoPicture::TooLarge)?;
    writer.write_image_data(&pixels).map_err(|_| NoPicture::TooLarge)?;
    writer.finish().map_err(|_| NoPicture::TooLarge)?;
    Ok(png)
}
