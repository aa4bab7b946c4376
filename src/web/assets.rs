//! The files of `static/`, compiled into the program, each under an address with its digest.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// One static file.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub body: &'static str,
}

/// The style sheet is written in several files and served as one.
const CSS: &str = concat!(
    include_str!("../../static/css/tokens.css"),
    include_str!("../../static/css/base.css"),
    include_str!("../../static/css/frames.css"),
    include_str!("../../static/css/forms.css"),
    include_str!("../../static/css/tables.css"),
    include_str!("../../static/css/parts.css"),
    include_str!("../../static/css/sheet.css"),
    include_str!("../../static/css/public.css"),
    include_str!("../../static/css/print.css"),
);

/// Every file that is served under `/static/`.
pub const ALL: [Asset; 5] = [
    Asset { name: "suanquan.css", content_type: "text/css; charset=utf-8", body: CSS },
    Asset { name: "suanquan.js", content_type: "text/javascript; charset=utf-8", body: include_str!("../../static/suanquan.js") },
    Asset { name: "verify.js", content_type: "text/javascript; charset=utf-8", body: include_str!("../../static/verify.js") },
    Asset { name: "icons.svg", content_type: "image/svg+xml", body: include_str!("../../static/icons.svg") },
    Asset { name: "favicon.svg", content_type: "image/svg+xml", body: include_str!("../../static/favicon.svg") },
];

static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ALL {
        hash.update(asset.body.as_bytes());
    }
    hex::encode(hash.finalize()).chars().take(12).collect()
});

/// The file of this name, for the handler of `/static/{name}`.
pub fn find(name: &str) -> Option<Asset> {
    ALL.into_iter().find(|asset| asset.name == name)
}

/// The address of a file, with a digest over all of them: `/static/suanquan.css?v=3f0c…`.
pub fn href(name: &str) -> String {
    format!("/static/{name}?v={}", *DIGEST)
}
