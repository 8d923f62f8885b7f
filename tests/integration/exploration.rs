//! How many cases a property test draws, and from which seed: the same in every run of the suite, so that the same
//! command gives the same result. `PROPTEST_CASES=2560`, which is ten times the default, draws new cases instead, ten
//! times as many of every test; what it finds becomes a test of its own. Shared by the tests of the library and of the
//! program.

use proptest::test_runner::{Config, RngSeed};

/// Any number does; it only must not change by itself.
const SEED: u64 = 7_519;

/// What proptest takes when nobody says how many cases.
const USUAL_CASES: u32 = 256;

/// The configuration of a property test of so many cases. A failure prints its shrunk input; nothing is written beside
/// the tests.
pub fn cases(cases: u32) -> Config {
    // The crate reads its variable; the library reads no environment, not even in its tests.
    let told = Config::default();
    let times = told.cases.checked_div(USUAL_CASES).unwrap_or(1).max(1);
    Config {
        cases: cases.saturating_mul(times),
        rng_seed: if times > 1 { RngSeed::Random } else { RngSeed::Fixed(SEED) },
        failure_persistence: None,
        ..told
    }
}
