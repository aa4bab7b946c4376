//! Documents and files for people outside the system: papers as PDF, tables as XLSX and CSV.
//!
//! A report becomes a [`document::Document`] or a [`table::DataTable`] by one of the builders in
//! [`papers`]; the renderers know nothing of vouchers. Nothing here reads a clock or a database.

pub mod csv;
pub mod document;
pub mod focus;
pub mod papers;
pub mod pdf;
pub mod table;
pub mod xlsx;
