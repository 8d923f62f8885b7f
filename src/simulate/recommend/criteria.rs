//! What candidates are compared by: five numbers, each with the difference that nobody would notice.

use super::inputs::RecommendInputs;
use crate::simulate::results::StrategyResult;
use crate::simulate::scenario::units::seconds;
use schemars::JsonSchema;
use serde::Serialize;

/// A number that less of is better.
pub struct Criterion {
    /// Its suffix is the unit.
    pub name: &'static str,
    of: fn(&StrategyResult, &RecommendInputs) -> Option<CriterionValue>,
    /// The most that is accepted.
    limit: fn(&RecommendInputs) -> Option<f64>,
    /// Two that are nearer than this are the same to a user, and so are two within a third of each other.
    unnoticed: f64,
}

/// A third more is not noticed.
const FACTOR: f64 = 4.0 / 3.0;

/// The five, in the order in which they are told.
pub static MEASURES: &[Criterion] = &[
    Criterion {
        name: EXPOSURE,
        of: |judged, _| row(judged, EXPOSURE),
        limit: |own| Some(seconds(own.within)),
        unnoticed: 0.5,
    },
    Criterion {
        name: "store_ops_per_request",
        of: |judged, _| row(judged, "store_ops_per_request"),
        limit: |_| None,
        unnoticed: 0.5,
    },
    Criterion {
        name: LATENCY,
        of: |judged, _| row(judged, LATENCY),
        limit: |own| Some(seconds(own.latency) * 1e6),
        unnoticed: 1_000.0,
    },
    Criterion { name: "outage_denied_ratio", of: denied, limit: |own| Some(own.outage_share()), unnoticed: 0.02 },
    Criterion {
        name: "forced_logout_per_user_per_day",
        of: |judged, _| Some(logouts(judged)),
        limit: |_| Some(super::inputs::LOGOUTS_PER_DAY),
        unnoticed: 0.005,
    },
];

pub const EXPOSURE: &str = "exposure_all_nodes_p99_s";
pub const LATENCY: &str = "added_latency_p99_us";

/// A value, and where it lies with 95 % when it was simulated and not derived.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CriterionValue {
    pub name: &'static str,
    pub value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95: Option<[f64; 2]>,
    /// `closed form` or `simulated`.
    pub from: &'static str,
}

const SIMULATED: &str = "simulated";

/// By its formula where there is one.
fn row(judged: &StrategyResult, name: &str) -> Option<CriterionValue> {
    let row = judged.row(name)?;
    Some(match row.expected {
        Some(value) => CriterionValue { name: row.name, value, ci95: None, from: "closed form" },
        None => CriterionValue { name: row.name, value: row.simulated, ci95: row.ci95, from: SIMULATED },
    })
}

/// The share of the outage that a user who wants in at every instant is refused.
fn denied(judged: &StrategyResult, _: &RecommendInputs) -> Option<CriterionValue> {
    let length = seconds(super::inputs::OUTAGE);
    let found = match row(judged, "outage_denied_s_per_user_mean") {
        Some(found) => found,
        // Nothing that is remembered on the node itself is asked for elsewhere.
        None if judged.row("requests_to_first_miss_mean").is_some() || judged.id == "session_memory" => {
            CriterionValue { name: "", value: 0.0, ci95: None, from: "closed form" }
        }
        None => return None,
    };
    let ci95 = found.ci95.map(|bounds| bounds.map(|bound| bound / length));
    Some(CriterionValue { name: "outage_denied_ratio", value: found.value / length, ci95, ..found })
}

