//! `authkit recommend`: recommends sessions, tokens or both, with the simulated metrics that decide.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::simulation_runner::SimulationRunner;
use authkit::product_config::starter::{self, STARTERS};
use authkit::report::{Artefact, Report, Verdict};
use authkit::secret::Secret;
use authkit::simulate::recommend::inputs::{ClientKind, Domains, OutageTolerance, StoreKind};
use authkit::simulate::recommend::{self, RecommendInputs};
use authkit::simulate::results::judge_parts;
use authkit::simulate::scenario::units::{self, Nanos};
use authkit::simulate::scenario::{Scenario, edit};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, value_parser};

mod output;
mod render;

#[derive(Args)]
pub struct RecommendCommand {
    /// Set the client type [default: server-rendered]
    #[arg(long, value_name = "KIND", value_parser = one_of(ClientKind::ALL))]
    clients: Option<ClientKind>,

    /// Set whether one cookie domain is enough [default: one]
    ///
    /// With one, a single cookie reaches every service that checks it.
    #[arg(long, value_name = "HOW-MANY", value_parser = one_of(Domains::ALL))]
    domains: Option<Domains>,

    /// Set the services that check a request in turn [default: 1]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1_000))]
    services: Option<u64>,

    /// Set the number of regions [default: 1]
    ///
    /// The services are in all regions, the store is in the first.
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=100))]
    regions: Option<u64>,

    /// Set the requests per active user: 4/hour [default: 1/min]
    ///
    /// The default for machine clients is 1/s.
    #[arg(long, value_name = "RATE", value_parser = units::parse_rate)]
    rate: Option<f64>,

    /// Limit the revocation latency, all nodes [default: 15m]
    ///
    /// For example 0s or 5s.
    #[arg(long, value_name = "DURATION", value_parser = parse_finite_duration)]
    revoke_within: Option<Nanos>,

    /// Set who may be denied in a store outage [default: everyone]
    #[arg(long, value_name = "WHO", value_parser = one_of(OutageTolerance::ALL))]
    outage: Option<OutageTolerance>,

    /// Set the session store [default: redis]
    #[arg(long, value_name = "KIND", value_parser = one_of(StoreKind::ALL))]
    store: Option<StoreKind>,

    /// Assume confidential clients or sender-constrained tokens
    #[arg(long)]
    confidential: bool,

    /// Set the number of users [default: 10000]
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = value_parser!(u64).range(1..=1_000_000_000))]
    users: Option<u64>,

    /// Set the number of nodes in all regions [default: 1 or 8]
    ///
    /// The default is 1 for one server-rendered service in one region, else 8, and at least one per region.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = value_parser!(u64).range(1..=10_000))]
    nodes: Option<u64>,

    /// Limit the added latency per request (p99) [default: 50ms]
    #[arg(long, value_name = "DURATION", hide_short_help = true, value_parser = parse_finite_duration)]
    added_latency: Option<Nanos>,

    /// Add a starter configuration for this product
    #[arg(long = "for", value_name = "PRODUCT", value_parser = PossibleValuesParser::new(STARTERS.iter().map(|starter| starter.id)))]
    product: Option<String>,

    /// Print only the policy, the configuration or the scenario
    ///
    /// The policy is an authkit.toml, config is the configuration of the product of --for, and scenario is the
    /// scenario that is simulated.
    #[arg(long, value_name = "WHAT", value_parser = ["policy", "config", "scenario"])]
    print: Option<String>,

    /// Set the random seed (same seed, same results)
    #[arg(long, value_name = "N", hide_short_help = true)]
    seed: Option<u64>,

    /// Set the number of threads [default: all cores]
    ///
    /// The results do not depend on it.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// Parses one of the values of an input.
fn one_of<T: Copy + Send + Sync + 'static>(all: &'static [(T, &'static str)]) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|(_, id)| *id)).try_map(move |id| {
        all.iter().find(|(_, own)| *own == id).map(|(value, _)| *value).ok_or_else(|| format!("unknown value \"{id}\""))
    })
}

/// Parses a finite duration.
fn parse_finite_duration(text: &str) -> Result<Nanos, String> {
    match units::parse_duration(text)? {
        units::FOREVER => Err("the duration must be finite, such as 15m or 30d".to_owned()),
        nanos => Ok(nanos),
    }
}

