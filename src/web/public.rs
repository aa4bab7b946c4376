//! Pages anyone may read without an account.

pub mod check;
pub mod error;
pub mod home;
pub mod notice;
pub mod notices;
pub mod policy;

#[cfg(test)]
mod tests;
