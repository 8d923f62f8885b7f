//! Parsing and validation of scenarios: values out of range, contradictory keys, work that would never finish, keys that
//! have no effect. It stands above the strategies and the coupled mode, because only they know which keys they read.

mod unused_keys;

use crate::simulate::scenario::units::{DAY, FOREVER, SECOND, seconds};
use crate::simulate::scenario::{
    Arrivals, Grace, ListMode, Refetch, RefreshTrigger, Scenario, ScenarioError, Strategy,
};
use crate::simulate::strategies::{self, COMMON_KEYS, STRATEGIES};
use crate::suggest;

impl Scenario {
    /// Parses and validates a scenario.
    ///
    /// # Errors
    /// Returns the first syntax or validation error with its position.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml_edit::de::from_str(text).map_err(|error| {
            let (line, column) = crate::encoding::line_index::place(text, error.span().map_or(0, |span| span.start));
            let problem = suggest::shorten_serde_message(error.message().trim()).replace('\n', "; ");
            ScenarioError { line, column, key: None, problem }
        })?;
        check(&scenario).map_err(|wrong| wrong.at(text))?;
        Ok(scenario)
    }

    /// Warnings about keys that have no effect.
    pub fn warnings(&self) -> Vec<String> {
        unused_keys::remarks(self)
    }
}

/// Maximum number of users: more than the world population.
const MOST_USERS: u64 = 100_000_000_000;

/// Maximum number of simulated users, over all replications.
const MOST_SAMPLED: u64 = 100_000_000;

/// Maximum number of nodes.
const MOST_NODES: u64 = 10_000;

/// Maximum number of requests, presences or refreshes of one user: half a minute of work.
const MOST_EVENTS: f64 = 1e9;

/// Maximum number of crashes of one node in a run.
const MOST_CRASHES: f64 = 1e6;

/// Maximum requests per second of one user; times have a resolution of one nanosecond.
const MOST_RATE: f64 = 1e6;

/// Minimum expected requests per presence, which bounds the time to find the next request.
const LEAST_IN_PRESENCE: f64 = 1e-6;

/// A validation error of one key.
pub(super) struct KeyProblem {
    key: String,
    /// Index of the strategy, for a strategy key.
    strategy: Option<usize>,
    problem: String,
}

impl KeyProblem {
    fn new(key: &str, problem: impl Into<String>) -> Self {
        Self { key: key.to_owned(), strategy: None, problem: problem.into() }
    }

