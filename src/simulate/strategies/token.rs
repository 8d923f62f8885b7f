//! The life of a user who carries access tokens; the strategies differ in how a token is checked.

use crate::simulate::client::TokenClient;
use crate::simulate::closed_form as theory;
use crate::simulate::exposure::ExposureWindow;
use crate::simulate::rng::{Purpose, Stream, whole};
use crate::simulate::scenario::units::{DurationDistribution, FOREVER, Nanos, SECOND, seconds};
use crate::simulate::scenario::{
    Arrivals, DatePrecision, EventTiming, Fanout, RefreshTrigger, RequestsAfter, Scenario, StolenCredential, Strategy,
};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::{Count, Measure, Streak};
use crate::simulate::user::{Activity, Intervention, InterventionQueue, User};

/// How a strategy checks tokens.
pub trait TokenCheck {
    /// Checks the token of a request; what it takes, in nanoseconds. `end` is when the token ends.
    fn request(&mut self, user: &mut User<'_>, now: Nanos, end: Nanos, store: &mut StoreAccess) -> Nanos;

    /// For how long each node still accepts a token that is revoked now and would be accepted for `left` more.
    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos>;

    /// A client has renewed its token this often.
    fn renewed(&mut self, _: &mut User<'_>, _renewals: u64) {}

    /// For how long of an outage a client is refused that has a token for `left` of it; nothing but the token counts.
    fn refused(&self, _: &User<'_>, _start: Nanos, length: Nanos, left: Nanos) -> Nanos {
        length.saturating_sub(left)
    }

    /// Whether nodes accept any token while the store is out that they would else ask about.
    fn is_left_open(&self, _: &User<'_>) -> bool {
        false
    }

    /// How long an old role is still believed; it is read anew with the token, which comes in `until_renewed`.
    fn stale_role(&self, _: &User<'_>, _at: Nanos, until_renewed: Nanos) -> Nanos {
        until_renewed
    }

    /// How long a thief has access that takes the target of the scenario at `at`, when an access token has `left`.
    /// Nobody notices: who does says so itself, and `None` here.
    fn stolen(&mut self, user: &mut User<'_>, _at: Nanos, left: Nanos) -> Option<Nanos> {
        match user.scenario().theft.target {
            StolenCredential::Access => Some(left),
            // It goes on being renewed.
            StolenCredential::Refresh => Some(FOREVER),
            StolenCredential::Session | StolenCredential::DpopProof => None,
        }
    }
}

/// Whole life of one user.
pub fn live(user: &mut User<'_>, check: &mut impl TokenCheck) {
    let horizon = user.horizon();
    let mut probes = InterventionQueue::for_user(user);
    if check.is_left_open(user)
        && let Some((at, within)) = abuse(user)
    {
        probes.add(at, Intervention::Abuse { within });
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
        // What befalls the user between two requests sees the client as it is then, its timers run up to that time.
        while let Some((at, probe)) = probes.before(now) {
            let mut client = client;
            client.catch_up(at);
            match probe {
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
        // A timer refreshes behind the scenes; who is lazy keeps the request waiting.
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
    user.lived(requests, user.strategy.token_bytes());
}

/// How long a token that ends at `exp` is accepted from `now`: its date as it is written, leeway and offset counted.
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

/// A probe: the user's access is revoked, in a world of its own.
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

/// A probe: what the user may do changes.
fn change_role(user: &mut User<'_>, check: &impl TokenCheck, client: TokenClient, at: Nanos) {
    let until_renewed = match user.scenario().client.refresh {
        RefreshTrigger::Timer if client.due != FOREVER => client.due.saturating_sub(at),
        _ => client.exp.saturating_sub(at),
    };
    let stale = check.stale_role(user, at, until_renewed);
    user.tally.record(Measure::StaleRole, stale);
}

/// A probe: somebody has a copy. Followed for as long as a run lasts.
fn steal(user: &mut User<'_>, check: &mut impl TokenCheck, client: TokenClient, at: Nanos) {
    let left = left(user, client.exp, at);
    if let Some(lasts) = check.stolen(user, at, left) {
        let lasts = lasts.min(user.horizon());
        user.tally.add(Count::Thefts, 1);
        user.tally.record(Measure::AttackerAccess, lasts);
    }
}

/// When a token is revoked that could still be used in the outage, and from how long a time that is drawn. Nothing
/// without an end of tokens, or without anybody who goes on.
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
    let behind = scenario.clock.verifier_offset.0.min(0).unsigned_abs();
    let first = outage.at.0.saturating_sub(longest.saturating_add(scenario.clock.leeway.0).saturating_add(behind));
    let within = outage.at.0.saturating_add(outage.length.0).saturating_sub(first);
    Some((first.saturating_add(user.stream(Purpose::Outage).within(within)), within))
}

/// Such a probe: requests with the revoked token that fall into the outage, when nobody can be asked about it.
fn abused(user: &mut User<'_>, client: TokenClient, revoked: Nanos, within: Nanos, activity: Activity<'_>) {
    let Some(outage) = user.scenario().store.outage.first() else { return };
    let (start, end) = (outage.at.0, outage.at.0.saturating_add(outage.length.0));
    let dead = revoked.saturating_add(left(user, client.exp, revoked)).min(end);
    let requests = activity.fork(revoked, Stream::new(user.stream(Purpose::Outage).bits(), 0, 0, Purpose::Fork));
    let accepted = if dead > start {
        requests.take_while(|request| *request < dead).filter(|request| *request >= start).count() as u64
    } else {
        0
    };
    user.tally.add(Count::OutageAbuses, 1);
    user.tally.add(Count::OutageAcceptedTime, accepted.saturating_mul(within));
}

/// What all checks of signatures of one request take: each service makes its own.
fn signatures(user: &User<'_>) -> Nanos {
    let topology = &user.scenario().topology;
    let after_each_other = if topology.fanout == Fanout::Serial { topology.services } else { 1 };
    user.strategy.check_cost().saturating_mul(after_each_other)
}

/// A probe: an outage of the store, with a user who wants in at every instant of it.
fn refused(user: &mut User<'_>, check: &impl TokenCheck, client: TokenClient, start: Nanos, length: Nanos) {
    let left = client.exp.saturating_sub(start);
    let refused = check.refused(user, start, length, left).min(length);
    user.tally.add(Count::OutageProbes, 1);
    user.tally.one(Count::OutageHit, refused > 0);
    // At its end everybody whose token has ended comes at once.
    user.tally.one(Count::OutageBacklog, left < length);
    user.tally.record(Measure::OutageDenied, refused);
}

/// A new token: for how long does a verifier whose clock is behind refuse it as not yet valid?
fn not_before(user: &mut User<'_>, issued: Nanos, clocks: &mut Stream) {
    if user.strategy.nbf != Some(true) {
        return;
    }
    let clock = &user.scenario().clock;
    let sigma = clock.sigma.0 as f64;
    let (issuer, verifier) = (clocks.normal(sigma), clocks.normal(sigma));
    let written = issued as f64 + issuer;
    // A date in whole seconds is that of the second which has begun.
    let rounded = match clock.numeric_date {
        DatePrecision::Exact => 0.0,
        DatePrecision::Seconds => written.rem_euclid(SECOND as f64),
    };
    let refused = whole(issuer - verifier - rounded - clock.leeway.0 as f64 - clock.transit.0 as f64);
    user.tally.add(Count::NbfTokens, 1);
    user.tally.one(Count::NbfRefused, refused > 0);
    user.tally.record(Measure::NbfRefusedTime, refused);
}

/// What holds for every strategy: bytes, and what the clients of access tokens do.
pub fn expected(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let (l, law) = (scenario.rate(), strategy.access());
    let (t, m) = (law.mean_s(), seconds(scenario.client.margin.0));
    let timer = scenario.client.refresh == RefreshTrigger::Timer;
    let plain = scenario.client.jitter <= 0.0 && (timer || scenario.traffic.arrivals == Arrivals::Poisson);
    let sharp = matches!(law, DurationDistribution::Const(_));
    if !plain || !(timer || sharp) {
        return bytes(scenario, strategy, metric);
    }
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    let per_second = if timer { 1.0 / (t - m) } else { l / (1.0 + l * t) };
    match metric {
        _ if metric.starts_with("theft_") => theft(scenario, strategy, metric),
        "live_at_revoke_ratio" if timer => Some(1.0),
        "live_at_revoke_ratio" if scenario.revoke.when == EventTiming::Random => Some(theory::lazy_live(l, t)),
        "refresh_per_user_per_s" => Some(per_second),
        "refresh_per_s" => Some(per_second * scenario.run.users as f64),
        "outage_denied_s_per_user_mean" if sharp => outage
            .map(|d| if timer { theory::outage_denied_timer(d, t, m) } else { theory::outage_denied_lazy(d, t, l) }),
        "outage_users_hit_ratio" if timer && sharp => outage.map(|d| theory::outage_hit_timer(d, t, m)),
        _ => bytes(scenario, strategy, metric),
    }
}

/// A theft that nobody notices.
fn theft(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let run = seconds(scenario.run.horizon.0);
    let is_refresh = match scenario.theft.target {
        StolenCredential::Refresh => strategy.kind != "jwt_only",
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
        "theft_attacker_access_mean_s" if is_refresh => Some(run),
        "theft_attacker_access_mean_s" if longest < run && scenario.theft.when == scenario.revoke.when => {
            residual(scenario, strategy)
        }
        "theft_never_detected_ratio" => Some(1.0),
        "theft_detected_ratio" => Some(0.0),
        _ => None,
    }
}

/// Requests with revoked tokens while verifiers are left open: of all that are alive, in the steady state.
pub fn unauthorised(scenario: &Scenario, strategy: &Strategy) -> Option<f64> {
    let outage = scenario.store.outage.first()?;
    let DurationDistribution::Const(access) = strategy.access() else { return None };
    // Early enough that all that were revoked before are in the run.
    let is_steady = access.saturating_add(scenario.clock.leeway.0) <= outage.at.0;
    let alive = scenario.revoke.rate.0 * residual(scenario, strategy)?;
    is_steady.then(|| seconds(outage.length.0) * alive * scenario.rate())
}

/// Mean time for which a token is still accepted when nothing but its end stops it.
pub fn residual(scenario: &Scenario, strategy: &Strategy) -> Option<f64> {
    let (l, law) = (scenario.rate(), strategy.access());
    let (t, m) = (law.mean_s(), seconds(scenario.client.margin.0));
    let clock = &scenario.clock;
    let shift = seconds(clock.leeway.0) - clock.verifier_offset.0 as f64 / 1e9;
    if t.is_infinite() || clock.numeric_date == DatePrecision::Seconds || scenario.client.jitter > 0.0 {
        return None;
    }
    match scenario.client.refresh {
        RefreshTrigger::Timer if scenario.revoke.when == EventTiming::Random => {
            Some(theory::timer_residual(t, law.square_mean_s(), m) + shift)
        }
        // A lazy client's dead token may be accepted within the leeway, which no formula here covers.
        RefreshTrigger::Lazy
            if shift == 0.0
                && scenario.revoke.when == EventTiming::Random
                && matches!(law, DurationDistribution::Const(_))
                && scenario.traffic.arrivals == Arrivals::Poisson =>
        {
            Some(theory::lazy_residual(l, t))
        }
        _ => None,
    }
}

/// Bytes are arithmetic.
pub fn bytes(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let bytes = strategy.token_bytes() as f64;
    match metric {
        "bytes_per_request" => Some(bytes),
        "bytes_per_user_per_day" if scenario.traffic.arrivals == Arrivals::Poisson => {
            Some(theory::bytes_per_day(bytes, scenario.rate()))
        }
        _ => None,
    }
}

/// A lifetime in a title: `15 min`, `30 days`.
pub fn lifetime(strategy: &Strategy) -> String {
    let mean = strategy.access().mean_s();
    if mean.is_infinite() { "without end".to_owned() } else { crate::time::Span::seconds(whole(mean)).to_string() }
}
