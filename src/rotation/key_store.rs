//! The key store as a value: keys, tombstones, and metadata.
//!
//! It is serialised as a private JWKS with one additional member, `authkit`, which other parsers ignore (RFC 7517 §5).

use super::dates::{Dates, KeyRevocation};
use super::policy::RotationPolicy;
use super::secret_digest::{self, SecretDigest};
use crate::alg::{self, Algorithm, KeyFamily};
use crate::encoding::json::JsonObject;
use crate::key::{Key, KeyError, KeySourceNote, Material, jwk};
use crate::secret::Secret;
use crate::time::UnixTime;
use rand_core::CryptoRng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The state of a key in the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// It signs; one per algorithm.
    Active,
    /// It is published before it signs.
    Next,
    /// It no longer signs; its tokens still verify.
    Retiring,
    /// All its tokens have expired: it is withdrawn.
    Expired,
    /// It must no longer be trusted.
    Revoked,
    /// Its owner removed it.
    Removed,
}

impl KeyState {
    /// The lower-case name of the state in JSON and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Next => "next",
            Self::Retiring => "retiring",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Removed => "removed",
        }
    }

    /// Whether the key belongs in the published set.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Next | Self::Retiring)
    }
}

/// The record of an expired, revoked or removed key, without key material.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tombstone {
    /// `kid` of the key; empty if it had none.
    pub kid: String,
    /// `alg` of the key (RFC 7517 §4.4); empty if it had none.
    pub alg: String,
    /// RFC 7638, SHA-256. `None` for a secret, whose thumbprint would permit an offline dictionary attack (§7). Stores
    /// of earlier versions have one for secrets too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
    /// Digest of a secret. Only for the key store and its ledger; never printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret_digest: Option<SecretDigest>,
    /// Dates of the key, flattened into the JSON of the tombstone.
    #[serde(flatten)]
    pub dates: Dates,
    /// Time of manual removal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<UnixTime>,
}

impl Tombstone {
    /// Whether both are for the same key.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.thumbprint, &other.thumbprint) {
            (Some(own), Some(other)) => own == other,
            _ => self.kid == other.kid,
        }
    }

    /// The final state: revoked, also if it was removed; otherwise removed if `removed_at` is set, or expired.
    pub fn state(&self) -> KeyState {
        match (&self.dates.revoked, self.removed_at) {
            (Some(_), _) => KeyState::Revoked,
            (None, Some(_)) => KeyState::Removed,
            (None, None) => KeyState::Expired,
        }
    }
}

/// Metadata of the store.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Meta {
    /// Incremented by each write: distinguishes a restored backup from the last state.
    pub sequence: u64,
    /// Time of the last write, which never decreases; `None` before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_at: Option<UnixTime>,
    /// The policy of the last rotation; `None` before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<RotationPolicy>,
    /// Tokens of an earlier policy with longer waits may be valid until this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_until: Option<UnixTime>,
    /// Salt of the digests in tombstones of secrets. Shared, so that a new secret is derived only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_salt: Option<String>,
    /// The algorithm that signs if several could; `None` before the first key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_alg: Option<String>,
    /// Tombstones of expired, revoked and removed keys; a key that has one is dropped when the store is parsed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tombstones: Vec<Tombstone>,
}

impl Meta {
    /// The tombstone of `key`, if there is one.
    pub(super) fn tombstone(&self, key: &Key) -> Option<&Tombstone> {
        if self.tombstones.is_empty() {
            return None;
        }
        let digest = key.digest();
        self.tombstones.iter().find(|dead| match &dead.thumbprint {
            Some(own) => *own == digest,
            None => key.is_secret() && key.kid.as_ref() == Some(&dead.kid),
        })
    }

    /// The tombstone of a secret, regardless of its current `kid`.
    fn tombstone_by_digest(&self, key: &Key) -> Option<&Tombstone> {
        let Material::Secret(secret) = &key.material else { return None };
        let mut derived: Vec<SecretDigest> = Vec::new();
        self.tombstones.iter().find(|dead| {
            let Some(digest) = &dead.secret_digest else { return false };
            if !derived.iter().any(|own| own.is_derived_as(digest)) {
                derived.extend(digest.for_other(secret));
            }
            derived.contains(digest)
        })
    }

    fn secret_digest(&self, key: &Key) -> Option<SecretDigest> {
        match (&key.material, &self.secret_salt) {
            (Material::Secret(secret), Some(salt)) => SecretDigest::new(secret, salt),
            _ => None,
        }
    }
}

/// A key store.
#[derive(Clone, Debug, Default)]
pub struct KeyStore {
    /// Keys without a tombstone, in the order of the JWK Set (RFC 7517 §5).
    pub keys: Vec<Key>,
    /// The member `authkit` of the JWK Set; the default if it is absent.
    pub meta: Meta,
}

