//! Conversion of a scenario into a model of coupled mode: the bare store queue, or the event simulation. Scenario keys
//! that coupled mode does not support are rejected rather than ignored.

use super::event_sim::model::{
    BusModel, CheckModel, CredentialModel, Model, OutageModel, ReloginModel, RenewalModel, RetryModel, Route,
    StoreModel, TopologyChange,
};
use super::event_sim::{self, metrics};
use super::queue::StoreQueue;
use crate::simulate::metrics::Metric;
use crate::simulate::scenario::units::{DurationDistribution, Nanos};
use crate::simulate::scenario::{
    self as from, CacheKind, CheckAt, ListMode, Scenario, SimulationMode, Strategy, Touch,
};
use crate::simulate::strategies::CoupledForm;

/// The model of one strategy in coupled mode.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum CoupledModel {
    Queue(StoreQueue),
    Crowd(Box<Model>),
}

/// Whether this strategy runs in coupled mode: by request, or because no other mode supports it.
pub(crate) fn is_coupled(scenario: &Scenario, strategy: &Strategy) -> bool {
    match scenario.run.engine {
        SimulationMode::Coupled => true,
        SimulationMode::Auto => CoupledForm::from_strategy(strategy) == CoupledForm::Queue,
        SimulationMode::Trace => false,
    }
}

impl CoupledModel {
    /// Builds and validates the model.
    ///
    /// # Errors
    /// Returns what coupled mode does not support, and what to write instead.
    pub(crate) fn new(scenario: &Scenario, strategy: &Strategy) -> Result<Self, String> {
        if CoupledForm::from_strategy(strategy) == CoupledForm::Queue {
            let store = &scenario.store;
            let arrivals = store.arrivals()?.ok_or("store_queue requires store.arrivals, as in \"poisson 8000/s\"")?;
            let queue = StoreQueue::new(arrivals, store.service, store.servers, scenario.run.horizon.0);
            return queue.map(Self::Queue).map_err(|error| error.to_string());
        }
        let model = model(scenario, strategy)?;
        model.check().map_err(|error| error.to_string())?;
        Ok(Self::Crowd(Box::new(model)))
    }

