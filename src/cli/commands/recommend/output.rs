//! The choice and its evidence, for eyes and for machines.

use crate::cli::number_format::{format_duration, format_grouped_count, format_percent, format_significant};
use authkit::product_config::starter;
use authkit::report::csv::DataTable;
use authkit::report::{Block, ListItem, Tone, fields};
use authkit::simulate::recommend::criteria::{EXPOSURE, LATENCY};
use authkit::simulate::recommend::decision::{
    CandidateStatus, DecidingMetric, InapplicableCandidate, Recommendation, ScoredCandidate,
};
use authkit::simulate::recommend::inputs::{ClientKind, Domains, OutageTolerance, RecommendInputs, StoreKind};
use authkit::simulate::recommend::recommended_settings::RecommendedSettings;
use authkit::simulate::scenario::units::seconds;

/// The answer.
#[derive(Default, serde::Serialize, schemars::JsonSchema)]
pub struct RecommendOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    situation: Option<RecommendAnswersOutput>,
    /// Questions that were not answered: what `situation` says of them is assumed.
    assumed: Vec<&'static str>,
    /// What is commonly said of such a situation.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<RuleOfThumbOutput>,
    /// The id of the candidate that is recommended; absent when nothing meets the demands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick: Option<&'static str>,
    /// Nothing meets the demands within the added latency: that demand was given up.
    is_slow: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<DecidingMetric>,
    candidates: Vec<ScoredCandidate>,
    unfit: Vec<InapplicableCandidate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<RecommendedSettings>,
    /// An authkit.toml.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// With `--for`.
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Config>,
    #[serde(skip)]
    rows: Vec<(&'static str, String, &'static str)>,
    /// The run was interrupted: fewer replications than usual were compared.
    partial: bool,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RecommendAnswersOutput {
    clients: ClientKind,
    domains: Domains,
    services: u64,
    regions: u64,
    requests_per_user_per_s: f64,
    revoke_within_s: f64,
    outage: OutageTolerance,
    store: StoreKind,
    confidential: bool,
    users: u64,
    nodes: u64,
    added_latency_us: f64,
}

/// The configuration of a product.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct Config {
    product: &'static str,
    /// The file that it is usually kept in.
    file: &'static str,
    text: String,
    /// Where it is not what was asked for, and what is left to fill in.
    notes: Vec<String>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RuleOfThumbOutput {
    text: &'static str,
    /// What it names, when that was offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<&'static str>,
    /// Whether the evidence agrees with it.
    agrees: bool,
}

impl RecommendOutput {
    pub fn from_recommendation(
        situation: &RecommendInputs,
        assumed: Vec<&'static str>,
        decision: Recommendation,
        product: Option<&'static starter::Starter>,
        partial: bool,
    ) -> Self {
        let settings = decision.picked().map(|pick| RecommendedSettings::from_candidate(situation, pick));
        let rule = RuleOfThumbOutput { text: decision.rule.text, names: decision.ruled, agrees: decision.agrees() };
        Self {
            situation: Some(RecommendAnswersOutput {
                clients: situation.clients,
                domains: situation.domains,
                services: situation.services,
                regions: situation.regions,
                requests_per_user_per_s: situation.rate,
                revoke_within_s: seconds(situation.within),
                outage: situation.outage,
                store: situation.store,
                confidential: situation.confidential,
                users: situation.users,
                nodes: situation.nodes,
                added_latency_us: seconds(situation.latency) * 1e6,
            }),
            assumed,
            rule: Some(rule),
            pick: decision.pick,
            is_slow: decision.is_slow,
            policy: settings.as_ref().map(|settings| settings.policy(situation)),
            rows: settings.as_ref().map(|settings| settings.rows(situation)).unwrap_or_default(),
            config: settings.as_ref().zip(product).map(|(settings, product)| Config::of(settings, product, situation)),
            settings,
            decided_by: decision.decided_by,
            candidates: decision.weighed,
            unfit: decision.unfit,
            partial,
        }
    }

    /// What `--print` asks for, when there is such a thing.
    pub fn printable(&self, what: &str) -> Option<&str> {
        match what {
            "config" => self.config.as_ref().map(|config| config.text.as_str()),
            _ => self.policy.as_deref(),
        }
    }

    fn find(&self, id: &str) -> Option<&ScoredCandidate> {
        self.candidates.iter().find(|own| own.id == id)
    }

    fn name(&self, id: &str) -> String {
        self.find(id).map_or_else(|| id.to_owned(), |own| own.name.to_owned())
    }
}

impl Config {
    fn of(settings: &RecommendedSettings, product: &'static starter::Starter, situation: &RecommendInputs) -> Self {
        let written = product.write(&settings.for_product(situation));
        let mut notes = written.notes;
        notes.push(format!("left to you: {}", product.left_to_you));
        Self { product: product.id, file: product.file, text: written.text, notes }
    }
}

