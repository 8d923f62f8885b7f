//! How many cases a property test draws, and from which seed: the same in every run of the suite, so that the same
//! command gives the same result. `AUTHKIT_EXPLORE=20` draws new cases instead, twenty times as many; what it finds
//! becomes a test of its own. Shared by the tests of the library and of the program.

#![allow(clippy::disallowed_methods, clippy::panic, reason = "tests ask their environment, in the library too")]

use proptest::test_runner::{Config, RngSeed};

/// Any number does; it only must not change by itself.
const SEED: u64 = 7_519;

/// The configuration of a property test of so many cases. A failure prints its shrunk input; nothing is written beside
/// the tests.
pub fn cases(cases: u32) -> Config {
    let factor = std::env::var("AUTHKIT_EXPLORE").ok().map(|text| {
        text.parse::<u32>().unwrap_or_else(|_| panic!("AUTHKIT_EXPLORE={text} is not a number of times as many cases"))
    });
    Config {
        cases: cases.saturating_mul(factor.unwrap_or(1)),
        rng_seed: factor.map_or(RngSeed::Fixed(SEED), |_| RngSeed::Random),
        failure_persistence: None,
        ..Config::default()
    }
}
