//! `authkit keys check`: runs the key rules over key sources, to find weak, invalid, ambiguous, exposed and stale keys.
//! A source that cannot be loaded does not keep the others from being checked.

use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::gate_args::{GateArgs, removed_findings};
use crate::cli::network_args::NetworkArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::RuleConfigArgs;
use crate::cli::{input, key_inventory, key_spec};
use authkit::crack::SecretLists;
use authkit::finding::{Finding, format_count, severity_summary};
use authkit::inspect::key_check::{self, KeyCheckResult, LoadedKeySource};
use authkit::key::shared_primes::Join;
use authkit::report::answer::CheckSummary;
use authkit::report::{Block, ProseSpan, Report};
use authkit::settings::gate::{FileFindings, Gate, GateInput};
use authkit::settings::ignores::UnusedIgnore;
use clap::Args;
use std::ffi::{OsStr, OsString};

#[derive(Args)]
pub struct KeysCheckCommand {
    /// Check these keys: SPECs or kids [default: the key store]
    ///
    /// A SPEC is a file, a JWKS, https://… or oidc:https://….
    #[arg(value_name = "KEY")]
    key: Vec<OsString>,

    /// Report private keys and secrets in the sources as errors
    ///
    /// For sources that are meant to be published. Remote JWKS are always checked this way.
    #[arg(long)]
    public: bool,

    #[command(flatten)]
    gate_args: GateArgs,

    #[command(flatten)]
    rule_config_args: RuleConfigArgs,

    #[command(flatten)]
    network: NetworkArgs,
}

/// `data` of keys check.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysCheckOutput {
    sources: Vec<KeySourceOutput>,
    /// RSA moduli that were compared for shared primes, across all sources.
    moduli_compared: usize,
    /// RSA moduli that were not compared: too long to be usable, or more than can be compared in seconds.
    moduli_left_out: usize,
    /// RSA moduli that were compared but not tested for being prime: more than can be tested in a second.
    moduli_untested: usize,
    /// Findings that are in the baseline.
    baselined: u64,
    /// Findings that the config file ignores.
    ignored: u64,
    /// Ignore entries that matched no finding.
    unused_ignores: Vec<UnusedIgnore>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct KeySourceOutput {
    source: String,
    /// `pem`, `der`, `jwk`, `jwks` or `raw`
    form: &'static str,
    /// Checked as a source that is meant to be published.
    public: bool,
    keys: usize,
    /// Entries that cannot be parsed.
    unreadable: usize,
    /// Summary before ignores and the baseline: `1 error, 2 warnings`.
    found: String,
}

impl RunCommand for KeysCheckCommand {
    const NAME: &'static str = "check";
    const ABOUT: &'static str = "Find weak, broken, exposed and stale keys";
    const EXAMPLES: &'static str = "
        authkit keys check
        authkit keys check key.pem jwks.json
        authkit keys check jwks.json --public --fail-on warning || true";
    const JUDGES: bool = true;
    type Data = KeysCheckOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        let stdin = self.key.iter().filter(|spec| spec.to_str().is_some_and(key_spec::reads_stdin)).map(|_| "a key");
        input::one_reads_stdin(stdin)?;
        let settings = self.rule_config_args.named_settings(context)?;
        let rule_config = self.rule_config_args.rule_config(context, &settings)?;
        let (sources, ending) = self.sources(context)?;
        let lists = key_check::holds_secrets(&sources).then(|| SecretLists::new(b"")).transpose();
        let lists = lists.map_err(|_| Failure::internal("cannot unpack the list of published secrets"))?;
        let KeyCheckResult { findings, moduli, left_out, untested } =
            key_check::check_sources(&sources, lists.as_ref(), context.current_time(), &rule_config, &RayonJoin);
        let described: Vec<_> = sources.iter().zip(&findings).map(|(source, found)| describe(source, found)).collect();
        let found = sources.iter().zip(findings);
        let found = found.map(|(source, findings)| FileFindings { file: source.name.clone(), findings }).collect();
        let mut filters = self.gate_args.filters(&settings);
        let found = GateInput::from_files(found, &mut filters);
        let gate = self.gate_args.gate(found, &filters, &settings, context)?;
        if left_out > 0 {
            context.warn(format!(
                "{left_out} RSA moduli were not compared for shared primes: too long to be usable, or too many (split \
                 the JWKS)"
            ));
        }
        if untested > 0 {
            context.warn(format!("{untested} RSA moduli were not tested for being prime: too many (split the JWKS)"));
        }
        // An unusable key may be a finding that fails the run, and exit code 1 takes precedence over 3.
        let any_usable = sources.iter().flat_map(|source| &source.survey.members).any(|member| member.key.is_ok());
        if !any_usable && !gate.fails() {
            return Err(no_key_failure(&sources));
        }
        let summary = self.gate_args.summary(&gate, scope(&described), ending);
        let moduli = Moduli { compared: moduli, left_out, untested };
        Ok(Outcome { ending, ..outcome(described, moduli, gate, summary)? })
    }
}

