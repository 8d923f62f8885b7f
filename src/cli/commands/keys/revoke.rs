//! `authkit keys revoke`: a key dies now, or all of them, and others take their place.

use super::generate;
use super::published_jwks::{self, PublishArgs, PublishedFile};
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::key_store;
use crate::cli::output::LineSink;
use authkit::key::Key;
use authkit::report::{Block, ListItem, Outcome, Report, Tone, Verdict};
use authkit::rotation::{self, KeyState, KeyStore, RevocationOutcome, RevocationReason, RotationPolicy};
use authkit::time::UnixTime;
use clap::{Args, ValueEnum};
use std::path::Path;

#[derive(Args)]
pub struct KeysRevokeCommand {
    /// The key's kid, or six characters or more of its beginning
    #[arg(value_name = "KID", required_unless_present = "store_leaked", conflicts_with = "store_leaked")]
    kid: Option<String>,

    /// The whole key store leaked: every key dies, and new ones are made
    #[arg(long)]
    store_leaked: bool,

    /// Why [default: unspecified; with --store-leaked: compromised]
    #[arg(long, value_enum, value_name = "REASON")]
    reason: Option<RevocationReasonArg>,

    #[command(flatten)]
    publish: PublishArgs,

    /// Exit with 5 when something changed
    #[arg(long)]
    detailed_exit_code: bool,
}

/// As OpenID Federation 1.0 says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum RevocationReasonArg {
    /// Somebody else has, or may have, the private key
    Compromised,
    /// Another key replaced it
    Superseded,
    Unspecified,
}

/// What was done. Times are Unix seconds.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysRevokeOutput {
    path: String,
    changed: bool,
    reason: &'static str,
    /// Keys that died: every token under these kids dies with them.
    dead: Vec<RevokedKeyOutput>,
    /// Keys that waited and sign from now on.
    promoted: Vec<String>,
    /// New keys.
    made: Vec<String>,
    /// A key signs that not every verifier can hold yet.
    early: bool,
    /// Verifiers that honour the cache accept the dead keys until then, counted from the publication now.
    accepted_until: i64,
    /// The policy of the last rotation says how long verifiers cache; otherwise the default is assumed.
    cache_is_known: bool,
    /// Where the set without the dead keys was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RevokedKeyOutput {
    kid: String,
    /// What it was.
    was: KeyState,
    /// It signed since then; absent for a key that never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_since: Option<i64>,
}

impl RunCommand for KeysRevokeCommand {
    const NAME: &'static str = "revoke";
    const ABOUT: &'static str = "Revoke a key of the key store, or all of them, for good";
    const EXAMPLES: &'static str = "
        authkit keys revoke 2026-01 --reason compromised --publish published.json
        authkit keys revoke --store-leaked --publish published.json";
    type Data = KeysRevokeOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let path = key_store::path(context)?;
        if !crate::cli::input::exists(&path) {
            return Err(super::selection::empty_store_failure(&path));
        }
        let mut transaction = key_store::open(context, &path)?;
        let now = context.current_time();
        if let Some(written_at) = transaction.store.meta.written_at.filter(|written_at| *written_at > now) {
            // What leaked cannot wait for the clock: dates are never set back, so nothing else is at stake.
            context.warn(format!("the clock says {now}, and the key store was written later, at {written_at}"));
        }
        let before = transaction.store.clone();
        let done = self.kill(context, &mut transaction.store, now)?;
        let file = self.publish.publish.as_deref();
        let file = file.map(|file| PublishedFile::open(context, file)).transpose()?;
        let changed = done != RevocationOutcome::default();
        let mut written = false;
        if let Some(file) = &file {
            let bytes = published_jwks::published_jwks(&transaction.store, now)?;
            if file.differs(&bytes) {
                file.write(context, &bytes)?;
                written = true;
            }
            written |= transaction.store.record_published(|_| true, context.current_time());
        }
        if changed || written {
            transaction.commit(context, context.current_time()).map_err(|failure| match written {
                true => {
                    failure.hint("the published set is written already: run it again before the old key signs more")
                }
                false => failure,
            })?;
        }
        let data = self.data(&before, &done, changed || written, &path, now);
        if self.detailed_exit_code && data.changed {
            context.set_exit_kind(FailureKind::Changed);
        }
        report(context, &data, &transaction.store, now)
    }
}

impl KeysRevokeCommand {
    fn reason(&self) -> RevocationReason {
        match (self.reason, self.store_leaked) {
            (Some(RevocationReasonArg::Compromised), _) | (None, true) => RevocationReason::Compromised,
            (Some(RevocationReasonArg::Superseded), _) => RevocationReason::Superseded,
            (Some(RevocationReasonArg::Unspecified), _) | (None, false) => RevocationReason::Unspecified,
        }
    }

    fn kill(&self, context: &Context, store: &mut KeyStore, now: UnixTime) -> Result<RevocationOutcome, Failure> {
        let make = |kind, alg: &str| -> Result<Key, Failure> { generate::make(context, kind, alg, None) };
        let Some(name) = &self.kid else { return rotation::revoke_all(store, self.reason(), now, make) };
        let dead = store.meta.tombstones.iter().any(|dead| dead.kid == *name);
        let kid =
            if dead { name.clone() } else { key_store::select(&store.keys, name)?.kid.clone().unwrap_or_default() };
        rotation::revoke(store, &kid, self.reason(), now, make)?
            .ok_or_else(|| Failure::bug(format!("the key \"{kid}\" was found and is gone")))
    }