    /// Metrics of one replication; `None` if an event simulation was interrupted. The bare queue is short and always
    /// finishes.
    ///
    /// # Errors
    /// Returns why the model is invalid.
    pub(crate) fn run_while(
        &self,
        seed: u64,
        replication: u64,
        keep_running: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<(Metric, f64)>>, String> {
        match self {
            Self::Queue(queue) => {
                let counted = queue.run(seed, replication);
                let micros = |nanos: Option<f64>| nanos.map(|nanos| nanos / 1e3);
                let values = [
                    (Metric::StoreSojournMean, micros(counted.sojourn_mean())),
                    (Metric::StoreSojournP99, micros(counted.sojourns.interpolate(0.99))),
                    (Metric::StoreWaitMean, micros(counted.wait_mean())),
                    (Metric::StoreWaitRatio, counted.wait_ratio()),
                ];
                Ok(Some(values.into_iter().filter_map(|(metric, value)| Some((metric, value?))).collect()))
            }
            Self::Crowd(model) => {
                let counted =
                    event_sim::run_while(model, seed, replication, keep_running).map_err(|error| error.to_string())?;
                Ok(counted.map(|counted| metrics::values(model, &counted)))
            }
        }
    }
}

/// Rejects keys that only trace mode supports.
fn reject_trace_only_keys(scenario: &Scenario) -> Result<(), String> {
    let Scenario { traffic, client, topology, store, clock, .. } = scenario;
    let trace_only = [
        ("traffic.arrivals = \"on_off\"", traffic.arrivals == from::Arrivals::OnOff),
        ("client.jitter", client.jitter > 0.0),
        ("client.tabs", client.tabs > 1),
        ("client.lost_response", client.lost_response > 0.0),
        ("topology.regions", topology.regions > 1),
        ("topology.node_mtbf", topology.node_mtbf.is_some()),
        ("topology.fanout = \"parallel\"", topology.services > 1 && topology.fanout == from::Fanout::Parallel),
        // The station has one service time distribution for reads and writes.
        ("store.write", store.write.is_some()),
        ("store.read_from = \"replica\"", store.read_from == from::ReadFrom::Replica),
        ("clock.sigma", clock.sigma.0 > 0),
        ("clock.leeway", clock.leeway.0 > 0),
        ("clock.verifier_offset", clock.verifier_offset.0 != 0),
        ("clock.numeric_date = \"seconds\"", clock.numeric_date == from::DatePrecision::Seconds),
    ];
    match trace_only.into_iter().find(|(_, is_there)| *is_there) {
        Some((key, _)) => Err(format!("coupled mode does not support {key}; remove it, or write engine = \"trace\"")),
        None => Ok(()),
    }
}

fn model(scenario: &Scenario, strategy: &Strategy) -> Result<Model, String> {
    reject_trace_only_keys(scenario)?;
    let Scenario { run, topology, store, bus, revoke, .. } = scenario;
    let on_outage = match strategy.on_outage.unwrap_or(store.on_outage) {
        from::FailMode::Closed => OutageModel::FailClosed,
        from::FailMode::Open => OutageModel::FailOpen,
        from::FailMode::Stale => OutageModel::ServeStale,
    };
    let mut outages: Vec<(Nanos, Nanos)> = store.outage.iter().map(|outage| (outage.at.0, outage.length.0)).collect();
    outages.sort_unstable();
    Ok(Model {
        users: run.users,
        rate: scenario.rate(),
        horizon: run.horizon.0,
        // The warm-up of the store is far shorter, see [`super::event_sim`].
        measured_from: run.horizon.0 / 10,
        nodes: topology.nodes,
        credential: credential(scenario, strategy)?,
        check: check(scenario, strategy)?,
        store: StoreModel { rtt: store.rtt.0, service: store.service, servers: store.servers, on_outage, outages },
        bus: BusModel { delay: bus.delay.0, loss: bus.loss, reconcile: bus.reconcile.0 },
        changes: changes(topology),
        revocations: revoke.rate.0,
        abuse: if revoke.requests_after == from::RequestsAfter::SameRate { scenario.rate() } else { 0.0 },
    })
}

fn changes(topology: &from::Topology) -> Vec<(Nanos, TopologyChange)> {
    let crashes = topology.crash.iter().map(|crash| (crash.at.0, TopologyChange::Crash { node: crash.node }));
    let deploys =
        topology.rolling_deploy.iter().map(|deploy| (deploy.at.0, TopologyChange::Deploy { step: deploy.step.0 }));
    let scales = topology.scale.iter().map(|scale| (scale.at.0, TopologyChange::Scale { to: scale.to }));
    let mut changes: Vec<_> = crashes.chain(deploys).chain(scales).collect();
    changes.sort_by_key(|(at, _)| *at);
    changes
}

fn credential(scenario: &Scenario, strategy: &Strategy) -> Result<CredentialModel, String> {
    let Scenario { client, topology, .. } = scenario;
    match CoupledForm::from_strategy(strategy) {
        CoupledForm::MemorySession => {
            let route = match topology.lb {
                from::Balancing::StickyCookie => Route::Sticky,
                from::Balancing::HashMod => Route::Remainder,
                from::Balancing::Rendezvous => Route::Rendezvous,
                from::Balancing::Random | from::Balancing::RoundRobin => {
                    return Err("coupled mode requires sticky routing for in-memory sessions; write topology.lb = \
                                \"sticky_cookie\", \"hash_mod\" or \"rendezvous\""
                        .to_owned());
                }
            };
            let relogin = match client.relogin {
                from::Relogin::AtOnce => ReloginModel::AtOnce,
                from::Relogin::AtNextRequest => ReloginModel::AtNextRequest,
            };
            Ok(CredentialModel::Memory { route, relogin })
        }
        CoupledForm::StoredSession => Ok(CredentialModel::Stored),
        _ => {
            let DurationDistribution::Const(access) = strategy.access() else {
                return Err("coupled mode supports one lifetime for all tokens; write access = \"15m\"".to_owned());
            };
            let renewal = match client.refresh {
                from::RefreshTrigger::Timer => RenewalModel::Timer { margin: client.margin.0 },
                from::RefreshTrigger::Lazy => RenewalModel::Lazy,
            };
            let retry = match client.retry {
                from::Retry::Continuous => RetryModel::Continuous,
                from::Retry::None | from::Retry::OldToken => RetryModel::AtNextRequest,
            };
            Ok(CredentialModel::Token { access, renewal, retry })
        }
    }
}

fn check(scenario: &Scenario, strategy: &Strategy) -> Result<CheckModel, String> {
    let services = match strategy.check.unwrap_or_default() {
        CheckAt::Gateway => 1,
        CheckAt::EveryService => u32::try_from(scenario.topology.services).unwrap_or(u32::MAX),
    };
    let cached = strategy.cached();
    match (CoupledForm::from_strategy(strategy), cached) {
        (CoupledForm::MemorySession | CoupledForm::LocalToken, _) => Ok(CheckModel::Nothing),
        (CoupledForm::StoredSession, Some(cache)) if cache.kind == CacheKind::Hard && services == 1 => {
            Ok(CheckModel::Cached { ttl: cache.ttl.0 })
        }
        (CoupledForm::StoredSession, None) if strategy.touch_every.is_some() => {
            Err("coupled mode does not support touch_every; remove it, or write engine = \"trace\"".to_owned())
        }
        (CoupledForm::StoredSession, None) => {
            let touches = if strategy.touch() == Touch::Separate { 2 } else { 1 };
            Ok(CheckModel::Store { operations: services.saturating_mul(touches) })
        }
        (CoupledForm::QueriedToken, None) => Ok(CheckModel::Store { operations: 1 }),
        (CoupledForm::DenylistedToken, _) => match strategy.list_mode() {
            ListMode::Central => Ok(CheckModel::Store { operations: 1 }),
            ListMode::Push => Ok(CheckModel::Pushed),
            ListMode::Poll => {
                let fetch = strategy.fetch.map_or(0, |span| span.0);
                Ok(CheckModel::Polled { period: strategy.poll(), fetch })
            }
            ListMode::Bloom => Err("coupled mode does not support Bloom filters; write engine = \"trace\"".to_owned()),
        },
        (CoupledForm::StoredSession | CoupledForm::QueriedToken, Some(_)) => {
            Err("coupled mode supports caches of session_store only, at the gateway and of kind hard".to_owned())
        }
        (CoupledForm::UnsupportedToken | CoupledForm::Queue, _) => {
            Err(format!("coupled mode does not support {}; write engine = \"trace\"", strategy.kind))
        }
    }
}

#[cfg(test)]
mod tests;
