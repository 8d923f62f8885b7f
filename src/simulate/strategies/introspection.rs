//! Tokens that the issuer is asked about (RFC 7662), each time or through a cache on every node.

use super::cache::NodeCaches;
use super::session_store::Balancer;
use super::token::{self, Check};
use super::{Kind, Scenario, Strategy, User, jwt_only, session_store};
use crate::simulate::scenario::OnOutage;
use crate::simulate::scenario::units::{Nanos, seconds};
use crate::simulate::tally::Count;
use crate::simulate::user::Store;

pub const KIND: Kind = Kind {
    id: "introspection",
    about: "Tokens that the issuer is asked about, each time or through a cache",
    keys: &["access", "cache"],
    live: |user| {
        let mut check = Asked::of(user);
        token::live(user, &mut check);
    },
    expected,
    title: |strategy| format!("introspection{}", cached(strategy)),
};

pub fn cached(strategy: &Strategy) -> String {
    strategy.cached().map_or_else(String::new, |cache| {
        format!(", {} cache", crate::time::Span::seconds(cache.ttl.0 / 1_000_000_000))
    })
}

/// A check that asks the store, or the cache of the node.
pub struct Asked {
    caches: Option<NodeCaches>,
    balancer: Balancer,
}

impl Asked {
    pub fn of(user: &User<'_>) -> Self {
        let caches = user.strategy.cached().map(|cache| NodeCaches::new(cache, user.nodes()));
        Self { caches, balancer: Balancer::of(user) }
    }
}

impl Check for Asked {
    fn request(&mut self, user: &mut User<'_>, now: Nanos, end: Nanos, store: &mut Store) -> Nanos {
        let node = self.balancer.node();
        if let Some(caches) = &mut self.caches {
            user.tally.add(Count::CacheLookups, 1);
            // An answer says nothing beyond the end of the token.
            if caches.request(node, now, end) {
                user.tally.add(Count::CacheHits, 1);
                return 0;
            }
        }
        user.tally.add(Count::StoreOps, 1);
        store.visit()
    }

    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos> {
        let nodes = usize::try_from(user.nodes()).unwrap_or(1);
        let Some(caches) = &self.caches else { return vec![0; nodes] };
        let mut waits = Vec::new();
        caches.waits(revoked, &mut waits);
        waits.iter_mut().for_each(|wait| *wait = (*wait).min(left));
        waits
    }

    fn refused(&self, user: &User<'_>, start: Nanos, length: Nanos, left: Nanos) -> Nanos {
        if user.strategy.on_outage.unwrap_or(user.scenario().store.on_outage) != OnOutage::Closed {
            return length.saturating_sub(left);
        }
        length.saturating_sub(session_store::known(self.caches.as_ref(), start).min(left))
    }
}

pub fn expected(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let l = scenario.rate();
    match metric {
        _ if strategy.cached().is_some() && (metric.starts_with("exposure_") || metric.starts_with("store_ops")) => {
            None
        }
        "exposure_credential_mean_s"
        | "exposure_all_nodes_mean_s"
        | "exposure_per_node_mean_s"
        | "exposure_accepted_requests_mean" => Some(0.0),
        "store_ops_per_request" => {
            token::expected(scenario, strategy, "refresh_per_user_per_s").map(|refreshes| 1.0 + refreshes / l)
        }
        "store_ops_per_user_per_s" => {
            token::expected(scenario, strategy, "refresh_per_user_per_s").map(|refreshes| l + refreshes)
        }
        "outage_denied_s_per_user_mean" | "outage_users_hit_ratio" if strategy.cached().is_some() => None,
        "outage_denied_s_per_user_mean" => scenario.store.outage.first().map(|outage| seconds(outage.length.0)),
        "outage_users_hit_ratio" => scenario.store.outage.first().map(|_| 1.0),
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}
