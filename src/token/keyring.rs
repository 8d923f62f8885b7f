//! The keys of the verifier, and the selection of candidates for a header (RFC 7515 §4.1.4, RFC 7517 §4). The header
//! selects among them; it never adds to them.

use super::reject_reason::{KeyMismatchDetail, RejectReason};
use crate::alg::{Algorithm, KeyFamily};
use crate::encoding::bounds::{head, tail};
use crate::key::Key;
use crate::suggest::similarity;
use std::fmt;

/// Limit of keys tried for one token.
pub const MAX_TRIES: usize = 16;
/// Limit of known kids that a rejection lists.
const KNOWN_LISTED: usize = 8;

/// One key with its provenance.
pub struct KeyringEntry {
    /// The key.
    pub key: Key,
    /// The SPEC or the key store, safe to print.
    pub source: String,
    /// The issuer that the key is bound to, if any (`ISS=SPEC`).
    pub issuer: Option<String>,
    /// Whether the source did not look like a key and was taken as a raw secret, perhaps by mistake.
    pub raw: bool,
    /// RFC 7638, SHA-256, base64url; `None` for a secret.
    pub thumbprint: Option<String>,
}

impl KeyringEntry {
    /// A key that is bound to no issuer.
    pub fn new(key: Key, source: impl Into<String>) -> Self {
        let thumbprint = key.thumbprint();
        Self { key, source: source.into(), issuer: None, raw: false, thumbprint }
    }

    /// The name of the key for messages: its `kid`, else its source.
    pub fn label(&self) -> String {
        self.key.kid.as_ref().map_or_else(|| self.source.clone(), |kid| format!("\"{kid}\""))
    }
}

/// All keys of one verification, indexed by `kid`: a set may have a hundred thousand keys, and tokens may refer to any.
#[derive(Default)]
pub struct Keyring {
    members: Vec<KeyringEntry>,
    /// Indices in `members` of the keys with a `kid`, sorted by kid.
    named: Vec<usize>,
    /// Indices of all other keys.
    nameless: Vec<usize>,
}

impl Keyring {
    /// Indexes the keys by their `kid`.
    pub fn new(members: Vec<KeyringEntry>) -> Self {
        let (mut named, nameless): (Vec<_>, Vec<_>) = members
            .iter()
            .enumerate()
            .map(|(place, member)| (member.key.kid.as_deref(), place))
            .partition(|(kid, _)| kid.is_some());
        named.sort_unstable();
        let places = |sorted: Vec<(Option<&str>, usize)>| sorted.into_iter().map(|(_, place)| place).collect();
        Self { named: places(named), nameless: places(nameless), members }
    }

    /// The keys in their order.
    pub fn members(&self) -> &[KeyringEntry] {
        &self.members
    }

    /// Adds or removes members.
    pub fn change(&mut self, change: impl FnOnce(&mut Vec<KeyringEntry>)) {
        let mut members = std::mem::take(&mut self.members);
        change(&mut members);
        *self = Self::new(members);
    }

    /// Indices in `members` of the keys that may verify `algorithm`, at most [`MAX_TRIES`].
    ///
    /// # Errors
    /// The reason why no key qualifies.
    pub fn candidates(&self, algorithm: &'static Algorithm, kid: Option<&str>) -> Result<Vec<usize>, RejectReason> {
        if self.members.is_empty() {
            return Err(RejectReason::NoKey);
        }
        let equal = kid.map(|kid| self.positions_by_kid(kid)).filter(|equal| !equal.is_empty());
        let eligible = || -> Box<dyn Iterator<Item = usize>> {
            match (kid, equal) {
                (None, _) => Box::new(0..self.members.len()),
                (_, Some(equal)) => Box::new(equal.iter().copied()),
                _ => Box::new(self.nameless.iter().copied()),
            }
        };
        let mismatch = |place: &usize| key_mismatch(&self.members.get(*place)?.key, algorithm);
        let fits = || eligible().filter(|place| mismatch(place).is_none());
        if let (Some(kid), None) = (kid, equal)
            && self.nameless.is_empty()
        {
            return Err(self.unknown(kid));
        }
        let count = fits().count();
        if count == 0 {
            let keys: Vec<KeyMismatchDetail> =
                eligible().take(KeyMismatchDetail::TOLD).filter_map(|place| self.unfit(place, algorithm)).collect();
            let more = eligible().count().saturating_sub(keys.len());
            return Err(RejectReason::NoMatchingKey { alg: algorithm.name.to_owned(), keys, more });
        }
        if count > MAX_TRIES {
            return Err(match (kid, equal) {
                (Some(kid), Some(_)) => {
                    RejectReason::KidAmbiguous { kid: kid.to_owned(), keys: count, limit: MAX_TRIES }
                }
                (Some(kid), None) => self.unknown(kid),
                (None, _) => RejectReason::KidRequired { keys: count, limit: MAX_TRIES },
            });
        }
        Ok(fits().collect())
    }

