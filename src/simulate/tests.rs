//! Simulations against theory, their invariants and limits, and every key of a scenario.

mod distributions;
mod invariants;
mod limits;
mod scenario_keys;
mod scenario_keys_coupled;
mod theory;
