//! The keys that a verifier brought, and which of them may answer for a header (RFC 7515 §4.1.4,
//! RFC 7517 §4). The header chooses among them; it never adds to them.

use super::reject_reason::{KeyMismatchDetail, RejectReason};
use crate::alg::{Algorithm, KeyFamily};
use crate::key::Key;
use std::fmt;

/// How many keys are tried for a token without `kid`.
pub const MAX_TRIES: usize = 16;
/// How many of the kids that there are a refusal tells.
const KNOWN_TOLD: usize = 8;

/// One key and where it came from.
pub struct KeyringEntry {
    pub key: Key,
    /// The SPEC or the store, safe to show.
    pub source: String,
    /// The issuer that the key speaks for, when it is bound to one (`ISS=SPEC`).
    pub issuer: Option<String>,
    /// Whether the source was bytes that look like no key: a raw secret that may have been meant otherwise.
    pub raw: bool,
    /// RFC 7638, SHA-256, base64url; none of a secret.
    pub thumbprint: Option<String>,
}

impl KeyringEntry {
    pub fn new(key: Key, source: impl Into<String>) -> Self {
        let thumbprint = key.thumbprint();
        Self { key, source: source.into(), issuer: None, raw: false, thumbprint }
    }

    /// What to call the key: its `kid`, else where it came from.
    pub fn label(&self) -> String {
        self.key.kid.as_ref().map_or_else(|| self.source.clone(), |kid| format!("\"{kid}\""))
    }
}

/// All keys of one verification, which are found by their `kid`: a token may come with any, and a set may have a
/// hundred thousand keys.
#[derive(Default)]
pub struct Keyring {
    members: Vec<KeyringEntry>,
    /// The places in `members` of those that have a `kid`, in the order of their kids.
    named: Vec<usize>,
    /// The places of all others.
    nameless: Vec<usize>,
}

impl Keyring {
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

    pub fn members(&self) -> &[KeyringEntry] {
        &self.members
    }

    /// Adds members, or takes some away.
    pub fn change(&mut self, change: impl FnOnce(&mut Vec<KeyringEntry>)) {
        let mut members = std::mem::take(&mut self.members);
        change(&mut members);
        *self = Self::new(members);
    }

    /// The places in `members` that may verify `algorithm`, at most [`MAX_TRIES`] of keys that the token does not name.
    ///
    /// # Errors
    /// The reason why there is none.
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
        let unknown = || kid.map(|kid| self.unknown(kid));
        if equal.is_none() && kid.is_some() && self.nameless.is_empty() {
            return Err(unknown().unwrap_or(RejectReason::NoKey));
        }
        let count = fits().count();
        if count == 0 {
            let keys: Vec<KeyMismatchDetail> =
                eligible().take(KeyMismatchDetail::TOLD).filter_map(|place| self.unfit(place, algorithm)).collect();
            let more = eligible().count().saturating_sub(keys.len());
            return Err(RejectReason::KeyUnfit { alg: algorithm.name.to_owned(), keys, more });
        }
        if equal.is_none() && count > MAX_TRIES {
            return Err(unknown().unwrap_or(RejectReason::KidRequired { keys: count, limit: MAX_TRIES }));
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

    /// The places of the keys with this `kid`, in their order.
    fn positions_by_kid(&self, kid: &str) -> &[usize] {
        let begin = self.named.partition_point(|place| self.kid(*place) < kid);
        let equal = self.named.get(begin..).unwrap_or_default();
        let end = equal.partition_point(|place| self.kid(*place) == kid);
        equal.get(..end).unwrap_or_default()
    }

    /// A few of the kids that there are, those first that look most like `kid`, and how many more there are.
    ///
    /// They are chosen among its neighbours in the order of kids: a refusal must not cost a look at every key.
    fn unknown(&self, kid: &str) -> RejectReason {
        const NEIGHBOURS: usize = 32;
        let at = self.named.partition_point(|place| self.kid(*place) < kid);
        let (begin, end) = (at.saturating_sub(NEIGHBOURS), at.saturating_add(NEIGHBOURS).min(self.named.len()));
        let mut near: Vec<&str> =
            self.named.get(begin..end).unwrap_or_default().iter().map(|place| self.kid(*place)).collect();
        near.dedup();
        near.sort_by_key(|other| std::cmp::Reverse(likeness(kid, other)));
        let known: Vec<String> = near.into_iter().take(KNOWN_TOLD).map(str::to_owned).collect();
        let more = self.named.len().saturating_sub(known.len());
        RejectReason::KidUnknown { kid: kid.to_owned(), known, more }
    }
}

/// How many letters two names have in common at their beginnings and ends.
fn likeness(one: &str, other: &str) -> usize {
    let same = |(a, b): &(u8, u8)| a == b;
    let begin = one.bytes().zip(other.bytes()).take_while(same).count();
    let rest = |name: &str| name.len().saturating_sub(begin);
    let end = one.bytes().rev().zip(other.bytes().rev()).take_while(same).count();
    begin.saturating_add(end.min(rest(one)).min(rest(other)))
}

/// Why a key must not verify.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyMismatch<'k> {
    Family { algorithm: &'static Algorithm, own: KeyFamily },
    Algorithm(&'k str),
    Use(&'k str),
    Operations,
}

impl fmt::Display for KeyMismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Family { algorithm, own } => {
                write!(f, "{} takes {}, this is {}", algorithm.name, algorithm.family.describe(), own.describe())
            }
            Self::Algorithm(alg) => write!(f, "its alg is \"{alg}\""),
            Self::Use(usage) => write!(f, "its use is \"{usage}\", not \"sig\""),
            Self::Operations => f.write_str("its key_ops do not allow \"verify\""),
        }
    }
}

/// Why `key` must not verify `algorithm`; `None` when it may.
pub fn key_mismatch<'k>(key: &'k Key, algorithm: &'static Algorithm) -> Option<KeyMismatch<'k>> {
    if key.family() != algorithm.family {
        return Some(KeyMismatch::Family { algorithm, own: key.family() });
    }
    if let Some(alg) = &key.alg
        && crate::alg::find(alg) != Some(algorithm)
    {
        return Some(KeyMismatch::Algorithm(alg));
    }
    if let Some(usage) = &key.usage
        && usage != "sig"
    {
        return Some(KeyMismatch::Use(usage));
    }
    if let Some(operations) = &key.operations {
        // The public half of a private key verifies, also when the JWK says only "sign".
        let may = operations.iter().any(|op| op == "verify" || (op == "sign" && !key.is_secret() && key.is_private()));
        if !may {
            return Some(KeyMismatch::Operations);
        }
    }
    None
}

#[cfg(test)]
mod tests;
