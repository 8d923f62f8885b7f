//! Verification keys: those of every `-k`, or of the key store. A long run checks their sources again, because a key
//! may have been revoked, and a host may publish a new JWKS.

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

/// The verification keys, and the state of their sources.
#[derive(Default)]
pub struct VerificationKeys {
    pub keyring: Keyring,
    sources: Vec<Source>,
}

/// One `-k`, or the key store.
struct Source {
    /// `None`: the key store.
    spec: Option<String>,
    /// Number of keyring entries from this source; entries are in the order of the sources.
    members: usize,
    state: RefetchState,
    /// The key store that has never held a key.
    unused_store: Option<PathBuf>,
}

/// How to detect that a source has changed since it was read.
enum RefetchState {
    /// A variable, a terminal, a pipe: read once.
    Fixed,
    /// Files, with their state before they were read, and the time when the first key in them expires.
    Files { files: Vec<(PathBuf, Option<FileStamp>)>, until: Option<UnixTime> },
    /// Remote keys, with the issuer that they are bound to.
    Remote { freshness: Freshness, issuer: Option<String> },
}

impl VerificationKeys {
    /// Loads the keys of every `-k`, or the public keys of the key store.
    ///
    /// # Errors
    /// As [`key_spec::load`].
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

    /// Checks that there are keys: without one, a token is neither accepted nor rejected. Keys that are all revoked or
    /// expired do reject.
    ///
    /// # Errors
    /// No `-k`, and no key in the key store.
    pub fn check_has_keys(&self) -> Result<(), Failure> {
        match self.sources.iter().find_map(|source| source.unused_store.as_deref()) {
            Some(path) => Err(key_store::no_keys(path)),
            None => Ok(()),
        }
    }

    /// Reloads changed sources, because keys that may be revoked by now must not verify anything. Costs one `stat` per
    /// file while nothing has changed. Returns the evaluation time: a fetch can take long, and a token that expired in
    /// the meantime must not be accepted.
    ///
    /// # Errors
    /// A missing, invalid or unreachable source: its earlier keys must not be used.
    pub fn update(&mut self, context: &Context) -> Result<UnixTime, Failure> {
        let is_remote = |source: &Source| matches!(source.state, RefetchState::Remote { .. });
        self.read_changed(context, context.current_time(), is_remote)?;
        // Files after hosts: keys in a file may expire during a fetch.
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
            // A stream may run for months, so warnings are printed now.
            context.tell_notes();
        }
        Ok(())
    }

    /// Replaces the keyring entries of the source at index `place`.
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

    /// Whether all reject reasons are a missing key that a host may have published since the last fetch.
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

    /// Fetches remote keys again because a key is missing, at most every 30 seconds per host. True when keys were
    /// replaced, even by none.
    pub fn refresh(&mut self, context: &Context) -> bool {
        let mut replaced = false;
        for place in 0..self.sources.len() {
            let Some(Source { spec: Some(spec), state: RefetchState::Remote { freshness, .. }, .. }) =
                self.sources.get_mut(place)
            else {
                continue;
            };
            match refetch(context, spec, freshness) {
                Ok(None) => {}
                Err(failure) => context.warn(failure.message),
                Ok(Some(loaded)) => {
                    let spec = spec.clone();
                    let (source, members) = Source::from_loaded(&spec, *loaded, RefetchState::Fixed);
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
        // Taken before reading, so that a concurrent write is detected the next time.
        let path = key_spec::path_of(spec).map(PathBuf::from);
        let stamped = path.and_then(|path| input::file_stamp(&path).map(|stamp| (path, Some(stamp))));
        let state = stamped.map_or(RefetchState::Fixed, |file| RefetchState::Files { files: vec![file], until: None });
        let loaded = key_spec::load(context, spec)?;
        if loaded.freshness.is_none() {
            context.note_origin("keys", &loaded.source);
        }
        Ok(Self::from_loaded(spec, loaded, state))
    }

    fn from_loaded(spec: &str, loaded: LoadedKeys, state: RefetchState) -> (Self, Vec<KeyringEntry>) {
        let LoadedKeys { set, source, issuer, raw, freshness } = loaded;
        // A SPEC may bind keys that its host does not; the issuer of the SPEC takes precedence.
        let issuer = key_spec::split_issuer_binding(spec).map(|(issuer, _)| issuer.to_owned()).or(issuer);
        let member = |key| KeyringEntry { issuer: issuer.clone(), raw, ..KeyringEntry::new(key, source.clone()) };
        let members: Vec<KeyringEntry> = set.keys.into_iter().map(member).collect();
        let state = freshness.map_or(state, |freshness| RefetchState::Remote { freshness, issuer: issuer.clone() });
        (Self { spec: Some(spec.to_owned()), members: members.len(), state, unused_store: None }, members)
    }

    fn read_store(context: &Context, now: UnixTime) -> Result<(Self, Vec<KeyringEntry>), Failure> {
        let files = key_store::files(context)?.map(|path| {
            let stamp = input::file_stamp(&path);
            (path, stamp)
        });
        let path = key_store::path(context)?;
        let shown = path.display().to_string();
        context.note_origin("keys", &format!("key store {shown}"));
        let store = key_store::read(context, &path)?.unwrap_or_default();
        // Neither expired nor revoked keys verify anything.
        let members: Vec<KeyringEntry> =
            store.live(now).cloned().map(public_part).map(|key| KeyringEntry::new(key, shown.clone())).collect();
        let state = RefetchState::Files { files: files.into(), until: store.next_expiry(now) };
        let is_unused = store.keys.is_empty() && store.meta.tombstones.is_empty();
        let unused_store = is_unused.then_some(path);
        Ok((Self { spec: None, members: members.len(), state, unused_store }, members))
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

    /// Checks that the files still exist: without them it is unknown which keys are revoked.
    fn check_present(&self) -> Result<(), Failure> {
        let RefetchState::Files { files, .. } = &self.state else { return Ok(()) };
        match files.iter().find(|(path, stamp)| stamp.is_some() && input::file_stamp(path).is_none()) {
            Some((path, _)) => Err(Failure::environment(format!(
                "{} no longer exists: revoked keys cannot be detected",
                path.display()
            ))
            .hint("restore the file and resume at the first token without a result")),
            None => Ok(()),
        }
    }
}

/// Fetches the keys of `spec` again, and updates the time of the last request in `freshness`. `None` during the
/// cool-down.
#[cfg(feature = "net")]
fn refetch(context: &Context, spec: &str, freshness: &mut Freshness) -> Result<Option<Box<LoadedKeys>>, Failure> {
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
            // A JWKS without keys is a valid response: the earlier keys are withdrawn.
            if loaded.set.keys.is_empty() {
                context.warn(format!("{} no longer has a usable key; rejecting its earlier keys", loaded.source));
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
fn refetch(_: &Context, _: &str, _: &mut Freshness) -> Result<Option<Box<LoadedKeys>>, Failure> {
    Ok(None)
}

/// Whether remote keys must be fetched again before use (RFC 9111 §4.2). A JWKS that must not be cached is fetched
/// every 30 seconds, not for every token.
#[cfg(feature = "net")]
fn is_stale(freshness: &Freshness) -> bool {
    system::now().0 >= freshness.fresh_until.max(freshness.asked.saturating_add(remote_keys::COOL_DOWN))
}

#[cfg(not(feature = "net"))]
fn is_stale(_: &Freshness) -> bool {
    false
}

/// The public key, which suffices to verify; a secret has none and is used itself.
fn public_part(key: Key) -> Key {
    key.public().unwrap_or(key)
}
