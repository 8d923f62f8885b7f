//! The life cycle of a session against a live server: flags → plan → requests → story → report. What is asked and what
//! the answers mean is the library's business; here are the network, the secrets and the words.

mod ending;
#[cfg(feature = "net")]
mod flags;
#[cfg(feature = "net")]
mod net;
mod shown;
#[cfg(test)]
#[cfg(feature = "net")]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests;
#[cfg(feature = "net")]
mod visitors;

pub use ending::ending;
#[cfg(feature = "net")]
pub use flags::LifeCycle;
#[cfg(feature = "net")]
pub use net::live;
#[cfg(feature = "net")]
pub use shown::planned;
pub use shown::{blocks, sampled};
#[cfg(feature = "net")]
pub use visitors::sample;
