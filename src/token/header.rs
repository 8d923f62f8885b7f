//! The JOSE header (RFC 7515 §4). It is untrusted: it selects among the keys and algorithms that the verifier
//! configured and never adds to them.

use super::claims::{Claim, ClaimProblem, read, text};
use crate::encoding::json::{JsonError, JsonKind, JsonObject, JsonValue};
use std::borrow::Cow;

/// The header, with the parameters that verification reads.
#[derive(Clone, Debug)]
pub struct JoseHeader<'a> {
    /// All parameters, as written.
    pub object: JsonObject<'a>,
    /// Algorithm (RFC 7515 §4.1.1).
    pub alg: Claim<Cow<'a, str>>,
    /// Key id (§4.1.4).
    pub kid: Claim<Cow<'a, str>>,
    /// Type of the token (§4.1.9).
    pub typ: Claim<Cow<'a, str>>,
    /// Type of the payload (§4.1.10).
    pub cty: Claim<Cow<'a, str>>,
    /// Parameters that must be understood (§4.1.11).
    pub crit: Claim<Vec<Cow<'a, str>>>,
    /// RFC 7797 §3.
    pub b64: Claim<bool>,
}

/// Names that `crit` must not list (RFC 7515 §4.1.11): registered by RFC 7515, RFC 7516 and RFC 7518.
pub const NEVER_CRITICAL: &[&str] = &[
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu",
    "apv", "iv", "tag", "p2s", "p2c",
];

/// Limit of names in `crit`: few extensions are registered, and each name costs a search.
const MAX_CRITICAL: usize = 16;

/// Header parameters that refer to a key or contain one; never used as a key source (RFC 8725 §3.10).
pub const KEY_HEADER_PARAMS: &[&str] = &["jku", "jwk", "x5c", "x5u"];

impl<'a> JoseHeader<'a> {
    /// Reads one strict JSON object.
    ///
    /// # Errors
    /// The text is not a strict JSON object; a malformed parameter is not an error here, but [`Claim::Malformed`].
    pub fn parse(json: &'a str) -> Result<Self, JsonError> {
        Ok(Self::from_object(JsonObject::parse(json)?))
    }

    /// Reads the parameters of a parsed header; a malformed one becomes [`Claim::Malformed`].
    pub fn from_object(object: JsonObject<'a>) -> Self {
        Self {
            alg: read(object.get("alg"), text),
            kid: read(object.get("kid"), text),
            typ: read(object.get("typ"), text),
            cty: read(object.get("cty"), text),
            crit: read(object.get("crit"), names),
            b64: read(object.get("b64"), flag),
            object,
        }
    }
}

/// A non-empty array of distinct strings (RFC 7515 §4.1.11), few enough for pairwise comparison.
fn names(value: JsonValue<'_>) -> Result<Vec<Cow<'_, str>>, ClaimProblem> {
    if value.kind() != JsonKind::Array {
        return Err(ClaimProblem::Type(value.kind()));
    }
    let names = value.as_str_array().ok_or(ClaimProblem::Elements)?;
    if names.len() > MAX_CRITICAL {
        return Err(ClaimProblem::TooMany);
    }
    let distinct = names.iter().enumerate().all(|(n, name)| !names.iter().take(n).any(|before| before == name));
    if names.is_empty() || !distinct { Err(ClaimProblem::Elements) } else { Ok(names) }
}

fn flag(value: JsonValue<'_>) -> Result<bool, ClaimProblem> {
    value.as_bool().ok_or(ClaimProblem::Type(value.kind()))
}

/// Compares media types as RFC 7515 §4.1.9 does: case-insensitively, with an optional `application/`.
pub fn same_type(a: &str, b: &str) -> bool {
    fn short(name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        match lower.strip_prefix("application/") {
            Some(rest) if !rest.contains('/') => rest.to_owned(),
            _ => lower,
        }
    }
    short(a) == short(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crit_without_distinct_names_is_malformed() {
        let crit = |json: &str| JoseHeader::parse(json).unwrap().crit.present().is_some();
        assert!(crit(r#"{"crit":["b64"]}"#));
        for json in
            [r#"{"crit":[]}"#, r#"{"crit":["a","a"]}"#, r#"{"crit":[1]}"#, r#"{"crit":"b64"}"#, r#"{"crit":null}"#]
        {
            assert!(!crit(json), "{json}");
        }
    }

    #[test]
    fn media_types_ignore_case_and_prefix() {
        assert!(same_type("JWT", "jwt"));
        assert!(same_type("application/at+jwt", "AT+JWT"));
        assert!(!same_type("application/a/b", "a/b"));
        assert!(!same_type("at+jwt", "jwt"));
    }
}
