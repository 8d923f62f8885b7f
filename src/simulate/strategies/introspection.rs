//! Token introspection (RFC 7662): a query to the issuer on each request, or through a cache on every node.

use super::balancer::Balancer;
use super::cache::NodeCaches;
use super::token::{self, TokenCheck};
use super::{CoupledForm, CredentialFormat, Scenario, Strategy, StrategyKind, User, jwt_only, session_store};
use crate::simulate::metrics::{Metric, MetricGroup};
use crate::simulate::scenario::FailMode;
use crate::simulate::scenario::units::{Nanos, seconds};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::Count;

/// The kind `introspection`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "introspection",
    about: "Token introspection on each request, or through a cache on every node",
    keys: &["access", "cache"],
    modes: &[],
    reads: &[],
    credential: CredentialFormat::Opaque,
    has_refresh_token: true,
    coupled: CoupledForm::QueriedToken,
    live: |user| {
        let mut check = IntrospectionCheck { by_token: true, ..IntrospectionCheck::for_user(user) };
        token::live(user, &mut check);
    },
    expected,
    title: |strategy| format!("introspection{}", cached(strategy)),
};

/// The suffix of a title that names the cache, if any.
pub(super) fn cached(strategy: &Strategy) -> String {
    strategy.cached().map_or_else(String::new, |cache| {
        format!(", {} cache", crate::time::Span::seconds(cache.ttl.0 / 1_000_000_000))
    })
}

/// A check that queries the store, or the cache of the node.
pub(super) struct IntrospectionCheck {
    /// Cache entries belong to the token, not to the user: they are dropped on renewal.
    by_token: bool,
    /// Whether the response reveals a role change: it contains the role, or rejects tokens from before the change.
    reveals_role: bool,
    caches: Option<NodeCaches>,
    balancer: Balancer,
}

impl IntrospectionCheck {
    /// A check for this user, with warm caches.
    pub(super) fn for_user(user: &User<'_>) -> Self {
        let caches = user.strategy.cached().map(|cache| NodeCaches::warm(cache, user));
        Self { by_token: false, reveals_role: true, caches, balancer: Balancer::for_user(user) }
    }

    /// A check whose response does not reveal role changes.
    pub(super) fn without_roles(user: &User<'_>) -> Self {
        Self { reveals_role: false, ..Self::for_user(user) }
    }

    /// Time for which each node accepts without a query, or on a stale read.
    fn known(&self, user: &User<'_>, now: Nanos) -> Vec<Nanos> {
        let mut waits = vec![user.scenario().replica_lag(); usize::try_from(user.nodes()).unwrap_or(1)];
        if let Some(caches) = &self.caches {
            caches.waits(now, &mut waits);
        }
        waits
    }
}

impl TokenCheck for IntrospectionCheck {
    fn request(&mut self, user: &mut User<'_>, now: Nanos, end: Nanos, store: &mut StoreAccess) -> Nanos {
        let node = self.balancer.node();
        if let Some(caches) = &mut self.caches {
            user.tally.add(Count::CacheLookups, 1);
            // An entry is not kept beyond the expiry of the token.
            if caches.request(node, now, end) {
                user.tally.add(Count::CacheHits, 1);
                return 0;
            }
        }
        user.tally.add(Count::StoreOps, 1);
        store.visit()
    }

    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos> {
        let mut waits = self.known(user, revoked);
        waits.iter_mut().for_each(|wait| *wait = (*wait).min(left));
        waits
    }

    fn refused(&self, user: &User<'_>, start: Nanos, length: Nanos, left: Nanos) -> Nanos {
        length.saturating_sub(session_store::served(user, self.caches.as_ref(), start, left.min(length)))
    }

    fn renewed(&mut self, _: &mut User<'_>, renewals: u64) {
        if self.by_token
            && renewals > 0
            && let Some(caches) = &mut self.caches
        {
            caches.clear();
        }
    }

    fn is_left_open(&self, user: &User<'_>) -> bool {
        user.on_outage() == FailMode::Open
    }

    fn stale_role(&self, user: &User<'_>, at: Nanos, until_renewed: Nanos) -> Nanos {
        let until_read = || self.known(user, at).into_iter().max().unwrap_or(0).min(until_renewed);
        if self.reveals_role { until_read() } else { until_renewed }
    }
}

/// Closed form of a metric.
pub(super) fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let l = scenario.rate();
    let open = strategy.on_outage.unwrap_or(scenario.store.on_outage) == FailMode::Open;
    match metric {
        Metric::OutageUnauthorisedAccepted if open => token::unauthorised(scenario, strategy),
        _ if scenario.replica_lag() > 0 && metric.is_in(MetricGroup::Exposure) => None,
        _ if strategy.cached().is_some()
            && (metric.is_in(MetricGroup::Exposure) || metric.is_in(MetricGroup::StoreOperations)) =>
        {
            None
        }
        Metric::ExposureCredentialMean
        | Metric::ExposureAllNodesMean
        | Metric::ExposurePerNodeMean
        | Metric::ExposureAcceptedRequestsMean => Some(0.0),
        Metric::StoreOpsPerRequest => {
            token::expected(scenario, strategy, Metric::RefreshPerUserPerSecond).map(|refreshes| 1.0 + refreshes / l)
        }
        Metric::StoreOpsPerUserPerSecond => {
            token::expected(scenario, strategy, Metric::RefreshPerUserPerSecond).map(|refreshes| l + refreshes)
        }
        Metric::OutageDeniedPerUserMean | Metric::OutageUsersHitRatio if strategy.cached().is_some() => None,
        Metric::OutageDeniedPerUserMean | Metric::OutageUsersHitRatio if open => {
            token::expected(scenario, strategy, metric)
        }
        Metric::OutageDeniedPerUserMean => scenario.store.outage.first().map(|outage| seconds(outage.length.0)),
        Metric::OutageUsersHitRatio => scenario.store.outage.first().map(|_| 1.0),
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}
