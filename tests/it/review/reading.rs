//! What was read from papers, through the acts: it fills the fields with its source, waits for a
//! person, and never counts an invoice twice. On both databases.

use std::collections::BTreeMap;

use suanquan::acts::ActError;
use suanquan::acts::change_paper_kind::change_paper_kind;
use suanquan::acts::confirm_papers::confirm_papers;
use suanquan::acts::describe_material::{PaperFacts, keep_typed};
use suanquan::acts::file_material::{FiledFile, file_material};
use suanquan::acts::start_application::start_application;
use suanquan::acts::submit_application::submit_application;
use suanquan::ids::MaterialId;
use suanquan::money::Fen;
use suanquan::paper::{PaperField, PaperKind, Reading, Source, Suggestion};
use suanquan::store;
use suanquan::store::application::Material;
use suanquan::store::paper::PaperFact;

use super::{Scene, on_both};

fn reading(kind: PaperKind, source: Source, fields: &[(PaperField, &str)]) -> Reading {
    let suggestions = fields.iter().map(|(field, value)| Suggestion { field: *field, value: (*value).to_owned(), source });
    Reading { kind: Some(kind), suggestions: suggestions.collect(), ..Reading::default() }
}

fn invoice(total: &str, source: Source) -> Reading {
    let fields = [
        (PaperField::Number, "26422000000045508821"),
        (PaperField::Amount, total),
        (PaperField::DatedOn, "2026-02-10"),
        (PaperField::SellerName, "乙 中心"),
    ];
    reading(PaperKind::Invoice, source, &fields)
}

impl Scene {
    fn drop_file(&mut self, number: &str, name: &str, reading: Option<Reading>) -> Result<MaterialId, String> {
        let (kind, sha256, size_bytes, media_type) = (String::new(), format!("{name} {number}"), 10, "application/pdf");
        let file = FiledFile { kind, name: name.to_owned(), sha256, size_bytes, media_type, reading, scanned: false };
        let applicant = self.applicant.clone();
        match self.act(&applicant, |act| file_material(act, number, &[file])) {
            Ok(ids) => Ok(ids[0]),
            Err(ActError::Refused(why)) => Err(why[0].text.en.clone()),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn material(&self, id: MaterialId) -> Material {
        self.store.read(|db| store::application::material(db, id)).unwrap().unwrap()
    }

    fn facts(&self, id: MaterialId) -> BTreeMap<PaperField, PaperFact> {
        let facts = self.store.read(|db| store::paper::facts_of(db, &[id])).unwrap();
        facts.into_iter().map(|fact| (fact.field, fact)).collect()
    }

    fn two_purchases(&mut self) -> String {
        let (applicant, purchases) = (self.applicant.clone(), self.purchases);
        self.act(&applicant, |act| start_application(act, &purchases)).unwrap()
    }
}

#[test]
fn what_was_read_fills_the_fields_and_waits_for_a_person() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.two_purchases();
        let id = scene.drop_file(&number, "发票.xml", Some(invoice("100000.00", Source::Xml))).unwrap();
        let paper = scene.material(id);
        assert_eq!((paper.kind.as_str(), paper.amount_fen), ("invoice", Fen::yuan(100_000)));
        let facts = scene.facts(id);
        assert!(facts.values().all(|fact| fact.source == Source::Xml && fact.confirmed_by.is_none()), "{facts:?}");
        let parts = scene.store.read(|db| store::application::allocations(db, &[id])).unwrap();
        assert_eq!(parts.len(), 1, "the seller's purchase, not the other centre's of the same amount");
        assert_eq!(parts[0].amount_fen, Fen::yuan(100_000));

        let applicant = scene.applicant.clone();
        let told = scene.step(&applicant, &number, submit_application).unwrap_err();
        assert!(format!("{told:?}").contains("is not confirmed yet"), "{told:?}");
        let seen = scene.case(&number).version;
        let stale = scene.act(&applicant, |act| confirm_papers(act, &number, seen - 1));
        assert!(matches!(stale, Err(ActError::Stale(_))), "papers may have come since the page was shown");
        assert_eq!(scene.act(&applicant, |act| confirm_papers(act, &number, seen)).unwrap(), 1);
        assert!(scene.facts(id).values().all(|fact| fact.confirmed_by == applicant.account));
        let seen = scene.case(&number).version;
        let again = scene.act(&applicant, |act| confirm_papers(act, &number, seen));
        assert!(matches!(again, Err(ActError::Refused(_))), "there is nothing left to confirm");
    });
}

