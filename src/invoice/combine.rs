//! What several places say of one invoice, brought together: equal values once, differing ones not
//! at all, and amounts that do not add up neither (policy.md §2.1: an amount is never guessed).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::field::{self, Said, Sheet, normal};
use super::{Field, Invoice, Kind, Place, Warning, kind, qr};
use crate::ids::Uscc;
use crate::money::Fen;

/// Lines beyond this many are no invoice's; the sums below stay far inside their range.
const MAX_LINES: usize = 5_000;

struct Found {
    values: BTreeMap<Field, (String, Place)>,
    /// Fields that are empty because they were refused, not because nobody says them.
    refused: Vec<Field>,
    warnings: Vec<Warning>,
}

impl Found {
    fn refuse(&mut self, field: Field, why: Warning) {
        self.values.remove(&field);
        if !self.refused.contains(&field) {
            self.refused.push(field);
            self.warnings.push(why);
        }
    }

    fn text(&self, field: Field) -> Option<&str> {
        self.values.get(&field).map(|(value, _)| value.as_str())
    }

    fn amount(&self, field: Field) -> Option<Fen> {
        self.text(field).and_then(|text| field::amount(text).ok())
    }

    fn forget(&mut self, fields: &[Field], why: Warning) {
        for field in fields {
            self.values.remove(field);
            self.refused.push(*field);
        }
        self.warnings.push(why);
    }
}

/// Reads the sheets in the order of their trust.
pub(super) fn combine(sheets: &[Sheet]) -> Invoice {
    let mut found = Found { values: BTreeMap::new(), refused: Vec::new(), warnings: Vec::new() };
    let mut hidden_tax = false;
    for sheet in sheets {
        for (field, raw) in &sheet.values {
            match normal(*field, raw) {
                Said::Hidden => hidden_tax = true,
                Said::Malformed => found.refuse(*field, Warning::Malformed(*field, raw.clone())),
                Said::Value(value) => add(&mut found, *field, value, sheet.place),
            }
        }
    }
    let code = sheets.iter().find_map(|sheet| sheet.qr.as_deref().and_then(qr::parse));
    if let Some(code) = &code {
        compare_with_qr(&mut found, code);
    }
    check_amounts(&mut found, hidden_tax);
    for words in sheets.iter().filter_map(|sheet| sheet.in_words.as_deref()) {
        check_words(&mut found, words);
    }
    let mut invoice = assembled(&found, sheets, code.as_ref());
    invoice.warnings = found.warnings;
    for (position, line) in sheets.iter().map(|sheet| &sheet.lines).find(|lines| !lines.is_empty()).into_iter().flatten().enumerate() {
        if position == MAX_LINES {
            invoice.warnings.push(Warning::Bomb);
            break;
        }
        let (line, warning) = line.normal(position + 1);
        invoice.lines.push(line);
        invoice.warnings.extend(warning);
    }
    if invoice.lines.is_empty() && sheets.iter().any(|sheet| sheet.place == Place::Text) {
        invoice.warnings.push(Warning::LinesNotRead);
    }
    if sheets.iter().any(|sheet| sheet.unconfirmed) {
        invoice.warnings.push(Warning::Unconfirmed);
    }
    check_lines(&mut invoice);
    check_parties(&mut invoice);
    name_what_is_missing(&mut invoice, &found.refused, hidden_tax);
    invoice
}

fn add(found: &mut Found, field: Field, value: String, place: Place) {
    if found.refused.contains(&field) {
        return;
    }
    let Some((known, first)) = found.values.get(&field) else {
        found.values.insert(field, (value, place));
        return;
    };
    let same = match field {
        Field::Buyer | Field::Seller => crate::ids::folded_name(known) == crate::ids::folded_name(&value),
        _ => *known == value,
    };
    if !same {
        let (first, second) = ((*first, known.clone()), (place, value));
        found.refuse(field, Warning::Conflict { field, first, second });
    }
}

/// A value that the code contradicts is left out; what only the code says is taken from it.
fn compare_with_qr(found: &mut Found, code: &qr::Code) {
    let date = field::date(&code.date).map(|date| date.to_string());
    for (field, said) in [(Field::Code, code.code.clone()), (Field::Number, Some(code.number.clone())), (Field::Date, date)] {
        let Some(said) = said else { continue };
        match found.text(field) {
            Some(value) if value != said => found.refuse(field, Warning::QrDiffers(field, said)),
            Some(_) => {}
            None => add(found, field, said, Place::Qr),
        }
    }
    let Ok(amount) = field::amount(&code.amount) else { return };
    // Digital invoices carry the total and older ones the net amount.
    let field = if code.code.is_none() { Field::Total } else { Field::Net };
    let (net, total) = (found.amount(Field::Net), found.amount(Field::Total));
    if net.is_none() && total.is_none() {
        add(found, field, amount.plain(), Place::Qr);
    } else if net != Some(amount) && total != Some(amount) && found.amount(field).is_some() {
        found.refuse(field, Warning::QrDiffers(field, amount.plain()));
    }
}

