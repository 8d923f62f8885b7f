//! `authkit keys revoke`: revokes one key or every key at once, and promotes or generates replacements. It never waits
//! for verifiers, unlike a rotation.

use super::generate;
use super::published_jwks::{self, PublishArgs, PublishedFile};
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::{first_line, input, key_store};
use authkit::finding::format_count;
use authkit::key::Key;
use authkit::report::{Block, ListItem, Report, Tone, Verdict, fields};
use authkit::rotation::{self, KeyState, KeyStore, RevocationOutcome, RevocationReason, RotationPolicy};
use authkit::time::UnixTime;
use clap::{Args, ValueEnum};
use std::path::Path;

#[derive(Args)]
pub struct KeysRevokeCommand {
    /// Select the key by kid or prefix (6 characters or more)
    #[arg(value_name = "KID", required_unless_present = "store_leaked", conflicts_with = "store_leaked")]
    kid: Option<String>,

    /// Revoke every key and generate new ones
    #[arg(long)]
    store_leaked: bool,

    /// Set the reason [default: unspecified]
    ///
    /// With --store-leaked, the default is compromised.
    #[arg(long, value_enum, value_name = "REASON")]
    reason: Option<RevocationReasonArg>,

    /// Revoke without asking
    #[arg(short, long)]
    yes: bool,

    /// Print what would change; write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    publish: PublishArgs,

    /// Exit with 5 if something changed (--dry-run: would change)
    #[arg(long)]
    detailed_exit_code: bool,
}

/// Reasons of OpenID Federation 1.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum RevocationReasonArg {
    /// The private key was or may have been disclosed
    Compromised,
    /// Replaced by another key
    Superseded,
    Unspecified,
}

/// `data` of keys revoke. Times are Unix seconds.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysRevokeOutput {
    path: String,
    dry_run: bool,
    changed: bool,
    reason: &'static str,
    /// Revoked keys; tokens with these kids are no longer valid.
    revoked: Vec<RevokedKeyOutput>,
    /// Next keys that sign from now on.
    promoted: Vec<String>,
    /// Kids of generated keys; a dry run has `a new key` for each.
    generated: Vec<String>,
    /// A key signs that some verifiers cannot have yet.
    premature: bool,
    /// Verifiers that honour the cache lifetime accept the revoked keys until then, assuming publication now.
    accepted_until: i64,
    /// Whether the cache lifetime of verifiers is from the last rotation; otherwise the default is assumed.
    cache_is_known: bool,
    /// File of the JWKS without the revoked keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RevokedKeyOutput {
    kid: String,
    /// Previous state.
    previous_state: KeyState,
    /// Start of signing; absent for a key that never signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_since: Option<i64>,
}

impl RunCommand for KeysRevokeCommand {
    const NAME: &'static str = "revoke";
    const ABOUT: &'static str = "Revoke one key or every key, permanently";
    const EXAMPLES: &'static str = "
        authkit keys revoke 2026-01 --dry-run
        authkit keys revoke 2026-01 --reason compromised --publish published.json --yes
        authkit keys revoke --store-leaked --publish published.json --yes";
    type Data = KeysRevokeOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let path = key_store::path(context)?;
        if !input::exists(&path) {
            return Err(super::selection::empty_store_failure(&path));
        }
        if self.dry_run {
            return self.preview(context, &path);
        }
        // Asked before the lock is taken: an answer may take minutes.
        if !self.yes {
            self.ask(context, &path)?;
        }
        let mut transaction = key_store::open(context, &path)?;
        let now = context.current_time();
        if let Some(written_at) = transaction.store.meta.written_at.filter(|written_at| *written_at > now) {
            // A wrong clock must not delay a revocation; dates are never set back, so nothing else can break.
            context.warn(format!("the clock reads {now}, but the key store was written later, at {written_at}"));
        }
        let before = transaction.store.clone();
        let outcome = self.revoke(context, &mut transaction.store, now)?;
        let file = self.publish.publish.as_deref();
        let file = file.map(|file| PublishedFile::open(context, file)).transpose()?;
        let changed = outcome != RevocationOutcome::default();
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
                true => failure
                    .hint("run it again before the old key signs more tokens; the published JWKS is already written"),
                false => failure,
            })?;
        }
        let data = self.data(&before, &outcome, changed || written, &path, now);
        let ending = (self.detailed_exit_code && data.changed).then_some(FailureKind::Changed);
        Ok(Outcome { ending, ..report(context, &data, &transaction.store, self.kid.as_deref(), now)? })
    }
}

