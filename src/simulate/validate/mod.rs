//! Reads scenarios and refuses the impossible; names the keys that have no effect. It stands above the strategies and the
//! coupled mode, because only they know which keys they read.

mod suggest;
mod unused_keys;

use crate::simulate::scenario::units::{DAY, FOREVER, SECOND, seconds};
use crate::simulate::scenario::{
    Arrivals, Grace, ListMode, Refetch, RefreshTrigger, Scenario, ScenarioError, Strategy,
};
use crate::simulate::strategies::{self, COMMON_KEYS, STRATEGIES};

impl Scenario {
    /// Reads the text of a scenario and refuses what cannot be.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml_edit::de::from_str(text).map_err(|error| {
            let (line, column) = crate::settings::place(text, error.span().map_or(0, |span| span.start));
            let problem = suggest::add_suggestion(error.message().trim()).replace('\n', "; ");
            ScenarioError { line, column, key: None, problem }
        })?;
        check(&scenario).map_err(|wrong| wrong.at(text))?;
        Ok(scenario)
    }

    /// What is written and counts for nothing, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        unused_keys::remarks(self)
    }
}

/// The most users: more than there are people.
const MOST_USERS: u64 = 100_000_000_000;

/// The most users that are simulated one by one, over all replications.
const MOST_SAMPLED: u64 = 100_000_000;

const MOST_NODES: u64 = 10_000;

/// The most requests, presences or refreshes in the life of one user: half a minute of work.
const MOST_EVENTS: f64 = 1e9;

/// The most crashes of one node in a run.
const MOST_CRASHES: f64 = 1e6;

/// The most requests of one user in a second; times are counted in nanoseconds.
const MOST_RATE: f64 = 1e6;

/// The fewest requests in a presence, so that a user who has any need not be waited for.
const LEAST_IN_PRESENCE: f64 = 1e-6;

/// What is wrong with one key.
pub struct KeyProblem {
    key: String,
    /// Which of the strategies, when it is about one.
    strategy: Option<usize>,
    problem: String,
}

impl KeyProblem {
    fn new(key: &str, problem: impl Into<String>) -> Self {
        Self { key: key.to_owned(), strategy: None, problem: problem.into() }
    }

    /// The error with the line where the key, or else its table, is written; line 1 for what is only a default.
    pub fn at(self, text: &str) -> ScenarioError {
        let (table, key) = self.key.rsplit_once('.').unwrap_or(("", &self.key));
        let (mut inside, mut nth, mut of_table, mut of_key) = (false, 0_usize, None, None);
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.starts_with('[') {
                let name = line.trim_matches(['[', ']', ' ']);
                inside = name == table && self.strategy.is_none_or(|wanted| wanted == nth);
                nth = nth.saturating_add(usize::from(name == "strategy"));
                of_table = of_table.or(inside.then_some(number));
            } else if inside && line.split('=').next().is_some_and(|name| name.trim() == key) {
                of_key = of_key.or(Some(number));
            }
        }
        let line = of_key.or(of_table).unwrap_or(1);
        ScenarioError { line, column: 1, key: Some(self.key), problem: self.problem }
    }
}

