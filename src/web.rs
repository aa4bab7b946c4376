//! The pages: handlers, their templates' structs, and the parts they share.

pub mod account;
pub mod assets;
pub mod dev;
pub mod page;
pub mod parts;
pub mod public;
