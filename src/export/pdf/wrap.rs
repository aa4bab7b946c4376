//! Breaking text into lines: Chinese between characters, Latin between words, and never a comma
//! at the beginning of a line or an opening bracket at its end (避头尾).

use super::fonts::Fonts;
use super::length::Len;
use super::style::Style;

/// May not begin a line.
const NOT_FIRST: &str = "，。、；：？！）》」』】〕〉”’％‰℃…—·～,.;:!?)]}%°";
/// May not end a line.
const NOT_LAST: &str = "（《「『【〔〈“‘￥¥$([{第";

/// The lines of `text` when set in `style` on a measure of `width`. A line break in the text is
/// kept. An empty text has no lines.
pub(crate) fn wrap(fonts: &Fonts, text: &str, style: Style, width: Len) -> Vec<String> {
    text.lines().flat_map(|paragraph| wrap_paragraph(fonts, paragraph, style, width)).collect()
}

/// As [`wrap`], but with lines of about the same length: a cell does not end in a single lonely
/// character when the same number of lines can be filled evenly.
pub(crate) fn wrap_evenly(fonts: &Fonts, text: &str, style: Style, width: Len) -> Vec<String> {
    let mut even = wrap(fonts, text, style, width);
    if even.len() < 2 || even.len() > 4 {
        return even;
    }
    for tenths in [9, 8, 7, 6] {
        let narrower = wrap(fonts, text, style, width.share(tenths, 10));
        if narrower.len() > even.len() {
            break;
        }
        even = narrower;
    }
    even
}

fn wrap_paragraph(fonts: &Fonts, paragraph: &str, style: Style, width: Len) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = Len::ZERO;
    for piece in pieces(paragraph) {
        let natural = fonts.width(piece.trim_end(), style.size, style.weight);
        if used + natural <= width {
            line.push_str(&piece);
            used += fonts.width(&piece, style.size, style.weight);
            continue;
        }
        if !line.is_empty() {
            push(&mut lines, &mut line);
            used = Len::ZERO;
        }
        if natural <= width {
            used = fonts.width(&piece, style.size, style.weight);
            line = piece;
            continue;
        }
        // A word wider than the whole measure (an address, a digest) breaks anywhere.
        for character in piece.chars() {
            let advance = fonts.char_width(character, style.size, style.weight);
            if used + advance > width && !line.is_empty() {
                push(&mut lines, &mut line);
                used = Len::ZERO;
            }
            line.push(character);
            used += advance;
        }
    }
    push(&mut lines, &mut line);
    lines
}

fn push(lines: &mut Vec<String>, line: &mut String) {
    let finished = std::mem::take(line);
    let finished = finished.trim_end();
    if !finished.is_empty() || lines.is_empty() {
        lines.push(finished.to_owned());
    }
}

/// The pieces between which a line may end; spaces belong to the piece before them.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = None;
    for character in text.chars() {
        match (before, pieces.last_mut()) {
            (Some(left), Some(piece)) if !may_break(left, character) => piece.push(character),
            _ => pieces.push(character.to_string()),
        }
        before = Some(character);
    }
    pieces
}

fn may_break(left: char, right: char) -> bool {
    // A unit keeps to its number: 9日, 元 after an amount.
    let number_and_unit = left.is_ascii_digit() && matches!(right, '年' | '月' | '日' | '元' | '条');
    if right == ' ' || number_and_unit || NOT_FIRST.contains(right) || NOT_LAST.contains(left) {
        return false;
    }
    left == ' ' || is_wide(left) || is_wide(right)
}

/// Ideographs, kana and full-width punctuation: what can stand at the end of a line on its own.
fn is_wide(character: char) -> bool {
    matches!(u32::from(character), 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x20000..=0x3ffff)
}