/// Why a text is not a key store.
#[derive(Debug)]
pub enum KeyStoreError {
    /// The text is not a JWK Set (RFC 7517 §5).
    Key(KeyError),
    /// An unusable member: writing the store would lose it.
    Member {
        /// Index in the `keys` array, from 0.
        index: usize,
        /// `kid` of the member; `None` if it has none or is not a JSON object.
        kid: Option<String>,
        /// Why the member cannot be used.
        reason: KeyError,
    },
    /// A date of a key is not a number of seconds.
    Date {
        /// `kid` of the key; empty if it has none.
        kid: String,
        /// Name of the JWK member: `iat`, `nbf`, `exp`, `published_at` or `revoked`.
        member: &'static str,
    },
    /// The member `authkit` is invalid, with the message of the JSON parser.
    Meta(String),
    /// Two keys have this `kid`; empty if neither has one.
    KidTwice(String),
}

/// The name of the additional member.
const MEMBER: &str = "authkit";

impl KeyStore {
    /// Parses a store. Keys with `revoked` become tombstones.
    ///
    /// # Errors
    /// The first fault, with its key or member.
    pub fn parse(text: &str) -> Result<Self, KeyStoreError> {
        let set = jwk::parse_set(text).map_err(KeyStoreError::Key)?;
        if let Some(skipped) = set.skipped.into_iter().next() {
            return Err(KeyStoreError::Member { index: skipped.index, kid: skipped.kid, reason: skipped.reason });
        }
        // A set drops repeated members; a store of which two are equal was not written here.
        let repeated = |note: &KeySourceNote| match note {
            KeySourceNote::MemberRepeated { first, .. } => Some(*first),
            _ => None,
        };
        if let Some(first) = set.notes.iter().find_map(repeated) {
            let kid = set.keys.get(first).and_then(|key| key.kid.clone()).unwrap_or_default();
            return Err(KeyStoreError::KidTwice(kid));
        }
        let object = JsonObject::parse(text).map_err(|error| KeyStoreError::Key(error.into()))?;
        let meta = match object.get(MEMBER) {
            None => Meta::default(),
            Some(value) => {
                serde_json::from_str(value.text()).map_err(|error| KeyStoreError::Meta(error.to_string()))?
            }
        };
        let mut store = Self { keys: Vec::new(), meta };
        for key in set.keys {
            let kid = key.kid.clone().unwrap_or_default();
            if store.keys.iter().any(|own| own.kid == key.kid) {
                return Err(KeyStoreError::KidTwice(kid));
            }
            let dates = Dates::from_key(&key).map_err(|member| KeyStoreError::Date { kid, member })?;
            let revoked = dates.revoked.is_some();
            store.keys.push(key);
            if revoked {
                // Without a digest of a secret: it would be derived again at each read of the store.
                store.bury_with(store.keys.len().saturating_sub(1), None, None);
            }
        }
        store.keys.retain(|key| store.meta.tombstone(key).is_none());
        Ok(store)
    }

    /// The store as text; without `private`, private parts and secrets are omitted.
    pub fn to_json(&self, private: bool) -> Secret<String> {
        let meta = serde_json::to_string(&self.meta).unwrap_or_default();
        if private {
            return jwk::set_to_json_with(&self.keys, true, &[(MEMBER, &meta)]);
        }
        let public: Vec<Key> = self.keys.iter().filter_map(Key::public).collect();
        jwk::set_to_json_with(&public, false, &[(MEMBER, &meta)])
    }

    /// The state of the key at index `place` at time `now`.
    pub fn state(&self, place: usize, now: UnixTime) -> KeyState {
        let Some(key) = self.keys.get(place) else { return KeyState::Expired };
        let dates = Dates::read(key);
        match (dates.exp, dates.nbf) {
            (Some(exp), _) if exp <= now => KeyState::Expired,
            (Some(_), _) => KeyState::Retiring,
            (None, Some(_)) => KeyState::Active,
            (None, None) if self.is_first(place) => KeyState::Active,
            (None, None) => KeyState::Next,
        }
    }

    /// In a store without rotation, the first key of an algorithm signs.
    fn is_first(&self, place: usize) -> bool {
        let algorithm = self.keys.get(place).and_then(algorithm);
        let signs = |key: &Key| key.is_private() || key.is_secret();
        let others = || self.keys.iter().enumerate().filter(|(_, key)| self::algorithm(key) == algorithm);
        self.meta.rotation.is_none()
            && !others().any(|(_, key)| matches!(Dates::read(key), Dates { nbf: Some(_), exp: None, .. }))
            && others()
                .find(|(_, key)| signs(key) && matches!(Dates::read(key), Dates { nbf: None, exp: None, .. }))
                .is_some_and(|(first, _)| first == place)
    }

    /// Keys with their states at `now`.
    pub fn states(&self, now: UnixTime) -> impl Iterator<Item = (&Key, KeyState)> {
        self.keys.iter().enumerate().map(move |(place, key)| (key, self.state(place, now)))
    }

