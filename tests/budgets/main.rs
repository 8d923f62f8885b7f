//! Tests of CPU work and memory for hostile inputs, measured at one, two and four times the size: instructions of the
//! program, and bytes that the library allocates. Both are independent of the machine and its load, unlike wall time.
//! A separate binary, because the counting allocator is global.
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

/// Maximum cost of growing from twice to four times the size, in per cent of growing from once to twice: linear is 200,
/// a sort some 225, all pairs 400. The fixed start-up cost cancels out.
const MOST: u64 = 250;

/// Asserts linear growth of the cost at one, two and four times the size.
#[track_caller]
fn assert_linear(name: &str, costs: [u64; 3]) {
    println!("{name}: {costs:?}");
    let first = costs[1].saturating_sub(costs[0]).max(1);
    let second = costs[2].saturating_sub(costs[1]);
    assert!(second * 100 / first <= MOST, "{name} is not linear: {costs:?}");
}
