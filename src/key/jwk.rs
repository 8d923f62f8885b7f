//! JSON Web Keys and JWK Sets (RFC 7517; RFC 7518 §6; RFC 8037), parsed strictly with the crate's JSON reader.

use super::describe::describe;
use super::error::KeyError;
use super::{Key, MAX_FILE_BYTES, MAX_INTEGER_BYTES, Material, structures, validation};
use crate::alg::Curve;
use crate::encoding::base64url::{self, Base64Error};
use crate::encoding::json::{self, JsonObject};
use crate::secret::Secret;
use base64ct::{Base64UrlUnpadded, Encoding as _};

mod jwks;
mod metadata;
mod work_budget;
mod write;

pub use jwks::parse_set;
pub(super) use jwks::{members, set_of, unplaced};
pub(super) use metadata::X5cFault;
pub(super) use work_budget::WorkBudget;
pub use write::{set_to_json, set_to_json_with, to_json};

/// Members that are parsed here; the others are kept as they are.
const KNOWN: &[&str] = &[
    "kty", "use", "key_ops", "alg", "kid", "crv", "n", "e", "x", "y", "k", "d", "p", "q", "dp", "dq", "qi", "oth",
    "x5c",
];
/// Members with private parts of some key type (RFC 7518 §6).
const PRIVATE: &[&str] = &["k", "d", "p", "q", "dp", "dq", "qi", "oth"];

/// Parses and validates one JWK.
pub fn parse(text: &str) -> Result<Key, KeyError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(KeyError::TooLarge { bytes: text.len(), limit: MAX_FILE_BYTES });
    }
    member(&JsonObject::parse(text)?, &mut WorkBudget::whole()).map(|(key, _)| key)
}

/// A JWK as written, not validated.
pub(super) struct ParsedJwk {
    /// The key, without the certificates of `x5c`.
    pub(super) key: Key,
    /// The certificates of `x5c`, or why they were dropped.
    pub(super) certificates: Result<Vec<Vec<u8>>, X5cFault>,
    /// Faults of optional parameters, which were ignored or corrected.
    pub(super) faults: Vec<KeyError>,
}

/// Parses one member of a set, or a single key; returns the key and the faults of optional parameters, which cost a
/// warning.
pub(super) fn member(object: &JsonObject<'_>, effort: &mut WorkBudget) -> Result<(Key, Vec<KeyError>), KeyError> {
    let ParsedJwk { mut key, certificates, mut faults } = parse_unvalidated(object, effort)?;
    match certificates {
        Ok(certificates) => key.certificates = certificates,
        Err(X5cFault::Contradiction(error)) => return Err(error),
        Err(X5cFault::Unreadable(error)) => faults.push(error),
    }
    validation::check(&key)?;
    Ok((key, faults))
}

/// Parses a member without validation.
pub(super) fn parse_unvalidated(object: &JsonObject<'_>, effort: &mut WorkBudget) -> Result<ParsedJwk, KeyError> {
    effort.spend(object)?;
    let kty = required(object, "kty")?;
    let (mut key, private): (Key, &[&str]) = match &*kty {
        "RSA" => (rsa(object)?, &["d", "p", "q", "dp", "dq", "qi"]),
        "EC" => (ec(object)?, &["d"]),
        "OKP" => (okp(object)?, &["d"]),
        "oct" => (oct(object)?, &["k"]),
        other => return Err(KeyError::unsupported(format!("the key type {}", quoted(other)))),
    };
    // A private member that this type does not have would be written back as if it were public.
    if let Some(name) = PRIVATE.iter().find(|name| !private.contains(name) && object.get(name).is_some()) {
        return Err(KeyError::member(name, format!("is not allowed in a key of type {kty}")));
    }
    let mut faults = Vec::new();
    key.kid = metadata::text(object, "kid", &mut faults)?;
    key.alg = metadata::text(object, "alg", &mut faults)?;
    key.usage = metadata::text(object, "use", &mut faults)?;
    key.operations = metadata::operations(object, &mut faults);
    let certificates = metadata::x5c(object, &key, &mut faults);
    for (name, value) in object.iter().filter(|(name, _)| !KNOWN.contains(name)) {
        let value = json::lenient(value.text().as_bytes()).map_err(unplaced)?;
        key.others.insert(name.to_owned(), value);
    }
    Ok(ParsedJwk { key, certificates, faults })
}

/// RFC 7518 §6.3.
fn rsa(object: &JsonObject<'_>) -> Result<Key, KeyError> {
    if object.get("oth").is_some() {
        return Err(KeyError::unsupported("an RSA key with more than two primes (\"oth\")"));
    }
    let (n, e) = (needed(public(object, "n")?, "n")?, needed(public(object, "e")?, "e")?);
    for (name, bytes) in [("n", &n), ("e", &e)] {
        if bytes.len() > MAX_INTEGER_BYTES {
            return Err(KeyError::member(name, "has more than 16,384 bits"));
        }
        if bytes.iter().all(|byte| *byte == 0) {
            return Err(KeyError::member(name, "is zero"));
        }
    }
    let [d, p, q, dp, dq, qi] = ["d", "p", "q", "dp", "dq", "qi"].map(|name| private(object, name));
    let (d, p, q, crt) = (d?, p?, q?, [dp?, dq?, qi?]);
    let Some(d) = &d else {
        let stray = [("p", &p), ("q", &q)].into_iter().find(|(_, value)| value.is_some());
        return match stray {
            Some((name, _)) => Err(KeyError::member(name, "is present without \"d\"")),
            None if crt.iter().any(Option::is_some) => Err(KeyError::Missing("d")),
            None => structures::rsa(&n, &e, None),
        };
    };
    let primes = match (&p, &q) {
        (Some(p), Some(q)) => Some((p.expose().as_slice(), q.expose().as_slice())),
        (None, None) => None,
        (None, _) => return Err(KeyError::Missing("p")),
        (_, None) => return Err(KeyError::Missing("q")),
    };
    // Without primes it is undetermined which is p and which is q, so CRT values cannot be compared.
    let crt = if primes.is_some() {
        crt.each_ref().map(|value| value.as_ref().map(|v| v.expose().as_slice()))
    } else {
        [None; 3]
    };
    structures::rsa(&n, &e, Some(structures::RsaNumbers { d: d.expose(), primes, crt }))
}