/// # Errors
/// The first thing that cannot be.
pub fn check(scenario: &Scenario) -> Result<(), KeyProblem> {
    let Scenario { run, client, topology, store, bus, theft, .. } = scenario;
    let shares = [
        ("client.jitter", client.jitter),
        ("client.lost_response", client.lost_response),
        ("bus.loss", bus.loss),
        ("theft.attacker.jitter", theft.attacker.jitter),
    ];
    if let Some((key, share)) = shares.into_iter().find(|(_, share)| !(0.0..=1.0).contains(share)) {
        return Err(KeyProblem::new(key, format!("{share} is no share; it lies between 0 and 1")));
    }
    let counts = [
        ("run.users", run.users, MOST_USERS),
        ("run.sample", run.sampled(), MOST_SAMPLED),
        ("run.replications", run.replications, 100_000),
        ("topology.nodes", topology.nodes, MOST_NODES),
        ("topology.services", topology.services, 1_000),
        ("topology.regions", topology.regions, 1_000),
        ("client.tabs", client.tabs, 1_000),
        ("store.servers", store.servers, 10_000),
    ];
    if let Some((key, count, most)) = counts.into_iter().find(|(_, count, most)| *count == 0 || count > most) {
        return Err(KeyProblem::new(key, format!("{count} is out of range; it lies between 1 and {most}")));
    }
    if run.horizon.0 == 0 || run.horizon.0 > 366_u64.saturating_mul(DAY) {
        return Err(KeyProblem::new("run.horizon", "a run lasts longer than nothing and at most a year"));
    }
    if scenario.clock.leeway.0 > DAY {
        return Err(KeyProblem::new(
            "clock.leeway",
            "a verifier grants a day of leeway at most, as authkit verify does",
        ));
    }
    if store.region >= topology.regions {
        return Err(KeyProblem::new("store.region", "there is no such region; they count from 0"));
    }
    if topology.node_mtbf.is_some_and(|mean| seconds(run.horizon.0) > MOST_CRASHES * seconds(mean.0)) {
        let problem = format!("a node would crash more than {MOST_CRASHES:e} times in the run");
        return Err(KeyProblem::new("topology.node_mtbf", problem));
    }
    if let Some(crash) = topology.crash.iter().find(|crash| crash.node >= topology.nodes) {
        return Err(KeyProblem::new(
            "topology.crash.node",
            format!("there is no node {}; they count from 0", crash.node),
        ));
    }
    of_traffic(scenario)?;
    store.arrivals().map_err(|problem| KeyProblem::new("store.arrivals", problem))?;
    if scenario.strategy.is_empty() {
        return Err(KeyProblem::new("strategy", "there is none; write [[strategy]] and kind = \"jwt_refresh\""));
    }
    for (nth, strategy) in scenario.strategy.iter().enumerate() {
        of_strategy(scenario, strategy).map_err(|wrong| KeyProblem { strategy: Some(nth), ..wrong })?;
    }
    Ok(())
}

/// Traffic whose simulation would not end.
fn of_traffic(scenario: &Scenario) -> Result<(), KeyProblem> {
    let (traffic, horizon, rate) = (&scenario.traffic, seconds(scenario.run.horizon.0), scenario.rate_when_present());
    let key = if traffic.rate_per_tab.is_some() { "traffic.rate_per_tab" } else { "traffic.rate" };
    if !(0.0..=MOST_RATE).contains(&rate) {
        return Err(KeyProblem::new(
            key,
            format!("{rate:e} requests of a user in a second; at most {MOST_RATE:e} are simulated"),
        ));
    }
    if rate * horizon > MOST_EVENTS {
        let problem =
            format!("{:e} requests of one user in the run; at most {MOST_EVENTS:e} are simulated", rate * horizon);
        return Err(KeyProblem::new(key, problem));
    }
    if traffic.arrivals != Arrivals::OnOff {
        return Ok(());
    }
    let (on, off) = (seconds(traffic.on.0), seconds(traffic.off.0));
    if on <= 0.0 || horizon / (on + off) > MOST_EVENTS {
        return Err(KeyProblem::new(
            "traffic.on",
            "a presence lasts longer than nothing, and a run has at most 1e9 of them",
        ));
    }
    if rate > 0.0 && rate * on < LEAST_IN_PRESENCE {
        return Err(KeyProblem::new("traffic.on", "in a presence comes less than a millionth of a request"));
    }
    Ok(())
}

