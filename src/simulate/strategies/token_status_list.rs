//! A status list of one bit per token, published and cached (draft-ietf-oauth-status-list §8.3, §13.7).

use super::token::{self, TokenCheck};
use super::{CoupledForm, CredentialFormat, Scenario, Strategy, StrategyKind, User, jwt_only};
use crate::simulate::closed_form as theory;
use crate::simulate::metrics::{Metric, MetricGroup};
use crate::simulate::scenario::Refetch;
use crate::simulate::scenario::units::{Nanos, seconds};
use crate::simulate::store_access::StoreAccess;

/// The kind `token_status_list`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "token_status_list",
    about: "Short-lived tokens and a published status list, cached by every node",
    keys: &["access", "publish", "ttl", "refetch"],
    modes: &[],
    reads: &[],
    credential: CredentialFormat::Token,
    has_refresh_token: true,
    coupled: CoupledForm::UnsupportedToken,
    live: |user| token::live(user, &mut StatusListCheck),
    expected,
    title: |strategy| format!("JWT {} + status list", token::lifetime(strategy)),
};

struct StatusListCheck;

impl TokenCheck for StatusListCheck {
    fn request(&mut self, _: &mut User<'_>, _: Nanos, _: Nanos, _: &mut StoreAccess) -> Nanos {
        0
    }

    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos> {
        let (every, held) = (user.strategy.publish_period(), user.strategy.status_ttl());
        // The phase of the publisher is independent of those of the nodes.
        let listed = user.world.until_next_published(every, revoked);
        let wait = |node| {
            let at = revoked.saturating_add(listed);
            let fetched = match user.strategy.refetch.unwrap_or_default() {
                Refetch::FetchTtl => user.world.until_next(node, held, at),
                Refetch::IatTtl => user.world.until_next_published(held, at),
            };
            listed.saturating_add(fetched).min(left)
        };
        (0..usize::try_from(user.nodes()).unwrap_or(1)).map(wait).collect()
    }
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    match metric {
        Metric::ExposurePerNodeMean
            if strategy.is_endless() && strategy.refetch.unwrap_or_default() == Refetch::FetchTtl =>
        {
            Some(theory::status_list(seconds(strategy.publish_period()), seconds(strategy.status_ttl())))
        }
        _ if metric.is_in(MetricGroup::Exposure) => None,
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}
