//! `authkit explain`: explains rules, reject reasons, limits and profiles by id, from the same lists that the checks
//! use.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::finding::Severity;
use authkit::report::{Block, Report, Verdict, fields};
use authkit::rule::{self, Basis};
use authkit::rule_config::SeverityOverride;
use authkit::rule_config::limit::{self, LIMITS, Limit};
use authkit::rule_config::profile::{PROFILES, Profile};
use authkit::suggest::did_you_mean;
use authkit::token::reject_reason::{self, REASONS};
use clap::Args;

#[derive(Args)]
pub struct ExplainCommand {
    /// Explain these rules, reject reasons, limits or profiles
    #[arg(value_name = "ID", required_unless_present = "list")]
    id: Vec<String>,

    /// List every id
    #[arg(long, conflicts_with = "id")]
    list: bool,
}

/// Explanation of one id. Members that its kind does not have are absent.
#[derive(Default, serde::Serialize, schemars::JsonSchema)]
pub struct Explanation {
    id: &'static str,
    /// `rule`, `reason`, `limit` or `profile`.
    kind: &'static str,
    /// Subject of a rule, purpose of a limit or profile.
    about: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<Basis>,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'static str>,
    /// An example that the rule reports, and one that it accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    bad: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    good: Option<&'static str>,
    /// Default of a limit, in its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    /// Limits and severities that a profile sets: `name = value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settings: Vec<String>,
}

/// `data` of explain.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct ExplainOutput {
    explanations: Vec<Explanation>,
}

impl RunCommand for ExplainCommand {
    const NAME: &'static str = "explain";
    const ABOUT: &'static str = "Explain a rule or reject reason and how to fix it";
    const EXAMPLES: &'static str = "
        authkit explain lifetime-access-token
        authkit explain signature-mismatch kid-unknown
        authkit explain --list";
    type Data = ExplainOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let all = explanations();
        let (chosen, blocks) = if self.list {
            let blocks = list(&all, context.look.width);
            (all, blocks)
        } else {
            if let Some(unknown) = self.id.iter().find(|id| all.iter().all(|one| one.id != *id)) {
                return Err(unknown_id(unknown, &all));
            }
            let chosen: Vec<Explanation> =
                all.into_iter().filter(|one| self.id.iter().any(|id| id == one.id)).collect();
            let blocks = chosen.iter().flat_map(blocks).collect();
            (chosen, blocks)
        };
        let report = Report::new(Self::NAME, Verdict::Done, &ExplainOutput { explanations: chosen })?;
        Ok(Outcome::new(Report { blocks, ..report }))
    }
}

/// The failure for an unknown id, with the nearest id as a hint, or else ids about the same subject.
fn unknown_id(id: &str, all: &[Explanation]) -> Failure {
    let is_similar =
        |one: &&Explanation| one.id.contains(id) || id.split('-').any(|word| one.id.split('-').any(|w| w == word));
    let similar: Vec<&str> = all.iter().filter(is_similar).map(|one| one.id).take(8).collect();
    let about = (!similar.is_empty()).then(|| format!("similar: {}", similar.join(", ")));
    Failure::usage(format!("unknown rule, reject reason, limit or profile \"{id}\""))
        .hint_if(did_you_mean(id, all.iter().map(|one| one.id)).or(about))
        .hint("run authkit explain --list to list every id")
}

/// Every explanation, by kind and id.
fn explanations() -> Vec<Explanation> {
    let rules = rule::all_rules().into_iter().map(from_rule);
    let reasons = REASONS.iter().map(from_reason);
    let limits = LIMITS.iter().map(|limit| from_limit(limit));
    rules.chain(reasons).chain(limits).chain(PROFILES.iter().map(from_profile)).collect()
}

fn from_rule(rule: rule::RuleInfo) -> Explanation {
    Explanation {
        id: rule.id,
        kind: "rule",
        about: rule.subject.to_owned(),
        severity: Some(rule.severity),
        basis: Some(rule.basis),
        source: rule.source,
        why: Some(rule.why),
        fix: Some(rule.fix),
        bad: Some(rule.bad),
        good: Some(rule.good),
        ..Explanation::default()
    }
}

fn from_reason(reason: &'static reject_reason::RejectReasonInfo) -> Explanation {
    Explanation {
        id: reason.id,
        kind: "reason",
        about: "verify".to_owned(),
        source: reason.source,
        why: Some(reason.why),
        fix: Some(reason.fix),
        ..Explanation::default()
    }
}

