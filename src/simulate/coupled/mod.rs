//! The coupled mode: events of all users in one agenda, for what one user does to another. A store with a line, outages
//! and the herd after them, a bus that loses messages, nodes that come and go.
//!
//! A replication is a function of the model, the seed and its number, and runs on one thread; replications run in
//! parallel and are put together in the order of their numbers.

pub mod event_queue;
pub mod event_sim;
pub mod model_builder;
pub mod queue;
pub mod station;
