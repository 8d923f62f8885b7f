//! Benchmark of the coupled mode, per event: an M/M/1 queue at a load of 0.8, against the crate simu-des and against
//! SimPy, all on one thread with the same model. Each customer has two events: arrival and departure.
//!
//!     cargo bench --bench coupled
//!     SIMPY=python3 cargo bench --bench coupled     with SimPy too, by an interpreter that has it
//!
//! Each simulator uses its own RNG, as part of the measured work. Ours also records a histogram of sojourn times,
//! the others a sum.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark reads the clock and prints"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is not the program"
)]

use authkit::simulate::coupled::queue::StoreQueue;
use authkit::simulate::scenario::units::{DurationDistribution, SECOND};
use race::{Entry, Race, Wanted, Work, bar};
use simu::rng::{SplitMix64, sample};
use simu::{Resource, SimEnv};
use std::cell::Cell;
use std::hint::black_box;
use std::process::Command;
use std::rc::Rc;

#[allow(dead_code, reason = "one kind of target is enough here")]
mod race;

const ARRIVALS: f64 = 8_000.0;
const SERVICES: f64 = 10_000.0;
/// Small enough for a round to fit in a scheduler time slice.
const CUSTOMERS: usize = 20_000;

fn own() -> Work {
    let horizon = (CUSTOMERS as f64 / ARRIVALS * SECOND as f64) as u64;
    let queue = StoreQueue::new(ARRIVALS, DurationDistribution::Exp(100_000), 1, horizon).unwrap();
    let mut replication = 0;
    Box::new(move || {
        replication += 1;
        black_box(queue.run(1, replication));
    })
}

/// The model as in its documentation: a source, and a process per customer.
fn simu_des() -> Work {
    let mut seed = 0;
    Box::new(move || {
        seed += 1;
        let mut env = SimEnv::with_source(SplitMix64::new(seed));
        let (server, sojourns) = (Resource::new(1), Rc::new(Cell::new(0.0)));
        let (handle, total) = (env.handle(), Rc::clone(&sojourns));
        env.spawn(async move {
            for _ in 0..CUSTOMERS {
                let gap = sample::exponential(&mut handle.rng(), 1.0 / ARRIVALS);
                handle.timeout(gap).await;
                let (own, server, total) = (handle.clone(), server.clone(), Rc::clone(&total));
                handle.spawn(async move {
                    let arrived = own.now();
                    let _turn = server.request().await;
                    let service = sample::exponential(&mut own.rng(), 1.0 / SERVICES);
                    own.timeout(service).await;
                    total.set(total.get() + own.now() - arrived);
                });
            }
        });
        env.run();
        black_box(sojourns.get());
    })
}

/// Seconds that SimPy takes for the same number of customers, measured inside the script, without interpreter
/// start-up.
fn simpy(python: &str) -> Option<f64> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/coupled_simpy.py");
    let output = Command::new(python).args([script, &CUSTOMERS.to_string()]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().next()?.parse().ok()
}

/// SimPy runs in a separate process that measures itself, so it cannot be a lane; it is interleaved nevertheless.
fn against_simpy() {
    let Ok(python) = std::env::var("SIMPY") else {
        println!("== SimPy is skipped: SIMPY names no interpreter");
        return;
    };
    let mut own = own();
    let mut ratios = Vec::new();
    for _ in 0..15 {
        let Some(theirs) = simpy(&python) else {
            println!("== SimPy is skipped: {python} has no simpy");
            return;
        };
        let start = std::time::Instant::now();
        (0..20).for_each(|_| own());
        ratios.push(theirs / (start.elapsed().as_secs_f64() / 20.0));
    }
    ratios.sort_by(f64::total_cmp);
    println!("time of simpy / time of authkit: {:.1} (wanted: at least 50)", ratios[ratios.len() / 2]);
}

const RACES: &[Entry] = &[("mm1", || Race {
    items: CUSTOMERS,
    rounds: 200,
    lanes: vec![("authkit", own()), ("simu-des", simu_des())],
    bars: vec![bar("simu-des", "authkit", Wanted::AtLeast(5.0))],
})];

fn main() {
    race::main(RACES);
    against_simpy();
}
