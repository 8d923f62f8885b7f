//! `authkit simulate`: cost and risk of sessions and tokens under a simulated load.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::global_args::FormatScope;
use crate::cli::input;
use crate::cli::lookup;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::pair::split_pair;
use crate::cli::simulation_runner::SimulationRunner;
use authkit::report::{Artefact, Report, Verdict};
use authkit::secret::Secret;
use authkit::simulate::preset::{self, PRESETS};
use authkit::simulate::scenario::{self, Scenario, ScenarioError, edit};
use authkit::simulate::strategies::{self, COMMON_KEYS, STRATEGIES};
use authkit::suggest::did_you_mean;
use clap::Args;

mod csv_table;
mod output;
mod render;
mod takeaways;

#[derive(Args)]
pub struct SimulateCommand {
    /// Scenario file (TOML) or - [default: the preset]
    #[arg(value_name = "SCENARIO", conflicts_with = "preset")]
    scenario: Option<String>,

    /// Run a built-in scenario (see --list)
    #[arg(long, value_name = "ID", default_value = preset::DEFAULT)]
    preset: String,

    /// Run only this strategy; add it if missing (repeatable)
    #[arg(long, value_name = "KIND")]
    strategy: Vec<String>,

    /// Override a scenario key: run.users=5000 (repeatable)
    ///
    /// Further examples are client.refresh=lazy and access=5m.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// Run once per value: access=2m..24h, topology.nodes=1,2,4
    #[arg(long, value_name = "KEY=VALUES")]
    sweep: Option<String>,

    /// Set the number of values of a FROM..TO sweep
    #[arg(long, value_name = "N", default_value_t = 6, hide_short_help = true, value_parser = clap::value_parser!(u32).range(2..=100))]
    steps: u32,

    /// Set the random seed (same seed, same results)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Show every metric
    #[arg(long)]
    all: bool,

    /// Print the resulting scenario without running it
    #[arg(long)]
    print_scenario: bool,

    /// List presets, strategies and the trade-offs they show
    #[arg(long, conflicts_with_all = ["print_scenario", "sweep"])]
    list: bool,

    /// Set the number of threads [default: all cores]
    ///
    /// The results do not depend on it.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

impl RunCommand for SimulateCommand {
    const NAME: &'static str = "simulate";
    const ABOUT: &'static str = "Simulate cost and risk of sessions and tokens under load";
    const EXAMPLES: &'static str = "
        authkit simulate
        authkit simulate --list
        authkit simulate --preset mobile --strategy jwt_refresh --strategy session_store
        authkit simulate --strategy jwt_refresh --set run.sample=200 --sweep access=2m..24h
        authkit simulate --preset monolith --print-scenario > scenario.toml
        authkit simulate scenario.toml --set topology.nodes=2 --set access=5m";
    const TABULATES: bool = true;
    type Data = output::SimulateOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        if self.list {
            return list_outcome();
        }
        let (text, name) = self.text(context)?;
        let scenario = Scenario::parse(&text).map_err(|error| self.failure(&error, &text, &name))?;
        if self.print_scenario {
            if let Some(format) = context.formats().find(|format| format.matter() != FormatScope::Any) {
                return Err(Failure::usage(format!(
                    "--print-scenario cannot be combined with --format {}",
                    format.name()
                ))
                .hint("omit --print-scenario to get the table of the run"));
            }
            let artefact = Artefact { bytes: Secret::new(text.into_bytes()), private: false };
            let report = Report::new(Self::NAME, Verdict::Done, &output::SimulateOutput::default())?;
            return Ok(Outcome { artefact: Some(artefact), ..Outcome::new(report) });
        }
        let (runner, data, has_objectives) = match &self.sweep {
            Some(sweep) => {
                let (key, values) = self.values(sweep)?;
                // Every value is validated before the first run: a sweep must not fail after minutes of simulation.
                let each: Vec<(String, Scenario)> = values
                    .into_iter()
                    .map(|value| Ok((value.clone(), parse(&set(&text, &name, &key, &value)?, &name)?)))
                    .collect::<Result<_, Failure>>()?;
                let has_objectives = each.iter().any(|(_, scenario)| output::has_objectives(scenario));
                let runner =
                    SimulationRunner::new(context, self.threads)?.for_all(each.iter().map(|(_, scenario)| scenario));
                let data = run_sweep(&runner, key, each)?;
                (runner, data, has_objectives)
            }
            None => {
                scenario.warnings().into_iter().for_each(|remark| context.warn(remark));
                let runner = SimulationRunner::new(context, self.threads)?;
                let run = runner.run(&scenario)?;
                let data = output::SimulateOutput::from_run(&scenario, &run, runner.stopped().is_some());
                (runner, data, output::has_objectives(&scenario))
            }
        };
        let verdict = match (has_objectives, data.misses()) {
            (false, _) => Verdict::Done,
            (true, false) => Verdict::Met,
            (true, true) => Verdict::Missed,
        };
        let report = Report::new(Self::NAME, verdict, &data)?;
        let blocks = render::blocks(&data, self.all, context.look.width);
        let report = Report { blocks, records: Some(csv_table::run_table(&data)), ..report };
        Ok(Outcome { ending: runner.stopped(), ..Outcome::new(report) })
    }
}