impl KeysRevokeCommand {
    /// The report of a revocation that is not carried out.
    fn preview(&self, context: &Context, path: &Path) -> Result<Outcome, Failure> {
        let mut store = key_store::read(context, path)?.unwrap_or_default();
        let (before, now) = (store.clone(), context.current_time());
        let outcome = self.revoke(context, &mut store, now)?;
        let data = self.data(&before, &outcome, outcome != RevocationOutcome::default(), path, now);
        let ending = (self.detailed_exit_code && data.changed).then_some(FailureKind::Changed);
        Ok(Outcome { ending, ..report(context, &data, &store, self.kid.as_deref(), now)? })
    }

    /// Asks before a revocation, which cannot be undone. A kid that is unknown or revoked needs no question.
    fn ask(&self, context: &Context, path: &Path) -> Result<(), Failure> {
        let store = key_store::read(context, path)?.unwrap_or_default();
        let keys = match &self.kid {
            None => format_count(store.keys.len(), "key"),
            Some(name) => match key_store::select(&store.keys, name) {
                Ok(key) => format!("key {}", key.kid.as_deref().unwrap_or_default()),
                Err(_) => return Ok(()),
            },
        };
        input::confirm(
            context,
            &format!("revoke {keys} permanently?"),
            "--yes to revoke, or --dry-run to see what changes",
        )
    }

    /// The kid of a generated key, which a dry run does not keep.
    fn generated_kid(&self, kid: &str) -> String {
        if self.dry_run { "a new key".to_owned() } else { kid.to_owned() }
    }

    fn reason(&self) -> RevocationReason {
        match (self.reason, self.store_leaked) {
            (Some(RevocationReasonArg::Compromised), _) | (None, true) => RevocationReason::Compromised,
            (Some(RevocationReasonArg::Superseded), _) => RevocationReason::Superseded,
            (Some(RevocationReasonArg::Unspecified), _) | (None, false) => RevocationReason::Unspecified,
        }
    }

    /// Revokes the keys and adds their replacements.
    fn revoke(&self, context: &Context, store: &mut KeyStore, now: UnixTime) -> Result<RevocationOutcome, Failure> {
        let make = |kind, alg: &str| -> Result<Key, Failure> { generate::make(context, kind, alg, None) };
        let Some(name) = &self.kid else { return rotation::revoke_all(store, self.reason(), now, make) };
        let has_tombstone = store.meta.tombstones.iter().any(|tombstone| tombstone.kid == *name);
        let kid = match has_tombstone {
            true => name.clone(),
            false => key_store::select(&store.keys, name)?.kid.clone().unwrap_or_default(),
        };
        rotation::revoke(store, &kid, self.reason(), now, make)?
            .ok_or_else(|| Failure::internal(format!("key \"{kid}\" disappeared during its revocation")))
    }

    fn data(
        &self,
        before: &KeyStore,
        outcome: &RevocationOutcome,
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
        let revoked = outcome.dead.iter().map(|(kid, was)| RevokedKeyOutput {
            kid: kid.clone(),
            previous_state: *was,
            signed_since: since(kid, *was),
        });
        KeysRevokeOutput {
            path: path.display().to_string(),
            dry_run: self.dry_run,
            changed,
            reason: self.reason().name(),
            revoked: revoked.collect(),
            promoted: outcome.promoted.clone(),
            generated: outcome.made.iter().map(|kid| self.generated_kid(kid)).collect(),
            premature: outcome.early,
            accepted_until: now.plus(policy.overlap().ahead()).0,
            cache_is_known: before.meta.rotation.is_some(),
            published: self.publish.publish.as_ref().map(|file| file.display().to_string()),
        }
    }
}

