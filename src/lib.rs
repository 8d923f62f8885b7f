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
pub mod time;

pub mod finding;

// algorithms and keys
pub mod alg;
pub mod key;

// what becomes of keys
pub mod rotation;

// what is judged
pub mod token;

pub mod cookie;
pub mod product_config;

// what becomes of sessions
pub mod lifecycle;

// secrets that anyone can guess
pub mod crack;

// judging
pub mod rule;
pub mod rule_config;
pub mod settings;

// where tokens are seen
pub mod extract;

// what the commands do
pub mod audit;
pub mod identify;
pub mod inspect;
pub mod lint;

// endpoints as a browser meets them
pub mod probe;

// what if: models of sessions and tokens
pub mod simulate;

// what the commands say
pub mod report;

#[cfg(test)]
#[path = "../tests/integration/exploration.rs"]
mod exploration;
