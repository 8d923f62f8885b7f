//! `authkit recommend`: sessions, tokens, or both, with the numbers that decided.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::LineSink;
use crate::cli::simulation_runner::SimulationRunner;
use authkit::product_config::starter::{self, STARTERS};
use authkit::report::{Artefact, Outcome, Report, Verdict};
use authkit::secret::Secret;
use authkit::simulate::recommend::inputs::{ClientKind, Domains, OutageTolerance, StoreKind};
use authkit::simulate::recommend::{self, RecommendInputs};
use authkit::simulate::results::judge_parts;
use authkit::simulate::scenario::units::{self, Nanos};
use authkit::simulate::scenario::{Scenario, edit};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, value_parser};

mod output;

#[derive(Args)]
pub struct RecommendCommand {
    /// Who presents the credential [default: server-rendered]
    #[arg(long, value_name = "KIND", value_parser = answers(ClientKind::ALL))]
    clients: Option<ClientKind>,

    /// Does one cookie reach everything that checks it? [default: one]
    #[arg(long, value_name = "HOW-MANY", value_parser = answers(Domains::ALL))]
    domains: Option<Domains>,

    /// Services that check who asks, one after another [default: 1]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1_000))]
    services: Option<u64>,

    /// Regions that they are in; the store is in the first [default: 1]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=100))]
    regions: Option<u64>,

    /// Requests of an active user: 4/hour [default: 1/min; of a machine 1/s]
    #[arg(long, value_name = "RATE", value_parser = units::parse_rate)]
    rate: Option<f64>,

    /// How soon a revoked login must stop, on all nodes: 0s, 5s [default: 15m]
    #[arg(long, value_name = "DURATION", value_parser = ending)]
    revoke_within: Option<Nanos>,

    /// Who may be refused while the store is out [default: everyone]
    #[arg(long, value_name = "WHO", value_parser = answers(OutageTolerance::ALL))]
    outage: Option<OutageTolerance>,

    /// What there is that remembers [default: redis]
    #[arg(long, value_name = "KIND", value_parser = answers(StoreKind::ALL))]
    store: Option<StoreKind>,

    /// The client keeps a secret, or its tokens are bound to a key
    #[arg(long)]
    confidential: bool,

    /// Users [default: 10000]
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = value_parser!(u64).range(1..=1_000_000_000))]
    users: Option<u64>,

    /// Nodes over all regions [default: 1 for a lone server that renders, else 8]
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = value_parser!(u64).range(1..=10_000))]
    nodes: Option<u64>,

    /// What a request may take longer for being asked who it is, 99 of 100 times [default: 50ms]
    #[arg(long, value_name = "DURATION", hide_short_help = true, value_parser = ending)]
    added_latency: Option<Nanos>,

    /// End with a configuration of this product
    #[arg(long = "for", value_name = "PRODUCT", value_parser = PossibleValuesParser::new(STARTERS.iter().map(|starter| starter.id)))]
    product: Option<String>,

    /// Print only the policy (an authkit.toml), the product's configuration, or the scenario that was weighed
    #[arg(long, value_name = "WHAT", value_parser = ["policy", "config", "scenario"])]
    print: Option<String>,

    /// What chance begins with; the same seed gives the same numbers on any machine
    #[arg(long, value_name = "N", hide_short_help = true)]
    seed: Option<u64>,

    /// Threads [default: all cores]; they change nothing but the time it takes
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// One of the answers to a question.
fn answers<T: Copy + Send + Sync + 'static>(all: &'static [(T, &'static str)]) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|(_, id)| *id)).try_map(move |id| {
        all.iter().find(|(_, own)| *own == id).map(|(value, _)| *value).ok_or_else(|| format!("no answer is {id}"))
    })
}

/// A duration that ends.
fn ending(text: &str) -> Result<Nanos, String> {
    match units::parse_duration(text)? {
        units::FOREVER => Err("a duration that ends, please: 15m, 30d".to_owned()),
        nanos => Ok(nanos),
    }
}

impl RunCommand for RecommendCommand {
    const NAME: &'static str = "recommend";
    const ABOUT: &'static str = "Say whether sessions or tokens fit you, and which numbers decided";
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
            return Err(Failure::usage("--print config needs a product: --for keycloak"));
        }
        let (situation, assumed) = self.situation()?;
        let text = self.scenario(&situation)?;
        if self.print.as_deref() == Some("scenario") {
            return printed(text);
        }
        let scenario = Scenario::parse(&text).map_err(|error| Failure::bug(format!("our own scenario: {error}")))?;
        let runner = SimulationRunner::new(context, self.threads)?;
        let ran = runner.run(&scenario)?;
        if let Some(kind) = runner.stopped() {
            // Half a comparison recommends nothing.
            context.set_exit_kind(kind);
        }
        let decision = recommend::decide(&situation, &judge_parts(&scenario, &ran.parts));
        let product = self.product.as_deref().and_then(starter::find);
        let data = output::RecommendOutput::from_recommendation(
            &situation,
            assumed,
            decision,
            product,
            runner.stopped().is_some(),
        );
        if let Some(what) = &self.print {
            let text = data.printable(what).map(ToOwned::to_owned);
            return printed(
                text.ok_or_else(|| Failure::input(format!("nothing meets these demands: there is no {what}")))?,
            );
        }
        let verdict = if data.pick.is_some() { Verdict::Done } else { Verdict::Missed };
        let report = Report::new(Self::NAME, verdict, &data)?;
        Ok(Outcome {
            artefact: None,
            report: Report {
                blocks: output::blocks(&data),
                hints: output::hints(&data),
                records: Some(output::records(&data)),
                ..report
            },
        })
    }
}

impl RecommendCommand {
    /// The answers, and the names of those that were not given.
    fn situation(&self) -> Result<(RecommendInputs, Vec<&'static str>), Failure> {
        let default = RecommendInputs::default();
        let services = self.services.unwrap_or(default.services);
        let regions = self.regions.unwrap_or(default.regions);
        let clients = self.clients.unwrap_or(default.clients);
        // A lone server is one node; more than that are balanced.
        let nodes = match (clients, services, regions) {
            (ClientKind::ServerRendered, 1, 1) => 1,
            _ => 8_u64.max(regions),
        };
        let rate = if clients == ClientKind::Machine { 1.0 } else { default.rate };
        let situation = RecommendInputs {
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
        if let Some(problem) = situation.impossible() {
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
        Ok((situation, given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name).collect()))
    }

    fn scenario(&self, situation: &RecommendInputs) -> Result<String, Failure> {
        let text = recommend::scenario(situation);
        let Some(seed) = self.seed else { return Ok(text) };
        edit::set(&text, "run.seed", &seed.to_string(), |_, _| false)
            .map_err(|error| Failure::usage(format!("--seed: {}", error.problem)))
    }
}

fn printed(text: String) -> Result<Outcome, Failure> {
    let artefact = Artefact { bytes: Secret::new(text.into_bytes()), private: false };
    let report = Report::new(RecommendCommand::NAME, Verdict::Done, &output::RecommendOutput::default())?;
    Ok(Outcome { artefact: Some(artefact), report })
}