impl RunCommand for RecommendCommand {
    const NAME: &'static str = "recommend";
    const ABOUT: &'static str = "Recommend sessions or tokens for your requirements";
    const EXAMPLES: &'static str = "
        authkit recommend
        authkit recommend --clients spa --services 4 --revoke-within 15m
        authkit recommend --services 6 --regions 3 --revoke-within 5s
        authkit recommend --clients spa --for keycloak --print config -o realm.json
        authkit recommend --clients machine --confidential --print policy
        authkit recommend --store sql --rate 10/min --print scenario";
    const TABULATES: bool = true;
    type Data = output::RecommendOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        if self.print.as_deref() == Some("config") && self.product.is_none() {
            return Err(Failure::usage("--print config requires --for PRODUCT, such as --for keycloak"));
        }
        let (inputs, assumed) = self.inputs()?;
        let text = self.scenario(&inputs)?;
        if self.print.as_deref() == Some("scenario") {
            return print_text(text);
        }
        let scenario = Scenario::parse(&text)
            .map_err(|error| Failure::internal(format!("invalid generated scenario: {error}")))?;
        let runner = SimulationRunner::new(context, self.threads)?;
        let run = runner.run(&scenario)?;
        // After a signal the comparison is partial, so the run does not succeed.
        let ending = runner.stopped();
        let decision = recommend::decide(&inputs, &judge_parts(&scenario, &run.parts));
        let product = self.product.as_deref().and_then(starter::find);
        let data = output::RecommendOutput::from_recommendation(&inputs, assumed, decision, product, ending.is_some());
        if let Some(what) = &self.print {
            let text = data.printable(what).map(ToOwned::to_owned);
            let text = text
                .ok_or_else(|| Failure::input(format!("no candidate meets these requirements: no {what} to print")))?;
            return Ok(Outcome { ending, ..print_text(text)? });
        }
        let verdict = if data.pick.is_some() { Verdict::Done } else { Verdict::Missed };
        let report = Report::new(Self::NAME, verdict, &data)?;
        let report = Report {
            blocks: render::blocks(&data),
            hints: render::hints(&data),
            records: Some(output::records(&data)),
            ..report
        };
        Ok(Outcome { ending, ..Outcome::new(report) })
    }
}

impl RecommendCommand {
    /// The inputs, and the names of those that have their default.
    fn inputs(&self) -> Result<(RecommendInputs, Vec<&'static str>), Failure> {
        let default = RecommendInputs::default();
        let services = self.services.unwrap_or(default.services);
        let regions = self.regions.unwrap_or(default.regions);
        let clients = self.clients.unwrap_or(default.clients);
        // A single server-rendered service is one node; everything else is load-balanced.
        let nodes = match (clients, services, regions) {
            (ClientKind::ServerRendered, 1, 1) => 1,
            _ => 8_u64.max(regions),
        };
        let rate = if clients == ClientKind::Machine { 1.0 } else { default.rate };
        let inputs = RecommendInputs {
            clients,
            domains: self.domains.unwrap_or(default.domains),
            services,
            regions,
            users: self.users.unwrap_or(default.users),
            nodes: self.nodes.unwrap_or(nodes),
            rate: self.rate.unwrap_or(rate),
            within: self.revoke_within.unwrap_or(default.within),
            outage: self.outage.unwrap_or(default.outage),
            store: self.store.unwrap_or(default.store),
            confidential: self.confidential,
            latency: self.added_latency.unwrap_or(default.latency),
        };
        if let Some(problem) = inputs.impossible() {
            return Err(Failure::usage(problem));
        }
        let given = [
            ("clients", self.clients.is_some()),
            ("domains", self.domains.is_some()),
            ("services", self.services.is_some()),
            ("regions", self.regions.is_some()),
            ("rate", self.rate.is_some()),
            ("revoke-within", self.revoke_within.is_some()),
            ("outage", self.outage.is_some()),
            ("store", self.store.is_some()),
            ("confidential", self.confidential),
        ];
        Ok((inputs, given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name).collect()))
    }

    /// The scenario of the inputs, with `--seed` applied.
    fn scenario(&self, inputs: &RecommendInputs) -> Result<String, Failure> {
        let text = recommend::scenario(inputs);
        let Some(seed) = self.seed else { return Ok(text) };
        edit::set(&text, "run.seed", &seed.to_string(), |_, _| false)
            .map_err(|error| Failure::usage(format!("--seed: {}", error.problem)))
    }
}

/// The outcome of `--print`.
fn print_text(text: String) -> Result<Outcome, Failure> {
    let artefact = Artefact { bytes: Secret::new(text.into_bytes()), private: false };
    let report = Report::new(RecommendCommand::NAME, Verdict::Done, &output::RecommendOutput::default())?;
    Ok(Outcome { artefact: Some(artefact), ..Outcome::new(report) })
}
