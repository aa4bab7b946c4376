//! Pages that exist only in the demo.

pub mod mail;
pub mod parts;
pub mod people;
pub mod sample;

use crate::web::routes::{Access, routes};

routes! {
    GET "/dev/parts" Access::Everybody => sample::parts;
    GET "/dev/parts/desk" Access::Everybody => sample::desk_parts;
    GET "/dev/people" Access::Everybody => people::show;
    POST "/dev/people" Access::Everybody => people::enter;
    POST "/dev/next-day" Access::Everybody => people::next_day;
    GET "/dev/mail" Access::Everybody => mail::list;
    GET "/dev/mail/{id}" Access::Everybody => mail::show;
}