/// Runs the scenario of every value of a sweep.
fn run_sweep(
    runner: &SimulationRunner,
    key: String,
    scenarios: Vec<(String, Scenario)>,
) -> Result<output::SimulateOutput, Failure> {
    let mut data = output::SimulateOutput::for_sweep(key);
    for (value, scenario) in scenarios {
        match runner.run(&scenario) {
            Ok(run) => data.add_run(value, &scenario, &run),
            // The results of the earlier values are still reported.
            Err(_) if runner.stopped().is_some() && data.scenario.is_some() => break,
            Err(error) => return Err(error),
        }
    }
    data.partial = runner.stopped().is_some();
    Ok(data)
}

impl SimulateCommand {
    /// The text of the scenario with `--strategy`, `--seed` and `--set` applied, and its name in errors.
    fn text(&self, context: &Context) -> Result<(String, String), Failure> {
        let (mut text, name) = match self.scenario.as_deref() {
            None => {
                let preset = preset::find(&self.preset).ok_or_else(|| unknown_preset(&self.preset))?;
                (preset.text.to_owned(), format!("preset {}", preset.id))
            }
            Some("-") => {
                let input = input::read_stdin(context, "SCENARIO", scenario::MAX_BYTES)?;
                (utf8(input.bytes.expose(), &input.name)?, input.name)
            }
            Some(file) => {
                let input = input::read_file(std::path::Path::new(file), scenario::MAX_BYTES)?;
                (utf8(input.bytes.expose(), file)?, file.to_owned())
            }
        };
        // First, because `--set` may change a key of a strategy that is only added here.
        if !self.strategy.is_empty() {
            text = self.with_strategies(&text, &name)?;
        }
        if let Some(seed) = self.seed {
            text = set(&text, &name, "run.seed", &seed.to_string())?;
        }
        for pair in &self.set {
            let (key, value) = split_pair("--set", "KEY=VALUE", pair)
                .map_err(|failure| failure.hint("authkit simulate --set run.users=5000"))?;
            text = set(&text, &name, key.trim(), value.trim())?;
        }
        Ok((text, name))
    }

    /// The failure for a scenario. A user has not seen the line that `--set` changed, so that is named instead.
    fn failure(&self, error: &ScenarioError, text: &str, name: &str) -> Failure {
        let line = usize::try_from(error.line).ok().and_then(|line| text.lines().nth(line.checked_sub(1)?));
        let is_set_here = |pair: &&String| {
            let (Some((key, value)), Some(line)) = (pair.split_once('='), line) else { return false };
            let member = key.trim().rsplit('.').next().unwrap_or_default();
            line.split_once('=').is_some_and(|(name, set)| name.trim() == member && set.contains(value.trim()))
        };
        match self.set.iter().rev().find(is_set_here).and_then(|pair| pair.split_once('=')) {
            Some((key, _)) => Failure::usage(format!("--set {}: {}", key.trim(), error.problem)),
            None => Failure::input(format!("{name}:{error}")),
        }
    }

    /// The key and the values of `--sweep`.
    fn values(&self, sweep: &str) -> Result<(String, Vec<String>), Failure> {
        let (key, values) = split_pair("--sweep", "KEY=FROM..TO or KEY=A,B,C", sweep)?;
        let values = edit::sweep(values, self.steps).map_err(|error| Failure::usage(format!("--sweep: {error}")))?;
        Ok((key.trim().to_owned(), values))
    }

    /// The text with only the strategies of `--strategy`.
    fn with_strategies(&self, text: &str, name: &str) -> Result<String, Failure> {
        if let Some(id) = self.strategy.iter().find(|id| strategies::find(id).is_none()) {
            return Err(lookup::unknown("strategy", id, STRATEGIES.iter().map(|kind| kind.id)));
        }
        edit::only(text, &self.strategy).map_err(|error| Failure::input(format!("{name}:{error}")))
    }
}

fn utf8(bytes: &[u8], name: &str) -> Result<String, Failure> {
    let text = std::str::from_utf8(bytes);
    let text =
        text.map_err(|error| Failure::input(format!("{name}: not valid UTF-8 at byte {}", error.valid_up_to())))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
}

fn parse(text: &str, name: &str) -> Result<Scenario, Failure> {
    Scenario::parse(text).map_err(|error| Failure::input(format!("{name}:{error}")))
}

/// Sets one key, in the strategies that accept it.
fn set(text: &str, name: &str, key: &str, value: &str) -> Result<String, Failure> {
    let accepts = |kind: &str, key: &str| {
        COMMON_KEYS.contains(&key) || strategies::find(kind).is_some_and(|kind| kind.keys.contains(&key))
    };
    edit::set(text, key, value, accepts).map_err(|error| match error.key {
        Some(_) => Failure::usage(format!("--set {key}: {}", error.problem)),
        None => Failure::input(format!("{name}:{error}")),
    })
}

fn unknown_preset(id: &str) -> Failure {
    Failure::usage(format!("unknown preset \"{id}\""))
        .hint_if(did_you_mean(id, PRESETS.iter().map(|preset| preset.id)))
        .hint("list the presets with authkit simulate --list")
}

fn list_outcome() -> Result<Outcome, Failure> {
    let data = output::SimulateOutput::listing();
    let blocks = render::list();
    let report = Report::new(SimulateCommand::NAME, Verdict::Done, &data)?;
    Ok(Outcome::new(Report { blocks, records: Some(csv_table::list_table(&data)), ..report }))
}
