//! The keys that a token is verified with: those of every `-k`, or of the key store. A long run looks at their sources
//! again: a key may have been revoked since, and a host may publish another set.

use super::context::Context;
use super::failure::Failure;
use super::input::{self, FileStamp};
use super::key_spec::{self};
use super::key_store;
use super::loaded_keys::{Freshness, LoadedKeys};
#[cfg(feature = "net")]
use super::{remote_keys, system};
use authkit::key::Key;
use authkit::time::UnixTime;
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::reject_reason::RejectReason;
use std::path::PathBuf;

/// The keys to verify with, and how to tell that they are out of date.
#[derive(Default)]
pub struct VerificationKeys {
    pub keyring: Keyring,
    sources: Vec<Source>,
}

/// One `-k`, or the key store.
struct Source {
    /// `None`: the key store.
    spec: Option<String>,
    /// So many members of the keyring are from here; they stand in the order of the sources.
    members: usize,
    state: RefetchState,
}

/// What tells whether a source has changed since it was read.
enum RefetchState {
    /// A variable, a terminal, a pipe: read once.
    Fixed,
    /// Files, each as it was before it was read, and the instant at which the first key in them expires.
    Files { files: Vec<(PathBuf, Option<FileStamp>)>, until: Option<UnixTime> },
    /// A host; the issuer that its keys are bound to.
    Remote { freshness: Freshness, issuer: Option<String> },
}

impl VerificationKeys {
    /// Every `-k`, or the public halves of the key store.
    ///
    /// # Errors
    /// What [`key_source::load`] says.
    pub fn load(context: &Context, specs: &[String]) -> Result<Self, Failure> {
        let mut keys = Self::default();
        let specs: Vec<Option<&str>> =
            if specs.is_empty() { vec![None] } else { specs.iter().map(|spec| Some(spec.as_str())).collect() };
        for spec in specs {
            let (source, members) = Source::read(context, spec, context.current_time())?;
            keys.sources.push(source);
            keys.keyring.change(|all| all.extend(members));
        }
        Ok(keys)
    }

    /// Reads what has changed since it was read: keys that may be revoked by now must not verify anything. Costs one
    /// look at each file, and nothing else while nothing has changed. Returns the instant to verify at: an answer of a
    /// host can take long, and what expired meanwhile must not be accepted.
    ///
    /// # Errors
    /// A source that is gone, broken or silent: no token can be judged by what it was.
    pub fn update(&mut self, context: &Context) -> Result<UnixTime, Failure> {
        let is_remote = |source: &Source| matches!(source.state, RefetchState::Remote { .. });
        self.read_changed(context, context.current_time(), is_remote)?;
        // Files after hosts: keys of a file expire while a host is asked.
        let now = context.current_time();
        self.read_changed(context, now, |source| !is_remote(source))?;
        Ok(now)
    }

    fn read_changed(
        &mut self,
        context: &Context,
        now: UnixTime,
        is_due: impl Fn(&Source) -> bool,
    ) -> Result<(), Failure> {
        for place in 0..self.sources.len() {
            let changed = |source: &&Source| is_due(source) && source.has_changed(now);
            let Some(source) = self.sources.get(place).filter(changed) else { continue };
            source.check_present()?;
            let (source, members) = Source::read(context, source.spec.clone().as_deref(), now)?;
            self.replace(place, source, members);
            // A stream may run for months: what there is to say is said now, not kept.
            context.tell_notes();
        }
        Ok(())
    }

    /// Puts what the source at `place` holds now where its members were.
    fn replace(&mut self, place: usize, source: Source, members: Vec<KeyringEntry>) {
        let begin = self.sources.iter().take(place).fold(0_usize, |sum, source| sum.saturating_add(source.members));
        let Some(old) = self.sources.get_mut(place) else { return };
        let end = begin.saturating_add(old.members);
        *old = source;
        self.keyring.change(|all| {
            let rest = all.split_off(end.min(all.len()));
            all.truncate(begin);
            all.extend(members);
            all.extend(rest);
        });
    }

    /// Whether all that speaks against a token is a key that a host may have published since it was asked.
    pub fn may_be_stale(&self, reasons: &[RejectReason]) -> bool {
        let remotes = || self.sources.iter().filter(|source| matches!(source.state, RefetchState::Remote { .. }));
        let missing = |reason: &RejectReason| match reason {
            RejectReason::KidUnknown { .. } | RejectReason::NoKey => true,
            RejectReason::IssuerNotBound { iss, .. } => {
                remotes().any(|source| matches!(&source.state, RefetchState::Remote { issuer, .. } if issuer == iss))
            }
            _ => false,
        };
        !reasons.is_empty() && reasons.iter().all(missing) && remotes().next().is_some()
    }

    /// Asks hosts again for a key that is missing, each at most every 30 seconds. True when keys were replaced, also by
    /// none.
    pub fn refresh(&mut self, context: &Context) -> bool {
        let mut replaced = false;
        for place in 0..self.sources.len() {
            let Some(Source { spec: Some(spec), state: RefetchState::Remote { freshness, .. }, .. }) =
                self.sources.get_mut(place)
            else {
                continue;
            };
            match again(context, spec, freshness) {
                Ok(None) => {}
                Err(failure) => context.warn(failure.message),
                Ok(Some(loaded)) => {
                    let spec = spec.clone();
                    let (source, members) = Source::of(&spec, *loaded, RefetchState::Fixed);
                    self.replace(place, source, members);
                    replaced = true;
                }
            }
        }
        replaced
    }
}

