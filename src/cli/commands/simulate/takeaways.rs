//! The conclusions of a run, in sentences. The names of strategies and scenarios come from the scenario file and are
//! untrusted, so they are separate spans that the renderer escapes.

use super::output::{ScenarioOutput, SimulateOutput};
use crate::cli::first_line;
use crate::cli::number_format::{format_duration, format_grouped_count, format_percent, format_significant};
use authkit::report::{Block, ProseSpan, Tone};
use authkit::simulate::metrics::{Metric, MetricUnit};
use authkit::simulate::results::{Objective, StrategyResult};

/// Text of the program, in contrast to names from the scenario.
fn ours(text: impl Into<String>) -> ProseSpan {
    ProseSpan::Ours(text.into())
}

/// The first line: `simulate: 3 of 4 SLOs met — failed (outage_users_hit)`, or the extent of the simulation without SLOs.
/// The second: the scenario.
pub fn headline(summary: &ScenarioOutput, data: &SimulateOutput) -> Vec<Block> {
    let swept = || data.sweep.iter().flat_map(|sweep| sweep.runs.iter().map(|run| run.strategies.as_slice()));
    let results = || swept().chain([data.strategies.as_slice()]).flatten();
    let strategies = swept().map(<[StrategyResult]>::len).max().unwrap_or(data.strategies.len());
    let strategies = if strategies == 1 { "1 strategy".to_owned() } else { format!("{strategies} strategies") };
    let extent = format!(
        "{strategies}, {}, {}, seed {}",
        format_grouped_count(summary.users, "user"),
        format_grouped_count(summary.replications, "replication"),
        summary.seed
    );
    let met = results().map(|strategy| strategy.met.len()).fold(0, usize::saturating_add);
    let mut missed: Vec<&str> = results().flat_map(|strategy| &strategy.missed).map(|slo| slo.objective).collect();
    let all = met.saturating_add(missed.len());
    missed.dedup();
    let mut first = match (all, missed.as_slice()) {
        (0, _) => vec![first_line::plain(format!("simulate: {extent}"))],
        (_, []) => vec![
            first_line::plain(format!("simulate: {met} of {} met — ", format_grouped_count(all as u64, "SLO"))),
            (Tone::Good, "passed".to_owned()),
        ],
        (_, [name, others @ ..]) => {
            let count = format!("simulate: {met} of {} met — ", format_grouped_count(all as u64, "SLO"));
            let more = if others.is_empty() { "" } else { ", …" };
            let name = first_line::plain(format!(" ({name}{more})"));
            vec![first_line::plain(count), (Tone::Bad, "failed".to_owned()), name]
        }
    };
    first.extend(data.partial.then(|| (Tone::Warning, ", interrupted".to_owned())));
    let outage = summary
        .outage_seconds
        .map(|length| format!(", store outage of {}", format_duration(length)))
        .unwrap_or_default();
    let rate = format_significant(summary.requests_per_user_per_s * 60.0);
    let rest = format!(
        ": {rate} request{} per minute and user, {}{outage}; simulated {} for {}{}",
        if rate == "1" { "" } else { "s" },
        format_grouped_count(summary.nodes, "node"),
        format_grouped_count(summary.simulated_users, "user"),
        format_duration(summary.horizon_seconds),
        if all == 0 { String::new() } else { format!("; {extent}") }
    );
    vec![Block::FirstLine(first), Block::Prose(vec![ProseSpan::Theirs(summary.name.clone()), ours(rest)])]
}

/// A sentence each about revocation, load and outages; empty for a single strategy.
pub fn takeaways(data: &SimulateOutput) -> Vec<Block> {
    if data.strategies.len() < 2 {
        return Vec::new();
    }
    let sentences: Vec<Block> =
        [exposure(data), load(data), outage(data)].into_iter().flatten().map(Block::Prose).collect();
    if sentences.is_empty() { sentences } else { [Block::Gap].into_iter().chain(sentences).collect() }
}

/// The strategies with the lowest and the highest value of a metric; `None` if all values are equal.
fn extremes(data: &SimulateOutput, metric: Metric) -> Option<[(&StrategyResult, f64); 2]> {
    let values = || data.strategies.iter().filter_map(|strategy| Some((strategy, strategy.value(metric)?)));
    let least = values().reduce(|best, other| if other.1 < best.1 { other } else { best })?;
    let most = values().reduce(|best, other| if other.1 > best.1 { other } else { best })?;
    (least.1 < most.1).then_some([least, most])
}

