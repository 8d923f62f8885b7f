//! Warnings about keys that have no effect in a scenario, or another effect than expected.

use crate::simulate::coupled::model_builder::is_coupled;
use crate::simulate::scenario::{Client, EntryTtl, ListMode, Refetch, Scenario, StolenCredential, Strategy};
use crate::simulate::strategies::{self, STRATEGIES, ScenarioKey, StrategyKind, title};

mod coupled;

/// Warnings about a scenario, without a full stop.
pub(super) fn remarks(scenario: &Scenario) -> Vec<String> {
    let is_any = |holds: &dyn Fn(&Strategy) -> bool| scenario.strategy.iter().any(holds);
    let is_coupled_too = is_any(&|strategy| is_coupled(scenario, strategy));
    let is_read = |key: ScenarioKey| {
        is_any(&move |strategy| strategies::find(&strategy.kind).is_some_and(|kind| kind.reads.contains(&key)))
    };
    let pushed = is_any(&|strategy| strategy.list_mode() == ListMode::Push);
    let Scenario { client, store, clock, bus, role_change, theft, .. } = scenario;
    let own = Client::default();
    let idle = [
        ("client.retry", client.retry != own.retry && !is_coupled_too, "coupled mode"),
        ("client.relogin", client.relogin != own.relogin && !is_coupled_too, "coupled mode"),
        (
            "client.tabs",
            client.tabs > 1 && scenario.traffic.rate_per_tab.is_none() && !is_read(ScenarioKey::Tabs),
            reader(ScenarioKey::Tabs),
        ),
        (
            "client.lost_response",
            client.lost_response > 0.0 && !is_read(ScenarioKey::LostResponse),
            reader(ScenarioKey::LostResponse),
        ),
        ("store.servers", store.servers > 1 && !is_coupled_too, "coupled mode"),
        (
            "store.arrivals",
            store.arrivals.is_some() && !is_read(ScenarioKey::StoreArrivals),
            reader(ScenarioKey::StoreArrivals),
        ),
        ("bus", *bus != crate::simulate::scenario::Bus::default() && !pushed, "a pushed denylist"),
        ("clock.sigma", clock.sigma.0 > 0 && !is_any(&|strategy| strategy.nbf == Some(true)), "tokens with nbf"),
        (
            "theft.target = \"session\"",
            theft.target == StolenCredential::Session && !is_read(ScenarioKey::SessionTheft),
            "sessions",
        ),
        (
            "theft.target = \"dpop_proof\"",
            theft.target == StolenCredential::DpopProof && !is_read(ScenarioKey::ProofTheft),
            reader(ScenarioKey::ProofTheft),
        ),
    ];
    let mut warnings: Vec<String> = idle.into_iter().filter_map(unused_warning).collect();
    if scenario.strategy.iter().all(|strategy| is_coupled(scenario, strategy)) {
        warnings.extend(coupled::keys(scenario).into_iter().filter_map(unused_warning));
        for strategy in &scenario.strategy {
            let own = coupled::unused_strategy_keys(scenario, strategy).into_iter().filter_map(unused_warning);
            warnings.extend(own.map(|warning| format!("{}: {warning}", title(strategy))));
        }
    }
    if role_change.rate.0 > 0.0 {
        warnings
            .push("role_change.rate has no effect: every user has one role change, independent of the rate".to_owned());
    }
    warnings.extend(scenario.strategy.iter().filter_map(|strategy| strategy_warning(scenario, strategy)));
    warnings
}

/// The id of the first kind that reads a key.
fn reader(key: ScenarioKey) -> &'static str {
    let is_reader = |kind: &&StrategyKind| kind.reads.contains(&key);
    STRATEGIES.iter().find(is_reader).map_or("other strategies", |kind| kind.id)
}

fn unused_warning((key, is_unused, user): coupled::UnusedKey) -> Option<String> {
    is_unused.then(|| format!("{key} has no effect here: it applies to {user}"))
}

fn strategy_warning(scenario: &Scenario, strategy: &Strategy) -> Option<String> {
    let name = title(strategy);
    // Without the key `ttl` the two are equal.
    if strategy.refetch.unwrap_or_default() == Refetch::FetchTtl && strategy.status_ttl() < strategy.publish_period() {
        return Some(format!(
            "{name}: ttl is shorter than publish: nodes fetch the same list again before the next one is published"
        ));
    }
    if strategy.entry_ttl == Some(EntryTtl::Residual) && scenario.clock.leeway.0 > 0 {
        return Some(format!(
            "{name}: entries expire at exp, and verifiers with leeway accept the token again; write residual+leeway"
        ));
    }
    None
}
