//! From numbers to a choice: what breaks a demand is dropped, what another does better in all that anybody would
//! notice is passed over, then the common rule has its say, and last the fewest parts decide.

use super::candidates::{CANDIDATES, Candidate, CandidateFamily};
use super::criteria::{self, Criterion, CriterionValue, LATENCY, LimitStatus, MEASURES};
use super::inputs::RecommendInputs;
use super::rule_of_thumb::{self, RuleOfThumb};
use crate::simulate::results::StrategyResult;
use schemars::JsonSchema;
use serde::Serialize;

/// What became of a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateStatus {
    Recommended,
    /// It meets the demands, and nothing is better in everything.
    Qualified,
    /// It meets the demands, and something else is better.
    Dominated,
    /// It breaks a demand.
    Disqualified,
}

/// A demand and what came of it.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct RequirementViolation {
    pub measure: &'static str,
    pub limit: f64,
    pub found: f64,
}

/// A candidate with its numbers.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ScoredCandidate {
    pub id: &'static str,
    pub name: &'static str,
    pub family: CandidateFamily,
    /// What has to be run for it.
    pub parts: &'static [&'static str],
    pub measures: Vec<CriterionValue>,
    pub fate: CandidateStatus,
    /// Demands that it breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<RequirementViolation>,
    /// Demands of which the simulation cannot say whether they are met: they drop nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dominated_by: Option<DominatingCandidate>,
}

/// Another that is as good in everything, needs no more parts, and is better in something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct DominatingCandidate {
    pub id: &'static str,
    /// In what it is better.
    pub measure: &'static str,
}

impl ScoredCandidate {
    pub fn value(&self, measure: &str) -> Option<f64> {
        self.measures.iter().find(|found| found.name == measure).map(|found| found.value)
    }
}

/// A candidate that does not fit the situation at all.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct InapplicableCandidate {
    pub id: &'static str,
    pub name: &'static str,
    pub reason: &'static str,
}

/// The number that decided between the pick and another.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct DecidingMetric {
    /// The other candidate.
    pub other: &'static str,
    pub measure: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picked: Option<f64>,
    pub found: f64,
    /// The demand that the other breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
}

/// The choice and how it was made.
pub struct Recommendation {
    pub rule: &'static RuleOfThumb,
    /// What the rule names, when that was offered.
    pub ruled: Option<&'static str>,
    pub weighed: Vec<ScoredCandidate>,
    pub unfit: Vec<InapplicableCandidate>,
    pub pick: Option<&'static str>,
    pub decided_by: Option<DecidingMetric>,
    /// No candidate meets the demands within the latency that was asked for: that one demand was given up.
    pub is_slow: bool,
}

impl Recommendation {
    pub fn picked(&self) -> Option<&ScoredCandidate> {
        self.find(self.pick?)
    }

    pub fn find(&self, id: &str) -> Option<&ScoredCandidate> {
        self.weighed.iter().find(|own| own.id == id)
    }

    /// Whether the choice is what the rule says.
    pub fn agrees(&self) -> bool {
        self.pick.is_some_and(|pick| self.rule.picks.contains(&pick))
    }
}

