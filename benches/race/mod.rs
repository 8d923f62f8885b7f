//! Benchmark harness: runs alternative implementations in turn, round after round; machine load affects all alike.
//! Every line with a target is the ratio of one such run. There is no pass or fail.

use std::time::Instant;

/// Processes all items of a race (tokens, candidates) once.
pub type Work = Box<dyn FnMut()>;

/// A comparison of several lanes.
pub struct Race {
    /// Small enough for a round to fit in a scheduler time slice, which keeps medians stable on a busy machine.
    pub items: usize,
    pub rounds: usize,
    pub lanes: Vec<(&'static str, Work)>,
    pub bars: Vec<Bar>,
}

/// A ratio of the times of two lanes, or the rate of one.
pub struct Bar {
    over: &'static str,
    under: Option<&'static str>,
    wanted: Wanted,
}

pub enum Wanted {
    AtLeast(f64),
    AtMost(f64),
    /// Printed for information.
    Nothing,
}

pub fn bar(over: &'static str, under: &'static str, wanted: Wanted) -> Bar {
    Bar { over, under: Some(under), wanted }
}

/// Items per second of one lane; depends on the machine and its load.
#[allow(dead_code, reason = "most races need ratios only")]
pub fn rate(lane: &'static str, wanted: Wanted) -> Bar {
    Bar { over: lane, under: None, wanted }
}

/// A race by name, constructed when it is run, because key generation takes time.
pub type Entry = (&'static str, fn() -> Race);

/// Seconds that `work` takes.
fn seconds(work: &mut Work) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Race {
    /// Runs the lanes in turn and prints their rates, and the ratios whose lanes both ran.
    fn run(mut self, name: &str, rounds: Option<usize>) {
        let rounds: Vec<Vec<f64>> = (0..rounds.unwrap_or(self.rounds))
            .map(|_| self.lanes.iter_mut().map(|(_, work)| seconds(work)).collect())
            .collect();
        println!("== {name}");
        for (place, (name, _)) in self.lanes.iter().enumerate() {
            let time = median(rounds.iter().map(|round| round[place] / self.items as f64).collect());
            println!("{name:<16} {:>12.0} items/s {:>10.0} ns", 1.0 / time, time * 1e9);
        }
        let place = |name: &str| self.lanes.iter().position(|(own, _)| *own == name);
        for Bar { over, under, wanted } in &self.bars {
            let Some(a) = place(over) else { continue };
            let wanted = match wanted {
                Wanted::AtLeast(limit) => format!("at least {limit}"),
                Wanted::AtMost(limit) => format!("at most {limit}"),
                Wanted::Nothing => "nothing".to_owned(),
            };
            let Some(under) = under else {
                let rate = self.items as f64 / median(rounds.iter().map(|round| round[a]).collect());
                println!("items/s of {over}: {rate:.0} (wanted: {wanted})");
                continue;
            };
            let Some(b) = place(under) else { continue };
            let ratio = median(rounds.iter().map(|round| round[a] / round[b]).collect());
            println!("time of {over} / time of {under}: {ratio:.3} (wanted: {wanted})");
        }
    }
}

/// Runs the races given as arguments: all, one (`hs256`), or lanes of one (`hs256/authkit`).
pub fn main(races: &[Entry]) {
    // Cargo passes additional flags.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let rounds = std::env::var("ROUNDS").ok().and_then(|text| text.parse().ok());
    for (name, make) in races {
        let is_wanted =
            |lane: &str| wanted.is_empty() || wanted.iter().any(|own| own == name || *own == format!("{name}/{lane}"));
        if wanted.is_empty() || wanted.iter().any(|own| own.split('/').next() == Some(name)) {
            let mut race = make();
            race.lanes.retain(|(lane, _)| is_wanted(lane));
            race.run(name, rounds);
        }
    }
}
