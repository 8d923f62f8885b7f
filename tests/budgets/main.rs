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

/// What going from twice to four times the size may cost, in per cent of going from once to twice: linear is 200, a sort
/// some 225, all pairs 400. The fixed start cancels out.
const MOST: u64 = 250;

/// Checks what an input costs at one, two and four times its size.
#[track_caller]
fn assert_linear(name: &str, costs: [u64; 3]) {
    println!("{name}: {costs:?}");
    let first = costs[1].saturating_sub(costs[0]).max(1);
    let second = costs[2].saturating_sub(costs[1]);
    assert!(second * 100 / first <= MOST, "{name} is not linear: {costs:?}");
}