/// The candidates that fit, each with its keys, and those that do not.
pub fn offers(situation: &RecommendInputs) -> (Vec<(&'static Candidate, String)>, Vec<InapplicableCandidate>) {
    let (mut offered, mut unfit) = (Vec::new(), Vec::new());
    for own in CANDIDATES {
        match (own.offer)(situation) {
            Ok(keys) => offered.push((own, keys)),
            Err(reason) => unfit.push(InapplicableCandidate { id: own.id, name: own.name, reason }),
        }
    }
    (offered, unfit)
}

/// Decides between the candidates that were offered, by what was found of each, in the same order.
pub fn decide(situation: &RecommendInputs, judged: &[StrategyResult]) -> Recommendation {
    let (offered, unfit) = offers(situation);
    let mut weighed: Vec<ScoredCandidate> =
        offered.iter().zip(judged).map(|((candidate, _), judged)| weigh(candidate, judged, situation)).collect();
    let is_slow = drop_broken(&mut weighed);
    pass_over_dominated(&mut weighed);
    let rule = rule_of_thumb::for_inputs(situation);
    let ruled = rule.picks.iter().copied().find(|id| weighed.iter().any(|own| own.id == *id));
    let pick = choose(&weighed, rule);
    if let Some(own) = weighed.iter_mut().find(|own| Some(own.id) == pick) {
        own.fate = CandidateStatus::Recommended;
    }
    let mut decision = Recommendation { rule, ruled, weighed, unfit, pick, decided_by: None, is_slow };
    decision.decided_by = contrast(&decision);
    decision
}

fn weigh(candidate: &'static Candidate, judged: &StrategyResult, situation: &RecommendInputs) -> ScoredCandidate {
    let (mut found, mut broken, mut undecided) = (Vec::new(), Vec::new(), Vec::new());
    for measure in MEASURES {
        let Some(own) = measure.of(judged, situation) else { continue };
        match (measure.standing(&own, situation), measure.limit(situation)) {
            (LimitStatus::Misses, Some(limit)) => {
                broken.push(RequirementViolation { measure: measure.name, limit, found: own.value });
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
        parts: candidate.parts,
        measures: found,
        fate: CandidateStatus::Qualified,
        broken,
        undecided,
        dominated_by: None,
    }
}

/// Drops who breaks a demand. When nobody is left, those stay who are only too slow, and the answer is `true`.
fn drop_broken(weighed: &mut [ScoredCandidate]) -> bool {
    let only_slow = |own: &ScoredCandidate| own.broken.iter().all(|broken| broken.measure == LATENCY);
    let is_slow = weighed.iter().all(|own| !own.broken.is_empty()) && weighed.iter().any(only_slow);
    for own in weighed {
        let stays = own.broken.is_empty() || (is_slow && only_slow(own));
        own.fate = if stays { CandidateStatus::Qualified } else { CandidateStatus::Disqualified };
    }
    is_slow
}

/// Of two, one of which is as good in everything, parts to run included, and better in something, the other is passed
/// over.
fn pass_over_dominated(weighed: &mut [ScoredCandidate]) {
    let fits: Vec<ScoredCandidate> =
        weighed.iter().filter(|own| own.fate == CandidateStatus::Qualified).cloned().collect();
    let by = |own: &ScoredCandidate| {
        let others = fits.iter().filter(|other| other.id != own.id && other.parts.len() <= own.parts.len());
        let mut better = others.filter_map(|other| {
            Some(DominatingCandidate { id: other.id, measure: criteria::better(&other.measures, &own.measures)? })
        });
        better.next()
    };
    // What is noticed does not add up: three may each be passed over for the next. Then all stay.
    if fits.iter().all(|own| by(own).is_some()) {
        return;
    }
    for own in weighed.iter_mut().filter(|own| own.fate == CandidateStatus::Qualified) {
        own.dominated_by = by(own);
        if own.dominated_by.is_some() {
            own.fate = CandidateStatus::Dominated;
        }
    }
}

/// What the rule names, else what is in its spirit, else anything that fits: the fewest parts, then the earlier.
fn choose(weighed: &[ScoredCandidate], rule: &RuleOfThumb) -> Option<&'static str> {
    let fits = |id: &str| weighed.iter().any(|own| own.id == id && own.fate == CandidateStatus::Qualified);
    if let Some(named) = rule.picks.iter().copied().find(|id| fits(id)) {
        return Some(named);
    }
    let fewest = |spirit: fn(CandidateFamily) -> bool| {
        let left = weighed.iter().filter(|own| own.fate == CandidateStatus::Qualified && spirit(own.family));
        left.min_by_key(|own| own.parts.len()).map(|own| own.id)
    };
    fewest(rule.spirit).or_else(|| fewest(|_| true))
}

/// Beside which other the pick shows why: what the rule names when it was not taken, else the nearest rival.
fn contrast(decision: &Recommendation) -> Option<DecidingMetric> {
    let pick = decision.picked()?;
    let ruled = decision.ruled.filter(|_| !decision.agrees()).and_then(|id| decision.find(id));
    let rival = |fate: CandidateStatus| {
        let others = decision.weighed.iter().filter(move |own| own.fate == fate && own.family != pick.family);
        others.min_by_key(|own| own.parts.len())
    };
    let other = ruled
        .or_else(|| rival(CandidateStatus::Qualified))
        .or_else(|| rival(CandidateStatus::Dominated))
        .or_else(|| rival(CandidateStatus::Disqualified));
    let other = other?;
    if let Some(broken) = other.broken.first() {
        let picked = pick.value(broken.measure);
        let (measure, found, limit) = (broken.measure, broken.found, Some(broken.limit));
        return Some(DecidingMetric { other: other.id, measure, picked, found, limit });
    }
    let lead = |measure: &Criterion| Some((pick.value(measure.name)?, other.value(measure.name)?));
    let ratio = |(own, other): (f64, f64)| (other + 1e-9) / (own + 1e-9);
    let noticed = MEASURES.iter().filter_map(|measure| Some((measure, lead(measure)?)));
    let noticed = noticed.filter(|(measure, (own, other))| !measure.as_good(*other, *own));
    let (measure, (picked, found)) = noticed.max_by(|a, b| ratio(a.1).total_cmp(&ratio(b.1)))?;
    Some(DecidingMetric { other: other.id, measure: measure.name, picked: Some(picked), found, limit: None })
}
