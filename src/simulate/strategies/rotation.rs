//! Refresh tokens that work once. When a spent one comes back, two parties hold the family: a theft, or a client that
//! lost a race or an answer. What the server makes of it within the grace decides what is noticed, and who is logged
//! out by mistake.

use super::token::{self, TokenCheck};
use super::{Scenario, Strategy, StrategyKind, User, jwt_only};
use crate::simulate::closed_form as theory;
use crate::simulate::rng::{Purpose, Stream};
use crate::simulate::scenario::units::{FOREVER, Nanos, seconds};
use crate::simulate::scenario::{Grace, StolenCredential};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::Count;

mod family;
mod theft;

pub const KIND: StrategyKind = StrategyKind {
    id: "rotation",
    about: "Short tokens, and refresh tokens that work once: a second use is an alarm",
    keys: &["access", "nbf", "grace", "mode", "on_reuse"],
    live: |user| {
        token::live(user, &mut RotationCheck { tabs: user.stream(Purpose::Tabs), answers: user.stream(Purpose::Loss) });
        if user.scenario().theft.target == StolenCredential::Refresh {
            theft::befall(user);
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
        Grace::Branch => format!("a branch for {grace}"),
        Grace::ParentOfActive => "parent of the active one".to_owned(),
    };
    format!("JWT {} + rotation, {how}", token::lifetime(strategy))
}

/// What can go wrong between honest clients and a server that rotates.
struct RotationCheck {
    tabs: Stream,
    answers: Stream,
}

impl TokenCheck for RotationCheck {
    fn request(&mut self, _: &mut User<'_>, _: Nanos, _: Nanos, _: &mut StoreAccess) -> Nanos {
        0
    }

    fn waits(&mut self, user: &mut User<'_>, _: Nanos, left: Nanos) -> Vec<Nanos> {
        vec![left; usize::try_from(user.nodes()).unwrap_or(1)]
    }

    /// The family notices, see [`theft`]; an access token alone is missed by nobody.
    fn stolen(&mut self, user: &mut User<'_>, _: Nanos, left: Nanos) -> Option<Nanos> {
        (user.scenario().theft.target == StolenCredential::Access).then_some(left)
    }

    /// Tabs that refresh at about the same time, and answers that get lost.
    fn renewed(&mut self, user: &mut User<'_>, renewals: u64) {
        let client = &user.scenario().client;
        for _ in 0..renewals {
            if client.tabs > 1 {
                let gap = self.gap(client.tabs, client.tab_spread.0);
                // A tab that begins before the answer to the first is there sends the token that is spent by then.
                let race = gap < client.rtt.0;
                user.tally.add(Count::RaceRounds, 1);
                user.tally.one(Count::Races, race);
                user.tally.one(Count::LogoutsRace, race && !forgiven(user.strategy, gap));
            }
            if client.lost_response > 0.0 {
                // The client tries again after a round trip, with the only token it has.
                let lost = self.answers.chance(client.lost_response);
                user.tally.add(Count::LossRounds, 1);
                user.tally.one(Count::LogoutsLostResponse, lost && !forgiven(user.strategy, client.rtt.0));
            }
        }
    }
}

impl RotationCheck {
    /// From the first of `tabs` to the second.
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

/// Whether an honest client gets away with a token that it, or its other tab, spent `gap` ago.
fn forgiven(strategy: &Strategy, gap: Nanos) -> bool {
    // At once after the rotation the spent token is the parent of the active one.
    strategy.grace_mode() == Grace::ParentOfActive || gap < strategy.grace_span()
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let client = &scenario.client;
    let (tabs, spread, rtt) = (client.tabs as f64, seconds(client.tab_spread.0), seconds(client.rtt.0));
    let per_day = || token::expected(scenario, strategy, "refresh_per_user_per_s").map(|rate| rate * 86_400.0);
    match metric {
        "race_per_refresh_ratio" if spread > 0.0 => Some(theory::race(tabs, spread, rtt)),
        "forced_logout_race_per_user_per_day" if spread > 0.0 => {
            let forgiven = match strategy.grace_mode() {
                Grace::ParentOfActive => rtt,
                _ => seconds(strategy.grace_span()).min(rtt),
            };
            Some((theory::race(tabs, spread, rtt) - theory::race(tabs, spread, forgiven)) * per_day()?)
        }
        "forced_logout_lost_response_per_user_per_day" => {
            let share = if forgiven(strategy, client.rtt.0) { 0.0 } else { client.lost_response };
            Some(share * per_day()?)
        }
        _ if metric.starts_with("theft_") && scenario.theft.target == StolenCredential::Refresh => {
            theft::expected(scenario, strategy, metric)
        }
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}

#[cfg(test)]
mod tests;
