//! What is written to people, and how it leaves. The words live in [`letters`] (pure); rows of the
//! outbox are made by the acts; `transport` speaks SMTP or writes to a folder.

pub mod letters;
pub mod transport;
