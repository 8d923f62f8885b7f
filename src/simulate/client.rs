//! A client that renews its access token: by timer before expiry, or lazily on the first request after it.

use super::rng::{Purpose, Stream, whole};
use super::scenario::units::{DurationDistribution, FOREVER, Nanos};
use super::scenario::{RefreshTrigger, Scenario};
use super::user::User;

/// The state of a client with an access token. Times in nanoseconds.
#[derive(Clone, Copy)]
pub(super) struct TokenClient {
    access: DurationDistribution,
    refresh: RefreshTrigger,
    margin: Nanos,
    jitter: f64,
    renewal: Stream,
    /// Expiry of the token.
    pub exp: Nanos,
    /// Time of the next refresh by timer.
    pub due: Nanos,
    /// Time of issue; 0 for the initial token.
    pub issued: Nanos,
}

impl TokenClient {
    /// A client in its stationary state: at time 0 its token has a random age.
    pub(super) fn for_user(user: &User<'_>) -> Self {
        let Scenario { client, .. } = user.world.scenario;
        let mut start = user.stream(Purpose::Start);
        let mut new = Self {
            access: user.strategy.access(),
            refresh: client.refresh,
            margin: client.margin.0,
            jitter: client.jitter,
            renewal: user.stream(Purpose::Renewal),
            exp: FOREVER,
            due: FOREVER,
            issued: 0,
        };
        match client.refresh {
            _ if user.strategy.is_endless() => {}
            RefreshTrigger::Timer => {
                let (life, cycle) = new.biased(&mut start, |client| {
                    let life = client.life();
                    (life, client.cycle(life))
                });
                new.due = cycle.saturating_sub(start.within(cycle));
                // If jitter makes the cycle longer than the lifetime, there is a gap without a valid token.
                new.exp = new.due.saturating_add(life).saturating_sub(cycle);
            }
            RefreshTrigger::Lazy => {
                let (_, life) = new.biased(&mut start, |client| (0, client.life()));
                let mean = new.access.mean_s() * user.world.scenario.rate();
                new.exp = if start.chance(mean / (1.0 + mean)) { life.saturating_sub(start.within(life)) } else { 0 };
            }
        }
        new
    }

    /// Draws a pair with probability proportional to its second element: long cycles cover more time (inspection
    /// paradox). Rejection sampling.
    fn biased(&mut self, start: &mut Stream, draw: impl Fn(&mut Self) -> (Nanos, Nanos)) -> (Nanos, Nanos) {
        let most = match self.access {
            DurationDistribution::Const(nanos) | DurationDistribution::Uniform(_, nanos) => nanos as f64,
            // Unbounded: the truncated tail is negligible.
            DurationDistribution::Exp(mean) => mean as f64 * 40.0,
        } * (1.0 + self.jitter);
        for _ in 0..10_000 {
            let pair = draw(self);
            if start.unit() * most < pair.1 as f64 {
                return pair;
            }
        }
        draw(self)
    }

    fn life(&mut self) -> Nanos {
        self.access.draw(&mut self.renewal)
    }

    /// Time between two refreshes by timer.
    fn cycle(&mut self, life: Nanos) -> Nanos {
        let cycle = life.saturating_sub(self.margin).max(1);
        if self.jitter > 0.0 {
            whole(cycle as f64 * (1.0 + self.jitter * (2.0 * self.renewal.unit() - 1.0)))
        } else {
            cycle
        }
    }

    /// Gets a new token at `now`.
    pub(super) fn renew(&mut self, now: Nanos) {
        let life = self.life();
        self.issued = now;
        self.exp = now.saturating_add(life);
        if self.refresh == RefreshTrigger::Timer {
            self.due = now.saturating_add(self.cycle(life));
        }
    }

    /// Runs the timer up to `now` and returns the number of refreshes.
    #[inline]
    pub(super) fn catch_up(&mut self, now: Nanos) -> u64 {
        let mut refreshes = 0_u64;
        while self.due <= now {
            self.renew(self.due);
            refreshes = refreshes.saturating_add(1);
        }
        refreshes
    }

    /// Handles a request at `now`: runs the timer, and a lazy client refreshes an expired token. Returns the number of
    /// refreshes.
    #[inline]
    pub(super) fn request(&mut self, now: Nanos) -> u64 {
        let refreshes = self.catch_up(now);
        if self.refresh == RefreshTrigger::Lazy && now >= self.exp {
            self.renew(now);
            return refreshes.saturating_add(1);
        }
        refreshes
    }
}
