//! Keys as they were loaded: from where, for whom, and for how long.

use authkit::key::KeySet;

/// The keys of one SPEC.
pub struct LoadedKeys {
    pub set: KeySet,
    /// Safe to show.
    pub source: String,
    /// The issuer that they are bound to (`ISS=SPEC`).
    pub issuer: Option<String>,
    /// Bytes that look like no key: a secret that may have been meant in another reading.
    pub raw: bool,
    /// For keys from the network: how long they may be used.
    pub freshness: Option<Freshness>,
}

/// When the host of a key set was asked, and until when its answer may be used; in seconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(not(feature = "net"), allow(dead_code, reason = "no key comes from the network"))]
pub struct Freshness {
    pub asked: i64,
    pub fresh_until: i64,
}