fn report(
    context: &Context,
    data: &KeysRevokeOutput,
    store: &KeyStore,
    name: Option<&str>,
    now: UnixTime,
) -> Result<Outcome, Failure> {
    if data.revoked.is_empty() {
        let (tone, word) = if data.changed { (Tone::Good, "published") } else { (Tone::Quiet, "unchanged") };
        let report = Report::new("keys-revoke", Verdict::Done, data)?.with(first_line::first_line(
            tone,
            word,
            earlier_revocation(store, name, now),
        ));
        return Ok(Outcome::new(report));
    }
    let word = if data.dry_run { "would revoke" } else { "revoked" };
    let keys = match data.revoked.as_slice() {
        [key] => first_line::short_kid(&key.kid),
        keys => format_count(keys.len(), "key"),
    };
    let window = UnixTime(data.accepted_until).since(now);
    let answer = format!("{keys} ({}); accepted for up to {window}", data.reason);
    let policy = store.meta.rotation.unwrap_or_default();
    let mut places = vec![("key store", data.path.clone())];
    places.extend(data.published.clone().map(|file| ("published", file)));
    let mut report = Report::new("keys-revoke", Verdict::Done, data)?
        .with(first_line::first_line(Tone::Bad, word, answer))
        .with(Block::Points(points(data, now)))
        .with(fields(places))
        .with(Block::Heading("Exposure window".to_owned()))
        .with(Block::Paragraph(exposure_window(data, &policy, now)))
        .with(Block::Paragraph(
            "Verifiers that ignore the cache lifetime may keep the old JWKS much longer, some until they are restarted."
                .to_owned(),
        ))
        .with(Block::Heading("Immediate actions".to_owned()))
        .with(Block::Paragraph(immediate_actions(data)));
    if data.dry_run {
        return Ok(Outcome::new(report));
    }
    if data.published.is_none() && !store.keys.iter().any(Key::is_secret) {
        context.warn("the published JWKS still contains the revoked keys; publish it now");
        report.hints.push(
            "run authkit keys public -o FILE --force; --publish FILE revokes and publishes in one step".to_owned(),
        );
    }
    Ok(Outcome::new(report))
}

/// `YvD6f_DlTmt9… was revoked 3 d ago`
fn earlier_revocation(store: &KeyStore, name: Option<&str>, now: UnixTime) -> String {
    let tombstone = store.meta.tombstones.iter().find(|tombstone| Some(tombstone.kid.as_str()) == name);
    match tombstone.and_then(|tombstone| Some((tombstone, tombstone.dates.revoked.as_ref()?))) {
        Some((tombstone, revoked)) => {
            let when =
                if revoked.revoked_at == now { "just now".to_owned() } else { revoked.revoked_at.relative_to(now) };
            format!("{} was revoked {when}", first_line::short_kid(&tombstone.kid))
        }
        None => "no key was left to revoke".to_owned(),
    }
}

fn points(data: &KeysRevokeOutput, now: UnixTime) -> Vec<ListItem> {
    let point = |tone, id: &str, message: String| ListItem { tone, id: id.to_owned(), message, details: Vec::new() };
    let revoked = data.revoked.iter().map(|key| {
        let tokens = match key.signed_since.map(UnixTime) {
            Some(at) => format!("tokens signed with this kid since {at} ({}) are no longer valid", at.relative_to(now)),
            None => "it signed nothing in this key store, but anyone with the key could have".to_owned(),
        };
        point(Tone::Bad, "revoked", format!("{}, previously {}: {tokens}", key.kid, key.previous_state.name()))
    });
    let promoted = data.promoted.iter().map(|kid| point(Tone::Good, "promote", format!("{kid} signs from now on")));
    let made = data.generated.iter().map(|kid| {
        point(Tone::Good, "generated", format!("{kid}{}", if data.dry_run { "" } else { " was generated" }))
    });
    let early = data.premature.then(|| {
        let message = "the new signing key is not known to every verifier: some reject its tokens until they fetch the \
                       JWKS again";
        point(Tone::Warning, "premature", message.to_owned())
    });
    revoked.chain(promoted).chain(made).chain(early).collect()
}

fn exposure_window(data: &KeysRevokeOutput, policy: &RotationPolicy, now: UnixTime) -> String {
    let until = UnixTime(data.accepted_until);
    let from = if data.published.is_some() { "" } else { ", if the JWKS is published now" };
    let sum = rotation::arithmetic(&policy.overlap().ahead);
    let assumed = if data.cache_is_known { "" } else { " (assumed: the key store was never rotated)" };
    format!(
        "Verifiers that honour the cache lifetime accept the revoked keys until {until} ({}){from}: {sum}{assumed}. \
         Forged tokens are accepted until then, too, regardless of their exp.",
        until.relative_to(now)
    )
}

fn immediate_actions(data: &KeysRevokeOutput) -> String {
    let kids: Vec<&str> = data.revoked.iter().map(|key| key.kid.as_str()).collect();
    format!(
        "Restart verifiers or have them fetch the JWKS, reject the kid at the gateway ({}), have users log in again, \
         and search the logs for tokens with that kid.",
        kids.join(", ")
    )
}
