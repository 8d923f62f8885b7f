//! `authkit schema`: prints the JSON Schemas of JSON outputs, errors and the config file, generated from the Rust
//! types.

use super::{CommandKind, RunCommand, leaves};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::encoding::pretty::pretty;
use authkit::report::json::ErrorEnvelope;
use authkit::report::{Artefact, Block, Report, Verdict};
use authkit::secret::Secret;
use authkit::suggest::did_you_mean;
use clap::Args;
use serde_json::value::RawValue;

#[derive(Args)]
pub struct SchemaCommand {
    /// Name a command, error or config [default: list the names]
    ///
    /// For example verify or keys-generate; config is the schema of authkit.toml.
    name: Option<String>,
}

/// `data` of schema.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct SchemaOutput {
    /// The available names, if none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<Vec<String>>,
    /// The requested JSON Schema (2020-12).
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<Box<RawValue>>,
}

impl RunCommand for SchemaCommand {
    const NAME: &'static str = "schema";
    const ABOUT: &'static str = "Print the JSON Schema of a command's JSON output";
    const EXAMPLES: &'static str = "
        authkit schema
        authkit schema verify
        authkit schema error -o error.schema.json";
    type Data = SchemaOutput;

    fn run(self, _: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let Some(name) = self.name else {
            let names: Vec<String> =
                leaves().into_iter().map(|(name, _)| name).chain(["config".to_owned(), "error".to_owned()]).collect();
            let listed = names.join("\n");
            let report = Report::new("schema", Verdict::Done, &SchemaOutput { names: Some(names), json_schema: None })?;
            let blocks = listed.lines().map(|line| Block::Paragraph(line.to_owned())).collect();
            return Ok(Outcome::new(Report { blocks, ..report }));
        };
        let schema = match leaves().into_iter().find(|(leaf, _)| *leaf == name) {
            Some((name, entry)) => match &entry.kind {
                CommandKind::Leaf { schema, .. } => schema(&name),
                CommandKind::Group(_) => return Err(Failure::internal("a command group among the leaves")),
            },
            None if name == "config" => schemars::schema_for!(authkit::settings::Settings),
            None if name == "error" => super::written::<ErrorEnvelope<'static>>(),
            None => {
                let names: Vec<String> = leaves().into_iter().map(|(leaf, _)| leaf).collect();
                let known = names.iter().map(String::as_str).chain(["config", "error"]);
                return Err(Failure::usage(format!("unknown schema \"{name}\""))
                    .hint_if(did_you_mean(&name, known))
                    .hint("run authkit schema to list the names"));
            }
        };
        let text = serde_json::to_string(&schema)?;
        let mut printed = pretty(&text);
        printed.push('\n');
        let data = SchemaOutput { names: None, json_schema: Some(RawValue::from_string(text)?) };
        let artefact = Artefact { bytes: Secret::new(printed.into_bytes()), private: false };
        Ok(Outcome { artefact: Some(artefact), ..Outcome::new(Report::new("schema", Verdict::Done, &data)?) })
    }
}
