//! Messages of reject reasons: one line each, with the compared values.

use super::RejectReason;
use crate::time::{Span, UnixTime};
use std::fmt;

/// The first names in double quotes, and the number of the others.
pub fn list(names: &[String]) -> String {
    list_and(names, 0)
}

/// The names, and `more` that are not listed.
fn list_and(names: &[String], more: usize) -> String {
    const SHOWN: usize = 8;
    let mut text =
        names.iter().take(SHOWN).map(|name| format!("\"{}\"", super::short(name))).collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(SHOWN).saturating_add(more);
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    if names.is_empty() { "none".to_owned() } else { text }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { part: Some(part), problem } => write!(f, "{part} is malformed: {problem}"),
            Self::Malformed { part: None, problem } => write!(f, "not a JWT: {problem}"),
            Self::TooLarge { bytes, limit } => write!(f, "token size of {bytes} bytes exceeds the limit of {limit}"),
            Self::EncryptedNotSigned => f.write_str("token is encrypted (JWE, five segments), not signed"),
            Self::HeaderInvalid { member, problem } => write!(f, "header parameter \"{member}\" is {problem}"),
            Self::AlgorithmMissing => f.write_str("header has no alg"),
            Self::AlgorithmNone { alg } => write!(f, "alg \"{alg}\": token is not signed"),
            Self::AlgorithmUnknown { alg } => write!(f, "alg \"{alg}\" is not a supported algorithm"),
            Self::AlgorithmNotAllowed { alg, allowed } => {
                write!(f, "alg \"{alg}\" is not allowed; allowed: {}", list(allowed))
            }
            Self::CritInvalid { problem } => write!(f, "crit is invalid: {problem}"),
            Self::CritUnknown { names } => write!(f, "crit requires {}, which authkit does not support", list(names)),
            Self::PayloadUnencoded => f.write_str("b64 is false: a JWT must be base64url-encoded"),
            Self::Nested { cty } => write!(f, "cty \"{cty}\": payload is a nested token"),
            Self::NoKey => f.write_str("no key to verify with"),
            Self::KidUnknown { kid, known, more } => {
                write!(f, "no key has kid \"{kid}\"; known: {}", list_and(known, *more))
            }
            Self::KidRequired { keys, limit } => {
                write!(f, "token has no kid and {keys} keys match; at most {limit} are tried")
            }
            Self::KidAmbiguous { kid, keys, limit } => {
                write!(f, "{keys} keys have kid \"{kid}\" and match; at most {limit} are tried")
            }
            Self::NoMatchingKey { alg, keys, more } => {
                write!(f, "no key matches {alg}")?;
                for (n, unfit) in keys.iter().take(4).enumerate() {
                    write!(f, "{} {} ({})", if n == 0 { ":" } else { ";" }, unfit.key, unfit.why)?;
                }
                let more = keys.len().saturating_sub(4).saturating_add(*more);
                if more > 0 { write!(f, "; and {more} more") } else { Ok(()) }
            }
            Self::KeyWeak { alg, problem } => write!(f, "key is too weak for {alg}: {problem}"),
            Self::SignatureMismatch { alg, tried, cause } => {
                match tried.as_slice() {
                    [key] => write!(f, "{alg} signature does not match key {key}")?,
                    _ => write!(f, "{alg} signature matches none of {} keys", tried.len())?,
                }
                cause.as_ref().map_or(Ok(()), |cause| write!(f, "; {cause}"))
            }
            Self::SignatureMissing { alg } => write!(f, "signature is empty, but alg is \"{alg}\""),
            Self::IssuerNotBound { iss: Some(iss), bound } => {
                write!(f, "key is bound to issuer {}, token has iss \"{iss}\"", list(bound))
            }
            Self::IssuerNotBound { iss: None, bound } => {
                write!(f, "key is bound to issuer {}, token has no iss", list(bound))
            }
            Self::Expired { at, now, leeway } => {
                let (at, now) = (UnixTime(*at), UnixTime(*now));
                write!(f, "expired {} ({at}{})", at.relative_to(now), leeway_words(*leeway))
            }
            Self::NotYetValid { at, now, leeway } => {
                let (at, now) = (UnixTime(*at), UnixTime(*now));
                write!(f, "not valid before {at}, {}{}", at.relative_to(now), leeway_words(*leeway))
            }
            Self::ExpiryMissing => f.write_str("token has no exp and never expires"),
            Self::ExpNotSeconds { claim, value } => {
                write!(f, "claim \"{claim}\" is {value}, which looks like milliseconds instead of seconds")
            }
            Self::ClaimInvalid { claim, problem } => write!(f, "claim \"{claim}\" is {problem}"),
            Self::ClaimMissing { claim } => write!(f, "claim \"{claim}\" is missing"),
            Self::ClaimForbidden { claim, kind } => write!(f, "token of kind {kind} must not have claim \"{claim}\""),
            Self::ClaimMismatch { claim, expected, found } => {
                write!(f, "claim \"{claim}\" is {found}, expected {expected}")
            }
            Self::AudienceNotNamed { found, more } => {
                write!(f, "token is for {}; no audience was given to verify against", list_and(found, *more))
            }
            Self::AudienceMismatch { expected, found, more } => {
                write!(f, "token is for {}, expected {}", list_and(found, *more), list(expected))
            }
            Self::AudienceMissing { expected } => write!(f, "token has no aud, expected {}", list(expected)),
            Self::IssuerMismatch { expected, found } => write!(f, "issued by \"{found}\", expected {}", list(expected)),
            Self::IssuerMissing { expected } => write!(f, "token has no iss, expected {}", list(expected)),
            Self::SubjectMismatch { expected, found: Some(found) } => {
                write!(f, "sub is \"{found}\", expected \"{expected}\"")
            }
            Self::SubjectMismatch { expected, found: None } => {
                write!(f, "token has no sub, expected \"{expected}\"")
            }
            Self::TypeMismatch { expected, found: Some(found) } => {
                write!(f, "typ is \"{found}\", expected \"{expected}\"")
            }
            Self::TypeMismatch { expected, found: None } => write!(f, "header has no typ, expected \"{expected}\""),
            Self::KindMismatch { kind, problem } => write!(f, "not a token of kind {kind}: {problem}"),
            Self::TooOld { age, max_age, leeway } => {
                write!(
                    f,
                    "issued {} ago, exceeding the maximum age of {}{}",
                    Span::seconds(*age),
                    Span::seconds(*max_age),
                    leeway_words(*leeway)
                )
            }
            Self::IssuedInFuture { at, now, leeway } => {
                let (at, now) = (UnixTime(*at), UnixTime(*now));
                write!(
                    f,
                    "issued at {at}, {}, so its age cannot be checked{}",
                    at.relative_to(now),
                    leeway_words(*leeway)
                )
            }
            Self::ScopeMissing { missing, found, more } => {
                write!(f, "scope {} is missing; token has {}", list(missing), list_and(found, *more))
            }
            Self::NotCompact { problem } => f.write_str(problem),
        }
    }
}

fn leeway_words(leeway: u64) -> String {
    if leeway == 0 { String::new() } else { format!(", leeway {}", Span::seconds(leeway)) }
}
