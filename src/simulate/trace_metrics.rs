//! The metrics of trace mode: how each is computed from a tally.

use super::metrics::Metric;
use super::scenario::Scenario;
use super::strategies::IDS;
use super::tally::{Count, Measure, Tally};

/// A metric of trace mode.
pub struct TraceMetric {
    /// Entry of the registry that has id and unit.
    pub metric: Metric,
    of: MetricSource,
}

/// How a metric is computed.
enum MetricSource {
    /// A mean, with a standard error over replications. `None` without observations.
    Mean(fn(&Tally, &Scenario) -> Option<f64>),
    /// A percentile of a measure over all users: measure, percent, factor from nanoseconds (or a count) to the unit.
    Quantile((Measure, u8, f64)),
}

impl TraceMetric {
    /// The value for a tally, in the unit of the metric.
    pub fn value(&self, tally: &Tally, scenario: &Scenario) -> Option<f64> {
        let value = match self.of {
            MetricSource::Mean(of) => of(tally, scenario)?,
            MetricSource::Quantile((measure, percent, unit)) => {
                tally.measured(measure)?.quantiles.percentile(percent)? as f64 * unit
            }
        };
        Some(value).filter(|value| !value.is_nan())
    }

    /// Whether the metric is a mean rather than a quantile.
    pub const fn is_mean(&self) -> bool {
        matches!(self.of, MetricSource::Mean(_))
    }

    /// 95 % confidence interval of a quantile from order statistics.
    pub fn interval(&self, tally: &Tally) -> Option<[f64; 2]> {
        match self.of {
            MetricSource::Mean(_) => None,
            MetricSource::Quantile((measure, percent, unit)) => {
                Some(tally.measured(measure)?.quantiles.confidence_interval(percent)?.map(|value| value * unit))
            }
        }
    }
}

const NANOS: f64 = 1e-9;

fn ratio(tally: &Tally, part: Count, whole: Count) -> Option<f64> {
    let whole = tally.count(whole);
    (whole > 0).then(|| tally.count(part) as f64 / whole as f64)
}

/// Simulated seconds, summed over all simulated users.
fn life(tally: &Tally) -> Option<f64> {
    Some(tally.count(Count::UserTime) as f64 * NANOS).filter(|seconds| *seconds > 0.0)
}

fn per_user_second(tally: &Tally, count: Count) -> Option<f64> {
    Some(tally.count(count) as f64 / life(tally)?)
}

fn mean(tally: &Tally, measure: Measure, unit: f64) -> Option<f64> {
    let measured = tally.measured(measure)?;
    (measured.count > 0).then(|| measured.sum as f64 / measured.count as f64 * unit)
}

/// Forced logouts per user and day; `None` without any.
fn logouts(tally: &Tally, count: Count) -> Option<f64> {
    (tally.count(count) > 0).then_some(())?;
    per_user_second(tally, count).map(|rate| rate * 86_400.0)
}

/// Forced logouts per user and day; 0 if there were opportunities (`rounds`) but no logouts, `None` without any.
fn risked(tally: &Tally, rounds: Count, count: Count) -> Option<f64> {
    (tally.count(rounds) > 0).then_some(())?;
    per_user_second(tally, count).map(|rate| rate * 86_400.0)
}

macro_rules! metrics {
    ($($kind:ident $metric:ident: $of:expr;)*) => {
        &[$(TraceMetric { metric: Metric::$metric, of: metrics!(@$kind $of) }),*]
    };
    (@mean $of:expr) => { MetricSource::Mean($of) };
    (@tail $of:expr) => { MetricSource::Quantile($of) };
}

