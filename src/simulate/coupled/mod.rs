//! Coupled mode: a discrete-event simulation with one event queue for all users, for effects between users: queueing at
//! the store, outages and the thundering herd after them, a lossy message bus, crashing and scaling nodes.
//!
//! A replication is a function of the model, the random seed and its number, and runs on one thread; replications run
//! in parallel and are combined in the order of their numbers.

pub(crate) mod event_queue;
pub(crate) mod event_sim;
pub(crate) mod model_builder;
pub mod queue;
pub(crate) mod station;