impl Source {
    /// Reads the keys of `spec`, or of the key store.
    fn read(context: &Context, spec: Option<&str>, now: UnixTime) -> Result<(Self, Vec<KeyringEntry>), Failure> {
        let Some(spec) = spec else { return Self::read_store(context, now) };
        // What is written while it is read differs from this the next time.
        let path = key_spec::path_of(spec).map(PathBuf::from);
        let stamped = path.and_then(|path| input::file_stamp(&path).map(|stamp| (path, Some(stamp))));
        let state = stamped.map_or(RefetchState::Fixed, |file| RefetchState::Files { files: vec![file], until: None });
        let loaded = key_spec::load(context, spec)?;
        if loaded.freshness.is_none() {
            context.note_origin("keys", &loaded.source);
        }
        Ok(Self::of(spec, loaded, state))
    }

    fn of(spec: &str, loaded: LoadedKeys, state: RefetchState) -> (Self, Vec<KeyringEntry>) {
        let LoadedKeys { set, source, issuer, raw, freshness } = loaded;
        // A SPEC may bind keys that its host does not: the issuer of the SPEC counts.
        let issuer = key_spec::split_issuer_binding(spec).map(|(issuer, _)| issuer.to_owned()).or(issuer);
        let member = |key| KeyringEntry { issuer: issuer.clone(), raw, ..KeyringEntry::new(key, source.clone()) };
        let members: Vec<KeyringEntry> = set.keys.into_iter().map(member).collect();
        let state = freshness.map_or(state, |freshness| RefetchState::Remote { freshness, issuer: issuer.clone() });
        (Self { spec: Some(spec.to_owned()), members: members.len(), state }, members)
    }

    fn read_store(context: &Context, now: UnixTime) -> Result<(Self, Vec<KeyringEntry>), Failure> {
        let files = key_store::files(context)?.map(|path| {
            let stamp = input::file_stamp(&path);
            (path, stamp)
        });
        let path = key_store::path(context)?;
        let shown = path.display().to_string();
        context.note_origin("keys", &format!("the key store {shown}"));
        let store = key_store::read(context, &path)?.unwrap_or_default();
        // Neither expired nor revoked keys verify anything.
        let members: Vec<KeyringEntry> =
            store.live(now).cloned().map(public_half).map(|key| KeyringEntry::new(key, shown.clone())).collect();
        let state = RefetchState::Files { files: files.into(), until: store.next_expiry(now) };
        Ok((Self { spec: None, members: members.len(), state }, members))
    }

    fn has_changed(&self, now: UnixTime) -> bool {
        match &self.state {
            RefetchState::Fixed => false,
            RefetchState::Files { files, until } => {
                until.is_some_and(|until| until <= now)
                    || files.iter().any(|(path, stamp)| input::file_stamp(path) != *stamp)
            }
            RefetchState::Remote { freshness, .. } => is_stale(freshness),
        }
    }

    /// A file that was there must be there still: without it nobody knows which keys are revoked.
    fn check_present(&self) -> Result<(), Failure> {
        let RefetchState::Files { files, .. } = &self.state else { return Ok(()) };
        match files.iter().find(|(path, stamp)| stamp.is_some() && input::file_stamp(path).is_none()) {
            Some((path, _)) => Err(Failure::environment(format!(
                "{} no longer exists: revoked keys cannot be told from valid ones",
                path.display()
            ))
            .hint("restore the file, then run again from the first token without a result")),
            None => Ok(()),
        }
    }
}

/// The keys of `spec` anew, and in `freshness` when its host was asked. `None` when that is a moment ago.
#[cfg(feature = "net")]
fn again(context: &Context, spec: &str, freshness: &mut Freshness) -> Result<Option<Box<LoadedKeys>>, Failure> {
    let Some(settings) = context.network() else { return Ok(None) };
    let inner = key_spec::split_issuer_binding(spec).map_or(spec, |(_, inner)| inner);
    let (before, now) = (freshness.asked, system::now().0);
    match remote_keys::refetch(context, settings, inner, before) {
        Ok(Err(asked)) => {
            freshness.asked = asked;
            Ok(None)
        }
        Ok(Ok(loaded)) => {
            freshness.asked = now;
            key_spec::warn_of_skipped(context, &loaded);
            // A host that withdraws all of its keys has answered: the earlier ones verify nothing more.
            if loaded.set.keys.is_empty() {
                context.warn(format!(
                    "{} holds no key that can be used any more; its earlier keys are not used",
                    loaded.source
                ));
            }
            Ok(Some(Box::new(loaded)))
        }
        Err(failure) => {
            freshness.asked = now;
            Err(failure)
        }
    }
}

#[cfg(not(feature = "net"))]
fn again(_: &Context, _: &str, _: &mut Freshness) -> Result<Option<Box<LoadedKeys>>, Failure> {
    Ok(None)
}

/// Whether a host must be asked before its keys verify anything (RFC 9111 §4.2): a set that its host lets nobody keep is
/// fetched every 30 seconds, not for every token.
#[cfg(feature = "net")]
fn is_stale(freshness: &Freshness) -> bool {
    system::now().0 >= freshness.fresh_until.max(freshness.asked.saturating_add(remote_keys::COOL_DOWN))
}

#[cfg(not(feature = "net"))]
fn is_stale(_: &Freshness) -> bool {
    false
}

/// Verification needs no private part; a secret has no other half.
fn public_half(key: Key) -> Key {
    key.public().unwrap_or(key)
}
