//! Reasons in words: one line each, with the values that were compared.

use super::RejectReason;
use crate::time::{Span, UnixTime};
use std::fmt;

/// Some names in quotes; of many the first, and how many more there are.
pub fn list(names: &[String]) -> String {
    list_and(names, 0)
}

/// Names, and `more` that are not told.
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
            Self::Malformed { part: Some(part), problem } => write!(f, "the {part} is malformed: {problem}"),
            Self::Malformed { part: None, problem } => write!(f, "not a JWT: {problem}"),
            Self::TooLarge { bytes, limit } => write!(f, "the token has {bytes} bytes, the limit is {limit}"),
            Self::EncryptedNotSigned => f.write_str("the token is encrypted (JWE, five segments), not signed"),
            Self::HeaderInvalid { member, problem } => write!(f, "header member {member} is {problem}"),
            Self::AlgorithmMissing => f.write_str("the header has no alg"),
            Self::AlgorithmNone { alg } => write!(f, "alg \"{alg}\": the token is not signed"),
            Self::AlgorithmUnknown { alg } => write!(f, "alg \"{alg}\" is not an algorithm that authkit verifies"),
            Self::AlgorithmNotAllowed { alg, allowed } => {
                write!(f, "alg \"{alg}\" is not allowed here; allowed: {}", list(allowed))
            }
            Self::CritInvalid { problem } => write!(f, "crit is invalid: {problem}"),
            Self::CritUnknown { names } => write!(f, "crit demands {}, which authkit does not understand", list(names)),
            Self::PayloadUnencoded => f.write_str("b64 is false: a JWT must be base64url-encoded"),
            Self::Nested { cty } => write!(f, "cty \"{cty}\": the payload is another token"),
            Self::NoKey => f.write_str("there is no key to verify with"),
            Self::KidUnknown { kid, known, more } => {
                write!(f, "no key has kid \"{kid}\"; known: {}", list_and(known, *more))
            }
            Self::KidRequired { keys, limit } => {
                write!(f, "the token names no kid and {keys} keys fit; at most {limit} are tried")
            }
            Self::KeyUnfit { alg, keys, more } => {
                write!(f, "no key fits {alg}")?;
                for (n, unfit) in keys.iter().take(4).enumerate() {
                    write!(f, "{} {} ({})", if n == 0 { ":" } else { ";" }, unfit.key, unfit.why)?;
                }
                let more = keys.len().saturating_sub(4).saturating_add(*more);
                if more > 0 { write!(f, "; and {more} more") } else { Ok(()) }
            }
            Self::KeyWeak { alg, problem } => write!(f, "the key is too weak for {alg}: {problem}"),
            Self::SignatureMismatch { alg, tried } => match tried.as_slice() {
                [key] => write!(f, "the {alg} signature does not match the key {key}"),
                _ => write!(f, "the {alg} signature matches none of {} keys", tried.len()),
            },
            Self::SignatureMissing { alg } => write!(f, "the signature is empty, though alg is \"{alg}\""),
            Self::IssuerNotBound { iss: Some(iss), bound } => {
                write!(f, "the key belongs to {}, the token says iss \"{iss}\"", list(bound))
            }
            Self::IssuerNotBound { iss: None, bound } => {
                write!(f, "the key belongs to {}, the token names no issuer", list(bound))
            }
            Self::Expired { at, now, leeway } => {
                let (at, now) = (UnixTime(*at), UnixTime(*now));
                write!(f, "expired {} ({at}{})", at.relative_to(now), leeway_words(*leeway))
            }
            Self::NotYetValid { at, now, leeway } => {
                let (at, now) = (UnixTime(*at), UnixTime(*now));
                write!(f, "not valid before {at}, {}{}", at.relative_to(now), leeway_words(*leeway))
            }
            Self::ExpiryMissing => f.write_str("the token has no exp: it never expires"),
            Self::ExpNotSeconds { claim, value } => {
                write!(f, "{claim} is {value}, which looks like milliseconds; seconds are meant")
            }
            Self::ClaimInvalid { claim, problem } => write!(f, "{claim} is {problem}"),
            Self::ClaimMissing { claim } => write!(f, "the claim {claim} is missing"),
            Self::ClaimForbidden { claim, kind } => write!(f, "a token of kind {kind} must not have the claim {claim}"),
            Self::ClaimMismatch { claim, expected, found } => write!(f, "{claim} is {found}, expected {expected}"),
            Self::AudienceNotNamed { found, more } => {
                write!(f, "the token is for {}; the verifier names no audience", list_and(found, *more))
            }
            Self::AudienceMismatch { expected, found, more } => {
                write!(f, "the token is for {}, expected {}", list_and(found, *more), list(expected))
            }
            Self::AudienceMissing { expected } => write!(f, "the token has no aud, expected {}", list(expected)),
            Self::IssuerMismatch { expected, found } => write!(f, "issued by \"{found}\", expected {}", list(expected)),
            Self::IssuerMissing { expected } => write!(f, "the token has no iss, expected {}", list(expected)),
            Self::SubjectMismatch { expected, found: Some(found) } => {
                write!(f, "sub is \"{found}\", expected \"{expected}\"")
            }
            Self::SubjectMismatch { expected, found: None } => {
                write!(f, "the token has no sub, expected \"{expected}\"")
            }
            Self::TypeMismatch { expected, found: Some(found) } => {
                write!(f, "typ is \"{found}\", expected \"{expected}\"")
            }
            Self::TypeMismatch { expected, found: None } => write!(f, "the header has no typ, expected \"{expected}\""),
            Self::KindMismatch { kind, problem } => write!(f, "not a token of kind {kind}: {problem}"),
            Self::TooOld { age, max_age, leeway } => {
                write!(
                    f,
                    "issued {} ago, at most {} is accepted{}",
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
                write!(f, "scope {} is missing; the token has {}", list(missing), list_and(found, *more))
            }
            Self::NotCompact { problem } => f.write_str(problem),
        }
    }
}

fn leeway_words(leeway: u64) -> String {
    if leeway == 0 { String::new() } else { format!(", with {} of leeway", Span::seconds(leeway)) }
}