/// Net and tax are the total, or nothing of the three is believed.
fn check_amounts(found: &mut Found, hidden_tax: bool) {
    let (net, tax, total) = (found.amount(Field::Net), found.amount(Field::Tax), found.amount(Field::Total));
    if hidden_tax && tax.is_none() {
        match (net, total) {
            (Some(net), Some(total)) if net != total => {
                return found.forget(&[Field::Net, Field::Total], Warning::NoTaxButTotalDiffers { net, total });
            }
            (Some(net), None) => copy(found, Field::Net, Field::Total, net),
            (None, Some(total)) => copy(found, Field::Total, Field::Net, total),
            _ => {}
        }
        found.warnings.push(Warning::NoTaxShown);
    }
    if let (Some(net), Some(tax), Some(total)) = (net, tax, total)
        && net + tax != total
    {
        found.forget(&[Field::Net, Field::Tax, Field::Total], Warning::SumDiffers { net, tax, total });
    }
}

fn copy(found: &mut Found, from: Field, to: Field, amount: Fen) {
    if let Some((_, place)) = found.values.get(&from).cloned().filter(|_| !found.refused.contains(&to)) {
        found.values.insert(to, (amount.plain(), place));
    }
}

/// 圆 or 元, with or without 整 and 零: with every unit written, the zeros carry nothing.
fn check_words(found: &mut Found, words: &str) {
    let plain = |text: &str| -> String {
        let text = field::searchable(text).replace('圆', "元").replace("人民币", "").replace("（负数）", "负");
        text.chars().filter(|c| !matches!(c, '零' | '整' | '正' | '⊗' | 'ⓧ')).collect()
    };
    if let Some(total) = found.amount(Field::Total)
        && plain(words) != plain(&total.in_words())
    {
        found.refuse(Field::Total, Warning::WordsDiffer { words: words.to_owned(), total });
    }
}

fn assembled(found: &Found, sheets: &[Sheet], code: Option<&qr::Code>) -> Invoice {
    let text = |field: Field| found.text(field).map(str::to_owned);
    let by_key = kind::of_key(found.text(Field::Code), found.text(Field::Number));
    let kind = sheets.iter().find_map(|sheet| sheet.kind).or(by_key).or_else(|| code.and_then(|code| code.kind));
    let special = sheets.iter().find_map(|sheet| sheet.special).or_else(|| code.and_then(|code| code.special));
    let amounts = [Field::Net, Field::Tax, Field::Total].map(|field| found.amount(field));
    let [net, tax, total] = amounts;
    let below_zero = [net, total].iter().flatten().any(|amount| amount.get() < 0);
    let red = below_zero || sheets.iter().any(|sheet| sheet.red);
    Invoice {
        // A form with a code that is not on this paper is the electronic one: paper has no file.
        kind: kind.unwrap_or(Kind::Electronic),
        special: special.or_else(|| found.text(Field::Code).and_then(kind::special_by_code)),
        red,
        code: text(Field::Code),
        number: text(Field::Number),
        date: found.text(Field::Date).and_then(|text| text.parse::<NaiveDate>().ok()),
        buyer: text(Field::Buyer),
        buyer_id: text(Field::BuyerId),
        seller: text(Field::Seller),
        seller_id: text(Field::SellerId),
        net,
        tax,
        total,
        lines: Vec::new(),
        red_of: sheets.iter().find_map(|sheet| sheet.red_of.clone()).filter(|_| red),
        source: found.values.iter().map(|(field, (_, place))| (*field, *place)).collect(),
        warnings: Vec::new(),
    }
}

/// The lines add up to the sums to within a fen.
fn check_lines(invoice: &mut Invoice) {
    let sum = |amounts: Vec<Option<Fen>>| -> Option<Fen> { amounts.into_iter().sum::<Option<Fen>>() };
    let nets = sum(invoice.lines.iter().map(|line| line.amount).collect());
    let taxes = sum(invoice.lines.iter().map(|line| line.tax).collect());
    for (field, lines, said) in [(Field::Net, nets, invoice.net), (Field::Tax, taxes, invoice.tax)] {
        if let (Some(lines), Some(said), false) = (lines, said, invoice.lines.is_empty())
            && (lines - said).get().abs() > 1
        {
            invoice.warnings.push(Warning::LinesDiffer { field, lines, said });
        }
    }
}

/// Not every tax number is a unified social credit code, so a broken rule is only pointed out.
fn check_parties(invoice: &mut Invoice) {
    for (field, id) in [(Field::BuyerId, &invoice.buyer_id), (Field::SellerId, &invoice.seller_id)] {
        let Some(id) = id else { continue };
        if id.len() == 20 {
            invoice.warnings.push(Warning::CitizenNumber(field));
        } else if let Some(why) = Uscc::parse(id).err().filter(|_| id.len() == 18) {
            invoice.warnings.push(Warning::TaxNumber(field, why));
        }
    }
}

fn name_what_is_missing(invoice: &mut Invoice, refused: &[Field], hidden_tax: bool) {
    let coded = matches!(invoice.kind, Kind::Electronic | Kind::Paper);
    for field in Field::ALL {
        let optional = match field {
            Field::Code => !coded,
            Field::Tax => hidden_tax,
            // Private buyers have none.
            Field::BuyerId => invoice.buyer.is_some(),
            _ => false,
        };
        if !optional && !invoice.source.contains_key(&field) && !refused.contains(&field) {
            invoice.warnings.push(Warning::Missing(field));
        }
    }
    if invoice.red && invoice.red_of.is_none() {
        invoice.warnings.push(Warning::RedOfUnknown);
    }
}
