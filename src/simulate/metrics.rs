//! The registry of metrics: every metric with its id, group, unit and direction. Production code names a metric by its
//! variant only, so a misspelt one does not compile; ids are for people and files, and are stable.

use super::scenario::SimulationMode;
use serde::{Serialize, Serializer};
use std::fmt;

/// The registered facts about a metric.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MetricEntry {
    /// Snake case; its suffix is the unit.
    pub id: &'static str,
    /// Group under which the metric is registered.
    pub group: MetricGroup,
    /// Unit of the values; the suffix of `id` agrees with it.
    pub unit: MetricUnit,
    /// The modes that have the metric.
    pub modes: &'static [SimulationMode],
    /// Whether lower or higher values are better.
    pub direction: MetricDirection,
    /// What the metric measures, in one line.
    pub about: &'static str,
}

/// What a metric is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetricGroup {
    /// The exposure window after a revocation.
    Exposure,
    /// Other effects of revocations and role changes: live credentials, stale roles, false rejections, lost messages.
    Revocation,
    /// Rate of refreshes, and races of tabs in them.
    Refresh,
    /// Number of store operations.
    StoreOperations,
    /// Waiting at the store.
    StoreQueue,
    /// Latency, bytes, and entries of lists and caches.
    Cost,
    /// In-memory sessions.
    Session,
    /// Logouts of legitimate users, one metric for each cause.
    ForcedLogout,
    /// Rejection of new tokens by `nbf`.
    NotBefore,
    /// Denial and unauthorised acceptance in an outage of the store.
    Outage,
    /// Detection of a stolen credential, and the access of the attacker.
    Theft,
    /// Accepted replays of DPoP proofs (RFC 9449).
    Replay,
}

/// The unit of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetricUnit {
    /// A duration; suffix `_s`.
    Seconds,
    /// A duration; suffix `_us`.
    Microseconds,
    /// Seconds for each token.
    TokenSeconds,
    /// Seconds for each user.
    UserSeconds,
    /// Operations or bytes for each request; suffix `_per_request`.
    PerRequest,
    /// Events per second of all users together.
    PerSecond,
    /// Events per second of one user.
    PerUserSecond,
    /// Events or bytes per day of one user.
    PerUserDay,
    /// From 0 to 1.
    Share,
    /// A plain number, such as entries or clients; a mean may have a fraction.
    Number,
}

impl MetricUnit {
    /// The unit in words, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Microseconds => "microseconds",
            Self::TokenSeconds => "seconds for each token",
            Self::UserSeconds => "seconds for each user",
            Self::PerRequest => "for each request",
            Self::PerSecond => "for each second",
            Self::PerUserSecond => "for each user and second",
            Self::PerUserDay => "for each user and day",
            Self::Share => "share",
            Self::Number => "number",
        }
    }
}

/// Which values of a metric are better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetricDirection {
    /// Lower values are better.
    Lower,
    /// Higher values are better.
    Higher,
    /// The metric describes users or attackers, not the strategy.
    Neither,
}

const TRACE: &[SimulationMode] = &[SimulationMode::Trace];
const COUPLED: &[SimulationMode] = &[SimulationMode::Coupled];
const BOTH: &[SimulationMode] = &[SimulationMode::Trace, SimulationMode::Coupled];

macro_rules! metrics {
    ($(
        #[doc = $about:literal]
        $variant:ident: $id:literal, $group:ident, $unit:ident, $modes:ident, $direction:ident;
    )*) => {
        /// A reported metric of a strategy.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Metric { $(#[doc = $about] $variant),* }

        impl Metric {
            /// All metrics, in the order of the registry.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The registered facts.
            pub const fn entry(self) -> &'static MetricEntry {
                match self {
                    $(Self::$variant => const {
                        &MetricEntry {
                            id: $id,
                            group: MetricGroup::$group,
                            unit: MetricUnit::$unit,
                            modes: $modes,
                            direction: MetricDirection::$direction,
                            about: $about.trim_ascii_start(),
                        }
                    }),*
                }
            }
        }
    };
}

