//! Simulator of session and token strategies: exposure window after a revocation, cost per request, forced logouts
//! and denial during outages.
//!
//! Every result is a function of the scenario and its random seed. Each user has separate random streams and can
//! therefore be simulated independently, in any order and on any number of threads; sums are integers, so the order
//! of addition does not affect the result.

pub mod bloom;
pub mod closed_form;
pub mod coupled;
pub mod metrics;
pub mod preset;
pub mod recommend;
pub mod results;
pub mod rng;
pub mod scenario;
pub mod strategies;
pub mod tally;
pub mod trace_metrics;
mod validate;
pub mod work_units;

mod client;
mod exposure;
mod store_access;
mod user;

#[cfg(test)]
mod tests;
