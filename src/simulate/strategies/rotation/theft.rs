//! Theft of a rotating refresh token. It is detected at the second use of one token, by the attacker or the victim.

use super::family::TokenFamily;
use crate::simulate::client::TokenClient;
use crate::simulate::closed_form as theory;
use crate::simulate::metrics::Metric;
use crate::simulate::rng::{Purpose, Stream, whole};
use crate::simulate::scenario::units::{DurationDistribution, FOREVER, Nanos, seconds};
use crate::simulate::scenario::{
    Arrivals, AttackerBehaviour, EventTiming, FirstUse, Grace, OnReuse, RefreshTrigger, Scenario, Strategy,
};
use crate::simulate::tally::{Count, Measure};
use crate::simulate::user::{Activity, User};

/// The victim's client, which continues to refresh after the theft.
struct Victim<'a> {
    client: TokenClient,
    /// Requests after the theft, of a lazy client.
    requests: Option<Activity<'a>>,
}

impl<'a> Victim<'a> {
    /// The state of the client at the time of the theft.
    fn at_theft(user: &User<'a>, at: Nanos) -> Self {
        let mut client = TokenClient::for_user(user);
        if user.scenario().client.refresh == RefreshTrigger::Timer {
            client.catch_up(at);
            return Self { client, requests: None };
        }
        let mut activity = Activity::for_user(user);
        loop {
            match activity.next() {
                Some(request) if request <= at => client.request(request),
                _ => return Self { client, requests: Some(activity.fork(at, user.stream(Purpose::Fork))) },
            };
        }
    }

    /// Time of the victim's next refresh.
    fn next(&mut self) -> Option<Nanos> {
        let at = match &mut self.requests {
            None => Some(self.client.due).filter(|due| *due != FOREVER),
            Some(requests) => requests.find(|request| *request >= self.client.exp),
        }?;
        self.client.renew(at);
        Some(at)
    }
}

/// The renewal pattern of the attacker.
struct Thief {
    then: AttackerBehaviour,
    cycle: Nanos,
    jitter: f64,
    draws: Stream,
}

impl Thief {
    /// Time of the next renewal after `now`; a greedy attacker renews right after the victim instead.
    fn next(&mut self, now: Nanos) -> Option<Nanos> {
        match self.then {
            AttackerBehaviour::Never | AttackerBehaviour::Greedy => None,
            AttackerBehaviour::Period | AttackerBehaviour::WhenNeeded => {
                let spread = 1.0 + self.jitter * (2.0 * self.draws.unit() - 1.0);
                let cycle = if self.jitter > 0.0 { whole(self.cycle as f64 * spread) } else { self.cycle };
                Some(now.saturating_add(cycle.max(1)))
            }
        }
    }
}

/// The course of a theft.
#[derive(Default)]
struct Course {
    conflict: Option<Nanos>,
    detected: Option<Nanos>,
    /// Both have renewed once without detection.
    first_round_passed: bool,
    /// Expiry of the attacker's last access token.
    access_until: Nanos,
}

/// Intervention: steals the refresh token, and follows the theft for the length of a run.
pub(super) fn simulate(user: &mut User<'_>) {
    let at = user.probe(user.scenario().theft.when);
    let lifetime = whole(user.strategy.access().mean_s() * 1e9);
    let course = follow(user, at, lifetime);
    let tally = &mut *user.tally;
    tally.add(Count::Thefts, 1);
    tally.add(Count::RefreshThefts, 1);
    tally.one(Count::Detected, course.detected.is_some());
    tally.one(Count::FirstRoundUndetected, course.first_round_passed);
    if let Some(conflict) = course.conflict {
        tally.record(Measure::ConflictStart, conflict.saturating_sub(at));
    }
    if let Some(detected) = course.detected {
        tally.record(Measure::Detection, detected.saturating_sub(at));
        // Reuse detection revokes the refresh token family, or also the access tokens issued from it.
        let until = match user.strategy.on_reuse.unwrap_or_default() {
            OnReuse::FamilyOnly => course.access_until,
            OnReuse::AndVersion => course.access_until.min(detected),
        };
        tally.record(Measure::AttackerAccess, until.saturating_sub(at));
    }
}

