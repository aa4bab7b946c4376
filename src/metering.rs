//! Metering: what a centre's meter says was used. For now a purchase comes in as a row of a file or
//! of a program's call; the metering engine will feed the same rows.

pub mod purchase_row;
