//! Pages that exist only in the demo.

pub mod parts;
pub mod sample;

use crate::web::routes::{Access, routes};

routes! {
    GET "/dev/parts" Access::Everybody => sample::parts;
    GET "/dev/parts/desk" Access::Everybody => sample::desk_parts;
}
