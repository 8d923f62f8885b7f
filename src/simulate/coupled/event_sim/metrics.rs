//! The metrics of the event simulation, by name; the suffix is the unit.

use super::counters::{ReplicationCounters, ValueStats};
use super::model::{CredentialModel, Model};
use crate::simulate::scenario::units::seconds;
use crate::stats::confidence::ConfidenceInterval;

/// One metric of all replications, in replication order.
#[derive(Clone, PartialEq, Debug)]
pub struct ReplicationMetric {
    pub name: &'static str,
    pub values: Vec<f64>,
}

impl ReplicationMetric {
    /// The 95 % confidence interval of the mean.
    pub fn interval(&self) -> Option<ConfidenceInterval> {
        ConfidenceInterval::from_samples(&self.values)
    }
}

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

const METRICS: &[(&str, MetricValue)] = &[
    ("added_latency_mean_us", |_, counted| latency(counted, ValueStats::mean)),
    ("added_latency_p50_us", |_, counted| latency(counted, |measured| measured.values.interpolate(0.5))),
    ("added_latency_p99_us", |_, counted| latency(counted, |measured| measured.values.interpolate(0.99))),
    ("cache_hit_ratio", |_, counted| share(counted.cache_hits, counted.cache_lookups)),
    ("exposure_accepted_requests_mean", |model, counted| {
        let revoked = counted.exposure_all_nodes.values.count();
        (model.abuse > 0.0).then(|| share(counted.exposure_accepted, revoked)).flatten()
    }),
    ("exposure_all_nodes_mean_s", |_, counted| secs(counted.exposure_all_nodes.mean())),
    ("exposure_all_nodes_p99_s", |_, counted| secs(counted.exposure_all_nodes.values.interpolate(0.99))),
    ("exposure_last_accepted_mean_s", |model, counted| {
        (model.abuse > 0.0).then(|| secs(counted.exposure_last_accepted.mean())).flatten()
    }),
    ("exposure_per_node_mean_s", |_, counted| secs(counted.exposure_per_node.mean())),
    ("forced_logout_deploy_per_user_per_day", |model, counted| {
        keeps_sessions_in_memory(model).then(|| counted.sessions.logouts_deploy as f64 / user_days(model))
    }),
    ("forced_logout_node_loss_per_user_per_day", |model, counted| {
        keeps_sessions_in_memory(model).then(|| counted.sessions.logouts_node_loss as f64 / user_days(model))
    }),
    ("outage_backlog_count", |_, counted| share(counted.backlog, counted.outages)),
    ("outage_denied_s_per_user_mean", |model, counted| {
        let users = counted.outages as f64 * model.users as f64;
        (counted.outages > 0).then(|| counted.outage_denied as f64 / 1e9 / users)
    }),
    ("outage_herd_mean_s", |_, counted| secs(counted.herd.mean())),
    ("outage_unauthorised_accepted_total", |model, counted| {
        (counted.outages > 0 && model.abuse > 0.0).then_some(counted.outage_unauthorised as f64)
    }),
    ("outage_users_hit_ratio", |model, counted| share(counted.outage_hit, counted.outages.saturating_mul(model.users))),
    ("push_all_nodes_reached_ratio", |_, counted| share(counted.messages_reached_all, counted.revocations)),
    ("refresh_per_user_per_s", |model, counted| {
        let span = model.users as f64 * seconds(model.horizon);
        matches!(model.credential, CredentialModel::Token { .. }).then(|| counted.refreshes as f64 / span)
    }),
    ("refused_in_outage_per_request_ratio", |_, counted| share(counted.answers.refused, counted.sent)),
    ("sessions_lost_ratio", |_, counted| share(counted.sessions.lost, counted.sessions.alive)),
    ("sessions_remapped_ratio", |_, counted| share(counted.sessions.remapped, counted.sessions.scaled)),
    ("store_ops_per_s_mean", operations_per_s),
    ("store_ops_per_s_peak", |_, counted| Some(counted.operations.peak as f64)),
    ("store_sojourn_mean_us", |_, counted| micros(counted.sojourns.mean())),
    ("store_sojourn_p99_us", |_, counted| micros(counted.sojourns.values.interpolate(0.99))),
    ("store_wait_mean_us", |_, counted| micros(counted.waits.mean())),
    ("store_wait_ratio", |_, counted| share(counted.waited, counted.waits.values.count())),
];

/// The metrics of one replication, by name.
pub fn values(model: &Model, counted: &ReplicationCounters) -> Vec<(&'static str, f64)> {
    METRICS.iter().filter_map(|(name, value)| Some((*name, value(model, counted)?))).collect()
}

/// The metrics that have a value in every replication, by name.
pub fn metrics(model: &Model, replications: &[ReplicationCounters]) -> Vec<ReplicationMetric> {
    let all =
        |value: &MetricValue| replications.iter().map(|counted| value(model, counted)).collect::<Option<Vec<f64>>>();
    METRICS.iter().filter_map(|(name, value)| Some(ReplicationMetric { name, values: all(value)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metric_names_are_sorted_and_end_in_their_unit() {
        assert!(METRICS.is_sorted_by(|(a, _), (b, _)| a < b));
        for (name, _) in METRICS {
            let unit = ["_us", "_s", "_ratio", "_count", "_mean", "_per_day", "_total", "_peak"];
            assert!(unit.iter().any(|unit| name.ends_with(unit)), "{name}");
        }
    }
}