    fn unfit(&self, place: usize, algorithm: &'static Algorithm) -> Option<KeyMismatchDetail> {
        let member = self.members.get(place)?;
        Some(KeyMismatchDetail { key: member.label(), why: key_mismatch(&member.key, algorithm)?.to_string() })
    }

    fn kid(&self, place: usize) -> &str {
        self.members.get(place).and_then(|member| member.key.kid.as_deref()).unwrap_or_default()
    }

    /// Indices of the keys with this `kid`, in their order.
    fn positions_by_kid(&self, kid: &str) -> &[usize] {
        let begin = self.named.partition_point(|place| self.kid(*place) < kid);
        let equal = tail(&self.named, begin);
        let end = equal.partition_point(|place| self.kid(*place) == kid);
        head(equal, end)
    }

    /// Some of the known kids, the most similar to `kid` first, and the number of the others.
    ///
    /// They are chosen among its neighbours in sorted order: a rejection must not cost a comparison with every key.
    fn unknown(&self, kid: &str) -> RejectReason {
        const NEIGHBOURS: usize = 8;
        let at = self.named.partition_point(|place| self.kid(*place) < kid);
        let (begin, end) = (at.saturating_sub(NEIGHBOURS), at.saturating_add(NEIGHBOURS).min(self.named.len()));
        let mut near: Vec<&str> =
            head(tail(&self.named, begin), end.saturating_sub(begin)).iter().map(|place| self.kid(*place)).collect();
        near.dedup();
        let mut near: Vec<(f64, &str)> = near.into_iter().map(|other| (similarity(kid, other), other)).collect();
        near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let known: Vec<String> = near.into_iter().take(KNOWN_LISTED).map(|(_, kid)| kid.to_owned()).collect();
        let more = self.named.len().saturating_sub(known.len());
        RejectReason::KidUnknown { kid: kid.to_owned(), known, more }
    }
}

/// Why a key must not be used for verification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyMismatch<'k> {
    /// The key is of another family (type or curve) than the algorithm requires (RFC 8725 §3.1).
    Family {
        /// The algorithm to verify.
        algorithm: &'static Algorithm,
        /// The family of the key.
        own: KeyFamily,
    },
    /// The `alg` of the JWK, which is another algorithm (RFC 7517 §4.4).
    Algorithm(&'k str),
    /// The `use` of the JWK, which is not `sig` (RFC 7517 §4.2).
    Use(&'k str),
    /// The `key_ops` of the JWK do not allow `verify` (RFC 7517 §4.3).
    Operations,
}

impl fmt::Display for KeyMismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Family { algorithm, own } => {
                write!(f, "{} requires {}, not {}", algorithm.name, algorithm.family.describe(), own.describe())
            }
            Self::Algorithm(alg) => write!(f, "alg is \"{alg}\""),
            Self::Use(usage) => write!(f, "use is \"{usage}\", not \"sig\""),
            Self::Operations => f.write_str("key_ops do not allow \"verify\""),
        }
    }
}

/// Why `key` must not verify `algorithm`; `None` if it may.
pub fn key_mismatch<'k>(key: &'k Key, algorithm: &'static Algorithm) -> Option<KeyMismatch<'k>> {
    if key.family() != algorithm.family {
        return Some(KeyMismatch::Family { algorithm, own: key.family() });
    }
    if let Some(alg) = &key.alg
        && crate::alg::find(alg) != Some(algorithm)
    {
        return Some(KeyMismatch::Algorithm(alg));
    }
    // A SPIFFE bundle marks the keys of its JWT-SVIDs as `jwt-svid` (SPIFFE Trust Domain and Bundle §4.2).
    if let Some(usage) = &key.usage
        && !matches!(usage.as_str(), "sig" | "jwt-svid")
    {
        return Some(KeyMismatch::Use(usage));
    }
    if let Some(operations) = &key.operations {
        // The public part of a private key verifies, also if the JWK lists only "sign".
        let may = operations.iter().any(|op| op == "verify" || (op == "sign" && !key.is_secret() && key.is_private()));
        if !may {
            return Some(KeyMismatch::Operations);
        }
    }
    None
}

#[cfg(test)]
mod tests;
