//! What the text of a PDF says, by pattern and not by neighbour: the tax bureau's own PDF draws all
//! labels first and then the values (formats.md §2.6). What two patterns could mean is left empty.

use unicode_normalization::UnicodeNormalization;

use super::super::dialects::red_of_remark;
use super::super::field::{Field, Place, Sheet, amount, date, is_hidden, searchable};
use super::super::kind::Kind;
use crate::ids::Uscc;
use crate::money::Fen;

/// What the lines of an invoice say; `None` when they are none.
pub(super) fn sheet(lines: &[String]) -> Option<Sheet> {
    let lines = searchable_lines(lines);
    let whole = lines.concat();
    if !whole.contains("发票") || !whole.contains('税') || !(whole.contains("发票号码") || whole.contains("电子发票")) {
        return None;
    }
    let mut sheet = Sheet::new(Place::Text);
    let special = whole.contains("专用发票");
    sheet.special = (special != whole.contains("普通发票")).then_some(special);
    sheet.red_of = red_of_remark(&whole);
    if whole.contains("电子发票（") {
        sheet.kind = Some(Kind::Digital);
        digital_number(&mut sheet, &lines, &whole);
    } else {
        older_key(&mut sheet, &lines, &whole);
    }
    if let Some(day) = only(days(&whole)).or_else(|| labelled(&whole, "开票日期：", 20).and_then(|rest| days(&rest).into_iter().next()))
    {
        sheet.say(Field::Date, &day);
    }
    sheet.in_words = only(lines.iter().flat_map(|line| in_words(line)).collect());
    amounts(&mut sheet, &lines, &whole);
    parties(&mut sheet, &lines, &whole);
    Some(sheet)
}

/// Lines in the form in which text is searched, without the blank ones.
pub(super) fn searchable_lines(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| searchable(&without_radicals(line))).filter(|line| !line.is_empty()).collect()
}

/// Programs that print through a system font name radicals (⼒, U+2F12) where characters that look the
/// same stand (力).
fn without_radicals(line: &str) -> String {
    let plain = |c: char| if ('\u{2e80}'..='\u{2fdf}').contains(&c) { std::iter::once(c).nfkc().next().unwrap_or(c) } else { c };
    line.chars().map(plain).collect()
}

/// The one value of a list in which all are equal.
fn only(mut found: Vec<String>) -> Option<String> {
    found.sort();
    found.dedup();
    found.pop().filter(|_| found.is_empty())
}

/// The characters after the first such label.
fn labelled(whole: &str, label: &str, length: usize) -> Option<String> {
    whole.split_once(label).map(|(_, rest)| rest.chars().take(length).collect())
}

/// Runs of digits. Some programs print a number and the year of the day behind it as one run.
fn digit_runs(line: &str) -> Vec<String> {
    let (mut runs, mut run) = (Vec::new(), String::new());
    for c in line.chars().chain([' ']) {
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        if c == '年' {
            run.truncate(run.len().saturating_sub(4));
        }
        runs.extend(Some(std::mem::take(&mut run)).filter(|run| !run.is_empty()));
    }
    runs
}

fn digital_number(sheet: &mut Sheet, lines: &[String], whole: &str) {
    // The confirmation of a red letter has 20 digits too.
    let others = |line: &&String| !line.contains("红冲") && !line.contains("确认单");
    let runs = lines.iter().filter(others).flat_map(|line| digit_runs(line));
    let numbers = runs.filter(|run| run.len() == 20 && run.starts_with('2') && sheet.red_of.as_ref() != Some(run)).collect();
    let beside = || labelled(whole, "发票号码：", 24).and_then(|rest| digit_runs(&rest).into_iter().next()).filter(|run| run.len() == 20);
    if let Some(number) = only(numbers).or_else(beside) {
        sheet.say(Field::Number, &number);
    }
}

fn older_key(sheet: &mut Sheet, lines: &[String], whole: &str) {
    let electronic = |code: &str| code.len() == 12 && code.starts_with('0') && matches!(code.get(10..), Some("11" | "12" | "13"));
    let runs: Vec<String> = lines.iter().flat_map(|line| digit_runs(line)).collect();
    // Code and number drawn as one run are told apart by their widths.
    let joined = runs.iter().filter(|run| run.len() == 20).filter_map(|run| run.split_at_checked(12)).find(|(code, _)| electronic(code));
    if let Some((code, number)) = joined {
        sheet.say(Field::Code, code);
        sheet.say(Field::Number, number);
        return;
    }
    let beside = |label: &str| labelled(whole, label, 24).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let beside = |label: &str| beside(label).and_then(|rest| digit_runs(&rest).into_iter().next());
    let code = beside("发票代码：").filter(|code| matches!(code.len(), 10 | 12));
    let number = beside("发票号码：").filter(|number| number.len() == 8);
    let codes = || only(runs.iter().filter(|run| electronic(run)).cloned().collect());
    let numbers = || only(runs.iter().filter(|run| run.len() == 8 && date(run).is_none()).cloned().collect());
    if let (Some(code), Some(number)) = (code.or_else(codes), number.or_else(numbers)) {
        sheet.say(Field::Code, &code);
        sheet.say(Field::Number, &number);
    }
}

