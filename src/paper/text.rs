//! Values beside their labels in the text of a PDF. What stands side by side on the page is one
//! line here, and a table's cells may follow one another without a space.

use crate::invoice::{amount, day};
use crate::money::Fen;

/// A place of a text at which a label ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label<T> {
    pub what: T,
    /// In bytes.
    pub start: usize,
    pub end: usize,
}

/// The labels of a text in their order; of two that begin at the same place, or overlap, the longer.
pub(super) fn labels<T: Copy>(text: &str, known: &[(&str, T)]) -> Vec<Label<T>> {
    let mut found: Vec<Label<T>> = Vec::new();
    for (word, what) in known {
        found.extend(text.match_indices(word).map(|(start, _)| Label { what: *what, start, end: start + word.len() }));
    }
    found.sort_by_key(|label| (label.start, std::cmp::Reverse(label.end)));
    let mut kept: Vec<Label<T>> = Vec::new();
    for label in found {
        if kept.last().is_none_or(|last| last.end <= label.start) {
            kept.push(label);
        }
    }
    kept
}

/// What stands between the end of a label and the next one, or the end of the line; on the next line
/// when the label ends its own.
pub(super) fn value(text: &str, from: usize, to: usize) -> &str {
    let rest = text.get(from..to).unwrap_or_default();
    let rest = rest.trim_start_matches(['：', '/', '|', '　', ' ', '）']);
    let line = rest.split('\n').find(|line| !line.is_empty()).unwrap_or_default();
    line.trim_matches(['：', '|', ' ', '，', '。', '；'])
}

/// The one value of a list in which all are equal; empty values say nothing.
pub(super) fn only<T: Ord>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort();
    values.dedup();
    values.pop().filter(|_| values.is_empty())
}

/// The amount that a text begins with, after signs and words of the currency: `¥1,000.00`,
/// `人民币300000元`, `30万元`. A bare number counts only with two decimals or a unit.
pub(super) fn leading_amount(text: &str) -> Option<Fen> {
    let mut rest = text;
    let mut signed = false;
    while let Some(shorter) =
        ["¥", "￥", "CNY", "RMB", "人民币", "（小写）", "小写", "：", "为"].iter().find_map(|sign| rest.strip_prefix(sign))
    {
        signed |= rest.starts_with(['¥', '￥', 'C', 'R']);
        rest = shorter;
    }
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(rest.len());
    let (digits, unit) = rest.split_at_checked(end)?;
    let plain = digits.replace(',', "");
    let number = amount(plain.trim_end_matches('.')).ok()?;
    if unit.starts_with("万元") {
        return number.get().checked_mul(10_000).map(Fen::new);
    }
    let with_decimals = plain.rsplit_once('.').is_some_and(|(_, decimals)| decimals.len() == 2);
    (with_decimals || signed || unit.starts_with('元')).then_some(number)
}

/// All amounts with a sign of the currency before them.
pub(super) fn signed_amounts(text: &str) -> Vec<Fen> {
    let signs = [('¥', 2), ('￥', 3)];
    let mut found = Vec::new();
    for (sign, length) in signs {
        found.extend(text.match_indices(sign).filter_map(|(at, _)| leading_amount(&format!("¥{}", text.get(at + length..)?))));
    }
    found.extend(text.match_indices("CNY").filter_map(|(at, _)| leading_amount(text.get(at..)?)));
    found
}

/// The amount in words that a text holds, in the form that two are compared in.
pub(super) fn words_in(text: &str) -> Vec<String> {
    const NUMERALS: &str = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿";
    let part = |c: char| NUMERALS.contains(c) || "元圆角分整正".contains(c);
    let runs = text
        .split(|c: char| !part(c))
        .filter(|run| run.contains(['元', '圆']) && run.chars().filter(|c| NUMERALS.contains(*c)).count() > 1);
    runs.map(plain_words).collect()
}

/// 圆 or 元, with or without 整 and 零.
pub(super) fn plain_words(words: &str) -> String {
    words.replace('圆', "元").chars().filter(|c| !matches!(c, '零' | '整' | '正')).collect()
}

/// The day that a text begins with.
pub(super) fn leading_day(text: &str) -> Option<chrono::NaiveDate> {
    let text = text.trim_start_matches(['：', '自', '从', '由']);
    let chinese = || {
        let (year, rest) = text.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        let (date, _) = rest.split_once('日')?;
        (year.len() == 4 && month.len() <= 2 && date.len() <= 2).then(|| day(&format!("{year}年{month}月{date}日")))?
    };
    let plain = || {
        let run: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.')).take(10).collect();
        let run = run.replace(['/', '.'], "-");
        let parts: Vec<&str> = run.split('-').collect();
        match parts.as_slice() {
            [year, month, date, ..] if year.len() == 4 => {
                let date: String = date.chars().take(2).collect();
                day(&format!("{year}-{month:0>2}-{date:0>2}"))
            }
            [compact] if compact.len() == 8 => day(compact),
            _ => None,
        }
    };
    chinese().or_else(plain)
}

/// Does it read like the name of an organisation?
pub(super) fn is_organisation(name: &str) -> bool {
    let long = (4..=60).contains(&name.chars().count());
    long && ["公司", "中心", "大学", "学院", "研究院", "研究所", "厂", "集团", "合作社", "医院", "局", "所"]
        .iter()
        .any(|word| name.contains(word))
}

/// Is one of the lines a title that ends with such a word?
pub(super) fn has_title(lines: &[String], words: &[&str]) -> bool {
    let title = |line: &str| {
        let bare = line.split(['（', '[', '【']).next().unwrap_or(line);
        bare.chars().count() <= 30 && words.iter().any(|word| bare.ends_with(word))
    };
    lines.iter().take(60).any(|line| title(line))
}