fn from_limit(limit: &'static Limit) -> Explanation {
    Explanation {
        id: limit.name,
        kind: "limit",
        about: limit.about.to_owned(),
        source: limit.source,
        default: Some(limit.default),
        unit: Some(limit.unit.name()),
        ..Explanation::default()
    }
}

fn from_profile(profile: &'static Profile) -> Explanation {
    let limits = profile.limits.iter().map(|(name, value)| {
        let unit = limit::find(name).map_or("", |limit| limit.unit.name());
        format!("{name} = {value} {unit}")
    });
    let severities = profile.weights.iter().map(|(rule, severity)| match severity {
        SeverityOverride::Off => format!("{rule} = off"),
        SeverityOverride::Always(severity) => format!("{rule} = {}", severity.name()),
        SeverityOverride::Default(severity) => format!("{rule} = {}, usually", severity.name()),
    });
    Explanation {
        id: profile.name,
        kind: "profile",
        about: profile.about.to_owned(),
        source: profile.source,
        settings: limits.chain(severities).collect(),
        ..Explanation::default()
    }
}

impl Explanation {
    /// The default of a limit: `365 d`, `64 bits`.
    fn default_text(&self) -> Option<String> {
        Some(limit::find(self.id).filter(|_| self.kind == "limit")?.text(self.default?))
    }
}

/// The explanation as human-readable blocks.
fn blocks(one: &Explanation) -> Vec<Block> {
    let mut rows = Vec::new();
    let mut row = |name: &'static str, value: Option<String>| rows.extend(value.map(|value| (name, value)));
    row("about", Some(one.about.clone()));
    row("severity", one.severity.map(|severity| severity.name().to_owned()));
    row("default", one.default_text());
    row("why", one.why.map(str::to_owned));
    row("fix", one.fix.map(str::to_owned));
    row("basis", one.basis.map(|basis| basis.name().to_owned()));
    row("source", Some(one.source.to_owned()));
    row("sets", (!one.settings.is_empty()).then(|| one.settings.join(", ")));
    row("bad example", one.bad.map(shorten));
    row("good example", one.good.map(shorten));
    vec![Block::Heading(format!("{} ({})", one.id, one.kind)), fields(rows)]
}

/// Shortens an example; those of size rules fill several screens.
fn shorten(example: &str) -> String {
    const LONGEST: usize = 160;
    match example.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}… ({} bytes)", example.split_at(at).0, example.len()),
        None => example.to_owned(),
    }
}

/// All ids, one line each, in one table per kind.
fn list(all: &[Explanation], width: usize) -> Vec<Block> {
    let kinds = [
        ("rule", "Rules", "SEVERITY", "WHY"),
        ("reason", "Reject reasons", "", "WHY"),
        ("limit", "Limits", "DEFAULT", "EFFECT"),
        ("profile", "Profiles", "", "PURPOSE"),
    ];
    let mut blocks = Vec::new();
    for (kind, heading, middle, last) in kinds {
        let own = || all.iter().filter(|one| one.kind == kind);
        let middle_of = |one: &Explanation| match one.severity {
            Some(severity) => severity.name().to_owned(),
            None => one.default_text().unwrap_or_default(),
        };
        let id_width = own().map(|one| one.id.len()).max().unwrap_or(0);
        let middle_width = own().map(|one| middle_of(one).len()).max().unwrap_or(0).max(middle.len());
        let gaps = if middle.is_empty() { 2 } else { 4 };
        let room = width.saturating_sub(id_width).saturating_sub(middle_width).saturating_sub(gaps);
        let row = |one: &Explanation| {
            let text = first_words(one.why.unwrap_or(&one.about), room);
            let mut row = vec![one.id.to_owned(), text];
            if !middle.is_empty() {
                row.insert(1, middle_of(one));
            }
            row
        };
        let head: Vec<&'static str> = ["ID", middle, last].into_iter().filter(|name| !name.is_empty()).collect();
        blocks.push(Block::Heading(heading.to_owned()));
        blocks.push(Block::Table { head, numbers: Vec::new(), rows: own().map(row).collect() });
    }
    blocks
}

/// As many words as `room` columns have, and an ellipsis if that is not all.
fn first_words(text: &str, room: usize) -> String {
    const FEWEST: usize = 20;
    let room = room.max(FEWEST);
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let cut: String = text.chars().take(room).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':', '.']))
}
