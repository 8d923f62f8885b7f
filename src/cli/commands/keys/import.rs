//! `authkit keys import`: adds existing keys to the key store. Weak keys and keys with a tombstone are refused.

use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::{first_line, key_spec, key_store, lookup, system};
use authkit::finding::format_count;
use authkit::key::{Key, generate, validation};
use authkit::report::{Block, Report, Tone, Verdict, fields};
use authkit::rotation::{Dates, KeyState};
use authkit::token::keyring;
use clap::Args;

#[derive(Args)]
pub struct KeysImportCommand {
    /// Import this key or JWKS: a SPEC
    ///
    /// A key that was revoked, was removed or has expired in this key store is refused, also under another kid. Of
    /// secrets that an earlier version revoked, the key store may have only the kid; then a warning is printed.
    #[arg(value_name = "KEY")]
    key: String,

    /// Restrict the key to this algorithm [default: its alg]
    ///
    /// A key without alg gets the default algorithm of its type.
    #[arg(long, value_name = "ALG")]
    alg: Option<String>,

    /// Set the kid [default: its kid, else as in keys generate]
    #[arg(long, value_name = "TEXT")]
    kid: Option<String>,
}

/// `data` of keys import.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysImportOutput {
    path: String,
    keys: Vec<ImportedKeyOutput>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct ImportedKeyOutput {
    kid: String,
    alg: String,
    state: KeyState,
}

impl RunCommand for KeysImportCommand {
    const NAME: &'static str = "import";
    const ABOUT: &'static str = "Import an existing key into the key store";
    const EXAMPLES: &'static str = "
        authkit keys import key.pem
        authkit keys import rsa.pem --alg PS256 --kid rsa-2026
        authkit keys import hex:env:SECRET --keystore secrets.json";
    type Data = KeysImportOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let loaded = key_spec::load(context, &self.key)?;
        if self.kid.is_some() && loaded.set.keys.len() > 1 {
            return Err(Failure::usage(format!("{} contains several keys; --kid applies to one", loaded.source)));
        }
        let path = key_store::path(context)?;
        let new = loaded
            .set
            .keys
            .into_iter()
            .map(|key| self.ready(context, key, &loaded.source))
            .collect::<Result<Vec<_>, _>>()?;
        let kids: Vec<String> = new.iter().filter_map(|key| key.kid.clone()).collect();
        let imported = key_store::change(context, &path, |store| {
            let kid_only = store.unrecognisable_secrets();
            if kid_only > 0 && new.iter().any(Key::is_secret) {
                context.warn(format!(
                    "only the kid is known of {} revoked, removed or expired earlier; make sure that the imported \
                     secret is a different one",
                    format_count(kid_only, "secret")
                ));
            }
            for key in new {
                key_store::add(store, key)?;
            }
            let places =
                store.keys.iter().enumerate().filter(|(_, key)| key.kid.as_ref().is_some_and(|kid| kids.contains(kid)));
            Ok(places
                .map(|(place, key)| ImportedKeyOutput {
                    kid: key.kid.clone().unwrap_or_default(),
                    alg: key.alg.clone().unwrap_or_default(),
                    state: store.state(place, context.current_time()),
                })
                .collect::<Vec<_>>())
        })?;
        let rows =
            imported.iter().map(|key| vec![key.kid.clone(), key.alg.clone(), key.state.name().to_owned()]).collect();
        let data = KeysImportOutput { path: path.display().to_string(), keys: imported };
        let answer = match data.keys.as_slice() {
            [key] => format!("key {} ({}), {}", first_line::short_kid(&key.kid), key.alg, key.state.name()),
            keys => format_count(keys.len(), "key"),
        };
        let mut report = Report::new("keys-import", Verdict::Done, &data)?
            .with(first_line::first_line(Tone::Good, "imported", answer))
            .with(Block::Table { head: vec!["KID", "ALG", "STATE"], numbers: Vec::new(), rows })
            .with(fields(vec![("key store", data.path.clone())]));
        if let Some(next) = data.keys.iter().find(|key| key.state == KeyState::Next) {
            report.hints.push(format!(
                "sign with it: authkit keys use {}",
                first_line::short_kid(&next.kid).trim_end_matches('…')
            ));
        }
        Ok(Outcome::new(report))
    }
}

impl KeysImportCommand {
    /// The key as it is stored: with a kid and one algorithm, and strong enough for that algorithm.
    fn ready(&self, context: &Context, key: Key, source: &str) -> Result<Key, Failure> {
        if !key.is_private() && !key.is_secret() {
            return Err(Failure::input(format!("{source} is a public key; the key store is for signing keys"))
                .hint("pass it to authkit verify with -k"));
        }
        let (algorithm, name) = lookup::signing_algorithm(self.alg.as_deref(), &key)?;
        if let Some(why) = keyring::key_mismatch(&Key { alg: None, operations: None, ..key.clone() }, algorithm) {
            return Err(Failure::input(format!("{source}: {why}")));
        }
        if let Some(weakness) = validation::weakness(&key, algorithm) {
            return Err(Failure::input(format!("{source} is too weak for {name}: {weakness}")));
        }
        let kid = match self.kid.clone().or_else(|| key.kid.clone()) {
            Some(kid) => kid,
            None => {
                let mut rng = system::rng()?;
                generate::default_kid(&key, &mut rng)
            }
        };
        let dates = Dates::from_key(&key).unwrap_or_default();
        if let Some(revoked) = dates.revoked {
            let (at, why) = (revoked.revoked_at, revoked.reason);
            return Err(Failure::input(format!("{source}: key \"{kid}\" was revoked at {at} ({why})")));
        }
        let mut key = Key { kid: Some(kid), alg: Some(name.to_owned()), ..key };
        // This key store determines when the key signs and expires.
        Dates { iat: dates.iat.or(Some(context.current_time())), ..Dates::default() }.write(&mut key);
        Ok(key)
    }
}