/// All metrics of trace mode, in report order.
pub static TRACE_METRICS: &[TraceMetric] = metrics! {
    mean ExposureCredentialMean: |t, _| mean(t, Measure::Credential, NANOS);
    tail ExposureCredentialP50: (Measure::Credential, 50, NANOS);
    tail ExposureCredentialP99: (Measure::Credential, 99, NANOS);
    tail ExposureCredentialMax: (Measure::Credential, 100, NANOS);
    mean ExposurePerNodeMean: |t, _| mean(t, Measure::PerNode, NANOS);
    mean ExposureAllNodesMean: |t, _| mean(t, Measure::AllNodes, NANOS);
    tail ExposureAllNodesP99: (Measure::AllNodes, 99, NANOS);
    mean ExposureLastAcceptedMean: |t, _| mean(t, Measure::LastAccepted, NANOS);
    tail ExposureLastAcceptedP99: (Measure::LastAccepted, 99, NANOS);
    mean ExposureAcceptedRequestsMean: |t, _| mean(t, Measure::AcceptedRequests, 1.0);
    mean ExposureResurrectedMean: |t, _| mean(t, Measure::Resurrected, NANOS);
    mean LiveAtRevokeRatio: |t, _| ratio(t, Count::LiveAtRevoke, Count::Revocations);
    mean StaleRoleMean: |t, _| mean(t, Measure::StaleRole, NANOS);
    tail StaleRoleP99: (Measure::StaleRole, 99, NANOS);
    mean RefreshPerSecond: |t, s| per_user_second(t, Count::Refreshes).map(|rate| rate * s.run.users as f64);
    mean RefreshPerUserPerSecond: |t, _| per_user_second(t, Count::Refreshes);
    mean StoreOpsPerSecondMean: |t, s| per_user_second(t, Count::StoreOps).map(|rate| rate * s.run.users as f64);
    mean StoreOpsPerRequest: |t, _| ratio(t, Count::StoreOps, Count::Requests);
    mean StoreOpsConfirmPerSecond: |t, s| {
        (t.count(Count::BloomTokens) > 0).then_some(())?;
        per_user_second(t, Count::ConfirmOps).map(|rate| rate / IDS as f64 * s.run.users as f64)
    };
    mean StoreOpsPerUserPerSecond: |t, _| per_user_second(t, Count::StoreOps);
    mean CacheHitRatio: |t, _| ratio(t, Count::CacheHits, Count::CacheLookups);
    mean AddedLatencyMean: |t, _| mean(t, Measure::Latency, 1e-3);
    tail AddedLatencyP50: (Measure::Latency, 50, 1e-3);
    tail AddedLatencyP99: (Measure::Latency, 99, 1e-3);
    mean BytesPerRequest: |t, _| ratio(t, Count::Bytes, Count::Requests);
    mean BytesPerUserPerDay: |t, _| per_user_second(t, Count::Bytes).map(|rate| rate * 86_400.0);
    mean DenylistEntriesMean: |t, s| mean(t, Measure::EntryLife, NANOS).map(|life| life * s.revoke.rate.0);
    mean ReplayCacheEntriesMean: |t, s| mean(t, Measure::ReplayEntries, 1.0).map(|own| own * s.run.users as f64);
    mean RejectNodeMissPerRequestRatio: |t, _| misses(t);
    mean RequestsToFirstMissMean: |t, _| mean(t, Measure::FirstMiss, 1.0);
    mean SessionsLostRatio: |t, _| ratio(t, Count::SessionsLost, Count::SessionsAlive);
    mean SessionsRemappedRatio: |t, _| ratio(t, Count::SessionsRemapped, Count::SessionsScaled);
    mean ForcedLogoutNodeLoss: |t, _| logouts(t, Count::LogoutsNodeLoss);
    mean ForcedLogoutDeploy: |t, _| logouts(t, Count::LogoutsDeploy);
    mean ForcedLogoutRace: |t, _| risked(t, Count::RaceRounds, Count::LogoutsRace);
    mean ForcedLogoutLostResponse: |t, _| risked(t, Count::LossRounds, Count::LogoutsLostResponse);
    mean RacePerRefreshRatio: |t, _| ratio(t, Count::Races, Count::RaceRounds);
    mean RejectNbfPerTokenRatio: |t, _| ratio(t, Count::NbfRefused, Count::NbfTokens);
    mean RejectNbfMeanPerToken: |t, _| mean(t, Measure::NbfRefusedTime, NANOS);
    mean OutageUsersHitRatio: |t, _| ratio(t, Count::OutageHit, Count::OutageProbes);
    mean OutageDeniedPerUserMean: |t, _| mean(t, Measure::OutageDenied, NANOS);
    mean OutageBacklog: |t, s| {
        ratio(t, Count::OutageBacklog, Count::OutageProbes).map(|share| share * s.run.users as f64)
    };
    mean OutageUnauthorisedAccepted: |t, s| {
        ratio(t, Count::OutageAcceptedTime, Count::OutageAbuses).map(|time| time * NANOS * s.revoke.rate.0)
    };
    mean TokensFalselyRejected: |t, s| {
        ratio(t, Count::BloomFalse, Count::BloomTokens).map(|share| share * s.run.users as f64)
    };
    mean PushAllNodesReachedRatio: |t, _| ratio(t, Count::PushReachedAll, Count::PushMessages);
    mean TheftConflictStartMean: |t, _| mean(t, Measure::ConflictStart, NANOS);
    mean TheftDetectionMean: |t, _| mean(t, Measure::Detection, NANOS);
    mean TheftAttackerAccessMean: |t, _| mean(t, Measure::AttackerAccess, NANOS);
    mean TheftDetectedRatio: |t, _| ratio(t, Count::Detected, Count::Thefts);
    mean TheftNeverDetectedRatio: |t, _| ratio(t, Count::Detected, Count::Thefts).map(|share| 1.0 - share);
    mean TheftUndetectedFirstRoundRatio: |t, _| ratio(t, Count::FirstRoundUndetected, Count::RefreshThefts);
    tail ReplaysAcceptedMax: (Measure::Replays, 100, 1.0);
};

/// Only in-memory sessions have node misses.
fn misses(tally: &Tally) -> Option<f64> {
    tally.measured(Measure::FirstMiss).filter(|measured| measured.count > 0)?;
    ratio(tally, Count::NodeMisses, Count::Requests)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::scenario::SimulationMode;

    #[test]
    fn metrics_of_trace_mode_are_those_of_the_registry() {
        let is_traced = |metric: &Metric| TRACE_METRICS.iter().filter(|own| own.metric == *metric).count();
        for metric in Metric::ALL {
            let registered = metric.entry().modes.contains(&SimulationMode::Trace);
            assert_eq!(is_traced(metric), usize::from(registered), "{metric}");
        }
    }
}
