//! Refresh token rotation with reuse detection (RFC 9700 §4.14.2). Reuse of a rotated token means a theft, or a client
//! that lost a race or a response. How the server responds within the grace period determines which thefts are detected
//! and which users are logged out by mistake.

use super::token::{self, TokenCheck};
use super::{CoupledForm, CredentialFormat, Scenario, ScenarioKey, Strategy, StrategyKind, User, jwt_only};
use crate::simulate::closed_form as theory;
use crate::simulate::metrics::{Metric, MetricGroup};
use crate::simulate::rng::{Purpose, Stream};
use crate::simulate::scenario::units::{FOREVER, Nanos, seconds};
use crate::simulate::scenario::{Grace, StolenCredential};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::Count;

mod family;
mod theft;

/// The kind `rotation`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "rotation",
    about: "Short-lived tokens and refresh token rotation with reuse detection",
    keys: &["access", "nbf", "grace", "mode", "on_reuse"],
    modes: &["strict", "same", "branch", "parent_of_active"],
    reads: &[ScenarioKey::Tabs, ScenarioKey::LostResponse],
    credential: CredentialFormat::Token,
    has_refresh_token: true,
    coupled: CoupledForm::UnsupportedToken,
    live: |user| {
        token::live(
            user,
            &mut RotationCheck { tabs: user.stream(Purpose::Tabs), responses: user.stream(Purpose::Loss) },
        );
        if user.scenario().theft.target == StolenCredential::Refresh {
            theft::simulate(user);
        }
    },
    expected,
    title,
};

fn title(strategy: &Strategy) -> String {
    let grace = crate::time::Span::seconds(strategy.grace_span() / 1_000_000_000);
    let how = match strategy.grace_mode() {
        Grace::Strict => "strict".to_owned(),
        Grace::Same => format!("same successor for {grace}"),
        Grace::Branch => format!("new branch for {grace}"),
        Grace::ParentOfActive => "parent of active token".to_owned(),
    };
    format!("JWT {} + rotation, {how}", token::lifetime(strategy))
}

/// Records refresh races and lost responses of legitimate clients under rotation.
struct RotationCheck {
    tabs: Stream,
    responses: Stream,
}

impl TokenCheck for RotationCheck {
    fn request(&mut self, _: &mut User<'_>, _: Nanos, _: Nanos, _: &mut StoreAccess) -> Nanos {
        0
    }

    fn waits(&mut self, user: &mut User<'_>, _: Nanos, left: Nanos) -> Vec<Nanos> {
        vec![left; usize::try_from(user.nodes()).unwrap_or(1)]
    }

    /// Theft of a refresh token is simulated in [`theft`]; theft of an access token is not detected.
    fn stolen(&mut self, user: &mut User<'_>, _: Nanos, left: Nanos) -> Option<Nanos> {
        (user.scenario().theft.target == StolenCredential::Access).then_some(left)
    }

    /// Records concurrent refreshes of tabs, and lost responses.
    fn renewed(&mut self, user: &mut User<'_>, renewals: u64) {
        let client = &user.scenario().client;
        for _ in 0..renewals {
            if client.tabs > 1 {
                let gap = self.gap(client.tabs, client.tab_spread.0);
                // A tab that refreshes before the response to the first tab arrives sends the rotated token.
                let race = gap < client.rtt.0;
                user.tally.add(Count::RaceRounds, 1);
                user.tally.one(Count::Races, race);
                user.tally.one(Count::LogoutsRace, race && !is_in_grace(user.strategy, gap));
            }
            if client.lost_response > 0.0 {
                // The client retries after a round trip with the token that it has, which was rotated.
                let lost = self.responses.chance(client.lost_response);
                user.tally.add(Count::LossRounds, 1);
                user.tally.one(Count::LogoutsLostResponse, lost && !is_in_grace(user.strategy, client.rtt.0));
            }
        }
    }
}

impl RotationCheck {
    /// Time from the refresh of the first of `tabs` to that of the second.
    fn gap(&mut self, tabs: u64, spread: Nanos) -> Nanos {
        let (mut first, mut second) = (FOREVER, FOREVER);
        for _ in 0..tabs {
            let at = self.tabs.within(spread);
            second = second.min(at.max(first));
            first = first.min(at);
        }
        second.saturating_sub(first)
    }
}

/// Whether reuse `gap` after rotation by a legitimate client is within the grace period.
fn is_in_grace(strategy: &Strategy, gap: Nanos) -> bool {
    // Right after the rotation the used token is the parent of the active one.
    strategy.grace_mode() == Grace::ParentOfActive || gap < strategy.grace_span()
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let client = &scenario.client;
    let (tabs, spread, rtt) = (client.tabs as f64, seconds(client.tab_spread.0), seconds(client.rtt.0));
    let per_day = || token::expected(scenario, strategy, Metric::RefreshPerUserPerSecond).map(|rate| rate * 86_400.0);
    match metric {
        Metric::RacePerRefreshRatio if spread > 0.0 => Some(theory::race(tabs, spread, rtt)),
        Metric::ForcedLogoutRace if spread > 0.0 => {
            let grace = match strategy.grace_mode() {
                Grace::ParentOfActive => rtt,
                _ => seconds(strategy.grace_span()).min(rtt),
            };
            Some((theory::race(tabs, spread, rtt) - theory::race(tabs, spread, grace)) * per_day()?)
        }
        Metric::ForcedLogoutLostResponse => {
            let share = if is_in_grace(strategy, client.rtt.0) { 0.0 } else { client.lost_response };
            Some(share * per_day()?)
        }
        _ if metric.is_in(MetricGroup::Theft) && scenario.theft.target == StolenCredential::Refresh => {
            theft::expected(scenario, strategy, metric)
        }
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}

#[cfg(test)]
mod tests;
