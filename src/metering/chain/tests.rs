use proptest::prelude::*;

use super::*;

fn event() -> Link<'static> {
    Link {
        shard: 0,
        seq: 1,
        provider: 1,
        contract: 2,
        time_ms: 30,
        start_ms: 10,
        end_ms: 20,
        units: 8,
        quantity_ms: 80,
        received_ms: 40,
        late: false,
        source: "slurm://dongji",
        id: "1",
        kind: "usage",
        subject: "s",
        resource: "r",
        partition: "p",
        qos: "q",
        project: "x",
        instance: "i",
        digest: &[7; 32],
    }
}

#[test]
fn every_column_is_bound() {
    let one = event();
    let hash = link(&GENESIS, &one);
    let others = [
        Link { seq: 2, ..one },
        Link { shard: 1, ..one },
        Link { provider: 2, ..one },
        Link { contract: 3, ..one },
        Link { time_ms: 31, ..one },
        Link { start_ms: 11, ..one },
        Link { end_ms: 21, ..one },
        Link { units: 9, ..one },
        Link { quantity_ms: 81, ..one },
        Link { received_ms: 41, ..one },
        Link { late: true, ..one },
        Link { source: "slurm://dongj", id: "i1", ..one },
        Link { kind: "void", ..one },
        Link { subject: "t", ..one },
        Link { resource: "rp", partition: "", ..one },
        Link { qos: "", project: "qx", ..one },
        Link { instance: "j", ..one },
        Link { digest: &[8; 32], ..one },
    ];
    for other in others {
        assert_ne!(link(&GENESIS, &other), hash, "{other:?}");
    }
    assert_ne!(link(&hash, &one), hash);
}

#[test]
fn the_tree_is_that_of_rfc_6962() {
    let hashes: Vec<Hash> = (0..5).map(|n| [n; 32]).collect();
    let l: Vec<Hash> = hashes.iter().map(leaf).collect();
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
