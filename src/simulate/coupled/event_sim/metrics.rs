//! The metrics of the event simulation: how each is computed from the counters of a replication.

use super::counters::{ReplicationCounters, ValueStats};
use super::model::{CredentialModel, Model};
use crate::simulate::metrics::Metric;
use crate::simulate::scenario::units::seconds;

type MetricValue = fn(&Model, &ReplicationCounters) -> Option<f64>;

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn micros(nanos: Option<f64>) -> Option<f64> {
    nanos.map(|nanos| nanos / 1e3)
}

fn secs(nanos: Option<f64>) -> Option<f64> {
    nanos.map(|nanos| nanos / 1e9)
}

fn measured_s(model: &Model) -> f64 {
    seconds(model.horizon.saturating_sub(model.measured_from))
}

fn operations_per_s(model: &Model, counted: &ReplicationCounters) -> Option<f64> {
    let span = measured_s(model);
    (span > 0.0).then(|| counted.operations.sum as f64 / span)
}

fn user_days(model: &Model) -> f64 {
    model.users as f64 * seconds(model.horizon) / 86_400.0
}

/// Latency of requests that were checked and accepted: rejections and unchecked acceptances are fast and would bias it.
fn latency(counted: &ReplicationCounters, value: fn(&ValueStats) -> Option<f64>) -> Option<f64> {
    micros(value(&counted.latency))
}

const fn keeps_sessions_in_memory(model: &Model) -> bool {
    matches!(model.credential, CredentialModel::Memory { .. })
}

/// All metrics of the event simulation, sorted by id.
const METRICS: &[(Metric, MetricValue)] = &[
    (Metric::AddedLatencyMean, |_, counted| latency(counted, ValueStats::mean)),
    (Metric::AddedLatencyP50, |_, counted| latency(counted, |measured| measured.values.interpolate(0.5))),
    (Metric::AddedLatencyP99, |_, counted| latency(counted, |measured| measured.values.interpolate(0.99))),
    (Metric::CacheHitRatio, |_, counted| share(counted.cache_hits, counted.cache_lookups)),
    (Metric::ExposureAcceptedRequestsMean, |model, counted| {
        let revoked = counted.exposure_all_nodes.values.count();
        (model.abuse > 0.0).then(|| share(counted.exposure_accepted, revoked)).flatten()
    }),
    (Metric::ExposureAllNodesMean, |_, counted| secs(counted.exposure_all_nodes.mean())),
    (Metric::ExposureAllNodesP99, |_, counted| secs(counted.exposure_all_nodes.values.interpolate(0.99))),
    (Metric::ExposureLastAcceptedMean, |model, counted| {
        (model.abuse > 0.0).then(|| secs(counted.exposure_last_accepted.mean())).flatten()
    }),
    (Metric::ExposurePerNodeMean, |_, counted| secs(counted.exposure_per_node.mean())),
    (Metric::ForcedLogoutDeploy, |model, counted| {
        keeps_sessions_in_memory(model).then(|| counted.sessions.logouts_deploy as f64 / user_days(model))
    }),
    (Metric::ForcedLogoutNodeLoss, |model, counted| {
        keeps_sessions_in_memory(model).then(|| counted.sessions.logouts_node_loss as f64 / user_days(model))
    }),
    (Metric::OutageBacklog, |_, counted| share(counted.backlog, counted.outages)),
    (Metric::OutageDeniedPerUserMean, |model, counted| {
        let users = counted.outages as f64 * model.users as f64;
        (counted.outages > 0).then(|| counted.outage_denied as f64 / 1e9 / users)
    }),
    (Metric::OutageHerdMean, |_, counted| secs(counted.herd.mean())),
    (Metric::OutageUnauthorisedAccepted, |model, counted| {
        (counted.outages > 0 && model.abuse > 0.0).then_some(counted.outage_unauthorised as f64)
    }),
    (Metric::OutageUsersHitRatio, |model, counted| {
        share(counted.outage_hit, counted.outages.saturating_mul(model.users))
    }),
    (Metric::PushAllNodesReachedRatio, |_, counted| share(counted.messages_reached_all, counted.revocations)),
    (Metric::RefreshPerUserPerSecond, |model, counted| {
        let span = model.users as f64 * seconds(model.horizon);
        matches!(model.credential, CredentialModel::Token { .. }).then(|| counted.refreshes as f64 / span)
    }),
    (Metric::RefusedInOutagePerRequestRatio, |_, counted| share(counted.answers.refused, counted.sent)),
    (Metric::SessionsLostRatio, |_, counted| share(counted.sessions.lost, counted.sessions.alive)),
    (Metric::SessionsRemappedRatio, |_, counted| share(counted.sessions.remapped, counted.sessions.scaled)),
    (Metric::StoreOpsPerSecondMean, operations_per_s),
    (Metric::StoreOpsPerSecondPeak, |_, counted| Some(counted.operations.peak as f64)),
    (Metric::StoreSojournMean, |_, counted| micros(counted.sojourns.mean())),
    (Metric::StoreSojournP99, |_, counted| micros(counted.sojourns.values.interpolate(0.99))),
    (Metric::StoreWaitMean, |_, counted| micros(counted.waits.mean())),
    (Metric::StoreWaitRatio, |_, counted| share(counted.waited, counted.waits.values.count())),
];

/// The metrics of one replication.
pub(crate) fn values(model: &Model, counted: &ReplicationCounters) -> Vec<(Metric, f64)> {
    METRICS.iter().filter_map(|(metric, value)| Some((*metric, value(model, counted)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::scenario::SimulationMode;

    #[test]
    fn metrics_of_coupled_mode_are_those_of_the_registry() {
        assert!(METRICS.is_sorted_by(|(a, _), (b, _)| a.id() < b.id()), "sorted and unique");
        for metric in Metric::ALL {
            let registered = metric.entry().modes.contains(&SimulationMode::Coupled);
            assert_eq!(METRICS.iter().any(|(own, _)| own == metric), registered, "{metric}");
        }
    }
}