/// RFC 7518 §6.2, RFC 8812 §3.1.
fn ec(object: &JsonObject<'_>) -> Result<Key, KeyError> {
    let crv = required(object, "crv")?;
    let curve = Curve::from_name(&crv).ok_or_else(|| unsupported_curve(&crv))?;
    let exact = |name: &str, length: usize| match length == curve.bytes() {
        true => Ok(()),
        false => {
            let fault = format!("has {length} bytes; a coordinate of {} has {}", curve.name(), curve.bytes());
            Err(KeyError::member(name, fault))
        }
    };
    let (x, y) = (needed(public(object, "x")?, "x")?, needed(public(object, "y")?, "y")?);
    exact("x", x.len())?;
    exact("y", y.len())?;
    let d = private(object, "d")?;
    if let Some(d) = &d {
        exact("d", d.expose().len())?;
    }
    structures::ec(curve, Some((x, y)), d)
}

/// RFC 8037 §2.
fn okp(object: &JsonObject<'_>) -> Result<Key, KeyError> {
    let crv = required(object, "crv")?;
    if crv != "Ed25519" {
        return Err(unsupported_curve(&crv));
    }
    let x = needed(public(object, "x")?, "x")?;
    let d = private(object, "d")?;
    for (name, length) in [("x", Some(x.len())), ("d", d.as_ref().map(|d| d.expose().len()))] {
        if let Some(length) = length.filter(|length| *length != 32) {
            return Err(KeyError::member(name, format!("has {length} bytes; Ed25519 has 32")));
        }
    }
    structures::ed25519(Some(&x), d.as_ref().map(|d| d.expose().as_slice()))
}

/// RFC 7518 §6.4.
fn oct(object: &JsonObject<'_>) -> Result<Key, KeyError> {
    let k = private(object, "k")?.ok_or(KeyError::Missing("k"))?;
    if k.expose().is_empty() {
        return Err(KeyError::Empty);
    }
    if let Some(description) = describe(k.expose()).filter(|description| description.is_public) {
        return Err(KeyError::NotSecret(description));
    }
    Ok(Key::new(Material::Secret(k)))
}

fn unsupported_curve(crv: &str) -> KeyError {
    match crv {
        "X25519" | "X448" => KeyError::unsupported_but(
            format!("the curve {crv}"),
            "use Ed25519; this curve is for key agreement and cannot sign",
        ),
        _ => KeyError::unsupported_but(
            format!("the curve {}", quoted(crv)),
            "supported curves: P-256, P-384, P-521, secp256k1 and Ed25519",
        ),
    }
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    format!("\"{short}\"")
}

fn needed<T>(value: Option<T>, name: &'static str) -> Result<T, KeyError> {
    value.ok_or(KeyError::Missing(name))
}

fn required<'a>(object: &JsonObject<'a>, name: &'static str) -> Result<std::borrow::Cow<'a, str>, KeyError> {
    let value = object.get(name).ok_or(KeyError::Missing(name))?;
    value.as_str().ok_or_else(|| KeyError::member(name, "is not a string"))
}

/// A public integer in strict base64url.
fn public(object: &JsonObject<'_>, name: &'static str) -> Result<Option<Vec<u8>>, KeyError> {
    if object.get(name).is_none() {
        return Ok(None);
    }
    let text = required(object, name)?;
    base64url::decode(text.as_bytes()).map(Some).map_err(|error| not_base64url(name, error))
}

fn not_base64url(name: &str, error: Base64Error) -> KeyError {
    KeyError::member(name, format!("is not strict base64url: {error}"))
}

/// A private integer in strict base64url, decoded in constant time.
fn private(object: &JsonObject<'_>, name: &'static str) -> Result<Option<Secret<Vec<u8>>>, KeyError> {
    if object.get(name).is_none() {
        return Ok(None);
    }
    let text = zeroize::Zeroizing::new(required(object, name)?.into_owned());
    if let Ok(bytes) = Base64UrlUnpadded::decode_vec(&text) {
        if name != "k" && bytes.len() > MAX_INTEGER_BYTES {
            return Err(KeyError::member(name, "has more than 16,384 bits"));
        }
        return Ok(Some(Secret::new(bytes)));
    }
    let outside = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let error = match text.trim_end_matches('=').find(outside) {
        Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with(['+', '/'])) => Base64Error::PlainAlphabet(at),
        Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n'])) => {
            Base64Error::WhiteSpace(at)
        }
        Some(at) => Base64Error::OtherCharacter(at),
        None if text.ends_with('=') => Base64Error::Padding,
        None if text.len().checked_rem(4) == Some(1) => Base64Error::Length,
        None => Base64Error::NonCanonical,
    };
    Err(not_base64url(name, error))
}
