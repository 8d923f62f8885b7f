//! Trace-mode simulation of a user with access tokens. The strategies implement [`TokenCheck`].

use super::credential::{check_cost, token_bytes};
use super::find;
use crate::simulate::client::TokenClient;
use crate::simulate::closed_form as theory;
use crate::simulate::exposure::ExposureWindow;
use crate::simulate::metrics::{Metric, MetricGroup};
use crate::simulate::rng::{Purpose, Stream, whole};
use crate::simulate::scenario::units::{DurationDistribution, FOREVER, Nanos, SECOND, seconds};
use crate::simulate::scenario::{
    Arrivals, DatePrecision, EventTiming, Fanout, RefreshTrigger, RequestsAfter, Scenario, StolenCredential, Strategy,
};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::{Count, Measure, Streak};
use crate::simulate::user::{Activity, Intervention, InterventionQueue, User};

/// How a strategy checks tokens.
pub(super) trait TokenCheck {
    /// Checks the token of a request and returns the added latency in nanoseconds. `end` is the expiry of the token.
    fn request(&mut self, user: &mut User<'_>, now: Nanos, end: Nanos, store: &mut StoreAccess) -> Nanos;

    /// Time for which each node still accepts a token that is revoked now and would be accepted for another `left`.
    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos>;

    /// Called after a client has renewed its token, with the number of renewals.
    fn renewed(&mut self, _: &mut User<'_>, _renewals: u64) {}

    /// Time of an outage in which a client is denied whose token is valid for `left`. By default only expiry matters.
    fn refused(&self, _: &User<'_>, _start: Nanos, length: Nanos, left: Nanos) -> Nanos {
        length.saturating_sub(left)
    }

    /// Whether nodes fail open: accept tokens without the store query while the store is unavailable.
    fn is_left_open(&self, _: &User<'_>) -> bool {
        false
    }

    /// Time for which a stale role is used. By default roles are in the token, which is renewed in `until_renewed`.
    fn stale_role(&self, _: &User<'_>, _at: Nanos, until_renewed: Nanos) -> Nanos {
        until_renewed
    }

    /// Time for which an attacker has access after stealing the target of the scenario at `at`, when an access token is
    /// accepted for another `left`. `None` if the target does not exist, or if the strategy records thefts elsewhere
    /// because it detects them.
    fn stolen(&mut self, user: &mut User<'_>, _at: Nanos, left: Nanos) -> Option<Nanos> {
        match user.scenario().theft.target {
            StolenCredential::Access => Some(left),
            // The attacker keeps renewing it.
            StolenCredential::Refresh => Some(FOREVER),
            StolenCredential::Session | StolenCredential::DpopProof => None,
        }
    }
}

/// Simulates one user for the whole run.
pub(super) fn live(user: &mut User<'_>, check: &mut impl TokenCheck) {
    let horizon = user.horizon();
    let mut interventions = InterventionQueue::for_user(user);
    if check.is_left_open(user)
        && let Some((at, within)) = abuse(user)
    {
        interventions.add(at, Intervention::Abuse { within });
    }
    let mut client = TokenClient::for_user(user);
    let mut store = StoreAccess::for_user(user);
    let mut clocks = user.stream(Purpose::Clock);
    let mut activity = Activity::for_user(user);
    let lazy = user.scenario().client.refresh == RefreshTrigger::Lazy;
    let signatures = signatures(user);
    let (mut requests, mut refreshes) = (0_u64, 0_u64);
    let mut latencies = Streak::default();
    loop {
        let now = activity.next().unwrap_or(FOREVER);
        // An intervention between two requests applies to a copy of the client, with its timer run up to that time.
        while let Some((at, intervention)) = interventions.before(now) {
            let mut client = client;
            client.catch_up(at);
            match intervention {
                Intervention::Outage { length } => refused(user, check, client, at, length),
                Intervention::Revocation => revoke(user, check, client, at, activity),
                Intervention::RoleChange => change_role(user, check, client, at),
                Intervention::Theft => steal(user, check, client, at),
                Intervention::Abuse { within } => abused(user, client, at, within, activity),
            }
        }
        if now >= horizon {
            break;
        }
        let renewed = client.request(now);
        refreshes = refreshes.saturating_add(renewed);
        if renewed > 0 {
            check.renewed(user, renewed);
        }
        for _ in 0..renewed {
            not_before(user, client.issued, &mut clocks);
        }
        // A timer refreshes in the background; a lazy refresh delays the request.
        let wait = if lazy && renewed > 0 { user.scenario().client.rtt.0.saturating_add(store.write()) } else { 0 };
        let latency = check.request(user, now, client.exp, &mut store).saturating_add(wait);
        latencies.push(user.tally, Measure::Latency, latency.saturating_add(signatures));
        requests = requests.saturating_add(1);
    }
    latencies.flush(user.tally, Measure::Latency);
    let renewed = client.catch_up(horizon.saturating_sub(1));
    check.renewed(user, renewed);
    for _ in 0..renewed {
        not_before(user, client.issued, &mut clocks);
    }
    refreshes = refreshes.saturating_add(renewed);
    user.tally.add(Count::Refreshes, refreshes);
    user.tally.add(Count::StoreOps, refreshes);
    user.record_totals(requests, token_bytes(user.strategy));
}

/// Time from `now` for which a token with expiry `exp` is accepted, with rounding of dates, leeway and clock offset.
fn left(user: &User<'_>, exp: Nanos, now: Nanos) -> Nanos {
    let clock = &user.scenario().clock;
    if exp == FOREVER {
        return FOREVER;
    }
    let written = match clock.numeric_date {
        DatePrecision::Exact => exp,
        DatePrecision::Seconds => exp.saturating_sub(exp.checked_rem(SECOND).unwrap_or(0)),
    };
    let end = written.saturating_add(clock.leeway.0).saturating_add_signed(clock.verifier_offset.0.saturating_neg());
    end.saturating_sub(now)
}

/// Intervention: revokes the user's access.
fn revoke(
    user: &mut User<'_>,
    check: &mut impl TokenCheck,
    client: TokenClient,
    revoked: Nanos,
    activity: Activity<'_>,
) {
    let left = left(user, client.exp, revoked);
    user.tally.add(Count::Revocations, 1);
    user.tally.one(Count::LiveAtRevoke, client.exp > revoked);
    let waits = check.waits(user, revoked, left);
    ExposureWindow { revoked, waits: &waits }.record(user, activity);
}

/// Intervention: changes the user's role.
fn change_role(user: &mut User<'_>, check: &impl TokenCheck, client: TokenClient, at: Nanos) {
    let until_renewed = match user.scenario().client.refresh {
        RefreshTrigger::Timer if client.due != FOREVER => client.due.saturating_sub(at),
        _ => client.exp.saturating_sub(at),
    };
    let stale = check.stale_role(user, at, until_renewed);
    user.tally.record(Measure::StaleRole, stale);
}

/// Intervention: copies the credential. The access of the attacker is capped at the length of a run.
fn steal(user: &mut User<'_>, check: &mut impl TokenCheck, client: TokenClient, at: Nanos) {
    let left = left(user, client.exp, at);
    if let Some(lasts) = check.stolen(user, at, left) {
        let lasts = lasts.min(user.horizon());
        user.tally.add(Count::Thefts, 1);
        user.tally.record(Measure::AttackerAccess, lasts);
    }
}

/// Time of a revocation whose token could still be used during the outage, and the length of the window from which it
/// is drawn. `None` if tokens never expire or revoked credentials are not used.
fn abuse(user: &User<'_>) -> Option<(Nanos, Nanos)> {
    let scenario = user.scenario();
    let outage = scenario.store.outage.first()?;
    let longest = match user.strategy.access() {
        DurationDistribution::Const(nanos) | DurationDistribution::Uniform(_, nanos) if nanos != FOREVER => nanos,
        _ => return None,
    };
    if scenario.revoke.requests_after == RequestsAfter::None || scenario.revoke.rate.0 <= 0.0 {
        return None;
    }
    let slow = scenario.clock.verifier_offset.0.min(0).unsigned_abs();
    let first = outage.at.0.saturating_sub(longest.saturating_add(scenario.clock.leeway.0).saturating_add(slow));
    let within = outage.at.0.saturating_add(outage.length.0).saturating_sub(first);
    Some((first.saturating_add(user.stream(Purpose::Outage).within(within)), within))
}

/// Intervention: counts the requests with the revoked token during the outage, when it cannot be checked.
fn abused(user: &mut User<'_>, client: TokenClient, revoked: Nanos, within: Nanos, activity: Activity<'_>) {
    let Some(outage) = user.scenario().store.outage.first() else { return };
    let (start, end) = (outage.at.0, outage.at.0.saturating_add(outage.length.0));
    let expired = revoked.saturating_add(left(user, client.exp, revoked)).min(end);
    let requests = activity.fork(revoked, Stream::new(user.stream(Purpose::Outage).bits(), 0, 0, Purpose::Fork));
    let accepted = if expired > start {
        requests.take_while(|request| *request < expired).filter(|request| *request >= start).count() as u64
    } else {
        0
    };
    user.tally.add(Count::OutageAbuses, 1);
    user.tally.add(Count::OutageAcceptedTime, accepted.saturating_mul(within));
}

/// Latency of the signature checks of one request, in nanoseconds: each service makes one.
fn signatures(user: &User<'_>) -> Nanos {
    let topology = &user.scenario().topology;
    let serial_checks = if topology.fanout == Fanout::Serial { topology.services } else { 1 };
    check_cost(user.strategy).saturating_mul(serial_checks)
}

/// Intervention: a store outage, for a user who sends requests at every instant.
fn refused(user: &mut User<'_>, check: &impl TokenCheck, client: TokenClient, start: Nanos, length: Nanos) {
    let left = client.exp.saturating_sub(start);
    let refused = check.refused(user, start, length, left).min(length);
    user.tally.add(Count::OutageProbes, 1);
    user.tally.one(Count::OutageHit, refused > 0);
    // All users whose token has expired renew at the end of the outage.
    user.tally.one(Count::OutageBacklog, left < length);
    user.tally.record(Measure::OutageDenied, refused);
}

/// Records for how long a verifier with a slow clock rejects a new token as not yet valid.
fn not_before(user: &mut User<'_>, issued: Nanos, clocks: &mut Stream) {
    if user.strategy.nbf != Some(true) {
        return;
    }
    let clock = &user.scenario().clock;
    let sigma = clock.sigma.0 as f64;
    let (issuer, verifier) = (clocks.normal(sigma), clocks.normal(sigma));
    let written = issued as f64 + issuer;
    // Dates in whole seconds are rounded down.
    let rounded = match clock.numeric_date {
        DatePrecision::Exact => 0.0,
        DatePrecision::Seconds => written.rem_euclid(SECOND as f64),
    };
    let refused = whole(issuer - verifier - rounded - clock.leeway.0 as f64 - clock.transit.0 as f64);
    user.tally.add(Count::NbfTokens, 1);
    user.tally.one(Count::NbfRefused, refused > 0);
    user.tally.record(Measure::NbfRefusedTime, refused);
}

/// Closed forms that hold for every token strategy: bytes, and the behaviour of clients.
pub(super) fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let (l, lifetime) = (scenario.rate(), strategy.access());
    let (t, m) = (lifetime.mean_s(), seconds(scenario.client.margin.0));
    let timer = scenario.client.refresh == RefreshTrigger::Timer;
    let plain = scenario.client.jitter <= 0.0 && (timer || scenario.traffic.arrivals == Arrivals::Poisson);
    let is_constant = matches!(lifetime, DurationDistribution::Const(_));
    if !plain || !(timer || is_constant) {
        return bytes(scenario, strategy, metric);
    }
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    let per_second = if timer { 1.0 / (t - m) } else { l / (1.0 + l * t) };
    match metric {
        _ if metric.is_in(MetricGroup::Theft) => theft(scenario, strategy, metric),
        Metric::LiveAtRevokeRatio if timer => Some(1.0),
        Metric::LiveAtRevokeRatio if scenario.revoke.when == EventTiming::Random => Some(theory::lazy_live(l, t)),
        Metric::RefreshPerUserPerSecond => Some(per_second),
        Metric::RefreshPerSecond => Some(per_second * scenario.run.users as f64),
        Metric::OutageDeniedPerUserMean if is_constant => outage
            .map(|d| if timer { theory::outage_denied_timer(d, t, m) } else { theory::outage_denied_lazy(d, t, l) }),
        Metric::OutageUsersHitRatio if timer && is_constant => outage.map(|d| theory::outage_hit_timer(d, t, m)),
        _ => bytes(scenario, strategy, metric),
    }
}

/// Closed forms of a theft that is not detected.
fn theft(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let run = seconds(scenario.run.horizon.0);
    let is_refresh = match scenario.theft.target {
        StolenCredential::Refresh => find(&strategy.kind).is_some_and(|kind| kind.has_refresh_token),
        StolenCredential::Access => false,
        StolenCredential::Session | StolenCredential::DpopProof => return None,
    };
    let longest = match strategy.access() {
        DurationDistribution::Const(nanos) | DurationDistribution::Uniform(_, nanos) => {
            seconds(nanos) + seconds(scenario.clock.leeway.0)
        }
        DurationDistribution::Exp(_) => f64::INFINITY,
    };
    match metric {
        Metric::TheftAttackerAccessMean if is_refresh => Some(run),
        Metric::TheftAttackerAccessMean if longest < run && scenario.theft.when == scenario.revoke.when => {
            residual(scenario, strategy)
        }
        Metric::TheftNeverDetectedRatio => Some(1.0),
        Metric::TheftDetectedRatio => Some(0.0),
        _ => None,
    }
}

/// Requests accepted with revoked tokens while verifiers fail open: all revoked but unexpired tokens, in steady state.
pub(super) fn unauthorised(scenario: &Scenario, strategy: &Strategy) -> Option<f64> {
    let outage = scenario.store.outage.first()?;
    let DurationDistribution::Const(access) = strategy.access() else { return None };
    // The outage is late enough that the run contains all revocations that matter.
    let is_steady = access.saturating_add(scenario.clock.leeway.0) <= outage.at.0;
    let alive = scenario.revoke.rate.0 * residual(scenario, strategy)?;
    is_steady.then(|| seconds(outage.length.0) * alive * scenario.rate())
}

/// Mean time in seconds for which a token is still accepted if only its expiry ends it.
pub(super) fn residual(scenario: &Scenario, strategy: &Strategy) -> Option<f64> {
    let (l, lifetime) = (scenario.rate(), strategy.access());
    let (t, m) = (lifetime.mean_s(), seconds(scenario.client.margin.0));
    let clock = &scenario.clock;
    let shift = seconds(clock.leeway.0) - clock.verifier_offset.0 as f64 / 1e9;
    if t.is_infinite() || clock.numeric_date == DatePrecision::Seconds || scenario.client.jitter > 0.0 {
        return None;
    }
    match scenario.client.refresh {
        RefreshTrigger::Timer if scenario.revoke.when == EventTiming::Random => {
            Some(theory::timer_residual(t, lifetime.square_mean_s(), m) + shift)
        }
        // A lazy client's expired token may be accepted within the leeway, which has no closed form here.
        RefreshTrigger::Lazy
            if shift == 0.0
                && scenario.revoke.when == EventTiming::Random
                && matches!(lifetime, DurationDistribution::Const(_))
                && scenario.traffic.arrivals == Arrivals::Poisson =>
        {
            Some(theory::lazy_residual(l, t))
        }
        _ => None,
    }
}

/// Closed forms of bytes per request and per day.
pub(super) fn bytes(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let bytes = token_bytes(strategy) as f64;
    match metric {
        Metric::BytesPerRequest => Some(bytes),
        Metric::BytesPerUserPerDay if scenario.traffic.arrivals == Arrivals::Poisson => {
            Some(theory::bytes_per_day(bytes, scenario.rate()))
        }
        _ => None,
    }
}

/// The lifetime in a title: `15 min`, `30 days`.
pub(super) fn lifetime(strategy: &Strategy) -> String {
    let mean = strategy.access().mean_s();
    if mean.is_infinite() { "without expiry".to_owned() } else { crate::time::Span::seconds(whole(mean)).to_string() }
}
