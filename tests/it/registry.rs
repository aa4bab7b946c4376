//! Lists of the registries and registers online: what follows from a list, which files are lists, and
//! what happens when a register hangs, lies or dies.

mod browser;
mod files;
mod lists;
mod online;
pub mod register_server;
