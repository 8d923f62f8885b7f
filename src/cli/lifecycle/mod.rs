//! Session lifecycle of a live server: options → plan → requests → trace → report. The checks are in the library; this
//! module provides network access, secrets and human output.

#[cfg(feature = "net")]
mod args;
mod ending;
mod render;
#[cfg(feature = "net")]
mod session_id_samples;
#[cfg(test)]
#[cfg(feature = "net")]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests;
#[cfg(feature = "net")]
mod transport;

#[cfg(feature = "net")]
pub use args::LifecycleArgs;
pub use ending::ending;
#[cfg(feature = "net")]
pub use render::planned;
pub use render::{blocks, checks_summary, sampled};
#[cfg(feature = "net")]
pub use session_id_samples::sample;
#[cfg(feature = "net")]
pub use transport::live;
