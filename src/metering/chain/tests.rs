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
