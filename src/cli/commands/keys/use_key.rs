//! `authkit keys use`: makes one key of the key store sign from now on.

use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::{first_line, key_store};
use authkit::key::Key;
use authkit::report::{Report, Tone, Verdict, fields};
use authkit::rotation::{self, KeyStore, PromotionOutcome};
use authkit::time::UnixTime;
use clap::Args;
use std::path::Path;

#[derive(Args)]
pub struct KeysUseCommand {
    /// Select the key by kid or prefix (6 characters or more)
    #[arg(value_name = "KID")]
    kid: String,

    /// Print what would change; write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// `data` of keys use. Times are Unix seconds.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysUseOutput {
    path: String,
    kid: String,
    alg: String,
    dry_run: bool,
    /// Whether the key did not sign before.
    promoted: bool,
    /// The key that signed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<String>,
    /// When the retired key is withdrawn: by then its tokens have expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    retired_until: Option<i64>,
    /// Whether issue signs with this algorithm from now on, and did not before.
    new_default: bool,
    /// Some verifier may not have the key yet.
    premature: bool,
}

impl RunCommand for KeysUseCommand {
    const NAME: &'static str = "use";
    const ABOUT: &'static str = "Sign with this key of the key store from now on";
    const EXAMPLES: &'static str = "
        authkit keys use 2026-01
        authkit keys use 2026-01 --dry-run";
    type Data = KeysUseOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let path = key_store::path(context)?;
        if !crate::cli::input::exists(&path) {
            return Err(super::selection::empty_store_failure(&path));
        }
        let (key, done) = if self.dry_run {
            let mut store = key_store::read(context, &path)?.unwrap_or_default();
            self.promote(&mut store, context.current_time())?
        } else {
            key_store::change(context, &path, |store| self.promote(store, context.current_time()))?
        };
        report(&self.data(&path, &key, &done))
    }
}

impl KeysUseCommand {
    fn promote(&self, store: &mut KeyStore, now: UnixTime) -> Result<(Key, PromotionOutcome), Failure> {
        let key = key_store::select(&store.keys, &self.kid)?.clone();
        let place = store.position(key.kid.as_deref().unwrap_or_default());
        let place = place.ok_or_else(|| Failure::internal("the selected key is not in the key store"))?;
        let state = store.state(place, now);
        if !state.is_live() {
            return Err(Failure::input(format!("key \"{}\" is {} and cannot sign", self.kid, state.name()))
                .hint("generate a new key with authkit keys generate"));
        }
        let done = rotation::promote(store, place, now);
        Ok((key, done))
    }

    fn data(&self, path: &Path, key: &Key, done: &PromotionOutcome) -> KeysUseOutput {
        KeysUseOutput {
            path: path.display().to_string(),
            kid: key.kid.clone().unwrap_or_default(),
            alg: key.alg.clone().unwrap_or_default(),
            dry_run: self.dry_run,
            promoted: done.promoted,
            retired: done.retired.as_ref().map(|(kid, _)| kid.clone()),
            retired_until: done.retired.as_ref().map(|(_, until)| until.0),
            new_default: done.is_new_default,
            premature: done.premature,
        }
    }
}

fn report(data: &KeysUseOutput) -> Result<Outcome, Failure> {
    let (tone, word) = match (data.promoted || data.new_default, data.dry_run) {
        (false, _) => (Tone::Quiet, "unchanged"),
        (true, true) => (Tone::Quiet, "would use"),
        (true, false) => (Tone::Good, "using"),
    };
    let answer = format!("key {} ({})", first_line::short_kid(&data.kid), data.alg);
    let mut rows = vec![("kid", data.kid.clone())];
    if let (Some(kid), Some(until)) = (&data.retired, data.retired_until) {
        rows.push(("retiring", format!("{kid}, published until {}", UnixTime(until))));
    }
    rows.push(("key store", data.path.clone()));
    let mut report = Report::new("keys-use", Verdict::Done, data)?
        .with(first_line::first_line(tone, word, answer))
        .with(fields(rows));
    if data.premature {
        report.hints.push(
            "some verifiers may not have this key yet: publish the JWKS first (authkit keys public), and wait until \
             their caches expire"
                .to_owned(),
        );
    }
    Ok(Outcome::new(report))
}
