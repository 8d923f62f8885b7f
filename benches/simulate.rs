//! Benchmark of trace mode per simulated request, on one thread: each strategy against a bare loop that draws, takes a
//! logarithm and adds, once for each request.
//!
//!     cargo bench --bench simulate                    every strategy
//!     cargo bench --bench simulate -- denylist-poll   one of them
//!
//! A strategy does more than the loop: it checks token validity, selects a node, models the store latency, and
//! records all of it. The target rates are about half of those of a prototype on another machine.
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

use authkit::simulate::rng::{Purpose, Stream};
use authkit::simulate::scenario::Scenario;
use authkit::simulate::tally::Count;
use authkit::simulate::work_units::{self, WorkCell};
use race::{Entry, Race, Wanted, Work, bar, rate};
use std::hint::black_box;

#[allow(dead_code, reason = "two kinds of targets are enough here")]
mod race;

/// One request per minute for a day. Few users, so that a round fits in a scheduler time slice.
const USERS: usize = 25;
const REQUESTS: usize = USERS * 24 * 60;

/// The minimal work for each request of a user.
fn bare() -> Work {
    let mut round = 0;
    Box::new(move || {
        round += 1;
        for user in 0..USERS as u64 {
            let mut stream = Stream::new(1, round, user, Purpose::Activity);
            let mut now = 0.0;
            for _ in 0..REQUESTS / USERS {
                now += stream.exponential(60e9);
            }
            black_box(now);
        }
    })
}

/// Simulates a day of some users, different ones in each round.
fn lived(world: &str, strategy: &str) -> Work {
    let text = format!(
        "[run]\nusers = {USERS}\nreplications = 1\n[traffic]\nrate = \"1/min\"\n[topology]\nnodes = 8\n{world}\n\
         [[strategy]]\n{strategy}\n"
    );
    let scenario = Scenario::parse(&text).unwrap();
    let cell = |replication| work_units::run(&scenario, WorkCell { strategy: 0, replication });
    // The simulated users send the requests that the loop draws.
    let sent = cell(0).count(Count::Requests) as f64;
    assert!((sent / REQUESTS as f64 - 1.0).abs() < 0.02, "{sent}");
    let mut replication = 0;
    Box::new(move || {
        replication += 1;
        black_box(work_units::run(&scenario, WorkCell { strategy: 0, replication }));
    })
}

/// A strategy and its target rate, in millions of requests per second.
fn race(world: &str, strategy: &str, wanted: f64) -> Race {
    Race {
        items: REQUESTS,
        rounds: 200,
        lanes: vec![("bare", bare()), ("authkit", lived(world, strategy))],
        bars: vec![rate("authkit", Wanted::AtLeast(wanted * 1e6)), bar("authkit", "bare", Wanted::Nothing)],
    }
}

const TIMER: &str = "[client]\nmargin = \"60s\"";
/// Without a random draw per visit, and with one.
const CONSTANT: &str = "[store]\nservice = \"const(25us)\"";
const DRAWN: &str = "[store]\nservice = \"exp(25us)\"";

const RACES: &[Entry] = &[
    ("jwt-lazy", || race("[client]\nrefresh = \"lazy\"\nmargin = \"0s\"", "kind = \"jwt_refresh\"", 33.0)),
    ("jwt-timer-tabs", || race("[client]\ntabs = 3", "kind = \"rotation\"\nmode = \"same\"\ngrace = \"10s\"", 28.0)),
    ("session-store", || race(CONSTANT, "kind = \"session_store\"", 38.0)),
    ("session-store-drawn", || race(DRAWN, "kind = \"session_store\"", 20.0)),
    ("session-cache", || race(DRAWN, "kind = \"session_store\"\ncache = { ttl = \"30s\" }", 14.0)),
    ("denylist-poll", || race(TIMER, "kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\"", 33.0)),
    ("denylist-central", || race(DRAWN, "kind = \"jwt_denylist\"\nmode = \"central\"", 18.0)),
    ("memory", || race("", "kind = \"session_memory\"", 15.0)),
];

fn main() {
    race::main(RACES);
}
