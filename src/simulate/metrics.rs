//! The metrics of trace mode: how each is computed from a tally, with its name and unit. The names are stable.

use super::scenario::Scenario;
use super::strategies::IDS;
use super::tally::{Count, Measure, Tally};

/// A reported metric of a strategy.
pub struct Metric {
    /// Its suffix is the unit.
    pub name: &'static str,
    of: MetricSource,
}

/// How a metric is computed.
enum MetricSource {
    /// A mean, with a standard error over replications. `None` without observations.
    Mean(fn(&Tally, &Scenario) -> Option<f64>),
    /// A percentile of a measure over all users: measure, percent, factor from nanoseconds (or a count) to the unit.
    Quantile((Measure, u8, f64)),
}

impl Metric {
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

/// The unit of a metric, from the suffix of its name.
pub fn unit(name: &str) -> &'static str {
    const UNITS: [(&str, &str); 9] = [
        ("_s_per_token", "seconds for each token"),
        ("_s_per_user_mean", "seconds for each user"),
        ("_per_user_per_day", "for each user and day"),
        ("_per_user_per_s", "for each user and second"),
        ("_per_s", "for each second"),
        ("_per_request", "for each request"),
        ("_ratio", "share"),
        ("_us", "microseconds"),
        ("_s", "seconds"),
    ];
    let of_rate = name.starts_with("store_ops_per_s").then_some("for each second");
    let by_name = UNITS.iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, unit)| *unit);
    of_rate.or(by_name).unwrap_or("number")
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
    ($($kind:ident $name:literal: $of:expr;)*) => {
        &[$(Metric { name: $name, of: metrics!(@$kind $of) }),*]
    };
    (@mean $of:expr) => { MetricSource::Mean($of) };
    (@tail $of:expr) => { MetricSource::Quantile($of) };
}