/// The candidates as a table for machines: a row for each of their numbers.
pub fn records(data: &RecommendOutput) -> DataTable {
    let rows = data.candidates.iter().flat_map(|own| {
        own.measures.iter().map(|found| {
            vec![
                own.id.into(),
                own.name.into(),
                fate(own.fate).into(),
                found.name.into(),
                found.value.into(),
                found.ci95.map(|[low, _]| low).into(),
                found.ci95.map(|[_, high]| high).into(),
                found.from.into(),
            ]
        })
    });
    let head = &["candidate", "name", "fate", "measure", "value", "ci95_low", "ci95_high", "from"];
    DataTable { head, rows: rows.collect() }
}

const fn fate(fate: CandidateStatus) -> &'static str {
    match fate {
        CandidateStatus::Recommended => "picked",
        CandidateStatus::Qualified => "fits",
        CandidateStatus::Dominated => "dominated",
        CandidateStatus::Disqualified => "dropped",
    }
}

/// The report for eyes.
pub fn blocks(data: &RecommendOutput) -> Vec<Block> {
    let mut blocks = vec![choice(data)];
    blocks.extend(reasons(data).into_iter().map(Block::Paragraph));
    blocks.push(Block::Gap);
    blocks.extend(answers(data));
    blocks.push(Block::Gap);
    blocks.extend([table(data), legend()]);
    blocks.extend(passed_over(data));
    blocks.extend(starter(data));
    blocks
}

pub fn hints(data: &RecommendOutput) -> Vec<String> {
    let mut hints = Vec::new();
    if !data.assumed.is_empty() {
        hints.push(format!("assumed, for want of an answer: {}", data.assumed.join(", ")));
    }
    if data.policy.is_some() {
        hints.push("--print policy writes the policy alone, --print scenario what was weighed".to_owned());
    }
    hints
}

fn choice(data: &RecommendOutput) -> Block {
    match data.pick.and_then(|id| data.find(id)) {
        Some(pick) => {
            let parts = if pick.parts.is_empty() { "nothing more".to_owned() } else { pick.parts.join(", ") };
            Block::Status { tone: Tone::Good, word: pick.name.to_owned(), rest: format!("(to run: {parts})") }
        }
        None => Block::Status {
            tone: Tone::Bad,
            word: "nothing".to_owned(),
            rest: "of what fits your situation meets these demands".to_owned(),
        },
    }
}

/// The rule, what the evidence says to it, and the number that decided.
fn reasons(data: &RecommendOutput) -> Vec<String> {
    let mut said = Vec::new();
    let Some(rule) = &data.rule else { return said };
    said.push(format!("Commonly said: {}.", rule.text));
    if data.pick.is_some() {
        said.push(match (rule.agrees, rule.names) {
            (true, _) => "The evidence agrees with the rule.".to_owned(),
            (false, Some(named)) => {
                format!("The evidence disagrees with the rule, which names \"{}\".", data.name(named))
            }
            (false, None) => "What the rule names does not fit here.".to_owned(),
        });
    }
    if let Some(contrast) = &data.decided_by {
        said.push(format!("What decided: {}.", decided(data, contrast)));
    }
    if data.is_slow {
        said.push(
            "Nothing meets the demands within the added latency that was asked for; that one was given up.".to_owned(),
        );
    }
    said
}

fn decided(data: &RecommendOutput, contrast: &DecidingMetric) -> String {
    let (name, other) = (measure_name(contrast.measure), data.name(contrast.other));
    let own = contrast.picked.map_or_else(|| "-".to_owned(), |value| figure(contrast.measure, value));
    let found = figure(contrast.measure, contrast.found);
    match contrast.limit {
        Some(limit) => {
            format!(
                "{name}: {found} of \"{other}\", where {} was demanded; {own} here",
                figure(contrast.measure, limit)
            )
        }
        None => format!("{name}: {own}, against {found} of \"{other}\""),
    }
}

const NAMES: [(&str, &str); 5] = [
    (EXPOSURE, "a revoked login goes on, worst 1 %, all nodes"),
    ("store_ops_per_request", "operations of the store for each request"),
    (LATENCY, "latency added to a request, worst 1 %"),
    ("outage_denied_ratio", "share of an outage that users feel"),
    ("forced_logout_per_user_per_day", "sign-ins forced on each user and day"),
];

fn measure_name(id: &str) -> &'static str {
    NAMES.iter().find(|(own, _)| *own == id).map_or("", |(_, name)| name)
}

/// A number with its unit.
fn figure(measure: &str, value: f64) -> String {
    match measure {
        EXPOSURE => format_duration(value),
        LATENCY => format_duration(value / 1e6),
        "outage_denied_ratio" => format_percent(value),
        _ => format_significant(value),
    }
}

