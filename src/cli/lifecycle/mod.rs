//! The life cycle of a session against a live server: flags → plan → requests → story → report. What is asked and what
//! the answers mean is the library's business; here are the network, the secrets and the words.

mod flags;
mod net;
mod shown;
#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests;
mod visitors;

pub use flags::LifeCycle;
pub use net::live;
pub use shown::{blocks, planned, sampled};
pub use visitors::sample;
