//! What the numbers mean, in sentences: names of strategies may be anybody's, the rest is ours.

use super::output::{ScenarioOutput, SimulateOutput};
use crate::cli::number_format::{format_duration, format_grouped_count, format_percent, format_significant};
use authkit::report::{Block, ProseSpan, Tone};
use authkit::simulate::results::{Objective, StrategyResult};

fn ours(text: impl Into<String>) -> ProseSpan {
    ProseSpan::Ours(text.into())
}

/// What was simulated.
pub fn headline(summary: &ScenarioOutput, data: &SimulateOutput) -> Block {
    let outage = summary
        .outage_seconds
        .map(|length| format!(", the store out for {}", format_duration(length)))
        .unwrap_or_default();
    let partial = if data.partial { ", INTERRUPTED" } else { "" };
    let rest = format!(
        ": {}, {} a minute from each, {}{outage} (simulated: {} for {} in {}, seed {}{partial})",
        format_grouped_count(summary.users, "user"),
        format_significant(summary.requests_per_user_per_s * 60.0),
        format_grouped_count(summary.nodes, "node"),
        format_grouped_count(summary.simulated_users, "user"),
        format_duration(summary.horizon_seconds),
        format_grouped_count(summary.replications, "replication"),
        summary.seed
    );
    Block::Prose(vec![ProseSpan::Theirs(summary.name.clone()), ours(rest)])
}

/// Three sentences.
pub fn takeaways(data: &SimulateOutput) -> Vec<Block> {
    if data.strategies.len() < 2 {
        return Vec::new();
    }
    let said: Vec<Block> = [exposure(data), load(data), outage(data)].into_iter().flatten().map(Block::Prose).collect();
    if said.is_empty() { said } else { [Block::Gap].into_iter().chain(said).collect() }
}

/// The strategies with the least and the most of a metric; nothing when they are all alike.
fn extremes<'a>(data: &'a SimulateOutput, metric: &str) -> Option<[(&'a StrategyResult, f64); 2]> {
    let values = || data.strategies.iter().filter_map(|own| Some((own, own.value(metric)?)));
    let least = values().reduce(|best, other| if other.1 < best.1 { other } else { best })?;
    let most = values().reduce(|best, other| if other.1 > best.1 { other } else { best })?;
    (least.1 < most.1).then_some([least, most])
}

fn named(strategy: &StrategyResult) -> ProseSpan {
    ProseSpan::Quoted(strategy.name.clone())
}

fn exposure(data: &SimulateOutput) -> Option<Vec<ProseSpan>> {
    let [(fast, least), (slow, most)] = extremes(data, "exposure_all_nodes_p99_s")?;
    let soon = if least > 0.0 { format!("within {}", format_duration(least)) } else { "at once".to_owned() };
    Some(vec![
        ours("After a revocation "),
        named(fast),
        ours(format!(" lets go {soon}, ")),
        named(slow),
        ours(format!(" goes on for up to {} (99 of 100 users, all nodes).", format_duration(most))),
    ])
}

fn load(data: &SimulateOutput) -> Option<Vec<ProseSpan>> {
    let [(few, least), (many, most)] = extremes(data, "store_ops_per_request")?;
    Some(vec![
        named(few),
        ours(format!(" asks the store {} a request, ", times(least))),
        named(many),
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
    let [(calm, least), (hurt, most)] = extremes(data, "outage_denied_s_per_user_mean")?;
    let length = data.scenario.as_ref()?.outage_seconds?;
    Some(vec![
        ours(format!("Of an outage of {} a user of ", format_duration(length))),
        named(calm),
        ours(format!(" feels {}, one of ", format_duration(least))),
        named(hurt),
        ours(format!(" {}.", format_duration(most))),
    ])
}

/// How far theory and simulation are apart.
pub fn agreement(data: &SimulateOutput) -> Option<Block> {
    let rows = data.strategies.iter().flat_map(|strategy| strategy.metrics.iter().map(move |row| (strategy, row)));
    // The error of a few replications is no measure.
    let with: Vec<_> =
        rows.filter(|(_, row)| row.n >= 10).filter_map(|(strategy, row)| Some((strategy, row, row.z()?))).collect();
    let (strategy, row, z) = with.iter().max_by(|a, b| a.2.abs().total_cmp(&b.2.abs()))?;
    let said = match with.len() {
        1 => "1 number has a closed form beside it; it is".to_owned(),
        count => format!("{count} numbers have a closed form beside them; the farthest from it is"),
    };
    Some(Block::Prose(vec![
        ours(format!("{said} {} of ", row.name)),
        named(strategy),
        ours(format!(", {:.1} standard errors{}.", z.abs(), if with.len() == 1 { " away" } else { "" })),
    ]))
}

/// The objectives that are missed, and how many are met; a value of a sweep stands before its own.
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
        let rest = format!("{met} of {}", format_grouped_count(all as u64, "objective"));
        lines.push(Block::Status { tone: Tone::Good, word: "met".to_owned(), rest });
    }
    [Block::Gap].into_iter().chain(lines).collect()
}

fn missed(value: Option<&str>, strategy: &StrategyResult, objective: &Objective) -> Block {
    let figure = |value: f64| match objective.objective {
        "exposure_all_nodes_p99" => format_duration(value),
        "added_latency_p99" => format_duration(value / 1e6),
        "outage_users_hit" => format_percent(value),
        _ => format_significant(value),
    };
    let at = value.map(|value| format!("{value}, ")).unwrap_or_default();
    let (found, limit) = (figure(objective.found), figure(objective.limit));
    let rest = format!("{at}{}: {} is {found}, the limit is {limit}", strategy.name, objective.objective);
    Block::Status { tone: Tone::Bad, word: "missed".to_owned(), rest }
}
