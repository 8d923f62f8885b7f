//! The library of `authkit`: tokens (JWT, RFC 7519), their keys (JWK, RFC 7517), session cookies (6265bis) and the
//! configuration of products that issue and verify them: verified, audited, linted and simulated.
//!
//! Every function is pure, from input values to output values. Time, randomness, bytes and settings are arguments; no
//! terminal, disk, network, environment, clock or generator is accessed, which `tests/integration/laws` and
//! `.clippy.toml` enforce. One exception, in [`alg`] only: aws-lc-rs draws the nonce or salt of an ECDSA or PSS
//! signature itself. No function panics on any input, and there is no `unsafe` code.
//!
//! # Where to begin
//!
//! | to | use |
//! |---|---|
//! | read keys in any encoding | [`key::detect::read`] |
//! | generate and encode a key | [`key::generate::generate`], [`key::encode::encode`] |
//! | verify a token | [`TokenVerifier`](token::verify::TokenVerifier) with a [`Keyring`](token::keyring::Keyring) and [`Requirements`](token::requirements::Requirements) |
//! | describe a token without verifying it | [`inspect::token::describe`] |
//! | audit many tokens | [`TokenAuditor`](audit::token_auditor::TokenAuditor), [`AuditSummary`](audit::summary::AuditSummary) |
//! | lint a product configuration | [`Linter`](lint::Linter) |
//! | decide whether a browser stores a cookie | [`cookie::storage::decide`] |
//! | run the rules of one list | [`rule::run_rules`] |
//! | simulate sessions and tokens | [`Scenario`](simulate::scenario::Scenario) |
//!
//! The directory `examples/` holds whole programs.
//!
//! # Floors
//!
//! Modules are listed bottom up, and each imports only from those above it in the list. Values come first: [`encoding`],
//! [`secret`], [`stats`], [`suggest`], [`time`] and [`finding`]. On them stand the algorithms ([`alg`]), [`key`]s and
//! their [`rotation`], and [`token`]s; then what tokens travel in and are made by, as data: [`http`], [`cookie`],
//! [`product_config`] and the session [`lifecycle`]. A [`rule`] reports findings about a view of one of these, under a
//! [`rule_config`] and the [`settings`] of `authkit.toml`. Above the rules, [`extract`] finds tokens, [`audit`],
//! [`inspect`] and [`lint`] apply rules to many or to one, [`probe`] applies them to endpoints, and [`simulate`]
//! compares sessions with tokens under load. [`report`] renders all of their results.
//!
//! Numbers state their unit: lifetimes are seconds or a [`time::Span`], sizes are bytes, lines and columns count from 1.
#![forbid(clippy::disallowed_methods, clippy::disallowed_types)]
#![warn(missing_docs)]
#![cfg_attr(not(test), warn(unreachable_pub))] // fixtures of tests are `pub` for the modules next to them

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
pub mod product_config;

// session lifecycle
pub mod lifecycle;

// dictionary attacks
pub mod crack;

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