/// All metrics, in report order.
pub static METRICS: &[Metric] = metrics! {
    mean "exposure_credential_mean_s": |t, _| mean(t, Measure::Credential, NANOS);
    tail "exposure_credential_p50_s": (Measure::Credential, 50, NANOS);
    tail "exposure_credential_p99_s": (Measure::Credential, 99, NANOS);
    tail "exposure_credential_max_s": (Measure::Credential, 100, NANOS);
    mean "exposure_per_node_mean_s": |t, _| mean(t, Measure::PerNode, NANOS);
    mean "exposure_all_nodes_mean_s": |t, _| mean(t, Measure::AllNodes, NANOS);
    tail "exposure_all_nodes_p99_s": (Measure::AllNodes, 99, NANOS);
    mean "exposure_last_accepted_mean_s": |t, _| mean(t, Measure::LastAccepted, NANOS);
    tail "exposure_last_accepted_p99_s": (Measure::LastAccepted, 99, NANOS);
    mean "exposure_accepted_requests_mean": |t, _| mean(t, Measure::AcceptedRequests, 1.0);
    mean "exposure_resurrected_mean_s": |t, _| mean(t, Measure::Resurrected, NANOS);
    mean "live_at_revoke_ratio": |t, _| ratio(t, Count::LiveAtRevoke, Count::Revocations);
    mean "stale_role_mean_s": |t, _| mean(t, Measure::StaleRole, NANOS);
    tail "stale_role_p99_s": (Measure::StaleRole, 99, NANOS);
    mean "refresh_per_s": |t, s| per_user_second(t, Count::Refreshes).map(|rate| rate * s.run.users as f64);
    mean "refresh_per_user_per_s": |t, _| per_user_second(t, Count::Refreshes);
    mean "store_ops_per_s_mean": |t, s| per_user_second(t, Count::StoreOps).map(|rate| rate * s.run.users as f64);
    mean "store_ops_per_request": |t, _| ratio(t, Count::StoreOps, Count::Requests);
    mean "store_ops_confirm_per_s": |t, s| {
        (t.count(Count::BloomTokens) > 0).then_some(())?;
        per_user_second(t, Count::ConfirmOps).map(|rate| rate / IDS as f64 * s.run.users as f64)
    };
    mean "store_ops_per_user_per_s": |t, _| per_user_second(t, Count::StoreOps);
    mean "cache_hit_ratio": |t, _| ratio(t, Count::CacheHits, Count::CacheLookups);
    mean "added_latency_mean_us": |t, _| mean(t, Measure::Latency, 1e-3);
    tail "added_latency_p50_us": (Measure::Latency, 50, 1e-3);
    tail "added_latency_p99_us": (Measure::Latency, 99, 1e-3);
    mean "bytes_per_request": |t, _| ratio(t, Count::Bytes, Count::Requests);
    mean "bytes_per_user_per_day": |t, _| per_user_second(t, Count::Bytes).map(|rate| rate * 86_400.0);
    mean "denylist_entries_mean": |t, s| mean(t, Measure::EntryLife, NANOS).map(|life| life * s.revoke.rate.0);
    mean "replay_cache_entries_mean": |t, s| mean(t, Measure::ReplayEntries, 1.0).map(|own| own * s.run.users as f64);
    mean "reject_node_miss_per_request_ratio": |t, _| misses(t);
    mean "requests_to_first_miss_mean": |t, _| mean(t, Measure::FirstMiss, 1.0);
    mean "sessions_lost_ratio": |t, _| ratio(t, Count::SessionsLost, Count::SessionsAlive);
    mean "sessions_remapped_ratio": |t, _| ratio(t, Count::SessionsRemapped, Count::SessionsScaled);
    mean "forced_logout_node_loss_per_user_per_day": |t, _| logouts(t, Count::LogoutsNodeLoss);
    mean "forced_logout_deploy_per_user_per_day": |t, _| logouts(t, Count::LogoutsDeploy);
    mean "forced_logout_race_per_user_per_day": |t, _| risked(t, Count::RaceRounds, Count::LogoutsRace);
    mean "forced_logout_lost_response_per_user_per_day": |t, _| risked(t, Count::LossRounds, Count::LogoutsLostResponse);
    mean "race_per_refresh_ratio": |t, _| ratio(t, Count::Races, Count::RaceRounds);
    mean "reject_nbf_per_token_ratio": |t, _| ratio(t, Count::NbfRefused, Count::NbfTokens);
    mean "reject_nbf_mean_s_per_token": |t, _| mean(t, Measure::NbfRefusedTime, NANOS);
    mean "outage_users_hit_ratio": |t, _| ratio(t, Count::OutageHit, Count::OutageProbes);
    mean "outage_denied_s_per_user_mean": |t, _| mean(t, Measure::OutageDenied, NANOS);
    mean "outage_backlog_count": |t, s| {
        ratio(t, Count::OutageBacklog, Count::OutageProbes).map(|share| share * s.run.users as f64)
    };
    mean "outage_unauthorised_accepted_total": |t, s| {
        ratio(t, Count::OutageAcceptedTime, Count::OutageAbuses).map(|time| time * NANOS * s.revoke.rate.0)
    };
    mean "tokens_falsely_rejected_count": |t, s| {
        ratio(t, Count::BloomFalse, Count::BloomTokens).map(|share| share * s.run.users as f64)
    };
    mean "push_all_nodes_reached_ratio": |t, _| ratio(t, Count::PushReachedAll, Count::PushMessages);
    mean "theft_conflict_start_mean_s": |t, _| mean(t, Measure::ConflictStart, NANOS);
    mean "theft_detection_mean_s": |t, _| mean(t, Measure::Detection, NANOS);
    mean "theft_attacker_access_mean_s": |t, _| mean(t, Measure::AttackerAccess, NANOS);
    mean "theft_detected_ratio": |t, _| ratio(t, Count::Detected, Count::Thefts);
    mean "theft_never_detected_ratio": |t, _| ratio(t, Count::Detected, Count::Thefts).map(|share| 1.0 - share);
    mean "theft_undetected_first_round_ratio": |t, _| ratio(t, Count::FirstRoundUndetected, Count::RefreshThefts);
    tail "replays_accepted_max": (Measure::Replays, 100, 1.0);
};

/// Only in-memory sessions have node misses.
fn misses(tally: &Tally) -> Option<f64> {
    tally.measured(Measure::FirstMiss).filter(|measured| measured.count > 0)?;
    ratio(tally, Count::NodeMisses, Count::Requests)
}

/// The metric with this name.
pub fn find(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}
