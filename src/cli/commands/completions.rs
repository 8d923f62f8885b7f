//! `authkit completions`: prints shell completion scripts, generated from the parser.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::generated_docs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::report::{Artefact, Report, Verdict};
use authkit::secret::Secret;
use clap::Args;
use clap_complete::Shell;

#[derive(Args)]
pub struct CompletionsCommand {
    /// Select the shell
    #[arg(value_enum)]
    shell: Shell,
}

/// `data` of completions.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct CompletionsOutput {
    shell: String,
    script: String,
}

impl RunCommand for CompletionsCommand {
    const NAME: &'static str = "completions";
    const ABOUT: &'static str = "Print a completion script for a shell";
    const EXAMPLES: &'static str = "
        authkit completions bash > ~/.local/share/bash-completion/completions/authkit
        authkit completions fish > ~/.config/fish/completions/authkit.fish";
    type Data = CompletionsOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let script = generated_docs::completions(self.shell, (context.parser)());
        let data = CompletionsOutput { shell: self.shell.to_string(), script: script.clone() };
        let artefact = Artefact { bytes: Secret::new(script.into_bytes()), private: false };
        Ok(Outcome { artefact: Some(artefact), ..Outcome::new(Report::new("completions", Verdict::Done, &data)?) })
    }
}
