//! The library behind `authkit`: values in, values out.
//!
//! It takes time, randomness, bytes and settings as arguments and touches no terminal, disk, network,
//! environment, clock or generator; `tests/integration/laws.rs` and `.clippy.toml` hold that wall.
//! One exception, in `alg` alone: aws-lc-rs draws the nonce or salt of an ECDSA or PSS signature itself.
//!
//! Read bottom up; imports go down only.
#![forbid(clippy::disallowed_methods, clippy::disallowed_types)]

// values
pub mod encoding;
pub mod secret;
pub mod stats;
pub mod time;

pub mod finding;

// algorithms and keys
pub mod alg;
pub mod key;
pub mod rotation;

// tokens
pub mod token;

// HTTP, cookies and configuration, as data
pub mod cookie;
pub mod http;
pub mod product_config;

// session lifecycles, and secrets that can be guessed
pub mod crack;
pub mod lifecycle;

// rules, and how they are configured
pub mod rule;
pub mod rule_config;
pub mod settings;

// tokens in other text
pub mod extract;

// the commands, without their input and output
pub mod audit;
pub mod identify;
pub mod inspect;
pub mod lint;
pub mod probe;
pub mod simulate;

// the formats of reports
pub mod report;

#[cfg(test)]
#[path = "../tests/integration/exploration.rs"]
mod exploration;
