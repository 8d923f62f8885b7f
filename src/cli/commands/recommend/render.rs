//! Human output of `authkit recommend`.

use super::output::*;
use crate::cli::first_line;
use crate::cli::number_format::{format_duration, format_grouped_count, format_percent, format_significant};
use authkit::report::{Block, ListItem, Tone, fields};
use authkit::simulate::recommend::criteria::{DENIED, EXPOSURE, LATENCY, LOGOUTS, STORE_OPS};
use authkit::simulate::recommend::decision::{CandidateStatus, DecidingMetric, ScoredCandidate};
use authkit::simulate::recommend::inputs::{Domains, StoreKind};

/// The human-readable report.
pub fn blocks(data: &RecommendOutput) -> Vec<Block> {
    let mut blocks = choice(data);
    blocks.extend(reasons(data).into_iter().map(Block::Paragraph));
    blocks.push(Block::Gap);
    blocks.extend(inputs(data));
    blocks.push(Block::Gap);
    blocks.extend([table(data), legend()]);
    blocks.extend(other_candidates(data));
    blocks.extend(starter(data));
    blocks
}

/// Hints to refine the recommendation.
pub fn hints(data: &RecommendOutput) -> Vec<String> {
    let mut hints = Vec::new();
    if !data.assumed.is_empty() {
        hints.push(format!("set the assumed inputs: --{}", data.assumed.join(", --")));
    }
    if data.policy.is_some() {
        hints
            .push("print only the policy with --print policy, the simulated scenario with --print scenario".to_owned());
    }
    hints
}

/// `recommended: JWT + rotating refresh token (revocation p99 14.8 min)`, and its components.
fn choice(data: &RecommendOutput) -> Vec<Block> {
    let Some(pick) = data.pick.and_then(|id| data.find(id)) else {
        let none = (Tone::Bad, "none".to_owned());
        let why = first_line::plain("; no candidate meets every requirement");
        return vec![Block::FirstLine(vec![first_line::plain("recommended: "), none, why])];
    };
    let exposure = pick.value(EXPOSURE).map(|value| format!(" (revocation p99 {})", figure(EXPOSURE, value)));
    let parts = if pick.components.is_empty() { "none".to_owned() } else { pick.components.join(", ") };
    vec![
        Block::FirstLine(vec![
            first_line::plain("recommended: "),
            (Tone::Good, pick.name.to_owned()),
            first_line::plain(exposure.unwrap_or_default()),
        ]),
        Block::Paragraph(format!("Components: {parts}.")),
    ]
}

/// The rule of thumb, whether the results agree with it, and the deciding metric.
fn reasons(data: &RecommendOutput) -> Vec<String> {
    let mut reasons = Vec::new();
    let Some(rule) = &data.rule else { return reasons };
    reasons.push(format!("Rule of thumb: {}.", rule.text));
    if data.pick.is_some() {
        reasons.push(match (rule.agrees, rule.names) {
            (true, _) => "The results agree with the rule of thumb.".to_owned(),
            (false, Some(named)) => {
                format!("The results disagree with the rule of thumb, which names \"{}\".", data.name(named))
            }
            (false, None) => "The candidate of the rule of thumb is not applicable here.".to_owned(),
        });
    }
    if let Some(contrast) = &data.decided_by {
        reasons.push(format!("Deciding metric: {}.", deciding_metric(data, contrast)));
    }
    if data.latency_waived {
        reasons
            .push("No candidate meets the requirements within the added latency; that limit was dropped.".to_owned());
    }
    reasons
}

fn deciding_metric(data: &RecommendOutput, contrast: &DecidingMetric) -> String {
    let (name, other) = (measure_name(contrast.measure), data.name(contrast.other));
    let picked = contrast.picked.map_or_else(|| "-".to_owned(), |value| figure(contrast.measure, value));
    let found = figure(contrast.measure, contrast.found);
    match contrast.limit {
        Some(limit) => {
            format!(
                "{name}: {found} with \"{other}\", above the limit of {}; {picked} with the recommendation",
                figure(contrast.measure, limit)
            )
        }
        None => format!("{name}: {picked}, compared to {found} with \"{other}\""),
    }
}

/// The metrics of the table, in the order of its columns.
const NAMES: [(&str, &str); 5] = [
    (EXPOSURE, "revocation latency (p99, all nodes)"),
    (STORE_OPS, "store operations per request"),
    (LATENCY, "added latency per request (p99)"),
    (DENIED, "share of an outage in which users are denied"),
    (LOGOUTS, "forced sign-ins per user and day"),
];

fn measure_name(id: &str) -> &'static str {
    NAMES.iter().find(|(metric, _)| *metric == id).map_or("", |(_, name)| name)
}

/// A number with its unit.
fn figure(measure: &str, value: f64) -> String {
    match measure {
        EXPOSURE => format_duration(value),
        LATENCY => format_duration(value / 1e6),
        DENIED => format_percent(value),
        _ => format_significant(value),
    }
}

