//! Whether every live token verifies while keys are rotated, in worlds that go wrong.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a world of small numbers, which says what it saw"
)]

use super::{Overlap, RotationPolicy};
use proptest::prelude::*;
use world::{CALM, Events, WILD, years};

mod world;

proptest! {
    #![proptest_config(crate::exploration::cases(48))]

    #[test]
    fn every_live_token_verifies_and_the_dead_stay_dead(seed in any::<u64>()) {
        let world = years(seed, 3, WILD, |_| {});
        prop_assert_eq!(world.violation(), None);
    }
}

#[test]
fn the_worlds_do_happen() {
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

/// Without any one term some token is refused; so each of them is needed, and the test would notice.
#[test]
fn no_term_can_be_spared() {
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
        println!("behind without {}: {found} of {SEEDS} worlds", terms.behind[place].name);
        assert!(found > 0, "{} can be dropped behind", terms.behind[place].name);
    }
}
