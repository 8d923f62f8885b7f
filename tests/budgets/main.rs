//! Work and memory for hostile inputs, measured at one, two and four times the size: instructions of the program, and
//! bytes that the library allocates. Neither depends on the machine or on what else it does, so nothing here is a time.
//! A binary of its own, because the allocator that counts would count in every other test.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests may do anything"
)]

mod inputs;
mod memory;
mod work;

/// What four times the size may cost, in per cent of one: linear is 400, a sort some 480, all pairs 1,600.
const MOST: u64 = 500;

/// Checks what an input costs beyond what an empty one does, at one, two and four times its size.
#[track_caller]
fn assert_linear(name: &str, start: u64, costs: [u64; 3]) {
    let own = costs.map(|cost| cost.saturating_sub(start).max(1));
    println!("{name}: start {start}, then {own:?}");
    let per_cent = |times: usize| own[times] * 100 / own[0];
    assert!(per_cent(2) <= MOST && per_cent(1) <= MOST / 2, "{name} is not linear: {own:?} after a start of {start}");
}
