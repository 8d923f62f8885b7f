//! Loaded keys, with their source, issuer and freshness.

use authkit::key::KeySet;

/// The keys of one SPEC.
pub struct LoadedKeys {
    pub set: KeySet,
    /// Name of the source, redacted.
    pub source: String,
    /// The issuer that they are bound to (`ISS=SPEC`).
    pub issuer: Option<String>,
    /// The bytes were not recognised as a key and are used as a secret; another encoding may have been intended.
    pub raw: bool,
    /// For remote keys: how long they may be used.
    pub freshness: Option<Freshness>,
}

/// When a remote JWKS was requested, and until when the response is fresh; in seconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "net"), allow(dead_code, reason = "there are no remote keys"))]
pub struct Freshness {
    pub asked: i64,
    pub fresh_until: i64,
}
