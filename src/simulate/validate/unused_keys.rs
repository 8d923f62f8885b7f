//! What is written and counts for nothing, or not for what its writer may think: no error, and worth a word.

use crate::simulate::coupled::model_builder::is_coupled;
use crate::simulate::scenario::{Client, EntryTtl, ListMode, Refetch, Scenario, StolenCredential, Strategy};
use crate::simulate::strategies::{STORE_QUEUE, title};

mod coupled;

/// Remarks about a scenario, each a sentence without a full stop.
pub fn remarks(scenario: &Scenario) -> Vec<String> {
    let is_any = |holds: &dyn Fn(&Strategy) -> bool| scenario.strategy.iter().any(holds);
    let is_coupled_too = is_any(&|strategy| is_coupled(scenario, strategy));
    let kind = |id: &'static str| is_any(&move |strategy: &Strategy| strategy.kind == id);
    let pushed = is_any(&|strategy| strategy.kind == "jwt_denylist" && strategy.list_mode() == ListMode::Push);
    let Scenario { client, store, clock, bus, role_change, theft, .. } = scenario;
    let own = Client::default();
    let idle = [
        ("client.retry", client.retry != own.retry && !is_coupled_too, "coupled mode"),
        ("client.relogin", client.relogin != own.relogin && !is_coupled_too, "coupled mode"),
        ("client.tabs", client.tabs > 1 && scenario.traffic.rate_per_tab.is_none() && !kind("rotation"), "rotation"),
        ("client.lost_response", client.lost_response > 0.0 && !kind("rotation"), "rotation"),
        ("store.servers", store.servers > 1 && !is_coupled_too, "coupled mode"),
        ("store.arrivals", store.arrivals.is_some() && !kind(STORE_QUEUE), "store_queue"),
        ("bus", *bus != crate::simulate::scenario::Bus::default() && !pushed, "a denylist that is pushed"),
        ("clock.sigma", clock.sigma.0 > 0 && !is_any(&|strategy| strategy.nbf == Some(true)), "tokens with nbf"),
        (
            "theft.target = \"session\"",
            theft.target == StolenCredential::Session && !is_any(&|strategy| strategy.kind.starts_with("session_")),
            "sessions",
        ),
        ("theft.target = \"dpop_proof\"", theft.target == StolenCredential::DpopProof && !kind("dpop"), "dpop"),
    ];
    let mut said: Vec<String> = idle.into_iter().filter_map(nothing).collect();
    if scenario.strategy.iter().all(|strategy| is_coupled(scenario, strategy)) {
        said.extend(coupled::keys(scenario).into_iter().filter_map(nothing));
        for strategy in &scenario.strategy {
            let own = coupled::unused_strategy_keys(scenario, strategy).into_iter().filter_map(nothing);
            said.extend(own.map(|remark| format!("{}: {remark}", title(strategy))));
        }
    }
    if role_change.rate.0 > 0.0 {
        said.push(
            "role_change.rate counts for nothing: every user carries one change of role, whatever the rate".to_owned(),
        );
    }
    said.extend(scenario.strategy.iter().filter_map(|strategy| of_strategy(scenario, strategy)));
    said
}

fn nothing((key, is_idle, whose): coupled::UnusedKey) -> Option<String> {
    is_idle.then(|| format!("{key} counts for nothing here: it is about {whose}"))
}

fn of_strategy(scenario: &Scenario, strategy: &Strategy) -> Option<String> {
    let name = title(strategy);
    if strategy.kind == "token_status_list"
        && strategy.refetch.unwrap_or_default() == Refetch::FetchTtl
        && strategy.status_ttl() < strategy.publish_period()
    {
        return Some(format!(
            "{name}: the list is published more slowly than its ttl, so that nodes fetch the one again that they have"
        ));
    }
    if strategy.kind == "jwt_denylist" && strategy.entry_ttl == Some(EntryTtl::Residual) && scenario.clock.leeway.0 > 0
    {
        return Some(format!(
            "{name}: entries die at exp, and a verifier with leeway accepts the revoked token again; residual+leeway keeps them"
        ));
    }
    None
}
