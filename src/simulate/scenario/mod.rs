//! What is simulated.

pub mod units;
