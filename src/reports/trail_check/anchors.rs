//! Checkpoints that somebody kept elsewhere: signed notes, or what stands on a printed paper.

use crate::trail::{NotACheckpoint, Signed};

/// A size and its root, or the beginning of it as papers print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub size: i64,
    pub root: Vec<u8>,
}

/// Bytes of a root on paper.
const PRINTED: usize = 8;

/// Reads a file of checkpoints: signed notes one after the other, and lines such as
/// `4217 3f0c a1b2 c3d4 e5f6` as they stand on notices, sheets and receipts.
///
/// # Errors
/// The first line that is neither.
pub fn read_anchors(text: &str) -> Result<Vec<Anchor>, NotACheckpoint> {
    let (mut anchors, mut notes) = (Vec::new(), String::new());
    for line in text.lines() {
        // The line of a note keeps its number when a printed one is taken out before it.
        match printed(line) {
            Some(anchor) => {
                anchors.push(anchor);
                notes.push('#');
            }
            None => notes.push_str(line),
        }
        notes.push('\n');
    }
    let signed = Signed::read_all(&notes)?;
    anchors.extend(signed.into_iter().map(|one| Anchor { size: one.checkpoint.size, root: one.checkpoint.root.to_vec() }));
    Ok(anchors)
}

fn printed(line: &str) -> Option<Anchor> {
    let (size, digits) = line.trim().split_once(' ')?;
    let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    let root = hex::decode(digits).ok().filter(|root| (PRINTED..=32).contains(&root.len()))?;
    Some(Anchor { size: size.parse().ok()?, root })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_from_a_paper_and_a_signed_note_stand_in_one_file() {
        let note =
            "a.example/audit\n2\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\ntime 2026-03-02T01:00:00Z\nafter 0\n\n— a.example/audit ";
        let signature = format!("{}==", "A".repeat(90) + "A");
        let signature = if signature.len() % 4 == 0 { signature } else { format!("{}=", "A".repeat(91)) };
        let text = format!("# kept by us\n4217 3f0c a1b2 c3d4 e5f6\n{note}{signature}\n");
        let anchors = read_anchors(&text).unwrap();
        let sizes: Vec<i64> = anchors.iter().map(|anchor| anchor.size).collect();
        assert_eq!(sizes, [4217, 2]);
        assert_eq!(hex::encode(&anchors[0].root), "3f0ca1b2c3d4e5f6");
        assert_eq!(anchors[1].root, vec![0xab; 32]);
        assert_eq!(read_anchors("12 zz\n").unwrap_err().line, 2, "neither a note nor a printed line");
    }
}
