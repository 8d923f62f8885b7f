//! JSON Web Keys and JWK Sets (RFC 7517; RFC 7518 §6; RFC 8037), parsed strictly with the crate's JSON reader.

use super::error::KeyError;
use super::key_encoding::KeyEncoding;
use super::public_bytes::is_public;
use super::set::{KeySet, SkippedMember};
use super::{Key, MAX_CERTIFICATES, MAX_FILE_BYTES, MAX_INTEGER_BYTES, MAX_MEMBERS, MAX_SET_BYTES, Material};
use super::{certificate, structures, validation};
use crate::alg::Curve;
use crate::encoding::base64url::{self, Base64Error};
use crate::encoding::json::{self, JsonError, JsonObject, JsonValue};
use crate::secret::Secret;
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;

mod work_budget;
mod write;

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
    member(&JsonObject::parse(text)?, &mut WorkBudget::whole())
}

/// Parses a JWK Set (RFC 7517 §5). An unusable member is skipped and reported; a set that is ambiguous as a whole is
/// rejected.
pub fn parse_set(text: &str) -> Result<KeySet, KeyError> {
    if text.len() > MAX_SET_BYTES {
        return Err(KeyError::TooLarge { bytes: text.len(), limit: MAX_SET_BYTES });
    }
    set_of(&JsonObject::parse(text)?)
}

/// [`parse_set`] for an object that was already parsed.
pub(super) fn set_of(object: &JsonObject<'_>) -> Result<KeySet, KeyError> {
    let members = members(object)?;
    let mut set = KeySet { keys: Vec::new(), skipped: Vec::new(), form: KeyEncoding::Jwks, notes: Vec::new() };
    let (mut names, mut secrets, mut others) = (BTreeSet::new(), false, false);
    let mut effort = WorkBudget::whole();
    for (index, text) in members.into_iter().map(RawValue::get).enumerate() {
        let object = match JsonObject::parse(text) {
            Ok(object) => object,
            Err(error) => {
                set.skipped.push(SkippedMember { index, kid: None, reason: unplaced(error) });
                continue;
            }
        };
        let text = |name| object.get(name).and_then(JsonValue::as_str).map(std::borrow::Cow::into_owned);
        let (kid, kty) = (text("kid"), text("kty"));
        // Checked also if the member itself is unusable: a repeated kid makes the set ambiguous.
        if let (Some(kid), Some(kty)) = (&kid, &kty)
            && !names.insert((kid.clone(), kty.clone()))
        {
            return Err(KeyError::DuplicateKid { kid: kid.clone(), kty: kty.clone() });
        }
        match kty.as_deref() {
            Some("oct") => secrets = true,
            Some("RSA" | "EC" | "OKP") => others = true,
            _ => {}
        }
        match member(&object, &mut effort) {
            Ok(key) => set.keys.push(key),
            Err(reason) => set.skipped.push(SkippedMember { index, kid, reason }),
        }
    }
    if secrets && others { Err(KeyError::MixedSet) } else { Ok(set) }
}

/// The texts of the members of a set.
pub(super) fn members<'a>(object: &JsonObject<'a>) -> Result<Vec<&'a RawValue>, KeyError> {
    let members = object.get("keys").ok_or(KeyError::Missing("keys"))?;
    let Ok(JwksMembers(members)) = serde_json::from_str(members.text()) else {
        return Err(KeyError::member("keys", "is not an array"));
    };
    if members.len() > MAX_MEMBERS {
        return Err(KeyError::TooMany { what: "members of the set", limit: MAX_MEMBERS });
    }
    Ok(members)
}

/// Removes the line and column, which are relative to the member and meaningless for the file.
pub(super) fn unplaced(error: JsonError) -> KeyError {
    KeyError::Json(JsonError { line: 0, column: 0, ..error })
}

/// The members of a set, at most one more than the limit.
struct JwksMembers<'a>(Vec<&'a RawValue>);

