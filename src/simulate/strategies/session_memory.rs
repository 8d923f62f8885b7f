//! In-memory sessions on the node where the user signed in: lost when that node restarts, unknown to other nodes.

use super::balancer::Balancer;
use super::session_store;
use super::{CoupledForm, CredentialFormat, Scenario, ScenarioKey, Strategy, StrategyKind, User, token, token_bytes};
use crate::simulate::closed_form as theory;
use crate::simulate::exposure::ExposureWindow;
use crate::simulate::metrics::{Metric, MetricGroup};
use crate::simulate::rng::{Purpose, Stream, mix};
use crate::simulate::scenario::Balancing;
use crate::simulate::scenario::units::{FOREVER, Nanos};
use crate::simulate::tally::{Count, Measure};
use crate::simulate::user::Activity;

/// The kind `session_memory`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "session_memory",
    about: "In-memory sessions of one node",
    keys: &[],
    modes: &[],
    reads: &[ScenarioKey::SessionTheft],
    credential: CredentialFormat::Opaque,
    has_refresh_token: false,
    coupled: CoupledForm::MemorySession,
    live,
    expected,
    title: |_| "in-memory session".to_owned(),
};

fn live(user: &mut User<'_>) {
    let horizon = user.horizon();
    let revoked_at = user.probe(user.scenario().revoke.when);
    let mut balancer = Balancer::for_user(user);
    let home = balancer.home();
    let mut activity = Activity::for_user(user);
    let (mut is_revoked, mut requests, mut misses, mut since) = (false, 0_u64, 0_u64, 0_u64);
    loop {
        let now = activity.next().unwrap_or(FOREVER);
        if !is_revoked && now > revoked_at {
            is_revoked = true;
            revoke(user, revoked_at, activity);
        }
        if now >= horizon {
            break;
        }
        requests = requests.saturating_add(1);
        since = since.saturating_add(1);
        if balancer.node() != home {
            // Later ones would be censored by the end of the run.
            if misses == 0 {
                user.tally.record(Measure::FirstMiss, since);
            }
            misses = misses.saturating_add(1);
        }
    }
    user.tally.record_times(Measure::Latency, 0, requests);
    user.tally.add(Count::NodeMisses, misses);
    session_store::stolen(user);
    for _ in &user.scenario().store.outage {
        // This strategy does not depend on the store.
        user.tally.add(Count::OutageProbes, 1);
        user.tally.record(Measure::OutageDenied, 0);
    }
    topology_changes(user, home);
    user.record_totals(requests, token_bytes(user.strategy));
}

/// Intervention: deletes the session on its node, the only one that has it.
fn revoke(user: &mut User<'_>, revoked: Nanos, activity: Activity<'_>) {
    user.tally.add(Count::Revocations, 1);
    user.tally.add(Count::LiveAtRevoke, 1);
    user.tally.record(Measure::StaleRole, 0);
    let waits = vec![0; usize::try_from(user.nodes()).unwrap_or(1)];
    ExposureWindow { revoked, waits: &waits }.record(user, activity);
}

/// Crashes, deployments and scaling.
fn topology_changes(user: &mut User<'_>, home: usize) {
    let topology = &user.world.scenario.topology;
    let nodes = topology.nodes;
    for crash in &topology.crash {
        let lost = usize::try_from(crash.node).is_ok_and(|node| node == home);
        user.tally.add(Count::SessionsAlive, 1);
        user.tally.one(Count::SessionsLost, lost);
        user.tally.one(Count::LogoutsNodeLoss, lost);
    }
    let mut signing_in = Stream::new(user.stream(Purpose::Fork).bits(), 0, user.id, Purpose::Balancing);
    for _ in &topology.rolling_deploy {
        // Each node restarts once, in order; a user who was logged out signs in again at once, on a random node.
        let (mut at, mut logouts) = (u64::try_from(home).unwrap_or(0), 0_u64);
        for node in 0..nodes {
            if node == at {
                logouts = logouts.saturating_add(1);
                at = signing_in.below(nodes);
            }
        }
        user.tally.add(Count::SessionsAlive, 1);
        user.tally.add(Count::SessionsLost, 1);
        user.tally.add(Count::LogoutsDeploy, logouts);
    }
    for scale in &topology.scale {
        user.tally.add(Count::SessionsScaled, 1);
        user.tally
            .one(Count::SessionsRemapped, moved(topology.lb, user.stream(Purpose::Balancing).bits(), nodes, scale.to));
    }
    if let Some(mtbf) = topology.node_mtbf {
        let mut crashes = user.stream(Purpose::Fork);
        let mut now = crashes.gap(mtbf.0 as f64);
        while now < user.horizon() {
            user.tally.add(Count::LogoutsNodeLoss, 1);
            now = now.saturating_add(crashes.gap(mtbf.0 as f64).max(1));
        }
    }
}

/// Whether the key of a session maps to another node after scaling.
fn moved(how: Balancing, key: u64, from: u64, to: u64) -> bool {
    let best = |nodes: u64| (0..nodes).max_by_key(|node| mix(key ^ mix(node.wrapping_add(1))));
    match how {
        Balancing::HashMod => key.checked_rem(from) != key.checked_rem(to),
        Balancing::Rendezvous => best(from) != best(to),
        // The cookie names the node; random and round-robin routing have no mapping.
        Balancing::StickyCookie | Balancing::Random | Balancing::RoundRobin => false,
    }
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let topology = &scenario.topology;
    let n = topology.nodes as f64;
    let random = topology.lb == Balancing::Random;
    let grows_by_one = topology.scale.first().is_some_and(|scale| scale.to == topology.nodes.saturating_add(1));
    match metric {
        _ if metric.is_in(MetricGroup::Theft) => session_store::expected_of_theft(scenario, metric),
        Metric::ExposureCredentialMean
        | Metric::ExposureAllNodesMean
        | Metric::ExposurePerNodeMean
        | Metric::ExposureAcceptedRequestsMean
        | Metric::StoreOpsPerRequest
        | Metric::StaleRoleMean => Some(0.0),
        Metric::RejectNodeMissPerRequestRatio if random => Some(theory::node_miss(n)),
        Metric::RequestsToFirstMissMean if random && topology.nodes > 1 => Some(theory::first_miss(n)),
        Metric::SessionsLostRatio if !topology.rolling_deploy.is_empty() && topology.crash.is_empty() => Some(1.0),
        Metric::SessionsLostRatio if !topology.crash.is_empty() && topology.rolling_deploy.is_empty() => Some(1.0 / n),
        Metric::SessionsRemappedRatio if grows_by_one && topology.lb == Balancing::HashMod => {
            Some(theory::remapped_by_remainder(n))
        }
        Metric::SessionsRemappedRatio if grows_by_one && topology.lb == Balancing::Rendezvous => {
            Some(theory::remapped_by_rendezvous(n))
        }
        _ => token::bytes(scenario, strategy, metric),
    }
}