/// All days written as `2026年03月09日`.
fn days(text: &str) -> Vec<String> {
    let day = |(before, after): (&str, &str)| {
        let year: String = before.chars().rev().take(4).collect::<Vec<char>>().into_iter().rev().collect();
        let rest: String = after.split_once('日').map(|(rest, _)| rest.chars().take(5).collect()).unwrap_or_default();
        date(&format!("{year}年{rest}日")).map(|day| day.to_string())
    };
    text.match_indices('年').filter_map(|(at, year)| day((text.get(..at)?, text.get(at + year.len()..)?))).collect()
}

/// Amounts in words on a line; below zero they begin with 负 or （负数）.
fn in_words(line: &str) -> Vec<String> {
    const NUMERALS: &str = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿";
    let part = |c: char| NUMERALS.contains(c) || "元圆角分整正".contains(c);
    let below = line.contains('负');
    let runs =
        line.split(|c: char| !part(c)).filter(|run| run.chars().any(|c| NUMERALS.contains(c)) && run.contains(['元', '圆', '角', '分']));
    runs.map(|run| format!("{}{run}", if below { "（负数）" } else { "" })).collect()
}

/// Amounts with the sign of the currency: net, tax and total in whatever order. Tax is the smallest,
/// no rate being above one half.
fn amounts(sheet: &mut Sheet, lines: &[String], whole: &str) {
    let mut found: Vec<Fen> = whole.split(['¥', '￥']).skip(1).filter_map(currency).collect();
    found.sort_by_key(|amount| amount.get().abs());
    let hidden = lines.iter().any(|line| is_hidden(line));
    match found.as_slice() {
        [tax, net, total] if *net + *tax == *total => {
            sheet.say(Field::Net, &net.plain());
            sheet.say(Field::Tax, &tax.plain());
            sheet.say(Field::Total, &total.plain());
        }
        [net, total] if hidden && net == total => {
            sheet.say(Field::Net, &net.plain());
            sheet.say(Field::Tax, "***");
            sheet.say(Field::Total, &total.plain());
        }
        _ => {}
    }
}

/// The amount that a text begins with; it has two decimals.
fn currency(text: &str) -> Option<Fen> {
    let (whole, rest) = text.split_once('.')?;
    let shape = whole.chars().enumerate().all(|(at, c)| c.is_ascii_digit() || c == ',' || (at == 0 && c == '-'));
    let decimals = rest.get(..2).filter(|decimals| decimals.bytes().all(|b| b.is_ascii_digit()))?;
    amount(&format!("{whole}.{decimals}")).ok().filter(|_| shape && !whole.is_empty())
}

/// Buyer and seller, by labels that stand with their values, or in the order of the tax bureau's own
/// layout. The buyer's half is drawn first; where it is not, nobody is named. A name that may go on
/// in the next line is none.
fn parties(sheet: &mut Sheet, lines: &[String], whole: &str) {
    let first = |word: &str| whole.find(word).unwrap_or(usize::MAX);
    if first("购") > first("销") {
        return;
    }
    let beside = |label: &str| -> Vec<&str> {
        let pairs = lines.iter().zip(lines.iter().skip(1));
        let values = pairs.filter_map(|(line, next)| Some((line.split_once(label)?.1, next)));
        values.filter(|(value, next)| !value.is_empty() && !value.contains('：') && next.contains('：')).map(|(value, _)| value).collect()
    };
    if let [buyer, seller] = beside("名称：").as_slice() {
        sheet.say(Field::Buyer, buyer);
        sheet.say(Field::Seller, seller);
        let ids: Vec<&str> = lines.iter().filter_map(|line| Some(line.split_once("纳税人识别号：")?.1)).collect();
        if let [buyer_id, seller_id] = ids.as_slice() {
            sheet.say(Field::BuyerId, buyer_id);
            sheet.say(Field::SellerId, seller_id);
        }
        return;
    }
    let is_name = |line: &str| !line.contains(['：', '¥']) && line.chars().any(|c| ('\u{4e00}'..='\u{9fa5}').contains(&c));
    for part in lines.windows(5).filter(|_| sheet.kind == Some(Kind::Digital)) {
        let [before, buyer, buyer_id, seller, seller_id] = part else { continue };
        let begins = before.ends_with('：') || !days(before).is_empty();
        if begins && is_name(buyer) && is_name(seller) && Uscc::parse(buyer_id).is_ok() && Uscc::parse(seller_id).is_ok() {
            sheet.say(Field::Buyer, buyer);
            sheet.say(Field::BuyerId, buyer_id);
            sheet.say(Field::Seller, seller);
            sheet.say(Field::SellerId, seller_id);
            return;
        }
    }
}