metrics! {
    /// Mean time from a revocation until the credential is rejected everywhere.
    ExposureCredentialMean: "exposure_credential_mean_s", Exposure, Seconds, TRACE, Lower;
    /// Median of the time from a revocation until the credential is rejected everywhere.
    ExposureCredentialP50: "exposure_credential_p50_s", Exposure, Seconds, TRACE, Lower;
    /// 99th percentile of the time from a revocation until the credential is rejected everywhere.
    ExposureCredentialP99: "exposure_credential_p99_s", Exposure, Seconds, TRACE, Lower;
    /// Longest time from a revocation until the credential is rejected everywhere.
    ExposureCredentialMax: "exposure_credential_max_s", Exposure, Seconds, TRACE, Lower;
    /// Mean time from a revocation until one node rejects, over the nodes.
    ExposurePerNodeMean: "exposure_per_node_mean_s", Exposure, Seconds, BOTH, Lower;
    /// Mean time from a revocation until all nodes reject.
    ExposureAllNodesMean: "exposure_all_nodes_mean_s", Exposure, Seconds, BOTH, Lower;
    /// 99th percentile of the time from a revocation until all nodes reject.
    ExposureAllNodesP99: "exposure_all_nodes_p99_s", Exposure, Seconds, BOTH, Lower;
    /// Mean time from a revocation to the last accepted request.
    ExposureLastAcceptedMean: "exposure_last_accepted_mean_s", Exposure, Seconds, BOTH, Lower;
    /// 99th percentile of the time from a revocation to the last accepted request.
    ExposureLastAcceptedP99: "exposure_last_accepted_p99_s", Exposure, Seconds, TRACE, Lower;
    /// Mean number of requests that are accepted after a revocation.
    ExposureAcceptedRequestsMean: "exposure_accepted_requests_mean", Exposure, Number, BOTH, Lower;
    /// Mean time for which a token is accepted again after its denylist entry has expired.
    ExposureResurrectedMean: "exposure_resurrected_mean_s", Exposure, Seconds, TRACE, Lower;
    /// Share of users who hold an unexpired credential when it is revoked.
    LiveAtRevokeRatio: "live_at_revoke_ratio", Revocation, Share, TRACE, Neither;
    /// Mean time for which the old role is used after a role change.
    StaleRoleMean: "stale_role_mean_s", Revocation, Seconds, TRACE, Lower;
    /// 99th percentile of the time for which the old role is used after a role change.
    StaleRoleP99: "stale_role_p99_s", Revocation, Seconds, TRACE, Lower;
    /// Refreshes of all users.
    RefreshPerSecond: "refresh_per_s", Refresh, PerSecond, TRACE, Lower;
    /// Refreshes of one user.
    RefreshPerUserPerSecond: "refresh_per_user_per_s", Refresh, PerUserSecond, BOTH, Lower;
    /// Store operations of all users.
    StoreOpsPerSecondMean: "store_ops_per_s_mean", StoreOperations, PerSecond, BOTH, Lower;
    /// Store operations in the busiest second.
    StoreOpsPerSecondPeak: "store_ops_per_s_peak", StoreOperations, PerSecond, COUPLED, Lower;
    /// Store operations for each request.
    StoreOpsPerRequest: "store_ops_per_request", StoreOperations, PerRequest, TRACE, Lower;
    /// Store operations that confirm hits of a Bloom filter.
    StoreOpsConfirmPerSecond: "store_ops_confirm_per_s", StoreOperations, PerSecond, TRACE, Lower;
    /// Store operations of one user.
    StoreOpsPerUserPerSecond: "store_ops_per_user_per_s", StoreOperations, PerUserSecond, TRACE, Lower;
    /// Mean time of an operation at the store, waiting and service.
    StoreSojournMean: "store_sojourn_mean_us", StoreQueue, Microseconds, COUPLED, Lower;
    /// 99th percentile of the time of an operation at the store.
    StoreSojournP99: "store_sojourn_p99_us", StoreQueue, Microseconds, COUPLED, Lower;
    /// Mean time for which an operation waits for a server of the store.
    StoreWaitMean: "store_wait_mean_us", StoreQueue, Microseconds, COUPLED, Lower;
    /// Share of operations that wait for a server of the store.
    StoreWaitRatio: "store_wait_ratio", StoreQueue, Share, COUPLED, Lower;
    /// Share of cache look-ups that hit.
    CacheHitRatio: "cache_hit_ratio", Cost, Share, BOTH, Higher;
    /// Mean latency that the check adds to a request.
    AddedLatencyMean: "added_latency_mean_us", Cost, Microseconds, BOTH, Lower;
    /// Median of the latency that the check adds to a request.
    AddedLatencyP50: "added_latency_p50_us", Cost, Microseconds, BOTH, Lower;
    /// 99th percentile of the latency that the check adds to a request.
    AddedLatencyP99: "added_latency_p99_us", Cost, Microseconds, BOTH, Lower;
    /// Bytes of the credential in each request.
    BytesPerRequest: "bytes_per_request", Cost, PerRequest, TRACE, Lower;
    /// Bytes of credentials that one user sends.
    BytesPerUserPerDay: "bytes_per_user_per_day", Cost, PerUserDay, TRACE, Lower;
    /// Mean size of the denylist.
    DenylistEntriesMean: "denylist_entries_mean", Cost, Number, TRACE, Lower;
    /// Mean size of the replay cache of DPoP proofs.
    ReplayCacheEntriesMean: "replay_cache_entries_mean", Cost, Number, TRACE, Lower;
    /// Share of requests that reach a node without the session.
    RejectNodeMissPerRequestRatio: "reject_node_miss_per_request_ratio", Session, Share, TRACE, Lower;
    /// Mean number of requests up to the first that reaches a node without the session.
    RequestsToFirstMissMean: "requests_to_first_miss_mean", Session, Number, TRACE, Higher;
    /// Share of sessions that a crash or a deployment loses.
    SessionsLostRatio: "sessions_lost_ratio", Session, Share, BOTH, Lower;
    /// Share of sessions that scaling maps to another node.
    SessionsRemappedRatio: "sessions_remapped_ratio", Session, Share, BOTH, Lower;
    /// Forced logouts by crashes.
    ForcedLogoutNodeLoss: "forced_logout_node_loss_per_user_per_day", ForcedLogout, PerUserDay, BOTH, Lower;
    /// Forced logouts by deployments.
    ForcedLogoutDeploy: "forced_logout_deploy_per_user_per_day", ForcedLogout, PerUserDay, BOTH, Lower;
    /// Forced logouts by concurrent refreshes of tabs.
    ForcedLogoutRace: "forced_logout_race_per_user_per_day", ForcedLogout, PerUserDay, TRACE, Lower;
    /// Forced logouts by lost responses of refreshes.
    ForcedLogoutLostResponse: "forced_logout_lost_response_per_user_per_day", ForcedLogout, PerUserDay, TRACE, Lower;
    /// Share of refreshes in which tabs race.
    RacePerRefreshRatio: "race_per_refresh_ratio", Refresh, Share, TRACE, Lower;
    /// Share of new tokens that a verifier rejects as not yet valid.
    RejectNbfPerTokenRatio: "reject_nbf_per_token_ratio", NotBefore, Share, TRACE, Lower;
    /// Mean time for which a new token is rejected as not yet valid.
    RejectNbfMeanPerToken: "reject_nbf_mean_s_per_token", NotBefore, TokenSeconds, TRACE, Lower;
    /// Share of users who are denied in an outage.
    OutageUsersHitRatio: "outage_users_hit_ratio", Outage, Share, BOTH, Lower;
    /// Mean time for which a user is denied in an outage.
    OutageDeniedPerUserMean: "outage_denied_s_per_user_mean", Outage, UserSeconds, BOTH, Lower;
    /// Clients that wait for the store at the end of an outage.
    OutageBacklog: "outage_backlog_count", Outage, Number, BOTH, Lower;
    /// Mean time after an outage until all waiting clients are served.
    OutageHerdMean: "outage_herd_mean_s", Outage, Seconds, COUPLED, Lower;
    /// Requests with revoked credentials that are accepted in an outage.
    OutageUnauthorisedAccepted: "outage_unauthorised_accepted_total", Outage, Number, BOTH, Lower;
    /// Share of all requests that are rejected because of an outage.
    RefusedInOutagePerRequestRatio: "refused_in_outage_per_request_ratio", Outage, Share, COUPLED, Lower;
    /// Users whose token a Bloom filter rejects by mistake.
    TokensFalselyRejected: "tokens_falsely_rejected_count", Revocation, Number, TRACE, Lower;
    /// Share of pushed messages that reach all nodes.
    PushAllNodesReachedRatio: "push_all_nodes_reached_ratio", Revocation, Share, BOTH, Higher;
    /// Mean time from a theft to the first refresh after it.
    TheftConflictStartMean: "theft_conflict_start_mean_s", Theft, Seconds, TRACE, Neither;
    /// Mean time from a theft to its detection.
    TheftDetectionMean: "theft_detection_mean_s", Theft, Seconds, TRACE, Lower;
    /// Mean time for which the attacker has access.
    TheftAttackerAccessMean: "theft_attacker_access_mean_s", Theft, Seconds, TRACE, Lower;
    /// Share of thefts that are detected.
    TheftDetectedRatio: "theft_detected_ratio", Theft, Share, TRACE, Higher;
    /// Share of thefts that are not detected in the run.
    TheftNeverDetectedRatio: "theft_never_detected_ratio", Theft, Share, TRACE, Lower;
    /// Share of thefts that are not detected after both parties have refreshed once.
    TheftUndetectedFirstRoundRatio: "theft_undetected_first_round_ratio", Theft, Share, TRACE, Lower;
    /// Highest number of accepted replays of one DPoP proof.
    ReplaysAcceptedMax: "replays_accepted_max", Replay, Number, TRACE, Lower;
}