    /// Keys that may be published and used for verification.
    pub fn live(&self, now: UnixTime) -> impl Iterator<Item = &Key> {
        self.states(now).filter(|(_, state)| state.is_live()).map(|(key, _)| key)
    }

    /// The first time after `now` at which a key expires by its date.
    pub fn next_expiry(&self, now: UnixTime) -> Option<UnixTime> {
        self.keys.iter().filter_map(|key| Dates::read(key).exp).filter(|exp| *exp > now).min()
    }

    /// The index of the key with this kid.
    pub fn position(&self, kid: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.kid.as_deref() == Some(kid))
    }

    /// The tombstone of `key`, if it expired, was revoked or was removed.
    pub fn tombstone(&self, key: &Key) -> Option<&Tombstone> {
        self.meta.tombstone(key)
    }

    /// The tombstone of `key`, which is to be added: also of a secret under another `kid`. For secrets this takes as
    /// long as checking a password.
    pub fn tombstone_of_new(&self, key: &Key) -> Option<&Tombstone> {
        self.meta.tombstone(key).or_else(|| self.meta.tombstone_by_digest(key))
    }

    /// Number of tombstones of secrets with only the `kid` known: such a secret could return under another one.
    pub fn unrecognisable_secrets(&self) -> usize {
        let is_secret = |dead: &&Tombstone| alg::find(&dead.alg).is_some_and(|alg| alg.family == KeyFamily::Hmac);
        let is_known = |dead: &&Tombstone| dead.thumbprint.is_some() || dead.secret_digest.is_some();
        self.meta.tombstones.iter().filter(|dead| is_secret(dead) && !is_known(dead)).count()
    }

    /// Adds a salt, so that secrets buried from now on can be recognised; a store without secrets is not changed.
    pub fn salt_secrets(&mut self, rng: &mut dyn CryptoRng) {
        if self.meta.secret_salt.is_none() && self.keys.iter().any(Key::is_secret) {
            self.meta.secret_salt = Some(secret_digest::salt(rng));
        }
    }

    /// Turns the key at index `place` into a tombstone: its private parts are erased.
    pub(super) fn bury(&mut self, place: usize, revoked: Option<KeyRevocation>) {
        let digest = self.keys.get(place).and_then(|key| self.meta.secret_digest(key));
        self.bury_with(place, revoked, digest);
    }

    fn bury_with(&mut self, place: usize, revoked: Option<KeyRevocation>, secret_digest: Option<SecretDigest>) {
        if place >= self.keys.len() {
            return;
        }
        let key = self.keys.remove(place);
        let mut dates = Dates::read(&key);
        dates.revoked = revoked.or(dates.revoked);
        let (kid, alg) = (key.kid.clone().unwrap_or_default(), key.alg.clone().unwrap_or_default());
        let thumbprint = key.thumbprint();
        self.meta.tombstones.push(Tombstone { kid, alg, thumbprint, secret_digest, dates, removed_at: None });
    }

    /// Removes the key `kid` at time `now`. Its tombstone stays, so that no backup restores it.
    pub fn remove(&mut self, kid: &str, now: UnixTime) {
        let Some(place) = self.position(kid) else { return };
        self.bury(place, None);
        if let Some(tombstone) = self.meta.tombstones.last_mut() {
            tombstone.removed_at = Some(now);
        }
    }

    /// Records a write at `now`; the recorded time never decreases.
    pub fn stamp(&mut self, now: UnixTime) {
        self.meta.sequence = self.meta.sequence.saturating_add(1);
        self.meta.written_at = self.meta.written_at.max(Some(now));
    }
}

/// The algorithm of a key in the store.
pub(super) fn algorithm(key: &Key) -> Option<&'static Algorithm> {
    key.alg.as_deref().and_then(alg::find)
}

/// The public form of a key: only allow-listed public members, so that no data of the store leaks. `None` for a secret.
pub fn public_jwk(key: &Key) -> Option<Key> {
    /// RFC 7517 §4 and RFC 7518 §6, without private members; `x5c` is handled separately.
    const ALLOWED: [&str; 3] = ["x5t", "x5t#S256", "x5u"];
    let mut public = key.public()?;
    public.others.retain(|name, _| ALLOWED.contains(&name.as_str()));
    Some(public)
}

impl fmt::Display for KeyStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) => error.fmt(f),
            Self::Member { index, kid, reason } => {
                let kid = kid.as_ref().map(|kid| format!(" (kid \"{kid}\")")).unwrap_or_default();
                write!(f, "member {index}{kid} cannot be read: {reason}")
            }
            Self::Date { kid, member } => write!(f, "\"{member}\" of key \"{kid}\" is not a date"),
            Self::Meta(why) => write!(f, "member \"{MEMBER}\" cannot be read: {why}"),
            Self::KidTwice(kid) => write!(f, "two keys with kid \"{kid}\""),
        }
    }
}

impl std::error::Error for KeyStoreError {}
