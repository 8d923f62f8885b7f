//! The dates of a key, as members of its JWK. `iat`, `nbf`, `exp` and `revoked` are named as in OpenID Federation 1.0
//! (historical keys); `published_at` is specific to authkit.

use crate::key::Key;
use crate::time::UnixTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The dates of a key's lifecycle.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dates {
    /// Generated or imported at this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<UnixTime>,
    /// Start of the signing period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<UnixTime>,
    /// Time of withdrawal: by then its last token has expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<UnixTime>,
    /// In the published set since this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<UnixTime>,
    /// Revocation with time and reason; `None` if the key was not revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<KeyRevocation>,
}

/// A revocation: the key must no longer be trusted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeyRevocation {
    /// Unix seconds.
    #[schemars(with = "i64")]
    pub revoked_at: UnixTime,
    /// `unspecified`, `compromised` or `superseded`.
    pub reason: String,
}

const NAMES: [&str; 5] = ["iat", "nbf", "exp", "published_at", "revoked"];

impl Dates {
    /// The dates of `key`.
    ///
    /// # Errors
    /// The name of a member that is not a date.
    pub fn from_key(key: &Key) -> Result<Self, &'static str> {
        let at = |name: &'static str| match key.others.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(|seconds| Some(UnixTime(seconds))).ok_or(name),
        };
        let revoked = match key.others.get("revoked") {
            None | Some(Value::Null) => None,
            Some(value) => Some(serde_json::from_value(value.clone()).map_err(|_| "revoked")?),
        };
        Ok(Self { iat: at("iat")?, nbf: at("nbf")?, exp: at("exp")?, published_at: at("published_at")?, revoked })
    }

    /// The dates of a key from a parsed store, whose dates are valid.
    pub fn read(key: &Key) -> Self {
        Self::from_key(key).unwrap_or_default()
    }

    /// Writes the dates into `key`, replacing existing ones.
    pub fn write(&self, key: &mut Key) {
        Self::clear(key);
        for (name, value) in
            [("iat", self.iat), ("nbf", self.nbf), ("exp", self.exp), ("published_at", self.published_at)]
        {
            if let Some(value) = value {
                key.others.insert(name.to_owned(), value.0.into());
            }
        }
        if let Some(revoked) = &self.revoked {
            let members = serde_json::json!({ "revoked_at": revoked.revoked_at.0, "reason": revoked.reason });
            key.others.insert("revoked".to_owned(), members);
        }
    }

    /// Removes all dates from `key`: those of another store do not apply to this one.
    pub fn clear(key: &mut Key) {
        for name in NAMES {
            key.others.remove(name);
        }
    }

    /// Changes the dates of `key`.
    pub fn change(key: &mut Key, change: impl FnOnce(&mut Self)) {
        let mut dates = Self::read(key);
        change(&mut dates);
        dates.write(key);
    }
}
