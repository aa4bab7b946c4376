//! The pages: handlers, their templates' structs, and the parts they share.

pub mod account;
pub mod admin;
pub mod answer;
pub mod application;
pub mod assets;
pub mod audit;
pub mod calculation;
pub mod desk;
pub mod dev;
pub mod download;
pub mod enterprise;
pub mod finance;
pub mod form;
pub mod frame;
pub mod imports;
pub mod nav;
pub mod page;
pub mod papers;
pub mod parts;
pub mod problem;
pub mod provider;
pub mod public;
pub mod routes;
pub mod site;
pub mod upload;
pub mod visitor;