    /// The error with the line of the key, or else of its table; line 1 if the value is a default.
    pub(super) fn at(self, text: &str) -> ScenarioError {
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

/// Validates a scenario.
///
/// # Errors
/// Returns the first error.
pub(super) fn check(scenario: &Scenario) -> Result<(), KeyProblem> {
    let Scenario { run, client, topology, store, bus, theft, .. } = scenario;
    let shares = [
        ("client.jitter", client.jitter),
        ("client.lost_response", client.lost_response),
        ("bus.loss", bus.loss),
        ("theft.attacker.jitter", theft.attacker.jitter),
    ];
    if let Some((key, share)) = shares.into_iter().find(|(_, share)| !(0.0..=1.0).contains(share)) {
        return Err(KeyProblem::new(key, format!("{share} is out of range; allowed: 0 to 1")));
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
        return Err(KeyProblem::new(key, format!("{count} is out of range; allowed: 1 to {most}")));
    }
    if run.horizon.0 == 0 || run.horizon.0 > 366_u64.saturating_mul(DAY) {
        return Err(KeyProblem::new("run.horizon", "must be above 0 and at most a year"));
    }
    if scenario.clock.leeway.0 > DAY {
        return Err(KeyProblem::new("clock.leeway", "must be at most a day, as for authkit verify"));
    }
    if store.region >= topology.regions {
        return Err(KeyProblem::new("store.region", "no such region; regions are numbered from 0"));
    }
    if topology.node_mtbf.is_some_and(|mean| seconds(run.horizon.0) > MOST_CRASHES * seconds(mean.0)) {
        let problem = format!("a node would crash more than {MOST_CRASHES:e} times in the run; increase it");
        return Err(KeyProblem::new("topology.node_mtbf", problem));
    }
    if let Some(crash) = topology.crash.iter().find(|crash| crash.node >= topology.nodes) {
        return Err(KeyProblem::new(
            "topology.crash.node",
            format!("no such node: {}; nodes are numbered from 0", crash.node),
        ));
    }
    check_traffic(scenario)?;
    store.arrivals().map_err(|problem| KeyProblem::new("store.arrivals", problem))?;
    if scenario.strategy.is_empty() {
        return Err(KeyProblem::new("strategy", "missing; write [[strategy]] and kind = \"jwt_refresh\""));
    }
    for (nth, strategy) in scenario.strategy.iter().enumerate() {
        check_strategy(scenario, strategy).map_err(|wrong| KeyProblem { strategy: Some(nth), ..wrong })?;
    }
    Ok(())
}

/// Rejects traffic whose simulation would not finish.
fn check_traffic(scenario: &Scenario) -> Result<(), KeyProblem> {
    let (traffic, horizon, rate) = (&scenario.traffic, seconds(scenario.run.horizon.0), scenario.rate_when_present());
    let key = if traffic.rate_per_tab.is_some() { "traffic.rate_per_tab" } else { "traffic.rate" };
    if !(0.0..=MOST_RATE).contains(&rate) {
        return Err(KeyProblem::new(
            key,
            format!("{rate:e} requests per second and user exceed the limit of {MOST_RATE:e}"),
        ));
    }
    if rate * horizon > MOST_EVENTS {
        let problem =
            format!("{:e} requests of one user in the run exceed the limit of {MOST_EVENTS:e}", rate * horizon);
        return Err(KeyProblem::new(key, problem));
    }
    if traffic.arrivals != Arrivals::OnOff {
        return Ok(());
    }
    let (on, off) = (seconds(traffic.on.0), seconds(traffic.off.0));
    if on <= 0.0 || horizon / (on + off) > MOST_EVENTS {
        return Err(KeyProblem::new("traffic.on", "must be above 0, with at most 1e9 presences in the run"));
    }
    if rate > 0.0 && rate * on < LEAST_IN_PRESENCE {
        return Err(KeyProblem::new("traffic.on", "too short: less than a millionth of a request per presence"));
    }
    Ok(())
}

fn check_strategy(scenario: &Scenario, strategy: &Strategy) -> Result<(), KeyProblem> {
    let error = |key: &str, problem: String| KeyProblem::new(&format!("strategy.{key}"), problem);
    let Some(kind) = strategies::find(&strategy.kind) else {
        let known: Vec<&str> = STRATEGIES.iter().map(|kind| kind.id).collect();
        let hint = suggest::did_you_mean(&strategy.kind, known.iter().copied())
            .unwrap_or_else(|| format!("allowed: {}", known.join(", ")));
        return Err(error("kind", format!("unknown strategy \"{}\"; {hint}", strategy.kind)));
    };
    if let Some(key) = strategy.written().find(|key| !kind.keys.contains(key) && !COMMON_KEYS.contains(key)) {
        let keys = if kind.keys.is_empty() { "common keys only".to_owned() } else { kind.keys.join(", ") };
        return Err(error(key, format!("not a key of {}; allowed: {keys}", kind.id)));
    }
    // Without this check a misspelt mode would silently mean the default.
    if let Some(mode) = strategy.mode.as_deref().filter(|mode| !kind.modes.contains(mode)) {
        let hint = suggest::did_you_mean(mode, kind.modes.iter().copied())
            .unwrap_or_else(|| format!("allowed: {}", kind.modes.join(", ")));
        return Err(error("mode", format!("unknown mode \"{mode}\" of {}; {hint}", kind.id)));
    }
    if strategy.grace_mode() == Grace::Strict && strategy.grace.is_some_and(|span| span.0 > 0) {
        return Err(error("grace", "mode \"strict\" has no grace period; write mode = \"same\" for one".to_owned()));
    }
    if strategy.touch_every.is_some() && (strategy.touch.is_some() || strategy.cached().is_some()) {
        return Err(error("touch_every", "cannot be combined with touch or cache".to_owned()));
    }
    check_filter(strategy)?;
    const ALGORITHMS: [&str; 5] = ["ES256", "Ed25519", "EdDSA", "HS256", "RS256"];
    if let Some(alg) = strategy.alg.as_deref().filter(|alg| !ALGORITHMS.contains(alg)) {
        return Err(error("alg", format!("no cost is known for \"{alg}\"; allowed: {}", ALGORITHMS.join(", "))));
    }
    if strategy.window.is_some_and(|span| span.0 == 0 || span.0 > 3_600 * SECOND) {
        return Err(error("window", "must be above 0 and at most an hour".to_owned()));
    }
    let timer = scenario.client.refresh == RefreshTrigger::Timer;
    if kind.keys.contains(&"access") && timer && strategy.access().least() <= scenario.client.margin.0 {
        return Err(error("access", "not longer than client.margin: the timer would refresh endlessly".to_owned()));
    }
    if kind.keys.contains(&"access") && strategy.access().mean_s() <= 0.0 {
        return Err(error("access", "must be above 0".to_owned()));
    }
    let cycle = strategy.access().mean_s() - seconds(scenario.client.margin.0);
    if kind.keys.contains(&"access") && timer && seconds(scenario.run.horizon.0) > MOST_EVENTS * cycle {
        return Err(error(
            "access",
            format!("a timer would refresh more than {MOST_EVENTS:e} times in the run; increase it"),
        ));
    }
    let (publish, ttl) = (strategy.publish.map(|span| span.0), strategy.ttl.map(|span| span.0));
    if publish == Some(FOREVER) {
        return Err(error("publish", "must be finite: a list that is never published revokes nothing".to_owned()));
    }
    if publish == Some(0) || ttl == Some(0) {
        return Err(error("publish", "publish and ttl must be above 0".to_owned()));
    }
    check_status_list(strategy)
}

/// A copy of a status list is stale after its `ttl` (draft-ietf-oauth-status-list §13.7): if the next list is published
/// later, nodes have no valid list in between. Nodes use the stale list again only with an explicit `fetch+ttl`.
fn check_status_list(strategy: &Strategy) -> Result<(), KeyProblem> {
    if strategy.status_ttl() >= strategy.publish_period() || strategy.refetch == Some(Refetch::FetchTtl) {
        return Ok(());
    }
    let fetched = match strategy.refetch {
        None => ", or refetch = \"fetch+ttl\" when nodes fetch and use the same list again",
        Some(_) => "",
    };
    let key = if strategy.publish.is_some() { "strategy.publish" } else { "strategy.ttl" };
    let problem = format!(
        "the list expires before the next one is published: ttl is shorter than publish; write a ttl that is not \
         shorter than publish{fetched}"
    );
    Err(KeyProblem::new(key, problem))
}

/// Checks the keys of a Bloom filter.
fn check_filter(strategy: &Strategy) -> Result<(), KeyProblem> {
    let written = [("fp", strategy.fp.is_some()), ("confirm", strategy.confirm.is_some())];
    if strategy.list_mode() != ListMode::Bloom
        && let Some((key, _)) = written.into_iter().find(|(_, is_written)| *is_written)
    {
        let problem = "only a Bloom filter has false positives; write mode = \"bloom\"";
        return Err(KeyProblem::new(&format!("strategy.{key}"), problem));
    }
    if strategy.fp.is_some_and(|share| !(1e-12..=0.999).contains(&share)) {
        return Err(KeyProblem::new("strategy.fp", "out of range; a false positive rate is above 0 and below 1"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
