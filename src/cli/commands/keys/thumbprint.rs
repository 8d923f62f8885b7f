//! `authkit keys thumbprint`: prints JWK thumbprints (RFC 7638). Secrets are refused, since a thumbprint allows offline
//! guessing.

use super::selection;
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::network_args::NetworkArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::key::Key;
use authkit::report::{Block, Report, Verdict};
use clap::Args;

#[derive(Args)]
pub struct KeysThumbprintCommand {
    /// Use this key: a SPEC or a kid [default: the key store]
    #[arg(value_name = "KEY")]
    key: Option<String>,

    #[command(flatten)]
    network: NetworkArgs,
}

/// `data` of keys thumbprint.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysThumbprintOutput {
    /// SHA-256, base64url (RFC 7638), one per key; never of a secret.
    thumbprints: Vec<String>,
}

impl RunCommand for KeysThumbprintCommand {
    const NAME: &'static str = "thumbprint";
    const ABOUT: &'static str = "Print the RFC 7638 thumbprint of a public or private key";
    const EXAMPLES: &'static str = "
        authkit keys thumbprint
        authkit keys thumbprint key.pem";
    type Data = KeysThumbprintOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        let selection = selection::select(context, self.key.as_deref())?;
        let thumbprints: Option<Vec<String>> = selection.keys.iter().map(Key::thumbprint).collect();
        let thumbprints = thumbprints.ok_or_else(|| {
            let why = "its thumbprint would allow an offline dictionary attack (RFC 7638 §7)";
            Failure::input(format!("{} contains an HMAC secret: {why}", selection.source))
                .hint("assign an unrelated kid with authkit keys import --kid TEXT")
        })?;
        let blocks = thumbprints.iter().map(|text| Block::Verbatim(text.clone())).collect();
        let report = Report::new("keys-thumbprint", Verdict::Done, &KeysThumbprintOutput { thumbprints })?;
        Ok(Outcome::new(Report { blocks, ..report }))
    }
}