fn quoted_name(strategy: &StrategyResult) -> ProseSpan {
    ProseSpan::Quoted(strategy.name.clone())
}

fn exposure(data: &SimulateOutput) -> Option<Vec<ProseSpan>> {
    let [(fast, least), (slow, most)] = extremes(data, Metric::ExposureAllNodesP99)?;
    let soon = if least > 0.0 { format!("within {}", format_duration(least)) } else { "at once".to_owned() };
    Some(vec![
        ours("After revocation, "),
        quoted_name(fast),
        ours(format!(" rejects {soon}; ")),
        quoted_name(slow),
        ours(format!(" accepts for up to {} (p99, all nodes).", format_duration(most))),
    ])
}

fn load(data: &SimulateOutput) -> Option<Vec<ProseSpan>> {
    let [(few, least), (many, most)] = extremes(data, Metric::StoreOpsPerRequest)?;
    Some(vec![
        quoted_name(few),
        ours(format!(" accesses the store {} per request, ", times(least))),
        quoted_name(many),
        ours(format!(" {}.", times(most))),
    ])
}

fn times(count: f64) -> String {
    match format_significant(count).as_str() {
        "1" => "once".to_owned(),
        figure => format!("{figure} times"),
    }
}

fn outage(data: &SimulateOutput) -> Option<Vec<ProseSpan>> {
    let [(calm, least), (hurt, most)] = extremes(data, Metric::OutageDeniedPerUserMean)?;
    let length = data.scenario.as_ref()?.outage_seconds?;
    Some(vec![
        ours(format!("During a {} outage, users of ", format_duration(length))),
        quoted_name(calm),
        ours(format!(" are locked out for {}, users of ", format_duration(least))),
        quoted_name(hurt),
        ours(format!(" for {}.", format_duration(most))),
    ])
}

/// The largest deviation of the simulation from a closed form.
pub fn agreement(data: &SimulateOutput) -> Option<Block> {
    let rows = data.strategies.iter().flat_map(|strategy| strategy.metrics.iter().map(move |row| (strategy, row)));
    // The standard error of a few replications is not meaningful.
    let with: Vec<_> =
        rows.filter(|(_, row)| row.n >= 10).filter_map(|(strategy, row)| Some((strategy, row, row.z()?))).collect();
    let (strategy, row, z) = with.iter().max_by(|a, b| a.2.abs().total_cmp(&b.2.abs()))?;
    let summary = match with.len() {
        1 => "1 metric has a closed form:".to_owned(),
        count => format!("{count} metrics have a closed form; the largest deviation is"),
    };
    Some(Block::Prose(vec![
        ours(format!("{summary} {} of ", row.metric)),
        quoted_name(strategy),
        ours(format!(", {:.1} standard errors{}.", z.abs(), if with.len() == 1 { " from it" } else { "" })),
    ]))
}

/// The missed SLOs and the number of those that are met; in a sweep, each is preceded by the value of its run.
pub fn objectives<'a>(runs: impl Iterator<Item = (Option<&'a str>, &'a [StrategyResult])>) -> Vec<Block> {
    let (mut lines, mut met) = (Vec::new(), 0_usize);
    for (value, strategies) in runs {
        for strategy in strategies {
            met = met.saturating_add(strategy.met.len());
            lines.extend(strategy.missed.iter().map(|objective| missed(value, strategy, objective)));
        }
    }
    let all = lines.len().saturating_add(met);
    if all == 0 {
        return lines;
    }
    if met > 0 {
        let rest = format!("{met} of {}", format_grouped_count(all as u64, "SLO"));
        lines.push(Block::Status { tone: Tone::Good, word: "met".to_owned(), rest });
    }
    [Block::Gap].into_iter().chain(lines).collect()
}

fn missed(value: Option<&str>, strategy: &StrategyResult, objective: &Objective) -> Block {
    let format = |value: f64| match objective.unit {
        MetricUnit::Seconds => format_duration(value),
        MetricUnit::Microseconds => format_duration(value / 1e6),
        MetricUnit::Share => format_percent(value),
        _ => format_significant(value),
    };
    let prefix = value.map(|value| format!("{value}, ")).unwrap_or_default();
    let (found, limit) = (format(objective.found), format(objective.limit));
    let rest = format!("{prefix}{}: {} is {found}, limit {limit}", strategy.name, objective.objective);
    Block::Status { tone: Tone::Bad, word: "missed".to_owned(), rest }
}
