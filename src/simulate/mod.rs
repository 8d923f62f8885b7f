//! Sessions and tokens as a model: how long does a revoked credential go on working, what does each request cost,
//! who is logged out by mistake, what happens in an outage?
//!
//! Everything here is a function of the scenario and its seed. Users are drawn from streams of their own, so that they
//! can be simulated alone, in any order and on any number of threads; sums are integers, so that the order in which
//! they are added up does not show.

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
mod validate;
pub mod work_units;

mod client;
mod exposure;
mod store_access;
mod user;

#[cfg(test)]
mod tests;
