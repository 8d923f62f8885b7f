//! The keys that a token is verified with: those of every `-k`, or of the key store. A host may have published more
//! since it was asked, and is asked again.

use super::context::Context;
use super::failure::Failure;
use super::key_source::{self, Loaded};
use super::keystore;
#[cfg(feature = "net")]
use super::network_keys;
use authkit::key::Key;
use authkit::token::keyring::{Keyring, Member};
use authkit::token::reason::Reason;

/// The keys to verify with, and where more of them may be had.
#[derive(Default)]
pub struct Keys {
    pub keyring: Keyring,
    remotes: Vec<Remote>,
}

/// A source in the network that may have more keys by now.
#[cfg_attr(not(feature = "net"), allow(dead_code, reason = "no key comes from the network"))]
struct Remote {
    spec: String,
    issuer: Option<String>,
    /// When its host was asked, in seconds since 1970.
    asked: i64,
}

impl Keys {
    /// Every `-k`, or the public halves of the key store.
    ///
    /// # Errors
    /// What [`key_source::load`] says.
    pub fn load(context: &Context, specs: &[String]) -> Result<Self, Failure> {
        let mut keys = Self::default();
        if specs.is_empty() {
            let store = keystore::path(context)?;
            context.origin("keys", &format!("the key store {}", store.display()));
            if let Some(found) = keystore::read(context, &store)? {
                // Neither expired nor revoked keys verify anything.
                let members = found.live(context.now).cloned().map(public_half);
                keys.keyring = Keyring::new(members.map(|key| Member::new(key, store.display().to_string())).collect());
            }
            return Ok(keys);
        }
        for spec in specs {
            let loaded = key_source::load(context, spec)?;
            match loaded.asked {
                Some(asked) => {
                    let (spec, issuer) = (loaded.source.clone(), loaded.issuer.clone());
                    keys.remotes.push(Remote { spec, issuer, asked });
                }
                None => context.origin("keys", &loaded.source),
            }
            keys.add(loaded);
        }
        Ok(keys)
    }

    fn add(&mut self, loaded: Loaded) {
        let Loaded { set, source, issuer, raw, .. } = loaded;
        let member = |key| Member { issuer: issuer.clone(), raw, ..Member::new(key, source.clone()) };
        self.keyring.change(|members| members.extend(set.keys.into_iter().map(member)));
    }

    /// Whether all that speaks against a token is a key that a host may have published since it was asked.
    pub fn may_be_behind(&self, reasons: &[Reason]) -> bool {
        let missing = |reason: &Reason| match reason {
            Reason::KidUnknown { .. } => true,
            Reason::IssuerNotBound { iss, .. } => self.remotes.iter().any(|remote| remote.issuer == *iss),
            _ => false,
        };
        !self.remotes.is_empty() && !reasons.is_empty() && reasons.iter().all(missing)
    }

    /// Asks the hosts again, each once in a run. True when keys were replaced.
    pub fn refresh(&mut self, context: &Context) -> bool {
        let mut replaced = false;
        for mut remote in std::mem::take(&mut self.remotes) {
            match again(context, &remote) {
                Again::Later(asked) => {
                    remote.asked = asked;
                    self.remotes.push(remote);
                }
                Again::Never(why) => context.warn(why),
                Again::Loaded(loaded) => {
                    let stale = |member: &Member| member.source == remote.spec && member.issuer == remote.issuer;
                    self.keyring.change(|members| members.retain(|member| !stale(member)));
                    self.add(Loaded { issuer: remote.issuer, ..*loaded });
                    replaced = true;
                }
            }
        }
        replaced
    }
}

/// What came of asking a host again.
#[cfg_attr(not(feature = "net"), allow(dead_code, reason = "nobody is asked"))]
enum Again {
    /// It was asked at this instant, which is too short ago.
    Later(i64),
    Never(String),
    Loaded(Box<Loaded>),
}

#[cfg(feature = "net")]
fn again(context: &Context, remote: &Remote) -> Again {
    let Some(settings) = context.network() else { return Again::Later(remote.asked) };
    match network_keys::again(context, settings, &remote.spec, remote.asked) {
        Ok(Err(asked)) => Again::Later(asked),
        Ok(Ok(loaded)) => match key_source::usable(context, loaded) {
            Ok(loaded) => Again::Loaded(Box::new(loaded)),
            Err(failure) => Again::Never(failure.message),
        },
        Err(failure) => Again::Never(failure.message),
    }
}

#[cfg(not(feature = "net"))]
fn again(_: &Context, remote: &Remote) -> Again {
    Again::Later(remote.asked)
}

/// Verification needs no private part; a secret has no other half.
fn public_half(key: Key) -> Key {
    key.public().unwrap_or(key)
}