impl KeysCheckCommand {
    /// Loads every source. A failure is reported as a warning, and its kind is returned for the exit code; the other
    /// sources are still checked.
    fn sources(&self, context: &Context) -> Result<(Vec<LoadedKeySource>, Option<FailureKind>), Failure> {
        let names: Vec<Option<&OsStr>> = match self.key.as_slice() {
            [] => vec![None],
            names => names.iter().map(|name| Some(name.as_os_str())).collect(),
        };
        let (mut sources, mut failed): (Vec<LoadedKeySource>, Option<Failure>) = (Vec::new(), None);
        for name in names {
            match key_inventory::load_inventory(context, name) {
                Ok(source) => {
                    let public = source.public || self.public;
                    sources.push(LoadedKeySource { public, ..source });
                }
                // A locked key among others costs its own check only.
                Err(failure) if failure.kind == FailureKind::Usage && self.key.len() < 2 => return Err(failure),
                Err(failure) => {
                    if let Some(previous) = failed.replace(failure) {
                        context.warn(previous.message);
                    }
                }
            }
        }
        let ending = failed.as_ref().map(|failure| failure.kind);
        match failed {
            Some(failure) if sources.is_empty() => return Err(failure),
            Some(failure) => context.warn(failure.message),
            None => {}
        }
        if sources.iter().all(|source| source.survey.members.is_empty()) {
            return Err(no_key_failure(&sources));
        }
        Ok((sources, ending))
    }
}

/// The failure when no source has a usable key, as opposed to usable keys without findings.
fn no_key_failure(sources: &[LoadedKeySource]) -> Failure {
    let members = sources.iter().flat_map(|source| &source.survey.members);
    let faults: Vec<_> = members.filter_map(|member| Some((member.name(), member.key.as_ref().err()?))).collect();
    let Some((name, fault)) = faults.first() else { return Failure::input("no key to check") };
    let members = format_count(faults.len(), "member");
    Failure::input(format!("no key to check: none of {members} is a usable key ({name}: {fault})"))
        .hint_if(fault.hint())
}

/// The data of one source.
fn describe(source: &LoadedKeySource, found: &[Finding]) -> KeySourceOutput {
    let members = &source.survey.members;
    let unreadable = members.iter().filter(|member| member.key.is_err()).count();
    KeySourceOutput {
        source: source.name.clone(),
        form: source.survey.form.name(),
        public: source.public,
        keys: members.len().saturating_sub(unreadable),
        unreadable,
        found: severity_summary(found),
    }
}

/// Joins on all cores; threads are started by the first pair that is long enough.
struct RayonJoin;

impl Join for RayonJoin {
    fn join<A: Send, B: Send>(&self, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
        rayon::join(one, other)
    }
}

/// Counts of RSA moduli by how far they were checked.
struct Moduli {
    compared: usize,
    left_out: usize,
    untested: usize,
}

/// The report, whose verdict `summary` decides.
fn outcome(
    sources: Vec<KeySourceOutput>,
    moduli: Moduli,
    gate: Gate,
    summary: CheckSummary,
) -> Result<Outcome, Failure> {
    let data = KeysCheckOutput {
        sources,
        moduli_compared: moduli.compared,
        moduli_left_out: moduli.left_out,
        moduli_untested: moduli.untested,
        baselined: gate.known,
        ignored: gate.ignored,
        unused_ignores: gate.unused,
    };
    let report = Report::for_checks("keys-check", summary, &data)?;
    Ok(Outcome::new(Report { blocks: blocks(&data), findings: gate.findings, ..report }))
}

/// What was checked: `40 keys from 2 sources`.
fn scope(sources: &[KeySourceOutput]) -> String {
    let keys = sources.iter().fold(0_usize, |sum, source| sum.saturating_add(source.keys));
    format!("{} from {}", format_count(keys, "key"), format_count(sources.len(), "source"))
}

fn blocks(data: &KeysCheckOutput) -> Vec<Block> {
    let removed = removed_findings(&[(data.baselined, "in the baseline"), (data.ignored, "ignored")]);
    let mut blocks: Vec<Block> = removed.map(|text| Block::Prose(vec![ProseSpan::Ours(text)])).into_iter().collect();
    let rows = data.sources.iter().map(|source| {
        let form = if source.public { format!("{}, public", source.form) } else { source.form.to_owned() };
        vec![source.source.clone(), form, source.keys.to_string(), source.unreadable.to_string(), source.found.clone()]
    });
    let head = vec!["SOURCE", "ENCODING", "KEYS", "UNREADABLE", "FINDINGS"];
    blocks.push(Block::Table { head, numbers: vec![2, 3], rows: rows.collect() });
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use authkit::key::shared_primes::{SequentialJoin, find_shared_primes};

    /// As many numbers as four hundred keys have; random numbers have small factors in common.
    #[test]
    fn shared_primes_found_in_parallel_equal_those_found_sequentially() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()
        };
        let moduli: Vec<Vec<u8>> = (0..400).map(|_| (0..32).flat_map(|_| next()).collect()).collect();
        let moduli: Vec<&[u8]> = moduli.iter().map(Vec::as_slice).collect();
        let found = find_shared_primes(&moduli, &SequentialJoin);
        assert!(found.len() > 100, "{}", found.len());
        assert_eq!(find_shared_primes(&moduli, &RayonJoin), found);
    }
}
