//! The library of `authkit`: pure functions from input values to output values.
//!
//! It takes time, randomness, bytes and settings as arguments and accesses no terminal, disk, network,
//! environment, clock or generator; `tests/integration/laws.rs` and `.clippy.toml` enforce that boundary.
//! One exception, in `alg` only: aws-lc-rs draws the nonce or salt of an ECDSA or PSS signature itself.
//!
//! Modules are listed bottom up; each imports only from those above it.
#![forbid(clippy::disallowed_methods, clippy::disallowed_types)]

// values
pub mod encoding;
pub mod secret;
pub mod stats;
pub mod suggest;
pub mod time;

pub mod finding;

// algorithms and keys
pub mod alg;
pub mod key;

// key rotation
pub mod rotation;

// tokens and their inputs
pub mod token;

// HTTP, cookies and configuration, as data
pub mod cookie;
pub mod http;

// session lifecycle
pub mod product_config;

// dictionary attacks
pub mod crack;
pub mod lifecycle;

// rules
pub mod rule;
pub mod rule_config;
pub mod settings;

// token extraction
pub mod extract;

// audit and inspection
pub mod audit;
pub mod identify;
pub mod inspect;
pub mod lint;

// endpoint checks
pub mod probe;

// simulation of sessions and tokens
pub mod simulate;

// reports
pub mod report;

#[cfg(test)]
#[path = "../tests/integration/exploration.rs"]
mod exploration;
