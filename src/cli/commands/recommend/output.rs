//! Output of `recommend`: the JSON data, the CSV table and the human-readable report.

use authkit::product_config::starter;
use authkit::report::csv::DataTable;
use authkit::simulate::recommend::decision::{
    CandidateStatus, DecidingMetric, InapplicableCandidate, Recommendation, ScoredCandidate,
};
use authkit::simulate::recommend::inputs::{ClientKind, Domains, OutageTolerance, RecommendInputs, StoreKind};
use authkit::simulate::recommend::recommended_settings::RecommendedSettings;
use authkit::simulate::scenario::units::seconds;

/// JSON data of `recommend`: the inputs, the candidates and the recommendation.
#[derive(Default, serde::Serialize, schemars::JsonSchema)]
pub struct RecommendOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inputs: Option<RecommendAnswersOutput>,
    /// Inputs that were not set: their values in `inputs` are defaults.
    pub(super) assumed: Vec<&'static str>,
    /// The rule of thumb for these inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<RuleOfThumbOutput>,
    /// The id of the recommended candidate; absent if no candidate meets the requirements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick: Option<&'static str>,
    /// No candidate meets the requirements within the added latency: that limit was dropped.
    pub(super) latency_waived: bool,
    /// The metric that decided between the recommended candidate and another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decided_by: Option<DecidingMetric>,
    pub(super) candidates: Vec<ScoredCandidate>,
    /// Candidates that are not applicable.
    pub(super) not_applicable: Vec<InapplicableCandidate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) settings: Option<RecommendedSettings>,
    /// The recommended settings as an authkit.toml.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<String>,
    /// Only with `--for`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) config: Option<Config>,
    #[serde(skip)]
    pub(super) rows: Vec<(&'static str, String, &'static str)>,
    /// The run was interrupted: the comparison is based on fewer replications.
    pub(super) partial: bool,
}

/// The inputs of the recommendation.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct RecommendAnswersOutput {
    pub(super) clients: ClientKind,
    pub(super) domains: Domains,
    pub(super) services: u64,
    pub(super) regions: u64,
    pub(super) requests_per_user_per_s: f64,
    pub(super) revoke_within_s: f64,
    pub(super) outage: OutageTolerance,
    pub(super) store: StoreKind,
    pub(super) confidential: bool,
    pub(super) users: u64,
    pub(super) nodes: u64,
    pub(super) added_latency_us: f64,
}

/// The starter configuration of a product.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct Config {
    pub(super) product: &'static str,
    /// The usual file name.
    pub(super) file: &'static str,
    pub(super) text: String,
    /// Deviations from the recommended settings, and the parts still to configure.
    pub(super) notes: Vec<String>,
}

/// The rule of thumb, and whether the simulation confirms it.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct RuleOfThumbOutput {
    pub(super) text: &'static str,
    /// The id of the candidate that the rule names, if it is among the candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) names: Option<&'static str>,
    /// Whether the results agree with the rule.
    pub(super) agrees: bool,
}

impl RecommendOutput {
    /// `assumed` names the inputs that have their default; `partial` marks an interrupted run.
    pub fn from_recommendation(
        inputs: &RecommendInputs,
        assumed: Vec<&'static str>,
        decision: Recommendation,
        product: Option<&'static starter::Starter>,
        partial: bool,
    ) -> Self {
        let settings = decision.picked().map(|pick| RecommendedSettings::from_candidate(inputs, pick));
        let rule = RuleOfThumbOutput { text: decision.rule.text, names: decision.ruled, agrees: decision.agrees() };
        Self {
            inputs: Some(RecommendAnswersOutput {
                clients: inputs.clients,
                domains: inputs.domains,
                services: inputs.services,
                regions: inputs.regions,
                requests_per_user_per_s: inputs.rate,
                revoke_within_s: seconds(inputs.within),
                outage: inputs.outage,
                store: inputs.store,
                confidential: inputs.confidential,
                users: inputs.users,
                nodes: inputs.nodes,
                added_latency_us: seconds(inputs.latency) * 1e6,
            }),
            assumed,
            rule: Some(rule),
            pick: decision.pick,
            latency_waived: decision.is_slow,
            policy: settings.as_ref().map(|settings| settings.policy(inputs)),
            rows: settings.as_ref().map(|settings| settings.rows(inputs)).unwrap_or_default(),
            config: settings
                .as_ref()
                .zip(product)
                .map(|(settings, product)| Config::for_product(settings, product, inputs)),
            settings,
            decided_by: decision.decided_by,
            candidates: decision.weighed,
            not_applicable: decision.not_applicable,
            partial,
        }
    }

    /// The text that `--print` selects, if the recommendation has it.
    pub fn printable(&self, what: &str) -> Option<&str> {
        match what {
            "config" => self.config.as_ref().map(|config| config.text.as_str()),
            _ => self.policy.as_deref(),
        }
    }

    pub(super) fn find(&self, id: &str) -> Option<&ScoredCandidate> {
        self.candidates.iter().find(|candidate| candidate.id == id)
    }

    pub(super) fn name(&self, id: &str) -> String {
        self.find(id).map_or_else(|| id.to_owned(), |candidate| candidate.name.to_owned())
    }
}

impl Config {
    fn for_product(
        settings: &RecommendedSettings,
        product: &'static starter::Starter,
        inputs: &RecommendInputs,
    ) -> Self {
        let written = product.write(&settings.for_product(inputs));
        let mut notes = written.notes;
        notes.push(format!("still to configure: {}", product.left_to_you));
        Self { product: product.id, file: product.file, text: written.text, notes }
    }
}

/// The CSV table: one row per candidate and metric.
pub fn records(data: &RecommendOutput) -> DataTable {
    let rows = data.candidates.iter().flat_map(|candidate| {
        candidate.measures.iter().map(|metric| {
            vec![
                candidate.id.into(),
                candidate.name.into(),
                status_id(candidate.status).into(),
                metric.name.into(),
                metric.value.into(),
                metric.ci95.map(|[low, _]| low).into(),
                metric.ci95.map(|[_, high]| high).into(),
                metric.from.into(),
            ]
        })
    });
    let head = &["candidate", "name", "status", "measure", "value", "ci95_low", "ci95_high", "from"];
    DataTable { head, rows: rows.collect() }
}

pub(super) const fn status_id(status: CandidateStatus) -> &'static str {
    match status {
        CandidateStatus::Recommended => "recommended",
        CandidateStatus::Qualified => "qualified",
        CandidateStatus::Dominated => "dominated",
        CandidateStatus::Disqualified => "disqualified",
    }
}
