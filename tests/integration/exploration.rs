//! Number of cases and seed of the property tests: constant, to keep the suite reproducible.
//! `PROPTEST_CASES=2560`, ten times the default, draws new cases instead, ten
//! times as many in every test; add a regression test for each failure. Shared by the tests of the library and of the
//! program.

use proptest::test_runner::{Config, RngSeed};

/// An arbitrary, fixed seed.
const SEED: u64 = 7_519;

/// The default number of cases of proptest.
const USUAL_CASES: u32 = 256;

/// The configuration of a property test with `cases` cases. A failure prints its shrunk input; no regression file is
/// written.
pub fn cases(cases: u32) -> Config {
    // proptest reads its environment variable; the library reads none, not even in its tests.
    let told = Config::default();
    let times = told.cases.checked_div(USUAL_CASES).unwrap_or(1).max(1);
    Config {
        cases: cases.saturating_mul(times),
        rng_seed: if times > 1 { RngSeed::Random } else { RngSeed::Fixed(SEED) },
        failure_persistence: None,
        ..told
    }
}
