//! Recording of the exposure window after a revocation: per node, over all nodes, and as accepted requests.

use super::rng::{Purpose, Stream, whole};
use super::scenario::RequestsAfter;
use super::scenario::units::{FOREVER, Nanos};
use super::tally::Measure;
use super::user::{Activity, User};

/// How long each node accepts a credential after its revocation.
pub(super) struct ExposureWindow<'a> {
    /// Time of the revocation, in nanoseconds.
    pub revoked: Nanos,
    /// Time until rejection at each node, in nanoseconds.
    pub waits: &'a [Nanos],
}

/// Expected number of requests after a revocation up to which all users are followed; above it a subset of users is.
const FOLLOWED: f64 = 400.0;

impl ExposureWindow<'_> {
    /// Records the exposure window, and the requests accepted within it if the scenario asks for them.
    pub(super) fn record(&self, user: &mut User<'_>, activity: Activity<'_>) {
        let all = self.waits.iter().copied().max().unwrap_or(0);
        let sum = self.waits.iter().fold(0_u128, |sum, wait| sum.saturating_add(u128::from(*wait)));
        let mean = sum.checked_div(self.waits.len() as u128).unwrap_or(0);
        user.tally.record(Measure::Credential, all);
        user.tally.record(Measure::AllNodes, all);
        user.tally.record(Measure::PerNode, u64::try_from(mean).unwrap_or(FOREVER));
        if user.scenario().revoke.requests_after == RequestsAfter::SameRate {
            self.follow(all, user, activity);
        }
    }

    /// Sends requests with the revoked credential until all nodes reject it.
    fn follow(&self, all: Nanos, user: &mut User<'_>, activity: Activity<'_>) {
        let expected = all as f64 * 1e-9 * user.scenario().rate();
        let long = user.strategy.access().mean_s() * user.scenario().rate() / FOLLOWED;
        if expected.is_infinite()
            || all == FOREVER
            || (long > 1.0 && user.id.checked_rem(whole(long).max(1)) != Some(0))
        {
            return;
        }
        let mut fork = user.stream(Purpose::Fork);
        let mut balancing = Stream::new(fork.bits(), user.world.replication, user.id, Purpose::Balancing);
        let (mut accepted, mut last) = (0_u64, 0);
        for request in activity.fork(self.revoked, fork) {
            let since = request.saturating_sub(self.revoked);
            if since >= all {
                break;
            }
            let node = usize::try_from(balancing.below(self.waits.len() as u64)).unwrap_or(0);
            if self.waits.get(node).is_some_and(|wait| since < *wait) {
                accepted = accepted.saturating_add(1);
                last = since;
            }
        }
        user.tally.record(Measure::AcceptedRequests, accepted);
        user.tally.record(Measure::LastAccepted, last);
    }
}
