//! Tests that every unexpired token verifies during key rotation, in simulated worlds with failures.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a simulation with small numbers, which prints its observations"
)]

use super::{Overlap, RotationPolicy};
use proptest::prelude::*;
use world::{CALM, Events, WILD, years};

mod world;

proptest! {
    #![proptest_config(crate::exploration::cases(48))]

    #[test]
    fn unexpired_tokens_verify_and_revoked_keys_stay_revoked(seed in any::<u64>()) {
        let world = years(seed, 3, WILD, |_| {});
        prop_assert_eq!(world.violation(), None);
    }
}

#[test]
fn random_worlds_cover_every_event() {
    let mut all = Events::default();
    for seed in 0..60 {
        let world = years(seed, 3, WILD, |_| {});
        assert_eq!(world.violation(), None, "seed {seed}");
        all.plus(world.events);
    }
    let Events { promotions, withdrawals, reactivations, failed_publications, restores, .. } = all;
    let Events { revocations, removals, policy_changes, refused_clocks, .. } = all;
    for (what, count) in [
        ("promotions", promotions),
        ("withdrawals", withdrawals),
        ("reactivations", reactivations),
        ("failed publications", failed_publications),
        ("restores", restores),
        ("revocations", revocations),
        ("removals", removals),
        ("policy changes", policy_changes),
        ("refused clocks", refused_clocks),
    ] {
        assert!(count >= 20, "too few {what} to mean anything: {all:?}");
    }
    println!("{all:?}");
}

/// Without any one term some token is rejected: each term is necessary, and this test would detect its absence.
#[test]
fn removing_any_wait_term_causes_an_outage() {
    const SEEDS: u64 = 12;
    let terms = RotationPolicy::default().overlap();
    for seed in 0..SEEDS {
        assert_eq!(years(seed, 1, CALM, |_| {}).violation(), None, "seed {seed}");
    }
    for place in 0..terms.ahead.len() {
        let found = (0..SEEDS)
            .filter(|seed| {
                let drop = |overlap: &mut Overlap| _ = overlap.ahead.remove(place);
                years(*seed, 1, CALM, drop).violation().is_some()
            })
            .count();
        println!("ahead without {}: {found} of {SEEDS} worlds", terms.ahead[place].name);
        assert!(found > 0, "{} can be dropped ahead", terms.ahead[place].name);
    }
    for place in 0..terms.behind.len() {
        let found = (0..SEEDS)
            .filter(|seed| {
                let drop = |overlap: &mut Overlap| _ = overlap.behind.remove(place);
                years(*seed, 1, CALM, drop).violation().is_some()
            })
            .count();
        println!("retire interval without {}: {found} of {SEEDS} worlds", terms.behind[place].name);
        assert!(found > 0, "{} can be dropped from the retire interval", terms.behind[place].name);
    }
}
