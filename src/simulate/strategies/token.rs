//! The life of a user who carries access tokens; the strategies differ in how a token is checked.

use crate::simulate::closed_form as theory;
use crate::simulate::scenario::units::{FOREVER, Law, Nanos, SECOND, seconds};
use crate::simulate::scenario::{Arrivals, NumericDate, Refresh, Scenario, Strategy, When};
use crate::simulate::streams::{Purpose, whole};
use crate::simulate::tally::{Count, Measure, Streak};
use crate::simulate::user::{Activity, Client, Exposure, Store, User};

/// How a strategy checks tokens.
pub trait Check {
    /// Checks the token of a request; what it takes, in nanoseconds. `end` is when the token ends.
    fn request(&mut self, user: &mut User<'_>, now: Nanos, end: Nanos, store: &mut Store) -> Nanos;

    /// For how long each node still accepts a token that is revoked now and would be accepted for `left` more.
    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos>;

    /// A client has renewed its token this often.
    fn renewed(&mut self, _: &mut User<'_>, _renewals: u64) {}

    /// For how long of an outage a client is refused that has a token for `left` of it; nothing but the token counts.
    fn refused(&self, _: &User<'_>, _start: Nanos, length: Nanos, left: Nanos) -> Nanos {
        length.saturating_sub(left)
    }
}

/// Whole life of one user.
pub fn live(user: &mut User<'_>, check: &mut impl Check) {
    let horizon = user.horizon();
    let probe = user.probe(user.scenario().revoke.when);
    let outage = user.scenario().store.outage.first().map(|outage| (outage.at.0, outage.length.0));
    let mut client = Client::of(user);
    let mut store = Store::of(user);
    let mut clocks = user.stream(Purpose::Clock);
    let mut activity = Activity::of(user);
    let (mut probed, mut out) = (false, outage.is_none());
    let (mut requests, mut refreshes) = (0_u64, 0_u64);
    let (cost, mut latencies) = (user.strategy.check_cost(), Streak::default());
    loop {
        let now = activity.next().unwrap_or(FOREVER);
        // What befalls the user between two requests sees the client as it is then, its timers run up to that time.
        if let Some((start, length)) = outage
            && !out
            && now > start
        {
            out = true;
            refused(user, check, client, start, length);
        }
        if !probed && now > probe {
            probed = true;
            revoke(user, check, client, probe, activity);
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
            not_before(user, &mut clocks);
        }
        let latency = check.request(user, now, client.exp, &mut store);
        latencies.push(user.tally, Measure::Latency, latency.saturating_add(cost));
        requests = requests.saturating_add(1);
    }
    latencies.flush(user.tally, Measure::Latency);
    let renewed = client.catch_up(horizon.saturating_sub(1));
    check.renewed(user, renewed);
    for _ in 0..renewed {
        not_before(user, &mut clocks);
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
        NumericDate::Exact => exp,
        NumericDate::Seconds => exp.saturating_sub(exp.checked_rem(SECOND).unwrap_or(0)),
    };
    let end = written.saturating_add(clock.leeway.0).saturating_add_signed(clock.verifier_offset.0.saturating_neg());
    end.saturating_sub(now)
}

/// A probe: the user's access is revoked, in a world of its own.
fn revoke(user: &mut User<'_>, check: &mut impl Check, mut client: Client, revoked: Nanos, activity: Activity) {
    client.catch_up(revoked);
    let left = left(user, client.exp, revoked);
    user.tally.add(Count::Revocations, 1);
    user.tally.one(Count::LiveAtRevoke, client.exp > revoked);
    // A role is read anew with each token.
    let stale = match user.scenario().client.refresh {
        Refresh::Timer if client.due != FOREVER => client.due.saturating_sub(revoked),
        _ => client.exp.saturating_sub(revoked),
    };
    user.tally.record(Measure::StaleRole, stale);
    let waits = check.waits(user, revoked, left);
    Exposure { revoked, waits: &waits }.record(user, activity);
}

/// A probe: an outage of the store, with a user who wants in at every instant of it.
fn refused(user: &mut User<'_>, check: &impl Check, mut client: Client, start: Nanos, length: Nanos) {
    client.catch_up(start);
    let left = client.exp.saturating_sub(start);
    let refused = check.refused(user, start, length, left).min(length);
    user.tally.add(Count::OutageProbes, 1);
    user.tally.one(Count::OutageHit, refused > 0);
    // At its end everybody whose token has ended comes at once.
    user.tally.one(Count::OutageBacklog, left < length);
    user.tally.record(Measure::OutageDenied, refused);
}

/// A new token: for how long does a verifier whose clock is behind refuse it as not yet valid?
fn not_before(user: &mut User<'_>, clocks: &mut crate::simulate::streams::Stream) {
    if user.strategy.nbf != Some(true) {
        return;
    }
    let clock = &user.scenario().clock;
    let sigma = clock.sigma.0 as f64;
    let behind = clocks.normal(sigma) - clocks.normal(sigma);
    let refused = whole(behind - clock.leeway.0 as f64 - clock.transit.0 as f64);
    user.tally.add(Count::NbfTokens, 1);
    user.tally.one(Count::NbfRefused, refused > 0);
    user.tally.record(Measure::NbfRefusedTime, refused);
}

/// What holds for every strategy: bytes, and what the clients of access tokens do.
pub fn expected(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let (l, law) = (scenario.rate(), strategy.access());
    let (t, m) = (law.mean_s(), seconds(scenario.client.margin.0));
    let timer = scenario.client.refresh == Refresh::Timer;
    let plain = scenario.client.jitter <= 0.0 && (timer || scenario.traffic.arrivals == Arrivals::Poisson);
    let sharp = matches!(law, Law::Const(_));
    if !plain || !(timer || sharp) {
        return bytes(scenario, strategy, metric);
    }
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    let per_second = if timer { 1.0 / (t - m) } else { l / (1.0 + l * t) };
    match metric {
        "live_at_revoke_ratio" if timer => Some(1.0),
        "live_at_revoke_ratio" if scenario.revoke.when == When::Random => Some(theory::lazy_live(l, t)),
        "refresh_per_user_per_s" => Some(per_second),
        "refresh_per_s" => Some(per_second * scenario.run.users as f64),
        "outage_denied_s_per_user_mean" if sharp => outage
            .map(|d| if timer { theory::outage_denied_timer(d, t, m) } else { theory::outage_denied_lazy(d, t, l) }),
        "outage_users_hit_ratio" if timer && sharp => outage.map(|d| theory::outage_hit_timer(d, t, m)),
        _ => bytes(scenario, strategy, metric),
    }
}

/// Mean time for which a token is still accepted when nothing but its end stops it.
pub fn residual(scenario: &Scenario, strategy: &Strategy) -> Option<f64> {
    let (l, law) = (scenario.rate(), strategy.access());
    let (t, m) = (law.mean_s(), seconds(scenario.client.margin.0));
    let clock = &scenario.clock;
    let shift = seconds(clock.leeway.0) - clock.verifier_offset.0 as f64 / 1e9;
    if t.is_infinite() || clock.numeric_date == NumericDate::Seconds || scenario.client.jitter > 0.0 {
        return None;
    }
    match scenario.client.refresh {
        Refresh::Timer if scenario.revoke.when == When::Random => {
            Some(theory::timer_residual(t, law.square_mean_s(), m) + shift)
        }
        // A lazy client's dead token may be accepted within the leeway, which no formula here covers.
        Refresh::Lazy
            if shift == 0.0
                && scenario.revoke.when == When::Random
                && matches!(law, Law::Const(_))
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
