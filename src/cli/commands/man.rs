//! `authkit man`: prints manual pages, generated from the parser and the lists of the library.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::generated_docs;
use crate::cli::lookup;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::report::{Artefact, Report, Verdict};
use authkit::secret::Secret;
use clap::Args;

#[derive(Args)]
pub struct ManCommand {
    /// Print the page of a command or topic [default: authkit]
    ///
    /// A command, such as keys generate, or a topic: exit-codes, formats, rules, scenarios, threat-model.
    #[arg(value_name = "PAGE")]
    page: Vec<String>,
}

/// `data` of man.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct ManOutput {
    page: String,
    roff: String,
}

impl RunCommand for ManCommand {
    const NAME: &'static str = "man";
    const ABOUT: &'static str = "Print a manual page";
    const EXAMPLES: &'static str = "
        authkit man | man -l -
        authkit man keys generate | man -l -
        authkit man exit-codes | man -l -";
    type Data = ManOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let wanted = std::iter::once("authkit".to_owned()).chain(self.page).collect::<Vec<_>>().join("-");
        let pages = generated_docs::pages((context.parser)())?;
        let Some(page) = pages.iter().find(|page| page.name == wanted) else {
            let name = |page: &str| page.trim_start_matches("authkit-").to_owned();
            let known: Vec<String> = pages.iter().map(|page| name(&page.name)).collect();
            return Err(lookup::unknown("page", &name(&wanted), known.iter().map(String::as_str)));
        };
        let data = ManOutput { page: wanted, roff: page.roff.clone() };
        let artefact = Artefact { bytes: Secret::new(page.roff.clone().into_bytes()), private: false };
        Ok(Outcome { artefact: Some(artefact), ..Outcome::new(Report::new("man", Verdict::Done, &data)?) })
    }
}
