//! The Merkle tree of RFC 6962 §2.1: one root stands for many values, and a short way of hashes shows
//! that a value is under it. Chains of usage and the audit trail share it.

use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The hash before the first link of a chain.
pub const GENESIS: Hash = [0; 32];

/// The leaf of a value.
#[must_use]
pub fn leaf(value: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(value);
    hash.finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The next hash of a chain: it binds everything before.
#[must_use]
pub fn chained(before: &Hash, leaf: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(leaf);
    hash.finalize().into()
}

/// The Merkle root of hashes; that of nothing is the hash of nothing.
#[must_use]
pub fn root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Sha256::digest([]).into(),
        [only] => leaf(only),
        many => {
            let (left, right) = many.split_at(split(many.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two below `size` (`size` ≥ 2).
const fn split(size: usize) -> usize {
    match size.checked_next_power_of_two() {
        Some(power) => power / 2,
        None => size / 2,
    }
}

/// One step of a proof: the sibling and the side it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sibling {
    pub hash: Hash,
    pub left: bool,
}

/// The way from the hash at `index` up to the root; `None` when there is no such hash.
#[must_use]
pub fn proof(hashes: &[Hash], index: usize) -> Option<Vec<Sibling>> {
    if index >= hashes.len() {
        return None;
    }
    let (mut span, mut at, mut steps) = (hashes, index, Vec::new());
    while span.len() > 1 {
        let (left, right) = span.split_at(split(span.len()));
        if at < left.len() {
            steps.push(Sibling { hash: root(right), left: false });
            span = left;
        } else {
            at -= left.len();
            steps.push(Sibling { hash: root(left), left: true });
            span = right;
        }
    }
    steps.reverse();
    Some(steps)
}

/// The tree over some hashes with all of its levels, for many proofs of one span. Pairing from below
/// and lifting a last one without a partner gives the same tree as splitting from above.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    #[must_use]
    pub fn new(hashes: &[Hash]) -> Tree {
        Tree::of_leaves(hashes.iter().map(|value| leaf(value)).collect())
    }

    /// Of values whose leaves are known.
    #[must_use]
    pub fn of_leaves(leaves: Vec<Hash>) -> Tree {
        let mut level = leaves;
        let mut levels = Vec::new();
        while level.len() > 1 {
            let pair = |pair: &[Hash]| match pair {
                [left, right] => node(left, right),
                alone => alone.first().copied().unwrap_or(GENESIS),
            };
            let above = level.chunks(2).map(pair).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Tree { levels }
    }

    /// As [`root`].
    #[must_use]
    pub fn root(&self) -> Hash {
        self.levels.last().and_then(|top| top.first()).copied().unwrap_or_else(|| root(&[]))
    }

    /// As [`proof`].
    #[must_use]
    pub fn proof(&self, index: usize) -> Option<Vec<Sibling>> {
        self.levels.first()?.get(index)?;
        let (mut at, mut steps) = (index, Vec::new());
        for level in self.levels.iter().filter(|level| level.len() > 1) {
            let beside = at ^ 1;
            steps.extend(level.get(beside).map(|hash| Sibling { hash: *hash, left: beside < at }));
            at /= 2;
        }
        Some(steps)
    }
}

/// The root that a hash and its proof lead to.
#[must_use]
pub fn root_of_proof(hash: &Hash, steps: &[Sibling]) -> Hash {
    climb(&leaf(hash), steps)
}

/// The root that a leaf and its proof lead to.
#[must_use]
pub fn climb(leaf: &Hash, steps: &[Sibling]) -> Hash {
    steps.iter().fold(*leaf, |below, step| if step.left { node(&step.hash, &below) } else { node(&below, &step.hash) })
}

/// A tree that only grows at its end: the roots of its full subtrees, the largest first, are enough
/// to add leaves and to tell the root at any moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// A frontier as it was kept; `None` when there are not as many peaks as the size has.
    #[must_use]
    pub fn kept(size: u64, peaks: Vec<Hash>) -> Option<Frontier> {
        (u64::from(size.count_ones()) == u64::try_from(peaks.len()).unwrap_or(u64::MAX)).then_some(Frontier { size, peaks })
    }

    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    pub fn push(&mut self, leaf: Hash) {
        self.push_full(leaf, 0);
    }

    /// Adds a full subtree of 2^`level` leaves; the tree before it has whole ones of that size.
    fn push_full(&mut self, root: Hash, level: u32) {
        let mut top = root;
        // Every subtree that is full now joins the one of its size before it.
        for _ in 0..(self.size >> level).trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                top = node(&left, &top);
            }
        }
        self.peaks.push(top);
        self.size += 1 << level;
    }

    /// Adds the leaves of another tree that was grown by itself; says no and adds none where subtrees would
    /// overlap: its largest one must fit behind this tree as it is.
    #[must_use]
    pub fn append(&mut self, next: &Frontier) -> bool {
        let Some(largest) = next.size.checked_ilog2() else { return true };
        if self.size.trailing_zeros() < largest {
            return false;
        }
        let levels = (0..=largest).rev().filter(|level| (next.size >> level) & 1 == 1);
        for (level, peak) in levels.zip(&next.peaks) {
            self.push_full(*peak, level);
        }
        true
    }

    /// As [`root`].
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return root(&[]) };
        peaks.fold(*last, |right, left| node(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn values(count: u8) -> Vec<Hash> {
        (0..count).map(|value| [value; 32]).collect()
    }

    #[test]
    fn a_tree_that_grows_has_the_root_of_the_whole_at_every_size() {
        let mut frontier = Frontier::default();
        assert_eq!(frontier.root(), root(&[]));
        for size in 1..=70 {
            let all = values(size);
            frontier.push(leaf(all.last().unwrap()));
            assert_eq!(frontier.root(), root(&all), "{size}");
            let kept = Frontier::kept(frontier.size(), frontier.peaks().to_vec()).unwrap();
            assert_eq!(kept, frontier);
        }
        assert_eq!(Frontier::kept(3, values(1)), None);
    }

    #[test]
    fn trees_that_were_grown_apart_are_one_where_their_subtrees_fit() {
        let grown = |from: u8, to: u8| {
            let mut frontier = Frontier::default();
            (from..to).for_each(|value| frontier.push(leaf(&[value; 32])));
            frontier
        };
        for middle in [0, 8, 16, 24, 32] {
            for end in middle..=middle + 8 {
                let mut joined = grown(0, middle);
                assert!(joined.append(&grown(middle, end)), "{middle} {end}");
                assert_eq!(joined, grown(0, end), "{middle} {end}");
            }
        }
        let mut odd = grown(0, 6);
        assert!(!odd.append(&grown(6, 10)), "four leaves are no subtree behind six");
        assert_eq!(odd, grown(0, 6));
    }

    #[test]
    fn a_leaf_climbs_to_the_root_of_its_tree_and_to_no_other() {
        let leaves: Vec<Hash> = values(13).iter().map(|value| leaf(value)).collect();
        let tree = Tree::of_leaves(leaves.clone());
        for (index, own) in leaves.iter().enumerate() {
            let way = tree.proof(index).unwrap();
            assert_eq!(climb(own, &way), tree.root());
            assert_ne!(climb(&leaves[(index + 1) % 13], &way), tree.root());
        }
    }

    #[test]
    fn the_tree_is_that_of_rfc_6962() {
        let hashes: Vec<Hash> = (0..5).map(|n| [n; 32]).collect();
        let l: Vec<Hash> = hashes.iter().map(|hash| leaf(hash)).collect();
        let expected = node(&node(&node(&l[0], &l[1]), &node(&l[2], &l[3])), &l[4]);
        assert_eq!(root(&hashes), expected);
        assert_eq!(hex::encode(root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(proof(&hashes, 5), None);
        assert_eq!(Tree::new(&[]).root(), root(&[]));
        assert_eq!((Tree::new(&hashes).proof(5), Tree::new(&[]).proof(0)), (None, None));
    }

    proptest! {
        #[test]
        fn a_proof_leads_to_the_root_and_only_from_its_own_hash(size in 1_usize..70, at in 0_usize..70, wrong in any::<u8>()) {
            let hashes: Vec<Hash> = (0..size).map(|n| Sha256::digest(n.to_be_bytes()).into()).collect();
            let at = at % size;
            let steps = proof(&hashes, at).unwrap();
            prop_assert_eq!(root_of_proof(&hashes[at], &steps), root(&hashes));
            let tree = Tree::new(&hashes);
            prop_assert_eq!((tree.root(), tree.proof(at)), (root(&hashes), Some(steps.clone())));
            prop_assert_ne!(root_of_proof(&[wrong; 32], &steps), root(&hashes));
        }
    }
}