fn answers(data: &RecommendOutput) -> Option<Block> {
    let own = data.situation.as_ref()?;
    let clients = if own.confidential { ", which keep a secret" } else { "" };
    let place = format!(
        "{} domain{}, {} in {}, {}",
        own.domains.id(),
        if own.domains == Domains::One { "" } else { "s" },
        format_grouped_count(own.services, "service"),
        format_grouped_count(own.regions, "region"),
        format_grouped_count(own.nodes, "node")
    );
    let store = match own.store {
        StoreKind::None => "none".to_owned(),
        kind => format!("{}; in an outage it may refuse {}", kind.id(), own.outage.id()),
    };
    Some(fields(vec![
        ("clients", format!("{}{clients}", own.clients.id())),
        (
            "requests",
            format!("{} a minute from each who is active", format_significant(own.requests_per_user_per_s * 60.0)),
        ),
        ("where", place),
        ("revoked within", format_duration(own.revoke_within_s)),
        ("store", store),
    ]))
}

fn table(data: &RecommendOutput) -> Block {
    let row = |own: &ScoredCandidate| {
        let shown = |measure: &str| own.value(measure).map_or_else(|| "-".to_owned(), |value| figure(measure, value));
        let mark = if own.fate == CandidateStatus::Recommended { "> " } else { "" };
        let undecided = if own.undecided.is_empty() { "" } else { " (undecided)" };
        let mut row = vec![format!("{mark}{}{undecided}", own.name)];
        row.extend(NAMES.iter().map(|(measure, _)| shown(measure)));
        row.push(own.parts.len().to_string());
        row
    };
    Block::Table {
        head: vec!["candidate", "works on", "store ops", "added p99", "outage", "logouts", "parts"],
        numbers: vec![1, 2, 3, 4, 5, 6],
        rows: data.candidates.iter().map(row).collect(),
    }
}

/// What the heads of the table stand for.
fn legend() -> Block {
    Block::Paragraph(
        "works on: how long a revoked login goes on, worst 1 %, on all nodes; store ops: for each request; outage: the \
         share of it that users feel; logouts: forced on each user and day; parts: to run and look after"
            .to_owned(),
    )
}

/// Why each of the others was not taken.
fn passed_over(data: &RecommendOutput) -> Vec<Block> {
    let mut points: Vec<ListItem> = data.candidates.iter().filter_map(|own| not_taken(data, own)).collect();
    points.extend(data.unfit.iter().map(|own| ListItem {
        tone: Tone::Quiet,
        id: "does not fit".to_owned(),
        message: format!("{}: {}", own.name, own.reason),
        details: Vec::new(),
    }));
    if points.is_empty() { Vec::new() } else { vec![Block::Gap, Block::Points(points)] }
}

fn not_taken(data: &RecommendOutput, own: &ScoredCandidate) -> Option<ListItem> {
    let (id, tone, message) = match own.fate {
        CandidateStatus::Disqualified => {
            let broken: Vec<String> = own
                .broken
                .iter()
                .map(|broken| {
                    let figure = |value| figure(broken.measure, value);
                    format!(
                        "{} {}, demanded {}",
                        measure_name(broken.measure),
                        figure(broken.found),
                        figure(broken.limit)
                    )
                })
                .collect();
            ("dropped", Tone::Bad, broken.join("; "))
        }
        CandidateStatus::Dominated => {
            let better = own.dominated_by?;
            let (id, measure) = (data.name(better.id), measure_name(better.measure));
            let [own, other] = [own.value(better.measure), data.find(better.id)?.value(better.measure)]
                .map(|value| value.map(|value| figure(better.measure, value)).unwrap_or_default());
            ("passed over", Tone::Plain, format!("\"{id}\" is as good, and better here: {measure}, {other} for {own}"))
        }
        CandidateStatus::Recommended | CandidateStatus::Qualified => return None,
    };
    Some(ListItem { tone, id: id.to_owned(), message: format!("{}: {message}", own.name), details: Vec::new() })
}

/// What to begin with.
fn starter(data: &RecommendOutput) -> Vec<Block> {
    let Some(policy) = &data.policy else { return Vec::new() };
    let rows = data.rows.iter().map(|(name, value, why)| vec![(*name).to_owned(), value.clone(), (*why).to_owned()]);
    let mut blocks = vec![
        Block::Heading("What to begin with".to_owned()),
        Block::Table { head: vec!["setting", "value", "why"], numbers: vec![], rows: rows.collect() },
        Block::Heading("As authkit.toml".to_owned()),
    ];
    blocks.extend(verbatim(policy));
    if let Some(config) = &data.config {
        blocks.push(Block::Heading(format!("For {}, as {}", config.product, config.file)));
        blocks.extend(verbatim(&config.text));
        blocks.push(Block::Gap);
        blocks.extend(config.notes.iter().cloned().map(Block::Paragraph));
    }
    blocks
}

fn verbatim(text: &str) -> impl Iterator<Item = Block> {
    text.lines().map(|line| if line.is_empty() { Block::Gap } else { Block::Verbatim(line.to_owned()) })
}
