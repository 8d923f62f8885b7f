//! The five criteria by which candidates are compared, each with a threshold below which differences are negligible.

use super::inputs::RecommendInputs;
use crate::simulate::metrics::Metric;
use crate::simulate::results::StrategyResult;
use crate::simulate::scenario::units::seconds;
use schemars::JsonSchema;
use serde::Serialize;

/// A criterion; lower is better.
pub struct Criterion {
    /// The metric; its suffix is the unit.
    pub name: &'static str,
    of: fn(&StrategyResult, &RecommendInputs) -> Option<CriterionValue>,
    /// Maximum accepted value.
    limit: fn(&RecommendInputs) -> Option<f64>,
    /// Negligible absolute difference, in the unit of the criterion. Values within [`FACTOR`] are also equal.
    negligible: f64,
}

/// Negligible ratio of two values.
const FACTOR: f64 = 4.0 / 3.0;

/// All criteria, in report order.
pub static MEASURES: &[Criterion] = &[
    Criterion {
        name: EXPOSURE,
        of: |result, _| row(result, Metric::ExposureAllNodesP99),
        limit: |own| Some(seconds(own.within)),
        negligible: 0.5,
    },
    Criterion {
        name: STORE_OPS,
        of: |result, _| row(result, Metric::StoreOpsPerRequest),
        limit: |_| None,
        negligible: 0.5,
    },
    Criterion {
        name: LATENCY,
        of: |result, _| row(result, Metric::AddedLatencyP99),
        limit: |own| Some(seconds(own.latency) * 1e6),
        negligible: 1_000.0,
    },
    Criterion { name: DENIED, of: denied, limit: |own| Some(own.outage_share()), negligible: 0.02 },
    Criterion {
        name: LOGOUTS,
        of: |result, _| Some(logouts(result)),
        limit: |_| Some(super::inputs::LOGOUTS_PER_DAY),
        negligible: 0.005,
    },
];

/// Revocation latency over all nodes (p99), in seconds.
pub const EXPOSURE: &str = Metric::ExposureAllNodesP99.id();
/// Store operations per request.
pub const STORE_OPS: &str = Metric::StoreOpsPerRequest.id();
/// Added latency per request (p99), in microseconds.
pub const LATENCY: &str = Metric::AddedLatencyP99.id();
/// Share of an outage in which a user is denied.
pub const DENIED: &str = "outage_denied_ratio";
/// Forced logouts per user and day, from all causes.
pub const LOGOUTS: &str = "forced_logout_per_user_per_day";

/// The value of a criterion, with its 95 % confidence interval if it was simulated.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CriterionValue {
    /// Name of the metric that the criterion compares.
    pub name: &'static str,
    /// In the unit of the metric.
    pub value: f64,
    /// Lower and upper bound; absent for a closed form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95: Option<[f64; 2]>,
    /// `closed form` or `simulated`.
    pub from: &'static str,
}

const SIMULATED: &str = "simulated";

/// The closed form where there is one, otherwise the simulated value.
fn row(result: &StrategyResult, metric: Metric) -> Option<CriterionValue> {
    let row = result.row(metric)?;
    let name = metric.id();
    Some(match row.expected {
        Some(value) => CriterionValue { name, value, ci95: None, from: "closed form" },
        None => CriterionValue { name, value: row.simulated, ci95: row.ci95, from: SIMULATED },
    })
}

/// Fraction of the outage in which a user is denied who sends requests at every instant.
fn denied(result: &StrategyResult, _: &RecommendInputs) -> Option<CriterionValue> {
    let length = seconds(super::inputs::OUTAGE);
    let found = row(result, Metric::OutageDeniedPerUserMean)?;
    let ci95 = found.ci95.map(|bounds| bounds.map(|bound| bound / length));
    Some(CriterionValue { name: DENIED, value: found.value / length, ci95, ..found })
}

/// Forced logouts from all causes.
fn logouts(result: &StrategyResult) -> CriterionValue {
    let rows = Metric::forced_logouts().filter_map(|metric| row(result, metric));
    let none = CriterionValue { name: LOGOUTS, value: 0.0, ci95: None, from: SIMULATED };
    rows.fold(none, |sum, own| {
        let reach = |found: &CriterionValue| found.ci95.unwrap_or([found.value, found.value]);
        let ([low, high], [more, most]) = (reach(&sum), reach(&own));
        CriterionValue { value: sum.value + own.value, ci95: Some([low + more, high + most]), ..sum }
    })
}

/// The relation of a value to its limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitStatus {
    /// The value is within the limit.
    Meets,
    /// The limit is within the confidence interval.
    Undecided,
    /// The value and its confidence interval exceed the limit.
    Misses,
}

impl Criterion {
    /// The value for a strategy.
    pub fn value(&self, result: &StrategyResult, inputs: &RecommendInputs) -> Option<CriterionValue> {
        (self.of)(result, inputs)
    }

    /// Maximum accepted value for these inputs.
    pub fn limit(&self, inputs: &RecommendInputs) -> Option<f64> {
        (self.limit)(inputs)
    }

    /// Compares a value with its limit.
    pub fn standing(&self, found: &CriterionValue, inputs: &RecommendInputs) -> LimitStatus {
        let Some(limit) = self.limit(inputs) else { return LimitStatus::Meets };
        // Allow for rounding errors of a sum of doubles.
        let [low, high] = found.ci95.unwrap_or([found.value, found.value]).map(|bound| bound * (1.0 - 1e-9));
        if low > limit {
            LimitStatus::Misses
        } else if high > limit {
            LimitStatus::Undecided
        } else {
            LimitStatus::Meets
        }
    }

    /// Whether `a` is at most `b`, up to a negligible difference.
    pub fn as_good(&self, a: f64, b: f64) -> bool {
        a <= b * FACTOR || a <= b + self.negligible
    }
}

/// The first criterion in which `a` is significantly better than `b`, if `a` is at least as good in all criteria.
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
    fn negligible_difference_does_not_dominate() {
        let session = found([0.0, 1.0, 700.0, 1.0, 0.0]);
        // A quarter fewer operations is negligible, fifteen minutes are not.
        assert_eq!(better(&session, &found([899.0, 0.78, 50_000.0, 0.8, 0.0])), Some(EXPOSURE));
        // A tenth of the operations is not negligible.
        let token = found([899.0, 0.07, 40.0, 0.11, 0.0]);
        assert_eq!((better(&session, &token), better(&token, &session)), (None, None));
        assert_eq!(better(&session, &session), None);
    }

    #[test]
    fn interval_across_the_limit_is_undecided() {
        let inputs = RecommendInputs { within: 5_000_000_000, ..RecommendInputs::default() };
        let exposure = &MEASURES[0];
        let of = |ci95: [f64; 2]| CriterionValue { name: EXPOSURE, value: 5.0, ci95: Some(ci95), from: SIMULATED };
        assert_eq!(exposure.standing(&of([4.9, 5.1]), &inputs), LimitStatus::Undecided);
        assert_eq!(exposure.standing(&of([4.8, 4.9]), &inputs), LimitStatus::Meets);
        assert_eq!(exposure.standing(&of([5.1, 5.2]), &inputs), LimitStatus::Misses);
    }
}
