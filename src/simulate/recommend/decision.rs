//! The decision between scored candidates: those that violate a requirement are disqualified, dominated ones are
//! excluded, and among the rest the rule of thumb and then the fewest components decide.

use super::candidates::{CANDIDATES, Candidate, CandidateFamily};
use super::criteria::{self, Criterion, CriterionValue, LATENCY, LimitStatus, MEASURES};
use super::inputs::RecommendInputs;
use super::rule_of_thumb::{self, RuleOfThumb};
use crate::simulate::results::StrategyResult;
use schemars::JsonSchema;
use serde::Serialize;

/// The status of a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateStatus {
    /// The best of the qualified candidates.
    Recommended,
    /// Meets all requirements and is not dominated.
    Qualified,
    /// Meets all requirements, but another candidate dominates it.
    Dominated,
    /// Violates a requirement.
    Disqualified,
}

/// A violated requirement with its limit and the value found.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RequirementViolation {
    /// Name of the criterion, a metric.
    pub measure: &'static str,
    /// The largest value that is accepted.
    pub limit: f64,
    /// The value of the candidate.
    pub found: f64,
}

/// A candidate with its values and status.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ScoredCandidate {
    /// Identifier in output, in kebab-case.
    pub id: &'static str,
    /// Name in reports.
    pub name: &'static str,
    /// The kind of strategy.
    pub family: CandidateFamily,
    /// Components that it requires in operation.
    pub components: &'static [&'static str],
    /// The value of each criterion.
    pub measures: Vec<CriterionValue>,
    /// How it compares with the requirements and the other candidates.
    pub status: CandidateStatus,
    /// Requirements that it violates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<RequirementViolation>,
    /// Requirements whose limit is within the confidence interval: they do not disqualify.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<&'static str>,
    /// A better candidate, if it is dominated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dominated_by: Option<DominatingCandidate>,
}

/// A candidate that is as good in all criteria, requires no more components, and is better in one criterion (Pareto
/// dominance).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DominatingCandidate {
    /// The better candidate.
    pub id: &'static str,
    /// The criterion in which it is better.
    pub measure: &'static str,
}

impl ScoredCandidate {
    /// The value of a criterion.
    pub fn value(&self, measure: &str) -> Option<f64> {
        self.measures.iter().find(|found| found.name == measure).map(|found| found.value)
    }
}

/// A candidate that is not applicable.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct InapplicableCandidate {
    /// Identifier in output, in kebab-case.
    pub id: &'static str,
    /// Name in reports.
    pub name: &'static str,
    /// Why it does not apply to the inputs.
    pub reason: &'static str,
}

/// The criterion that decided between the recommended candidate and another one.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct DecidingMetric {
    /// The other candidate.
    pub other: &'static str,
    /// Name of the criterion, a metric.
    pub measure: &'static str,
    /// The value of the recommended candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picked: Option<f64>,
    /// The value of the other candidate.
    pub found: f64,
    /// The limit that the other candidate violates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
}

/// The recommendation and its reasons.
pub struct Recommendation {
    /// The rule of thumb for the inputs.
    pub rule: &'static RuleOfThumb,
    /// The candidate that the rule of thumb recommends, if applicable.
    pub ruled: Option<&'static str>,
    /// The applicable candidates with their results.
    pub weighed: Vec<ScoredCandidate>,
    /// The candidates that are not applicable.
    pub not_applicable: Vec<InapplicableCandidate>,
    /// Id of the recommended candidate; `None` if every candidate is disqualified.
    pub pick: Option<&'static str>,
    /// The criterion that decided against another candidate.
    pub decided_by: Option<DecidingMetric>,
    /// Whether the latency requirement was dropped because no candidate meets it together with the others.
    pub is_slow: bool,
}

impl Recommendation {
    /// The recommended candidate.
    pub fn picked(&self) -> Option<&ScoredCandidate> {
        self.find(self.pick?)
    }

    /// The candidate with this id.
    pub fn find(&self, id: &str) -> Option<&ScoredCandidate> {
        self.weighed.iter().find(|own| own.id == id)
    }

    /// Whether the recommendation agrees with the rule of thumb.
    pub fn agrees(&self) -> bool {
        self.pick.is_some_and(|pick| self.rule.picks.contains(&pick))
    }
}