fn inputs(data: &RecommendOutput) -> Option<Block> {
    let inputs = data.inputs.as_ref()?;
    let clients = if inputs.confidential { " (confidential or sender-constrained)" } else { "" };
    let topology = format!(
        "{} domain{}, {} in {}, {}",
        inputs.domains.id(),
        if inputs.domains == Domains::One { "" } else { "s" },
        format_grouped_count(inputs.services, "service"),
        format_grouped_count(inputs.regions, "region"),
        format_grouped_count(inputs.nodes, "node")
    );
    let store = match inputs.store {
        StoreKind::None => "none".to_owned(),
        kind => format!("{}; an outage may deny {}", kind.id(), inputs.outage.id()),
    };
    Some(fields(vec![
        ("clients", format!("{}{clients}", inputs.clients.id())),
        (
            "requests",
            format!("{} per minute and active user", format_significant(inputs.requests_per_user_per_s * 60.0)),
        ),
        ("topology", topology),
        ("revocation within", format_duration(inputs.revoke_within_s)),
        ("store", store),
    ]))
}

fn table(data: &RecommendOutput) -> Block {
    let row = |candidate: &ScoredCandidate| {
        let cell =
            |measure: &str| candidate.value(measure).map_or_else(|| "-".to_owned(), |value| figure(measure, value));
        let mark = if candidate.status == CandidateStatus::Recommended { "> " } else { "" };
        let undecided = if candidate.undecided.is_empty() { "" } else { " (undecided)" };
        let mut row = vec![format!("{mark}{}{undecided}", candidate.name)];
        row.extend(NAMES.iter().map(|(measure, _)| cell(measure)));
        row.push(candidate.components.len().to_string());
        row
    };
    Block::Table {
        head: vec!["CANDIDATE", "REVOCATION P99", "STORE OPS", "LATENCY P99", "OUTAGE", "LOGOUTS", "COMPONENTS"],
        numbers: vec![1, 2, 3, 4, 5, 6],
        rows: data.candidates.iter().map(row).collect(),
    }
}

/// The meaning of the columns.
fn legend() -> Block {
    Block::Paragraph(
        "REVOCATION P99: revocation latency on all nodes; STORE OPS: per request; LATENCY P99: added per request; \
         OUTAGE: share of an outage in which users are denied; LOGOUTS: forced sign-ins per user and day; \
         COMPONENTS: number to operate"
            .to_owned(),
    )
}

/// Why each of the other candidates is not recommended.
fn other_candidates(data: &RecommendOutput) -> Vec<Block> {
    let mut points: Vec<ListItem> = data.candidates.iter().filter_map(|candidate| rejection(data, candidate)).collect();
    points.extend(data.not_applicable.iter().map(|candidate| ListItem {
        tone: Tone::Quiet,
        id: "not applicable".to_owned(),
        message: format!("{}: {}", candidate.name, candidate.reason),
        details: Vec::new(),
    }));
    if points.is_empty() { Vec::new() } else { vec![Block::Gap, Block::Points(points)] }
}

fn rejection(data: &RecommendOutput, candidate: &ScoredCandidate) -> Option<ListItem> {
    let (id, tone, message) = match candidate.status {
        CandidateStatus::Disqualified => {
            let violations: Vec<String> = candidate
                .violations
                .iter()
                .map(|violation| {
                    let figure = |value| figure(violation.measure, value);
                    format!(
                        "{} {}, limit {}",
                        measure_name(violation.measure),
                        figure(violation.found),
                        figure(violation.limit)
                    )
                })
                .collect();
            ("disqualified", Tone::Bad, violations.join("; "))
        }
        CandidateStatus::Dominated => {
            let better = candidate.dominated_by?;
            let (id, measure) = (data.name(better.id), measure_name(better.measure));
            let [value, better_value] = [candidate.value(better.measure), data.find(better.id)?.value(better.measure)]
                .map(|value| value.map(|value| figure(better.measure, value)).unwrap_or_default());
            (
                "dominated",
                Tone::Plain,
                format!("\"{id}\" is as good, and better in {measure}: {better_value} instead of {value}"),
            )
        }
        CandidateStatus::Recommended | CandidateStatus::Qualified => return None,
    };
    Some(ListItem { tone, id: id.to_owned(), message: format!("{}: {message}", candidate.name), details: Vec::new() })
}

/// The recommended settings, as a table, an authkit.toml and a product configuration.
fn starter(data: &RecommendOutput) -> Vec<Block> {
    let Some(policy) = &data.policy else { return Vec::new() };
    let rows = data.rows.iter().map(|(name, value, why)| vec![(*name).to_owned(), value.clone(), (*why).to_owned()]);
    let mut blocks = vec![
        Block::Heading("Recommended settings".to_owned()),
        Block::Table { head: vec!["SETTING", "VALUE", "REASON"], numbers: vec![], rows: rows.collect() },
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
