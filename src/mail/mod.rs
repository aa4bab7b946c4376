//! How letters leave the outbox. Their words live in `application::letters` and beside the acts
//! that write them.

pub mod transport;
