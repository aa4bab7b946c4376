//! The rules, with the shipped packs and with test packs that choose the other reading.

mod assignment;
mod building;
mod corners;
mod eligible;
mod packs;
mod properties;
mod readings;