fn of_strategy(scenario: &Scenario, strategy: &Strategy) -> Result<(), KeyProblem> {
    let wrong = |key: &str, problem: String| KeyProblem::new(&format!("strategy.{key}"), problem);
    let Some(kind) = strategies::find(&strategy.kind) else {
        let near = suggest::suggest(&strategy.kind, STRATEGIES.iter().map(|kind| kind.id));
        let known: Vec<&str> = STRATEGIES.iter().map(|kind| kind.id).collect();
        let hint =
            near.map_or_else(|| format!("there are {}", known.join(", ")), |near| format!("did you mean {near}?"));
        return Err(wrong("kind", format!("no strategy is called \"{}\"; {hint}", strategy.kind)));
    };
    if let Some(key) = strategy.written().find(|key| !kind.keys.contains(key) && !COMMON_KEYS.contains(key)) {
        let takes = if kind.keys.is_empty() { "no keys of its own".to_owned() } else { kind.keys.join(", ") };
        return Err(wrong(key, format!("{} does not know it; it takes {takes}", kind.id)));
    }
    // A mode with a typing error would be taken for the default: the strictest, or the dearest.
    let modes: &[&str] = match kind.id {
        "rotation" => &["strict", "same", "branch", "parent_of_active"],
        _ => &["central", "poll", "push", "bloom"],
    };
    if let Some(mode) = strategy.mode.as_deref().filter(|mode| !modes.contains(mode)) {
        let hint = suggest::suggest(mode, modes.iter().copied())
            .map_or_else(|| format!("there are {}", modes.join(", ")), |near| format!("did you mean {near}?"));
        return Err(wrong("mode", format!("{} has no mode \"{mode}\"; {hint}", kind.id)));
    }
    if kind.id == "rotation" && strategy.grace_mode() == Grace::Strict && strategy.grace.is_some_and(|span| span.0 > 0)
    {
        return Err(wrong("grace", "strict forgives nothing; write mode = \"same\" for a grace".to_owned()));
    }
    if strategy.touch_every.is_some() && (strategy.touch.is_some() || strategy.cached().is_some()) {
        return Err(wrong("touch_every", "it stands for touch, and for sessions that are not cached".to_owned()));
    }
    of_filter(strategy)?;
    const ALGORITHMS: [&str; 5] = ["ES256", "Ed25519", "EdDSA", "HS256", "RS256"];
    if let Some(alg) = strategy.alg.as_deref().filter(|alg| !ALGORITHMS.contains(alg)) {
        return Err(wrong("alg", format!("no cost of \"{alg}\" is known; there are {}", ALGORITHMS.join(", "))));
    }
    if strategy.window.is_some_and(|span| span.0 == 0 || span.0 > 3_600 * SECOND) {
        return Err(wrong("window", "a proof is accepted for longer than nothing and at most an hour".to_owned()));
    }
    let timer = scenario.client.refresh == RefreshTrigger::Timer;
    if kind.keys.contains(&"access") && timer && strategy.access().least() <= scenario.client.margin.0 {
        return Err(wrong(
            "access",
            "it is not longer than client.margin: the timer would refresh without end".to_owned(),
        ));
    }
    if kind.keys.contains(&"access") && strategy.access().mean_s() <= 0.0 {
        return Err(wrong("access", "a token lives longer than nothing".to_owned()));
    }
    let cycle = strategy.access().mean_s() - seconds(scenario.client.margin.0);
    if kind.keys.contains(&"access") && timer && seconds(scenario.run.horizon.0) > MOST_EVENTS * cycle {
        return Err(wrong("access", format!("a timer would refresh more than {MOST_EVENTS:e} times in the run")));
    }
    let (publish, ttl) = (strategy.publish.map(|span| span.0), strategy.ttl.map(|span| span.0));
    if publish == Some(FOREVER) {
        return Err(wrong("publish", "a list that is never published revokes nothing".to_owned()));
    }
    if publish == Some(0) || ttl == Some(0) {
        return Err(wrong("publish", "lists are published and held for longer than nothing".to_owned()));
    }
    of_status_list(strategy)
}

/// A copy of a status list is stale after its `ttl` (draft-ietf-oauth-status-list §13.7): when the next list comes
/// later than that, nodes are without one in between. Only who says so fetches the stale one again and goes by it.
fn of_status_list(strategy: &Strategy) -> Result<(), KeyProblem> {
    if strategy.status_ttl() >= strategy.publish_period() || strategy.refetch == Some(Refetch::FetchTtl) {
        return Ok(());
    }
    let fetched = match strategy.refetch {
        None => ", or refetch = \"fetch+ttl\" when nodes fetch the same list again and go on by it",
        Some(_) => "",
    };
    let key = if strategy.publish.is_some() { "strategy.publish" } else { "strategy.ttl" };
    let problem = format!(
        "the list is published more slowly than its ttl: it has ended before the next one comes; write a ttl that is not \
         shorter than publish{fetched}"
    );
    Err(KeyProblem::new(key, problem))
}

/// Keys of a Bloom filter.
fn of_filter(strategy: &Strategy) -> Result<(), KeyProblem> {
    let written = [("fp", strategy.fp.is_some()), ("confirm", strategy.confirm.is_some())];
    if strategy.list_mode() != ListMode::Bloom
        && let Some((key, _)) = written.into_iter().find(|(_, is_written)| *is_written)
    {
        let problem = "only a filter has false positives; write mode = \"bloom\"";
        return Err(KeyProblem::new(&format!("strategy.{key}"), problem));
    }
    if strategy.fp.is_some_and(|share| !(1e-12..=0.999).contains(&share)) {
        return Err(KeyProblem::new("strategy.fp", "a filter's share of false positives lies above 0 and below 1"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