    fn data(
        &self,
        before: &KeyStore,
        done: &RevocationOutcome,
        changed: bool,
        path: &Path,
        now: UnixTime,
    ) -> KeysRevokeOutput {
        let policy = before.meta.rotation.unwrap_or_default();
        let since = |kid: &str, was: KeyState| {
            let key = before.position(kid).and_then(|place| before.keys.get(place))?;
            let dates = rotation::Dates::read(key);
            let first = dates.nbf.or(dates.iat).map(|at| at.0);
            first.filter(|_| dates.nbf.is_some() || was == KeyState::Active)
        };
        let dead = done.dead.iter().map(|(kid, was)| RevokedKeyOutput {
            kid: kid.clone(),
            was: *was,
            signed_since: since(kid, *was),
        });
        KeysRevokeOutput {
            path: path.display().to_string(),
            changed,
            reason: self.reason().name(),
            dead: dead.collect(),
            promoted: done.promoted.clone(),
            made: done.made.clone(),
            early: done.early,
            accepted_until: now.plus(policy.overlap().ahead()).0,
            cache_is_known: before.meta.rotation.is_some(),
            published: self.publish.publish.as_ref().map(|file| file.display().to_string()),
        }
    }
}

fn report(context: &Context, data: &KeysRevokeOutput, store: &KeyStore, now: UnixTime) -> Result<Outcome, Failure> {
    if data.dead.is_empty() {
        let rest = "the key was revoked before".to_owned();
        let word = if data.changed { "published" } else { "unchanged" }.to_owned();
        let report =
            Report::new("keys-revoke", Verdict::Done, data)?.with(Block::Status { tone: Tone::Quiet, word, rest });
        return Ok(Outcome { artefact: None, report });
    }
    let rest = format!("{} of {}, {}", data.dead.len(), data.path, data.reason);
    let policy = store.meta.rotation.unwrap_or_default();
    let mut report = Report::new("keys-revoke", Verdict::Done, data)?
        .with(Block::Status { tone: Tone::Bad, word: "revoked".to_owned(), rest })
        .with(Block::Points(points(data, now)))
        .with(Block::Heading("who still accepts them".to_owned()))
        .with(Block::Paragraph(who_accepts(data, &policy, now)))
        .with(Block::Paragraph(
            "Verifiers that do not honour the cache may hold the old set far longer: some until they are restarted."
                .to_owned(),
        ))
        .with(Block::Heading("meanwhile".to_owned()))
        .with(Block::Paragraph(meanwhile(data)));
    if data.published.is_none() && !store.keys.iter().any(Key::is_secret) {
        context.warn("the published set still holds the dead keys until it is written again");
        report
            .hints
            .push("authkit keys public -o FILE --force writes the set; --publish FILE does both at once".to_owned());
    }
    Ok(Outcome { artefact: None, report })
}

fn points(data: &KeysRevokeOutput, now: UnixTime) -> Vec<ListItem> {
    let point = |tone, id: &str, message: String| ListItem { tone, id: id.to_owned(), message, details: Vec::new() };
    let dead = data.dead.iter().map(|dead| {
        let tokens = match dead.signed_since.map(UnixTime) {
            Some(at) => format!("every token with this kid dies, signed since {at} ({})", at.relative_to(now)),
            None => "it has signed nothing here; whoever holds it could have".to_owned(),
        };
        point(Tone::Bad, "dead", format!("{}, which was {}: {tokens}", dead.kid, dead.was.name()))
    });
    let promoted = data.promoted.iter().map(|kid| point(Tone::Good, "promote", format!("{kid} signs from now on")));
    let made = data.made.iter().map(|kid| point(Tone::Good, "make", format!("{kid} is new")));
    let early = data.early.then(|| {
        let message = "the key that signs now is not known to every verifier: some refuse its tokens until they fetch \
                       the set again";
        point(Tone::Warning, "early", message.to_owned())
    });
    dead.chain(promoted).chain(made).chain(early).collect()
}

fn who_accepts(data: &KeysRevokeOutput, policy: &RotationPolicy, now: UnixTime) -> String {
    let until = UnixTime(data.accepted_until);
    let from = if data.published.is_some() { "" } else { ", if the set is published now" };
    let sum = rotation::arithmetic(&policy.overlap().ahead);
    let assumed = if data.cache_is_known { "" } else { " (assumed: the store was never rotated)" };
    format!(
        "Verifiers that honour the cache accept the dead keys until {until} ({}){from}: {sum}{assumed}. A forger's \
         tokens live that long too, whatever their exp.",
        until.relative_to(now)
    )
}

fn meanwhile(data: &KeysRevokeOutput) -> String {
    let kids: Vec<&str> = data.dead.iter().map(|dead| dead.kid.as_str()).collect();
    format!(
        "Restart verifiers or have them fetch the set, refuse the kid at the gateway ({}), let users log in again, and \
         look through the logs for tokens with that kid.",
        kids.join(", ")
    )
}
