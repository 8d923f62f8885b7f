//! `authkit keys show`: describes keys and their findings. Private parts are never printed.

use super::selection;
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::first_line;
use crate::cli::network_args::NetworkArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::finding::{Finding, format_count};
use authkit::inspect::key::{KeyDescription, describe};
use authkit::report::{Block, Report, Verdict, fields};
use authkit::rule_config::RuleConfig;
use clap::Args;

#[derive(Args)]
pub struct KeysShowCommand {
    /// Show this key: a SPEC or a kid [default: the key store]
    #[arg(value_name = "KEY")]
    key: Option<String>,

    #[command(flatten)]
    network: NetworkArgs,
}

/// `data` of keys show.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysShowOutput {
    source: String,
    /// `pem`, `der`, `jwk`, `jwks` or `raw`
    form: &'static str,
    keys: Vec<KeyDescription>,
}

impl RunCommand for KeysShowCommand {
    const NAME: &'static str = "show";
    const ABOUT: &'static str = "Describe keys without their private parts";
    const EXAMPLES: &'static str = "
        authkit keys show
        authkit keys show key.pem
        authkit keys show certificate.pem --json";
    const JUDGES: bool = true;
    type Data = KeysShowOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        let selection = selection::select(context, self.key.as_deref())?;
        let mut findings: Vec<Finding> = Vec::new();
        let mut blocks = Vec::new();
        if selection.keys.len() > 1 {
            let count = format_count(selection.keys.len(), "key");
            blocks.push(Block::FirstLine(vec![first_line::plain(format!("{count} in {}", selection.source))]));
        }
        let mut keys = Vec::new();
        let now = context.current_time();
        for key in &selection.keys {
            let (description, found) = describe(key, now, &RuleConfig::default());
            blocks.push(Block::Heading(description.title()));
            blocks.push(fields(description.fields(now)));
            findings.extend(found);
            keys.push(description);
        }
        let data = KeysShowOutput { source: selection.source, form: selection.form.name(), keys };
        let report = Report::new("keys-show", Verdict::Done, &data)?;
        Ok(Outcome::new(Report { blocks, findings, ..report }))
    }
}