/// The applicable candidates, each with its strategy keys, and those that are not applicable.
pub fn offers(inputs: &RecommendInputs) -> (Vec<(&'static Candidate, String)>, Vec<InapplicableCandidate>) {
    let (mut offered, mut unfit) = (Vec::new(), Vec::new());
    for own in CANDIDATES {
        match (own.offer)(inputs) {
            Ok(keys) => offered.push((own, keys)),
            Err(reason) => unfit.push(InapplicableCandidate { id: own.id, name: own.name, reason }),
        }
    }
    (offered, unfit)
}

/// Decides between the applicable candidates by their results, given in the same order.
pub fn decide(inputs: &RecommendInputs, results: &[StrategyResult]) -> Recommendation {
    let (offered, unfit) = offers(inputs);
    let mut weighed: Vec<ScoredCandidate> =
        offered.iter().zip(results).map(|((candidate, _), result)| score(candidate, result, inputs)).collect();
    let is_slow = disqualify(&mut weighed);
    mark_dominated(&mut weighed);
    let rule = rule_of_thumb::for_inputs(inputs);
    let ruled = rule.picks.iter().copied().find(|id| weighed.iter().any(|own| own.id == *id));
    let pick = choose(&weighed, rule);
    if let Some(own) = weighed.iter_mut().find(|own| Some(own.id) == pick) {
        own.status = CandidateStatus::Recommended;
    }
    let mut recommendation =
        Recommendation { rule, ruled, weighed, not_applicable: unfit, pick, decided_by: None, is_slow };
    recommendation.decided_by = deciding_metric(&recommendation);
    recommendation
}

fn score(candidate: &'static Candidate, result: &StrategyResult, inputs: &RecommendInputs) -> ScoredCandidate {
    let (mut found, mut violations, mut undecided) = (Vec::new(), Vec::new(), Vec::new());
    for measure in MEASURES {
        let Some(own) = measure.value(result, inputs) else { continue };
        match (measure.standing(&own, inputs), measure.limit(inputs)) {
            (LimitStatus::Misses, Some(limit)) => {
                violations.push(RequirementViolation { measure: measure.name, limit, found: own.value });
            }
            (LimitStatus::Undecided, _) => undecided.push(measure.name),
            _ => {}
        }
        found.push(own);
    }
    ScoredCandidate {
        id: candidate.id,
        name: candidate.name,
        family: candidate.family,
        components: candidate.parts,
        measures: found,
        status: CandidateStatus::Qualified,
        violations,
        undecided,
        dominated_by: None,
    }
}

/// Disqualifies candidates that violate a requirement. If none is left, those that violate only the latency requirement
/// stay, and the result is `true`.
fn disqualify(candidates: &mut [ScoredCandidate]) -> bool {
    let only_slow = |own: &ScoredCandidate| own.violations.iter().all(|violations| violations.measure == LATENCY);
    let is_slow = candidates.iter().all(|own| !own.violations.is_empty()) && candidates.iter().any(only_slow);
    for own in candidates {
        let stays = own.violations.is_empty() || (is_slow && only_slow(own));
        own.status = if stays { CandidateStatus::Qualified } else { CandidateStatus::Disqualified };
    }
    is_slow
}

/// Marks candidates as dominated if another one is as good in all criteria and components, and better in one.
fn mark_dominated(candidates: &mut [ScoredCandidate]) {
    let qualified: Vec<ScoredCandidate> =
        candidates.iter().filter(|own| own.status == CandidateStatus::Qualified).cloned().collect();
    let by = |own: &ScoredCandidate| {
        let others =
            qualified.iter().filter(|other| other.id != own.id && other.components.len() <= own.components.len());
        let mut better = others.filter_map(|other| {
            Some(DominatingCandidate { id: other.id, measure: criteria::better(&other.measures, &own.measures)? })
        });
        better.next()
    };
    // Negligible differences are not transitive: candidates may dominate each other in a cycle. Then all stay.
    if qualified.iter().all(|own| by(own).is_some()) {
        return;
    }
    for own in candidates.iter_mut().filter(|own| own.status == CandidateStatus::Qualified) {
        own.dominated_by = by(own);
        if own.dominated_by.is_some() {
            own.status = CandidateStatus::Dominated;
        }
    }
}

/// The candidate of the rule of thumb, otherwise one of its families, otherwise any qualified one; in each case the one
/// with the fewest components, then the first.
fn choose(candidates: &[ScoredCandidate], rule: &RuleOfThumb) -> Option<&'static str> {
    let qualifies = |id: &str| candidates.iter().any(|own| own.id == id && own.status == CandidateStatus::Qualified);
    if let Some(named) = rule.picks.iter().copied().find(|id| qualifies(id)) {
        return Some(named);
    }
    let fewest = |spirit: fn(CandidateFamily) -> bool| {
        let left = candidates.iter().filter(|own| own.status == CandidateStatus::Qualified && spirit(own.family));
        left.min_by_key(|own| own.components.len()).map(|own| own.id)
    };
    fewest(rule.spirit).or_else(|| fewest(|_| true))
}

/// The criterion that best explains the recommendation: against the candidate of the rule of thumb if it was not
/// chosen, otherwise against the nearest rival of another family.
fn deciding_metric(recommendation: &Recommendation) -> Option<DecidingMetric> {
    let pick = recommendation.picked()?;
    let ruled = recommendation.ruled.filter(|_| !recommendation.agrees()).and_then(|id| recommendation.find(id));
    let rival = |fate: CandidateStatus| {
        let others = recommendation.weighed.iter().filter(move |own| own.status == fate && own.family != pick.family);
        others.min_by_key(|own| own.components.len())
    };
    let other = ruled
        .or_else(|| rival(CandidateStatus::Qualified))
        .or_else(|| rival(CandidateStatus::Dominated))
        .or_else(|| rival(CandidateStatus::Disqualified));
    let other = other?;
    if let Some(violations) = other.violations.first() {
        let picked = pick.value(violations.measure);
        let (measure, found, limit) = (violations.measure, violations.found, Some(violations.limit));
        return Some(DecidingMetric { other: other.id, measure, picked, found, limit });
    }
    let lead = |measure: &Criterion| Some((pick.value(measure.name)?, other.value(measure.name)?));
    let ratio = |(own, other): (f64, f64)| (other + 1e-9) / (own + 1e-9);
    let leads = MEASURES.iter().filter_map(|measure| Some((measure, lead(measure)?)));
    let significant = leads.filter(|(measure, (own, other))| !measure.as_good(*other, *own));
    let (measure, (picked, found)) = significant.max_by(|a, b| ratio(a.1).total_cmp(&ratio(b.1)))?;
    Some(DecidingMetric { other: other.id, measure: measure.name, picked: Some(picked), found, limit: None })
}