impl Metric {
    /// The id in reports and files.
    pub const fn id(self) -> &'static str {
        self.entry().id
    }

    /// Whether the metric belongs to a group.
    pub fn is_in(self, group: MetricGroup) -> bool {
        self.entry().group == group
    }

    /// The forced logouts by cause: their sum is that of all causes.
    pub fn forced_logouts() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|metric| metric.is_in(MetricGroup::ForcedLogout))
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn metrics_have_unique_ids_that_end_in_their_unit() {
        let ids: BTreeSet<&str> = Metric::ALL.iter().map(|metric| metric.id()).collect();
        assert_eq!(ids.len(), Metric::ALL.len(), "unique");
        for MetricEntry { id, unit, about, .. } in Metric::ALL.iter().map(|metric| metric.entry()) {
            let suffixes: &[&str] = match unit {
                MetricUnit::Seconds => &["_s"],
                MetricUnit::Microseconds => &["_us"],
                MetricUnit::TokenSeconds => &["_s_per_token"],
                MetricUnit::UserSeconds => &["_s_per_user_mean"],
                MetricUnit::PerRequest => &["_per_request"],
                MetricUnit::PerSecond => &["_per_s", "_per_s_mean", "_per_s_peak"],
                MetricUnit::PerUserSecond => &["_per_user_per_s"],
                MetricUnit::PerUserDay => &["_per_user_per_day"],
                MetricUnit::Share => &["_ratio"],
                MetricUnit::Number => &["_mean", "_max", "_count", "_total"],
            };
            assert!(suffixes.iter().any(|suffix| id.ends_with(suffix)), "{id}");
            assert!(about.ends_with('.') && about.len() <= 100, "{id}");
        }
    }

    #[test]
    fn metrics_with_a_prefix_belong_to_its_group() {
        let prefixes = [
            ("exposure_", MetricGroup::Exposure),
            ("store_ops_", MetricGroup::StoreOperations),
            ("forced_logout_", MetricGroup::ForcedLogout),
            ("theft_", MetricGroup::Theft),
        ];
        for (prefix, group) in prefixes {
            assert!(
                Metric::ALL.iter().all(|metric| metric.id().starts_with(prefix) == metric.is_in(group)),
                "{prefix}"
            );
        }
    }
}
