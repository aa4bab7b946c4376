//! What an invoice gives for the form: its total, its key, and both parties.

use super::{PaperField, PaperKind, Reading, Source, Suggestion};
use crate::invoice::{Field, Invoice, Place, Warning};
use crate::lang::Text;
use crate::money::Fen;

/// The fields of an invoice that was read. A red letter gives no amount: it is no evidence of spending.
pub(super) fn of(invoice: &Invoice) -> Reading {
    let mut reading = Reading { kind: Some(PaperKind::Invoice), red: invoice.red, ..Reading::default() };
    let mut say = |field: PaperField, value: Option<String>, from: Field| {
        let place = invoice.source.get(&from);
        if let Some((value, place)) = value.filter(|value| !value.is_empty()).zip(place) {
            reading.suggestions.push(Suggestion { field, value, source: source(*place) });
        }
    };
    say(PaperField::Code, invoice.code.clone(), Field::Code);
    say(PaperField::Number, invoice.number.clone(), Field::Number);
    if !invoice.red {
        say(PaperField::Amount, invoice.total.filter(|total| total.is_positive()).map(Fen::plain), Field::Total);
        say(PaperField::Tax, invoice.tax.filter(|tax| tax.is_positive()).map(Fen::plain), Field::Tax);
    }
    say(PaperField::DatedOn, invoice.date.map(|day| day.to_string()), Field::Date);
    say(PaperField::BuyerName, invoice.buyer.clone(), Field::Buyer);
    say(PaperField::BuyerId, invoice.buyer_id.clone(), Field::BuyerId);
    say(PaperField::SellerName, invoice.seller.clone(), Field::Seller);
    say(PaperField::SellerId, invoice.seller_id.clone(), Field::SellerId);
    // Lines are read from where the sums are read.
    say(PaperField::Service, invoice.lines.first().map(|line| line.name.clone()), Field::Total);
    if invoice.red {
        say(PaperField::RedOf, Some(invoice.red_of.clone().unwrap_or_else(|| "?".to_owned())), Field::Number);
    }
    reading.red_total = invoice
        .total
        .filter(|_| invoice.red)
        .map(|total| if total.is_positive() { total } else { -total })
        .filter(|total| total.is_positive());
    reading.warnings = warnings(invoice);
    reading
}

/// What a person has to look at; that a PDF's lines are not read is nothing to do about.
pub(super) fn warnings(invoice: &Invoice) -> Vec<Text> {
    let matters = invoice.warnings.iter().filter(|warning| !matches!(warning, Warning::LinesNotRead | Warning::NoTaxShown));
    matters.map(Warning::text).collect()
}

fn source(place: Place) -> Source {
    match place {
        Place::Xml => Source::Xml,
        Place::Attachment => Source::Attachment,
        Place::Xbrl => Source::Xbrl,
        Place::CustomData => Source::CustomData,
        Place::Tags => Source::Tags,
        Place::Text => Source::Text,
        Place::Qr => Source::Qr,
    }
}
