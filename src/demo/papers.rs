//! The papers of the demo: small PDF files that say what they stand for. Made once per kind; a
//! closing comment makes each copy a file of its own.

use crate::export::document::{Block, Document};
use crate::export::pdf::{Fonts, render};
use crate::files::Kept;
use crate::lang::Lang;
use crate::party::EntryKind;
use crate::web::site::Site;

use super::cast::Firm;

/// One specimen of each kind of paper.
#[derive(Debug)]
pub struct Papers {
    contract: Vec<u8>,
    invoice: Vec<u8>,
    payment: Vec<u8>,
    proof: Vec<u8>,
}

impl Papers {
    /// # Errors
    /// Fonts that are not installed.
    pub fn make() -> anyhow::Result<Papers> {
        let fonts = Fonts::load(None, None)?;
        let paper = |title: &str, text: &str| -> anyhow::Result<Vec<u8>> {
            let mut document = Document::new(Lang::Zh, "算券演示", title);
            document.blocks = vec![Block::Paragraph(text.to_owned()), Block::Paragraph("演示材料，不具法律效力。".to_owned())];
            Ok(render(&document, &fonts)?)
        };
        Ok(Papers {
            contract: paper("算力服务合同（样本）", "甲方向乙方购买算力服务，按实际用量结算。")?,
            invoice: paper("电子发票（增值税专用发票，样本）", "*信息技术服务*算力服务")?,
            payment: paper("银行电子回单（样本）", "对公转账，用途：算力服务费。")?,
            proof: paper("资质证明（样本）", "证明企业在有效期内具备所列资质。")?,
        })
    }

    /// Keeps a copy of a specimen as a file of its own.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn copy(&self, site: &Site, kind: &str, mark: &str) -> anyhow::Result<Kept> {
        let specimen = match kind {
            "contract" => &self.contract,
            "invoice" => &self.invoice,
            "payment" => &self.payment,
            _ => &self.proof,
        };
        let mut bytes = specimen.clone();
        bytes.extend_from_slice(format!("\n% {mark}\n").as_bytes());
        Ok(site.files.keep(&bytes)?)
    }

    /// The proof of a qualification, with the name it is uploaded under.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn proof(&self, site: &Site, firm: &Firm, kind: EntryKind) -> anyhow::Result<(Kept, String)> {
        let kept = self.copy(site, "proof", &format!("{} {kind}", firm.uscc))?;
        Ok((kept, format!("{}.pdf", kind.proof(Lang::Zh))))
    }
}
