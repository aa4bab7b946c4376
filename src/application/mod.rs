//! 兑付申请: the state of an application, and the one table that says who may do what to it when.

pub mod letters;
pub mod state;
pub mod workflow;

pub use state::State;
pub use workflow::{ActKind, Refusal, acts_open_to, apply, leads_to};

use crate::codes::codes;

codes! {
    /// Which level the enterprise asks for; `best` lets the system find the largest total.
    TierChoice { Best = "best", Province = "province", City = "city", District = "district", All = "all" }
}