#[test]
fn another_file_of_an_invoice_joins_it_and_a_differing_one_is_refused() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.two_purchases();
        let without_total = reading(PaperKind::Invoice, Source::Text, &[(PaperField::Number, "26422000000045508821")]);
        let first = scene.drop_file(&number, "发票.pdf", Some(without_total)).unwrap();
        let joined = scene.drop_file(&number, "发票.xml", Some(invoice("100000.00", Source::Xml))).unwrap();
        assert_eq!(joined, first);
        assert_eq!(scene.drop_file(&number, "发票.xml", Some(invoice("100000.00", Source::Xml))).unwrap(), first, "sent twice, it is one");
        assert_eq!(scene.material(first).amount_fen, Fen::yuan(100_000), "the second file fills in what the first did not say");
        assert_eq!(scene.facts(first)[&PaperField::Number].source, Source::Text);
        assert_eq!(scene.facts(first)[&PaperField::Amount].source, Source::Xml);
        let told = scene.drop_file(&number, "改.xml", Some(invoice("90000.00", Source::Xml))).unwrap_err();
        assert!(told.contains("different totals"), "{told}");
        let id = scene.case(&number).id;
        assert_eq!(scene.store.read(|db| store::application::materials(db, id)).unwrap().len(), 1);
        assert_eq!(scene.store.read(|db| store::paper::forms_of(db, &[first])).unwrap().len(), 1);
    });
}

#[test]
fn a_typed_value_is_a_typed_value_and_a_corrected_kind_forgets_what_was_read() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.two_purchases();
        let id = scene.drop_file(&number, "发票.xml", Some(invoice("100000.00", Source::Xml))).unwrap();
        let applicant = scene.applicant.clone();
        let version = scene.case(&number).version;
        let facts = PaperFacts {
            number: "26422000000045508821".into(),
            amount: Fen::yuan(90_000),
            more: BTreeMap::from([(PaperField::SellerName, "乙中心".to_owned())]),
            ..PaperFacts::default()
        };
        scene.act(&applicant, |act| keep_typed(act, &number, version, id, &facts)).unwrap();
        let kept = scene.facts(id);
        let source = |field: PaperField| kept.get(&field).map(|fact| fact.source);
        assert_eq!(source(PaperField::Number), Some(Source::Xml), "what stands as it was read keeps its source");
        assert_eq!(source(PaperField::Amount), Some(Source::Typed));
        assert_eq!(source(PaperField::SellerName), Some(Source::Typed));
        assert_eq!(source(PaperField::DatedOn), None, "an emptied field says nothing");

        scene.act(&applicant, |act| change_paper_kind(act, &number, id, PaperKind::Contract)).unwrap();
        let paper = scene.material(id);
        assert_eq!((paper.kind.as_str(), paper.number.as_str()), ("contract", ""), "an invoice's number is none of a contract");
        assert_eq!(paper.amount_fen, Fen::yuan(90_000), "what a person typed stays");
    });
}

#[test]
fn a_file_that_says_nothing_is_filed_for_a_person_to_sort() {
    on_both(|url| {
        let mut scene = Scene::new(url);
        let number = scene.two_purchases();
        let id = scene.drop_file(&number, "照片.jpg", Some(Reading::default())).unwrap();
        assert_eq!(scene.material(id).kind, "other");
        assert_eq!(scene.facts(id)[&PaperField::Kind].source, Source::Unknown);
        let applicant = scene.applicant.clone();
        scene.act(&applicant, |act| change_paper_kind(act, &number, id, PaperKind::Payment)).unwrap();
        assert_eq!(scene.facts(id)[&PaperField::Kind].source, Source::Typed);
        let known = scene.store.read(|db| store::paper::reading_of(db, &format!("照片.jpg {number}"))).unwrap();
        assert_eq!(known, Some(Reading::default()), "the file is not parsed again");
    });
}
