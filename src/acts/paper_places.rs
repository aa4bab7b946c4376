//! How papers, purchases and the rules' items belong together, in words for people.

use super::case_facts::Dossier;
use crate::ids::ItemId;
use crate::lang::Lang;
use crate::store::application::Material;

impl Dossier {
    /// The places (in the list of items) of the purchases that a paper covers.
    #[must_use]
    pub fn places_covered(&self, paper: &Material) -> Vec<usize> {
        let covered = |item: ItemId| self.allocations.iter().any(|part| part.material_id == paper.id && part.item_id == item);
        self.items.iter().enumerate().filter(|(_, (item, _))| covered(item.id)).map(|(place, _)| place).collect()
    }

    /// A sentence of the rules with the purchases named: the rules know items by padded ids, people
    /// by their place in the list and the order number.
    #[must_use]
    pub fn in_plain_words(&self, lang: Lang, sentence: &str) -> String {
        let mut text = sentence.to_owned();
        for (place, (item, purchase)) in self.items.iter().enumerate() {
            let (id, number) = (format!("{:08}", item.id.get()), place + 1);
            text = text.replace(&format!("项目{id}"), &format!("第{number}项{}", purchase.resource));
            text = text.replace(&format!("Item {id}"), &format!("Item {number} {}", purchase.resource));
            let line = format!("{}-{}", purchase.provider_id, purchase.order_no);
            text = text.replace(&format!("第{line}行"), &format!("（订单 {}）", purchase.order_no));
            text = text.replace(&format!("line {line}"), &lang.pick(purchase.order_no.clone(), format!("order {}", purchase.order_no)));
        }
        text
    }
}
