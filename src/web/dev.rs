//! Pages that exist only in the demo.

pub mod parts;
