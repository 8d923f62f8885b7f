//! `authkit keys remove`: removes a key from the key store permanently. A tombstone keeps it from being added again.

use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::{first_line, input, key_store};
use authkit::finding::format_count;
use authkit::report::{Report, Tone, Verdict, fields};
use clap::Args;

#[derive(Args)]
pub struct KeysRemoveCommand {
    /// Select the key by kid or prefix (6 characters or more)
    #[arg(value_name = "KID")]
    kid: String,

    /// Remove without asking
    #[arg(short, long)]
    yes: bool,
}

/// `data` of keys remove.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysRemoveOutput {
    kid: String,
    /// Number of remaining keys.
    left: usize,
    path: String,
}

impl RunCommand for KeysRemoveCommand {
    const NAME: &'static str = "remove";
    const ABOUT: &'static str = "Remove a key from the key store permanently";
    const EXAMPLES: &'static str = "
        authkit keys remove 2026-01 --yes
        authkit keys list";
    type Data = KeysRemoveOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let path = key_store::path(context)?;
        let mut published = false;
        let data = key_store::change(context, &path, |store| {
            if store.keys.is_empty() {
                return Err(key_store::no_keys(&path));
            }
            let kid = key_store::select(&store.keys, &self.kid)?.kid.clone().unwrap_or_default();
            if !self.yes && !context.force {
                let question = format!("remove key {kid} permanently?");
                input::confirm(
                    context,
                    &question,
                    "--yes to remove; its tokens will be rejected, and it cannot be added again",
                )
                .map_err(|failure| failure.hint("use authkit keys revoke to replace it with another key"))?;
            }
            published = store.keys.iter().any(|key| key.kid.as_ref() == Some(&kid) && !key.is_secret());
            store.remove(&kid, context.current_time());
            Ok(KeysRemoveOutput { kid, left: store.keys.len(), path: path.display().to_string() })
        })?;
        let answer = format!("key {}, {} left", first_line::short_kid(&data.kid), format_count(data.left, "key"));
        let mut report = Report::new("keys-remove", Verdict::Done, &data)?
            .with(first_line::first_line(Tone::Good, "removed", answer))
            .with(fields(vec![("kid", data.kid.clone()), ("key store", data.path.clone())]));
        report.hints.extend(published.then(|| {
            "the published JWKS still contains it; update it with authkit keys public -o FILE --force".to_owned()
        }));
        Ok(Outcome::new(report))
    }
}
