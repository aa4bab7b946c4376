//! The policy packs that come with the program, embedded byte by byte.

use std::sync::LazyLock;

use super::pack::Pack;

/// The pack that is in force until an administrator activates another.
pub const DEFAULT: &str = "wuhan-2022";

const FILES: [(&str, &[u8]); 4] = [
    (DEFAULT, include_bytes!("../../data/policy/wuhan-2022.toml")),
    ("wuhan-2022-stacked", include_bytes!("../../data/policy/wuhan-2022-stacked.toml")),
    ("wuhan-2021", include_bytes!("../../data/policy/wuhan-2021.toml")),
    ("hubei-2025", include_bytes!("../../data/policy/hubei-2025.toml")),
];

#[expect(clippy::panic, reason = "the files are part of the program and every one of them is tested")]
static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(id, bytes)| match Pack::parse(bytes) {
            Ok(pack) if pack.id == *id => pack,
            Ok(pack) => panic!("data/policy/{id}.toml calls itself {}", pack.id),
            Err(why) => panic!("data/policy/{id}.toml, {why}"),
        })
        .collect()
});

/// All shipped packs; the default first.
#[must_use]
pub fn all() -> &'static [Pack] {
    &PACKS
}

/// A shipped pack by its id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Pack> {
    PACKS.iter().find(|pack| pack.id == id)
}

/// The default pack.
#[must_use]
#[expect(clippy::expect_used, reason = "the default is one of the embedded files, and a test reads them all")]
pub fn default_pack() -> &'static Pack {
    by_id(DEFAULT).expect("the default pack is shipped")
}

/// The ids of the shipped packs, for messages: `wuhan-2022, …`.
#[must_use]
pub fn known_ids() -> String {
    FILES.iter().map(|(id, _)| *id).collect::<Vec<_>>().join(", ")
}

/// The bytes of a shipped pack, as they are hashed; for copies that are kept with a decision.
#[must_use]
pub fn bytes_of(id: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, _)| *known == id).map(|(_, bytes)| *bytes)
}
