//! 合同: number, parties, price, day of signing and term, where the text says each in one way only.

use super::text::{has_title, is_organisation, labels, leading_amount, leading_day, only, plain_words, value, words_in};
use super::{PaperField, PaperKind, Reading, Source, Suggestion};
use crate::ids::{Uscc, normal_code};
use crate::lang::Text;
use crate::money::Fen;

const TITLES: &[&str] = &["合同", "协议", "合同书", "协议书", "订单"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    PartyA,
    PartyB,
    Id,
    Number,
    Price,
    SignedOn,
    Service,
    Stop,
}

const WORDS: &[(&str, Word)] = &[
    ("甲方", Word::PartyA),
    ("乙方", Word::PartyB),
    ("统一社会信用代码", Word::Id),
    ("纳税人识别号", Word::Id),
    ("合同编号", Word::Number),
    ("协议编号", Word::Number),
    ("订单编号", Word::Number),
    ("合同号", Word::Number),
    ("合同总金额", Word::Price),
    ("合同总价", Word::Price),
    ("合同总额", Word::Price),
    ("合同金额", Word::Price),
    ("合同价款", Word::Price),
    ("合同含税总价", Word::Price),
    ("含税总价", Word::Price),
    ("服务费总额", Word::Price),
    ("总金额", Word::Price),
    ("签订日期", Word::SignedOn),
    ("签约日期", Word::SignedOn),
    ("签署日期", Word::SignedOn),
    ("签订时间", Word::SignedOn),
    ("服务内容", Word::Service),
    ("服务名称", Word::Service),
    ("签订地点", Word::Stop),
    ("签约地点", Word::Stop),
    ("法定代表人", Word::Stop),
    ("地址", Word::Stop),
    ("联系人", Word::Stop),
    ("开户行", Word::Stop),
    ("账号", Word::Stop),
    ("电话", Word::Stop),
];

/// What the lines of a contract say; `None` when they are none.
pub(super) fn read(lines: &[String]) -> Option<Reading> {
    let text = lines.join("\n");
    if !(text.contains("甲方") && text.contains("乙方") && has_title(lines, TITLES)) {
        return None;
    }
    let mut reading = Reading { kind: Some(PaperKind::Contract), ..Reading::default() };
    let found = labels(&text, WORDS);
    let values: Vec<(Word, &str)> = found
        .iter()
        .enumerate()
        .map(|(at, label)| (label.what, value(&text, label.end, found.get(at + 1).map_or(text.len(), |next| next.start))))
        .collect();
    let mut say = |field: PaperField, value: Option<String>| {
        reading.suggestions.extend(value.map(|value| Suggestion { field, value, source: Source::Text }));
    };
    let of = |word: Word| values.iter().filter(move |(what, _)| *what == word).map(|(_, value)| *value);
    say(PaperField::Number, only(of(Word::Number).filter_map(number)));
    say(PaperField::DatedOn, only(of(Word::SignedOn).filter_map(leading_day)).map(|day| day.to_string()));
    say(PaperField::Service, only(of(Word::Service).map(str::to_owned).filter(|text| (2..=60).contains(&text.chars().count()))));
    for (party, name, id) in
        [(Word::PartyA, PaperField::PartyAName, PaperField::PartyAId), (Word::PartyB, PaperField::PartyBName, PaperField::PartyBId)]
    {
        say(name, only(of(party).filter_map(party_name)));
        say(id, only(ids_of(&values, party)));
    }
    if let Some((from, to)) = only(terms(&text)) {
        say(PaperField::ContractFrom, Some(from.to_string()));
        say(PaperField::ContractTo, Some(to.to_string()));
    }
    match price(of(Word::Price)) {
        Ok(price) => say(PaperField::Amount, price.map(Fen::plain)),
        Err(why) => reading.warnings.push(why),
    }
    Some(reading)
}

/// A number: letters, digits and the signs that offices put between them. It holds a digit.
fn number(text: &str) -> Option<String> {
    let fits = |c: &char| c.is_ascii_alphanumeric() || "-_/.〔〕[]（）字第号年".contains(*c);
    let number: String = text.chars().take_while(fits).take(60).collect();
    number.chars().any(|c| c.is_ascii_digit()).then_some(number)
}

/// 甲方（购买方）：武汉…公司, 委托方（甲方）：武汉…公司.
fn party_name(text: &str) -> Option<String> {
    let text = match text.strip_prefix('（') {
        Some(rest) => rest.split_once('）')?.1,
        None => text,
    };
    let name = text.trim_matches(['：', '）', ' ']).split(['，', '。', '；', '、']).next().unwrap_or_default();
    (is_organisation(name) && !name.contains(['应', '须', '将', '向'])).then(|| name.to_owned())
}

/// The codes that stand behind a party's name, before the other party is named.
fn ids_of(values: &[(Word, &str)], party: Word) -> Vec<String> {
    let (mut current, mut ids) = (None, Vec::new());
    for (what, value) in values {
        match what {
            Word::PartyA | Word::PartyB if party_name(value).is_some() => current = Some(*what),
            Word::Id if current == Some(party) => {
                let code: String = normal_code(value).chars().take(18).collect::<String>().to_ascii_uppercase();
                ids.extend(Uscc::parse(&code).ok().map(|_| code));
            }
            _ => {}
        }
    }
    ids
}

/// Every `自 day 起至 day 止`.
fn terms(text: &str) -> Vec<(chrono::NaiveDate, chrono::NaiveDate)> {
    let text = text.replace('\n', "");
    let term = |at: usize| {
        let rest = text.get(at + '自'.len_utf8()..)?;
        let from = leading_day(rest)?;
        let (before, after) = rest.split_once('至')?;
        let to = leading_day(after)?;
        (before.chars().count() <= 14 && from <= to).then_some((from, to))
    };
    text.match_indices('自').filter_map(|(at, _)| term(at)).collect()
}

/// The price, equal to the one in words where it stands beside it.
fn price<'a>(values: impl Iterator<Item = &'a str>) -> Result<Option<Fen>, Text> {
    let mut prices = Vec::new();
    for value in values {
        let value = value.trim_start_matches(['为', '是', '共', '计', '：']);
        let words = words_in(value).pop();
        let figure = figures(value);
        match (figure, words) {
            (Some(figure), Some(words)) if plain_words(&figure.in_words()) != words => {
                return Err(Text::new(
                    "合同金额的大写与小写不一致：请对照原件填写。",
                    "The contract's price in words and in figures differ: enter it from the paper.",
                ));
            }
            (Some(figure), _) => prices.push(figure),
            (None, _) => {}
        }
    }
    let several = prices.iter().any(|price| Some(price) != prices.first());
    if several {
        return Err(Text::new(
            "合同中有几处金额不同：请对照原件填写合同金额。",
            "The contract names several amounts: enter its price from the paper.",
        ));
    }
    Ok(prices.pop().filter(|price| price.is_positive()))
}

/// The first amount of a phrase such as `人民币壹拾万元整（¥100,000.00）`.
fn figures(phrase: &str) -> Option<Fen> {
    leading_amount(phrase).or_else(|| {
        let at = phrase.find(|c: char| c.is_ascii_digit() || c == '¥' || c == '￥').filter(|at| *at <= 120)?;
        leading_amount(phrase.get(at..)?)
    })
}
