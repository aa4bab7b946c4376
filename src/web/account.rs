//! Signing in, registering, and what comes by mail.

pub mod forgot;
pub mod invite;
pub mod login;
pub mod message;
pub mod register;
pub mod reset;