impl<'de> serde::Deserialize<'de> for JwksMembers<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Bounded;
        impl<'de> Visitor<'de> for Bounded {
            type Value = JwksMembers<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<JwksMembers<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = seq.next_element()? {
                    if members.len() <= MAX_MEMBERS {
                        members.push(member);
                    }
                }
                Ok(JwksMembers(members))
            }
        }
        reader.deserialize_seq(Bounded).map_err(D::Error::custom)
    }
}

/// Parses one member of a set, or a single key.
pub(super) fn member(object: &JsonObject<'_>, effort: &mut WorkBudget) -> Result<Key, KeyError> {
    let (key, certificates) = parse_unvalidated(object, effort)?;
    let key = Key { certificates: certificates?, ..key };
    validation::check(&key)?;
    Ok(key)
}

/// The certificates of `x5c`, or why they do not match the key.
pub(super) type X5cResult = Result<Vec<Vec<u8>>, KeyError>;

/// A member as written, without validation, and its certificates.
pub(super) fn parse_unvalidated(
    object: &JsonObject<'_>,
    effort: &mut WorkBudget,
) -> Result<(Key, X5cResult), KeyError> {
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
    key.kid = optional(object, "kid")?;
    key.alg = optional(object, "alg")?;
    key.usage = optional(object, "use")?;
    key.operations = operations(object)?;
    let certificates = x5c(object, &key);
    for (name, value) in object.iter().filter(|(name, _)| !KNOWN.contains(name)) {
        let value = json::lenient(value.text().as_bytes()).map_err(unplaced)?;
        key.others.insert(name.to_owned(), value);
    }
    Ok((key, certificates))
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
    if is_public(k.expose()) {
        return Err(KeyError::PublicAsSecret);
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

fn optional(object: &JsonObject<'_>, name: &'static str) -> Result<Option<String>, KeyError> {
    if object.get(name).is_none() {
        return Ok(None);
    }
    required(object, name).map(|text| Some(text.into_owned()))
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

/// RFC 7517 §4.3: an array of distinct strings.
fn operations(object: &JsonObject<'_>) -> Result<Option<Vec<String>>, KeyError> {
    let Some(value) = object.get("key_ops") else { return Ok(None) };
    let texts = value.as_str_array().ok_or_else(|| KeyError::member("key_ops", "is not an array of strings"))?;
    let mut seen = BTreeSet::new();
    if !texts.iter().all(|text| seen.insert(text.clone())) {
        return Err(KeyError::member("key_ops", "repeats an operation"));
    }
    Ok(Some(texts.into_iter().map(std::borrow::Cow::into_owned).collect()))
}

/// RFC 7517 §4.7: certificates in plain base64, the first for this key.
fn x5c(object: &JsonObject<'_>, key: &Key) -> Result<Vec<Vec<u8>>, KeyError> {
    let Some(value) = object.get("x5c") else { return Ok(Vec::new()) };
    let wrong = |fault: &str| KeyError::member("x5c", fault);
    let texts = value.as_array().ok_or_else(|| wrong("is not an array of strings"))?;
    if texts.len() > MAX_CERTIFICATES {
        return Err(KeyError::TooMany { what: "certificates in \"x5c\"", limit: MAX_CERTIFICATES });
    }
    let mut certificates = Vec::with_capacity(texts.len());
    for text in texts {
        let text = text.as_str().ok_or_else(|| wrong("is not an array of strings"))?;
        let bytes = Base64::decode_vec(&text).map_err(|_| wrong("has an element that is not strict plain base64"))?;
        certificate::parts(&bytes).map_err(|_| wrong("has an element that is not a certificate"))?;
        certificates.push(bytes);
    }
    let leaf = certificates.first().ok_or_else(|| wrong("is empty"))?;
    let leaf = certificate::key(leaf).map_err(|_| wrong("starts with a certificate whose key cannot be read"))?;
    if leaf.same_key(key) { Ok(certificates) } else { Err(wrong("starts with a certificate for another key")) }
}
