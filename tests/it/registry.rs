//! Lists of the registries: what follows from a list, and which files are lists.

mod browser;
mod files;
mod lists;