fn follow(user: &User<'_>, at: Nanos, lifetime: Nanos) -> Course {
    let attacker = &user.scenario().theft.attacker;
    let mut draws = user.stream(Purpose::Attacker);
    let first = match attacker.first {
        FirstUse::After(law) => law.draw(&mut draws),
        FirstUse::WithinLifetime => draws.within(lifetime),
    };
    // A periodic attacker renews like a client, with its margin; one that renews when needed has no margin.
    let margin = if attacker.then == AttackerBehaviour::Period { user.scenario().client.margin.0 } else { 0 };
    let mut thief =
        Thief { then: attacker.then, cycle: lifetime.saturating_sub(margin), jitter: attacker.jitter, draws };
    let mut victim = Victim::at_theft(user, at);
    let mut family = TokenFamily::new(user.strategy.grace_span(), user.strategy.grace_mode());
    let (mut of_victim, mut of_thief) = (0, 0);
    let (mut thief_at, mut victim_at) = (Some(at.saturating_add(first)), victim.next());
    let (mut thief_came, mut victim_came) = (false, false);
    let end = at.saturating_add(user.horizon());
    let mut course = Course { access_until: at, ..Course::default() };
    loop {
        let by_thief = thief_at.is_some_and(|thief| victim_at.is_none_or(|victim| thief <= victim));
        let Some(now) = (if by_thief { thief_at } else { victim_at }).filter(|now| *now < end) else { break };
        course.conflict.get_or_insert(now);
        let token = if by_thief { &mut of_thief } else { &mut of_victim };
        let Some(next) = family.present(*token, now) else {
            course.detected = Some(now);
            break;
        };
        *token = next;
        if by_thief {
            thief_came = true;
            course.access_until = now.saturating_add(lifetime);
            thief_at = thief.next(now);
        } else {
            victim_came = true;
            victim_at = victim.next();
            // A greedy attacker renews continuously, therefore also at each renewal of the victim.
            if attacker.then == AttackerBehaviour::Greedy && thief_came {
                let Some(next) = family.present(of_thief, now) else {
                    course.detected = Some(now);
                    break;
                };
                of_thief = next;
            }
        }
        course.first_round_passed |= thief_came && victim_came;
    }
    if let (Some(detected), AttackerBehaviour::Greedy) = (course.detected, attacker.then) {
        course.access_until = detected.saturating_add(lifetime);
    }
    course
}

/// Closed forms for clients without jitter and a constant lifetime.
pub(super) fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let DurationDistribution::Const(lifetime) = strategy.access() else { return None };
    let (t, margin) = (seconds(lifetime), seconds(scenario.client.margin.0));
    let (theft, l) = (&scenario.theft, scenario.rate());
    let timer = scenario.client.refresh == RefreshTrigger::Timer;
    let exact = scenario.client.jitter <= 0.0
        && theft.attacker.jitter <= 0.0
        && theft.when == EventTiming::Random
        && lifetime != FOREVER
        && scenario.traffic.arrivals == Arrivals::Poisson
        // Long enough for two renewals of both parties.
        && scenario.run.horizon.0 >= lifetime.saturating_mul(3);
    if !exact {
        return None;
    }
    let strict = strategy.grace_mode() == Grace::Strict;
    let at_once = theft.attacker.first == FirstUse::After(DurationDistribution::Const(0));
    let uniform = theft.attacker.first == FirstUse::WithinLifetime && timer && margin <= 0.0;
    match metric {
        Metric::TheftConflictStartMean if at_once => Some(0.0),
        Metric::TheftConflictStartMean if uniform => Some(theory::first_renewal(t)),
        Metric::TheftDetectionMean if strict && at_once && timer => Some((t - margin) / 2.0),
        Metric::TheftDetectionMean if strict && at_once => Some(theory::detection_by_lazy_victim(l, t)),
        Metric::TheftDetectionMean if strict && uniform => Some(theory::second_renewal(t)),
        Metric::TheftUndetectedFirstRoundRatio if timer && (at_once || uniform) => passed(strategy, t, margin, uniform),
        Metric::TheftNeverDetectedRatio if timer && (at_once || uniform) => {
            never(scenario, strategy, t, margin, uniform)
        }
        Metric::TheftDetectedRatio if timer && (at_once || uniform) => {
            never(scenario, strategy, t, margin, uniform).map(|never| 1.0 - never)
        }
        Metric::TheftAttackerAccessMean if strict && at_once && timer => {
            let detection = (t - margin) / 2.0;
            Some(match (strategy.on_reuse.unwrap_or_default(), theft.attacker.then) {
                (OnReuse::AndVersion, _) => detection,
                (OnReuse::FamilyOnly, AttackerBehaviour::Greedy) => detection + t,
                (
                    OnReuse::FamilyOnly,
                    AttackerBehaviour::Never | AttackerBehaviour::WhenNeeded | AttackerBehaviour::Period,
                ) => t,
            })
        }
        _ => None,
    }
}

/// Probability that the first renewals of both are not detected.
fn passed(strategy: &Strategy, t: f64, margin: f64, uniform: bool) -> Option<f64> {
    let grace = seconds(strategy.grace_span());
    match strategy.grace_mode() {
        Grace::Strict => Some(0.0),
        Grace::ParentOfActive => None,
        Grace::Same | Grace::Branch if uniform => Some(theory::within_grace(t, grace)),
        Grace::Same | Grace::Branch => Some((grace / (t - margin)).min(1.0)),
    }
}

/// Probability that the theft is never detected, if both parties renew exactly periodically.
fn never(scenario: &Scenario, strategy: &Strategy, t: f64, margin: f64, uniform: bool) -> Option<f64> {
    let periodic = scenario.theft.attacker.then == AttackerBehaviour::Period;
    match strategy.grace_mode() {
        // Renewals alternate, and each presents the parent of the active token.
        Grace::ParentOfActive if periodic => Some(1.0),
        Grace::ParentOfActive => None,
        // The gap between the two is the same in every round, or the attacker has stopped.
        Grace::Strict | Grace::Same | Grace::Branch
            if periodic || scenario.theft.attacker.then == AttackerBehaviour::Never =>
        {
            passed(strategy, t, margin, uniform)
        }
        Grace::Strict => Some(0.0),
        Grace::Same | Grace::Branch => None,
    }
}
