//! Who takes part: enterprises, providers, the people of the task force and of the bureaus; what
//! they are entitled to; and the dated qualifications that open a level of the voucher.

pub mod actor;
pub mod entry;
pub mod qualification;
pub mod structure;

pub use actor::{AccountKind, Actor, Duty, Role, Standing};
pub use entry::{CarrierKind, CarrierLevel, EntryKind, Place};
pub use qualification::{Qualification, QualificationKind};