/// All ways to be logged out by mistake together.
fn logouts(judged: &StrategyResult) -> CriterionValue {
    let rows = ["node_loss", "deploy", "race", "lost_response"]
        .iter()
        .filter_map(|cause| row(judged, &format!("forced_logout_{cause}_per_user_per_day")));
    let none = CriterionValue { name: "forced_logout_per_user_per_day", value: 0.0, ci95: None, from: SIMULATED };
    rows.fold(none, |sum, own| {
        let reach = |found: &CriterionValue| found.ci95.unwrap_or([found.value, found.value]);
        let ([low, high], [more, most]) = (reach(&sum), reach(&own));
        CriterionValue { value: sum.value + own.value, ci95: Some([low + more, high + most]), ..sum }
    })
}

/// How a number stands to its limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitStatus {
    Meets,
    /// The limit lies within what the simulation leaves open.
    Undecided,
    Misses,
}

impl Criterion {
    pub fn of(&self, judged: &StrategyResult, situation: &RecommendInputs) -> Option<CriterionValue> {
        (self.of)(judged, situation)
    }

    pub fn limit(&self, situation: &RecommendInputs) -> Option<f64> {
        (self.limit)(situation)
    }

    pub fn standing(&self, found: &CriterionValue, situation: &RecommendInputs) -> LimitStatus {
        let Some(limit) = self.limit(situation) else { return LimitStatus::Meets };
        // The last digits of a sum of doubles decide nothing.
        let [low, high] = found.ci95.unwrap_or([found.value, found.value]).map(|bound| bound * (1.0 - 1e-9));
        if low > limit {
            LimitStatus::Misses
        } else if high > limit {
            LimitStatus::Undecided
        } else {
            LimitStatus::Meets
        }
    }

    /// Whether `a` is as little as `b`, as far as anybody would notice.
    pub fn as_good(&self, a: f64, b: f64) -> bool {
        a <= b * FACTOR || a <= b + self.unnoticed
    }
}

/// When all numbers of `a` are as good as those of `b`: the first that is better by more than nobody would notice.
pub fn better(a: &[CriterionValue], b: &[CriterionValue]) -> Option<&'static str> {
    let pairs = || {
        MEASURES.iter().filter_map(|measure| {
            let of = |found: &[CriterionValue]| {
                found.iter().find(|found| found.name == measure.name).map(|found| found.value)
            };
            Some((measure, of(a)?, of(b)?))
        })
    };
    let as_good = pairs().all(|(measure, a, b)| measure.as_good(a, b));
    as_good.then(|| pairs().find(|(measure, a, b)| !measure.as_good(*b, *a)))?.map(|(measure, ..)| measure.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: [f64; 5]) -> Vec<CriterionValue> {
        let of = |(measure, value): (&Criterion, f64)| CriterionValue {
            name: measure.name,
            value,
            ci95: None,
            from: SIMULATED,
        };
        MEASURES.iter().zip(values).map(of).collect()
    }

    #[test]
    fn small_differences_dominate_nobody() {
        let session = found([0.0, 1.0, 700.0, 1.0, 0.0]);
        // A quarter fewer operations is not noticed, fifteen minutes are.
        assert_eq!(better(&session, &found([899.0, 0.78, 50_000.0, 0.8, 0.0])), Some(EXPOSURE));
        // A tenth of the operations is.
        let token = found([899.0, 0.07, 40.0, 0.11, 0.0]);
        assert_eq!((better(&session, &token), better(&token, &session)), (None, None));
        assert_eq!(better(&session, &session), None);
    }

    #[test]
    fn an_interval_across_the_limit_decides_nothing() {
        let situation = RecommendInputs { within: 5_000_000_000, ..RecommendInputs::default() };
        let exposure = &MEASURES[0];
        let of = |ci95: [f64; 2]| CriterionValue { name: EXPOSURE, value: 5.0, ci95: Some(ci95), from: SIMULATED };
        assert_eq!(exposure.standing(&of([4.9, 5.1]), &situation), LimitStatus::Undecided);
        assert_eq!(exposure.standing(&of([4.8, 4.9]), &situation), LimitStatus::Meets);
        assert_eq!(exposure.standing(&of([5.1, 5.2]), &situation), LimitStatus::Misses);
    }
}
